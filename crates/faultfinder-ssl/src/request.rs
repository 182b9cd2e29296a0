//! Which endpoint to look at, and what comes of it.

use faultfinder_net::tls::TlsOptions;
use faultfinder_net::{ClientOptions, Shared};
use faultfinder_taxonomy::TlsFacts;
use faultfinder_taxonomy::word::{StartTls, TlsVersion};

/// Which endpoint to look at, and how. The names are those of the definition format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Name or address.
    pub host: String,
    /// Port. 443.
    pub port: u16,
    /// The protocol in which TLS is asked for; none when TLS begins at once.
    pub starttls: Option<StartTls>,
    /// TLS.
    pub tls: Shared<TlsOptions>,
    /// The route to the target.
    pub client: Shared<ClientOptions>,
    /// Whether a further handshake finds out the lowest version that the server accepts. Yes.
    pub probe_versions: bool,
}

/// A complete handshake with a good chain.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Response {
    /// What was negotiated and presented.
    pub tls: TlsFacts,
    /// Whole days until the first certificate of the verified chain expires; negative when one has.
    pub days_to_expiry: Option<i64>,
    /// The lowest version that the server accepts, of those that this client can speak.
    pub lowest_version: Option<TlsVersion>,
    /// The highest version that the server accepts.
    pub highest_version: Option<TlsVersion>,
}

impl Request {
    /// This host, port 443.
    #[must_use]
    pub fn new(host: impl Into<String>) -> Self {
        Self {
            host: host.into(),
            port: 443,
            starttls: None,
            tls: Shared::default(),
            client: Shared::default(),
            probe_versions: true,
        }
    }
}
