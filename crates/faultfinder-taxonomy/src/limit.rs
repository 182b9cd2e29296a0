//! Limits that several crates share. A limit of one crate is in that crate.

/// Most bytes of a decoded body, or of a gRPC response as JSON, that a probe keeps; JSONPath reads no longer one.
pub const BODY_BYTES_MAX: usize = 5_000_000;

/// Most bytes of payload in one packet over IPv4: 65,535 less the headers of IP (20) and of UDP or ICMP (8), RFC 791,
/// RFC 768 and RFC 792. IPv6 would take 20 more, but which of the two a name leads to is known only when it is resolved.
pub const PAYLOAD_BYTES_MAX: u16 = 65_507;

/// Most echo requests of one ICMP test.
pub const ECHO_REQUESTS_MAX: u16 = 10;

/// Most characters of a value that a message about a mistake repeats.
pub const QUOTED_CHARS_MAX: usize = 60;

/// Most bytes of a value that a step extracts for later ones: as many as a variable may have.
pub const EXTRACTED_BYTES_MAX: usize = 1_000_000;
