//! UDP requests as written.

use crate::fields::{FieldSpec, Fields, Shape, Table};
use crate::reader::Reader;
use crate::value::Port;
use crate::{Base64, Common, Field, Place, Text, common};

/// The fields of a `udp` request.
pub(crate) const TABLE: Table =
    Table::new("`udp`", &[FIELDS, common::FIELDS]).at_most_one_of(&["message", "message_base64"]);

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("host", Shape::Text, "the host").required(),
    FieldSpec::new("port", Shape::Port, "the port").required(),
    FieldSpec::new("message", Shape::Text, "what is sent, as text (an empty datagram)"),
    FieldSpec::new("message_base64", Shape::Text, "what is sent, as bytes in base64"),
];

/// A UDP request.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct UdpRequest {
    /// Where it begins.
    pub place: Place,
    /// What every request has.
    pub common: Common,
    /// The host.
    pub host: Text,
    /// The port.
    pub port: Field<Port>,
    /// What is sent; an empty datagram when not given.
    pub message: Option<Text>,
    /// What is sent, where it is no text.
    pub message_base64: Option<Field<Base64>>,
}

impl UdpRequest {
    pub(crate) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Self> {
        let common = Common::read(reader, fields);
        let (host, port) = (fields.text(reader, "host"), fields.field(reader, "port"));
        let message = fields.text(reader, "message");
        let message_base64 = fields.field(reader, "message_base64");
        Some(Self { place: fields.place, common, host: host?, port: port?, message, message_base64 })
    }
}
