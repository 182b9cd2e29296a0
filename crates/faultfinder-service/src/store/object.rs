//! JSON objects that are passed on as they are written.

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

/// A JSON object as text: known to be one, and never taken apart.
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub struct RawObject(Box<RawValue>);

/// Why a text is not a JSON object.
#[derive(Debug, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "closed: it is not JSON, or another kind of JSON")]
pub enum NotAnObject {
    /// It is not JSON, or the value has no form in JSON.
    #[error("is not JSON: {0}")]
    Syntax(#[from] serde_json::Error),
    /// It is another value.
    #[error("is JSON, but not an object")]
    Kind,
}

impl RawObject {
    /// The object that a text is.
    ///
    /// # Errors
    ///
    /// [`NotAnObject`] when it is none.
    pub fn parse(text: String) -> Result<Self, NotAnObject> {
        Self::checked(RawValue::from_string(text)?)
    }

    /// The object that a value is written as.
    ///
    /// # Errors
    ///
    /// [`NotAnObject`] when it is written as none.
    pub fn of(value: &impl Serialize) -> Result<Self, NotAnObject> {
        Self::checked(to_raw_value(value)?)
    }

    fn checked(value: Box<RawValue>) -> Result<Self, NotAnObject> {
        if value.get().starts_with('{') { Ok(Self(value)) } else { Err(NotAnObject::Kind) }
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }
}

impl Default for RawObject {
    /// The object without fields.
    #[expect(clippy::expect_used, reason = "a constant")]
    fn default() -> Self {
        Self::parse("{}".to_owned()).expect("it is an object")
    }
}

impl std::fmt::Debug for RawObject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq for RawObject {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_object_is_passed_on_byte_by_byte_and_nothing_else_is_one() {
        for text in ["{}", "{\"b\":1,\"a\":1e999,\"a\":[ 0.10 ]}"] {
            let object = RawObject::parse(text.to_owned()).unwrap();
            let around = serde_json::to_string(&[&object]).unwrap();
            assert_eq!((object.as_str(), around), (text, format!("[{text}]")));
        }
        assert_eq!(RawObject::parse(" {\"a\":1}\n".to_owned()).unwrap().as_str(), "{\"a\":1}");
        for text in ["", "{", "{}{}", "{\"a\":}", "nothing", "\u{0}"] {
            assert!(matches!(RawObject::parse(text.to_owned()), Err(NotAnObject::Syntax(_))), "{text}");
        }
        for text in ["null", "[]", "\"{}\"", "1"] {
            assert!(matches!(RawObject::parse(text.to_owned()), Err(NotAnObject::Kind)), "{text}");
        }
        assert_eq!(RawObject::of(&json!({ "a": 1 })).unwrap().as_str(), "{\"a\":1}");
        assert_eq!(RawObject::default().as_str(), "{}");
    }
}
