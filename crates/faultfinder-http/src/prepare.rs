//! Everything that can be refused before a packet is sent.

use crate::body::{self, EncodedBody};
use crate::invalid::invalid;
use crate::prepared::Prepared;
use crate::{Auth, Request, headers, proof};
use faultfinder_net::{Checks, Host, Reach};
use faultfinder_taxonomy::word::{HttpVersion, TlsVersion};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderName, HeaderValue, Method};
use url::Url;

/// Checks a request and brings it into the form in which it is sent.
///
/// # Errors
///
/// Everything that cannot be sent: `INVALID_REQUEST` and related codes, each naming the field.
pub(crate) fn prepare(request: &Request) -> Result<Prepared, Vec<Fault>> {
    let mut checks = Checks::default();
    let method = checks.take(method(&request.method));
    let target = checks.take(target(request));
    if let (Some(target), Some(method)) = (&target, &method) {
        checks.take(check_version(request, &target.url, method));
    }
    checks.take(check_ntlm(request));
    checks.take(check_tls(request));
    if let Some(proxy) = &request.proxy {
        Reach::check_proxy(proxy, "http", &mut checks);
    }
    let mut headers = Vec::with_capacity(request.headers.len());
    for (name, value) in &request.headers {
        headers.extend(checks.take(headers::header(name, value)));
    }
    let body = checks.take(body::encode(&request.body));
    if let Some(body) = &body {
        checks.take(check_lengths(&headers, body));
    }
    let userinfo = target.as_ref().and_then(|target| target.userinfo.as_ref());
    let authorization = checks.take(authorization(request.auth.as_deref().or(userinfo)));
    let prepared = match (method, target, body, authorization) {
        (Some(method), Some(target), Some(body), Some(authorization)) => Some(Prepared {
            method,
            url: target.url,
            host: target.host,
            port: target.port,
            headers,
            authorization,
            signed: Vec::new(),
            ntlm: match request.auth.as_deref() {
                Some(Auth::Ntlm(credentials)) => Some(proof::Ntlm::new(credentials)),
                _ => None,
            },
            cookies: request.cookies.clone(),
            body,
            at_home: true,
        }),
        _ => None,
    };
    checks.end(prepared)
}

/// Everything that is wrong with a request, as far as it shows before anything is sent; its TLS settings are checked by
/// [`TlsClient::check`](faultfinder_net::tls::TlsClient::check).
#[must_use]
pub fn check(request: &Request) -> Vec<Fault> {
    let (mut objections, prepared) = match prepare(request) {
        Ok(prepared) => (Vec::new(), Some(prepared)),
        Err(objections) => (objections, None),
    };
    if let Some(auth) = &request.auth {
        objections.extend(check_auth(auth, prepared.as_ref()));
    }
    objections
}

/// Where a request goes.
struct Target {
    url: Url,
    host: Host,
    port: u16,
    /// Credentials in the URL.
    userinfo: Option<Auth>,
}

fn target(request: &Request) -> Result<Target, Fault> {
    let mut url = parse_url(&request.url)?;
    add_query(&mut url, &request.query);
    let (host, port) = faultfinder_net::destination(&url, "http.url")?;
    let host = faultfinder_net::through_interface(host, &request.url);
    let userinfo = faultfinder_net::take_userinfo(&mut url).map(Auth::Basic);
    Ok(Target { url, host, port, userinfo })
}

fn parse_url(text: &str) -> Result<Url, Fault> {
    faultfinder_net::parse_url(text, "http.url", &["http", "https"], |scheme| {
        let mut message = format!("the scheme {scheme:?} is neither http nor https");
        if scheme.contains("unix") {
            message.push_str("; `unix_socket: PATH` is the socket that an http URL is asked over");
        }
        invalid("ERR_UNSUPPORTED_PROTOCOL", "http.url", message)
    })
}

fn add_query(url: &mut Url, query: &[(String, String)]) {
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
}

fn method(text: &str) -> Result<Method, Fault> {
    let method = Method::from_bytes(text.as_bytes())
        .map_err(|_| invalid("ERR_INVALID_HTTP_TOKEN", "http.method", format!("{text:?} is not a method")))?;
    if method == Method::CONNECT {
        let message = "CONNECT opens a tunnel; set the proxy's URL as proxy instead".to_owned();
        return Err(invalid("ERR_INVALID_METHOD", "http.method", message));
    }
    Ok(method)
}

fn check_version(request: &Request, url: &Url, method: &Method) -> Result<(), Fault> {
    let message = match (request.version, url.scheme()) {
        (HttpVersion::Http2, "http") => "version 2 needs an https URL; HTTP/2 without TLS is version h2c",
        (HttpVersion::H2c, "https") => "version h2c needs an http URL; HTTP/2 over TLS is version 2",
        (HttpVersion::Http3 | HttpVersion::Discover, "http") => {
            "HTTP/3 needs an https URL: it always uses TLS"
        }
        (HttpVersion::Http3 | HttpVersion::Discover, _) if request.proxy.is_some() => {
            "HTTP/3 cannot use a proxy: proxies support TCP, not UDP"
        }
        (HttpVersion::Http3 | HttpVersion::Discover, _) if request.client.proxy_protocol.is_some() => {
            "HTTP/3 cannot begin with the PROXY protocol, which is for TCP"
        }
        (HttpVersion::Discover, _) if !method.is_safe() => {
            "version discover sends the request twice, which is allowed only for GET, HEAD, OPTIONS and TRACE"
        }
        _ => return Ok(()),
    };
    Err(invalid("ERR_INVALID_PROTOCOL", "http.version", message.to_owned()))
}

/// NTLM authenticates a connection, and HTTP/2 has one for many requests (RFC 9113 does not support it).
fn check_ntlm(request: &Request) -> Result<(), Fault> {
    let is_ntlm = matches!(request.auth.as_deref(), Some(Auth::Ntlm(_)));
    if is_ntlm && !matches!(request.version, HttpVersion::Auto | HttpVersion::Http11) {
        let message = "NTLM needs HTTP/1.1: it authenticates the connection".to_owned();
        return Err(invalid("ERR_INVALID_PROTOCOL", "http.version", message));
    }
    Ok(())
}

/// HTTP/3 is always TLS 1.3 (RFC 9001 section 4.2).
fn check_tls(request: &Request) -> Result<(), Fault> {
    match request.tls.max_version {
        Some(newest) if newest < TlsVersion::Tls13 && request.version == HttpVersion::Http3 => {
            let message = format!("HTTP/3 needs TLS 1.3, which max_version {newest} excludes");
            Err(invalid("ERR_SSL_NO_PROTOCOLS_AVAILABLE", "http.tls.max_version", message))
        }
        _ => Ok(()),
    }
}

fn authorization(auth: Option<&Auth>) -> Result<Option<HeaderValue>, Fault> {
    let text = match auth {
        Some(Auth::Basic(login)) => login.basic(),
        Some(Auth::Bearer(token)) => format!("Bearer {token}"),
        // Made when the request is.
        _ => return Ok(None),
    };
    let (_, mut value) = headers::header("authorization", &text)?;
    value.set_sensitive(true);
    Ok(Some(value))
}

/// Refuses lengths that contradict each other (RFC 9112 section 6.2).
fn check_lengths(sent: &[(HeaderName, HeaderValue)], body: &EncodedBody) -> Result<(), Fault> {
    let length = sent.iter().find(|(name, _)| *name == CONTENT_LENGTH);
    let Some((_, length)) = length else { return Ok(()) };
    if sent.iter().any(|(name, _)| *name == TRANSFER_ENCODING) {
        let detail =
            Detail::definition("ERR_CONTENT_LENGTH_AND_TRANSFER_ENCODING", "http.headers.transfer-encoding");
        let message = "content-length and transfer-encoding are both set (RFC 9112 section 6.2)".to_owned();
        return Err(Fault::new(Code::HeadersIncompatibleContentLength, Phase::Config, detail, message));
    }
    let said = length.to_str().ok().and_then(|text| text.parse::<usize>().ok());
    if said != Some(body.bytes.len()) {
        let message = format!("content-length is set, but the body has {} bytes", body.bytes.len());
        return Err(invalid("ERR_HTTP_CONTENT_LENGTH_MISMATCH", "http.headers.content-length", message));
    }
    Ok(())
}

/// What is wrong with credentials, as far as it shows before anything is sent.
fn check_auth(auth: &Auth, prepared: Option<&Prepared>) -> Vec<Fault> {
    match auth {
        Auth::OAuth2(oauth2) => {
            let question = proof::oauth2::question(oauth2, &Request::new(&*oauth2.token_url), 0, None);
            let prepared = question.map_err(|fault| vec![fault]).and_then(|question| prepare(&question));
            let objections = prepared.err().unwrap_or_default();
            objections.into_iter().map(|fault| proof::oauth2::misplaced(fault, oauth2)).collect()
        }
        Auth::Jwt(jwt) => proof::jwt::check(jwt),
        Auth::SigV4(keys) => {
            let signed = prepared.map(|prepared| proof::sigv4::sign(keys, prepared, std::time::UNIX_EPOCH));
            signed.and_then(Result::err).into_iter().collect()
        }
        Auth::Basic(_) | Auth::Bearer(_) | Auth::Digest(_) | Auth::Ntlm(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultfinder_net::first_of;

    #[track_caller]
    fn refused(url: &str, code: Code, name: &str) {
        let fault = first_of(prepare(&Request::new(url)).unwrap_err());
        assert_eq!((fault.code, fault.detail.name()), (code, name), "{url}: {fault}");
    }

    #[test]
    fn urls_that_cannot_be_asked_are_refused() {
        refused("shop.example/health", Code::InvalidRequest, "ERR_INVALID_URL");
        refused("ftp://shop.example/", Code::InvalidRequest, "ERR_UNSUPPORTED_PROTOCOL");
        refused("http://shop.example:http/", Code::InvalidRequest, "ERR_INVALID_URL");
        refused("http://[::1/", Code::InvalidRequest, "ERR_INVALID_URL");
        refused("http://a b/", Code::InvalidRequest, "ERR_INVALID_URL");
        refused("http://xn--a/", Code::InvalidRequest, "ERR_INVALID_URL");
        refused(&format!("http://{}.test/", "a".repeat(64)), Code::InvalidRequest, "EBADNAME");
        refused(
            "http://shop.example/a b",
            Code::UnescapedCharactersInRequestPath,
            "ERR_UNESCAPED_CHARACTERS",
        );
        refused("http://shop.example:0/", Code::InvalidRequest, "ERR_SOCKET_BAD_PORT");
    }

    #[test]
    fn content_length_together_with_transfer_encoding_is_refused() {
        let mut request = Request::new("http://shop.example/");
        request.headers =
            vec![("Content-Length".into(), "0".into()), ("Transfer-Encoding".into(), "chunked".into())];
        assert_eq!(first_of(prepare(&request).unwrap_err()).code, Code::HeadersIncompatibleContentLength);
    }

    #[test]
    fn credentials_in_the_url_become_basic_authentication() {
        let prepared = prepare(&Request::new("http://u:p%40ss@shop.example/")).unwrap();
        assert_eq!(prepared.authorization.unwrap(), "Basic dTpwQHNz");
        assert_eq!(prepared.url.as_str(), "http://shop.example/");
    }

    #[test]
    fn query_pairs_are_added_to_those_of_the_url() {
        let mut request = Request::new("http://shop.example/?a=1");
        request.query = vec![("b".into(), "x y&".into())];
        assert_eq!(prepare(&request).unwrap().url.query(), Some("a=1&b=x+y%26"));
    }
}
