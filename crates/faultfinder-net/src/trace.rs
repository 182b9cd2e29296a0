//! The history of one probe, kept outside the work so that it survives its cancellation.

#[cfg(feature = "http")]
use crate::Taps;
use crate::arrivals::Arrivals;
#[cfg(feature = "tls")]
use crate::tls::{Capture, TlsNotes};
use crate::{Deadline, errno, lateness};
use faultfinder_taxonomy::{
    AttemptOutcome, Blame, Code, ConnectAttempt, Detail, Fact, Facts, Fault, Phase, Report, Timings, TlsFacts,
};
use std::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The phases and facts of one attempt.
///
/// A trace is made before the work and borrowed by it. When the deadline drops the work in the middle, the trace
/// still knows which phase it was in and everything that was learned.
#[derive(Debug)]
pub struct Trace {
    current: Option<(Phase, Instant)>,
    /// The proxy that is being connected to (`host:port`); nothing while it is not.
    proxy: Option<String>,
    awaited: Option<Awaited>,
    #[cfg(feature = "http")]
    head: HeadSoFar,
    #[cfg(feature = "tls")]
    pub(crate) notes: TlsNotes,
    /// What passes over the HTTP/2 connection on which requests are sent.
    #[cfg(feature = "http")]
    http2: Option<Arc<Taps>>,
    /// When the attempts to connect began.
    dialing: Option<Instant>,
    /// When what is read arrives.
    arrivals: Arc<Arrivals>,
    /// The interface through which link-local addresses are reached; 0 for the system's choice.
    interface: u32,
    pub(crate) facts: Facts,
    #[cfg(feature = "tls")]
    pub(crate) capture: Option<Arc<Capture>>,
    /// How many requests were made for CRLs, certificates and OCSP responses.
    #[cfg(feature = "tls")]
    pub(crate) fetches: usize,
}

/// What is awaited in the current phase.
#[derive(Debug)]
struct Awaited {
    /// The beginning of a sentence that a time ends: "no answer from .. for ..".
    what: String,
    /// Who has to act if it does not come.
    blame: Blame,
    /// What to do then, before the advice of the phase.
    hint: Option<String>,
}

/// What has come in the current phase of the head of a response that is not complete.
#[cfg(feature = "http")]
#[derive(Debug, Default)]
pub(crate) struct HeadSoFar {
    /// Its beginning.
    pub(crate) first_bytes: Vec<u8>,
    /// How many bytes have come, if they are more.
    bytes: u64,
}

/// How long answers may lie unread without a word about it.
const OWN_DELAY_WITHOUT_A_WORD: Duration = Duration::from_millis(50);
/// The part of a test's time for which answers may lie unread: beyond it, it is not the target that took too long.
const OWN_DELAY_PART: u32 = 2;

/// A time that has run out, of which this process may have taken too much for itself.
fn after_own_delay(mut fault: Fault, own: Duration, budget: Duration) -> Fault {
    let is_of_others = matches!(fault.blame, Blame::Target | Blame::Network);
    if fault.code != Code::Timeout || !is_of_others || own <= budget / OWN_DELAY_PART {
        return fault;
    }
    let millis = own.as_millis();
    fault.message = format!(
        "{}; this process was busy, and let answers lie unread for {millis} ms of them",
        fault.message
    );
    fault
        .blamed_on(Blame::Ourselves)
        .with("own_delay_ms", u64::try_from(millis).unwrap_or(u64::MAX))
        .with_hint("this host is overloaded: run fewer tests at once, or on more processors")
}

impl Trace {
    /// A trace that begins now.
    #[must_use]
    pub fn start() -> Self {
        Self {
            current: None,
            proxy: None,
            awaited: None,
            #[cfg(feature = "http")]
            head: HeadSoFar::default(),
            #[cfg(feature = "tls")]
            notes: TlsNotes::default(),
            #[cfg(feature = "http")]
            http2: None,
            dialing: None,
            arrivals: Arc::new(Arrivals::begin()),
            interface: 0,
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

    /// Ends the current phase and begins another one at a past moment.
    ///
    /// Moments before the current phase's beginning count as its beginning.
    pub fn enter_at(&mut self, phase: Phase, at: Instant) {
        let at = self.close(at);
        let phase = match phase {
            Phase::Tls | Phase::Aia | Phase::Crl | Phase::Ocsp if self.proxy.is_some() => Phase::Proxy,
            other => other,
        };
        self.awaited = None;
        #[cfg(feature = "http")]
        {
            self.head = HeadSoFar::default();
        }
        self.facts.timings.add(phase, Duration::ZERO);
        self.current = Some((phase, at));
    }

    /// When what is read on the connections of this probe arrives.
    #[must_use]
    pub const fn arrivals(&self) -> &Arc<Arrivals> {
        &self.arrivals
    }

    /// From now on the connection is one to a proxy: its handshake is part of the phase `proxy`.
    #[cfg(feature = "tls")]
    pub(crate) fn begin_proxy(&mut self, authority: String) {
        self.proxy = Some(authority);
    }

    /// The proxy is connected to.
    #[cfg(feature = "tls")]
    pub(crate) fn end_proxy(&mut self) {
        self.proxy = None;
    }

    /// A trace for another connection to the same host, whose phases do not count.
    #[cfg(feature = "tls")]
    pub(crate) fn another(&self) -> Self {
        Self { interface: self.interface, ..Self::start() }
    }

    /// The warning with which a test passes that only wants to see the peer's certificate: it is known and good, although the
    /// handshake failed because of a limit of this client.
    #[cfg(feature = "tls")]
    pub fn passes_with(&mut self) -> Option<String> {
        self.notes.passes_with.take()
    }

    /// Says what is awaited in the current phase, as the beginning of a sentence that a time ends ("no answer from .. for
    /// .."), and who has to act if it does not come.
    pub(crate) fn awaits(&mut self, what: impl Into<String>, blame: Blame) {
        self.awaited = Some(Awaited { what: what.into(), blame, hint: None });
    }

    /// Adds to what is awaited what to do if it does not come.
    #[cfg(feature = "tls")]
    pub(crate) fn advises(&mut self, hint: impl Into<String>) {
        if let Some(awaited) = &mut self.awaited {
            awaited.hint = Some(hint.into());
        }
    }

    /// Takes note of bytes of a head that they do not complete, in the phases that end with a head.
    #[cfg(feature = "http")]
    pub fn note_head(&mut self, notes: &crate::http1::Notes) {
        self.head = HeadSoFar { first_bytes: notes.first_bytes.clone(), bytes: notes.read_bytes };
    }

    /// Where the bytes of a head are kept that a proxy sends.
    #[cfg(feature = "http")]
    pub(crate) const fn head_so_far(&mut self) -> &mut Vec<u8> {
        &mut self.head.first_bytes
    }

    /// From now on requests are sent over this HTTP/2 connection: what its server allows explains why time runs out.
    #[cfg(feature = "http")]
    pub fn send_over(&mut self, connection: &Arc<Taps>) {
        self.http2 = Some(Arc::clone(connection));
    }

    /// The setting by which the HTTP/2 server lets no request out, while one is being sent or a response is awaited.
    #[cfg(feature = "http")]
    fn obstacle(&self) -> Option<&'static str> {
        let is_asked = matches!(self.phase(), Phase::Send | Phase::Wait | Phase::Reflect);
        self.http2.as_ref().filter(|_| is_asked).and_then(|taps| taps.obstacle())
    }

    /// More is being found out about a fault: should time run out meanwhile, this is the result. Until [`let_go`](Self::let_go).
    #[cfg(feature = "tls")]
    pub fn keep(&mut self, fault: &Fault) {
        self.notes.kept = Some(Box::new(fault.clone()));
    }

    /// Nothing more is being found out about a fault.
    #[cfg(feature = "tls")]
    pub fn let_go(&mut self) {
        self.notes.kept = None;
    }

    /// Ends the current phase; time until the next `enter` belongs to no phase.
    pub fn leave(&mut self) {
        self.close(Instant::now());
    }

    /// Ends the current phase at a past moment.
    pub fn leave_at(&mut self, at: Instant) {
        self.close(at);
    }

    /// Ends the current phase with what arrived at this moment, and has just been read.
    pub fn leave_with(&mut self, arrived: Instant) {
        self.arrivals.note(arrived);
        self.close(arrived);
    }

    /// Ends the current phase with the arrival of what was read last; what this process has done since then belongs to no
    /// phase.
    pub fn leave_with_arrival(&mut self) {
        self.close(self.arrivals.last().unwrap_or_else(Instant::now));
    }

    /// The current phase began at this later moment: what was done before was the preparation of this process.
    pub fn begins_at(&mut self, at: Instant) {
        if let Some((_, began)) = &mut self.current {
            *began = at.max(*began);
        }
    }

    /// The current phase; `config` before the first.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.current.map_or(Phase::Config, |(phase, _)| phase)
    }

    /// Attempts to connect begin now; they are over when the connect phase ends.
    pub(crate) fn dials(&mut self, began: Instant) {
        self.dialing = Some(began);
    }

    /// The attempt that succeeded was answered at this moment, however late that was noticed: it ends there, and so does the
    /// phase.
    pub(crate) fn established_at(&mut self, at: Instant) {
        let is_it = |attempt: &&mut ConnectAttempt| attempt.outcome == AttemptOutcome::Established;
        let attempt = self.facts.connects.iter_mut().rev().find(is_it);
        self.arrivals.note(at);
        if let (Some(began), Some(attempt)) = (self.dialing, attempt) {
            let after = at.saturating_duration_since(began).as_micros();
            attempt.duration_us = u64::try_from(after).unwrap_or(u64::MAX).saturating_sub(attempt.started_us);
        }
        self.leave_at(at);
    }

    /// Gives the attempts that nobody waits for any more the time that they ran.
    fn give_up_attempts(&mut self, at: Instant) {
        let Some(began) = self.dialing.take() else { return };
        let elapsed = u64::try_from((at - began).as_micros()).unwrap_or(u64::MAX);
        let is_open = |attempt: &&mut ConnectAttempt| {
            attempt.outcome == AttemptOutcome::Abandoned && attempt.duration_us == 0
        };
        for attempt in self.facts.connects.iter_mut().filter(is_open) {
            attempt.duration_us = elapsed.saturating_sub(attempt.started_us);
        }
    }

    /// Sets the interface through which link-local addresses are reached; 0 for the system's choice.
    pub(crate) fn reach_through(&mut self, interface: u32) {
        self.interface = interface;
    }

    /// Where an address of the host that was resolved last is reached: a link-local address through its interface.
    #[must_use]
    pub fn place(&self, address: IpAddr, port: u16) -> SocketAddr {
        match address {
            IpAddr::V6(v6) if v6.is_unicast_link_local() => {
                SocketAddrV6::new(v6, port, 0, self.interface).into()
            }
            other => SocketAddr::new(other, port),
        }
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

    /// Sets the address that answers, for probes that do not dial by TCP.
    pub fn set_peer(&mut self, peer: SocketAddr) {
        self.facts.peer = Some(peer);
    }

    /// Records an attempt to reach an address, for probes that do not dial by TCP.
    pub fn add_attempt(&mut self, attempt: ConnectAttempt) {
        self.facts.connects.push(attempt);
    }

    /// The address of the latest attempt that was not abandoned, failed or not.
    #[must_use]
    pub fn tried(&self) -> Option<SocketAddr> {
        let peer = self.facts.connects.iter().find(|attempt| attempt.outcome != AttemptOutcome::Abandoned);
        self.facts
            .peer
            .or_else(|| peer.or_else(|| self.facts.connects.first()).map(|attempt| attempt.address))
    }

    /// What is known about the latest TLS session.
    #[must_use]
    pub fn tls(&self) -> Option<TlsFacts> {
        #[cfg(feature = "tls")]
        return self.capture.as_ref().map(|capture| capture.facts());
        #[cfg(not(feature = "tls"))]
        return None;
    }

    /// The problem with the certificates that a peer presented.
    #[cfg(feature = "tls")]
    fn objection(&self) -> Option<Fault> {
        self.capture.as_ref().and_then(|capture| capture.cut_off_fault())
    }

    #[cfg(not(feature = "tls"))]
    const fn objection(&self) -> Option<Fault> {
        None
    }

    /// Records a problem that the caller should know although nothing failed; the same one only once.
    pub fn warn(&mut self, warning: impl Into<String>) {
        let warning = warning.into();
        if !self.facts.warnings.contains(&warning) {
            self.facts.warnings.push(warning);
        }
    }

    /// Records a text that was derived from credentials: every report of this attempt must hide it.
    pub fn hide(&mut self, text: impl Into<String>) {
        self.facts.confidential.add(text);
    }

    /// Begins another hop of a redirected request: the time so far becomes the `redirect` phase, facts of the
    /// connection are dropped, warnings stay. Returns the timings of the hop that ended.
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

    /// Begins another exchange of the same hop: the time so far stays in its phases, facts of the connection are dropped,
    /// warnings stay. Returns the timings so far.
    pub fn next_exchange(&mut self) -> Timings {
        self.close(Instant::now());
        let timings = self.facts.timings;
        self.begin_again(timings);
        timings
    }

    /// Begins the same exchange again, after one that only served to learn how to authenticate: its time becomes the
    /// `authenticate` phase, facts of the connection are dropped, warnings stay.
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
            self.notes = TlsNotes::default();
        }
    }

    /// The fault of a deadline that passed in the current phase.
    ///
    /// A definite result that was known before takes precedence over the silence after it: a certificate that was
    /// rejected while the handshake hung, or a refusal by one address while another one stayed silent.
    #[must_use]
    pub fn timed_out(&mut self, deadline: &Deadline) -> Fault {
        if let Some(late) = lateness(deadline.instant()) {
            self.warn(format!(
                "this process was busy and noticed {} ms late that time had run out: measured times are too long",
                late.as_millis()
            ));
        }
        let fault = self.cut_off(deadline);
        let fault = after_own_delay(fault, self.arrivals.own_delay(), deadline.budget());
        #[cfg(feature = "http")]
        if let Some(authority) = &self.proxy {
            return crate::proxy_fault::of_proxy(fault, authority);
        }
        fault
    }

    /// The same, for a proxy and for a target.
    fn cut_off(&self, deadline: &Deadline) -> Fault {
        #[cfg(feature = "tls")]
        if let Some(fault) = &self.notes.kept {
            return Fault::clone(fault);
        }
        let phase = match self.phase() {
            // Data that is fetched to verify a handshake belongs to it.
            Phase::Aia | Phase::Crl | Phase::Ocsp => Phase::Tls,
            other => other,
        };
        let is_handshake = phase == Phase::Tls || (phase == Phase::Proxy && self.proxy.is_some());
        if is_handshake && let Some(fault) = self.objection() {
            return fault;
        }
        if phase == Phase::Connect
            && let Some((_, fault)) = errno::most_definite(&self.facts.connects)
        {
            return fault;
        }
        let budget = deadline.budget().as_millis();
        let detail = Detail::timeout(deadline.scope());
        #[cfg(feature = "http")]
        if let Some(setting) = self.obstacle() {
            let message = format!("the server lets no request out within {budget} ms: its {setting}");
            return Fault::new(Code::Timeout, Phase::Send, detail, message)
                .with("budget_ms", u64::try_from(budget).unwrap_or(u64::MAX));
        }
        let mut fault = match &self.awaited {
            Some(Awaited { what, blame, hint }) => {
                let message = format!("{what} within {budget} ms");
                let fault = Fault::new(Code::Timeout, phase, detail, message).blamed_on(*blame);
                hint.iter().cloned().fold(fault, Fault::with_hint)
            }
            None => {
                let message = format!("{} within {budget} ms", awaited(phase));
                let message = format!("{message}{}", self.announced());
                self.with_head_so_far(Fault::new(Code::Timeout, phase, detail, message), budget)
            }
        };
        if phase == Phase::Connect && !self.facts.connects.is_empty() {
            let silent: Vec<Fact> =
                self.facts.connects.iter().map(|attempt| attempt.address.to_string().into()).collect();
            fault = fault.with("unanswered", Fact::List(silent));
        }
        if let Some(left) = self.left_for_phase(deadline) {
            fault.message =
                format!("{}; only {} ms of them were left when that began", fault.message, left.as_millis());
        }
        fault = fault.with("budget_ms", u64::try_from(budget).unwrap_or(u64::MAX));
        if is_handshake { self.explained(fault) } else { fault }
    }

    /// What the HTTP/2 server announced before it was silent, for the end of a message.
    #[cfg(feature = "http")]
    fn announced(&self) -> String {
        let goaway = self.http2.as_ref().map(|taps| taps.goaway()).filter(crate::goaway::Goaway::has_come);
        goaway.map_or_else(String::new, |goaway| {
            let saying = crate::goaway::saying(goaway.text().as_deref());
            format!("; it has announced the end of the connection with GOAWAY{saying}")
        })
    }

    #[cfg(not(feature = "http"))]
    #[expect(clippy::unused_self, reason = "it is used where HTTP is")]
    const fn announced(&self) -> &'static str {
        ""
    }

    /// The fault of a head that began to come, and did not end in time.
    #[cfg(feature = "http")]
    fn with_head_so_far(&self, mut fault: Fault, budget: u128) -> Fault {
        let HeadSoFar { first_bytes, bytes } = &self.head;
        if first_bytes.is_empty() {
            return fault;
        }
        let bytes = u64::try_from(first_bytes.len()).unwrap_or(u64::MAX).max(*bytes);
        let of = if fault.phase == Phase::Proxy { "the proxy's response" } else { "the response" };
        fault.message = format!("the head of {of} is not complete after {budget} ms: {bytes} bytes so far");
        fault.hints =
            vec![format!("the head of {of} began and did not end: check the log of the peer at that time")];
        fault.with("bytes_received", bytes).with("first_bytes", crate::excerpt(first_bytes))
    }

    #[cfg(not(feature = "http"))]
    #[expect(clippy::unused_self, reason = "it is used where HTTP is")]
    const fn with_head_so_far(&self, fault: Fault, _budget: u128) -> Fault {
        fault
    }

    /// How much of the time was left when the current phase began, if it was so little that earlier phases have used it up.
    fn left_for_phase(&self, deadline: &Deadline) -> Option<Duration> {
        let (_, since) = self.current?;
        let left = deadline.instant().saturating_duration_since(since);
        (left < deadline.budget() / 10).then_some(left)
    }

    /// The fault of a handshake, with what was offered in it.
    #[cfg(feature = "tls")]
    fn explained(&self, fault: Fault) -> Fault {
        match &self.capture {
            Some(capture) => capture.explain(fault),
            None => fault,
        }
    }

    #[cfg(not(feature = "tls"))]
    #[expect(clippy::unused_self, reason = "it is used where TLS is")]
    const fn explained(&self, fault: Fault) -> Fault {
        fault
    }

    /// Moves a peer's rejection of the client's certificate to the phase where it belongs: in TLS 1.3 it arrives after
    /// the client's side of the handshake, at the first read (RFC 8446 section 4.4.2.4).
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

    /// Closes the trace and adds everything that it knows to the outcome.
    pub fn into_report<T>(mut self, mut outcome: Result<T, Fault>) -> Report<T> {
        let open = self.current.map(|(phase, _)| phase);
        self.leave();
        if let Err(fault) = &mut outcome {
            self.break_in(fault.phase, open);
            add_facts(fault, &self.facts.addresses, &self.facts.connects, self.facts.peer);
        }
        self.facts.tls = self.tls();
        self.facts.own_delay = self.arrivals.own_delay();
        if self.facts.own_delay > OWN_DELAY_WITHOUT_A_WORD {
            let millis = self.facts.own_delay.as_millis();
            self.warn(format!(
                "this process was busy: answers lay unread for {millis} ms, which the times of phases do not contain"
            ));
        }
        Report { facts: self.facts, outcome }
    }

    /// Takes the phase in which the attempt broke out of those that were completed. The phase that was open belongs to it:
    /// a fetch that the deadline cut off to the handshake, for example.
    fn break_in(&mut self, phase: Phase, open: Option<Phase>) {
        let mut broke_in = self.facts.timings.break_in(phase);
        if let Some(open) = open.filter(|open| *open != phase) {
            broke_in.after = broke_in.after.saturating_add(self.facts.timings.break_in(open).after);
        }
        self.facts.broke_in = Some(broke_in);
    }

    /// Ends the current phase and returns the moment, moved to the phase's beginning if it is before it.
    fn close(&mut self, at: Instant) -> Instant {
        match self.current.take() {
            Some((phase, since)) => {
                let at = at.max(since);
                if phase == Phase::Connect {
                    self.give_up_attempts(at);
                }
                self.facts.timings.add(phase, at - since);
                at
            }
            None => at,
        }
    }
}

/// The event that did not happen in a phase, for messages.
fn awaited(phase: Phase) -> &'static str {
    match phase {
        Phase::Resolve => "the resolver did not answer",
        Phase::Connect => "the connection was not established",
        Phase::Proxy => "the proxy did not respond",
        Phase::Tls => "the TLS handshake did not finish",
        Phase::Open => "the server did not respond to the upgrade request",
        Phase::Authenticate => "authentication did not finish",
        Phase::Wait => "the first byte of the response did not arrive",
        Phase::Receive => "the response did not finish",
        Phase::Send => "the request was not sent completely",
        Phase::Reflect => "server reflection did not respond",
        Phase::Trailers => "the trailers of the call did not arrive",
        Phase::Config | Phase::Redirect | Phase::Assert | Phase::Aia | Phase::Crl | Phase::Ocsp => {
            "the request did not finish"
        }
    }
}

/// Adds to a fault the addresses and the peer where it happened.
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

#[cfg(test)]
mod tests {
    use super::*;
    use faultfinder_taxonomy::TimeoutScope;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn a_phase_that_had_no_time_left_is_not_said_to_have_taken_all_of_it() {
        let deadline = Deadline::after(Duration::from_millis(500), TimeoutScope::Request);
        let message = |spent: u64| {
            let mut trace = Trace::start();
            let began = deadline.instant() - Duration::from_millis(500);
            trace.enter_at(Phase::Connect, began);
            trace.enter_at(Phase::Tls, began + Duration::from_millis(spent));
            trace.cut_off(&deadline).message
        };
        assert!(message(470).ends_with("; only 30 ms of them were left when that began"), "{}", message(470));
        assert!(message(700).ends_with("; only 0 ms of them were left when that began"));
        assert!(message(100).ends_with("within 500 ms"));
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_open_when_a_fault_of_another_phase_came_is_no_completed_phase() {
        let mut trace = Trace::start();
        trace.enter(Phase::Send);
        tokio::time::advance(Duration::from_millis(10)).await;
        trace.enter(Phase::Wait);
        tokio::time::advance(Duration::from_millis(20)).await;
        let detail = Detail::timeout(TimeoutScope::Request);
        let report = trace.into_report::<()>(Err(Fault::new(Code::Timeout, Phase::Send, detail, "")));
        let (timings, broke_in) = (report.facts.timings, report.facts.broke_in.unwrap());
        assert_eq!((timings.duration(Phase::Send), timings.duration(Phase::Wait)), (None, None));
        assert_eq!((broke_in.phase, broke_in.after), (Phase::Send, Duration::from_millis(30)));
        assert_eq!(timings.total(), Duration::from_millis(30));
    }

    #[tokio::test(start_paused = true)]
    async fn a_process_that_was_late_says_so() {
        for (late, warns) in [(0, false), (40, false), (800, true)] {
            let deadline = Deadline::after(Duration::from_millis(500), TimeoutScope::Request);
            let mut trace = Trace::start();
            trace.enter(Phase::Wait);
            tokio::time::advance(Duration::from_millis(500 + late)).await;
            let _fault = trace.timed_out(&deadline);
            assert_eq!(trace.facts.warnings.iter().any(|warning| warning.contains("busy")), warns, "{late}");
        }
    }
}
