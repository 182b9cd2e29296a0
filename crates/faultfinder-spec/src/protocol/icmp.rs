//! The fields of `icmp` requests.

use crate::common;
use crate::fields::{FieldSpec, Shape, Table};
use crate::value::{EchoInterval, EchoWait, Number};
use faultfinder_taxonomy::word::TrackHops;
use faultfinder_taxonomy::{ECHO_REQUESTS_MAX, PAYLOAD_BYTES_MAX};

/// The fields of an `icmp` request.
pub(crate) const TABLE: Table = Table::new("`icmp`", &[FIELDS, common::FIELDS]);

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("host", Shape::Text, "the host").required(),
    FieldSpec::new(
        "packets",
        Shape::of::<Number<0, { ECHO_REQUESTS_MAX as u32 }>>(),
        "how many echo requests are sent (4)",
    ),
    FieldSpec::new("interval", Shape::of::<EchoInterval>(), "time between two requests, 1ms to 60s (200ms)"),
    FieldSpec::new(
        "wait",
        Shape::of::<EchoWait>(),
        "how long after its request a reply counts, 1ms to 60s (10s after the last request while nothing has come, then 2s \
         or twice the longest round trip)",
    ),
    FieldSpec::new(
        "size",
        Shape::of::<Number<0, { PAYLOAD_BYTES_MAX as u32 }>>(),
        "bytes of payload of a request (56)",
    ),
    FieldSpec::new(
        "ttl",
        Shape::of::<Number<1, 255>>(),
        "how many hops a request may make (the system's setting)",
    ),
    FieldSpec::new(
        "dont_fragment",
        Shape::of::<bool>(),
        "whether requests must not be fragmented on their way (false)",
    ),
    FieldSpec::new("track_hops", Shape::word::<TrackHops>(), "whether the route is traced (off)"),
];
