//! How a target is reached: directly, or through a proxy.

use crate::proxy::tunnel;
use crate::proxy_fault::of_proxy;
use crate::socks::socks_tunnel;
use crate::tls::{TlsClient, TlsOptions};
use crate::{Checks, ClientOptions, Host, Proxy, Stream, Trace, Vantage, connect};
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
    /// Those of [`connect()`]. With a proxy: why it cannot be reached, as a fault of the proxy (blame `network`);
    /// `TUNNEL` and `AUTHENTICATION_ERROR` when it opens no tunnel.
    pub async fn connect(
        &self,
        vantage: &Vantage,
        options: &ClientOptions,
        trace: &mut Trace,
    ) -> Result<Stream, Fault> {
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
        let (host, port) = destination(proxy, self.protocol)?;
        // Before anything is sent: a certificate of the test may be bad.
        let tls = self.tls_client(proxy, vantage)?;
        let authority = authority(&host, port);
        trace.begin_proxy(authority.clone());
        let of_proxy_itself = ClientOptions { proxy_protocol: None, ..options.clone() };
        let reached = async {
            let stream = connect(vantage, &host, port, &of_proxy_itself, trace).await?;
            let stream = Stream::Plain(stream);
            let Some(client) = tls else { return Ok(stream) };
            stream.secure(vantage, &host, &client, options, trace).await.map(|(stream, _)| stream)
        };
        let mut stream = reached.await.map_err(|fault| of_proxy(fault, &authority))?;
        trace.end_proxy();
        if proxy.is_socks() {
            socks_tunnel(vantage, &mut stream, proxy, self.host, self.port, options, trace).await?;
        } else if !self.is_forwarded {
            tunnel(&mut stream, proxy, &self::authority(self.host, self.port), trace).await?;
        }
        Ok(stream)
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

/// `host:port`, as `CONNECT` has it.
fn authority(host: &Host, port: u16) -> String {
    format!("{}:{port}", host.before_port())
}

/// Where the proxy is.
fn destination(proxy: &Proxy, protocol: &str) -> Result<(Host, u16), Fault> {
    let mut url = proxy.url.clone();
    if proxy.is_socks() && url.port().is_none() {
        let _ = url.set_port(Some(Proxy::SOCKS_PORT));
    }
    crate::destination(&url, &format!("{protocol}.proxy.url"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_has_brackets_around_an_ipv6_address_and_no_interface() {
        for (host, expected) in [
            ("shop.test", "shop.test:443"),
            ("192.0.2.1", "192.0.2.1:443"),
            ("2001:db8::1", "[2001:db8::1]:443"),
            ("fe80::1%eth0", "[fe80::1]:443"),
        ] {
            assert_eq!(authority(&Host::parse(host, "host").unwrap(), 443), expected);
        }
    }
}
