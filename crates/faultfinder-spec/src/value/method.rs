//! HTTP methods.

use super::{BadValue, FromText, ValueKind};

/// Most characters of a method.
pub const METHOD_CHARS_MAX: usize = 64;

/// An HTTP method: a token (RFC 9110 section 9.1), sent as written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Method(String);

impl Method {
    /// The methods that are proposed when a spelling is close.
    pub(crate) const KNOWN: &'static [&'static str] =
        &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

    /// The method.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl FromText for Method {
    const KIND: ValueKind = ValueKind::Text;

    fn expected() -> String {
        "an HTTP method such as GET".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        if is_token(text) && text.len() <= METHOD_CHARS_MAX {
            return Ok(Self(text.to_owned()));
        }
        Err(BadValue::expected(&Self::expected(), text).name("ERR_INVALID_HTTP_TOKEN"))
    }
}

/// Whether a text is a token (RFC 9110 section 5.6.2).
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
