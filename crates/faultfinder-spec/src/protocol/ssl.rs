//! The fields of `ssl` requests.

use crate::fields::{FieldSpec, Shape, Table};
use crate::value::Port;
use crate::{common, tls};
use faultfinder_taxonomy::word::StartTls;

/// The fields of an `ssl` request.
pub(crate) const TABLE: Table =
    Table::new("`ssl`", &[FIELDS, tls::FIELDS, common::TCP_FIELDS, common::FIELDS]);

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("host", Shape::Text, "the host").required(),
    FieldSpec::new("port", Shape::of::<Port>(), "its port (443, or that of the `starttls` protocol)"),
    FieldSpec::new("starttls", Shape::word::<StartTls>(), "the protocol in which TLS is asked for"),
];
