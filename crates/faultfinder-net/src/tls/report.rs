//! The results of a handshake for reports: the fault, the warnings, the facts.

use super::capture::{Capture, Presented, State};
use super::options::CertificateDetails;
use super::{revocation, wire};
use faultfinder_taxonomy::{Blame, CertificateFacts, Code, Detail, Fact, Fault, Phase, TlsFacts, VerifyCode};
use faultfinder_x509::{Event, Verdict};

impl Capture {
    /// The fault in what the peer presented, unless the options accept it.
    #[must_use]
    pub fn verify_fault(&self) -> Option<Fault> {
        if self.judge.options.insecure {
            return None;
        }
        self.objection(false)
    }

    /// The same when time ran out: the verdict known before decides, together with what had not been fetched by then.
    pub(crate) fn cut_off_fault(&self) -> Option<Fault> {
        if self.judge.options.insecure {
            return None;
        }
        self.objection(true)
    }

    /// Problems that cause a warning although the options accept them.
    pub(super) fn accepted_objection(&self) -> Option<String> {
        let objection = if self.judge.options.insecure { self.objection(false) } else { None };
        objection
            .map(|fault| format!("the certificate is not valid, but the test accepts it: {}", fault.message))
    }

    fn objection(&self, is_cut_off: bool) -> Option<Fault> {
        let state = self.state();
        if let Some(why) = &state.unreadable {
            let detail = Detail::tls("header_too_long", Some("ERR_SSL_HEADER_TOO_LONG"));
            let message = format!("the peer's certificate cannot be read: {why}");
            return Some(Fault::new(Code::Ssl, Phase::Tls, detail, message));
        }
        let verdict = state.verdict.as_ref()?;
        let Some(event) = self.decisive(verdict) else { return self.ocsp_objection(&state, is_cut_off) };
        let subject = event.subject();
        // What OpenSSL says of an algorithm that is not known here is not known either.
        let openssl = if event.is_judged() { event.openssl } else { event.code };
        let detail = Detail::verify(event.code, openssl, event.depth, &subject);
        let certificate = if event.depth == 0 {
            "the certificate".to_owned()
        } else {
            format!("certificate {} of the chain", event.depth)
        };
        let place = if is_cut_off { self.awaited_place(&state, event) } else { None };
        let awaited = place.map_or_else(String::new, |url| format!("; time ran out before {url} answered"));
        let verb = if event.is_judged() { "is refused" } else { "cannot be judged" };
        let message = format!("{certificate} ({subject}) {verb}: {}{awaited}", event.reason);
        let mut fault = Fault::new(Code::Ssl, Phase::Tls, detail, message).with_hint(event.remedy.clone());
        if !event.is_judged() {
            fault = fault.blamed_on(Blame::Ourselves);
        } else if event.code.is_about_crl() && !self.judge.options.crl_fetch {
            // The test has brought it.
            fault = fault.blamed_on(Blame::Definition);
        }
        fault.hints.dedup();
        let events: Vec<Fact> = verdict.verify_events().iter().map(event_fact).collect();
        fault.evidence.insert("events", Fact::List(events));
        fault.evidence.insert("chain", chain_fact(&state));
        if let Some(sni) = &self.sni {
            fault.evidence.insert("server_name", sni.as_str());
        }
        if let (VerifyCode::CertRevoked, Some(facts)) = (event.code, &state.ocsp) {
            fault.evidence.insert("ocsp", revocation::evidence(facts));
        }
        Some(fault)
    }

    /// The OCSP status that the test or the certificate requires and that is missing; it counts only for a valid chain.
    fn ocsp_objection(&self, state: &State, is_cut_off: bool) -> Option<Fault> {
        let known = state.ocsp_fault.clone();
        let mut fault = known.or_else(|| if is_cut_off { self.awaited_answer(state) } else { None })?;
        fault.evidence.insert("ocsp", state.ocsp.as_ref().map(revocation::evidence));
        fault.evidence.insert("chain", chain_fact(state));
        if let Some(sni) = &self.sni {
            fault.evidence.insert("server_name", sni.as_str());
        }
        Some(fault)
    }

    /// The most important event, among those that the options do not accept.
    fn decisive<'v>(&self, verdict: &'v Verdict) -> Option<&'v Event> {
        verdict.decisive_unless(|event| self.judge.accepts(event.code))
    }

    /// The presented chain as evidence.
    pub(super) fn chain_evidence(&self) -> Fact {
        chain_fact(&self.state())
    }

    /// Everything that is known about the session.
    #[must_use]
    pub fn facts(&self) -> TlsFacts {
        let state = self.state();
        let hello = self.taps.with_head(wire::server_hello);
        let mut facts = TlsFacts::default();
        facts.version =
            state.negotiated.version.clone().or_else(|| hello.map(|hello| wire::version_name(hello.version)));
        facts.cipher_suite = state
            .negotiated
            .cipher_suite
            .clone()
            .or_else(|| hello.map(|hello| wire::cipher_suite_name(hello.cipher_suite)));
        facts.alpn.clone_from(&state.negotiated.alpn);
        facts.server_name.clone_from(&self.sni);
        facts.chain = chain(&state, self.judge.options.details);
        let built = state.verdict.as_ref().map(|verdict| verdict.chain.as_slice()).unwrap_or_default();
        facts.chain_length = (!built.is_empty()).then_some(built.len());
        facts.chain_not_after = built.iter().filter_map(faultfinder_x509::Certificate::not_after).min();
        facts.verified = state.verdict.as_ref().map(|verdict| self.decisive(verdict).is_none());
        facts.events = state.verdict.as_ref().map(Verdict::verify_events).unwrap_or_default();
        facts.ocsp_stapled = state.staple.is_some();
        facts.ocsp.clone_from(&state.ocsp);
        facts.client_certificate_requested = state.client_certificate_requested;
        facts
    }
}

/// The certificates as the peer sent them; results are stored for long, so only the requested ones have their details.
fn chain(state: &State, details: CertificateDetails) -> Vec<CertificateFacts> {
    let presented = state.presented.iter().enumerate();
    presented
        .map(|(depth, presented)| match presented {
            Presented::Certificate(certificate) if depth == 0 || details == CertificateDetails::Chain => {
                certificate.facts_in_detail()
            }
            other => plain(other),
        })
        .collect()
}

fn plain(presented: &Presented) -> CertificateFacts {
    match presented {
        Presented::Certificate(certificate) => certificate.facts(),
        Presented::Unreadable(why) => {
            let mut facts = CertificateFacts::default();
            facts.parse_error = Some(why.clone());
            facts
        }
    }
}

/// The chain as evidence.
fn chain_fact(state: &State) -> Fact {
    Fact::List(state.presented.iter().map(|presented| certificate_fact(&plain(presented))).collect())
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
