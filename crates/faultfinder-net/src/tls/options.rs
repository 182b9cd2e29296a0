//! What a request can say about TLS.

use crate::Pem;
use faultfinder_taxonomy::word::{Aia, CrlCheck, Ocsp, Purpose, Roots, TlsVersion};

/// What a request can say about TLS. The names are those of the definition format.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TlsOptions {
    /// Which authorities are trusted besides those in `ca`.
    pub roots: Roots,
    /// Certificates that are trusted, `TRUSTED CERTIFICATE` blocks with their trust settings.
    pub ca: Vec<Pem>,
    /// Whether a bad chain is only a warning.
    pub insecure: bool,
    /// Whether a self-signed certificate is accepted.
    pub accept_self_signed: bool,
    /// The name that is sent (SNI) and looked for in the certificate, instead of the host's.
    pub server_name: Option<String>,
    /// The certificate, and its chain, with which the client identifies itself.
    pub client_cert: Option<Pem>,
    /// Its private key.
    pub client_key: Option<Pem>,
    /// The oldest version that is offered.
    pub min_version: Option<TlsVersion>,
    /// The newest version that is offered.
    pub max_version: Option<TlsVersion>,
    /// The protocols that are offered by ALPN, best first.
    pub alpn: Vec<String>,
    /// CRLs to look certificates up in, in PEM form, or as DER in a file.
    pub crl: Vec<Pem>,
    /// Whether CRLs are fetched from the distribution points of certificates too.
    pub crl_fetch: bool,
    /// Which certificates are looked up. Nothing: the leaf, when there are CRLs or they may be fetched.
    pub crl_check: Option<CrlCheck>,
    /// What is done with OCSP answers.
    pub ocsp: Ocsp,
    /// Whether missing certificates of issuers are fetched.
    pub aia: Aia,
    /// Most certificates between leaf and anchor; 100 when nothing is said.
    pub verify_depth: Option<u32>,
    /// OpenSSL's security level for keys and digests, 0 to 5.
    pub auth_level: u8,
    /// What the certificate has to be good for.
    pub purpose: Purpose,
    /// Which certificates of the peer come with their details.
    pub details: CertificateDetails,
}

/// Which certificates' details are among the facts. No field of the definition format: the probe decides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: the probe asks for one or for all")]
pub enum CertificateDetails {
    /// Those of the first one: it is what people ask about.
    #[default]
    Leaf,
    /// Those of all, where certificates are what is tested.
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

impl TlsOptions {
    /// The security level when nothing is said: what current Linux distributions and Node.js ask for (no RSA keys
    /// under 2,048 bits, no SHA-1 signatures).
    pub const AUTH_LEVEL: u8 = 2;

    /// Which certificates are looked up in CRLs.
    #[must_use]
    pub fn crl_check(&self) -> CrlCheck {
        let given = self.crl_fetch || !self.crl.is_empty();
        self.crl_check.unwrap_or(if given { CrlCheck::Leaf } else { CrlCheck::Off })
    }

    /// The same options for a peer that is not the target, such as a proxy: it has to be trusted, but what the test
    /// demands of CRLs and OCSP, and its own identity, are the target's alone.
    #[must_use]
    pub fn for_another_peer(&self) -> Self {
        Self {
            server_name: None,
            client_cert: None,
            client_key: None,
            crl: Vec::new(),
            crl_fetch: false,
            crl_check: None,
            ocsp: if self.ocsp == Ocsp::Off { Ocsp::Off } else { Ocsp::Staple },
            ..self.clone()
        }
    }

    /// The same options for a handshake whose chain is not judged: nothing is fetched for it.
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
