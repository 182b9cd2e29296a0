//! One connection: TCP, TLS where it is wanted, and HTTP/2 over it.

use crate::channel::Shared;
use crate::prepare::Prepared;
use crate::{Request, failure};
use faultfinder_net::tls::TlsOptions;
use faultfinder_net::{Reach, Trace, Vantage, http2};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use std::sync::Arc;

/// The protocol of gRPC in ALPN (RFC 9113 section 3.2).
const ALPN_H2: &str = "h2";

/// Opens a connection; in the end the request's transmission has begun.
///
/// # Errors
///
/// Whatever the connection or TLS ends with; `SSL` when the peer does not agree to HTTP/2.
pub(crate) async fn open(
    vantage: &Vantage,
    request: &Request,
    prepared: &Prepared<'_>,
    trace: &mut Trace,
) -> Result<Shared, Fault> {
    // Before anything is sent: a certificate or key of the test's own may be bad.
    let client =
        if request.plaintext { None } else { Some(vantage.tls_client(&offering_h2(request), "grpc.tls")?) };
    let reach = Reach {
        host: &prepared.host,
        port: prepared.port,
        proxy: request.proxy.as_ref(),
        is_forwarded: false,
        tls: &request.tls,
        protocol: "grpc",
        target_field: "grpc.host",
    };
    let mut stream = reach.connect(vantage, &request.client, trace).await?;
    if let Some(client) = client {
        let secured = Box::pin(stream.secure(vantage, &prepared.host, &client, &request.client, trace));
        let (secure, alpn) = secured.await.map_err(failure::without_tls)?;
        if alpn.as_deref() != Some(ALPN_H2.as_bytes()) {
            return Err(not_h2(alpn.as_deref()));
        }
        stream = secure;
    }
    trace.enter(Phase::Send);
    let opened = http2::Connection::open(stream, Some(trace.arrivals())).await;
    let connection = opened.map_err(|end| failure::broken(end, Phase::Send))?;
    trace.send_over(connection.taps());
    Ok(Arc::new(tokio::sync::Mutex::new(connection)))
}

fn offering_h2(request: &Request) -> faultfinder_net::Shared<TlsOptions> {
    let mut options = request.tls.clone();
    if options.alpn.is_empty() {
        options.alpn = vec![ALPN_H2.to_owned()];
    }
    options
}

fn not_h2(alpn: Option<&[u8]>) -> Fault {
    let chosen = alpn.map_or_else(|| "nothing".to_owned(), |name| String::from_utf8_lossy(name).into_owned());
    let detail = Detail::tls("no_application_protocol", None);
    let message = format!("gRPC needs HTTP/2 (h2), but the peer chose {chosen} by ALPN");
    Fault::new(Code::Ssl, Phase::Tls, detail, message)
        .with("alpn", chosen)
        .with_hint("enable HTTP/2 in the server, or in the proxy that terminates TLS in front of it")
}
