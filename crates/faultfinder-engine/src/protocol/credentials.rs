//! Users and passwords.

use crate::section::{SECRET_CHARS_MIN, Section};
use faultfinder_net::Login;

/// A user and a password: the fields `username` and `password`.
pub(super) fn login(section: &mut Section<'_, '_>) -> Login {
    Login {
        username: section.confidential("username").unwrap_or_default(),
        password: section.secret("password").unwrap_or_default(),
    }
}

/// The same for basic authentication.
pub(super) fn basic(section: &mut Section<'_, '_>) -> Login {
    let login = login(section);
    hide(section, &login.username, &login.password);
    login
}

/// The field `url`; a password in it is a secret.
pub(super) fn url(section: &mut Section<'_, '_>) -> String {
    let text = section.needed("url");
    // Nearly no URL has one.
    if text.contains('@')
        && let Ok(url) = url::Url::parse(&text)
    {
        hide_userinfo(section, &url);
    }
    text
}

/// The credentials in a URL.
pub(super) fn hide_userinfo(section: &mut Section<'_, '_>, url: &url::Url) {
    let Some(password) = url.password() else { return };
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    if section.is_secret("url") || decode(password).chars().count() >= SECRET_CHARS_MIN {
        section.renderer().secrets.add(&decode(password));
    }
    hide(section, &decode(url.username()), &decode(password));
}

/// The pair also travels as base64, which is among the forms of a secret.
fn hide(section: &mut Section<'_, '_>, username: &str, password: &str) {
    section.renderer().secrets.add(&format!("{username}:{password}"));
}
