//! A proxy, and a tunnel through one that speaks HTTP (RFC 9110 section 9.3.6).

use crate::http1::{self, Head, Limits, Rules};
use crate::{Login, Spoken, Trace, classify_io, errno};
use faultfinder_taxonomy::{Code, Detail, Errno, Fault, Phase};
use http::header::{CONTENT_LENGTH, HeaderName, LOCATION, PROXY_AUTHENTICATE};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use url::Url;

/// How much of the page with which a proxy refuses a tunnel is read, in bytes.
const PAGE_BYTES_MAX: usize = 2048;
/// How long to wait for it: it usually comes with the head.
const PAGE_WAIT: Duration = Duration::from_millis(500);
/// How much is read of a response that is not HTTP, in bytes.
const ANSWER_BYTES_MAX: usize = 512;

/// A proxy: HTTP, in plaintext (`http://`) or over TLS (`https://`), or SOCKS5, with the target's name resolved here
/// (`socks5://`) or by the proxy (`socks5h://`).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Proxy {
    /// Its URL; user and password in it are its credentials.
    pub url: Url,
    /// Headers for the proxy only.
    pub headers: Vec<(String, String)>,
}

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

/// Requests a tunnel to `authority` (`host:port`) from a proxy, on a stream that is connected to it, in the proxy
/// phase.
///
/// # Errors
///
/// `TUNNEL` when it responds with a status other than 2xx or ends the connection; `AUTHENTICATION_ERROR` when it
/// refuses configured credentials.
pub(crate) async fn tunnel<S: AsyncRead + AsyncWrite + Unpin>(
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
    let seen = trace.head_so_far();
    let read = final_head(stream, seen).await;
    let mut seen = std::mem::take(seen);
    let head = match read {
        Ok(head) => head,
        Err(error) => {
            if matches!(error, http1::Error::Broken(_)) {
                more(stream, &mut seen).await;
            }
            return Err(unanswered(&error, &seen));
        }
    };
    let status = head.status;
    let field = |name: &HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok());
    if matches!(status, 200..=299) {
        return Ok(());
    }
    let refused = match status {
        // Tinyproxy sends 401 for wrong credentials, where RFC 9110 has 407.
        401 | 407 if proxy.has_credentials() => fault(
            Code::AuthenticationError,
            Detail::http(status.to_string(), Some(status)),
            "the proxy refused the configured credentials".to_owned(),
            &seen,
        ),
        _ => fault(
            Code::Tunnel,
            Detail::http(status.to_string(), Some(status)),
            match (status, field(&LOCATION), field(&PROXY_AUTHENTICATE)) {
                (300..=399, Some(location), _) => {
                    format!(
                        "the proxy answered CONNECT {authority} with status {status}, a redirect to {location}"
                    )
                }
                (407, _, Some(challenge)) => {
                    format!(
                        "the proxy answered CONNECT {authority} with status {status}: it wants {challenge}"
                    )
                }
                _ => format!("the proxy answered CONNECT {authority} with status {status}"),
            },
            &seen,
        ),
    };
    let refused = match status {
        407 if !proxy.has_credentials() => {
            let is_basic = field(&PROXY_AUTHENTICATE)
                .is_none_or(|challenge| challenge.to_ascii_lowercase().contains("basic"));
            refused.with_hint(if is_basic {
                "put the proxy's credentials into its URL: http://user:password@host"
            } else {
                "the proxy does not offer basic authentication, which is the only one for a proxy here"
            })
        }
        _ => refused,
    };
    let page = page(stream, &head).await;
    Err(if page.is_empty() { refused } else { refused.with("proxy_page", page) })
}

/// Reads the head of the final response, byte by byte, so that nothing is read of the tunnel behind it. Interim responses
/// are skipped (RFC 9110 section 15.2).
async fn final_head<S: AsyncRead + Unpin>(stream: &mut S, seen: &mut Vec<u8>) -> Result<Head, http1::Error> {
    for _ in 0..http1::INTERIM_MAX {
        seen.clear();
        let head = http1::read_head(stream, Limits { rules: Rules::Lenient, ..Limits::TARGET }, seen).await?;
        if !matches!(head.status, 100 | 102..=199) {
            return Ok(head);
        }
    }
    Err(http1::TooLarge::Interim(http1::INTERIM_MAX).into())
}

/// Reads what else has come of a response that is not HTTP: its beginning shows what the peer is.
async fn more<S: AsyncRead + Unpin>(stream: &mut S, seen: &mut Vec<u8>) {
    seen.reserve(ANSWER_BYTES_MAX);
    let _ = tokio::time::timeout(PAGE_WAIT, stream.read_buf(seen)).await;
}

/// The page that comes with a refusal: proxies say in it why.
async fn page<S: AsyncRead + Unpin>(stream: &mut S, head: &Head) -> String {
    let length = head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let wanted = length.unwrap_or(PAGE_BYTES_MAX).min(PAGE_BYTES_MAX);
    let mut page = Vec::with_capacity(wanted);
    let read = async {
        let mut rest = stream.take(wanted as u64);
        while rest.read_buf(&mut page).await.is_ok_and(|count| count > 0) {}
    };
    // What has come until then is enough.
    let _ = tokio::time::timeout(PAGE_WAIT, read).await;
    String::from_utf8_lossy(&page).into_owned()
}

/// The proxy's response is missing or incomplete.
fn unanswered(error: &http1::Error, seen: &[u8]) -> Fault {
    match error {
        http1::Error::Ended(error) => broken(error, seen),
        http1::Error::Broken(violation) => {
            let message = format!("the proxy's response to CONNECT is not HTTP: {}", violation.what);
            let fault = fault(Code::Tunnel, Detail::http(violation.name, None), message, seen);
            match Spoken::of(seen) {
                Some(Spoken::Tls) => Spoken::Tls
                    .explain(fault, Some("use an https:// URL for the proxy: this port expects TLS")),
                Some(spoken) => spoken.explain(fault, None),
                None => fault,
            }
        }
        http1::Error::TooLarge(what) => {
            let message = format!("the head of the proxy's response to CONNECT is too large: {what}");
            fault(Code::Tunnel, Detail::http("HPE_HEADER_OVERFLOW", None), message, seen)
        }
    }
}

/// The proxy ended the connection before it responded.
fn broken(error: &std::io::Error, head: &[u8]) -> Fault {
    let errno = classify_io(error).unwrap_or(Errno::ConnReset);
    if errno.code() == Code::InternalError {
        return errno::errno_fault(errno, Phase::Proxy, "ask the proxy for a tunnel");
    }
    let message = format!("the proxy ended the connection before it answered CONNECT: {}", errno.text());
    fault(Code::Tunnel, Detail::errno(errno), message, head)
}

fn fault(code: Code, detail: Detail, message: String, head: &[u8]) -> Fault {
    let fault = Fault::new(code, Phase::Proxy, detail, message);
    if head.is_empty() {
        return fault;
    }
    fault.with(
        "proxy_answer",
        String::from_utf8_lossy(head.get(..ANSWER_BYTES_MAX.min(head.len())).unwrap_or_default())
            .into_owned(),
    )
}
