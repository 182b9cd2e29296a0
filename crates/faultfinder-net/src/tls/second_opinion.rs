//! A second opinion on chains that are valid by our verdict: that of webpki, which rustls and many Rust clients use.
//!
//! webpki runs once per chain, name and purpose; a bounded number of results is remembered, because both verdicts
//! depend only on bytes, and on dates that our verification checks again each time.

use super::chain::Chain;
use super::reference_name::ReferenceName;
use faultfinder_taxonomy::word::Purpose;
use faultfinder_x509::{Certificate, TrustStore};
use rustls::pki_types::{CertificateDer, IpAddr, ServerName, TrustAnchor, UnixTime};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use webpki::{EndEntityCert, Error, KeyUsage};

/// How many results are remembered.
const ANSWERS_MAX: usize = 256;

/// webpki with the same trust anchors, and its latest results.
#[derive(Debug)]
pub(super) struct SecondOpinion {
    anchors: OnceLock<Vec<TrustAnchor<'static>>>,
    answers: Box<[Mutex<Option<Answer>>]>,
    hasher: RandomState,
}

/// webpki's result for a chain.
#[derive(Debug)]
struct Answer {
    question: Question,
    objection: Option<Arc<str>>,
}

/// The input of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Question {
    leaf: Certificate,
    untrusted: Vec<Certificate>,
    name: ReferenceName,
    purpose: Purpose,
}

impl Default for SecondOpinion {
    fn default() -> Self {
        Self {
            anchors: OnceLock::new(),
            answers: (0..ANSWERS_MAX).map(|_| Mutex::new(None)).collect(),
            hasher: RandomState::new(),
        }
    }
}

impl SecondOpinion {
    /// webpki's objection to a chain that is valid by our verdict.
    pub(super) fn objection(
        &self,
        store: &TrustStore,
        chain: &Chain<'_>,
        purpose: Purpose,
    ) -> Option<Arc<str>> {
        let Chain { leaf, untrusted, name, .. } = *chain;
        let place = u64::try_from(self.answers.len())
            .ok()
            .and_then(|count| self.hasher.hash_one(leaf.der()).checked_rem(count))
            .and_then(|place| self.answers.get(usize::try_from(place).ok()?))?;
        if let Ok(known) = place.try_lock()
            && let Some(Answer { question, objection }) = &*known
            && (&question.leaf, question.untrusted.as_slice()) == (leaf, untrusted)
            && (&question.name, question.purpose) == (name, purpose)
        {
            return objection.clone();
        }
        let objection = self.ask(store, chain, purpose).map(Arc::from);
        if let Ok(mut known) = place.try_lock() {
            let question =
                Question { leaf: leaf.clone(), untrusted: untrusted.to_vec(), name: name.clone(), purpose };
            *known = Some(Answer { question, objection: objection.clone() });
        }
        objection
    }

    fn ask(&self, store: &TrustStore, chain: &Chain<'_>, purpose: Purpose) -> Option<String> {
        let usage = match purpose {
            Purpose::SslServer => KeyUsage::server_auth(),
            Purpose::SslClient => KeyUsage::client_auth(),
            // webpki has no other purpose.
            _ => return None,
        };
        let anchors = self.anchors.get_or_init(|| anchors(store));
        let intermediates: Vec<CertificateDer<'_>> =
            chain.untrusted.iter().map(|certificate| CertificateDer::from(certificate.der())).collect();
        let der = CertificateDer::from(chain.leaf.der());
        let time = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(chain.time).ok()?));
        let verdict = EndEntityCert::try_from(&der).and_then(|leaf| {
            let all = webpki::ALL_VERIFICATION_ALGS;
            leaf.verify_for_usage(all, anchors, &intermediates, time, usage, None, None)?;
            leaf.verify_is_valid_for_subject_name(&server_name(chain.name)?)
        });
        verdict.err().map(|error| format!("{} ({error:?})", words(&error)))
    }
}

/// The trusted certificates in webpki's form; it has no trust settings, so certificates with some are omitted.
fn anchors(store: &TrustStore) -> Vec<TrustAnchor<'static>> {
    store
        .iter()
        .filter(|trusted| trusted.trust.is_none())
        .filter_map(|trusted| {
            let der = CertificateDer::from(trusted.certificate.der());
            webpki::anchor_from_trusted_cert(&der).ok().map(|anchor| anchor.to_owned())
        })
        .collect()
}

fn server_name(name: &ReferenceName) -> Result<ServerName<'_>, Error> {
    match name {
        ReferenceName::Dns(name) => {
            ServerName::try_from(name.as_str()).map_err(|_| Error::MalformedDnsIdentifier)
        }
        ReferenceName::Address(address) => Ok(ServerName::IpAddress(IpAddr::from(*address))),
    }
}

/// The objections that valid chains can meet, in words.
const fn words(error: &Error) -> &'static str {
    match error {
        Error::CaUsedAsEndEntity => "the server's certificate is marked as a CA certificate",
        Error::MaximumPathDepthExceeded | Error::MaximumPathBuildCallsExceeded => {
            "the chain has more intermediates than webpki permits"
        }
        Error::MaximumSignatureChecksExceeded | Error::MaximumNameConstraintComparisonsExceeded => {
            "verification takes more work than webpki permits"
        }
        Error::UnsupportedCertVersion => "a certificate is not of version 3",
        Error::UnknownIssuer => "webpki finds no path to a trusted root",
        Error::CertNotValidForName(_) => "the certificate is not for the name",
        Error::UnsupportedSignatureAlgorithmContext(_)
        | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
            "webpki does not support a key or signature of the chain"
        }
        Error::BadDer | Error::BadDerTime | Error::InvalidSerialNumber | Error::TrailingData(_) => {
            "a certificate is not encoded as it must be"
        }
        Error::ExtensionValueInvalid | Error::MalformedExtensions => "an extension is not well-formed",
        Error::UnsupportedCriticalExtension => "webpki does not know a critical extension",
        _ => "webpki does not accept the chain",
    }
}
