//! JSON bodies as written: strings in them may hold templates.

use crate::keys::unique;
use crate::reader::Reader;
use crate::text::quoted;
use crate::yaml::{Kind, Node, Scalar};
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

    /// Reads any YAML value that JSON has as well.
    pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        match &node.kind {
            Kind::Scalar(scalar) => Self::scalar(reader, node, scalar),
            Kind::Sequence(_) => reader.list(node, "a list", usize::MAX, Self::read).map(Self::Array),
            Kind::Mapping(_) if node.is_bare_template() => {
                reader.unexpected(node, "a JSON value");
                None
            }
            Kind::Mapping(entries) => {
                let mut members = Vec::new();
                for (name, key, value) in unique(reader, entries, "member") {
                    // `{ a, b }` in YAML, which is hardly ever meant.
                    if matches!(&value.kind, Kind::Scalar(scalar) if scalar.plain && scalar.text.is_empty()) {
                        let message = format!("{} has no value, which is null in JSON", quoted(name));
                        let warning = reader.error(key.place, message);
                        reader.warn(warning.with_help(format!(
                            "write `{name}: null` if that is meant, or a list: `[ .. ]`"
                        )));
                    }
                    let key = reader.key(key, name);
                    members.extend(
                        reader.within(name, |reader| Self::read(reader, value)).map(|value| (key, value)),
                    );
                }
                Some(Self::Object(members))
            }
        }
    }

    fn scalar(reader: &mut Reader<'_>, node: &Node, scalar: &Scalar) -> Option<Self> {
        if scalar.is_null() {
            return Some(Self::Null);
        }
        if scalar.plain {
            match scalar.text.as_str() {
                "true" | "True" | "TRUE" => return Some(Self::Bool(true)),
                "false" | "False" | "FALSE" => return Some(Self::Bool(false)),
                ".inf" | ".Inf" | ".INF" | "-.inf" | "-.Inf" | "-.INF" | ".nan" | ".NaN" | ".NAN" => {
                    let message = format!("`{}` is not a JSON number", scalar.text);
                    let diagnostic = reader.error(node.place, message).with_help("in quotes it is text");
                    reader.report(diagnostic);
                    return None;
                }
                text => {
                    if let Some(number) = number(text) {
                        return Some(Self::Number(number));
                    }
                }
            }
        }
        reader.text(node).map(Self::String)
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
            Self::String(text) => write_string(json, &rendered(text, value)?),
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
                    write_string(json, &rendered(name, value)?);
                    json.push(':');
                    member.write(json, value)?;
                }
                json.push('}');
            }
        }
        Ok(())
    }
}

fn rendered<E>(text: &Text, value: &mut impl FnMut(&Part) -> Result<String, E>) -> Result<String, E> {
    match text.template() {
        None => Ok(text.as_written().to_owned()),
        Some(template) => template.render(value),
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

/// A YAML number (YAML 1.2.2 section 10.3.2) in JSON's spelling (RFC 8259 section 6); nothing when it is none.
fn number(text: &str) -> Option<String> {
    if let Some(digits) = text.strip_prefix("0x") {
        return u128::from_str_radix(digits, 16).ok().map(|number| number.to_string());
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return u128::from_str_radix(digits, 8).ok().map(|number| number.to_string());
    }
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
        return None;
    }
    let mut number = String::from(sign);
    let whole = whole.trim_start_matches('0');
    number.push_str(if whole.is_empty() { "0" } else { whole });
    if !fraction.is_empty() {
        number.push('.');
        number.push_str(fraction);
    }
    if let Some(exponent) = exponent {
        let bare = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if bare.is_empty() || !digits(bare) {
            return None;
        }
        number.push('e');
        number.push_str(exponent);
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spelt_as_json_wants() {
        for (yaml, json) in [
            ("1", "1"),
            ("-0.50", "-0.50"),
            ("+7", "7"),
            ("007", "7"),
            (".5", "0.5"),
            ("5.", "5"),
            ("1e3", "1e3"),
            ("1E-3", "1e-3"),
            ("0x1F", "31"),
            ("0o17", "15"),
            ("12345678901234567890123", "12345678901234567890123"),
        ] {
            assert_eq!(number(yaml).as_deref(), Some(json), "{yaml}");
            assert!(serde_json::from_str::<serde_json::Value>(json).is_ok(), "{json}");
        }
        for text in ["", "-", ".", "1e", "1.2.3", "0xg", "1_000", "12:30:45", "NaN", "0x", "1 "] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
