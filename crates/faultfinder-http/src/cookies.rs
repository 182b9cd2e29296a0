//! Cookies that answers set on the way through redirects (RFC 6265).

use cookie_store::CookieStore;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use url::Url;

/// Cookies that several requests share: what the answer to one sets is sent with the next ones, where it belongs. Clones
/// share the same cookies.
#[derive(Clone, Default)]
pub struct CookieJar(Arc<Mutex<CookieStore>>);

impl CookieJar {
    fn store(&self) -> MutexGuard<'_, CookieStore> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for CookieJar {
    /// Shows no cookie: they may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CookieJar")
    }
}

impl PartialEq for CookieJar {
    /// Whether both are the same jar.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for CookieJar {}

/// Cookies of one request and its redirects.
#[derive(Debug)]
pub(crate) struct Cookies {
    jar: Option<CookieJar>,
}

impl Cookies {
    /// Keeps what answers set, in a jar or for this request alone, or nothing.
    pub(crate) fn new(persist: bool, jar: Option<&CookieJar>) -> Self {
        Self { jar: jar.cloned().or_else(|| persist.then(CookieJar::default)) }
    }

    /// The `cookie` header: the test's own cookies, then those that answers set for this URL.
    pub(crate) fn header(&self, own: &[(String, String)], url: &Url) -> Option<String> {
        let own = own.iter().map(|(name, value)| format!("{name}={value}"));
        let kept: Vec<String> = self.jar.as_ref().map_or_else(Vec::new, |jar| {
            let store = jar.store();
            store.get_request_values(url).map(|(name, value)| format!("{name}={value}")).collect()
        });
        let pairs: Vec<String> = own.chain(kept).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Takes what an answer sets. A cookie for a whole top-level domain is not taken.
    pub(crate) fn take(&mut self, url: &Url, headers: &[(String, Vec<u8>)]) {
        let Some(jar) = &self.jar else { return };
        let mut store = jar.store();
        for (_, value) in headers.iter().filter(|(name, _)| name == "set-cookie") {
            let text = String::from_utf8_lossy(value);
            if !is_for_top_level_domain(&text, url) && keeps_its_prefix(&text, url) {
                // One that does not parse, or is for another host, is ignored as RFC 6265 section 5.3 says.
                let _ = store.parse(&text, url);
            }
        }
    }
}

/// Whether a cookie has what the beginning of its name promises: `__Secure-` that it came over TLS and goes over TLS only,
/// `__Host-` that it is for this host alone, too (RFC 6265bis section 4.1.3).
fn keeps_its_prefix(set_cookie: &str, url: &Url) -> bool {
    let (cookie, attributes) = set_cookie.split_once(';').unwrap_or((set_cookie, ""));
    let begins = |prefix: &str| {
        cookie.trim_start().get(..prefix.len()).is_some_and(|name| name.eq_ignore_ascii_case(prefix))
    };
    let value = |wanted: &str| {
        let mut pairs = attributes.split(';').map(|one| one.split_once('=').unwrap_or((one, "")));
        pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
    };
    let is_secure = || url.scheme() == "https" && value("secure").is_some();
    let is_of_host = || value("domain").is_none() && value("path") == Some("/");
    (!begins("__Secure-") || is_secure()) && (!begins("__Host-") || (is_secure() && is_of_host()))
}

/// Whether the `domain` attribute is a single label, other than the host itself.
fn is_for_top_level_domain(set_cookie: &str, url: &Url) -> bool {
    set_cookie
        .split(';')
        .filter_map(|attribute| attribute.split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("domain"))
        .map(|(_, domain)| domain.trim().trim_start_matches('.'))
        .any(|domain| !domain.contains('.') && url.host_str() != Some(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_cookies_are_promises() {
        for (url, cookie, keeps) in [
            ("https://a.test/", "__Host-id=1; Secure; Path=/", true),
            ("https://a.test/", "__host-id=1; Secure; Path=/", true),
            ("http://a.test/", "__Host-id=1; Secure; Path=/", false),
            ("https://a.test/", "__Host-id=1; Path=/", false),
            ("https://a.test/", "__Host-id=1; Secure; Path=/shop", false),
            ("https://a.test/", "__Host-id=1; Secure; Path=/; Domain=a.test", false),
            ("https://a.test/", "__Secure-id=1; secure; Domain=a.test", true),
            ("http://a.test/", "__Secure-id=1", false),
            ("http://a.test/", "id=1", true),
        ] {
            assert_eq!(keeps_its_prefix(cookie, &Url::parse(url).unwrap()), keeps, "{url} {cookie}");
        }
    }
}
