//! An open channel to one server, for one question or several.

use super::exchange::within;
use super::failure::Notes;
use super::server::Server;
use super::tcp::dial;
use super::transport::PATIENCE;
#[cfg(not(feature = "quic"))]
use super::transport::unavailable;
use super::{Exchange, Failed, Query, framed};
#[cfg(feature = "quic")]
use super::{Failure, quic};
#[cfg(feature = "tls")]
use super::{https::Conversation, tls};
use crate::{ClientOptions, Stream, Trace, Vantage};
use faultfinder_taxonomy::Fault;
use faultfinder_taxonomy::word::Transport;
use std::net::{IpAddr, SocketAddr};
use tokio::time::Instant;

/// A channel to one server: a connection, except over UDP.
///
/// Questions are asked one after the other. After a failure the channel cannot be used again.
#[derive(Debug)]
pub struct Channel {
    server: SocketAddr,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Udp(Option<IpAddr>),
    Stream(Box<Stream>),
    #[cfg(feature = "tls")]
    Http(Box<Conversation>),
    #[cfg(feature = "quic")]
    Quic(Box<crate::quic::QuicConnection>),
}

impl Channel {
    /// Opens the channel to a server: nothing to do over UDP; otherwise the connect phase, and the TLS phase with TLS.
    ///
    /// # Errors
    ///
    /// `DNS` with `CONNECTION_REFUSED` in the connect phase when nothing listens, the code of another errno, `SSL` in
    /// the TLS phase, `CONNRESET` when the connection ends in it; `INVALID_REQUEST` for unusable TLS settings and for a
    /// server that may not be reached.
    pub async fn open(
        vantage: &Vantage,
        server: &Server,
        way: &ClientOptions,
        trace: &mut Trace,
    ) -> Result<Self, Fault> {
        let kind = match server.transport {
            Transport::Udp => {
                vantage.admit_server(server.address)?;
                Kind::Udp(way.source_address)
            }
            // Boxed: over UDP, a question would otherwise have room for connections and sessions.
            Transport::Tcp => {
                let stream = Box::pin(dial(vantage, server, way, trace)).await?;
                Kind::Stream(Box::new(Stream::Plain(stream)))
            }
            #[cfg(feature = "tls")]
            Transport::Dot => {
                Kind::Stream(Box::new(Box::pin(tls::session(vantage, server, way, trace)).await?.0))
            }
            #[cfg(feature = "tls")]
            Transport::Doh => {
                let (stream, alpn) = Box::pin(tls::session(vantage, server, way, trace)).await?;
                Kind::Http(Box::new(Conversation::new(stream, alpn.as_deref(), server)))
            }
            #[cfg(feature = "quic")]
            Transport::Doq => {
                Kind::Quic(Box::new(Box::pin(quic::connection(vantage, server, way, trace)).await?))
            }
            #[cfg(not(feature = "tls"))]
            Transport::Dot | Transport::Doh => return Err(unavailable(server.transport, "transport")),
            #[cfg(not(feature = "quic"))]
            Transport::Doq => return Err(unavailable(server.transport, "transport")),
        };
        Ok(Self { server: server.address, kind })
    }

    /// Asks, for at most 5 s.
    ///
    /// # Errors
    ///
    /// Why there is no answer; an answer with an error as its response code is not an error here.
    pub async fn ask(&mut self, query: &Query) -> Result<Exchange, Failed> {
        self.ask_until(query, Instant::now() + PATIENCE).await
    }

    /// Asks until this moment, and for at most 5 s.
    ///
    /// # Errors
    ///
    /// As [`ask`](Self::ask).
    pub async fn ask_until(&mut self, query: &Query, until: Instant) -> Result<Exchange, Failed> {
        let began = Instant::now();
        let give_up = until.min(began + PATIENCE);
        let mut notes = Notes::default();
        let outcome = match &mut self.kind {
            Kind::Udp(source) => {
                return within(give_up - began, self.server, Transport::Udp, query, *source).await;
            }
            Kind::Stream(stream) => Box::pin(framed::ask(stream, query, give_up, &mut notes)).await,
            #[cfg(feature = "tls")]
            Kind::Http(conversation) => Box::pin(conversation.ask(query, give_up, &mut notes)).await,
            #[cfg(feature = "quic")]
            Kind::Quic(connection) => {
                let asking = Box::pin(quic::ask(connection, query, &mut notes));
                tokio::time::timeout_at(give_up, asking).await.unwrap_or(Err(Failure::Timeout))
            }
        };
        notes.waited = began.elapsed();
        super::exchange::finish(self.server, outcome.map(|answer| (answer, true)), notes)
    }
}
