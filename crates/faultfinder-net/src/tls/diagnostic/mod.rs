//! The diagnostic handshake: what a server would have chosen that refuses this client's hello without saying why.
//!
//! rustls speaks TLS 1.2 and 1.3 with ephemeral keys. A server that has only older versions or suites refuses with an alert,
//! or closes, before it has shown anything. One more connection then sends the hello of an old client, reads ServerHello and
//! Certificate, which are not encrypted before TLS 1.3, and ends there. The chain is verified as usual; that the server has the
//! key of its certificate is not shown. If the server refuses that too, a last connection offers everything that TLS 1.3 knows:
//! its answer shows suite and group, and no certificate.
//!
//! Also through proxies and after STARTTLS; at most [`WAIT_MAX`].

mod hello; // the ClientHello
pub(crate) mod flight; // Flight: the server's answer
mod choice; // Choice: what this client cannot speak of it

use super::capture::{Capture, Negotiated};
use super::client::TlsClient;
use super::verdict::judge;
use crate::proxy_protocol::announce;
use crate::stamped::Stamped;
use crate::starttls::start_tls;
use crate::wire::{Way, Wire};
use crate::{ClientOptions, Host, Trace, Vantage, dial};
use choice::Choice;
use faultfinder_taxonomy::word::TlsVersion;
use faultfinder_taxonomy::{Blame, Detail, Errno, Fault};
use flight::{Flight, Seen};
use hello::Asked;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Most time that a diagnostic handshake may take.
pub(crate) const WAIT_MAX: Duration = Duration::from_secs(3);
/// How much is read in one call.
const CHUNK_BYTES: usize = 16 << 10;
/// Alerts that say no more than that this hello does not please: `handshake_failure`, `illegal_parameter`,
/// `protocol_version`, `insufficient_security`, `internal_error` (RFC 8446 section 6.2).
const MUTE_ALERTS: [u8; 5] = [40, 47, 70, 71, 80];

/// The handshake that failed.
pub(super) struct Failed<'a> {
    pub(super) vantage: &'a Vantage,
    pub(super) host: &'a Host,
    pub(super) client: &'a TlsClient,
    pub(super) options: &'a ClientOptions,
    pub(super) capture: &'a Capture,
    /// How its stream was opened, unless it was by TCP.
    pub(super) way: Option<&'a dyn Way>,
}

/// The fault of a handshake that failed, with what a diagnostic handshake found out about it.
pub(super) async fn explain(fault: Fault, failed: &Failed<'_>, trace: &mut Trace) -> Fault {
    if fault.blame == Blame::Ourselves && failed.capture.has_chain() {
        // The chain is good, and this client does not know how the server proves that it has the key.
        trace.notes.passes_with = Some(in_clear(&fault));
        return fault;
    }
    if trace.peer().is_none() || !is_mute(&fault, failed.capture) {
        return fault;
    }
    // The target did not cause this time. If the test's own runs out, what is known so far is the result.
    trace.leave();
    trace.keep(&fault);
    let asked = ask(failed, trace);
    let seen = tokio::time::timeout(WAIT_MAX, asked).await.ok().flatten();
    let outcome = match seen.and_then(|seen| Choice::of(seen, failed.client)) {
        Some(choice) => settle(fault, choice, failed, trace).await,
        None => fault,
    };
    trace.let_go();
    outcome
}

/// Whether the server refused before it showed anything, and without a reason that says enough.
fn is_mute(fault: &Fault, capture: &Capture) -> bool {
    let says_nothing = match &fault.detail {
        Detail::Tls { alert: Some(alert), .. } => MUTE_ALERTS.contains(alert),
        // What the library does not read, or not far enough.
        Detail::Tls { alert: None, name, .. } => {
            matches!(name.as_str(), "unsupported_protocol" | "excessive_message_size")
        }
        Detail::Errno { name } => {
            let ends = [Errno::PrematureClose, Errno::CloseNotify, Errno::ConnReset];
            ends.contains(name) && capture.taps().head().len() <= ALERT_BYTES
        }
        _ => false,
    };
    says_nothing && !capture.has_chain()
}

/// The length of an alert's record.
const ALERT_BYTES: usize = 7;

/// Connects to the peer once more, in the same way, up to where TLS begins. Nothing if it cannot be reached again.
async fn connect_again(failed: &Failed<'_>, trace: &Trace) -> Option<Box<dyn Wire>> {
    let Failed { vantage, host, way, options, .. } = failed;
    match way {
        Some(way) => way.again(vantage, options).await,
        None => Some(Box::new(connect_directly(vantage, host, options, trace).await?)),
    }
}

/// The same without a proxy.
pub(super) async fn connect_directly(
    vantage: &Vantage,
    host: &Host,
    options: &ClientOptions,
    trace: &Trace,
) -> Option<Stamped> {
    let peer = trace.peer()?;
    let mut again = trace.another();
    let mut stream = dial(vantage, &[peer.ip()], peer.port(), options, &mut again).await.ok()?;
    if let Some(version) = options.proxy_protocol {
        announce(&mut stream, version).await.ok()?;
    }
    if let Some(protocol) = trace.notes.starttls {
        start_tls(&mut stream, protocol, host, &mut again).await.ok()?;
    }
    Some(stream)
}

/// Asks the server for its choice: first as an old client, then, if that is refused too and the test permits TLS 1.3, as one that
/// knows all of TLS 1.3.
async fn ask(failed: &Failed<'_>, trace: &Trace) -> Option<Seen> {
    let seen = ask_as(Asked::UpTo12, failed, trace).await?;
    let permits_13 = failed.client.options().max_version.unwrap_or(TlsVersion::Tls13) == TlsVersion::Tls13;
    if seen.chosen.is_some() || !permits_13 {
        return Some(seen);
    }
    ask_as(Asked::Only13, failed, trace).await
}

async fn ask_as(asked: Asked, failed: &Failed<'_>, trace: &Trace) -> Option<Seen> {
    let mut stream = connect_again(failed, trace).await?;
    let alpn = &failed.client.config.alpn_protocols;
    let hello = hello::client_hello(asked, failed.capture.sni.as_deref(), alpn);
    stream.write_all(&hello).await.ok()?;
    stream.flush().await.ok()?;
    let mut flight = Flight::default();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => break,
            Ok(count) if flight.push(chunk.get(..count).unwrap_or_default()) => break,
            Ok(_) => {}
        }
    }
    Some(flight.seen())
}

/// Verifies what the server presented, and says what this client cannot speak.
async fn settle(fault: Fault, choice: Choice, failed: &Failed<'_>, trace: &mut Trace) -> Fault {
    let capture = failed.capture;
    capture.settle(Negotiated {
        version: Some(choice.version_name()),
        cipher_suite: Some(choice.suite_name()),
        alpn: None,
    });
    if let Some((leaf, others)) = choice.seen.certificates.split_first() {
        let others: Vec<_> = others.iter().map(|der| der.as_slice().into()).collect();
        capture.present(leaf, &others, &choice.seen.staple);
        if let Err(verdict) = judge(failed.vantage, failed.client, failed.options, capture, trace).await {
            return verdict;
        }
        super::warning::warn(capture, trace);
        if !choice.seen.renegotiates_securely {
            trace.warn("the peer does not support secure renegotiation (RFC 5746)");
        }
    }
    trace.notes.has_dhe_only = choice.is_dhe();
    // A limit of ours is known already where the library has ended the handshake.
    let is_known = fault.blame == Blame::Ourselves;
    let fault = if is_known { fault } else { choice.explain(fault) };
    if choice.seen.certificates.is_empty() {
        return fault;
    }
    if is_known || choice.is_our_limit() {
        trace.notes.passes_with = Some(in_clear(&fault));
    }
    fault.with("chain", capture.chain_evidence())
}

/// The warning about a certificate without a session.
fn in_clear(fault: &Fault) -> String {
    format!(
        "{}: its certificate was read in a handshake that was not completed, so nothing shows that the server has the key",
        fault.message
    )
}
