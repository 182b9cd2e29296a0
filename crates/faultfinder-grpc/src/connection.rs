//! One connection: TCP, TLS where it is wanted, and HTTP/2 over it.

use crate::prepare::Prepared;
use crate::{Request, failure};
use bytes::Bytes;
use faultfinder_net::{Driver, Stream, Tap, Taps, Trace, Vantage};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use h2::client::{self, SendRequest};
use std::sync::Arc;
use std::time::Duration;

/// The protocol of gRPC in ALPN (RFC 9113 section 3.2).
const ALPN_H2: &str = "h2";
/// Longest header block of an answer, in bytes.
const HEADER_BLOCK_BYTES_MAX: u32 = 64 << 10;
/// How much of what the peer sent first is kept for faults.
const HEAD_BYTES_MAX: usize = 4096;
/// Windows as wide as a whole message, so that it is not slowed by round trips.
const STREAM_WINDOW_BYTES: u32 = 6 << 20;
const CONNECTION_WINDOW_BYTES: u32 = 15 << 20;
/// How long a connection that failed may take to say what it ended with.
const LAST_WORD_WAIT: Duration = Duration::from_millis(100);

/// A connection on which calls can be made.
pub(crate) struct Connection {
    pub(crate) sender: SendRequest<Bytes>,
    pub(crate) driver: Driver<client::Connection<Tap<Stream>>, h2::Error>,
    pub(crate) taps: Arc<Taps>,
}

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
) -> Result<Connection, Fault> {
    // Before anything is sent: a certificate or key of the test's own may be bad.
    let client =
        if request.plaintext { None } else { Some(vantage.tls_client(&offering_h2(request), "grpc.tls")?) };
    let tcp =
        faultfinder_net::connect(vantage, &prepared.host, prepared.port, &request.client, trace).await?;
    let mut stream = Stream::Plain(tcp);
    if let Some(client) = client {
        let secured = Box::pin(stream.secure(vantage, &prepared.host, &client, &request.client, trace));
        let (secure, alpn) = secured.await.map_err(failure::without_tls)?;
        if alpn.as_deref() != Some(ALPN_H2.as_bytes()) {
            return Err(not_h2(alpn.as_deref()));
        }
        stream = secure;
    }
    trace.enter(Phase::Send);
    let stream = Tap::of_http2(stream, HEAD_BYTES_MAX);
    let taps = stream.taps();
    let (sender, connection) = client::Builder::new()
        .initial_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .max_header_list_size(HEADER_BLOCK_BYTES_MAX)
        .enable_push(false)
        .handshake::<_, Bytes>(stream)
        .await
        .map_err(|error| failure::broken(&error, None, &taps, Phase::Send))?;
    Ok(Connection { sender, driver: Driver::new(connection), taps })
}

fn offering_h2(request: &Request) -> faultfinder_net::tls::TlsOptions {
    let mut options = request.tls.clone();
    if options.alpn.is_empty() {
        options.alpn = vec![ALPN_H2.to_owned()];
    }
    options
}

fn not_h2(alpn: Option<&[u8]>) -> Fault {
    let chosen = alpn.map_or_else(|| "nothing".to_owned(), |name| String::from_utf8_lossy(name).into_owned());
    let detail = Detail::tls("no_application_protocol", None);
    let message = format!("gRPC needs HTTP/2 (h2), the peer chose {chosen} by ALPN");
    Fault::new(Code::Ssl, Phase::Tls, detail, message)
        .with("alpn", chosen)
        .with_hint("switch HTTP/2 on in the server, or in what terminates TLS before it")
}

impl Connection {
    /// What the connection ended with. One that failed is given a moment to end.
    pub(crate) async fn last_word(&mut self) -> Option<&h2::Error> {
        // Time that runs out is an answer, too: nothing was learnt.
        let _ = tokio::time::timeout(LAST_WORD_WAIT, self.driver.finish()).await;
        self.driver.error()
    }
}
