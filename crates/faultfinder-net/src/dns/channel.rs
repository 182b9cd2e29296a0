//! A way to one server that is there already, for one question or many.

use super::exchange::{PATIENCE, within};
use super::failure::Notes;
use super::https::Conversation;
use super::{Exchange, Failed, Query, framed};
use crate::tls::TlsOptions;
use crate::{ClientOptions, Host, ResolverOptions, ResolverTransport, Stream, Trace, Vantage};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
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
    pub transport: ResolverTransport,
    /// TLS settings, where the transport has TLS.
    pub tls: TlsOptions,
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
}

impl Server {
    /// A server that is spoken to without TLS.
    #[must_use]
    pub fn plain(address: SocketAddr, transport: ResolverTransport) -> Self {
        let path = ResolverOptions::PATH.to_owned();
        Self { address, host: Host::Address(address.ip()), transport, tls: TlsOptions::default(), path }
    }

    /// The TLS settings with what the transport offers by ALPN. DoT needs none (RFC 7858 section 3).
    fn offers(&self) -> TlsOptions {
        let protocols: &[&str] = match self.transport {
            ResolverTransport::Doh => &["h2", "http/1.1"],
            ResolverTransport::Doq => &["doq"],
            _ => &[],
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
    /// TLS phase, `CONNRESET` when the connection ends in it; `INVALID_REQUEST` for TLS settings that do not work.
    pub async fn open(
        vantage: &Vantage,
        server: &Server,
        way: &ClientOptions,
        trace: &mut Trace,
    ) -> Result<Self, Fault> {
        let kind = match server.transport {
            ResolverTransport::Udp => Kind::Udp(way.source_address),
            ResolverTransport::Tcp => Kind::Stream(Box::new(Stream::Plain(dial(server, way, trace).await?))),
            ResolverTransport::Dot => Kind::Stream(Box::new(secure(vantage, server, way, trace).await?.0)),
            ResolverTransport::Doh => {
                let (stream, alpn) = secure(vantage, server, way, trace).await?;
                Kind::Http(Box::new(Conversation::new(stream, alpn.as_deref(), server)))
            }
            ResolverTransport::Doq => return Err(unsupported()),
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
                return within(PATIENCE, self.server, ResolverTransport::Udp, query, *source).await;
            }
            Kind::Stream(stream) => framed::ask(stream, query, give_up, &mut notes).await,
            Kind::Http(conversation) => conversation.ask(query, give_up, &mut notes).await,
        };
        super::exchange::finish(self.server, outcome.map(|answer| (answer, true)), notes)
    }
}

fn unsupported() -> Fault {
    let detail = Detail::definition("EBADTRANSPORT", "dns.transport");
    Fault::new(Code::InvalidRequest, Phase::Config, detail, "doq is not supported by this build")
}

async fn dial(server: &Server, way: &ClientOptions, trace: &mut Trace) -> Result<tokio::net::TcpStream, Fault> {
    let address = server.address;
    let connected = crate::dial(&[address.ip()], address.port(), way, trace).await;
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
        let client: Arc<_> = vantage.tls_client(&server.offers())?;
        let stream = dial(server, way, trace).await?;
        let way = ClientOptions { resolver: None, ..way.clone() };
        Stream::Plain(stream).secure(vantage, &server.host, &client, &way, trace).await
    })
}
