//! DNS questions as written.

use crate::fields::{FieldSpec, Fields, Shape, Table};
use crate::reader::Reader;
use crate::value::{DnsTransport, Number, OffOnly, Port, RecordType};
use crate::{Common, Field, Place, Text, common};

/// The fields of a `dns` request.
pub(crate) const TABLE: Table = Table::new("`dns`", &[FIELDS, common::FIELDS]);

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("name", Shape::Text, "the name that is asked for").required(),
    FieldSpec::new("type", Shape::Words(RecordType::WORDS), "the type of record (A)"),
    FieldSpec::new("server", Shape::Text, "who is asked (the system's name server)"),
    FieldSpec::new("port", Shape::Port, "its port (53)"),
    FieldSpec::new("transport", Shape::Words(DnsTransport::WORDS), "how it is asked (udp)"),
    FieldSpec::new("recursion_desired", Shape::Bool, "whether the server shall ask others (true)"),
    FieldSpec::new("dnssec", Shape::Words(OffOnly::WORDS), "whether signatures are asked for (off)"),
    FieldSpec::new("edns_size", Shape::Number(512, 65_535), "the size of answers over UDP that is announced"),
];

/// A DNS question.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DnsRequest {
    /// Where it begins.
    pub place: Place,
    /// What every request has.
    pub common: Common,
    /// The name that is asked for.
    pub name: Text,
    /// The type of record; A when not given.
    pub record_type: Option<Field<RecordType>>,
    /// Who is asked, an address or a name; the system's name server when not given.
    pub server: Option<Text>,
    /// Its port; 53 when not given.
    pub port: Option<Field<Port>>,
    /// How; over UDP, and TCP after truncation, when not given.
    pub transport: Option<Field<DnsTransport>>,
    /// Whether recursion is desired; it is when not given.
    pub recursion_desired: Option<Field<bool>>,
    /// The size of answers over UDP that is announced with EDNS(0).
    pub edns_size: Option<Field<Number<512, 65_535>>>,
}

impl DnsRequest {
    pub(crate) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Self> {
        // Read for its diagnostics: nothing but `off` is supported yet.
        let _: Option<Field<OffOnly>> = fields.field(reader, "dnssec");
        let common = Common::read(reader, fields);
        let record_type = fields.field(reader, "type");
        let server = fields.text(reader, "server");
        let port = fields.field(reader, "port");
        let transport = fields.field(reader, "transport");
        let recursion_desired = fields.field(reader, "recursion_desired");
        let edns_size = fields.field(reader, "edns_size");
        let name = fields.text(reader, "name")?;
        Some(Self {
            place: fields.place,
            common,
            name,
            record_type,
            server,
            port,
            transport,
            recursion_desired,
            edns_size,
        })
    }
}
