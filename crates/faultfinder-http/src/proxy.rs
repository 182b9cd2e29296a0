//! The route through a proxy.

use crate::call::Call;
use crate::invalid::invalid;
use faultfinder_net::tls::{TlsClient, TlsOptions};
use faultfinder_net::{Checks, Host, Proxy, Stream, Trace, socks_tunnel};
use faultfinder_taxonomy::Fault;
use std::sync::Arc;

/// The name of HTTP/1.1 in ALPN (RFC 7301 section 6).
const ALPN_HTTP11: &str = "http/1.1";

/// Checks a proxy before anything is sent to it.
pub(crate) fn check(proxy: &Proxy, checks: &mut Checks) {
    if !matches!(proxy.url.scheme(), "http" | "https" | "socks5" | "socks5h") {
        let message =
            format!("the proxy's scheme {:?} is none of http, https, socks5 and socks5h", proxy.url.scheme());
        let fault = invalid("ERR_UNSUPPORTED_PROTOCOL", "http.proxy.url", message);
        checks.take::<()>(Err(fault));
    } else {
        checks.take(destination(proxy));
    }
    for (name, value) in &proxy.headers {
        checks.take(faultfinder_net::header("http.proxy.headers", name, value));
    }
}

/// Connects to the proxy, and requests a tunnel if the target uses TLS or HTTP/2.
pub(crate) async fn reach(call: &Call<'_>, proxy: &Proxy, trace: &mut Trace) -> Result<Stream, Fault> {
    let (vantage, request, prepared) = (call.vantage, call.request, &call.prepared);
    // We cannot know what a name means to the proxy; an address is unambiguous.
    if let Some(target) = prepared.host.address() {
        vantage.admit(&[target], "http.url", trace)?;
    }
    let (host, port) = destination(proxy)?;
    // Before anything is sent: a certificate of the test may be bad.
    let tls = tls_client(call, proxy)?;
    let tcp = faultfinder_net::connect(vantage, &host, port, &request.client, trace).await?;
    let mut stream = Stream::Plain(tcp);
    if proxy.is_socks() {
        let (host, port) = (&prepared.host, prepared.port);
        socks_tunnel(vantage, &mut stream, proxy, host, port, &request.client, trace).await?;
        return Ok(stream);
    }
    if let Some(client) = tls {
        (stream, _) = stream.secure(vantage, &host, &client, &request.client, trace).await?;
    }
    if !call.is_forwarded() {
        faultfinder_net::tunnel(&mut stream, proxy, &prepared.authority(), trace).await?;
    }
    Ok(stream)
}

/// Where the proxy is.
fn destination(proxy: &Proxy) -> Result<(Host, u16), Fault> {
    let mut url = proxy.url.clone();
    if proxy.is_socks() && url.port().is_none() {
        let _ = url.set_port(Some(Proxy::SOCKS_PORT));
    }
    faultfinder_net::destination(&url, "http.proxy.url")
}

/// The TLS client for a proxy that is used over TLS.
fn tls_client(call: &Call<'_>, proxy: &Proxy) -> Result<Option<Arc<TlsClient>>, Fault> {
    if proxy.url.scheme() != "https" {
        return Ok(None);
    }
    let options = TlsOptions { alpn: vec![ALPN_HTTP11.to_owned()], ..call.request.tls.for_another_peer() };
    call.vantage.tls_client(&options, "http.tls").map(Some)
}
