//! Where a response to the opening handshake sends the client, which RFC 6455 section 4.1 lets it follow.

use crate::{Opening, Request};
use faultfinder_taxonomy::{Code, Detail, Fact, Fault, Phase};
use url::Url;

/// Headers that are not sent to another origin.
const PRIVATE: [&str; 4] = ["authorization", "cookie", "host", "proxy-authorization"];

/// The request that follows a redirect; nothing when the response is none, or has no `location`.
///
/// When the origin changes, credentials, cookies and the client certificate are not sent.
///
/// # Errors
///
/// `MALFORMED_RESPONSE` when the location does not parse, `INVALID_REQUEST` when it leads to another scheme.
pub(crate) fn next(request: &Request, from: &Url, opening: &Opening) -> Result<Option<Request>, Fault> {
    if !matches!(opening.status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location = opening.headers.iter().find(|(name, _)| name == "location");
    let location = location.map(|(_, value)| String::from_utf8_lossy(value).trim().to_owned());
    let Some(location) = location.filter(|location| !location.is_empty()) else { return Ok(None) };
    let mut to = from.join(&location).map_err(|error| {
        let detail = Detail::http("ERR_INVALID_URL", Some(opening.status));
        let message = format!("the redirect of {from} leads to an invalid URL: {error}");
        Fault::new(Code::MalformedResponse, Phase::Open, detail, message).with("location", location.as_str())
    })?;
    to.set_fragment(None);
    let scheme = match to.scheme() {
        "http" | "ws" => "ws",
        "https" | "wss" => "wss",
        other => {
            let detail = Detail::http("ERR_UNSUPPORTED_PROTOCOL", Some(opening.status));
            let message =
                format!("the redirect of {from} leads to the scheme {other:?}, which is not supported");
            return Err(Fault::new(Code::InvalidRequest, Phase::Open, detail, message)
                .with("location", location.as_str()));
        }
    };
    // Both are special schemes, so the change succeeds (WHATWG URL, scheme state).
    let _ = to.set_scheme(scheme);
    let mut next = Request { url: to.to_string(), ..request.clone() };
    if to.origin() != from.origin() {
        next.auth = None;
        next.cookies.clear();
        next.headers.retain(|(name, _)| !PRIVATE.iter().any(|private| name.eq_ignore_ascii_case(private)));
        next.tls = request.tls.for_another_peer();
    }
    Ok(Some(next))
}

/// A response that was followed.
pub(crate) struct Hop {
    pub(crate) url: String,
    pub(crate) status: u16,
}

/// More redirects than the request permits.
pub(crate) fn too_many(max: u32, from: &Url, hops: &[Hop]) -> Fault {
    let detail = Detail::http("ERR_TOO_MANY_REDIRECTS", None);
    let message = format!("more than {max} redirects; the last one came from {from}");
    with_hops(Fault::new(Code::TooManyRedirects, Phase::Open, detail, message), hops)
}

/// A fault behind redirects says so.
pub(crate) fn after(mut fault: Fault, hops: &[Hop]) -> Fault {
    let Some(first) = hops.first() else { return fault };
    let redirects = if hops.len() == 1 { "redirect" } else { "redirects" };
    fault.message = format!("after {} {redirects} from {}: {}", hops.len(), first.url, fault.message);
    with_hops(fault, hops)
}

fn with_hops(fault: Fault, hops: &[Hop]) -> Fault {
    let list =
        hops.iter().map(|hop| Fact::map([("url", hop.url.as_str().into()), ("status", hop.status.into())]));
    fault.with("hops", Fact::List(list.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Auth;

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
}
