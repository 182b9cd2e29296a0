//! A connection to a target through a proxy.

use crate::proxy::tunnel;
use crate::proxy_fault::of_proxy;
use crate::socks::socks_tunnel;
use crate::tls::TlsClient;
use crate::wire::{Opening, Way, Wire};
use crate::{ClientOptions, Host, Proxy, Stream, Trace, Vantage, connect};
use faultfinder_taxonomy::Fault;
use std::sync::Arc;

/// What it takes to reach a target through a proxy, once or again.
#[derive(Debug)]
pub(crate) struct Tunnel {
    pub(crate) proxy: Proxy,
    /// Where the proxy is.
    pub(crate) at: (Host, u16),
    /// The TLS client for a proxy that is used over TLS.
    pub(crate) client: Option<Arc<TlsClient>>,
    /// The target.
    pub(crate) host: Host,
    /// Its port.
    pub(crate) port: u16,
    /// Whether an HTTP proxy gets the request itself: then the connection to it is all.
    pub(crate) is_forwarded: bool,
}

impl Tunnel {
    /// Connects to the proxy, and requests a tunnel from it unless it forwards requests.
    ///
    /// # Errors
    ///
    /// Those of [`Reach::connect`](crate::Reach::connect) with a proxy.
    pub(crate) async fn open(
        &self,
        vantage: &Vantage,
        options: &ClientOptions,
        trace: &mut Trace,
    ) -> Result<Stream, Fault> {
        let (host, port) = (&self.at.0, self.at.1);
        let proxy_authority = authority(host, port);
        trace.begin_proxy(proxy_authority.clone());
        let of_proxy_itself = ClientOptions { proxy_protocol: None, ..options.clone() };
        let reached = async {
            let stream = connect(vantage, host, port, &of_proxy_itself, trace).await?;
            let stream = Stream::Plain(stream);
            let Some(client) = &self.client else { return Ok(stream) };
            stream.secure(vantage, host, client, options, trace).await.map(|(stream, _)| stream)
        };
        let mut stream = reached.await.map_err(|fault| of_proxy(fault, &proxy_authority))?;
        trace.end_proxy();
        if self.proxy.is_socks() {
            socks_tunnel(vantage, &mut stream, &self.proxy, &self.host, self.port, options, trace).await?;
        } else if !self.is_forwarded {
            tunnel(&mut stream, &self.proxy, &authority(&self.host, self.port), trace).await?;
        }
        Ok(stream)
    }
}

impl Way for Tunnel {
    fn again<'a>(&'a self, vantage: &'a Vantage, options: &'a ClientOptions) -> Opening<'a> {
        Box::pin(async move {
            let stream = self.open(vantage, options, &mut Trace::start()).await.ok()?;
            Some(Box::new(stream) as Box<dyn Wire>)
        })
    }
}

/// `host:port`, as `CONNECT` has it.
fn authority(host: &Host, port: u16) -> String {
    format!("{}:{port}", host.before_port())
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
