//! The fields of an `http` request.

use super::REDIRECTS_MAX;
use super::auth::AUTH;
use crate::fields::{FieldSpec, Shape, Table};
use crate::{common, tls};
use faultfinder_taxonomy::word::{HttpVersion, Word as _};

/// The fields of an `http` request.
pub(crate) const TABLE: Table = Table::new("`http`", &[FIELDS, common::FIELDS]).at_most_one_of(&[
    "body",
    "json",
    "form",
    "multipart",
    "graphql",
]);

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("url", Shape::Text, "what is asked for").required(),
    FieldSpec::new("method", Shape::Text, "the method (GET)"),
    FieldSpec::new("headers", Shape::Pairs, "header lines"),
    FieldSpec::new("query", Shape::Pairs, "parameters that are added to the URL's query"),
    FieldSpec::new("cookies", Shape::Pairs, "cookies that are sent"),
    FieldSpec::new("body", Shape::Text, "the body as text"),
    FieldSpec::new("json", Shape::Json, "the body as JSON"),
    FieldSpec::new("form", Shape::Pairs, "the body as a form"),
    FieldSpec::new("multipart", Shape::Tables(&PART), "the body as multipart/form-data"),
    FieldSpec::new(
        "graphql",
        Shape::Table(&GRAPHQL),
        "a GraphQL request; the method is POST unless it is GET",
    ),
    FieldSpec::new("auth", Shape::Table(&AUTH), "credentials"),
    FieldSpec::new("follow_redirects", Shape::Bool, "whether redirects are followed (false)"),
    FieldSpec::new("max_redirects", Shape::Number(0, REDIRECTS_MAX), "how many (10)"),
    FieldSpec::new(
        "persist_cookies",
        Shape::Bool,
        "whether cookies that are set are sent on later hops (false)",
    ),
    FieldSpec::new("version", Shape::Words(HttpVersion::WORDS), "the version that is spoken (auto)"),
    FieldSpec::new("proxy", Shape::Table(&PROXY), "the proxy that is used"),
    FieldSpec::new("tls", Shape::Table(&tls::TABLE), "TLS settings"),
    FieldSpec::new("save_body", Shape::Bool, "whether the body is kept in the result (false)"),
];

/// A part of a multipart body.
pub(crate) const PART: Table = Table::new(
    "a part",
    &[&[
        FieldSpec::new("name", Shape::Text, "the field's name").required(),
        FieldSpec::new("value", Shape::Text, "what is in it"),
        FieldSpec::new("file", Shape::Text, "the file that is in it"),
        FieldSpec::new("filename", Shape::Text, "the file name that the server is told"),
        FieldSpec::new("content_type", Shape::Text, "its media type"),
    ]],
)
.one_of(&["value", "file"]);

/// A GraphQL request.
pub(crate) const GRAPHQL: Table = Table::new(
    "`graphql`",
    &[&[
        FieldSpec::new("query", Shape::Text, "the document").required(),
        FieldSpec::new("operation_name", Shape::Text, "which of its operations is meant"),
        FieldSpec::new("variables", Shape::Json, "the values of its variables"),
    ]],
);

/// A proxy.
pub(crate) const PROXY: Table = Table::new(
    "`proxy`",
    &[&[
        FieldSpec::new(
            "url",
            Shape::Text,
            "where it is, http://, https://, socks5:// or socks5h://, with credentials if needed",
        )
        .required(),
        FieldSpec::new("headers", Shape::Pairs, "header lines for the proxy itself"),
    ]],
);

/// A name and a value, in a list of them.
pub(crate) const PAIR: Table = Table::new(
    "a pair",
    &[&[
        FieldSpec::new("name", Shape::Text, "the name").required(),
        FieldSpec::new("value", Shape::Text, "the value").required(),
    ]],
);
