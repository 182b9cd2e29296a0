//! The state of one verification (`X509_STORE_CTX`).

use faultfinder_taxonomy::VerifyCode;

use super::meter::Meter;
use super::stop::{Stop, UNSPECIFIED};
use crate::budget::Budget;
use crate::certificate::Certificate;
use crate::event::{Event, Finding};
use crate::key::PublicKey;
use crate::options::VerifyOptions;
use crate::pem::AuxTrust;
use crate::store::TrustStore;
use crate::verdict::{StrictResult, Verdict};

/// The depth limit if none is set; OpenSSL's.
const DEPTH_DEFAULT: usize = 100;

/// One certificate of the chain. Trust settings come with certificates of the store only.
#[derive(Debug, Clone)]
pub(super) struct Link<'a> {
    pub(super) certificate: Certificate,
    pub(super) trust: Option<&'a AuxTrust>,
}

/// All phases in order: what a verification runs, and runs again for the path of a CRL issuer.
pub(super) type Phases = fn(&mut Context<'_>) -> Result<(), Stop>;

/// Everything that the phases share.
pub(super) struct Context<'a> {
    pub(super) leaf: &'a Certificate,
    pub(super) untrusted: &'a [Certificate],
    pub(super) store: &'a TrustStore,
    pub(super) options: &'a VerifyOptions,
    pub(super) chain: Vec<Link<'a>>,
    pub(super) num_untrusted: usize,
    /// Which of the untrusted certificates had their extensions looked at while chains were built. OpenSSL decodes them
    /// at that moment; of the others it knows neither key identifier nor usage when it looks for the issuer of a CRL.
    pub(super) examined: Vec<bool>,
    /// The last error raised; never cleared.
    pub(super) error: Option<Finding>,
    pub(super) error_depth: usize,
    /// Whether events are raised in addition to those of OpenSSL, because OpenSSL does not see them.
    besides: bool,
    /// In the path of a CRL issuer: the depth of the certificate that the CRL is about, in the chain proper.
    crl_path_of: Option<usize>,
    phases: Phases,
    events: Vec<Event>,
    meter: Meter,
    /// Set if there was no memory left for an event.
    exhausted: bool,
}

impl<'a> Context<'a> {
    pub(super) fn new(
        leaf: &'a Certificate,
        untrusted: &'a [Certificate],
        store: &'a TrustStore,
        options: &'a VerifyOptions,
        phases: Phases,
    ) -> Self {
        Self {
            leaf,
            untrusted,
            store,
            options,
            chain: vec![Link { certificate: leaf.clone(), trust: None }],
            num_untrusted: 1,
            examined: vec![false; untrusted.len()],
            error: None,
            error_depth: 0,
            besides: false,
            crl_path_of: None,
            phases,
            events: Vec::new(),
            meter: Meter::new(options.budget),
            exhausted: false,
        }
    }

    /// The limit on the certificates between leaf and anchor.
    pub(super) fn depth_limit(&self) -> usize {
        self.options.depth.map_or(DEPTH_DEFAULT, |depth| usize::try_from(depth).unwrap_or(usize::MAX / 2))
    }

    /// The certificate at a depth.
    pub(super) fn at(&self, depth: usize) -> Option<&Link<'a>> {
        self.chain.get(depth)
    }

    /// The certificate at a depth; the leaf if there is none.
    pub(super) fn certificate(&self, depth: usize) -> Certificate {
        self.at(depth).map_or_else(|| self.leaf.clone(), |link| link.certificate.clone())
    }

    /// Reports an error about the chain's certificate at a depth.
    pub(super) fn raise(&mut self, depth: usize, code: impl Into<Finding>, reason: impl Into<String>) {
        let certificate = self.certificate(depth);
        self.raise_about(depth, code, &certificate, reason);
    }

    /// Reports an error about any certificate.
    pub(super) fn raise_about(
        &mut self,
        depth: usize,
        code: impl Into<Finding>,
        certificate: &Certificate,
        reason: impl Into<String>,
    ) {
        let mut finding = code.into();
        if self.besides {
            finding.openssl = VerifyCode::Ok;
            let place = (depth, finding.code, self.crl_path_of);
            if self.events.iter().any(|event| (event.depth, event.code, event.crl_path_of) == place) {
                return;
            }
        } else {
            self.error = Some(finding);
            self.error_depth = depth;
        }
        let reason = reason.into();
        // Events have no way to end verification; the next step that spends anything does.
        let bytes = size_of::<Event>().saturating_add(reason.len());
        if self.exhausted || self.meter.spend_memory(size(bytes), "events").is_err() {
            self.exhausted = true;
            return;
        }
        let mut event = Event::new(depth, finding, certificate, reason);
        event.crl_path_of = self.crl_path_of;
        self.events.push(event);
    }

    /// Takes steps from the budget; `what` names them for people, in the plural.
    pub(super) fn spend_work(&mut self, steps: usize, what: &str) -> Result<(), Stop> {
        self.check_memory()?;
        self.meter.spend_work(size(steps), what)
    }

    /// Takes bytes from the budget before they are allocated; `what` names what they are for.
    pub(super) fn spend_memory(&mut self, bytes: usize, what: &str) -> Result<(), Stop> {
        self.check_memory()?;
        self.meter.spend_memory(size(bytes), what)
    }

    /// Takes one signature by a key over so many bytes from the budget.
    pub(super) fn spend_signature(&mut self, key: &PublicKey, bytes: usize) -> Result<(), Stop> {
        self.check_memory()?;
        let steps = Budget::SIGNATURE.saturating_mul(key.effort());
        let steps = steps.saturating_add(size(bytes) / Budget::BYTES_PER_STEP);
        self.meter.spend_work(steps, "signatures")
    }

    /// Ends verification if events have used up the memory.
    pub(super) fn check_memory(&self) -> Result<(), Stop> {
        if self.exhausted { Err(Stop::over_budget("events")) } else { Ok(()) }
    }

    /// Reports events that OpenSSL does not see, except those already reported for the same certificate. The state that
    /// OpenSSL uses afterwards does not change.
    pub(super) fn tell_besides<T>(&mut self, tell: impl FnOnce(&mut Self) -> T) -> T {
        let before = (std::mem::replace(&mut self.besides, true), self.examined.clone());
        let told = tell(self);
        (self.besides, self.examined) = before;
        told
    }

    /// Notes that an untrusted certificate's extensions were looked at.
    pub(super) fn examine(&mut self, index: usize) {
        if let Some(examined) = self.examined.get_mut(index) {
            *examined = true;
        }
    }

    /// Whether this is the verification of a CRL issuer's own certificate.
    pub(super) const fn is_crl_path(&self) -> bool {
        self.crl_path_of.is_some()
    }

    /// Runs the verification of a CRL issuer's certificate, whose CRL is about the certificate at a depth. Events and
    /// budget are shared; everything else is its own. Gives what became of it, and the top of its chain.
    pub(super) fn nest(
        &mut self,
        issuer: &Certificate,
        depth: usize,
    ) -> (Result<(), Stop>, Option<Certificate>) {
        let mut nested = Context::new(issuer, self.untrusted, self.store, self.options, self.phases);
        nested.crl_path_of = Some(depth);
        nested.besides = self.besides;
        std::mem::swap(&mut nested.events, &mut self.events);
        std::mem::swap(&mut nested.meter, &mut self.meter);
        std::mem::swap(&mut nested.examined, &mut self.examined);
        let outcome = (self.phases)(&mut nested);
        std::mem::swap(&mut nested.examined, &mut self.examined);
        std::mem::swap(&mut nested.events, &mut self.events);
        std::mem::swap(&mut nested.meter, &mut self.meter);
        self.exhausted |= nested.exhausted;
        (outcome, nested.chain.pop().map(|link| link.certificate))
    }

    /// What people see of an internal error.
    fn internal_event(&self, finding: impl Into<Finding>, reason: String) -> Event {
        Event::new(self.error_depth, finding.into(), &self.certificate(self.error_depth), reason)
    }

    pub(super) fn into_verdict(self, outcome: Result<(), Stop>) -> Verdict {
        let (ret, code, internal) = match outcome {
            Ok(()) => (1, self.error.map(|finding| finding.openssl), None),
            Err(Stop::Refused) => (0, self.error.map(|finding| finding.openssl).or(Some(UNSPECIFIED)), None),
            Err(Stop::Silent { reason }) => {
                let code = self.error.map_or(UNSPECIFIED, |finding| finding.openssl);
                (0, Some(code), Some(self.internal_event(UNSPECIFIED, reason)))
            }
            Err(Stop::Internal { finding, reason }) => {
                (-1, Some(finding.openssl), Some(self.internal_event(finding, reason)))
            }
            Err(Stop::KeepingError { finding, reason }) => {
                let code = self.error.map_or(UNSPECIFIED, |finding| finding.openssl);
                (-1, Some(code), Some(self.internal_event(finding, reason)))
            }
        };
        let final_code = code.unwrap_or(VerifyCode::Ok);
        let strict = match self.events.iter().find(|event| event.openssl != VerifyCode::Ok) {
            // Stopped inside the path of a CRL issuer, the outer verification objects to that path.
            Some(Event { crl_path_of: Some(depth), .. }) => {
                StrictResult { code: VerifyCode::CrlPathValidationError, depth: Some(*depth) }
            }
            Some(first) => StrictResult { code: first.openssl, depth: Some(first.depth) },
            None if ret == 1 => StrictResult { code: VerifyCode::Ok, depth: None },
            None => StrictResult { code: final_code, depth: Some(self.error_depth) },
        };
        Verdict {
            events: self.events,
            ret,
            final_code,
            strict,
            chain: self.chain.into_iter().map(|link| link.certificate).collect(),
            num_untrusted: self.num_untrusted,
            internal,
        }
    }
}

/// A count for the budget.
fn size(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
