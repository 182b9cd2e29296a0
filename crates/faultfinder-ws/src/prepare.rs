//! Everything that can be refused before a packet is sent.

use crate::reader::CONTROL_BYTES_MAX;
use crate::{Auth, Request, Step};
use bytes::Bytes;
use faultfinder_net::{
    Checks, Host, Reach, destination, header, parse_url, take_userinfo, through_interface,
};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use http::header::{
    AUTHORIZATION, CONNECTION, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, SEC_WEBSOCKET_ACCEPT,
    SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION,
    TRANSFER_ENCODING, UPGRADE, USER_AGENT,
};
use tungstenite::handshake::client::generate_key;
use url::{Position, Url};

/// Headers that are the handshake's own.
const RESERVED: [HeaderName; 7] = [
    CONNECTION,
    UPGRADE,
    SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_VERSION,
    SEC_WEBSOCKET_ACCEPT,
    SEC_WEBSOCKET_EXTENSIONS,
    TRANSFER_ENCODING,
];

/// An opening handshake that can be sent: nothing in it is invalid.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub(crate) url: Url,
    pub(crate) host: Host,
    pub(crate) port: u16,
    /// The request, byte for byte.
    pub(crate) head: Bytes,
    /// The value of `sec-websocket-key` in it.
    pub(crate) key: String,
    pub(crate) subprotocols: Vec<String>,
    pub(crate) has_credentials: bool,
}

impl Prepared {
    pub(crate) fn is_secure(&self) -> bool {
        self.url.scheme() == "wss"
    }
}

/// Checks a request and brings its opening handshake into the form in which it is sent (RFC 6455 section 4.1).
///
/// # Errors
///
/// `INVALID_REQUEST` and `INVALID_CHAR_IN_HEADER`, each naming the field.
pub(crate) fn prepare(request: &Request) -> Result<Prepared, Vec<Fault>> {
    let mut checks = Checks::default();
    let target = checks.take(target(request));
    checks.take(check_steps(&request.steps));
    if let Some(proxy) = &request.proxy {
        Reach::check_proxy(proxy, "ws", &mut checks);
    }
    let mut headers = own_headers(request, &mut checks);
    let subprotocols = checks.take(subprotocols(request, &mut headers));
    let userinfo = target.as_ref().and_then(|target| target.userinfo.as_ref());
    let has_credentials = headers.contains_key(AUTHORIZATION) || request.auth.is_some() || userinfo.is_some();
    if let Some(auth) = request.auth.as_ref().or(userinfo)
        && let Some((_, value)) = checks.take(header("ws.auth", "authorization", &authorization(auth)))
    {
        headers.entry(AUTHORIZATION).or_insert(value);
    }
    if !request.cookies.is_empty() {
        let pairs: Vec<String> =
            request.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if let Some((_, value)) = checks.take(header("ws.cookies", "cookie", &pairs.join("; "))) {
            headers.entry(COOKIE).or_insert(value);
        }
    }
    const AGENT: HeaderValue = HeaderValue::from_static(faultfinder_net::USER_AGENT);
    headers.entry(USER_AGENT).or_insert(AGENT);
    let prepared = target.zip(subprotocols).map(|(Target { url, host, port, .. }, subprotocols)| {
        let key = generate_key();
        let head = head(&url, &key, &subprotocols, &headers);
        Prepared { url, host, port, head, key, subprotocols, has_credentials }
    });
    checks.end(prepared)
}

/// Everything that is wrong with a request, as far as it shows before anything is sent; its TLS settings are checked by
/// [`TlsClient::check`](faultfinder_net::tls::TlsClient::check).
#[must_use]
pub fn check(request: &Request) -> Vec<Fault> {
    prepare(request).err().unwrap_or_default()
}

/// Where a WebSocket is opened.
struct Target {
    url: Url,
    host: Host,
    port: u16,
    /// Credentials in the URL.
    userinfo: Option<Auth>,
}

fn target(request: &Request) -> Result<Target, Fault> {
    let mut url = parse_url(&request.url, "ws.url", &["ws", "wss"], |scheme| {
        // What WebSocket APIs throw (WHATWG, before it let http through), and the ws library of Node.js.
        invalid("SyntaxError", "ws.url", format!("the scheme {scheme:?} is neither ws nor wss"))
    })?;
    if url.fragment().is_some() {
        let message = "the URL of a WebSocket cannot have a fragment (RFC 6455 section 3)".to_owned();
        return Err(invalid("SyntaxError", "ws.url", message));
    }
    let (host, port) = destination(&url, "ws.url")?;
    let host = through_interface(host, &request.url);
    let userinfo = take_userinfo(&mut url).map(Auth::Basic);
    Ok(Target { url, host, port, userinfo })
}

/// The request's own headers, without those that only the handshake itself can set.
fn own_headers(request: &Request, checks: &mut Checks) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(request.headers.len() + 3);
    for (name, value) in &request.headers {
        let Some((name, value)) = checks.take(header("ws.headers", name, value)) else { continue };
        if RESERVED.contains(&name) {
            let message = format!("the header {name} belongs to the opening handshake");
            let fault = invalid("ERR_RESERVED_HEADER", &format!("ws.headers.{name}"), message);
            checks.take::<()>(Err(fault));
            continue;
        }
        headers.append(name, value);
    }
    headers
}

/// The subprotocols that are offered; a header of the request may say them too.
fn subprotocols(request: &Request, headers: &mut HeaderMap) -> Result<Vec<String>, Fault> {
    let mut offered = request.subprotocols.clone();
    for value in headers.get_all(SEC_WEBSOCKET_PROTOCOL) {
        let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
        offered.extend(text.split(',').map(|name| name.trim().to_owned()));
    }
    headers.remove(SEC_WEBSOCKET_PROTOCOL);
    let field = |index: usize| format!("ws.subprotocols[{index}]");
    for (index, name) in offered.iter().enumerate() {
        // A subprotocol is a token of RFC 9110 section 5.6.2, as a header's name is.
        if HeaderName::from_bytes(name.as_bytes()).is_err() {
            let message =
                format!("{name:?} is not a subprotocol: it has a character that is not allowed in a token");
            return Err(invalid("SyntaxError", &field(index), message));
        }
        if offered.iter().take(index).any(|earlier| earlier == name) {
            let message = format!("the subprotocol {name:?} is offered twice");
            return Err(invalid("SyntaxError", &field(index), message));
        }
    }
    Ok(offered)
}

fn check_steps(steps: &[Step]) -> Result<(), Fault> {
    for (index, step) in steps.iter().enumerate() {
        if let Step::Ping(payload) = step
            && payload.len() > usize::from(CONTROL_BYTES_MAX)
        {
            let message = format!("a ping has at most {CONTROL_BYTES_MAX} bytes, not {}", payload.len());
            return Err(invalid("too_long", &format!("ws.steps[{index}].ping"), message));
        }
    }
    Ok(())
}

fn authorization(auth: &Auth) -> String {
    match auth {
        Auth::Basic(login) => login.basic(),
        Auth::Bearer(token) => format!("Bearer {token}"),
    }
}

/// The request, byte for byte. Names are spelled as in RFC 6455, for peers that compare them case-sensitively.
fn head(url: &Url, key: &str, subprotocols: &[String], headers: &HeaderMap) -> Bytes {
    let mut head = Vec::with_capacity(512);
    for part in ["GET ", &url[Position::BeforePath..Position::AfterQuery], " HTTP/1.1\r\n"] {
        head.extend_from_slice(part.as_bytes());
    }
    if !headers.contains_key(HOST) {
        // With the port unless it is the scheme's own.
        for part in ["Host: ", &url[Position::BeforeHost..Position::AfterPort], "\r\n"] {
            head.extend_from_slice(part.as_bytes());
        }
    }
    head.extend_from_slice(b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
    for part in ["Sec-WebSocket-Key: ", key, "\r\n"] {
        head.extend_from_slice(part.as_bytes());
    }
    if !subprotocols.is_empty() {
        head.extend_from_slice(format!("Sec-WebSocket-Protocol: {}\r\n", subprotocols.join(", ")).as_bytes());
    }
    for (name, value) in headers {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head.into()
}

fn invalid(name: &str, field: &str, message: String) -> Fault {
    Fault::new(Code::InvalidRequest, Phase::Config, Detail::definition(name, field), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(request: &Request, name: &str) {
        let fault = faultfinder_net::first_of(prepare(request).unwrap_err());
        assert_eq!((fault.phase, fault.detail.name()), (Phase::Config, name), "{fault}");
    }

    fn with(headers: &[(&str, &str)], subprotocols: &[&str]) -> Request {
        Request {
            headers: headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            subprotocols: subprotocols.iter().map(|name| (*name).into()).collect(),
            ..Request::new("ws://shop.example/feed")
        }
    }

    #[test]
    fn handshakes_that_cannot_be_sent_are_refused() {
        refused(&Request::new("http://shop.example/"), "SyntaxError");
        refused(&Request::new("ws://shop.example/#top"), "SyntaxError");
        refused(&Request::new("shop.example"), "ERR_INVALID_URL");
        refused(&Request::new("ws://shop.example/a b"), "ERR_UNESCAPED_CHARACTERS");
        refused(&with(&[("a b", "c")], &[]), "ERR_INVALID_HTTP_TOKEN");
        refused(&with(&[("a", "b\r\nc: d")], &[]), "ERR_INVALID_CHAR");
        refused(&with(&[("Upgrade", "h2c")], &[]), "ERR_RESERVED_HEADER");
        refused(&with(&[], &["chat v1"]), "SyntaxError");
        refused(&with(&[], &["chat", "chat"]), "SyntaxError");
        refused(&with(&[("sec-websocket-protocol", "chat")], &["chat"]), "SyntaxError");
        let ping = |length| Request { steps: vec![Step::Ping(vec![0; length])], ..with(&[], &[]) };
        refused(&ping(126), "too_long");
        assert!(prepare(&ping(125)).is_ok());
    }

    #[test]
    fn the_head_is_what_rfc_6455_asks_for() {
        let mut request = with(&[("X-Probe", "1"), ("Sec-WebSocket-Protocol", "v2, v1")], &[]);
        request.url = "ws://u:p@shop.example:8080/feed?a=1".into();
        request.cookies = vec![("a".into(), "1".into()), ("b".into(), "2".into())];
        let prepared = prepare(&request).unwrap();
        let head = String::from_utf8(prepared.head.into()).unwrap();
        let expected = format!(
            "GET /feed?a=1 HTTP/1.1\r\nHost: shop.example:8080\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\nSec-WebSocket-Protocol: v2, v1\r\n",
            prepared.key
        );
        assert!(head.starts_with(&expected), "{head}");
        for line in
            ["x-probe: 1", "authorization: Basic dTpw", "cookie: a=1; b=2", "user-agent: faultfinder/"]
        {
            assert!(head.contains(&format!("\r\n{line}")), "{line}: {head}");
        }
        assert!(head.ends_with("\r\n\r\n") && prepared.has_credentials);
    }
}
