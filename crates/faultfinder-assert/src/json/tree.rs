//! A JSON text -> its values, within a bound of memory.
//!
//! A value takes more memory than its text: `{"":0}` takes a hundred times as much. So what the values take is added up
//! while they are read, and too much ends it.

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// Most memory that the values of a text may take, in bytes, as it is counted here.
pub(crate) const BYTES_MAX: usize = 64 << 20;

/// What a list takes for each of its values, as it grows by doubling.
const ITEM_BYTES: usize = 2 * size_of::<Value>();
/// What a list or an object takes for its first values: a list reserves room for four, an object for eleven.
const LIST_BYTES: usize = 4 * size_of::<Value>();
const OBJECT_BYTES: usize = 11 * (size_of::<Value>() + size_of::<String>()) + 16;
/// What an object takes for each member: of the room for eleven half may be empty.
const MEMBER_BYTES: usize = OBJECT_BYTES / 6;
/// What the heap takes for a text in addition to it.
const TEXT_BYTES: usize = 16;

/// Reads a JSON text.
pub(super) fn read(text: &[u8]) -> Result<Value, Bad> {
    let mut left = BYTES_MAX;
    let mut reader = serde_json::Deserializer::from_slice(text);
    let read = Within(&mut left).deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(
        |error| if error.to_string().starts_with(TOO_LARGE) { Bad::TooLarge } else { Bad::Json(error) },
    )
}

/// Why a text was not read.
#[derive(Debug)]
pub(crate) enum Bad {
    /// It is not JSON.
    Json(serde_json::Error),
    /// Its values take more than [`BYTES_MAX`].
    TooLarge,
}

const TOO_LARGE: &str = "its values take more memory";

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => error.fmt(f),
            Self::TooLarge => write!(f, "{TOO_LARGE} than the {} MiB that they may", BYTES_MAX >> 20),
        }
    }
}

/// Reads one value, and takes what it needs from what is left.
struct Within<'a>(&'a mut usize);

impl Within<'_> {
    fn take<E: Error>(&mut self, bytes: usize) -> Result<(), E> {
        *self.0 = self.0.checked_sub(bytes).ok_or_else(|| E::custom(TOO_LARGE))?;
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Within<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Within<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<Value, E> {
        self.take(text.len().saturating_add(TEXT_BYTES))?;
        Ok(Value::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(Within(self.0))? {
            self.take(if items.is_empty() { LIST_BYTES } else { ITEM_BYTES })?;
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            let room = if members.is_empty() { OBJECT_BYTES } else { MEMBER_BYTES };
            self.take(room.saturating_add(name.len()).saturating_add(TEXT_BYTES))?;
            members.insert(name, object.next_value_seed(Within(self.0))?);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_the_library() {
        for text in [
            r#"{"b":[1,-2,2.5,1e3,18446744073709551615,184467440737095516150,null,true,"h\u00e4\n"],"a":{},"a":[],"":{"x":{}}}"#,
            "[]",
            "0",
            "-0",
            "\"\"",
            " null ",
            "1e-400",
            "123456789012345678901234567890",
        ] {
            assert_eq!(
                read(text.as_bytes()).unwrap(),
                serde_json::from_str::<Value>(text).unwrap(),
                "{text}"
            );
        }
        let deep = "[".repeat(200) + &"]".repeat(200);
        for text in ["", "[1", "{\"a\"}", "1 2", "\"\u{1}\"", "1e999", "nul", "\"\\ud800\"", deep.as_str()] {
            let expected = serde_json::from_str::<Value>(text).unwrap_err().to_string();
            assert_eq!(read(text.as_bytes()).unwrap_err().to_string(), expected, "{text}");
        }
        assert!(read(b"\"\xff\"").is_err());
    }

    #[test]
    fn values_that_take_too_much_are_refused() {
        let mib = |bytes: usize| bytes >> 20;
        // What a text of 1 MB takes at the most, in MiB: as much as an allocator was seen to need, or more.
        for (item, least) in [("{\"\":0}", 85), ("[0]", 38), ("0", 30), ("\"\"", 14), ("[]", 10), ("{}", 10)]
        {
            let text = format!("[{}]", vec![item; 1_000_000 / (item.len() + 1)].join(","));
            let mut left = usize::MAX;
            let mut reader = serde_json::Deserializer::from_str(&text);
            Within(&mut left).deserialize(&mut reader).unwrap();
            let counted = mib(usize::MAX - left);
            assert!((least..=2 * least).contains(&counted), "{item}: {counted} MiB");
        }
        let many = format!("[{}]", vec!["{\"\":0}"; 700_000].join(","));
        let error = read(many.as_bytes()).unwrap_err().to_string();
        assert_eq!(error, "its values take more memory than the 64 MiB that they may");
        // The names of members are the sender's: they are not taken for the error.
        assert!(!matches!(read(format!("\"{TOO_LARGE}\" x").as_bytes()), Err(Bad::TooLarge)));
    }
}
