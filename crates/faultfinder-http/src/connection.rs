//! One connection: through a proxy or not, with TLS or not, and the version of HTTP on it.

use crate::call::Call;
use crate::{Response, http1, http2, http3};
use faultfinder_net::http2::{SENT_AGAIN, is_unprocessed};
use faultfinder_net::tls::TlsClient;
use faultfinder_net::{Reach, Trace, suspect_tls};
use faultfinder_taxonomy::word::HttpVersion;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use std::sync::Arc;

/// The names of the two versions in ALPN (RFC 9113 section 3.2, RFC 7301 section 6).
const ALPN_H2: &str = "h2";
const ALPN_HTTP11: &str = "http/1.1";

/// Sends one request over a new connection and reads the response. What the server says it has not processed is sent once
/// more (RFC 9113 section 8.7).
///
/// # Errors
///
/// Whatever the connection, the proxy, TLS or the exchange ends with.
pub(crate) async fn exchange(call: &Call<'_>, trace: &mut Trace) -> Result<Response, Fault> {
    match once(call, trace).await {
        Err(fault) if is_unprocessed(&fault) => {
            trace.warn(SENT_AGAIN);
            once(call, trace).await
        }
        answered => answered,
    }
}

async fn once(call: &Call<'_>, trace: &mut Trace) -> Result<Response, Fault> {
    call.arrived.reset();
    let (vantage, request, prepared) = (call.vantage, call.request, &call.prepared);
    if request.version == HttpVersion::Http3 {
        return Box::pin(http3::exchange(call, None, trace)).await;
    }
    // Before anything is sent: a certificate or key of the test may be bad.
    let client = if prepared.is_https() { Some(tls_client(call)?) } else { None };
    let reach = Reach {
        host: &prepared.host,
        port: prepared.port,
        proxy: request.proxy.as_deref(),
        is_forwarded: call.is_forwarded(),
        tls: &request.tls,
        protocol: "http",
        target_field: "http.url",
    };
    let stream = reach.connect(vantage, &request.client, trace).await?;
    let Some(client) = client else {
        let answered = match request.version {
            HttpVersion::H2c => Box::pin(http2::exchange(call, stream, trace)).await,
            _ => http1::exchange(call, stream, trace).await,
        };
        return answered.map_err(|fault| match call.is_forwarded() {
            true => fault,
            false => suspect_tls(fault, "use an https:// URL"),
        });
    };
    let (stream, alpn) = Box::pin(stream.secure(vantage, &prepared.host, &client, &request.client, trace))
        .await
        .map_err(|fault| demanded(request.version, fault))?;
    let is_h2 = alpn.as_deref() == Some(ALPN_H2.as_bytes());
    if request.version == HttpVersion::Http2 && !is_h2 {
        return Err(not_h2(alpn.as_deref()));
    }
    let answered = if is_h2 {
        Box::pin(http2::exchange(call, stream, trace)).await
    } else {
        http1::exchange(call, stream, trace).await
    };
    answered.map_err(|fault| trace.late_objection(fault))
}

fn tls_client(call: &Call<'_>) -> Result<Arc<TlsClient>, Fault> {
    let mut options = call.tls_options();
    if options.alpn.is_empty() {
        // NTLM authenticates a connection, which HTTP/2 shares among requests.
        let is_ntlm = call.prepared.ntlm.is_some();
        options.alpn = alpn(if is_ntlm { HttpVersion::Http11 } else { call.request.version });
    }
    call.vantage.tls_client(&options, "http.tls")
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

/// The test requires HTTP/2, and the peer did not agree to it.
fn not_h2(alpn: Option<&[u8]>) -> Fault {
    let chosen = alpn.map_or_else(|| "nothing".to_owned(), |name| String::from_utf8_lossy(name).into_owned());
    let detail = Detail::tls(NO_PROTOCOL, Some("ERR_HTTP2_ERROR"));
    let message = format!(
        "error performing HTTP/2 request: the test requires HTTP/2, but the peer chose {chosen} by ALPN"
    );
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
