//! A user and a password.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::Url;

/// A user name and a password.
#[derive(Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "closed: a login has these two parts")]
pub struct Login {
    /// The user.
    pub username: String,
    /// The password.
    pub password: String,
}

impl Login {
    /// The user name and the password of a URL, if it has any, decoded.
    pub(crate) fn of_url(url: &Url) -> Option<Self> {
        if url.username().is_empty() && url.password().is_none() {
            return None;
        }
        let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        let (username, password) = (decode(url.username()), decode(url.password().unwrap_or_default()));
        Some(Self { username, password })
    }

    /// The value of a header that sends them to the peer: basic authentication (RFC 7617).
    #[must_use]
    pub fn basic(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.username, self.password)))
    }
}

impl std::fmt::Debug for Login {
    /// Shows nothing: all of it may be secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Login(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_shown_to_the_peer_and_to_nobody_else() {
        let login = Login { username: "Aladdin".to_owned(), password: "open sesame".to_owned() };
        // The example of RFC 7617 section 2.
        assert_eq!(login.basic(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(format!("{login:?}"), "Login(***)");
    }
}
