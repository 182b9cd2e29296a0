//! Cookies that answers set on the way through redirects (RFC 6265).

use cookie_store::CookieStore;
use url::Url;

/// Cookies of one request and its redirects.
#[derive(Debug)]
pub(crate) struct Cookies {
    store: Option<CookieStore>,
}

impl Cookies {
    /// Keeps what answers set, or nothing.
    pub(crate) fn new(persist: bool) -> Self {
        Self { store: persist.then(CookieStore::default) }
    }

    /// The `cookie` header: the test's own cookies, then those that answers set for this URL.
    pub(crate) fn header(&self, own: &[(String, String)], url: &Url) -> Option<String> {
        let own = own.iter().map(|(name, value)| format!("{name}={value}"));
        let kept = self
            .store
            .iter()
            .flat_map(|store| store.get_request_values(url).map(|(name, value)| format!("{name}={value}")));
        let pairs: Vec<String> = own.chain(kept).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Takes what an answer sets. A cookie for a whole top-level domain is not taken.
    pub(crate) fn take(&mut self, url: &Url, headers: &[(String, Vec<u8>)]) {
        let Some(store) = &mut self.store else { return };
        for (_, value) in headers.iter().filter(|(name, _)| name == "set-cookie") {
            let text = String::from_utf8_lossy(value);
            if !is_for_top_level_domain(&text, url) {
                // One that does not parse, or is for another host, is ignored as RFC 6265 section 5.3 says.
                let _ = store.parse(&text, url);
            }
        }
    }
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
