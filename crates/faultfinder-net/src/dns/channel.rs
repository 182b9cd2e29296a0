//! A way to one server that is there already, for one question or many.

use super::exchange::{PATIENCE, within};
use super::failure::Notes;
use super::https::Conversation;
use super::{Answer, Exchange, Failed, Failure, Query, framed};
use crate::quic::{self, QuicConnection};
use crate::tls::TlsOptions;
use crate::{ClientOptions, Host, ResolverOptions, Stream, Trace, Vantage};
use faultfinder_taxonomy::word::Transport;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase, QuicErrorCode};
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use tokio::time::Instant;

/// A name server, and how it is spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "plain settings")]
pub struct Server {
    /// Where it is.
    pub address: SocketAddr,
    /// What it is called: the name that its certificate has to have, and the host of its URL.
    pub host: Host,
    /// How it is asked.
    pub transport: Transport,
    /// TLS settings, where the transport has TLS.
    pub tls: TlsOptions,
    /// What these settings are called in faults: `resolver.tls`.
    pub tls_field: &'static str,
    /// The path of its URL, where the transport is HTTP.
    pub path: String,
}

/// A way to one server: a connection, except over UDP.
///
/// Questions are asked one after the other. After a failed one the channel is used up.
#[derive(Debug)]
pub struct Channel {
    server: SocketAddr,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Udp(Option<IpAddr>),
    Stream(Box<Stream>),
    Http(Box<Conversation>),
    Quic(Box<QuicConnection>),
}

impl Server {
    /// A server that is spoken to without TLS.
    #[must_use]
    pub fn plain(address: SocketAddr, transport: Transport) -> Self {
        Self {
            address,
            host: Host::Address(address.ip()),
            transport,
            tls: TlsOptions::default(),
            tls_field: "dns.tls",
            path: ResolverOptions::PATH.to_owned(),
        }
    }

    /// The TLS settings with what the transport offers by ALPN. DoT needs none (RFC 7858 section 3).
    fn offers(&self) -> TlsOptions {
        let protocols: &[&str] = match self.transport {
            Transport::Doh => &["h2", "http/1.1"],
            Transport::Doq => &["doq"],
            Transport::Udp | Transport::Tcp | Transport::Dot => &[],
        };
        let mut tls = self.tls.clone();
        if tls.alpn.is_empty() {
            tls.alpn = protocols.iter().map(|name| (*name).to_owned()).collect();
        }
        tls
    }
}

impl Channel {
    /// Opens the way to a server: nothing over UDP; else the connect phase, and the TLS phase where there is TLS.
    ///
    /// # Errors
    ///
    /// `DNS` with `CONNECTION_REFUSED` in the connect phase when nobody listens, the code of another errno, `SSL` in the
    /// TLS phase, `CONNRESET` when the connection ends in it; `INVALID_REQUEST` for TLS settings that do not
    /// work, and for a server that may not be reached.
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
            Transport::Tcp => Kind::Stream(Box::new(Stream::Plain(dial(vantage, server, way, trace).await?))),
            Transport::Dot => Kind::Stream(Box::new(secure(vantage, server, way, trace).await?.0)),
            Transport::Doh => {
                let (stream, alpn) = secure(vantage, server, way, trace).await?;
                Kind::Http(Box::new(Conversation::new(stream, alpn.as_deref(), server)))
            }
            Transport::Doq => Kind::Quic(Box::new(quic(vantage, server, way, trace).await?)),
        };
        Ok(Self { server: server.address, kind })
    }

    /// Asks, for at most 5 s.
    ///
    /// # Errors
    ///
    /// Why there is no answer; an answer with an error as its response code is not an error here.
    pub async fn ask(&mut self, query: &Query) -> Result<Exchange, Failed> {
        let give_up = Instant::now() + PATIENCE;
        let mut notes = Notes::default();
        let outcome = match &mut self.kind {
            Kind::Udp(source) => {
                return within(PATIENCE, self.server, Transport::Udp, query, *source).await;
            }
            Kind::Stream(stream) => framed::ask(stream, query, give_up, &mut notes).await,
            Kind::Http(conversation) => conversation.ask(query, give_up, &mut notes).await,
            Kind::Quic(connection) => {
                let asking = over_quic(connection, query, &mut notes);
                tokio::time::timeout_at(give_up, asking).await.unwrap_or(Err(Failure::Timeout))
            }
        };
        super::exchange::finish(self.server, outcome.map(|answer| (answer, true)), notes)
    }
}

async fn dial(
    vantage: &Vantage,
    server: &Server,
    way: &ClientOptions,
    trace: &mut Trace,
) -> Result<tokio::net::TcpStream, Fault> {
    let address = server.address;
    let connected = crate::dial(vantage, &[address.ip()], address.port(), way, trace).await;
    connected.map_err(|fault| match fault.code {
        // A name server that refuses is a verdict about names, whatever it is asked over.
        Code::ConnRefused => refused(address),
        _ => fault,
    })
}

/// Nobody listens there.
fn refused(address: SocketAddr) -> Fault {
    let detail = Detail::dns("CONNECTION_REFUSED", "ECONNREFUSED");
    Fault::new(Code::Dns, Phase::Connect, detail, format!("the name server {address} refuses the connection"))
        .with("server", address.to_string())
}

type Secured<'f> = Pin<Box<dyn Future<Output = Result<(Stream, Option<Vec<u8>>), Fault>> + Send + 'f>>;

/// A TLS session with the server. It is boxed because judging a certificate may need a name resolved in turn; that is
/// then done by the system's resolver.
fn secure<'f>(
    vantage: &'f Vantage,
    server: &'f Server,
    way: &'f ClientOptions,
    trace: &'f mut Trace,
) -> Secured<'f> {
    Box::pin(async move {
        // Made ready before the connection, so that reading certificates is not sold as the server's time.
        let client: Arc<_> = vantage.tls_client(&server.offers(), server.tls_field)?;
        let stream = dial(vantage, server, way, trace).await?;
        let way = ClientOptions { resolver: None, ..way.clone() };
        Stream::Plain(stream).secure(vantage, &server.host, &client, &way, trace).await
    })
}

type Connected<'f> = Pin<Box<dyn Future<Output = Result<QuicConnection, Fault>> + Send + 'f>>;

/// A QUIC connection with the server; boxed for the same reason.
fn quic<'f>(
    vantage: &'f Vantage,
    server: &'f Server,
    way: &'f ClientOptions,
    trace: &'f mut Trace,
) -> Connected<'f> {
    Box::pin(async move {
        let client = vantage.tls_client(&server.offers(), server.tls_field)?;
        let address = server.address;
        // The address is known already.
        let resolve = match &server.host {
            Host::Name(name) => vec![(name.clone(), address.ip())],
            Host::Address(_) => Vec::new(),
        };
        let way = ClientOptions { resolver: None, resolve, ..way.clone() };
        let connected = quic::connect(vantage, &server.host, address.port(), &client, &way, trace).await;
        connected.map_err(|fault| match fault.code {
            Code::ConnRefused => refused(address),
            _ => fault,
        })
    })
}

/// One question on a stream of its own (RFC 9250 section 4.2).
async fn over_quic(quic: &QuicConnection, query: &Query, notes: &mut Notes) -> Result<Answer, Failure> {
    // RFC 9250 section 4.2.1: the stream tells answers apart.
    let query = query.without_id();
    let lost = |error: &quinn::ConnectionError| {
        let at = (Phase::Resolve, "ask the name server");
        Failure::Session(Box::new(quic.fault(error, at, QuicErrorCode::Doq)))
    };
    let (mut send, mut receive) = quic.connection().open_bi().await.map_err(|error| lost(&error))?;
    let message = [&framed::length(&query)[..], query.bytes()].concat();
    send.write_all(&message).await.map_err(|error| match error {
        quinn::WriteError::ConnectionLost(error) => lost(&error),
        quinn::WriteError::Stopped(code) => reset(code, "STOP_SENDING"),
        _ => Failure::Timeout,
    })?;
    let _ = send.finish();
    let broken = |error: quinn::ReadExactError| match error {
        quinn::ReadExactError::FinishedEarly(_) => {
            Failure::Ended(faultfinder_taxonomy::Errno::PrematureClose)
        }
        quinn::ReadExactError::ReadError(quinn::ReadError::ConnectionLost(error)) => lost(&error),
        quinn::ReadExactError::ReadError(quinn::ReadError::Reset(code)) => reset(code, "RESET_STREAM"),
        quinn::ReadExactError::ReadError(_) => Failure::Timeout,
    };
    let mut length = [0_u8; 2];
    receive.read_exact(&mut length).await.map_err(broken)?;
    let mut bytes = vec![0_u8; usize::from(u16::from_be_bytes(length))];
    receive.read_exact(&mut bytes).await.map_err(broken)?;
    let answer = super::decode(&bytes, &query).map_err(|malformed| Failure::malformed(malformed, &bytes))?;
    match answer.mismatch {
        Some(mismatch) => {
            notes.ignore(mismatch, &bytes);
            Err(Failure::Timeout)
        }
        None => Ok(answer),
    }
}

/// The server broke off the stream.
fn reset(code: quinn::VarInt, scope: &str) -> Failure {
    let code = QuicErrorCode::Doq(code.into_inner());
    let meaning = code.text().unwrap_or("an unknown code");
    let message = format!("the name server broke off the stream with {}: {meaning}", code.name());
    Failure::Session(Box::new(Fault::new(
        Code::ConnReset,
        Phase::Resolve,
        Detail::quic(code, scope),
        message,
    )))
}
