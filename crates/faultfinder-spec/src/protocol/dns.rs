//! The fields of `dns` requests.

use crate::fields::{FieldSpec, Shape, Table};
use crate::value::{EdnsSize, Port};
use crate::{common, tls};
use faultfinder_taxonomy::word::{Dnssec, Edns, RecordType, Transport};

/// The fields of a `dns` request.
pub(crate) const TABLE: Table = Table::new("`dns`", &[FIELDS, common::FIELDS]);

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("name", Shape::Text, "the name that is asked for").required(),
    FieldSpec::new(
        "type",
        Shape::of::<RecordType>(),
        "the type of record (A): a mnemonic such as MX, HTTPS, DNSKEY or ANY, or TYPE and a number",
    ),
    FieldSpec::new(
        "server",
        Shape::Text,
        "who is asked (the system's name server): an address or a name, with `#PORT` where it is not the usual one, an \
         https URL for doh, or `all` for every name server of the zone",
    ),
    FieldSpec::new("port", Shape::of::<Port>(), "its port (53; 853 for dot and doq, 443 for doh)"),
    FieldSpec::new("transport", Shape::word::<Transport>(), "how it is asked (udp)"),
    FieldSpec::new("tls", Shape::Table(&tls::TABLE), "TLS settings, for dot, doh and doq"),
    FieldSpec::new(
        "recursion_desired",
        Shape::of::<bool>(),
        "whether the server shall ask others (true; false when all are asked)",
    ),
    FieldSpec::new(
        "authenticated_data",
        Shape::of::<bool>(),
        "whether the server is asked to say if it found the answer authentic (false)",
    ),
    FieldSpec::new(
        "checking_disabled",
        Shape::of::<bool>(),
        "whether the server is asked not to judge signatures (false; true when they are validated)",
    ),
    FieldSpec::new("dnssec", Shape::word::<Dnssec>(), "what is done about signatures (off)"),
    FieldSpec::new(
        "trust_anchor",
        Shape::Texts(TRUST_ANCHORS_MAX),
        "where trust begins, in addition to the root's keys: files, or DS and DNSKEY records",
    ),
    FieldSpec::new("edns", Shape::word::<Edns>(), "whether questions have EDNS (on)"),
    FieldSpec::new(
        "edns_size",
        Shape::of::<EdnsSize>(),
        "the size of answers over UDP that is announced, at least 512 (1232); 0 is `edns: off`",
    ),
];

/// Most trust anchors of one question.
const TRUST_ANCHORS_MAX: usize = 100;

/// The word in `server` that stands for every name server of the zone.
pub const ALL_SERVERS: &str = "all";
