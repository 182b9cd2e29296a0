//! JSON bodies as written: strings in them may hold templates.

use crate::{Part, Text};

/// A JSON value whose strings, keys included, may hold templates.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "closed: the values of JSON")]
pub enum JsonTemplate {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number in JSON's spelling.
    Number(String),
    /// A string.
    String(Text),
    /// An array.
    Array(Vec<Self>),
    /// An object, its members in order.
    Object(Vec<(Text, Self)>),
}

impl JsonTemplate {
    /// The JSON text on one line, members in the order of the file; `value` says what stands for each variable and
    /// generator, and the text is escaped here.
    ///
    /// # Errors
    ///
    /// The first that `value` answers.
    pub fn render<E>(&self, mut value: impl FnMut(&Part) -> Result<String, E>) -> Result<String, E> {
        let mut json = String::new();
        self.write(&mut json, &mut value)?;
        Ok(json)
    }

    fn write<E>(
        &self,
        json: &mut String,
        value: &mut impl FnMut(&Part) -> Result<String, E>,
    ) -> Result<(), E> {
        match self {
            Self::Null => json.push_str("null"),
            Self::Bool(true) => json.push_str("true"),
            Self::Bool(false) => json.push_str("false"),
            Self::Number(number) => json.push_str(number),
            Self::String(text) => write_string(json, &text.template().render(&mut *value)?),
            Self::Array(items) => {
                json.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        json.push(',');
                    }
                    item.write(json, value)?;
                }
                json.push(']');
            }
            Self::Object(members) => {
                json.push('{');
                for (index, (name, member)) in members.iter().enumerate() {
                    if index > 0 {
                        json.push(',');
                    }
                    write_string(json, &name.template().render(&mut *value)?);
                    json.push(':');
                    member.write(json, value)?;
                }
                json.push('}');
            }
        }
        Ok(())
    }
}

/// A JSON string with its quotes (RFC 8259 section 7).
fn write_string(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            control if control < ' ' => json.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => json.push(other),
        }
    }
    json.push('"');
}
