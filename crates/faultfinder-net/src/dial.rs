//! From addresses to a TCP connection, as RFC 8305 ("Happy Eyeballs") says.

use crate::arrivals::Arrivals;
use crate::stamped::{self, Stamped};
use crate::{ClientOptions, Trace, Vantage, errno, tcp_info};
use faultfinder_taxonomy::word::AddressChoice;
use faultfinder_taxonomy::{AttemptOutcome, Code, ConnectAttempt, Detail, Errno, Fault, Phase};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpSocket;
use tokio::time::Instant;

/// How long an attempt may go unanswered before the next one is started in parallel (RFC 8305 section 5).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// How many other addresses a message names; the evidence has all of them.
const OTHERS_NAMED_MAX: usize = 3;

/// How many addresses of one name are tried.
const ADDRESSES_MAX: usize = 32;

/// Opens a TCP connection to one of several addresses, in the connect phase; every attempt is in the trace.
///
/// # Errors
///
/// The code of the most definite errno when no address accepts; `INVALID_REQUEST` as [`Vantage::admit`].
pub async fn dial(
    vantage: &Vantage,
    addresses: &[IpAddr],
    port: u16,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<Stamped, Fault> {
    vantage.keep_stamping();
    let arrivals = Arc::clone(trace.arrivals());
    let open = |peer, source| open(peer, source, Arc::clone(&arrivals));
    let (stream, established) = race(vantage, addresses, port, options, trace, open).await?;
    trace.established_at(established);
    Ok(stream)
}

/// Tries to reach one of several addresses, in the connect phase. `open` opens each one from the given source address;
/// a new attempt starts while earlier ones go unanswered. The first to be answered wins; the others are dropped.
///
/// # Errors
///
/// The code of the most definite errno when no address answers; `INVALID_REQUEST` as [`Vantage::admit`].
pub(crate) async fn race<T, F: Future<Output = io::Result<T>>>(
    vantage: &Vantage,
    addresses: &[IpAddr],
    port: u16,
    options: &ClientOptions,
    trace: &mut Trace,
    open: impl Fn(SocketAddr, Option<IpAddr>) -> F,
) -> Result<T, Fault> {
    trace.enter(Phase::Connect);
    vantage.admit(addresses, "host", trace)?;
    let began = Instant::now();
    trace.dials(began);
    let places: Vec<SocketAddr> =
        candidates(addresses, options).into_iter().map(|address| trace.place(address, port)).collect();
    let mut waiting = places.into_iter();
    let mut attempts = FuturesUnordered::new();
    let mut next_start = None;
    loop {
        if attempts.is_empty() || next_start.is_some_and(|at| at <= Instant::now()) {
            if let Some(address) = waiting.next() {
                let source = options.source_address.filter(|source| source.is_ipv4() == address.is_ipv4());
                attempts.push(numbered(trace.facts.connects.len(), open(address, source)));
                let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
                trace.facts.connects.push(ConnectAttempt::new(address, micros, 0, AttemptOutcome::Abandoned));
                next_start = (waiting.len() > 0).then(|| Instant::now() + ATTEMPT_DELAY);
            } else if attempts.is_empty() {
                break;
            } else {
                next_start = None;
            }
        }
        let finished = match next_start {
            Some(at) => tokio::time::timeout_at(at, attempts.next()).await.ok().flatten(),
            None => attempts.next().await,
        };
        let Some((index, result)) = finished else { continue };
        let outcome = match &result {
            Ok(_) => AttemptOutcome::Established,
            Err(error) => AttemptOutcome::Failed(symbol(error)),
        };
        if let Some(record) = trace.facts.connects.get_mut(index) {
            let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
            record.duration_us = micros.saturating_sub(record.started_us);
            record.outcome = outcome;
        }
        match result {
            Ok(reached) => {
                trace.facts.peer = trace.facts.connects.get(index).map(|attempt| attempt.address);
                return Ok(reached);
            }
            Err(error) if is_bind_failure(&error) => return Err(source_fault(&error, options)),
            // After a definite failure the next address starts at once.
            Err(_) => next_start = next_start.map(|_| Instant::now()),
        }
    }
    Err(all_failed(&trace.facts.connects).unwrap_or_else(|| no_address(addresses)))
}

/// The fault of the address that failed most definitely, with how the others failed: each address of a name can fail in
/// its own way.
fn all_failed(attempts: &[ConnectAttempt]) -> Option<Fault> {
    let (chosen, mut fault) = errno::most_definite(attempts)?;
    let others: Vec<String> = attempts
        .iter()
        .filter(|attempt| attempt.address != chosen.address)
        .filter_map(|attempt| match &attempt.outcome {
            AttemptOutcome::Failed(symbol) => Some(format!("{}: {symbol}", attempt.address)),
            _ => None,
        })
        .collect();
    match others.len() {
        0 => {}
        1..=OTHERS_NAMED_MAX => fault.message.push_str(&format!("; {}", others.join(", "))),
        all => {
            let first: Vec<&str> = others.iter().take(OTHERS_NAMED_MAX).map(String::as_str).collect();
            fault.message.push_str(&format!("; {} and {} more", first.join(", "), all - OTHERS_NAMED_MAX));
        }
    }
    Some(fault)
}

/// The addresses that a test may use, in the order in which they are tried: families interleaved, starting with that of
/// the first address (RFC 8305 section 4). Empty when none is of the requested family: see [`no_address`].
#[must_use]
pub fn candidates(addresses: &[IpAddr], options: &ClientOptions) -> Vec<IpAddr> {
    let admitted = || addresses.iter().copied().filter(|address| options.admits(*address));
    if options.address == AddressChoice::First {
        return admitted().take(1).collect();
    }
    let leads_v6 = admitted().next().is_some_and(|address| address.is_ipv6());
    let mut leading = admitted().filter(|address| address.is_ipv6() == leads_v6);
    let mut following = admitted().filter(|address| address.is_ipv6() != leads_v6);
    let mut ordered = Vec::new();
    loop {
        let (one, other) = (leading.next(), following.next());
        if (one.is_none() && other.is_none()) || ordered.len() >= ADDRESSES_MAX {
            return ordered;
        }
        ordered.extend(one.into_iter().chain(other));
    }
}

/// Marks an error of binding to the source address, before anything was sent.
#[derive(Debug)]
struct BindError(io::Error);

impl std::fmt::Display for BindError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot bind to the source address: {}", self.0)
    }
}

impl std::error::Error for BindError {}

impl BindError {
    /// Marks an error of binding.
    fn mark(error: io::Error) -> io::Error {
        io::Error::other(Self(error))
    }
}

async fn numbered<T>(index: usize, attempt: impl Future<Output = T>) -> (usize, T) {
    (index, attempt.await)
}

/// Connects; also yields when the peer's answer came, which may be a while before this process noticed it.
async fn open(
    peer: SocketAddr,
    source: Option<IpAddr>,
    arrivals: Arc<Arrivals>,
) -> io::Result<(Stamped, Instant)> {
    let socket = if peer.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    if let Some(source) = source {
        socket.bind(SocketAddr::new(source, 0)).map_err(BindError::mark)?;
    }
    stamped::ask(&socket);
    let began = Instant::now();
    let stream = socket.connect(peer).await?;
    let noticed = Instant::now();
    let established = tcp_info::handshake_time(&stream).map_or(noticed, |took| noticed.min(began + took));
    let _ = stream.set_nodelay(true);
    Ok((Stamped::new(stream, arrivals), established))
}

/// A UDP socket with a fresh port, connected so that the kernel drops other senders and reports refusals.
#[cfg(feature = "quic")]
pub(crate) fn udp_socket(peer: SocketAddr, source: Option<IpAddr>) -> io::Result<std::net::UdpSocket> {
    let unspecified = if peer.is_ipv4() { IpAddr::from([0; 4]) } else { IpAddr::from([0; 16]) };
    let local = SocketAddr::new(source.unwrap_or(unspecified), 0);
    let socket = std::net::UdpSocket::bind(local)
        .map_err(|error| if source.is_some() { BindError::mark(error) } else { error })?;
    socket.set_nonblocking(true)?;
    socket.connect(peer)?;
    Ok(socket)
}

fn is_bind_failure(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<BindError>())
}

/// The test's source address does not belong to this host.
pub(crate) fn source_fault(error: &io::Error, options: &ClientOptions) -> Fault {
    let source = options.source_address.map(|address| address.to_string()).unwrap_or_default();
    let detail = Detail::definition("EADDRNOTAVAIL", "source_address");
    Fault::new(Code::InvalidRequest, Phase::Config, detail, format!("cannot send from {source}: {error}"))
}

/// The symbol of a failed attempt; errors outside the taxonomy keep the system's text.
fn symbol(error: &io::Error) -> String {
    crate::classify_io(error).map_or_else(|| error.to_string(), |errno: Errno| errno.as_str().to_owned())
}

/// The fault of a host without an address of the family that the test requires.
#[must_use]
pub fn no_address(addresses: &[IpAddr]) -> Fault {
    let listed: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let detail = Detail::dns("NODATA", "ENODATA");
    let message = format!(
        "none of the addresses ({}) belongs to the address family that the test requires",
        listed.join(", ")
    );
    Fault::new(Code::Dns, Phase::Resolve, detail, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(list: &[&str]) -> Vec<IpAddr> {
        list.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn families_are_interleaved_and_the_first_one_leads() {
        let given = addresses(&["::1", "::2", "127.0.0.1", "127.0.0.2", "127.0.0.3"]);
        let expected = addresses(&["::1", "127.0.0.1", "::2", "127.0.0.2", "127.0.0.3"]);
        assert_eq!(candidates(&given, &ClientOptions::default()), expected);
    }

    #[tokio::test(start_paused = true)]
    async fn each_address_is_named_with_how_it_failed() {
        let refuse = |peer: SocketAddr, _| async move {
            // The address of the second is the end of the text of the third.
            let number = match peer.ip().to_string().as_str() {
                "192.0.2.1" => libc::ECONNREFUSED,
                "2.0.2.1" => libc::ENETUNREACH,
                _ => {
                    tokio::time::sleep(ATTEMPT_DELAY * 2).await;
                    libc::EHOSTUNREACH
                }
            };
            Err::<(), _>(io::Error::from_raw_os_error(number))
        };
        let given = addresses(&["2001:db8::1", "2.0.2.1", "192.0.2.1"]);
        let (vantage, options) = (Vantage::system(), ClientOptions::default());
        let mut trace = Trace::start();
        let fault = race(&vantage, &given, 80, &options, &mut trace, refuse).await.unwrap_err();
        assert_eq!(fault.code, Code::ConnRefused);
        assert!(fault.message.contains("192.0.2.1:80"), "{fault}");
        assert!(
            fault.message.ends_with("; [2001:db8::1]:80: EHOSTUNREACH, 2.0.2.1:80: ENETUNREACH"),
            "{fault}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_attempt_that_is_given_up_has_the_time_that_it_ran() {
        let silent = |_, _| std::future::pending::<io::Result<()>>();
        let given = addresses(&["2001:db8::1", "192.0.2.1"]);
        let (vantage, options) = (Vantage::system(), ClientOptions::default());
        let mut trace = Trace::start();
        let racing = race(&vantage, &given, 80, &options, &mut trace, silent);
        assert!(tokio::time::timeout(Duration::from_secs(1), racing).await.is_err());
        let connects = trace.into_report(Ok(())).facts.connects;
        let times: Vec<(u64, u64)> =
            connects.iter().map(|attempt| (attempt.started_us / 1000, attempt.duration_us / 1000)).collect();
        assert_eq!(times, [(0, 1000), (250, 750)]);
    }

    #[tokio::test]
    async fn a_refusing_family_does_not_hide_the_one_that_answers() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut trace = Trace::start();
        let given = addresses(&["::1", "127.0.0.1"]);
        let stream =
            dial(&Vantage::system(), &given, port, &ClientOptions::default(), &mut trace).await.unwrap();
        assert_eq!(stream.socket().peer_addr().unwrap().port(), port);
        let report = trace.into_report(Ok(()));
        assert_eq!(report.facts.connects.len(), 2);
        assert_eq!(report.facts.connects[1].outcome, AttemptOutcome::Established);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_thread_that_is_busy_does_not_lengthen_the_time_to_connect() {
        /// How long the thread does something else while the peer has answered.
        const BUSY: Duration = Duration::from_millis(60);
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (vantage, options, given) =
            (Vantage::system(), ClientOptions::default(), addresses(&["127.0.0.1"]));
        let mut trace = Trace::start();
        // Polled in this order: the SYN is out, and its answer has come, when the thread is busy.
        let dialing = dial(&vantage, &given, port, &options, &mut trace);
        let (connected, ()) = tokio::join!(biased; dialing, async { std::thread::sleep(BUSY) });
        connected.unwrap();
        let facts = trace.into_report(Ok(())).facts;
        let attempt = Duration::from_micros(facts.connects[0].duration_us);
        let phase = facts.timings.duration(Phase::Connect).unwrap();
        assert!(attempt < BUSY / 2 && phase < BUSY / 2, "{attempt:?}, {phase:?}");
    }
}
