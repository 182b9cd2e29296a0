//! DNS questions as written.

use crate::fields::{FieldSpec, Fields, Shape, Table};
use crate::reader::Reader;
use crate::value::{Number, Port};
use crate::{Common, Field, Place, Text, Tls, common, tls};
use faultfinder_taxonomy::word::{Dnssec, RecordType, Transport, Word as _};

/// The fields of a `dns` request.
pub(crate) const TABLE: Table = Table::new("`dns`", &[FIELDS, common::FIELDS]);

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("name", Shape::Text, "the name that is asked for").required(),
    FieldSpec::new(
        "type",
        Shape::Text,
        "the type of record (A): a mnemonic such as MX, HTTPS, DNSKEY or ANY, or TYPE and a number",
    ),
    FieldSpec::new(
        "server",
        Shape::Text,
        "who is asked (the system's name server): an address, a name, an https URL for doh, or `all` for every name \
         server of the zone",
    ),
    FieldSpec::new("port", Shape::Port, "its port (53; 853 for dot and doq, 443 for doh)"),
    FieldSpec::new("transport", Shape::Words(Transport::WORDS), "how it is asked (udp)"),
    FieldSpec::new("tls", Shape::Table(&tls::TABLE), "TLS settings, for dot, doh and doq"),
    FieldSpec::new(
        "recursion_desired",
        Shape::Bool,
        "whether the server shall ask others (true; false when all are asked)",
    ),
    FieldSpec::new(
        "authenticated_data",
        Shape::Bool,
        "whether the server is asked to say if it found the answer authentic (false)",
    ),
    FieldSpec::new(
        "checking_disabled",
        Shape::Bool,
        "whether the server is asked not to judge signatures (false; true when they are validated)",
    ),
    FieldSpec::new("dnssec", Shape::Words(Dnssec::WORDS), "what is done about signatures (off)"),
    FieldSpec::new(
        "trust_anchor",
        Shape::Texts,
        "where trust begins besides the root's keys: files, or DS and DNSKEY records",
    ),
    FieldSpec::new(
        "edns_size",
        Shape::Number(512, 65_535),
        "the size of answers over UDP that is announced (1232)",
    ),
];

/// Most trust anchors of one question.
pub const TRUST_ANCHORS_MAX: usize = 100;

/// The word in `server` that stands for every name server of the zone.
pub const ALL_SERVERS: &str = "all";

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
    /// Who is asked, an address, a name, an https URL or [`ALL_SERVERS`]; the system's name server when not given.
    pub server: Option<Text>,
    /// Its port; that of the transport when not given.
    pub port: Option<Field<Port>>,
    /// How; over UDP, and TCP after truncation, when not given.
    pub transport: Option<Field<Transport>>,
    /// TLS settings, for the transports that have TLS.
    pub tls: Option<Tls>,
    /// Whether recursion is desired; it is when not given, except where all name servers are asked.
    pub recursion_desired: Option<Field<bool>>,
    /// Whether the server is asked to say if it found the answer authentic.
    pub authenticated_data: Option<Field<bool>>,
    /// Whether the server is asked not to judge signatures.
    pub checking_disabled: Option<Field<bool>>,
    /// What is done about signatures.
    pub dnssec: Option<Field<Dnssec>>,
    /// Where trust begins besides the root's keys, each a file or records.
    pub trust_anchor: Vec<Text>,
    /// The size of answers over UDP that is announced with EDNS(0).
    pub edns_size: Option<Field<Number<512, 65_535>>>,
}

impl DnsRequest {
    pub(crate) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Self> {
        let common = Common::read(reader, fields);
        let record_type = fields.field(reader, "type");
        let server = fields.text(reader, "server");
        let port = fields.field(reader, "port");
        let transport = fields.field(reader, "transport");
        let tls = fields.read(reader, "tls", Tls::read);
        let recursion_desired = fields.field(reader, "recursion_desired");
        let authenticated_data = fields.field(reader, "authenticated_data");
        let checking_disabled = fields.field(reader, "checking_disabled");
        let dnssec = fields.field(reader, "dnssec");
        let trust_anchor = fields.texts(reader, "trust_anchor", TRUST_ANCHORS_MAX);
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
            tls,
            recursion_desired,
            authenticated_data,
            checking_disabled,
            dnssec,
            trust_anchor,
            edns_size,
        })
    }
}
