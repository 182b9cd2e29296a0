//! JSON in which no object has a name twice, within a bound of memory.
//!
//! What an object with two fields of one name means is up to its reader (RFC 8259 section 4). A definition in which one of
//! them is checked, and the other one run, would be a way around every check.
//!
//! A value takes more memory than its text, up to a hundred times as much. So what the values take is added up while they are read.

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Most memory that the values of a text may take, in bytes, as it is counted here.
const BYTES_MAX: usize = 40 << 20;
/// What a list takes for each of its values, and in addition when it is not empty.
const ITEM_BYTES: usize = 2 * size_of::<Value>();
/// What an object takes for its first members, and for each: it reserves room for eleven, of which half may stay empty.
const OBJECT_BYTES: usize = 11 * (size_of::<Value>() + size_of::<String>()) + 16;
const MEMBER_BYTES: usize = OBJECT_BYTES / 6;
/// What the heap takes for a text in addition to it.
const TEXT_BYTES: usize = 16;

/// A value in which no object has a name twice.
#[derive(Debug)]
pub(super) struct Unambiguous(pub(super) Value);

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Reader(&mut { BYTES_MAX }).deserialize(deserializer).map(Self)
    }
}

/// Reads one value, and takes what it needs from the bytes that are left.
struct Reader<'a>(&'a mut usize);

impl Reader<'_> {
    fn take<E: Error>(&mut self, bytes: usize) -> Result<(), E> {
        let too_large =
            || E::custom(format_args!("its values take more than {} MiB of memory", BYTES_MAX >> 20));
        *self.0 = self.0.checked_sub(bytes).ok_or_else(too_large)?;
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(mut self, value: &str) -> Result<Value, E> {
        self.take(value.len().saturating_add(TEXT_BYTES))?;
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Reader(self.0))? {
            self.take(if list.is_empty() { 2 * ITEM_BYTES } else { ITEM_BYTES })?;
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom(format_args!("an object has the name {name:?} twice")));
            }
            let room = if object.is_empty() { OBJECT_BYTES } else { MEMBER_BYTES };
            self.take(room.saturating_add(name.len()).saturating_add(TEXT_BYTES))?;
            object.insert(name, entries.next_value_seed(Reader(self.0))?);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_json_is_read_and_a_name_twice_is_not() {
        for text in
            ["null", "[true,-1,1,1.5,\"\\u00e9\\n\",{}]", "{\"a\":{\"a\":[{\"b\":1},{\"b\":2}]},\"b\":null}"]
        {
            let Unambiguous(read) = serde_json::from_str(text).unwrap();
            assert_eq!(read, serde_json::from_str::<Value>(text).unwrap());
        }
        for text in ["{\"a\":1,\"a\":1}", "[{\"b\":{\"x\":1,\"\\u0078\":2}}]"] {
            let error = serde_json::from_str::<Unambiguous>(text).unwrap_err().to_string();
            assert!(error.contains("twice at line 1 column"), "{error}");
        }
        // 4 MB that would take 380 MiB.
        let large = format!("[{}]", vec!["{\"\":0}"; 570_000].join(","));
        let error = serde_json::from_str::<Unambiguous>(&large).unwrap_err().to_string();
        assert!(error.starts_with("its values take more than 40 MiB of memory at line 1 column"), "{error}");
        let deep = "[".repeat(200) + &"]".repeat(200);
        assert!(serde_json::from_str::<Unambiguous>(&deep).is_err(), "the nesting is bounded");
    }

    #[test]
    fn a_definition_with_as_many_tests_as_there_may_be_is_read() {
        let test = |number: usize| {
            serde_json::json!({
                "name": format!("the shop of country {number}"),
                "tags": ["shop", "production"],
                "every": "60s",
                "http": { "url": format!("https://shop.test/countries/{number}"), "headers": { "accept": "text/html" } },
                "assert": ["status is 200", "header content-type contains html", "response time < 2 s"],
            })
        };
        let tests: Vec<Value> = (0..10_000).map(test).collect();
        let body = serde_json::json!({ "definition": { "version": 1, "tests": tests } });
        let mut left = BYTES_MAX;
        let read = Reader(&mut left)
            .deserialize(&mut serde_json::Deserializer::from_str(&body.to_string()))
            .unwrap();
        assert_eq!(read, body);
        let taken = (BYTES_MAX - left) >> 20;
        assert!((32..39).contains(&taken), "{taken} MiB");
    }
}
