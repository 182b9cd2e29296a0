//! One problem that verification found.

use std::fmt;

use faultfinder_taxonomy::{VerifyCode, VerifyEvent};

use crate::certificate::Certificate;

/// What is raised: the finest code known, and the code that OpenSSL reports for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) code: VerifyCode,
    pub(crate) openssl: VerifyCode,
}

impl Finding {
    /// What OpenSSL 3.5.5 reports for an algorithm that is not known here. It does not know it either, but that says nothing
    /// about the certificate, so people get a code that OpenSSL never raises.
    pub(crate) const fn unknown_algorithm(openssl: VerifyCode) -> Self {
        Self { code: VerifyCode::UnsupportedSignatureAlgorithm, openssl }
    }

    /// A code, or that of [`Self::unknown_algorithm`].
    pub(crate) fn unless_unknown(code: VerifyCode, unknown: bool) -> Self {
        if unknown { Self::unknown_algorithm(code) } else { code.into() }
    }
}

impl From<VerifyCode> for Finding {
    fn from(code: VerifyCode) -> Self {
        let openssl = match code {
            VerifyCode::UnableToDecryptCertSignature => VerifyCode::CertSignatureFailure,
            VerifyCode::UnableToDecryptCrlSignature => VerifyCode::CrlSignatureFailure,
            VerifyCode::CertUntrusted => VerifyCode::CertRejected,
            other => other,
        };
        Self { code, openssl }
    }
}

/// One call of the verify callback: what is wrong, at which depth, with which certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// Place in the chain; 0 is the leaf.
    pub depth: usize,
    /// The finest code known.
    pub code: VerifyCode,
    /// The code that OpenSSL reports; differs from `code` where OpenSSL reports several facts as one code. `OK` where OpenSSL 3.5.5
    /// sees nothing wrong: it treats a delta CRL as a complete one in places, and accepts what that does not list.
    pub openssl: VerifyCode,
    /// The certificate it is about.
    pub certificate: Certificate,
    /// Why, as a sentence fragment with the facts.
    pub reason: String,
    /// How to fix it.
    pub remedy: String,
    /// For events of the path of a CRL issuer, whose depths count in its own chain: the depth of the certificate that
    /// the CRL is about, in the chain proper.
    pub crl_path_of: Option<usize>,
}

impl Event {
    pub(crate) fn new(depth: usize, finding: Finding, certificate: &Certificate, reason: String) -> Self {
        let remedy = crate::remedy::remedy(finding.code, certificate);
        Self {
            depth,
            code: finding.code,
            openssl: finding.openssl,
            certificate: certificate.clone(),
            reason,
            remedy,
            crl_path_of: None,
        }
    }

    /// Whether it is known that something is wrong. An algorithm that is not known here may be a good one: then nothing
    /// is, the caller's own program is at fault, and what a release of OpenSSL other than 3.5.5 says is unknown.
    #[must_use]
    pub const fn is_judged(&self) -> bool {
        !matches!(self.code, VerifyCode::UnsupportedSignatureAlgorithm)
    }

    /// The subject of the certificate it is about, as RFC 4514 text.
    #[must_use]
    pub fn subject(&self) -> String {
        self.certificate.subject()
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at depth {}: {}", self.code, self.depth, self.reason)
    }
}

impl From<&Event> for VerifyEvent {
    fn from(event: &Event) -> Self {
        let openssl = if event.is_judged() { event.openssl } else { event.code };
        let mut out = Self::new(event.depth, event.code, openssl);
        out.subject = event.subject();
        out.reason.clone_from(&event.reason);
        out.remedy.clone_from(&event.remedy);
        out
    }
}
