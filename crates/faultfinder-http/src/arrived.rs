//! What has arrived of a response, kept outside the work so that a fault and a deadline leave it.

use crate::Response;
use crate::response::{announced_length, pairs};
use faultfinder_net::http1::Notes;
use faultfinder_net::{Trace, excerpt};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use http::HeaderMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How much of the body of an incomplete response is kept, in bytes.
pub(crate) const PARTIAL_BODY_BYTES_MAX: usize = 4 << 10;

/// What has arrived of the current response.
#[derive(Debug, Default)]
pub(crate) struct Arrived(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The bytes of a head that is not complete.
    head: Option<Head>,
    /// The status of the last interim response.
    interim: Option<u16>,
    /// The head, and the beginning of the body.
    partial: Option<Partial>,
    /// Whether it is to come over QUIC.
    is_over_udp: bool,
    /// Whether the same port answers over TCP, if that was tried.
    tcp_answers: Option<bool>,
}

/// A head that is not complete.
#[derive(Debug)]
struct Head {
    first_bytes: Vec<u8>,
    read_bytes: u64,
    first_read: Instant,
    last_read: Instant,
}

/// A response whose head is complete.
#[derive(Debug)]
struct Partial {
    response: Response,
    /// How long the body will be, if the head says so.
    expected: Option<u64>,
}

impl Arrived {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins another response: nothing of it has arrived.
    pub(crate) fn reset(&self) {
        *self.state() = State::default();
    }

    /// It is to come over QUIC.
    pub(crate) fn over_udp(&self) {
        self.state().is_over_udp = true;
    }

    /// Whether the same port answers over TCP.
    pub(crate) fn answers_over_tcp(&self, answers: bool) {
        self.state().tcp_answers = Some(answers);
    }

    /// Takes note of bytes of a head.
    pub(crate) fn note(&self, notes: &Notes) {
        let Some(first_read) = notes.first_read else { return };
        let mut state = self.state();
        let (last_read, read_bytes) = (Instant::now(), notes.read_bytes);
        match &mut state.head {
            Some(head) => (head.last_read, head.read_bytes) = (last_read, read_bytes),
            None => {
                let first_bytes = notes.first_bytes.clone();
                state.head = Some(Head { first_bytes, read_bytes, first_read, last_read });
            }
        }
    }

    /// What came was an interim response: of the final one, nothing has arrived.
    pub(crate) fn interim(&self, status: u16) {
        let mut state = self.state();
        (state.head, state.interim) = (None, Some(status));
    }

    /// The head is complete.
    pub(crate) fn begin(&self, version: &'static str, status: u16, headers: &HeaderMap, url: &url::Url) {
        let expected = announced_length(headers);
        let response = Response {
            version,
            status,
            headers: pairs(headers),
            body: Vec::new(),
            body_truncated: true,
            body_bytes_received: 0,
            body_bytes: None,
            body_hashes: Vec::new(),
            stopped: None,
            url: url.to_string(),
            hops: Vec::new(),
            trailers: Vec::new(),
            interim: Vec::new(),
            credentials_refused: false,
            unanswerable: None,
        };
        let mut state = self.state();
        (state.head, state.partial) = (None, Some(Partial { response, expected }));
    }

    /// Takes note of bytes of the body.
    pub(crate) fn take(&self, data: &[u8]) {
        let mut state = self.state();
        let Some(Partial { response, .. }) = &mut state.partial else { return };
        response.body_bytes_received = response.body_bytes_received.saturating_add(data.len() as u64);
        let room = PARTIAL_BODY_BYTES_MAX.saturating_sub(response.body.len()).min(data.len());
        response.body.extend_from_slice(data.get(..room).unwrap_or_default());
    }

    /// In which phase time runs out: the response has begun when its first byte has arrived.
    pub(crate) fn note_phase(&self, trace: &mut Trace) {
        if trace.phase() == Phase::Wait
            && let Some(head) = &self.state().head
        {
            trace.enter_at(Phase::Receive, head.first_read);
        }
    }

    /// The fault with what is known of the response, and the response as far as it arrived.
    pub(crate) fn into_fault(self, mut fault: Fault, budget: Duration) -> (Fault, Option<Response>) {
        let state = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        // A peer that refuses the connection in the words of QUIC is reached.
        let is_reached = matches!(fault.detail, Detail::Quic { .. });
        if state.is_over_udp && fault.phase == Phase::Connect && !is_reached {
            return (of_udp(fault, state.tcp_answers), None);
        }
        let is_late = fault.code == Code::Timeout && matches!(fault.phase, Phase::Wait | Phase::Receive);
        if let Some(interim) =
            state.interim.filter(|_| is_late && state.head.is_none() && state.partial.is_none())
        {
            fault.message = format!(
                "no response came within {} ms but the interim response {interim}",
                budget.as_millis()
            );
            return (fault.with("interim_status", interim), None);
        }
        if let Some(head) =
            state.head.filter(|_| fault.code == Code::Timeout && fault.phase == Phase::Receive)
        {
            return (head.describe(fault, budget), None);
        }
        // A fault of another hop, or of a head that could not be used, says nothing about a body.
        let Some(Partial { response, expected }) = state.partial.filter(|_| fault.phase == Phase::Receive)
        else {
            return (fault, None);
        };
        let received = response.body_bytes_received;
        let bytes = match expected {
            Some(expected) if expected == received => format!("all {received} bytes of the body"),
            Some(expected) => format!("{received} of {expected} bytes of the body"),
            None if fault.code == Code::Timeout && ends_with_the_connection(&response) => format!(
                "{received} bytes of the body so far; it has neither content-length nor chunked, so that only the end of the \
                 connection ends it (RFC 9112 section 6.3)"
            ),
            None => format!("{received} bytes of the body so far"),
        };
        fault.message = format!("{}; status {}, {bytes}", fault.message, response.status);
        fault = fault.with("status", response.status).with("body_bytes_received", received);
        if let Some(expected) = expected {
            fault = fault.with("body_bytes_expected", expected);
        }
        if !response.body.is_empty() {
            fault = fault.with("body_start", excerpt(&response.body));
        }
        (fault, Some(response))
    }
}

/// Whether nothing but the end of the connection ends a body.
fn ends_with_the_connection(response: &Response) -> bool {
    let has = |name: &str| response.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
    response.version.starts_with("HTTP/1.") && !has("content-length") && !has("transfer-encoding")
}

/// The fault of a connection over UDP, which firewalls often drop although TCP works.
fn of_udp(mut fault: Fault, tcp_answers: Option<bool>) -> Fault {
    const UDP: &str = "check that the server listens on this UDP port, and that firewalls let UDP through";
    let (over_tcp, hint) = match tcp_answers {
        Some(true) => ("; over TCP, the same port answers", UDP),
        Some(false) => (
            "; over TCP, the same port does not answer either",
            "check host and port: the server answers neither over UDP nor over TCP",
        ),
        None => ("", UDP),
    };
    fault.message = format!("{}; HTTP/3 uses QUIC, over UDP{over_tcp}", fault.message);
    fault.with_hint(hint)
}

impl Head {
    fn describe(&self, mut fault: Fault, budget: Duration) -> Fault {
        fault.message = format!(
            "the head of the response is not complete after {} ms: {} bytes so far, the last {} ms ago",
            budget.as_millis(),
            self.read_bytes,
            self.last_read.elapsed().as_millis()
        );
        fault.with("bytes_received", self.read_bytes).with("first_bytes", excerpt(&self.first_bytes))
    }
}
