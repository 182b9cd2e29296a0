//! One connection: through a proxy or not, with TLS or not, and the version that is spoken over it.

use crate::prepare::Prepared;
use crate::{Request, Response, http1, http2, http3, proxy};
use faultfinder_net::tls::{TlsClient, TlsOptions};
use faultfinder_net::{Stream, Trace, Vantage};
use faultfinder_taxonomy::word::HttpVersion;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use std::sync::Arc;

/// The names of the two versions in ALPN (RFC 9113 section 3.2, RFC 7301 section 6).
const ALPN_H2: &str = "h2";
pub(crate) const ALPN_HTTP11: &str = "http/1.1";

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
    // Before anything is sent: a certificate or key of the test may be bad.
    let client = if prepared.is_https() { Some(tls_client(vantage, request, prepared)?) } else { None };
    let stream = match &request.proxy {
        Some(proxy) => Box::pin(proxy::reach(vantage, request, prepared, proxy, trace)).await?,
        None => Stream::Plain(
            faultfinder_net::connect(vantage, &prepared.host, prepared.port, &request.client, trace).await?,
        ),
    };
    let Some(client) = client else {
        let absolute_form = request.proxy.as_ref().is_some_and(|proxy| !proxy.is_socks());
        return match request.version {
            HttpVersion::H2c => Box::pin(http2::exchange(stream, request, prepared, cookies, trace)).await,
            _ => http1::exchange(vantage, stream, request, prepared, cookies, absolute_form, trace).await,
        };
    };
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

fn tls_client(vantage: &Vantage, request: &Request, prepared: &Prepared) -> Result<Arc<TlsClient>, Fault> {
    let mut options = tls_options(request, prepared);
    if options.alpn.is_empty() {
        // NTLM authenticates a connection, which HTTP/2 shares among requests.
        options.alpn = alpn(if prepared.ntlm.is_some() { HttpVersion::Http11 } else { request.version });
    }
    vantage.tls_client(&options, "http.tls")
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
