//! The fields of `tcp` requests.

use crate::common::STEPS_MAX;
use crate::fields::{FieldSpec, Shape, Table};
use crate::reader::Reader;
use crate::value::Port;
use crate::written::Fields;
use crate::{Text, common, tls};
use faultfinder_taxonomy::word::{StartTls, TrackHops};

/// The fields of a `tcp` request.
pub(crate) const TABLE: Table =
    Table::new("`tcp`", &[FIELDS, common::UNIX_FIELDS, common::TCP_FIELDS, common::FIELDS])
        .at_most_one_of(&["send", "send_file"])
        .unless("unix_socket");

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("host", Shape::Text, "the host").required(),
    FieldSpec::new("port", Shape::of::<Port>(), "the port").required(),
    FieldSpec::new("send", Shape::Text, "text to send once the connection is established"),
    FieldSpec::new("send_file", Shape::Text, "the file whose bytes are sent, instead of `send`"),
    FieldSpec::new("expect", Shape::Text, "text that must then be received"),
    FieldSpec::new(
        "expect_regex",
        Shape::Text,
        "a regular expression; a line that matches it must be received",
    ),
    FieldSpec::new(
        "steps",
        Shape::Tables(&STEP, STEPS_MAX),
        "what is sent and expected, in turn; instead of `send`, `send_file`, `expect` and `expect_regex`",
    ),
    FieldSpec::new("tls", Shape::Table(&tls::TABLE), "TLS settings; `{}` switches TLS on"),
    FieldSpec::new(
        "starttls",
        Shape::word::<StartTls>(),
        "the protocol in which TLS is asked for before anything else is sent",
    ),
    FieldSpec::new("track_hops", Shape::word::<TrackHops>(), "whether the route is traced (off)"),
];

const STEP: Table = Table::new(
    "a step",
    &[&[
        FieldSpec::new(
            "send",
            Shape::Text,
            "text to send; behind an `expect_regex`, `${1}` and `${name}` are what its groups matched",
        ),
        FieldSpec::new("send_file", Shape::Text, "a file whose bytes are sent as they are"),
        FieldSpec::new("expect", Shape::Text, "text that must be received"),
        FieldSpec::new(
            "expect_regex",
            Shape::Text,
            "a regular expression; a line that matches it must be received (a prompt without a line end, too)",
        ),
        FieldSpec::new(
            "starttls",
            Shape::of::<bool>(),
            "`true`: TLS begins here, with the settings of `tls`",
        )
        .literal(),
    ]],
);

pub(super) fn check(reader: &mut Reader<'_>, fields: &Fields) {
    let alone = ["send", "send_file", "expect", "expect_regex"];
    if fields.has("steps") && alone.iter().any(|name| fields.has(name)) {
        let message = "`steps` cannot be combined with `send`, `send_file`, `expect` and `expect_regex`";
        fields.refuse(reader, "steps", message, "make them the first steps");
    }
    let mut begins_tls = false;
    for step in fields.list("steps") {
        // One that could not be read is there all the same.
        if !step.has_unknown && !STEP.fields().any(|field| step.is_written(field.name)) {
            let diagnostic = reader
                .error(step.place(), "a step needs one of send, send_file, expect, expect_regex or starttls");
            reader.report(diagnostic);
        }
        if step.text("starttls").and_then(Text::literal) != Some("true") {
            continue;
        }
        if begins_tls {
            step.refuse(reader, "starttls", "TLS begins only once in a conversation", "remove this");
        } else if fields.has("starttls") {
            let message = "TLS begins before the steps, as `starttls` of the request says";
            step.refuse(reader, "starttls", message, "remove one of them");
        }
        begins_tls = true;
    }
}
