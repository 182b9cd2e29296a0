//! ICMP echo requests as written.

use crate::fields::{FieldSpec, Fields, Shape, Table};
use crate::reader::Reader;
use crate::value::{EchoInterval, Number};
use crate::{Common, Field, Place, Text, common};
use faultfinder_taxonomy::word::{TrackHops, Word as _};

/// The fields of an `icmp` request.
pub(crate) const TABLE: Table = Table::new("`icmp`", &[FIELDS, common::FIELDS]);

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("host", Shape::Text, "the host").required(),
    FieldSpec::new("packets", Shape::Number(0, 10), "how many echo requests are sent (4)"),
    FieldSpec::new("interval", Shape::Duration, "time between two requests (200ms)"),
    FieldSpec::new("size", Shape::Number(0, 65_507), "bytes of payload of a request (56)"),
    FieldSpec::new("ttl", Shape::Number(1, 255), "how many hops a request may make (the system's setting)"),
    FieldSpec::new(
        "dont_fragment",
        Shape::Bool,
        "whether requests must not be fragmented on their way (false)",
    ),
    FieldSpec::new("track_hops", Shape::Words(TrackHops::WORDS), "whether the route is traced (off)"),
];

/// Echo requests to a host.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct IcmpRequest {
    /// Where it begins.
    pub place: Place,
    /// What every request has.
    pub common: Common,
    /// The host.
    pub host: Text,
    /// How many requests are sent; 4 when not given.
    pub packets: Option<Field<Number<0, 10>>>,
    /// Time between two of them; 200 ms when not given.
    pub interval: Option<Field<EchoInterval>>,
    /// Bytes of payload; 56 when not given.
    pub size: Option<Field<Number<0, 65_507>>>,
    /// How many hops a request may make; as the system is set when not given.
    pub ttl: Option<Field<Number<1, 255>>>,
    /// Whether requests must not be fragmented; they may when not given.
    pub dont_fragment: Option<Field<bool>>,
    /// Whether the route is traced; it is not when not given.
    pub track_hops: Option<Field<TrackHops>>,
}

impl IcmpRequest {
    pub(crate) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Self> {
        let common = Common::read(reader, fields);
        let packets = fields.field(reader, "packets");
        let interval = fields.field(reader, "interval");
        let size = fields.field(reader, "size");
        let ttl = fields.field(reader, "ttl");
        let dont_fragment = fields.field(reader, "dont_fragment");
        let track_hops = fields.field(reader, "track_hops");
        let host = fields.text(reader, "host")?;
        Some(Self {
            place: fields.place,
            common,
            host,
            packets,
            interval,
            size,
            ttl,
            dont_fragment,
            track_hops,
        })
    }
}
