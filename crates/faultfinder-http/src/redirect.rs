//! Where a redirect leads, and what is sent along (RFC 9110 section 15.4).

use crate::Response;
use crate::body::EncodedBody;
use crate::prepared::Prepared;
use faultfinder_net::{Host, PRIVATE_HEADERS, Redirect};
use faultfinder_taxonomy::{Fault, Phase};
use http::Method;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use url::Url;

/// Another place.
#[derive(Debug)]
pub(crate) struct Destination {
    url: Url,
    host: Host,
    port: u16,
}

/// Where an answer sends us; nothing when it is final.
///
/// # Errors
///
/// `MALFORMED_RESPONSE` when the location does not parse, `INVALID_REQUEST` when it parses but cannot be followed.
pub(crate) fn target(prepared: &Prepared, response: &Response) -> Result<Option<Destination>, Fault> {
    let Some(redirect) = Redirect::of(&prepared.url, response.status, &response.headers) else {
        return Ok(None);
    };
    let mut url = redirect.url(Phase::Wait)?;
    if url.fragment().is_none() {
        url.set_fragment(prepared.url.fragment());
    }
    if !matches!(url.scheme(), "http" | "https") {
        return Err(redirect.unsupported(Phase::Send, url.scheme()));
    }
    let (host, port) = faultfinder_net::destination(&url, "location")
        .map_err(|fault| redirect.malformed(Phase::Wait, &fault.message))?;
    Ok(Some(Destination { url, host, port }))
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
        prepared.headers.retain(|(name, _)| !PRIVATE_HEADERS.contains(&name.as_str()));
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
        request.auth = Some(Auth::Bearer("secret".to_owned()).into());
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
