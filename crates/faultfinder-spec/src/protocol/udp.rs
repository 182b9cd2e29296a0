//! The fields of `udp` requests.

use crate::common;
use crate::fields::{FieldSpec, Shape, Table};
use crate::value::{Base64, Port};

/// The fields of a `udp` request.
pub(crate) const TABLE: Table = Table::new("`udp`", &[FIELDS, common::FIELDS]).at_most_one_of(&[
    "message",
    "message_base64",
    "message_file",
]);

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("host", Shape::Text, "the host").required(),
    FieldSpec::new("port", Shape::of::<Port>(), "the port").required(),
    FieldSpec::new("message", Shape::Text, "text to send (an empty datagram)"),
    FieldSpec::new("message_base64", Shape::of::<Base64>(), "bytes to send, in base64"),
    FieldSpec::new("message_file", Shape::Text, "the file whose bytes are sent"),
];
