//! Where a redirect leads, and what is sent along (RFC 9110 section 15.4).

use crate::Response;
use crate::body::EncodedBody;
use crate::prepared::Prepared;
use faultfinder_net::Host;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use http::Method;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, PROXY_AUTHORIZATION};
use url::Url;

/// What an answer says about another place.
#[derive(Debug)]
pub(crate) enum Redirect {
    /// It is final.
    None,
    /// It sends us there.
    To(Box<Destination>),
}

/// Another place.
#[derive(Debug)]
pub(crate) struct Destination {
    url: Url,
    host: Host,
    port: u16,
}

/// Where an answer sends us; a redirect without a `location`, or with an empty one, is a final answer.
///
/// # Errors
///
/// `MALFORMED_RESPONSE` when the location does not parse, `INVALID_REQUEST` when it parses but cannot be followed.
pub(crate) fn target(prepared: &Prepared, response: &Response) -> Result<Redirect, Fault> {
    if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
        return Ok(Redirect::None);
    }
    let Some((_, location)) = response.headers.iter().find(|(name, _)| name == "location") else {
        return Ok(Redirect::None);
    };
    let location = String::from_utf8_lossy(location);
    // It names the document itself (RFC 3986 section 4.4), which no server means.
    if location.trim().is_empty() {
        return Ok(Redirect::None);
    }
    let malformed = |why: String| {
        let detail = Detail::http("ERR_INVALID_URL", Some(response.status));
        let message = format!("the redirect of {} leads to an invalid URL: {why}", prepared.url);
        Fault::new(Code::MalformedResponse, Phase::Wait, detail, message).with("location", location.as_ref())
    };
    let mut url = prepared.url.join(location.trim()).map_err(|error| malformed(error.to_string()))?;
    if url.fragment().is_none() {
        url.set_fragment(prepared.url.fragment());
    }
    if !matches!(url.scheme(), "http" | "https") {
        let detail = Detail::http("ERR_UNSUPPORTED_PROTOCOL", Some(response.status));
        let message = format!(
            "the redirect of {} leads to the scheme {:?}, which is not supported",
            prepared.url,
            url.scheme()
        );
        return Err(Fault::new(Code::InvalidRequest, Phase::Send, detail, message)
            .with("location", location.as_ref()));
    }
    let (host, port) =
        faultfinder_net::destination(&url, "location").map_err(|fault| malformed(fault.message))?;
    Ok(Redirect::To(Box::new(Destination { url, host, port })))
}

/// The request that follows a redirect.
///
/// 303 changes every method except HEAD to GET; 301 and 302 change POST to GET, as all browsers do. When the origin
/// changes, credentials, cookies of the test and the client certificate are not sent.
pub(crate) fn next(mut prepared: Prepared, to: Destination, status: u16) -> Prepared {
    let becomes_get = match status {
        303 => prepared.method != Method::HEAD,
        301 | 302 => prepared.method == Method::POST,
        _ => false,
    };
    if becomes_get {
        prepared.method = Method::GET;
        prepared.body = EncodedBody::default();
        prepared.headers.retain(|(name, _)| *name != CONTENT_TYPE && *name != CONTENT_LENGTH);
    }
    if prepared.url.origin() != to.url.origin() {
        prepared.authorization = None;
        prepared.signed.clear();
        prepared.ntlm = None;
        prepared.cookies.clear();
        prepared.at_home = false;
        let private = [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION, HOST];
        prepared.headers.retain(|(name, _)| !private.contains(name));
    }
    prepared.url = to.url;
    prepared.host = to.host;
    prepared.port = to.port;
    prepared
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Auth, Request};

    fn redirected(status: u16, to: &str) -> Prepared {
        let mut request = Request::new("https://shop.example/login");
        request.method = "POST".to_owned();
        request.auth = Some(Auth::Bearer("secret".to_owned()));
        request.headers = vec![("cookie".to_owned(), "a=b".to_owned())];
        let prepared = crate::prepare::prepare(&request).unwrap();
        let url = Url::parse(to).unwrap();
        let (host, port) = faultfinder_net::destination(&url, "location").unwrap();
        next(prepared, Destination { url, host, port }, status)
    }

    #[test]
    fn credentials_stay_behind_when_the_origin_changes() {
        for elsewhere in ["https://other.example/", "http://shop.example/", "https://shop.example:8443/"] {
            let next = redirected(302, elsewhere);
            assert!(next.authorization.is_none() && next.headers.is_empty() && !next.at_home, "{elsewhere}");
        }
        let next = redirected(302, "https://shop.example/home");
        assert!(next.authorization.is_some() && next.headers.len() == 1 && next.at_home);
    }

    #[test]
    fn only_307_and_308_keep_a_post() {
        for (status, method) in [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")] {
            assert_eq!(redirected(status, "https://shop.example/").method.as_str(), method, "{status}");
        }
    }
}
