//! What to ask.

use faultfinder_net::{ClientOptions, ResolverTransport};

/// What to ask, and whom. The names are those of the definition format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The name; for `PTR` also an address, which is turned into its `in-addr.arpa` or `ip6.arpa` name.
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
    /// Whether a well-formed answer is an answer whatever its response code and records (an assertion reads them),
    /// rather than a fault. No.
    pub failure_as_value: bool,
    /// The way to the server.
    pub client: ClientOptions,
}

impl Request {
    /// The port of name servers.
    pub const PORT: u16 = 53;

    /// The A records of this name, from the system's name server.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            record_type: "A".to_owned(),
            server: None,
            port: Self::PORT,
            transport: ResolverTransport::Udp,
            recursion_desired: true,
            failure_as_value: false,
            client: ClientOptions::default(),
        }
    }
}
