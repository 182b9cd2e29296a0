//! From a question to one server's answer.

use super::datagram::{Conversation, What, Window};
use super::failure::Notes;
use super::transport::PATIENCE;
use super::{Answer, Failed, Failure, Query, framed};
use crate::Vantage;
use faultfinder_taxonomy::word::Transport;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::time::Instant;

/// An answer to the question that was asked, whatever its response code.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exchange {
    /// The answer.
    pub answer: Answer,
    /// The server that sent it.
    pub server: SocketAddr,
    /// Whether it arrived over TCP, by choice or after truncation.
    pub over_tcp: bool,
    /// Whether the question was one without EDNS, because the server did not answer the one with it.
    pub is_plain: bool,
    /// How many times the question was sent over UDP.
    pub tries: u32,
    /// How many messages arrived that did not answer the question.
    pub ignored: u32,
    /// When the answer arrived, by the kernel's clock; nothing where that is not known.
    pub arrived: Option<Instant>,
}

/// Asks one server one question, for at most 5 s.
///
/// Over UDP the question is sent at 0, 1 and 3 s from one connected socket with its own port (RFC 5452 section 4.5),
/// and answers to earlier tries are accepted too. A truncated answer is requested again over TCP.
///
/// # Errors
///
/// Why there is no answer; an answer with an error as its response code is not an error here.
///
/// # Cancel safety
///
/// Dropping it closes its sockets; nothing else remains.
pub async fn exchange(
    vantage: &Vantage,
    server: SocketAddr,
    transport: Transport,
    query: &Query,
    source: Option<IpAddr>,
) -> Result<Exchange, Failed> {
    if let Err(denied) = vantage.admit_server(server) {
        return finish(server, Err(Failure::Session(Box::new(denied))), Notes::default());
    }
    within(PATIENCE, server, transport, query, source).await
}

/// Asks one server that was admitted, for at most this long.
pub(super) async fn within(
    patience: Duration,
    server: SocketAddr,
    transport: Transport,
    query: &Query,
    source: Option<IpAddr>,
) -> Result<Exchange, Failed> {
    if transport != Transport::Udp {
        // Transports with TLS go through a channel.
        return Box::pin(over_tcp(patience, server, query, source)).await;
    }
    match Conversation::open(server, query.clone(), source, false).await {
        Ok(mut conversation) => in_window(&mut conversation, Window::of(patience), server, source).await,
        Err(failure) => finish(server, Err(failure), Notes::default()),
    }
}

/// Asks one server over TCP, for at most this long.
pub(super) async fn over_tcp(
    patience: Duration,
    server: SocketAddr,
    query: &Query,
    source: Option<IpAddr>,
) -> Result<Exchange, Failed> {
    let mut notes = Notes::default();
    let began = Instant::now();
    let outcome = framed::connect_and_ask(server, query, source, began + patience, &mut notes).await;
    notes.waited = began.elapsed();
    finish(server, outcome.map(|answer| (answer, true)), notes)
}

/// Asks one server over UDP in one window of time, and over TCP when the answer is truncated.
pub(super) async fn in_window(
    conversation: &mut Conversation,
    window: Window,
    server: SocketAddr,
    source: Option<IpAddr>,
) -> Result<Exchange, Failed> {
    let heard = conversation.ask(window).await;
    let mut is_plain = false;
    let outcome = match heard {
        Ok(heard) => {
            is_plain = heard.is_plain;
            match heard.what {
                What::Answer(answer) => Ok((answer, false)),
                What::Truncated => {
                    let plain = conversation.plain().filter(|_| is_plain).cloned();
                    let query = plain.unwrap_or_else(|| conversation.query().clone());
                    conversation.notes.truncated = true;
                    Box::pin(whole(server, &query, source, window, &mut conversation.notes)).await
                }
            }
        }
        Err(failure) => Err(failure),
    };
    conversation.notes.waited += window.began.elapsed();
    let exchange = finish(server, outcome, conversation.notes.clone())?;
    Ok(Exchange { is_plain, ..exchange })
}

/// Fetches over TCP what was truncated, within the same window.
async fn whole(
    server: SocketAddr,
    query: &Query,
    source: Option<IpAddr>,
    window: Window,
    notes: &mut Notes,
) -> Result<(Answer, bool), Failure> {
    match framed::connect_and_ask(server, query, source, window.give_up, notes).await {
        Ok(answer) => Ok((answer, true)),
        Err(failure @ (Failure::Malformed { .. } | Failure::Local(_) | Failure::Source(_))) => Err(failure),
        Err(failure) => Err(Failure::Truncated(Box::new(failure))),
    }
}

pub(super) fn finish(
    server: SocketAddr,
    outcome: Result<(Answer, bool), Failure>,
    notes: Notes,
) -> Result<Exchange, Failed> {
    match outcome {
        Ok((answer, over_tcp)) => Ok(Exchange {
            answer,
            server,
            over_tcp,
            is_plain: false,
            tries: notes.tries,
            ignored: notes.ignored,
            arrived: notes.arrived,
        }),
        Err(failure) => Err(Failed { failure, server, notes }),
    }
}
