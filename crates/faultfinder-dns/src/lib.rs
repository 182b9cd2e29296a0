//! A DNS probe: one question, and rcodes, NODATA, malformed and mismatched answers told apart.

use faultfinder_net::{ClientOptions, ResolverTransport, Vantage};
use faultfinder_taxonomy::{Report, ResponseCode};
use std::net::IpAddr;

/// What to ask, and whom. The names are those of the definition format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The name.
    pub name: String,
    /// The type of record by its mnemonic: `A AAAA CNAME MX NS TXT SOA SRV PTR CAA`.
    pub record_type: String,
    /// The name server: an address, or a name that the system's resolver knows. The system's first one.
    pub server: Option<String>,
    /// Its port. 53.
    pub port: u16,
    /// UDP with a fall-back to TCP on truncation, or TCP.
    pub transport: ResolverTransport,
    /// Whether recursion is asked for. Yes.
    pub recursion_desired: bool,
    /// The way to the server.
    pub client: ClientOptions,
}

/// A well-formed answer without an error, with at least one record of the type that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// The response code.
    pub rcode: ResponseCode,
    /// Flags that are set: `aa tc rd ra ad cd`.
    pub flags: Vec<&'static str>,
    /// The answer section.
    pub answers: Vec<Record>,
    /// The authority section.
    pub authorities: Vec<Record>,
    /// The additional section, without the EDNS pseudo-record.
    pub additionals: Vec<Record>,
    /// Whether the answer came over TCP, asked for or after truncation.
    pub over_tcp: bool,
    /// The server that answered.
    pub server: Option<IpAddr>,
}

/// One resource record in presentation form.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// Its owner, without the final dot.
    pub name: String,
    /// Its type by mnemonic.
    pub record_type: String,
    /// Its time to live in seconds (RFC 2181 section 8: one with the top bit set counts as 0).
    pub ttl: u32,
    /// Its data in presentation form (RFC 1035 section 5.1), names without the final dot.
    pub value: String,
}

impl Request {
    /// The A records of this name, from the system's name server.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            record_type: "A".to_owned(),
            server: None,
            port: 53,
            transport: ResolverTransport::Udp,
            recursion_desired: true,
            client: ClientOptions::default(),
        }
    }
}

/// Asks the question.
pub async fn probe(_vantage: &Vantage, _request: &Request) -> Report<Response> {
    todo!()
}
