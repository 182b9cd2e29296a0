//! Types that a value can have, and texts of a certain form.

use crate::{moment, number::Number};
use serde_json::Value;
use std::net::IpAddr;

/// A type of values, or a form of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    Integer,
    Boolean,
    List,
    Object,
    Date,
    Uuid,
    Url,
    IpAddress,
    Empty,
}

/// What stands behind `is`, and what it asks for; the first spelling of each is the one that is shown.
const SPELLINGS: &[(&str, Kind)] = &[
    ("a text", Kind::Text),
    ("a string", Kind::Text),
    ("a number", Kind::Number),
    ("an integer", Kind::Integer),
    ("a boolean", Kind::Boolean),
    ("a list", Kind::List),
    ("an array", Kind::List),
    ("an object", Kind::Object),
    ("a date", Kind::Date),
    ("a uuid", Kind::Uuid),
    ("a UUID", Kind::Uuid),
    ("a url", Kind::Url),
    ("a URL", Kind::Url),
    ("an ip address", Kind::IpAddress),
    ("an IP address", Kind::IpAddress),
    ("empty", Kind::Empty),
];

/// What can be asked for, for messages.
pub(crate) const EXPECTED: &str = "a text, a number, an integer, a boolean, a list, an object, a date, a uuid, a url, an ip address or empty";

impl Kind {
    /// The kind that is written like this, with its article.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let normal = [words.next()?, words.next().unwrap_or(""), words.next().unwrap_or("")].join(" ");
        if words.next().is_some() {
            return None;
        }
        SPELLINGS.iter().find(|(spelling, _)| *spelling == normal.trim_end()).map(|(_, kind)| *kind)
    }

    /// With its article.
    pub(crate) fn phrase(self) -> &'static str {
        SPELLINGS.iter().find(|(_, kind)| *kind == self).map_or("", |(spelling, _)| spelling)
    }

    /// Whether a value of JSON is of this type.
    pub(crate) fn has_json(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Text, Value::String(_))
            | (Self::Number, Value::Number(_))
            | (Self::Boolean, Value::Bool(_))
            | (Self::List, Value::Array(_))
            | (Self::Object, Value::Object(_)) => true,
            // `1.0` is an integer (RFC 8259 section 6).
            (Self::Integer, Value::Number(number)) => {
                number.is_i64()
                    || number.is_u64()
                    || number.as_f64().is_some_and(|value| value.fract() == 0.0)
            }
            (Self::Empty, Value::Array(items)) => items.is_empty(),
            (Self::Empty, Value::Object(members)) => members.is_empty(),
            (Self::Empty | Self::Date | Self::Uuid | Self::Url | Self::IpAddress, Value::String(text)) => {
                self.has_text(text)
            }
            _ => false,
        }
    }

    /// Whether a text has this form.
    pub(crate) fn has_text(self, text: &str) -> bool {
        let trimmed = text.trim();
        match self {
            Self::Text => true,
            Self::Number => Number::parse(trimmed).is_some(),
            Self::Integer => Number::parse(trimmed).is_some_and(|number| number.is_whole()),
            Self::Boolean => matches!(trimmed, "true" | "false"),
            Self::List => trimmed.starts_with('[') && serde_json::from_str::<Vec<Value>>(trimmed).is_ok(),
            Self::Object => {
                trimmed.starts_with('{')
                    && serde_json::from_str::<serde_json::Map<String, Value>>(trimmed).is_ok()
            }
            Self::Date => moment::parse(trimmed).is_some(),
            Self::Uuid => is_uuid(trimmed),
            Self::Url => is_url(trimmed),
            Self::IpAddress => trimmed.parse::<IpAddr>().is_ok(),
            Self::Empty => text.is_empty(),
        }
    }
}

/// RFC 9562 section 4.
fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// An absolute URL with a host, such as clients can call (RFC 3986 section 3).
fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && !authority.is_empty()
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts_have_forms_and_json_has_types() {
        for (kind, fits, fails) in [
            (Kind::Number, vec!["1", "-1.5e3"], vec!["", "1 ms", "0x1"]),
            (Kind::Integer, vec!["1", "-7"], vec!["1.5", "x"]),
            (Kind::Boolean, vec!["true"], vec!["TRUE", "1"]),
            (Kind::List, vec!["[1]"], vec!["{}", "[1"]),
            (Kind::Object, vec!["{\"a\":1}"], vec!["[]", "{"]),
            (Kind::Date, vec!["2026-01-01"], vec!["2026"]),
            (
                Kind::Uuid,
                vec!["f81d4fae-7dec-11d0-a765-00a0c91e6bf6"],
                vec!["f81d4fae", "g81d4fae-7dec-11d0-a765-00a0c91e6bf6"],
            ),
            (Kind::Url, vec!["https://a.test/x"], vec!["/x", "https://", "a b://c", "mailto:a"]),
            (Kind::IpAddress, vec!["::1", "127.0.0.1"], vec!["localhost", "1.2.3"]),
            (Kind::Empty, vec![""], vec![" "]),
        ] {
            for text in fits {
                assert!(kind.has_text(text), "{text:?} is {}", kind.phrase());
            }
            for text in fails {
                assert!(!kind.has_text(text), "{text:?} is not {}", kind.phrase());
            }
        }
        for (kind, value, fits) in [
            (Kind::Integer, json!(1.0), true),
            (Kind::Integer, json!(1.5), false),
            (Kind::Number, json!("1"), false),
            (Kind::Text, json!("1"), true),
            (Kind::Empty, json!([]), true),
            (Kind::Empty, json!({}), true),
            (Kind::Empty, json!(null), false),
            (Kind::Boolean, json!(false), true),
        ] {
            assert_eq!(kind.has_json(&value), fits, "{value} is {}", kind.phrase());
        }
        assert_eq!(Kind::parse("an  IP address"), Some(Kind::IpAddress));
        assert_eq!((Kind::parse("a"), Kind::parse("a number 5"), Kind::parse("")), (None, None, None));
    }
}
