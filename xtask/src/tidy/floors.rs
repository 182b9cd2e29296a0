//! The layering: crates and their floors, and which crates are reserved.
//!
//! This is the only definition of the layering. `deny.toml` repeats it, and `wrappers` compares the two with each other and
//! with the actual dependencies of packages. Only members that exist are named here.

/// Every crate with its floor. A crate may depend only on floors below its own.
pub(crate) const FLOORS: &[(&str, u8)] = &[
    ("faultfinder-taxonomy", 0),
    ("faultfinder-x509", 1),
    ("faultfinder-spec", 1),
    ("faultfinder-assert", 1),
    ("faultfinder-script", 0),
    ("faultfinder-alert", 2),
    ("faultfinder-net", 2),
    ("faultfinder-http", PROBES),
    ("faultfinder-ssl", PROBES),
    ("faultfinder-dns", PROBES),
    ("faultfinder-tcp", PROBES),
    ("faultfinder-udp", PROBES),
    ("faultfinder-icmp", PROBES),
    ("faultfinder-grpc", PROBES),
    ("faultfinder-ws", PROBES),
    ("faultfinder-engine", 4),
    ("faultfinder-lab", 4),
    ("faultfinder-service", 5),
    ("faultfinder", 6),
];

/// The floor of the probes, which never call each other.
pub(crate) const PROBES: u8 = 3;

/// The harness is outside the floors: it may depend on anything, and nothing may depend on it.
pub(crate) const HARNESS: &[&str] =
    &["xtask", "faultfinder-tests", "faultfinder-benches", "faultfinder-conformance"];

/// Crates that are pure: no I/O, no clock, no async. None of [`IMPURE`] may be below them, however deep.
pub(crate) const PURE: &[&str] = &[
    "faultfinder-taxonomy",
    "faultfinder-x509",
    "faultfinder-spec",
    "faultfinder-assert",
    "faultfinder-script",
    "faultfinder-alert",
];

/// What makes a crate impure.
pub(crate) const IMPURE: &[&str] =
    &["tokio", "mio", "socket2", "rustls", "hyper", "hickory-proto", "reqwest", "ureq"];

/// A third-party crate that only some of our crates may use, and why.
pub(crate) struct Reserved {
    /// The crate.
    pub(crate) name: &'static str,
    /// Who may depend on it; the harness always may.
    pub(crate) users: &'static [&'static str],
    /// Why nobody else may.
    pub(crate) reason: &'static str,
}

const fn reserved(name: &'static str, users: &'static [&'static str], reason: &'static str) -> Reserved {
    Reserved { name, users, reason }
}

const TLS: &[&str] = &["faultfinder-net", "faultfinder-lab"];
const ONE_CLIENT: &str =
    "clients speak TLS through faultfinder-net, so that every probe sees what the peer presented";

/// The crates that are reserved.
pub(crate) const RESERVED: &[Reserved] = &[
    reserved("rustls", TLS, ONE_CLIENT),
    reserved(
        "tokio-rustls",
        &["faultfinder-net", "faultfinder-lab", "faultfinder-service"],
        "clients speak TLS through faultfinder-net; the service listens with it",
    ),
    reserved("rustls-native-certs", &["faultfinder-net"], ONE_CLIENT),
    reserved("webpki-root-certs", &["faultfinder-net"], ONE_CLIENT),
    reserved(
        "resolv-conf",
        &["faultfinder-net"],
        "names are resolved by faultfinder-net, so that every probe reports its resolver alike",
    ),
    reserved(
        "x509-parser",
        &["faultfinder-x509"],
        "certificates are read by faultfinder-x509, which is lenient and bounded and takes only details from it",
    ),
    reserved(
        "quinn",
        &["faultfinder-net", "faultfinder-http", "faultfinder-lab"],
        "connections over QUIC are opened by faultfinder-net, so that every probe sees what the peer presented",
    ),
    reserved("h3", &["faultfinder-http"], "only the HTTP probe speaks HTTP/3"),
    reserved("h3-quinn", &["faultfinder-http"], "only the HTTP probe speaks HTTP/3"),
    reserved("axum", &["faultfinder-service"], "only the service speaks our HTTP API"),
    reserved(
        "lettre",
        &["faultfinder-service"],
        "only the service sends e-mail, over connections of faultfinder-net",
    ),
    reserved("sqlx", &["faultfinder-service"], "only the service stores anything"),
    reserved("clap", &["faultfinder"], "only the binary has a command line"),
    reserved("anyhow", &[], "libraries have their own error types"),
];

/// The floor of a crate; nothing for a crate without a floor.
pub(crate) fn floor(name: &str) -> Option<u8> {
    FLOORS.iter().find(|(listed, _)| *listed == name).map(|(_, floor)| *floor)
}
