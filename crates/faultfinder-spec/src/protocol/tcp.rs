//! The fields of `tcp` requests.

use crate::common::STEPS_MAX;
use crate::fields::{FieldSpec, Shape, Table};
use crate::reader::Reader;
use crate::value::Port;
use crate::written::Fields;
use crate::{common, tls};
use faultfinder_taxonomy::word::{StartTls, TrackHops};

/// The fields of a `tcp` request.
pub(crate) const TABLE: Table = Table::new("`tcp`", &[FIELDS, common::FIELDS]);

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("host", Shape::Text, "the host").required(),
    FieldSpec::new("port", Shape::of::<Port>(), "the port").required(),
    FieldSpec::new("send", Shape::Text, "text to send once the connection is established"),
    FieldSpec::new("expect", Shape::Text, "text that must then be received"),
    FieldSpec::new(
        "steps",
        Shape::Tables(&STEP, STEPS_MAX),
        "what is sent and expected, in turn; instead of `send` and `expect`",
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
        FieldSpec::new("send", Shape::Text, "text to send"),
        FieldSpec::new("expect", Shape::Text, "text that must be received"),
    ]],
)
.one_of(&["send", "expect"]);

pub(super) fn check(reader: &mut Reader<'_>, fields: &Fields) {
    if fields.has("steps") && (fields.has("send") || fields.has("expect")) {
        let message = "`steps` cannot be combined with `send` and `expect`";
        fields.refuse(reader, "steps", message, "make them the first steps");
    }
}
