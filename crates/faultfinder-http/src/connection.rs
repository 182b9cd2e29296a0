//! One connection: through a proxy or not, with TLS or not, and the version that is spoken over it.

use crate::prepare::{self, Prepared};
use crate::{Request, Response, http1, http2, http3};
use faultfinder_net::tls::TlsOptions;
use faultfinder_net::{Host, Proxy, Stream, Trace, Vantage};
use faultfinder_taxonomy::word::HttpVersion;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};

/// The names of the two versions in ALPN (RFC 9113 section 3.2, RFC 7301 section 6).
const ALPN_H2: &str = "h2";
const ALPN_HTTP11: &str = "http/1.1";

/// Sends one request over a connection of its own and reads the answer.
///
/// # Errors
///
/// Whatever the connection, the proxy, TLS or the exchange ends with.
pub(crate) async fn exchange(
    vantage: &Vantage,
    request: &Request,
    prepared: &Prepared,
    cookies: Option<String>,
    trace: &mut Trace,
) -> Result<Response, Fault> {
    if request.version == HttpVersion::Http3 {
        return Box::pin(http3::exchange(vantage, request, prepared, cookies, None, trace)).await;
    }
    let stream = match &request.proxy {
        Some(proxy) => Box::pin(reach_by_proxy(vantage, request, prepared, proxy, trace)).await?,
        None => Stream::Plain(
            faultfinder_net::connect(vantage, &prepared.host, prepared.port, &request.client, trace).await?,
        ),
    };
    if !prepared.is_https() {
        let absolute_form = request.proxy.as_ref().is_some_and(|proxy| !proxy.is_socks());
        return match request.version {
            HttpVersion::H2c => Box::pin(http2::exchange(stream, request, prepared, cookies, trace)).await,
            _ => http1::exchange(vantage, stream, request, prepared, cookies, absolute_form, trace).await,
        };
    }
    let mut options = tls_options(request, prepared);
    if options.alpn.is_empty() {
        // NTLM authenticates a connection, which HTTP/2 shares among requests.
        options.alpn = alpn(if prepared.ntlm.is_some() { HttpVersion::Http11 } else { request.version });
    }
    let client = vantage.tls_client(&options)?;
    let (stream, alpn) = Box::pin(stream.secure(vantage, &prepared.host, &client, &request.client, trace))
        .await
        .map_err(|fault| demanded(request.version, fault))?;
    let is_h2 = alpn.as_deref() == Some(ALPN_H2.as_bytes());
    if request.version == HttpVersion::Http2 && !is_h2 {
        return Err(not_h2(alpn.as_deref()));
    }
    let answered = if is_h2 {
        Box::pin(http2::exchange(stream, request, prepared, cookies, trace)).await
    } else {
        http1::exchange(vantage, stream, request, prepared, cookies, false, trace).await
    };
    answered.map_err(|fault| trace.late_objection(fault))
}

/// What the test says about TLS, as far as it holds for this origin.
pub(crate) fn tls_options(request: &Request, prepared: &Prepared) -> TlsOptions {
    let mut options = request.tls.clone();
    if !prepared.at_home {
        // Behind a redirect to another origin: neither its identity nor its name is the test's.
        options.client_cert = None;
        options.client_key = None;
        options.server_name = None;
    }
    options
}

/// Connects to the proxy, and asks it for a tunnel where the target speaks TLS or HTTP/2.
async fn reach_by_proxy(
    vantage: &Vantage,
    request: &Request,
    prepared: &Prepared,
    proxy: &Proxy,
    trace: &mut Trace,
) -> Result<Stream, Fault> {
    if !matches!(proxy.url.scheme(), "http" | "https" | "socks5" | "socks5h") {
        let message =
            format!("the proxy's scheme {:?} is none of http, https, socks5 and socks5h", proxy.url.scheme());
        return Err(prepare::invalid("ERR_UNSUPPORTED_PROTOCOL", "http.proxy.url", message));
    }
    for (name, value) in &proxy.headers {
        crate::headers::header(name, value)?;
    }
    // What a name is for the proxy is not ours to know; an address is what it is.
    if let Host::Address(target) = &prepared.host {
        vantage.admit(&[*target], "http.url", trace)?;
    }
    let (host, port) = destination(proxy)?;
    let tcp = faultfinder_net::connect(vantage, &host, port, &request.client, trace).await?;
    let mut stream = Stream::Plain(tcp);
    if proxy.is_socks() {
        let target = (&prepared.host, prepared.port);
        faultfinder_net::socks_tunnel(vantage, &mut stream, proxy, target, &request.client, trace).await?;
        return Ok(stream);
    }
    if proxy.url.scheme() == "https" {
        let options = TlsOptions { alpn: vec![ALPN_HTTP11.to_owned()], ..request.tls.for_another_peer() };
        let client = vantage.tls_client(&options)?;
        (stream, _) = stream.secure(vantage, &host, &client, &request.client, trace).await?;
    }
    if prepared.is_https() || request.version == HttpVersion::H2c {
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
    prepare::destination(&url, "http.proxy.url")
}

fn alpn(version: HttpVersion) -> Vec<String> {
    let names: &[&str] = match version {
        HttpVersion::Auto | HttpVersion::Http3 | HttpVersion::Discover => &[ALPN_H2, ALPN_HTTP11],
        HttpVersion::Http11 => &[ALPN_HTTP11],
        HttpVersion::Http2 | HttpVersion::H2c => &[ALPN_H2],
    };
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The name of "no protocol in common", by the peer's alert or by our reading of its choice.
const NO_PROTOCOL: &str = "no_application_protocol";

/// The test demands HTTP/2 and the peer did not agree to it.
fn not_h2(alpn: Option<&[u8]>) -> Fault {
    let chosen = alpn.map_or_else(|| "nothing".to_owned(), |name| String::from_utf8_lossy(name).into_owned());
    let detail = Detail::tls(NO_PROTOCOL, Some("ERR_HTTP2_ERROR"));
    let message =
        format!("error performing HTTP/2 request: the test demands HTTP/2, the peer chose {chosen} by ALPN");
    Fault::new(Code::Http2, Phase::Tls, detail, message).with("alpn", chosen)
}

/// A peer that has no protocol in common although only HTTP/2 was offered fails at HTTP/2, not at TLS.
fn demanded(version: HttpVersion, mut fault: Fault) -> Fault {
    if version == HttpVersion::Http2 && fault.code == Code::Ssl && fault.detail.name() == NO_PROTOCOL {
        fault.code = Code::Http2;
        fault.message = format!("error performing HTTP/2 request: {}", fault.message);
    }
    fault
}
