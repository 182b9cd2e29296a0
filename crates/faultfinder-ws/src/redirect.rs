//! Where a response to the opening handshake sends the client, which RFC 6455 section 4.1 lets it follow.

use crate::{Opening, Request};
use faultfinder_net::{PRIVATE_HEADERS, Redirect, after_redirects};
use faultfinder_taxonomy::{Fault, Phase};
use url::Url;

/// The request that follows a redirect; nothing when the response is none.
///
/// When the origin changes, credentials, cookies and the client certificate are not sent.
///
/// # Errors
///
/// `MALFORMED_RESPONSE` when the location does not parse, `INVALID_REQUEST` when it leads to another scheme.
pub(crate) fn next(request: &Request, from: &Url, opening: &Opening) -> Result<Option<Request>, Fault> {
    let Some(redirect) = Redirect::of(from, opening.status, &opening.headers) else { return Ok(None) };
    let mut to = redirect.url(Phase::Open)?;
    to.set_fragment(None);
    let scheme = match to.scheme() {
        "http" | "ws" => "ws",
        "https" | "wss" => "wss",
        other => return Err(redirect.unsupported(Phase::Open, other)),
    };
    // Both are special schemes, so the change succeeds (WHATWG URL, scheme state).
    let _ = to.set_scheme(scheme);
    let mut next = request.clone();
    if to.origin() == from.origin() {
        keep_userinfo(&request.url, &mut to);
    } else {
        next.auth = None;
        next.cookies.clear();
        next.headers.retain(|(name, _)| !PRIVATE_HEADERS.contains(&name.to_ascii_lowercase().as_str()));
        next.tls = request.tls.for_another_peer().into();
    }
    next.url = to.into();
    Ok(Some(next))
}

/// A fault behind responses that were followed.
pub(crate) fn after(fault: Fault, hops: &[(String, u16)]) -> Fault {
    let hops: Vec<_> = hops.iter().map(|(url, status)| (url.as_str(), *status)).collect();
    after_redirects(fault, &hops)
}

/// Credentials in the URL of a request are those of its origin.
fn keep_userinfo(of: &str, to: &mut Url) {
    let Ok(of) = Url::parse(of) else { return };
    if to.username().is_empty() && to.password().is_none() {
        // Fails for URLs without a host only, which these have.
        let _ = to.set_username(of.username());
        let _ = to.set_password(of.password());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Auth;
    use faultfinder_taxonomy::Code;

    fn redirected(status: u16, location: &str) -> Result<Option<Request>, Fault> {
        let mut request = Request::new("wss://shop.example/socket");
        request.auth = Some(Auth::Bearer("secret".to_owned()));
        request.cookies = vec![("a".to_owned(), "b".to_owned())];
        request.headers = vec![("Cookie".to_owned(), "c=d".to_owned()), ("x-a".to_owned(), "1".to_owned())];
        let headers = vec![("location".to_owned(), location.as_bytes().to_vec())];
        let opening = Opening { status, headers, ..Opening::default() };
        next(&request, &Url::parse("wss://shop.example/socket").unwrap(), &opening)
    }

    #[test]
    fn a_location_is_meant_from_the_url_and_with_the_schemes_of_websockets() {
        for (location, url) in [
            ("/other", "wss://shop.example/other"),
            ("https://shop.example/a#b", "wss://shop.example/a"),
            ("ws://shop.example:81/", "ws://shop.example:81/"),
            ("http://shop.example/", "ws://shop.example/"),
        ] {
            assert_eq!(redirected(307, location).unwrap().unwrap().url, url, "{location}");
        }
        assert!(redirected(307, " ").unwrap().is_none() && redirected(304, "/").unwrap().is_none());
        assert_eq!(redirected(302, "ftp://a.test/").unwrap_err().code, Code::InvalidRequest);
        assert_eq!(redirected(302, "https://[::1").unwrap_err().code, Code::MalformedResponse);
    }

    #[test]
    fn credentials_stay_behind_when_the_origin_changes() {
        let same = redirected(301, "/b").unwrap().unwrap();
        assert!(same.auth.is_some() && same.cookies.len() == 1 && same.headers.len() == 2);
        for elsewhere in ["wss://other.example/", "ws://shop.example/socket", "wss://shop.example:8443/"] {
            let next = redirected(301, elsewhere).unwrap().unwrap();
            assert!(next.auth.is_none() && next.cookies.is_empty(), "{elsewhere}");
            assert_eq!(next.headers, [("x-a".to_owned(), "1".to_owned())], "{elsewhere}");
        }
    }

    #[test]
    fn credentials_in_the_url_are_those_of_its_origin() {
        let request = Request::new("ws://ada:secret@shop.example/");
        let from = Url::parse("ws://shop.example/").unwrap();
        for (location, url) in [
            ("/b", "ws://ada:secret@shop.example/b"),
            ("ws://bob@shop.example/", "ws://bob@shop.example/"),
            ("ws://other.example/", "ws://other.example/"),
        ] {
            let headers = vec![("location".to_owned(), location.as_bytes().to_vec())];
            let opening = Opening { status: 302, headers, ..Opening::default() };
            assert_eq!(next(&request, &from, &opening).unwrap().unwrap().url, url, "{location}");
        }
    }
}
