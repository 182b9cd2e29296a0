//! A proxy, and a tunnel through one that speaks HTTP (RFC 9110 section 9.3.6).

use crate::{Login, Trace, classify_io, errno};
use faultfinder_taxonomy::{Code, Detail, Errno, Fault, Phase};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use url::Url;

/// A proxy: one that speaks HTTP, in plaintext (`http://`) or over TLS (`https://`), or SOCKS5, with the target's name
/// resolved here (`socks5://`) or by the proxy (`socks5h://`).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Proxy {
    /// Where it is; user and password in it are its credentials.
    pub url: Url,
    /// Headers for the proxy alone.
    pub headers: Vec<(String, String)>,
}

/// Longest head of a proxy's answer, in bytes.
const HEAD_BYTES_MAX: usize = 64 << 10;
/// Most header lines of a proxy's answer.
const HEADERS_MAX: usize = 128;

impl Proxy {
    /// The port of a SOCKS proxy whose URL has none (RFC 1928 section 3).
    pub const SOCKS_PORT: u16 = 1080;

    /// Whether it speaks SOCKS5.
    #[must_use]
    pub fn is_socks(&self) -> bool {
        matches!(self.url.scheme(), "socks5" | "socks5h")
    }

    /// User and password, when the URL has any.
    pub(crate) fn credentials(&self) -> Option<Login> {
        Login::of_url(&self.url)
    }

    /// Whether the test gives credentials for the proxy, in the URL or as a header.
    #[must_use]
    pub fn has_credentials(&self) -> bool {
        self.authorization().is_some()
            || self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("proxy-authorization"))
    }

    /// The value of `proxy-authorization`, when the URL has credentials.
    #[must_use]
    pub fn authorization(&self) -> Option<String> {
        self.credentials().map(|login| login.basic())
    }
}

impl std::fmt::Debug for Proxy {
    /// Never shows credentials.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proxy")
            .field("scheme", &self.url.scheme())
            .field("host", &self.url.host_str())
            .field("port", &self.url.port_or_known_default())
            .finish_non_exhaustive()
    }
}

/// Asks a proxy for a tunnel to `authority` (`host:port`) on a stream that leads to it, in the proxy phase.
///
/// # Errors
///
/// `TUNNEL` when it answers with another status than 2xx or breaks off; `AUTHENTICATION_ERROR` when it refuses
/// configured credentials.
pub async fn tunnel<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    proxy: &Proxy,
    authority: &str,
    trace: &mut Trace,
) -> Result<(), Fault> {
    trace.enter(Phase::Proxy);
    let mut request = format!("CONNECT {authority} HTTP/1.1\r\nhost: {authority}\r\n");
    if let Some(credentials) = proxy.authorization() {
        request.push_str(&format!("proxy-authorization: {credentials}\r\n"));
    }
    for (name, value) in &proxy.headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes()).await.map_err(|error| broken(&error, &[]))?;
    stream.flush().await.map_err(|error| broken(&error, &[]))?;
    let head = read_head(stream).await?;
    let status = parse_status(&head)?;
    match status {
        200..=299 => Ok(()),
        // Tinyproxy says 401 of wrong credentials, where RFC 9110 has 407.
        401 | 407 if proxy.has_credentials() => Err(fault(
            Code::AuthenticationError,
            Detail::http(status.to_string(), Some(status)),
            "the proxy refused the configured credentials".to_owned(),
            &head,
        )),
        _ => Err(fault(
            Code::Tunnel,
            Detail::http(status.to_string(), Some(status)),
            format!("the proxy answered CONNECT {authority} with status {status}"),
            &head,
        )),
    }
}

/// Reads byte by byte to the end of the head, so that nothing behind it is taken from the tunnel.
async fn read_head<S: AsyncRead + Unpin>(stream: &mut S) -> Result<Vec<u8>, Fault> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= HEAD_BYTES_MAX {
            let message =
                format!("the proxy's answer to CONNECT has a head of more than {HEAD_BYTES_MAX} bytes");
            return Err(fault(Code::Tunnel, Detail::http("HPE_HEADER_OVERFLOW", None), message, &head));
        }
        match stream.read_u8().await {
            Ok(byte) => {
                head.push(byte);
                // Whatever does not begin like an answer is refused at once, not when its end comes.
                if !head.iter().zip(b"HTTP/").all(|(found, expected)| found == expected) {
                    return Err(not_http(&head));
                }
            }
            Err(error) => return Err(broken(&error, &head)),
        }
    }
    Ok(head)
}

fn parse_status(head: &[u8]) -> Result<u16, Fault> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut response = httparse::Response::new(&mut headers);
    match response.parse(head) {
        Ok(httparse::Status::Complete(_)) => response.code.ok_or(()),
        Ok(httparse::Status::Partial) | Err(_) => Err(()),
    }
    .map_err(|()| not_http(head))
}

fn not_http(head: &[u8]) -> Fault {
    let message = "the proxy's answer to CONNECT is not HTTP".to_owned();
    fault(Code::Tunnel, Detail::http("HPE_INVALID_CONSTANT", None), message, head)
}

/// The proxy broke off before it had answered.
fn broken(error: &std::io::Error, head: &[u8]) -> Fault {
    let errno = classify_io(error).unwrap_or(Errno::ConnReset);
    if errno.code() == Code::InternalError {
        return errno::errno_fault(errno, Phase::Proxy, "ask the proxy for a tunnel");
    }
    let message = format!("the proxy broke off before it answered CONNECT: {}", errno.text());
    fault(Code::Tunnel, Detail::errno(errno), message, head)
}

fn fault(code: Code, detail: Detail, message: String, head: &[u8]) -> Fault {
    let fault = Fault::new(code, Phase::Proxy, detail, message);
    if head.is_empty() {
        return fault;
    }
    fault.with(
        "proxy_answer",
        String::from_utf8_lossy(head.get(..512.min(head.len())).unwrap_or_default()).into_owned(),
    )
}
