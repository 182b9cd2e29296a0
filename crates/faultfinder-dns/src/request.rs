//! What to ask.

use faultfinder_net::dns::QueryOptions;
#[cfg(feature = "tls")]
use faultfinder_net::tls::TlsOptions;
use faultfinder_net::{ClientOptions, Shared};
use faultfinder_taxonomy::word::{Dnssec, RecordType, Transport};

/// What to ask, and whom. The names are those of the definition format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The name; for `PTR` also an address, which is turned into its `in-addr.arpa` or `ip6.arpa` name.
    pub name: String,
    /// The type of record.
    pub record_type: RecordType,
    /// The name server: an address, a name that the resolver knows, or with [`Transport::Doh`] a URL. The
    /// system's first one.
    pub server: Option<String>,
    /// Whether every name server of the zone is asked, instead of one. No.
    pub all_servers: bool,
    /// The port of the server, or servers. That of the transport: 53, 853 or 443.
    pub port: Option<u16>,
    /// How it is asked. UDP, and TCP on truncation. `dot` and `doh` need the feature `tls`, `doq` needs `quic`.
    pub transport: Transport,
    /// TLS settings, where the transport has TLS.
    #[cfg(feature = "tls")]
    pub tls: Shared<TlsOptions>,
    /// Whether recursion is asked for. Yes.
    pub recursion_desired: bool,
    /// Whether the server is asked to say if it found the answer authentic (AD). No.
    pub authenticated_data: bool,
    /// Whether the server is asked not to judge signatures (CD). No, except where they are validated here.
    pub checking_disabled: bool,
    /// What is done about signatures. Nothing. Validation needs the feature `dnssec`.
    pub dnssec: Dnssec,
    /// Trust anchors in addition to the root's keys: files, or DS and DNSKEY records as in zone files.
    pub trust_anchor: Vec<String>,
    /// Whether the question has EDNS (RFC 6891); DNSSEC needs it. Yes.
    pub edns: bool,
    /// How large an answer is taken over UDP, in bytes. 1,232.
    pub edns_size: u16,
    /// Whether a well-formed answer is an answer whatever its response code and records (an assertion reads them),
    /// rather than a fault. No.
    pub failure_as_value: bool,
    /// Whether an answer that DNSSEC finds bogus is an answer all the same. No.
    pub bogus_as_value: bool,
    /// The way to the server.
    pub client: Shared<ClientOptions>,
}

impl Request {
    /// The A records of this name, from the system's name server.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            record_type: RecordType::A,
            server: None,
            all_servers: false,
            port: None,
            transport: Transport::Udp,
            #[cfg(feature = "tls")]
            tls: Shared::default(),
            recursion_desired: true,
            authenticated_data: false,
            checking_disabled: false,
            dnssec: Dnssec::Off,
            trust_anchor: Vec::new(),
            edns: true,
            edns_size: QueryOptions::EDNS_SIZE,
            failure_as_value: false,
            bogus_as_value: false,
            client: Shared::default(),
        }
    }

    /// The options of the queries.
    pub(crate) fn options(&self) -> QueryOptions {
        let validates = self.dnssec == Dnssec::Validate;
        QueryOptions {
            recursion_desired: self.recursion_desired,
            authenticated_data: self.authenticated_data,
            checking_disabled: self.checking_disabled || validates,
            dnssec_ok: self.dnssec != Dnssec::Off,
            edns: self.edns,
            edns_size: self.edns_size,
        }
    }
}
