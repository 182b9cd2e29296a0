//! The fields of proxies.

use crate::fields::{FieldSpec, Shape, Table};

/// A proxy.
pub(crate) const TABLE: Table = Table::new(
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
