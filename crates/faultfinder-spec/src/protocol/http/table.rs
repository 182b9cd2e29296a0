//! The fields of an `http` request.

use super::auth::AUTH;
use crate::fields::{FieldSpec, Shape, Table};
use crate::pairs::PAIRS_MAX;
use crate::value::{Method, Number, Timeout};
use crate::{common, proxy, tls};
use faultfinder_taxonomy::word::HttpVersion;

/// Most redirects that `max_redirects` may allow.
pub(crate) const REDIRECTS_MAX: u32 = 100;

/// The fields of an `http` request.
pub(crate) const TABLE: Table =
    Table::new("`http`", &[FIELDS, common::UNIX_FIELDS, common::TCP_FIELDS, common::FIELDS])
        .at_most_one_of(&["body", "body_file", "json", "form", "multipart", "graphql"]);

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("url", Shape::Text, "what is asked for").required(),
    FieldSpec::new("method", Shape::of::<Method>(), "the method (GET; POST with a body)"),
    FieldSpec::new("headers", Shape::Pairs, "header lines"),
    FieldSpec::new("query", Shape::Pairs, "parameters that are added to the URL's query"),
    FieldSpec::new("cookies", Shape::Pairs, "cookies that are sent"),
    FieldSpec::new("body", Shape::Text, "the body as text"),
    FieldSpec::new(
        "body_file",
        Shape::Text,
        "the file whose bytes are the body; templates mean nothing in it",
    ),
    FieldSpec::new("json", Shape::Json, "the body as JSON"),
    FieldSpec::new("form", Shape::Pairs, "the body as a form"),
    FieldSpec::new("multipart", Shape::Tables(&PART, PAIRS_MAX), "the body as multipart/form-data"),
    FieldSpec::new(
        "graphql",
        Shape::Table(&GRAPHQL),
        "a GraphQL request; the method is POST unless it is GET",
    ),
    FieldSpec::new("auth", Shape::Table(&AUTH), "credentials"),
    FieldSpec::new("follow_redirects", Shape::of::<bool>(), "whether redirects are followed (false)"),
    FieldSpec::new("max_redirects", Shape::of::<Number<0, REDIRECTS_MAX>>(), "how many (10)"),
    FieldSpec::new(
        "persist_cookies",
        Shape::of::<bool>(),
        "whether cookies that are set are sent on later hops (false)",
    ),
    FieldSpec::new("version", Shape::word::<HttpVersion>(), "the version that is spoken (auto)"),
    FieldSpec::new("proxy", Shape::Table(&proxy::TABLE), "the proxy that is used"),
    FieldSpec::new("tls", Shape::Table(&tls::TABLE), "TLS settings"),
    FieldSpec::new(
        "enough",
        Shape::Table(&ENOUGH),
        "when enough of a body has come that never ends; the first of its fields decides",
    ),
    FieldSpec::new("save_body", Shape::of::<bool>(), "whether the body is kept in the result (false)"),
];

/// Most bytes that `enough` may ask for.
const BYTES_MAX: u32 = 1_000_000_000;
/// Most events that `enough` may ask for.
const EVENTS_MAX: u32 = 100_000;

/// When enough of a body has come.
const ENOUGH: Table = Table::new(
    "`enough`",
    &[&[
        FieldSpec::new("bytes", Shape::of::<Number<1, BYTES_MAX>>(), "after so many bytes"),
        FieldSpec::new(
            "events",
            Shape::of::<Number<1, EVENTS_MAX>>(),
            "after so many server-sent events with data",
        ),
        FieldSpec::new("text", Shape::Text, "when this text has come"),
        FieldSpec::new("time", Shape::of::<Timeout>(), "this long after the head of the response"),
    ]],
);

/// A part of a multipart body.
const PART: Table = Table::new(
    "a part",
    &[&[
        FieldSpec::new("name", Shape::Text, "the field's name").required(),
        FieldSpec::new("value", Shape::Text, "what is in it"),
        FieldSpec::new("file", Shape::Text, "the file that is in it"),
        FieldSpec::new("filename", Shape::Text, "the file name that is sent to the server"),
        FieldSpec::new("content_type", Shape::Text, "its media type"),
    ]],
)
.one_of(&["value", "file"]);

/// A GraphQL request.
const GRAPHQL: Table = Table::new(
    "`graphql`",
    &[&[
        FieldSpec::new("query", Shape::Text, "the document").required(),
        FieldSpec::new("operation_name", Shape::Text, "which of its operations is meant"),
        FieldSpec::new("variables", Shape::JsonObject, "the values of its variables"),
    ]],
);
