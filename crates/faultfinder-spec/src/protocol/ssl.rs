//! TLS endpoints as written.

use crate::fields::{FieldSpec, Fields, Shape, Table};
use crate::reader::Reader;
use crate::value::Port;
use crate::{Common, Field, Place, Text, Tls, common, tls};
use faultfinder_taxonomy::word::{StartTls, Word as _};

/// The fields of an `ssl` request.
pub(crate) const TABLE: Table = Table::new("`ssl`", &[FIELDS, tls::FIELDS, common::FIELDS]);

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("host", Shape::Text, "the host").required(),
    FieldSpec::new("port", Shape::Port, "its port (443, or that of the `starttls` protocol)"),
    FieldSpec::new("starttls", Shape::Words(StartTls::WORDS), "the protocol in which TLS is asked for"),
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
    /// Its port; when not given 443, or that of the protocol in which TLS is asked for.
    pub port: Option<Field<Port>>,
    /// The protocol in which TLS is asked for; when not given TLS begins at once.
    pub starttls: Option<Field<StartTls>>,
    /// TLS settings, which stand beside `host` here.
    pub tls: Tls,
}

impl SslRequest {
    pub(crate) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Self> {
        let common = Common::read(reader, fields);
        let port = fields.field(reader, "port");
        let starttls = fields.field(reader, "starttls");
        let tls = Tls::read_fields(reader, fields);
        Some(Self { place: fields.place, common, host: fields.text(reader, "host")?, port, starttls, tls })
    }
}
