//! The TLS options of a request.

use crate::{Pem, Shared};
use faultfinder_taxonomy::word::{Aia, CrlCheck, Ocsp, Purpose, Roots, TlsVersion};
use std::sync::LazyLock;

/// The TLS options of a request. The names are those of the definition format.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TlsOptions {
    /// The trusted authorities in addition to those in `ca`.
    pub roots: Roots,
    /// Certificates that are trusted, `TRUSTED CERTIFICATE` blocks with their trust settings.
    pub ca: Vec<Pem>,
    /// Whether an invalid chain is only a warning.
    pub insecure: bool,
    /// Whether a self-signed certificate is accepted.
    pub accept_self_signed: bool,
    /// The name that is sent (SNI) and required in the certificate, instead of the host's.
    pub server_name: Option<String>,
    /// Whether the name is sent in the handshake, as SNI (RFC 6066 section 3). Yes.
    pub sni: bool,
    /// The certificate, and its chain, that the client presents.
    pub client_cert: Option<Pem>,
    /// Its private key.
    pub client_key: Option<Pem>,
    /// The oldest version that is offered.
    pub min_version: Option<TlsVersion>,
    /// The newest version that is offered.
    pub max_version: Option<TlsVersion>,
    /// The protocols that are offered by ALPN, best first.
    pub alpn: Vec<String>,
    /// CRLs for checking certificates, in PEM form, or as DER in a file.
    pub crl: Vec<Pem>,
    /// Whether CRLs are also fetched from the distribution points of certificates.
    pub crl_fetch: bool,
    /// Which certificates are checked. If not set: the leaf, when there are CRLs or they may be fetched.
    pub crl_check: Option<CrlCheck>,
    /// How OCSP responses are used.
    pub ocsp: Ocsp,
    /// Whether missing issuers' certificates are fetched.
    pub aia: Aia,
    /// Maximum number of certificates between leaf and anchor; 100 if not set.
    pub verify_depth: Option<u32>,
    /// OpenSSL's security level for keys and digests, 0 to 5.
    pub auth_level: u8,
    /// The purpose that the certificate must be valid for.
    pub purpose: Purpose,
    /// Which of the peer's certificates are reported with details.
    pub details: CertificateDetails,
}

/// Which certificates' details are among the facts. Not a field of the definition format: the probe decides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: the probe asks for one or for all")]
pub enum CertificateDetails {
    /// Only the first one, which is enough for most tests.
    #[default]
    Leaf,
    /// All of them, for tests of certificates.
    Chain,
}

impl Default for TlsOptions {
    fn default() -> Self {
        Self {
            roots: Roots::Bundled,
            ca: Vec::new(),
            insecure: false,
            accept_self_signed: false,
            server_name: None,
            sni: true,
            client_cert: None,
            client_key: None,
            min_version: None,
            max_version: None,
            alpn: Vec::new(),
            crl: Vec::new(),
            crl_fetch: false,
            crl_check: None,
            ocsp: Ocsp::Staple,
            aia: Aia::Off,
            verify_depth: None,
            auth_level: Self::AUTH_LEVEL,
            purpose: Purpose::SslServer,
            details: CertificateDetails::Leaf,
        }
    }
}

/// The default settings are in memory once.
impl Default for Shared<TlsOptions> {
    fn default() -> Self {
        static DEFAULT: LazyLock<Shared<TlsOptions>> = LazyLock::new(|| TlsOptions::default().into());
        DEFAULT.clone()
    }
}

impl TlsOptions {
    /// The default security level: the one of current Linux distributions and Node.js (no RSA keys
    /// under 2,048 bits, no SHA-1 signatures).
    pub const AUTH_LEVEL: u8 = 2;

    /// Which certificates are checked against CRLs.
    #[must_use]
    pub fn crl_check(&self) -> CrlCheck {
        let given = self.crl_fetch || !self.crl.is_empty();
        self.crl_check.unwrap_or(if given { CrlCheck::Leaf } else { CrlCheck::Off })
    }

    /// The same options for a peer that is not the target, such as a proxy: it must be trusted, but the test's
    /// requirements for CRLs and OCSP, and the client's identity, apply only to the target.
    #[must_use]
    pub fn for_another_peer(&self) -> Self {
        Self {
            server_name: None,
            sni: true,
            client_cert: None,
            client_key: None,
            crl: Vec::new(),
            crl_fetch: false,
            crl_check: None,
            ocsp: if self.ocsp == Ocsp::Off { Ocsp::Off } else { Ocsp::Staple },
            ..self.clone()
        }
    }

    /// The same options for a handshake whose chain is not verified: nothing is fetched for it.
    #[must_use]
    pub fn unjudged(&self) -> Self {
        Self {
            insecure: true,
            crl: Vec::new(),
            crl_fetch: false,
            crl_check: None,
            ocsp: Ocsp::Off,
            aia: Aia::Off,
            ..self.clone()
        }
    }
}
