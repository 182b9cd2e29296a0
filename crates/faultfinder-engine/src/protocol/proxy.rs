//! Proxies.

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
            hide_credentials(section, &url);
            Some(Proxy { url, headers })
        }
        Err(error) => {
            section.object("url", "ERR_INVALID_URL", format!("the proxy's URL cannot be read: {error}"));
            None
        }
    }
}

/// The credentials in a proxy's URL are as secret as the URL.
fn hide_credentials(section: &mut Section<'_, '_>, url: &url::Url) {
    let Some(password) = url.password().filter(|_| section.is_secret("url")) else { return };
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let secrets = &mut section.renderer().secrets;
    secrets.add(&decode(password));
    secrets.add(&format!("{}:{}", decode(url.username()), decode(password)));
}
