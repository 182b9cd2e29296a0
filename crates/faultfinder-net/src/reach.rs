//! How a target is reached: directly, through a proxy, or over a Unix domain socket.

use crate::stream::Tunneled;
use crate::tls::{TlsClient, TlsOptions};
use crate::tunnel::Tunnel;
use crate::{Checks, ClientOptions, Host, Proxy, Stream, Trace, Vantage, connect, connect_unix};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use std::sync::Arc;

/// The name of HTTP/1.1 in ALPN (RFC 7301 section 6).
const ALPN_HTTP11: &str = "http/1.1";

/// How a target is reached over TCP.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "closed: a target, and what is in front of it")]
pub struct Reach<'a> {
    /// The target.
    pub host: &'a Host,
    /// Its port.
    pub port: u16,
    /// The proxy in front of it, if there is one.
    pub proxy: Option<&'a Proxy>,
    /// Whether an HTTP proxy gets the request itself, rather than being asked for a tunnel.
    pub is_forwarded: bool,
    /// The TLS settings of the test. An `https` proxy is verified by what they say of trust, without what they say of the
    /// target.
    pub tls: &'a TlsOptions,
    /// The name of the protocol in definitions, for faults about fields: `http`.
    pub protocol: &'static str,
    /// What names the target in definitions: `http.url`.
    pub target_field: &'static str,
}

impl Reach<'_> {
    /// Checks a proxy before anything is sent to it.
    pub fn check_proxy(proxy: &Proxy, protocol: &'static str, checks: &mut Checks) {
        let scheme = proxy.url.scheme();
        if !matches!(scheme, "http" | "https" | "socks5" | "socks5h") {
            let detail = Detail::definition("ERR_UNSUPPORTED_PROTOCOL", &format!("{protocol}.proxy.url"));
            let message = format!("the proxy's scheme {scheme:?} is none of http, https, socks5 and socks5h");
            checks.take::<()>(Err(Fault::new(Code::InvalidRequest, Phase::Config, detail, message)));
        } else {
            checks.take(destination(proxy, protocol));
        }
        for (name, value) in &proxy.headers {
            checks.take(crate::header(&format!("{protocol}.proxy.headers"), name, value));
        }
    }

    /// Connects to the target, or to the proxy, which is then asked for a tunnel to the target unless it forwards requests.
    ///
    /// The handshake with an `https` proxy is part of the phase `proxy`.
    ///
    /// # Errors
    ///
    /// Those of [`connect()`], or of [`connect_unix`]. With a proxy: why it cannot be reached, as a fault of the proxy (blame `network`);
    /// `TUNNEL` and `AUTHENTICATION_ERROR` when it opens no tunnel.
    pub async fn connect(
        &self,
        vantage: &Vantage,
        options: &ClientOptions,
        trace: &mut Trace,
    ) -> Result<Stream, Fault> {
        if let Some(socket) = &options.unix_socket {
            return connect_unix(socket, trace).await;
        }
        match self.proxy {
            None => connect(vantage, self.host, self.port, options, trace).await.map(Stream::Plain),
            Some(proxy) => Box::pin(self.connect_through(proxy, vantage, options, trace)).await,
        }
    }

    async fn connect_through(
        &self,
        proxy: &Proxy,
        vantage: &Vantage,
        options: &ClientOptions,
        trace: &mut Trace,
    ) -> Result<Stream, Fault> {
        // It is not known what a name means to the proxy; an address is unambiguous.
        if let Some(target) = self.host.address() {
            vantage.admit(&[target], self.target_field, trace)?;
        }
        let tunnel = Tunnel {
            // Before anything is sent: a certificate of the test may be bad.
            client: self.tls_client(proxy, vantage)?,
            at: destination(proxy, self.protocol)?,
            proxy: proxy.clone(),
            host: self.host.clone(),
            port: self.port,
            is_forwarded: self.is_forwarded,
        };
        let stream = tunnel.open(vantage, options, trace).await?;
        if self.is_forwarded {
            return Ok(stream);
        }
        Ok(Stream::Tunnel(Box::new(Tunneled { wire: Box::new(stream), way: Box::new(tunnel) })))
    }

    /// The TLS client for a proxy that is used over TLS.
    fn tls_client(&self, proxy: &Proxy, vantage: &Vantage) -> Result<Option<Arc<TlsClient>>, Fault> {
        if proxy.url.scheme() != "https" {
            return Ok(None);
        }
        let options = TlsOptions { alpn: vec![ALPN_HTTP11.to_owned()], ..self.tls.for_another_peer() };
        vantage.tls_client(&options, &format!("{}.tls", self.protocol)).map(Some)
    }
}

/// Where the proxy is.
fn destination(proxy: &Proxy, protocol: &str) -> Result<(Host, u16), Fault> {
    let mut url = proxy.url.clone();
    if proxy.is_socks() && url.port().is_none() {
        let _ = url.set_port(Some(Proxy::SOCKS_PORT));
    }
    crate::destination(&url, &format!("{protocol}.proxy.url"))
}
