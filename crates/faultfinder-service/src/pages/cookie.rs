//! What the browser keeps of a session.

use super::sessions::LASTS;
use crate::api::client::Client;
use crate::service::Service;
use http::header::{COOKIE, FORWARDED, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};

/// The name of the cookie.
const NAME: &str = "faultfinder_session";

const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// What is in the cookie of a request.
pub(super) fn read(headers: &HeaderMap) -> Option<&str> {
    let fields = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = fields.flat_map(|field| field.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find_map(|(name, value)| (name == NAME).then_some(value))
}

/// The field that sets the cookie; one without a secret takes it away.
///
/// No script can read it, and no page of another site causes a request that has it.
pub(super) fn set(secret: Option<&str>, is_secure: bool) -> Option<HeaderValue> {
    let lasts = secret.map_or(0, |_| LASTS.as_secs());
    let secure = if is_secure { "; Secure" } else { "" };
    let value = secret.unwrap_or_default();
    let field = format!("{NAME}={value}; Path=/; Max-Age={lasts}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&field).ok()
}

/// Whether the browser has reached us over HTTPS: through our own TLS or that of a proxy. The origin of a form says so, and
/// so does a trusted proxy.
pub(super) fn is_secure(service: &Service, parts: &Parts) -> bool {
    let text = |name: &HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let is_forwarded = parts.extensions.get::<Client>().is_some_and(|client| client.is_forwarded);
    let proxy_says_so = || {
        let last = |text: &str| text.rsplit(',').next().unwrap_or_default().trim().to_ascii_lowercase();
        text(&X_FORWARDED_PROTO).is_some_and(|proto| last(proto) == "https")
            || text(&FORWARDED).is_some_and(|field| {
                last(field).split(';').any(|pair| matches!(pair.trim(), "proto=https" | "proto=\"https\""))
            })
    };
    service.config().tls.is_some()
        || text(&ORIGIN).is_some_and(|origin| origin.to_ascii_lowercase().starts_with("https://"))
        || (is_forwarded && proxy_says_so())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others_and_is_kept_from_scripts() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=b; xfaultfinder_session=no"));
        headers.append(COOKIE, HeaderValue::from_static("c=d;faultfinder_session=yes; e=f"));
        assert_eq!(read(&headers), Some("yes"));
        let field = set(Some("x"), true).unwrap();
        let expected = "faultfinder_session=x; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure";
        assert_eq!(field, expected);
        let gone = set(None, false).unwrap();
        assert_eq!(gone, "faultfinder_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
    }
}
