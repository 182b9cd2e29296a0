//! The forms that options have: `NAME=VALUE`, `NAME: VALUE`, secrets; and the mapping that they end up in.

use serde::Serialize;
use serde_json::{Map, Value, json};

/// A mapping that leaves out what was not given.
#[derive(Debug, Default)]
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    /// Sets a field, if it was given.
    pub(super) fn set(&mut self, name: &str, value: Option<impl Serialize>) {
        // Strings, numbers and maps of them always have a JSON form.
        if let Some(Ok(value)) = value.map(serde_json::to_value) {
            self.0.insert(name.to_owned(), value);
        }
    }

    /// Sets a field to true, if its switch was given.
    pub(super) fn switch(&mut self, name: &str, on: bool) {
        self.set(name, on.then_some(true));
    }

    /// Sets a list, if there is anything in it.
    pub(super) fn list(&mut self, name: &str, values: &[String]) {
        self.set(name, (!values.is_empty()).then_some(values));
    }

    /// Sets a list of names and values, which keeps the order and names that repeat.
    pub(super) fn pairs(&mut self, name: &str, pairs: &[Pair]) {
        let values: Vec<Value> =
            pairs.iter().map(|pair| json!({"name": pair.name, "value": pair.value})).collect();
        self.set(name, (!values.is_empty()).then_some(values));
    }

    /// Whether nothing was given.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The mapping.
    pub(super) fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

/// Values that are shown as `***` wherever they would be seen.
#[derive(Debug, Default)]
pub(super) struct Secrets(Map<String, Value>);

impl Secrets {
    /// Keeps a value, and answers what stands in its place.
    pub(super) fn keep(&mut self, name: &str, value: &str) -> String {
        self.0.insert(name.to_owned(), json!({"value": literal(value), "secret": true}));
        format!("{{{{ {name} }}}}")
    }

    /// The variables of the definition.
    pub(super) fn into_value(self) -> Option<Value> {
        if self.0.is_empty() { None } else { Some(Value::Object(self.0)) }
    }
}

/// Text that stands for itself where templates are resolved.
pub(super) fn literal(text: &str) -> String {
    text.replace("{{", "{{ \"{{\" }}")
}

/// A name and a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    /// The name.
    pub(super) name: String,
    /// The value.
    pub(super) value: String,
}

/// `NAME: VALUE`.
pub(super) fn header(text: &str) -> Result<Pair, String> {
    pair(text, ':', "NAME: VALUE").map(|pair| Pair { value: pair.value.trim_start().to_owned(), ..pair })
}

/// `NAME=VALUE`.
pub(super) fn assignment(text: &str) -> Result<Pair, String> {
    pair(text, '=', "NAME=VALUE")
}

/// `USER:PASSWORD`; the password may have colons (RFC 7617 section 2).
pub(super) fn credentials(text: &str) -> Result<Pair, String> {
    pair(text, ':', "USER:PASSWORD")
}

fn pair(text: &str, separator: char, form: &str) -> Result<Pair, String> {
    match text.split_once(separator) {
        Some((name, value)) if !name.is_empty() => {
            Ok(Pair { name: name.to_owned(), value: value.to_owned() })
        }
        _ => Err(format!("must be {form}")),
    }
}

/// JSON text.
pub(super) fn json_text(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("is no JSON: {error}"))
}
