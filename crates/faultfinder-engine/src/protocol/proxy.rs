//! Proxies.

use crate::protocol::credentials::hide_userinfo;
use crate::section::{Secrecy, Section};
use faultfinder_net::Proxy;

/// The proxy of a request, if it has one.
pub(super) fn nested(section: &mut Section<'_, '_>) -> Option<Proxy> {
    section.section("proxy").and_then(|mut section| proxy(&mut section))
}

fn proxy(section: &mut Section<'_, '_>) -> Option<Proxy> {
    let text = section.text("url")?;
    let headers = section.pairs("headers", Secrecy::Whole);
    match url::Url::parse(&text) {
        Ok(url) => {
            hide_userinfo(section, &url);
            Some(Proxy { url, headers })
        }
        Err(error) => {
            section.object("url", "ERR_INVALID_URL", format!("the proxy's URL cannot be read: {error}"));
            None
        }
    }
}
