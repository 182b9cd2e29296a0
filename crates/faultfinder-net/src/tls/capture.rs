//! The certificates and messages that one peer presented, and the verdict on them.

use super::chain::Chain;
use super::judge::Judge;
use super::options::TlsOptions;
use super::reference_name::ReferenceName;
use crate::Taps;
use faultfinder_taxonomy::{Fact, Fault, OcspFacts, VerifyCode};
use faultfinder_x509::{Certificate, Crl, Event, Sent, Verdict, ocsp};
use std::sync::{Arc, Mutex, PoisonError};

/// Maximum number of certificates of a presented chain that are read.
const CHAIN_CERTIFICATES_MAX: usize = 100;
/// Maximum number of bytes of a presented chain that are read.
const CHAIN_BYTES_MAX: usize = 1 << 20;

/// Everything that one peer presented in its handshake, complete or not, and the verdict on it.
#[derive(Debug)]
pub struct Capture {
    pub(super) judge: Arc<Judge>,
    offered: Arc<Fact>,
    name: ReferenceName,
    pub(super) sni: Option<String>,
    time: i64,
    pub(super) taps: Arc<Taps>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) presented: Vec<Presented>,
    /// Issuers' certificates that the peer did not send.
    fetched: Vec<Certificate>,
    /// CRLs that were fetched.
    crls: Vec<Crl>,
    /// What could not be fetched.
    pub(super) notes: Vec<Note>,
    /// The URL that is being fetched.
    pub(super) fetching: Option<String>,
    pub(super) verdict: Option<Verdict>,
    /// Why the leaf could not be parsed.
    pub(super) unreadable: Option<String>,
    bad_handshake_signature: bool,
    pub(super) client_certificate_requested: bool,
    /// The stapled OCSP response.
    pub(super) staple: Option<Vec<u8>>,
    /// The OCSP status.
    pub(super) ocsp: Option<OcspFacts>,
    /// The fault when a required OCSP status is missing.
    pub(super) ocsp_fault: Option<Fault>,
    pub(super) negotiated: Negotiated,
}

/// A certificate as received: parsed, or why that failed.
#[derive(Debug)]
pub(super) enum Presented {
    Certificate(Certificate),
    Unreadable(String),
}

/// Why data about a certificate was not fetched, and the code that its absence leads to.
#[derive(Debug)]
pub(super) struct Note {
    certificate: Certificate,
    code: VerifyCode,
    why: String,
}

/// The parameters that a complete handshake negotiated.
#[derive(Debug, Default, Clone)]
pub(crate) struct Negotiated {
    pub(crate) version: Option<String>,
    pub(crate) cipher_suite: Option<String>,
    pub(crate) alpn: Option<String>,
}

impl Capture {
    pub(super) fn new(
        judge: Arc<Judge>,
        name: ReferenceName,
        sni: Option<String>,
        time: i64,
        taps: Arc<Taps>,
    ) -> Self {
        Self { judge, offered: Arc::new(Fact::Null), name, sni, time, taps, state: Mutex::default() }
    }

    /// The same of a client that offers this.
    pub(super) fn offering(self, offered: Arc<Fact>) -> Self {
        Self { offered, ..self }
    }

    /// Records what the peer presented and verifies it.
    pub(super) fn present(
        &self,
        leaf: &[u8],
        others: &[rustls::pki_types::CertificateDer<'_>],
        staple: &[u8],
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
        let mut state = self.state();
        state.unreadable = match presented.first() {
            Some(Presented::Certificate(_)) => None,
            Some(Presented::Unreadable(why)) => Some(why.clone()),
            None => Some("the peer sent no certificate".to_owned()),
        };
        state.presented = presented;
        // A chain that is too long is kept with one byte too many, so that this is detected.
        state.staple =
            (!staple.is_empty()).then(|| staple.iter().copied().take(ocsp::ANSWER_BYTES_MAX + 1).collect());
        drop(state);
        self.verify();
    }

    /// Verifies what was presented together with the fetched data.
    fn verify(&self) {
        let Some(leaf) = self.leaf() else { return };
        let (untrusted, crls) = {
            let state = self.state();
            let sent = state.presented.iter().skip(1).filter_map(Presented::certificate);
            (sent.chain(state.fetched.iter().cloned()).collect::<Vec<_>>(), state.crls.clone())
        };
        let chain = Chain { leaf: &leaf, untrusted: &untrusted, name: &self.name, time: self.time };
        let mut verdict = self.judge.verify(&chain, &crls);
        let mut state = self.state();
        for note in &state.notes {
            note.explain(&mut verdict);
        }
        state.verdict = Some(verdict);
    }

    /// webpki's objection to a chain that has no other.
    pub(super) fn second_opinion(&self) -> Option<Arc<str>> {
        let leaf = self.leaf()?;
        let untrusted: Vec<Certificate> = {
            let state = self.state();
            if !state.verdict.as_ref().is_some_and(Verdict::is_valid) {
                return None;
            }
            let sent = state.presented.iter().skip(1).filter_map(Presented::certificate);
            sent.chain(state.fetched.iter().cloned()).collect()
        };
        let chain = Chain { leaf: &leaf, untrusted: &untrusted, name: &self.name, time: self.time };
        self.judge.second_opinion(&chain)
    }

    pub(super) fn note_bad_signature(&self) {
        self.state().bad_handshake_signature = true;
    }

    pub(super) fn note_client_certificate_request(&self) {
        self.state().client_certificate_requested = true;
    }

    pub(crate) fn settle(&self, negotiated: Negotiated) {
        self.state().negotiated = negotiated;
    }

    /// The leaf, for checking the handshake's own signature.
    pub(super) fn leaf(&self) -> Option<Certificate> {
        self.state().leaf()
    }

    pub(super) fn taps(&self) -> &Taps {
        &self.taps
    }

    pub(crate) fn has_bad_signature(&self) -> bool {
        self.state().bad_handshake_signature
    }

    /// The fault of a handshake that failed, with what was offered in it.
    pub(crate) fn explain(&self, fault: Fault) -> Fault {
        fault.with("offered", Fact::clone(&self.offered))
    }

    /// Why no server name was sent; nothing if one was.
    pub(super) fn is_nameless_because(&self) -> Option<&'static str> {
        match (&self.sni, &self.name) {
            (Some(_), _) => None,
            (None, ReferenceName::Address(_)) => Some("the host is an address: set `server_name`"),
            (None, ReferenceName::Dns(_)) => Some("of `sni: false`"),
        }
    }

    /// Whether the peer presented certificates.
    pub(super) fn has_chain(&self) -> bool {
        !self.state().presented.is_empty()
    }

    /// Whether the peer asked for a client certificate.
    pub(crate) fn asked_for_client_certificate(&self) -> bool {
        self.state().client_certificate_requested
    }

    /// The options for the verification.
    pub(super) fn options(&self) -> &TlsOptions {
        &self.judge.options
    }

    /// The time of the verification, in seconds since 1970.
    pub(super) const fn time(&self) -> i64 {
        self.time
    }

    /// The chain that was built, leaf first.
    pub(super) fn built_chain(&self) -> Vec<Certificate> {
        self.state().verdict.as_ref().map(|verdict| verdict.chain.clone()).unwrap_or_default()
    }

    /// What is odd about the certificates that the peer sent, compared with the chain that was built.
    pub(super) fn sent(&self) -> Option<Sent> {
        let state = self.state();
        let certificates: Vec<Certificate> =
            state.presented.iter().filter_map(Presented::certificate).collect();
        state.verdict.as_ref().map(|verdict| verdict.sent(&certificates))
    }

    /// The leaf's issuer in the chain that was built.
    pub(super) fn issuer(&self) -> Option<Certificate> {
        self.state().verdict.as_ref()?.chain.get(1).cloned()
    }

    /// The top of the chain that was built, if its issuer is missing.
    pub(super) fn missing_issuer_of(&self) -> Option<Certificate> {
        let state = self.state();
        let verdict = state.verdict.as_ref()?;
        let top = verdict.chain.last()?;
        let missing = |event: &Event| is_missing_issuer(event.code) && event.certificate == *top;
        verdict.events.iter().any(missing).then(|| top.clone())
    }

    /// Verifies again, with certificates that were fetched.
    pub(super) fn add_certificates(&self, certificates: &[Certificate]) {
        self.state().fetched.extend_from_slice(certificates);
        self.verify();
    }

    /// Verifies again, with CRLs that were fetched; does nothing if there are none.
    pub(super) fn add_crls(&self, crls: Vec<Crl>) {
        if !crls.is_empty() {
            self.state().crls.extend(crls);
            self.verify();
        }
    }

    /// Explains an event by the reason why something was not fetched.
    pub(super) fn note(&self, certificate: &Certificate, code: VerifyCode, why: String) {
        let note = Note { certificate: certificate.clone(), code, why };
        let mut state = self.state();
        if let Some(verdict) = &mut state.verdict {
            note.explain(verdict);
        }
        state.notes.push(note);
    }

    /// A URL is being fetched.
    pub(super) fn fetching(&self, url: &str) {
        self.state().fetching = Some(url.to_owned());
    }

    /// Nothing is being fetched any more.
    pub(super) fn fetched(&self) {
        self.state().fetching = None;
    }

    /// Adds an event before all others, so that each of the chain's own events takes precedence.
    pub(super) fn add_event(&self, event: Event) {
        if let Some(verdict) = &mut self.state().verdict {
            verdict.events.insert(0, event);
        }
    }

    pub(super) fn has_staple(&self) -> bool {
        self.state().staple.is_some()
    }

    /// The stapled OCSP response.
    pub(super) fn staple(&self) -> Option<Vec<u8>> {
        self.state().staple.clone()
    }

    /// Records the OCSP status.
    pub(super) fn set_ocsp(&self, facts: OcspFacts) {
        self.state().ocsp = Some(facts);
    }

    /// Whether OCSP has reported "good" or "revoked".
    pub(super) fn is_ocsp_settled(&self) -> bool {
        self.state().is_ocsp_settled()
    }

    /// Records an OCSP problem; the first one stays.
    pub(super) fn object(&self, fault: Fault) {
        self.state().ocsp_fault.get_or_insert(fault);
    }

    pub(super) fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The peer's own certificate.
    pub(super) fn leaf(&self) -> Option<Certificate> {
        self.presented.first().and_then(Presented::certificate)
    }

    /// Whether the handshake is complete.
    pub(super) const fn is_complete(&self) -> bool {
        self.negotiated.version.is_some()
    }

    /// Whether OCSP has reported "good" or "revoked".
    pub(super) fn is_ocsp_settled(&self) -> bool {
        let status = self.ocsp.as_ref().and_then(|facts| facts.status.as_deref());
        matches!(status, Some("good" | "revoked"))
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

impl Note {
    /// Whether an event was caused by this.
    pub(super) fn explains(&self, event: &Event) -> bool {
        let same = event.code == self.code || (is_missing_issuer(event.code) && is_missing_issuer(self.code));
        same && event.certificate == self.certificate
    }

    /// Adds the reason to the events that it explains.
    fn explain(&self, verdict: &mut Verdict) {
        for event in verdict.events.iter_mut().filter(|event| self.explains(event)) {
            event.reason.push_str("; it could not be fetched: ");
            event.reason.push_str(&self.why);
        }
    }
}

/// Whether an event says that an issuer's certificate is missing.
pub(super) const fn is_missing_issuer(code: VerifyCode) -> bool {
    matches!(
        code,
        VerifyCode::UnableToGetIssuerCert
            | VerifyCode::UnableToGetIssuerCertLocally
            | VerifyCode::UnableToVerifyLeafSignature
    )
}
