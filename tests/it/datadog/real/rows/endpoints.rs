//! Definitions of one request that is not HTTP.

use super::super::row::{Row, fails, faults, passes};
use super::super::world::{Calls, Certificate, WORLD, World, being, naming, valid};

/// A certificate of an authority that nobody trusts.
const UNTRUSTED: World = World { certificate: Certificate { days: 89, is_self_signed: false }, ..WORLD };
const CLOSED: World = World { listens: false, ..WORLD };
const SAYS_ELSE: World = World { datagram: Some("something else"), socket: "websocket/ok-json", ..WORLD };
const NO_MESSAGE: &str = "the assertion is left out: a health check has no message";
const NOT_BASE64: &str = "the message is not base64";

/// A server that is healthy for calls that have these texts, and answers with this metadata.
const fn healthy(needs: &'static [&'static str], property: &'static [(&'static str, &'static str)]) -> World {
    World { calls: Calls { health: 1, needs, metadata: property }, ..WORLD }
}

pub(in super::super) const DNS: &[Row] = &[
    passes(
        &["dns 0717"],
        naming(&[("A", "1.1.1.1")]),
        "every A record is 1.1.1.1, and the name has that one alone",
    ),
    fails(
        &["dns 0717"],
        naming(&[("A", "1.1.1.1"), ("A", "1.0.0.1")]),
        &[0],
        "`recordEvery`: the second record is another one",
    ),
    passes(
        &["dns 7524", "dns cd54"],
        naming(&[("A", "192.0.2.1"), ("A", "0.0.0.0")]),
        "`recordSome`: one of both A records is 0.0.0.0",
    ),
    fails(&["dns 7524", "dns cd54"], naming(&[("A", "192.0.2.1")]), &[0], "no A record is 0.0.0.0"),
    passes(
        &["dns 3e07"],
        naming(&[("A", "93.184.216.34"), ("NS", "b.iana-servers.net"), ("NS", "a.iana-servers.net")]),
        "the A record and one of the NS records are the wanted ones, and loopback answers within 1 s",
    )
    .steps(&["passed", "passed"]),
    fails(
        &["dns 3e07"],
        naming(&[("A", "93.184.216.34"), ("NS", "b.iana-servers.net")]),
        &[2],
        "no NS record is a.iana-servers.net",
    )
    .steps(&["passed", "failed"]),
];

pub(in super::super) const GRPC: &[Row] = &[
    passes(
        &["grpc 86ce"],
        healthy(&["Hello"], &[("property", "123")]),
        "it asserts on the health, so it is a health check, of `Hello`: SERVING is 1, and `property` is 123",
    )
    .leaving_out(&[1], NO_MESSAGE),
    fails(
        &["grpc 86ce"],
        healthy(&["Hello"], &[("property", "124")]),
        &[2],
        "the metadata `property` is 124, not 123",
    )
    .leaving_out(&[1], NO_MESSAGE),
    passes(
        &["grpc f4c0"],
        healthy(&["Hello", "header: value"], &[("property", "123")]),
        "the same, with metadata in the request, and a time that loopback keeps",
    )
    .leaving_out(&[2], NO_MESSAGE),
    fails(
        &["grpc f4c0"],
        World { calls: Calls { health: 2, needs: &[], metadata: &[("property", "123")] }, ..WORLD },
        &[1],
        "the health is NOT_SERVING, which is 2",
    )
    .leaving_out(&[2], NO_MESSAGE),
    passes(&["grpc 08ba"], healthy(&["Hello"], &[]), "the health of `Hello` is SERVING, which is 1"),
    fails(&["grpc 08ba"], being(2), &[0], "the health is NOT_SERVING, which is 2"),
    passes(
        &["grpc 63fb", "grpc 7a4b"],
        healthy(&["header: value-updated"], &[]),
        "an empty service is the whole server, which is SERVING",
    ),
    passes(&["grpc b359"], WORLD, "an empty service is the whole server, which is SERVING"),
    fails(&["grpc 63fb", "grpc 7a4b"], being(2), &[1], "the health is NOT_SERVING, which is 2"),
    fails(&["grpc b359"], being(0), &[1], "the health is UNKNOWN, which is 0"),
];

pub(in super::super) const ICMP: &[Row] = &[passes(
    &["icmp f670", "icmp c7d6"],
    WORLD,
    "loopback answers both packets within 200 ms, so no share of them is lost",
)];

pub(in super::super) const SSL: &[Row] = &[
    passes(
        &["ssl 61ff", "ssl 9d02", "ssl 4558", "ssl 98ad"],
        valid(89),
        "self-signed certificates are accepted, and 89 days are more than 30; nothing is stapled, so nothing is revoked",
    ),
    fails(&["ssl 61ff", "ssl 9d02", "ssl 4558", "ssl 98ad"], valid(29), &[0], "29 days are not more than 30"),
    faults(
        &["ssl 61ff", "ssl 9d02", "ssl 4558", "ssl 98ad", "ssl 9fb0"],
        UNTRUSTED,
        "SSL",
        "`accept_self_signed` is about certificates that signed themselves: this one is of an unknown authority",
    ),
    passes(&["ssl 6ba3"], UNTRUSTED, "validation is ignored, and 89 days are more than 30"),
    fails(&["ssl 6ba3"], valid(29), &[0], "29 days are not more than 30"),
    passes(&["ssl 9fb0"], valid(11), "self-signed certificates are accepted, and 11 days are more than 10"),
    fails(&["ssl 9fb0"], valid(9), &[0], "9 days are not more than 10"),
    faults(
        &["ssl c684", "ssl f6ad", "ssl d8e4"],
        valid(89),
        "SSL",
        "nothing accepts the peer's certificate, and no public authority vouches for a peer on loopback",
    ),
];

pub(in super::super) const SOCKETS: &[Row] = &[
    passes(&["tcp 715b", "tcp 1ae9"], WORLD, "somebody listens, and loopback answers within 2 s"),
    fails(
        &["tcp 715b"],
        CLOSED,
        &[1],
        "`connection` makes a refusal an outcome: it is `refused`, not `established`",
    ),
    faults(&["tcp 1ae9"], CLOSED, "CONNREFUSED", "nobody listens, and nothing is asserted on the connection"),
    passes(&["udp 4f63", "udp 57a2"], WORLD, "`message` comes back as it is"),
    fails(&["udp 4f63", "udp 57a2"], SAYS_ELSE, &[1], "the answer is another text"),
    passes(
        &["udp 7206"],
        World { datagram: Some("UDP message response"), ..WORLD },
        "the answer is the wanted text",
    ),
    fails(&["udp 7206"], WORLD, &[1], "the answer is what was sent, `UDP message`"),
    passes(&["websocket 0c9d", "websocket a2a3"], WORLD, "`message` comes back as it is"),
    fails(&["websocket 0c9d", "websocket a2a3"], SAYS_ELSE, &[1], "the answer is another text"),
    passes(
        &["websocket e60c"],
        WORLD,
        "`message` is called base64 and is none (7 digits), so the text is sent, and comes back",
    )
    .warning(NOT_BASE64),
    fails(&["websocket e60c"], SAYS_ELSE, &[1], "the answer is another text").warning(NOT_BASE64),
];
