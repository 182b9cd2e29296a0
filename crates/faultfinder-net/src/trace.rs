//! What one probe went through, kept outside the work so that it survives its cancellation.

#[cfg(feature = "tls")]
use crate::tls::Capture;
use crate::{Deadline, errno};
use faultfinder_taxonomy::{
    AttemptOutcome, Code, ConnectAttempt, Detail, Fact, Facts, Fault, Phase, Report, Timings, TlsFacts,
};
use std::net::{IpAddr, SocketAddr};
#[cfg(feature = "tls")]
use std::sync::Arc;
use tokio::time::Instant;

/// The phases and facts of one attempt.
///
/// A trace is made before the work and borrowed by it. When the deadline drops the work in the middle, the trace
/// still knows which phase it was in and everything that was learnt.
#[derive(Debug)]
pub struct Trace {
    current: Option<(Phase, Instant)>,
    pub(crate) facts: Facts,
    #[cfg(feature = "tls")]
    pub(crate) capture: Option<Arc<Capture>>,
    /// How many requests were made for CRLs, certificates and OCSP answers.
    #[cfg(feature = "tls")]
    pub(crate) fetches: usize,
}

impl Trace {
    /// A trace that begins now.
    #[must_use]
    pub fn start() -> Self {
        Self {
            current: None,
            facts: Facts::default(),
            #[cfg(feature = "tls")]
            capture: None,
            #[cfg(feature = "tls")]
            fetches: 0,
        }
    }

    /// Ends the current phase and begins another one, now.
    pub fn enter(&mut self, phase: Phase) {
        self.enter_at(phase, Instant::now());
    }

    /// Ends the current phase and begins another one at a moment that has passed.
    ///
    /// Moments before the current phase's beginning count as its beginning.
    pub fn enter_at(&mut self, phase: Phase, at: Instant) {
        let at = self.close(at);
        self.facts.timings.add(phase, std::time::Duration::ZERO);
        self.current = Some((phase, at));
    }

    /// Ends the current phase; time until the next `enter` belongs to none.
    pub fn leave(&mut self) {
        self.close(Instant::now());
    }

    /// Ends the current phase at a moment that has passed.
    pub fn leave_at(&mut self, at: Instant) {
        self.close(at);
    }

    /// The phase it is in; `config` before the first.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.current.map_or(Phase::Config, |(phase, _)| phase)
    }

    /// The phases that are complete.
    #[must_use]
    pub const fn timings(&self) -> &Timings {
        &self.facts.timings
    }

    /// The address that answered.
    #[must_use]
    pub const fn peer(&self) -> Option<SocketAddr> {
        self.facts.peer
    }

    /// Names the address that answers, for probes that do not dial by TCP.
    pub fn set_peer(&mut self, peer: SocketAddr) {
        self.facts.peer = Some(peer);
    }

    /// Notes an attempt to reach an address, for probes that do not dial by TCP.
    pub fn add_attempt(&mut self, attempt: ConnectAttempt) {
        self.facts.connects.push(attempt);
    }

    /// Where the latest attempt went to that was not given up, failed or not.
    #[must_use]
    pub fn tried(&self) -> Option<SocketAddr> {
        let peer = self.facts.connects.iter().find(|attempt| attempt.outcome != AttemptOutcome::Abandoned);
        self.facts
            .peer
            .or_else(|| peer.or_else(|| self.facts.connects.first()).map(|attempt| attempt.address))
    }

    /// What is known of the latest TLS session.
    #[must_use]
    pub fn tls(&self) -> Option<TlsFacts> {
        #[cfg(feature = "tls")]
        return self.capture.as_ref().map(|capture| capture.facts());
        #[cfg(not(feature = "tls"))]
        return None;
    }

    /// What the certificates that a peer presented are judged to lack.
    #[cfg(feature = "tls")]
    fn objection(&self) -> Option<Fault> {
        self.capture.as_ref().and_then(|capture| capture.cut_off_fault())
    }

    #[cfg(not(feature = "tls"))]
    const fn objection(&self) -> Option<Fault> {
        None
    }

    /// Notes something that the caller should know although nothing failed; the same thing once.
    pub fn warn(&mut self, warning: impl Into<String>) {
        let warning = warning.into();
        if !self.facts.warnings.contains(&warning) {
            self.facts.warnings.push(warning);
        }
    }

    /// Notes a text that was made of credentials: whoever shows anything of this attempt must hide it.
    pub fn hide(&mut self, text: impl Into<String>) {
        self.facts.confidential.add(text);
    }

    /// Begins another hop of a redirected request: the time so far becomes the `redirect` phase, facts of the
    /// connection are forgotten, warnings stay. Yields the timings of the hop that ended.
    pub fn next_hop(&mut self) -> Timings {
        self.close(Instant::now());
        let mut hop = Timings::default();
        let mut next = Timings::default();
        for (phase, duration) in self.facts.timings.phases() {
            next.add(Phase::Redirect, duration);
            if phase != Phase::Redirect {
                hop.add(phase, duration);
            }
        }
        self.begin_again(next);
        hop
    }

    /// Begins the same exchange again, after one that only served to learn how to authenticate: its time becomes the
    /// `authenticate` phase, facts of the connection are forgotten, warnings stay.
    pub fn again_with_credentials(&mut self) {
        self.close(Instant::now());
        let mut next = Timings::default();
        for (phase, duration) in self.facts.timings.phases() {
            let phase = if phase == Phase::Redirect { phase } else { Phase::Authenticate };
            next.add(phase, duration);
        }
        self.begin_again(next);
    }

    fn begin_again(&mut self, timings: Timings) {
        self.facts.timings = timings;
        self.facts.addresses.clear();
        self.facts.connects.clear();
        self.facts.peer = None;
        #[cfg(feature = "tls")]
        {
            self.capture = None;
        }
    }

    /// The fault of a deadline that passed in the current phase.
    ///
    /// Something definite that was known before beats the silence after it: a certificate that was judged bad while
    /// the handshake hung, or a refusal by one address while another one stayed silent.
    #[must_use]
    pub fn timed_out(&mut self, deadline: &Deadline) -> Fault {
        let phase = match self.phase() {
            // What is fetched to judge a handshake belongs to it.
            Phase::Aia | Phase::Crl | Phase::Ocsp => Phase::Tls,
            other => other,
        };
        self.leave();
        if phase == Phase::Tls
            && let Some(fault) = self.objection()
        {
            return fault;
        }
        if phase == Phase::Connect
            && let Some(fault) = errno::most_definite(&self.facts.connects)
        {
            return fault;
        }
        let budget = deadline.budget().as_millis();
        let message = format!("no {} within {budget} ms", awaited(phase));
        let mut fault = Fault::new(Code::Timeout, phase, Detail::timeout(deadline.scope()), message);
        if phase == Phase::Connect && !self.facts.connects.is_empty() {
            let silent: Vec<Fact> =
                self.facts.connects.iter().map(|attempt| attempt.address.to_string().into()).collect();
            fault = fault.with("unanswered", Fact::List(silent));
        }
        fault.with("budget_ms", u64::try_from(budget).unwrap_or(u64::MAX))
    }

    /// Moves a peer's objection to the client's certificate to where it belongs: in TLS 1.3 it arrives after the
    /// client's side of the handshake, at the first read (RFC 8446 section 4.4.2.4).
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn late_objection(&self, fault: Fault) -> Fault {
        let asked = self.capture.as_ref().is_some_and(|capture| capture.asked_for_client_certificate());
        match &fault.detail {
            Detail::Tls { alert: Some(42..=49 | 116), .. } if asked && fault.phase != Phase::Receive => {
                fault.in_phase(Phase::Tls)
            }
            _ => fault,
        }
    }

    /// Closes the trace and puts everything that it knows beside the outcome.
    pub fn into_report<T>(mut self, mut outcome: Result<T, Fault>) -> Report<T> {
        self.leave();
        if let Err(fault) = &mut outcome {
            add_facts(fault, &self.facts.addresses, &self.facts.connects, self.facts.peer);
        }
        self.facts.tls = self.tls();
        Report { facts: self.facts, outcome }
    }

    /// Ends the current phase and yields the moment, moved to the phase's beginning if it lies before it.
    fn close(&mut self, at: Instant) -> Instant {
        match self.current.take() {
            Some((phase, since)) => {
                let at = at.max(since);
                self.facts.timings.add(phase, at - since);
                at
            }
            None => at,
        }
    }
}

/// What a phase waits for, for messages.
fn awaited(phase: Phase) -> &'static str {
    match phase {
        Phase::Resolve => "answer from the resolver",
        Phase::Connect => "answer to the connection attempt",
        Phase::Proxy => "answer from the proxy",
        Phase::Tls => "end of the TLS handshake",
        Phase::Open => "answer to the request for an upgrade",
        Phase::Authenticate => "end of the authentication",
        Phase::Wait => "first byte of the answer",
        Phase::Receive => "end of the answer",
        Phase::Send => "end of the request's transmission",
        Phase::Reflect => "answer from server reflection",
        Phase::Trailers => "trailers of the call",
        Phase::Config | Phase::Redirect | Phase::Assert | Phase::Aia | Phase::Crl | Phase::Ocsp => {
            "end of the request"
        }
    }
}

/// Adds to a fault where it was that it happened.
fn add_facts(fault: &mut Fault, addresses: &[IpAddr], connects: &[ConnectAttempt], peer: Option<SocketAddr>) {
    if !addresses.is_empty() {
        fault.evidence.insert("addresses", addresses.iter().map(ToString::to_string).collect::<Vec<_>>());
    }
    if let Some(peer) = peer {
        // Without a port where the protocol has none.
        let shown = if peer.port() == 0 { peer.ip().to_string() } else { peer.to_string() };
        fault.evidence.insert("peer", shown);
    }
    if !connects.is_empty() {
        let attempts: Vec<Fact> = connects
            .iter()
            .map(|attempt| {
                let outcome = match &attempt.outcome {
                    AttemptOutcome::Established => "established",
                    AttemptOutcome::Failed(symbol) => symbol,
                    _ => "abandoned",
                };
                Fact::map([
                    ("address", attempt.address.to_string().into()),
                    ("outcome", outcome.into()),
                    ("duration_us", attempt.duration_us.into()),
                ])
            })
            .collect();
        fault.evidence.insert("connects", Fact::List(attempts));
    }
}
