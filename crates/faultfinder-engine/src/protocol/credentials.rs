//! Users and passwords.

use crate::section::Section;
use faultfinder_net::Login;

/// A user and a password: the fields `username` and `password`.
pub(super) fn login(section: &mut Section<'_, '_>) -> Login {
    Login {
        username: section.confidential("username").unwrap_or_default(),
        password: section.confidential("password").unwrap_or_default(),
    }
}

/// The same for basic authentication.
pub(super) fn basic(section: &mut Section<'_, '_>) -> Login {
    let login = login(section);
    if section.is_secret("password") || section.is_secret("username") {
        // The pair also travels as base64, which is among the forms of a secret.
        section.renderer().secrets.add(&format!("{}:{}", login.username, login.password));
    }
    login
}
