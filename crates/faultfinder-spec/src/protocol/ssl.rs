//! TLS endpoints as written.

use crate::fields::{FieldSpec, Fields, Shape, Table};
use crate::reader::Reader;
use crate::value::Port;
use crate::{Common, Field, Place, Text, Tls, common, tls};

/// The fields of an `ssl` request.
pub(crate) const TABLE: Table = Table::new("`ssl`", &[FIELDS, tls::FIELDS, common::FIELDS]);

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("host", Shape::Text, "the host").required(),
    FieldSpec::new("port", Shape::Port, "its port (443)"),
    FieldSpec::later("starttls", "the protocol in which TLS is asked for"),
];

/// A look at a TLS endpoint.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SslRequest {
    /// Where it begins.
    pub place: Place,
    /// What every request has.
    pub common: Common,
    /// The host.
    pub host: Text,
    /// Its port; 443 when not given.
    pub port: Option<Field<Port>>,
    /// TLS settings, which stand beside `host` here.
    pub tls: Tls,
}

impl SslRequest {
    pub(crate) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Self> {
        let common = Common::read(reader, fields);
        let port = fields.field(reader, "port");
        let tls = Tls::read_fields(reader, fields);
        Some(Self { place: fields.place, common, host: fields.text(reader, "host")?, port, tls })
    }
}
