//! From a question to one server's answer.

use super::datagram::{self, Heard};
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
    /// How many times the question was sent over UDP.
    pub tries: u32,
    /// How many messages arrived that did not answer the question.
    pub ignored: u32,
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
    let began = Instant::now();
    let give_up = began + patience;
    let mut notes = Notes::default();
    let outcome = match transport {
        Transport::Udp => over_udp(server, query, source, began, give_up, &mut notes).await,
        // Transports with TLS go through a channel.
        _ => framed::connect_and_ask(server, query, source, give_up, &mut notes)
            .await
            .map(|answer| (answer, true)),
    };
    finish(server, outcome, notes)
}

async fn over_udp(
    server: SocketAddr,
    query: &Query,
    source: Option<IpAddr>,
    began: Instant,
    give_up: Instant,
    notes: &mut Notes,
) -> Result<(Answer, bool), Failure> {
    match datagram::ask(server, query, source, began, give_up, notes).await? {
        Heard::Answer(answer) => Ok((answer, false)),
        Heard::Truncated => {
            notes.truncated = true;
            match framed::connect_and_ask(server, query, source, give_up, notes).await {
                Ok(answer) => Ok((answer, true)),
                Err(failure @ (Failure::Malformed { .. } | Failure::Local(_) | Failure::Source(_))) => {
                    Err(failure)
                }
                Err(failure) => Err(Failure::Truncated(Box::new(failure))),
            }
        }
    }
}

pub(super) fn finish(
    server: SocketAddr,
    outcome: Result<(Answer, bool), Failure>,
    notes: Notes,
) -> Result<Exchange, Failed> {
    match outcome {
        Ok((answer, over_tcp)) => {
            Ok(Exchange { answer, server, over_tcp, tries: notes.tries, ignored: notes.ignored })
        }
        Err(failure) => Err(Failed { failure, server, notes }),
    }
}
