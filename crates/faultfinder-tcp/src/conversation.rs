//! Sending and receiving, once there is a connection.

use crate::Step;
use crate::pattern::{Match, Pattern};
#[cfg(feature = "tls")]
use faultfinder_net::{ClientOptions, Host, Vantage, tls::TlsClient};
use faultfinder_net::{Deadline, EXCERPT_BYTES_MAX, Stream, Trace, lateness, session_fault, transport_fault};
use faultfinder_taxonomy::{Code, Detail, Errno, Fault, Phase};
use regex_automata::nfa::thompson::pikevm::Cache;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::Instant;

/// Most bytes that are received, over all steps.
pub(crate) const RECEIVED_BYTES_MAX: usize = 1 << 20;
/// How much room there is at least for what is read.
const CHUNK_BYTES: usize = 4 << 10;

/// How long a connection is held when no more data is expected.
///
/// If a peer accepts a connection and resets it at once, its RST arrives one round trip after the handshake. Without this
/// wait, such a peer would look healthy. It is the same for every peer and however busy this process is: otherwise a peer that
/// resets idle connections after a while would fail only when many tests run.
pub(crate) const HOLD: Duration = Duration::from_millis(200);
/// How long the reason is waited for why a peer reset a connection to which something is being sent.
const REASON_WAIT: Duration = Duration::from_millis(5);

/// How long nothing must follow before what has come of a line counts as all of it.
const PAUSE: Duration = Duration::from_millis(200);

/// A connection and what came over it.
pub(crate) struct Conversation {
    /// Nothing while TLS begins.
    stream: Option<Stream>,
    peer: String,
    received: Vec<u8>,
    /// How much of it earlier steps have awaited.
    consumed: usize,
    /// What the current step awaits, in words.
    awaited: Option<String>,
    /// What the last pattern matched.
    matched: Option<Match>,
}

/// A pattern that is searched for.
struct Search<'p> {
    pattern: &'p Pattern,
    cache: Option<Cache>,
    /// How much had come when a line without an end was searched.
    looked_at: usize,
}

impl Search<'_> {
    fn of(&mut self, line: &[u8]) -> Option<Match> {
        self.pattern.search(line, &mut self.cache)
    }
}

/// What TLS is begun with.
#[cfg(feature = "tls")]
#[derive(Clone, Copy)]
pub(crate) struct Upgrade<'a> {
    pub(crate) vantage: &'a Vantage,
    pub(crate) host: &'a Host,
    pub(crate) client: Option<&'a TlsClient>,
    pub(crate) options: &'a ClientOptions,
}

impl Conversation {
    pub(crate) const fn new(stream: Stream, peer: String) -> Self {
        Self { stream: Some(stream), peer, received: Vec::new(), consumed: 0, awaited: None, matched: None }
    }

    /// Takes the steps in order, then looks whether the peer has ended the connection meanwhile.
    ///
    /// A reset that is found is one of the connect phase when nothing was sent, and of the wait phase when it was the answer
    /// to what was sent.
    pub(crate) async fn hold(
        &mut self,
        steps: &[Step],
        #[cfg(feature = "tls")] upgrade: Upgrade<'_>,
        deadline: &Deadline,
        trace: &mut Trace,
    ) -> Result<(), Fault> {
        for (index, step) in steps.iter().enumerate() {
            match step {
                Step::Send(bytes) => self.send(bytes, trace).await?,
                Step::Reply(text) => {
                    let bytes =
                        self.matched.as_ref().map_or_else(|| text.clone(), |matched| matched.fill(text));
                    self.send(&bytes, trace).await?;
                }
                Step::Expect(text) => self.expect(text, index, trace).await?,
                Step::ExpectMatch(pattern) => self.expect_match(pattern, index, trace).await?,
                #[cfg(feature = "tls")]
                // Boxed: a conversation without TLS needs no room for it.
                Step::StartTls => Box::pin(self.start_tls(upgrade, trace)).await?,
            }
        }
        let settled_by = match steps.last() {
            None => Phase::Connect,
            Some(Step::Send(_) | Step::Reply(_)) => Phase::Wait,
            #[cfg(feature = "tls")]
            Some(Step::StartTls) => Phase::Wait,
            Some(Step::Expect(_) | Step::ExpectMatch(_)) => return Ok(()),
        };
        // The target did not cause this time, so it belongs to no phase.
        trace.leave();
        let left = deadline.instant().saturating_duration_since(Instant::now());
        self.watch(HOLD.min(left / 2), settled_by, trace).await
    }

    /// The fault of a text that did not come in time, with what came instead.
    pub(crate) fn timed_out(&self, mut fault: Fault, budget: Duration) -> Fault {
        if let (Code::Timeout, Phase::Wait | Phase::Receive, Some(text)) =
            (fault.code, fault.phase, &self.awaited)
        {
            let (peer, received, budget) = (&self.peer, self.received.len(), budget.as_millis());
            fault.message = match received {
                0 => format!("{peer} sent nothing within {budget} ms; the test expects {text}"),
                _ => format!("{peer} sent {received} bytes within {budget} ms, but not {text}"),
            };
        }
        self.with_facts(fault)
    }

    /// Everything that was received.
    pub(crate) fn into_received(self) -> Vec<u8> {
        self.received
    }

    async fn send(&mut self, bytes: &[u8], trace: &mut Trace) -> Result<(), Fault> {
        trace.enter(Phase::Send);
        let sent = async {
            let stream = self.stream()?;
            stream.write_all(bytes).await?;
            stream.flush().await
        };
        match sent.await {
            Ok(()) => Ok(()),
            Err(error) => Err(self.broken_while_sending(error).await),
        }
    }

    /// A peer may say why before it resets: what can still be read takes precedence over the write error.
    async fn broken_while_sending(&mut self, error: io::Error) -> Fault {
        let mut chunk = [0_u8; 512];
        let Ok(stream) = self.stream() else { return self.broken(&error, Phase::Send) };
        let read = tokio::time::timeout(REASON_WAIT, stream.read(&mut chunk)).await;
        if let Ok(Err(reason)) = read
            && let Some(fault) = session_fault(&reason, Phase::Send)
        {
            return self.with_facts(fault);
        }
        self.broken(&error, Phase::Send)
    }

    fn stream(&mut self) -> io::Result<&mut Stream> {
        self.stream.as_mut().ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    /// Reads until the text has come, which the step of this index awaits.
    async fn expect(&mut self, text: &str, index: usize, trace: &mut Trace) -> Result<(), Fault> {
        let before = self.received.len();
        trace.enter(Phase::Wait);
        self.awaited = Some(format!("{text:?}"));
        let mut searched = self.consumed;
        loop {
            if let Some(end) = find(&self.received, text.as_bytes(), searched) {
                self.consumed = end;
                return Ok(());
            }
            // What is at the end may be the beginning of the text.
            searched = self.received.len().saturating_sub(text.len()).max(self.consumed);
            if self.read_on(before, index, trace).await? == 0 {
                return Err(self.ended(before));
            }
        }
    }

    /// Reads until a line has come that matches, which the step of this index awaits.
    async fn expect_match(
        &mut self,
        pattern: &Pattern,
        index: usize,
        trace: &mut Trace,
    ) -> Result<(), Fault> {
        let before = self.received.len();
        trace.enter(Phase::Wait);
        self.awaited = Some(format!("a line that matches {:?}", pattern.as_str()));
        let mut search = Search { pattern, cache: None, looked_at: self.consumed };
        loop {
            if self.line_matches(&mut search) {
                return Ok(());
            }
            // A prompt has no line end: what has come counts as a line when nothing follows.
            let is_new = self.received.len() > search.looked_at.max(self.consumed);
            let read = self.read_on(before, index, trace);
            let read = if is_new {
                tokio::time::timeout(PAUSE, read).await.ok().transpose()?
            } else {
                Some(read.await?)
            };
            if !matches!(read, Some(1..)) && self.rest_matches(&mut search) {
                return Ok(());
            }
            if read == Some(0) {
                return Err(self.ended(before));
            }
        }
    }

    /// Searches the lines that are complete; the one that matches is the last that is consumed.
    fn line_matches(&mut self, search: &mut Search<'_>) -> bool {
        while let Some(rest) = self.received.get(self.consumed..)
            && let Some(end) = rest.iter().position(|byte| *byte == b'\n')
        {
            let line = rest.get(..end).unwrap_or_default();
            let found = search.of(line.strip_suffix(b"\r").unwrap_or(line));
            self.consumed = self.consumed.saturating_add(end).saturating_add(1);
            if found.is_some() {
                self.matched = found;
                return true;
            }
        }
        false
    }

    /// Searches what has come of a line without an end; if it matches, it is consumed.
    fn rest_matches(&mut self, search: &mut Search<'_>) -> bool {
        search.looked_at = self.received.len();
        let rest = self.received.get(self.consumed..).unwrap_or_default();
        let found = if rest.is_empty() { None } else { search.of(rest) };
        if found.is_none() {
            return false;
        }
        self.matched = found;
        self.consumed = self.received.len();
        true
    }

    /// TLS from here on. Who sits in between could have put plain text in front: it counts for nothing.
    #[cfg(feature = "tls")]
    async fn start_tls(&mut self, upgrade: Upgrade<'_>, trace: &mut Trace) -> Result<(), Fault> {
        self.consumed = self.received.len();
        self.awaited = None;
        let Upgrade { vantage, host, client, options } = upgrade;
        let (Some(stream), Some(client)) = (self.stream.take(), client) else {
            let detail = Detail::tls("not_prepared", None);
            return Err(Fault::new(Code::InternalError, Phase::Tls, detail, "TLS was not prepared"));
        };
        trace.leave();
        let (stream, _) = stream.secure(vantage, host, client, options, trace).await?;
        self.stream = Some(stream);
        trace.leave();
        Ok(())
    }

    /// Reads more for an expectation that began with so many bytes; 0 at the end of the connection.
    async fn read_on(&mut self, before: usize, index: usize, trace: &mut Trace) -> Result<usize, Fault> {
        if self.received.len() >= RECEIVED_BYTES_MAX {
            return Err(self.too_much(index));
        }
        let read = self.read().await;
        match read {
            Ok(0) => Ok(0),
            Ok(count) => {
                if trace.phase() == Phase::Wait {
                    trace.enter(Phase::Receive);
                }
                Ok(count)
            }
            Err(error) => Err(self.broken(&error, self.phase_since(before))),
        }
    }

    const fn phase_since(&self, before: usize) -> Phase {
        if self.received.len() > before { Phase::Receive } else { Phase::Wait }
    }

    /// The peer ended the connection before what is awaited came.
    fn ended(&self, before: usize) -> Fault {
        self.broken(&io::ErrorKind::UnexpectedEof.into(), self.phase_since(before))
    }

    /// Reads some bytes, never more than are still allowed.
    async fn read(&mut self) -> io::Result<usize> {
        let left = RECEIVED_BYTES_MAX.saturating_sub(self.received.len());
        self.received.reserve(left.min(CHUNK_BYTES));
        let stream = self.stream.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        stream.take(u64::try_from(left).unwrap_or(u64::MAX)).read_buf(&mut self.received).await
    }

    /// Watches the connection for so long: [`HOLD`], or half of the test's time that is left.
    ///
    /// If this process was too late, it is not known when a reset came that is found then: it does not count, and a warning
    /// says so.
    async fn watch(&mut self, wanted: Duration, phase: Phase, trace: &mut Trace) -> Result<(), Fault> {
        let until = Instant::now() + wanted;
        while self.received.len() < RECEIVED_BYTES_MAX {
            let read = tokio::time::timeout_at(until, self.read()).await;
            match (read, lateness(until)) {
                (Ok(Ok(count)), _) if count > 0 => {}
                // An orderly end is not a fault if no more data is expected.
                (Ok(Ok(_)), _) => return Ok(()),
                (Ok(Err(error)), _) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
                (Ok(Err(error)), None) => return Err(self.broken(&error, phase)),
                (Err(_), None) => return Ok(()),
                (ended, Some(late)) => {
                    trace.warn(busy(wanted, late, ended.is_ok()));
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The connection broke, or ended too early.
    fn broken(&self, error: &io::Error, phase: Phase) -> Fault {
        let what = match phase {
            Phase::Connect => format!("keep the accepted connection to {}", self.peer),
            Phase::Send => format!("send to {}", self.peer),
            _ => format!("receive from {}", self.peer),
        };
        let fault = session_fault(error, phase).unwrap_or_else(|| transport_fault(error, phase, &what));
        self.with_facts(fault)
    }

    fn too_much(&self, index: usize) -> Fault {
        let awaited = self.awaited.as_deref().unwrap_or_default();
        let message = format!("{} sent {RECEIVED_BYTES_MAX} bytes without {awaited}", self.peer);
        let detail = Detail::definition("RECEIVED_TOO_LARGE", &format!("tcp.steps[{index}].expect"));
        let fault = Fault::new(Code::BodyTooLarge, Phase::Receive, detail, message);
        self.with_facts(fault.with_hint("await a text that comes earlier, or check that the peer speaks the protocol that the test expects"))
    }

    fn with_facts(&self, fault: Fault) -> Fault {
        if self.received.is_empty() {
            return fault;
        }
        let shown = self.received.get(..EXCERPT_BYTES_MAX).unwrap_or(&self.received);
        fault
            .with("received_bytes", self.received.len())
            .with("received", String::from_utf8_lossy(shown).into_owned())
    }
}

/// The warning that a connection was held for longer than wanted; `has_ended` says that the peer had ended it by then.
fn busy(wanted: Duration, late: Duration, has_ended: bool) -> String {
    let (held, wanted) = ((wanted + late).as_millis(), wanted.as_millis());
    let ended = if has_ended { ", and the peer had ended it by then, at whatever time" } else { "" };
    format!("this process was busy and held the connection for {held} ms, not {wanted} ms{ended}")
}

/// Where `text` ends in `bytes`, looked for from `from`.
fn find(bytes: &[u8], text: &[u8], from: usize) -> Option<usize> {
    if text.is_empty() {
        return Some(from);
    }
    let rest = bytes.get(from..)?;
    rest.windows(text.len()).position(|window| window == text).map(|at| from + at + text.len())
}

/// Whether a fault says that the peer refused, or that nobody answered, as the `connection` assertion reads it.
pub(crate) fn connection_of(fault: &Fault) -> Option<crate::Connection> {
    if fault.phase != Phase::Connect {
        return None;
    }
    match (&fault.detail, fault.code) {
        (Detail::Errno { name: Errno::ConnRefused | Errno::NoEnt }, Code::ConnRefused) => {
            Some(crate::Connection::Refused)
        }
        (_, Code::Timeout) => Some(crate::Connection::Timeout),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Poll;

    /// What comes of watching a connection for 200 ms that the peer resets; `late` passes before this process looks again.
    async fn watched(late: Option<Duration>) -> (Result<(), Fault>, Vec<String>) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let (peer, _) = listener.accept().await.unwrap();
        let mut conversation = Conversation::new(Stream::Plain(stream.into()), address.to_string());
        let mut trace = Trace::start();
        let mut watch = Box::pin(conversation.watch(HOLD, Phase::Connect, &mut trace));
        // The time begins to run.
        assert!(std::future::poll_fn(|cx| Poll::Ready(watch.as_mut().poll(cx).is_pending())).await);
        socket2::SockRef::from(&peer).set_linger(Some(Duration::ZERO)).unwrap();
        drop(peer);
        if let Some(late) = late {
            tokio::time::advance(late).await;
        }
        let outcome = watch.await;
        (outcome, trace.into_report(Ok(())).facts.warnings)
    }

    #[tokio::test]
    async fn a_reset_counts() {
        let (outcome, warnings) = watched(None).await;
        assert_eq!(outcome.unwrap_err().detail.name(), "ECONNRESET");
        assert_eq!(warnings, Vec::<String>::new());
    }

    #[tokio::test(start_paused = true)]
    async fn a_reset_does_not_count_if_this_process_was_late() {
        let (outcome, warnings) = watched(Some(Duration::from_millis(900))).await;
        assert!(outcome.is_ok(), "{outcome:?}");
        assert!(warnings[0].contains("held the connection for 900 ms, not 200 ms"), "{warnings:?}");
    }

    #[test]
    fn a_text_is_found_behind_what_was_consumed() {
        assert_eq!(find(b"abcabc", b"abc", 0), Some(3));
        assert_eq!(find(b"abcabc", b"abc", 3), Some(6));
        assert_eq!(find(b"abcabc", b"abc", 4), None);
        assert_eq!(find(b"abc", b"", 2), Some(2));
        assert_eq!(find(b"", b"a", 0), None);
    }
}
