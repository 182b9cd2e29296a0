//! What one peer presented, and the verdict on it.

use super::client::Judge;
use super::wire;
use crate::Taps;
use faultfinder_taxonomy::{CertificateFacts, Code, Detail, Fact, Fault, Phase, TlsFacts, VerifyCode};
use faultfinder_x509::{Certificate, Verdict};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Most certificates of a presented chain that are looked at.
const CHAIN_CERTIFICATES_MAX: usize = 100;
/// Most bytes of a presented chain that are looked at.
const CHAIN_BYTES_MAX: usize = 1 << 20;

/// What one peer presented in its handshake, complete or not, and the verdict on it.
#[derive(Debug)]
pub struct Capture {
    judge: Arc<Judge>,
    name: ReferenceName,
    sni: Option<String>,
    time: i64,
    taps: Arc<Taps>,
    state: Mutex<State>,
}

/// The name or address that the certificate must speak for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ReferenceName {
    Dns(String),
    Address(IpAddr),
}

#[derive(Debug, Default)]
struct State {
    presented: Vec<Presented>,
    verdict: Option<Verdict>,
    /// The leaf could not be read: why.
    unreadable: Option<String>,
    bad_handshake_signature: bool,
    client_certificate_requested: bool,
    ocsp_stapled: bool,
    negotiated: Negotiated,
}

/// A certificate as it came: parsed, or why it cannot be.
#[derive(Debug)]
enum Presented {
    Certificate(Certificate),
    Unreadable(String),
}

/// What a complete handshake settled on.
#[derive(Debug, Default, Clone)]
pub(super) struct Negotiated {
    pub(super) version: Option<String>,
    pub(super) cipher_suite: Option<String>,
    pub(super) alpn: Option<String>,
}

impl Capture {
    pub(super) fn new(
        judge: Arc<Judge>,
        name: ReferenceName,
        sni: Option<String>,
        time: i64,
        taps: Arc<Taps>,
    ) -> Self {
        Self { judge, name, sni, time, taps, state: Mutex::default() }
    }

    /// Takes what the peer presented and judges it.
    pub(super) fn present(
        &self,
        leaf: &[u8],
        others: &[rustls::pki_types::CertificateDer<'_>],
        stapled: bool,
    ) {
        let mut bytes = leaf.len();
        let mut presented = vec![read(leaf)];
        for der in others.iter().take(CHAIN_CERTIFICATES_MAX - 1) {
            bytes = bytes.saturating_add(der.len());
            if bytes > CHAIN_BYTES_MAX {
                break;
            }
            presented.push(read(der));
        }
        let verdict = match presented.first() {
            Some(Presented::Certificate(leaf)) => {
                let untrusted: Vec<Certificate> =
                    presented.iter().skip(1).filter_map(Presented::certificate).collect();
                Ok(self.judge.verify(leaf, &untrusted, &self.name, self.time))
            }
            Some(Presented::Unreadable(why)) => Err(why.clone()),
            None => Err("the peer sent no certificate".to_owned()),
        };
        let mut state = self.state();
        state.presented = presented;
        state.ocsp_stapled = stapled;
        match verdict {
            Ok(verdict) => state.verdict = Some(verdict),
            Err(why) => state.unreadable = Some(why),
        }
    }

    pub(super) fn note_bad_signature(&self) {
        self.state().bad_handshake_signature = true;
    }

    pub(super) fn note_client_certificate_request(&self) {
        self.state().client_certificate_requested = true;
    }

    pub(super) fn settle(&self, negotiated: Negotiated) {
        self.state().negotiated = negotiated;
    }

    /// The leaf, for the handshake's own signature.
    pub(super) fn leaf(&self) -> Option<Certificate> {
        self.state().presented.first().and_then(Presented::certificate)
    }

    pub(super) fn taps(&self) -> &Taps {
        &self.taps
    }

    pub(super) fn has_bad_signature(&self) -> bool {
        self.state().bad_handshake_signature
    }

    /// The fault of what the peer presented, unless the options accept it.
    #[must_use]
    pub fn verify_fault(&self) -> Option<Fault> {
        if self.judge.options.insecure {
            return None;
        }
        self.objection()
    }

    /// What to warn of although the options accept it.
    pub(super) fn accepted_objection(&self) -> Option<String> {
        let objection = if self.judge.options.insecure { self.objection() } else { None };
        objection
            .map(|fault| format!("the certificate is not valid, but the test accepts it: {}", fault.message))
    }

    fn objection(&self) -> Option<Fault> {
        let state = self.state();
        if let Some(why) = &state.unreadable {
            let detail = Detail::tls("header_too_long", Some("ERR_SSL_HEADER_TOO_LONG"));
            let message = format!("the peer's certificate cannot be read: {why}");
            return Some(Fault::new(Code::Ssl, Phase::Tls, detail, message));
        }
        let verdict = state.verdict.as_ref()?;
        let event = verdict.decisive_unless(|event| self.judge.accepts(event.code))?;
        let subject = event.subject();
        let detail = Detail::verify(event.code, event.openssl, event.depth, &subject);
        let certificate = if event.depth == 0 {
            "the certificate".to_owned()
        } else {
            format!("certificate {} of the chain", event.depth)
        };
        let message = format!("{certificate} ({subject}) is refused: {}", event.reason);
        let mut fault = Fault::new(Code::Ssl, Phase::Tls, detail, message).with_hint(event.remedy.clone());
        fault.hints.dedup();
        let events: Vec<Fact> = verdict.verify_events().iter().map(event_fact).collect();
        fault.evidence.insert("events", Fact::List(events));
        fault.evidence.insert("chain", Fact::List(chain(&state).iter().map(certificate_fact).collect()));
        if let Some(sni) = &self.sni {
            fault.evidence.insert("server_name", sni.as_str());
        }
        Some(fault)
    }

    /// Whether the peer asked for a client certificate.
    pub(crate) fn asked_for_client_certificate(&self) -> bool {
        self.state().client_certificate_requested
    }

    /// Everything that is known of the session.
    #[must_use]
    pub fn facts(&self) -> TlsFacts {
        let state = self.state();
        let hello = self.taps.with_head(wire::server_hello);
        let mut facts = TlsFacts::default();
        facts.version =
            state.negotiated.version.clone().or_else(|| hello.map(|hello| wire::version_name(hello.version)));
        facts.cipher_suite =
            state.negotiated.cipher_suite.clone().or_else(|| {
                hello.map(|hello| format!("{:?}", rustls::CipherSuite::from(hello.cipher_suite)))
            });
        facts.alpn.clone_from(&state.negotiated.alpn);
        facts.server_name.clone_from(&self.sni);
        facts.chain = chain(&state);
        facts.verified = state
            .verdict
            .as_ref()
            .map(|verdict| verdict.decisive_unless(|event| self.judge.accepts(event.code)).is_none());
        facts.events = state.verdict.as_ref().map(Verdict::verify_events).unwrap_or_default();
        facts.ocsp_stapled = state.ocsp_stapled;
        facts.client_certificate_requested = state.client_certificate_requested;
        facts
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Presented {
    fn certificate(&self) -> Option<Certificate> {
        match self {
            Self::Certificate(certificate) => Some(certificate.clone()),
            Self::Unreadable(_) => None,
        }
    }
}

fn read(der: &[u8]) -> Presented {
    Certificate::from_der(der)
        .map_or_else(|error| Presented::Unreadable(error.to_string()), Presented::Certificate)
}

fn chain(state: &State) -> Vec<CertificateFacts> {
    state
        .presented
        .iter()
        .map(|presented| match presented {
            Presented::Certificate(certificate) => certificate.facts(),
            Presented::Unreadable(why) => {
                let mut facts = CertificateFacts::default();
                facts.parse_error = Some(why.clone());
                facts
            }
        })
        .collect()
}

fn event_fact(event: &faultfinder_taxonomy::VerifyEvent) -> Fact {
    let code = |code: VerifyCode| Fact::from(code.as_str());
    Fact::map([
        ("depth", event.depth.into()),
        ("code", code(event.code)),
        ("openssl", code(event.openssl)),
        ("subject", event.subject.as_str().into()),
        ("reason", event.reason.as_str().into()),
        ("remedy", event.remedy.as_str().into()),
    ])
}

fn certificate_fact(certificate: &CertificateFacts) -> Fact {
    Fact::map([
        ("subject", certificate.subject.as_str().into()),
        ("issuer", certificate.issuer.as_str().into()),
        ("subject_alt_names", certificate.subject_alt_names.clone().into()),
        ("not_before", certificate.not_before.into()),
        ("not_after", certificate.not_after.into()),
        ("sha256", certificate.sha256.as_str().into()),
    ])
}
