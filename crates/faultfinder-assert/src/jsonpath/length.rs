//! The lengths that the classic dialect asks for at the end of a query.

use serde_json::Value;

/// What the classic dialect's `.length` at the end of a query asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// `.length`: a member of that name, where there is one, or the length of an array or text.
    Property,
    /// `.length()`: the length of an array, an object or text.
    Function,
}

impl Length {
    /// The length of one value that the query found; nothing for what has none.
    pub(super) fn of(self, value: &Value) -> Option<Value> {
        let length = match (self, value) {
            (_, Value::Array(items)) => items.len(),
            (_, Value::String(text)) => text.chars().count(),
            (Self::Property, Value::Object(members)) => return members.get("length").cloned(),
            (Self::Function, Value::Object(members)) => members.len(),
            _ => return None,
        };
        Some(Value::from(length))
    }
}
