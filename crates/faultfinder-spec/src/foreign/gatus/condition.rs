//! Conditions as they are written: `len([BODY].items) >= 5`.

use super::values::plain;
use faultfinder_taxonomy::word::{nearest, one_of};

/// Why a condition cannot be an assertion.
pub(super) type Refused = &'static str;

/// A condition.
#[derive(Debug, PartialEq)]
pub(super) struct Condition<'t> {
    pub(super) left: Side<'t>,
    pub(super) operator: Operator,
    pub(super) right: Side<'t>,
}

/// How the sides are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Is,
    IsNot,
    AtMost,
    AtLeast,
    More,
    Less,
}

/// Operators with the spaces that they need, in the order in which they are looked for.
const OPERATORS: &[(&str, Operator)] = &[
    (" == ", Operator::Is),
    (" != ", Operator::IsNot),
    (" <= ", Operator::AtMost),
    (" >= ", Operator::AtLeast),
    (" > ", Operator::More),
    (" < ", Operator::Less),
];

impl Operator {
    /// The native spelling of one that compares numbers.
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::IsNot => "is not",
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
            Self::More => ">",
            Self::Less => "<",
        }
    }

    /// The same with the sides exchanged.
    const fn mirrored(self) -> Self {
        match self {
            Self::Is => Self::Is,
            Self::IsNot => Self::IsNot,
            Self::AtMost => Self::AtLeast,
            Self::AtLeast => Self::AtMost,
            Self::More => Self::Less,
            Self::Less => Self::More,
        }
    }
}

/// One side of a condition.
#[derive(Debug, PartialEq)]
pub(super) enum Side<'t> {
    /// A placeholder, such as `[STATUS]`.
    Value(Placeholder<'t>),
    /// The length of one: `len(..)`.
    Length(Placeholder<'t>),
    /// Whether there is one: `has(..)`.
    Has(Placeholder<'t>),
    /// `pat(..)`.
    Pattern(&'t str),
    /// `any(..)`.
    Any(Vec<&'t str>),
    /// Anything else, as it is.
    Text(&'t str),
}

/// What is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placeholder<'t> {
    Status,
    Ip,
    ResponseTime,
    Connected,
    CertificateExpiration,
    DomainExpiration,
    Rcode,
    Body,
    /// A place in the body, behind `[BODY]`: `.data[0].id`.
    Part(&'t str),
}

const PLACEHOLDERS: &[(&str, Placeholder<'static>)] = &[
    ("[STATUS]", Placeholder::Status),
    ("[IP]", Placeholder::Ip),
    ("[RESPONSE_TIME]", Placeholder::ResponseTime),
    ("[CONNECTED]", Placeholder::Connected),
    ("[CERTIFICATE_EXPIRATION]", Placeholder::CertificateExpiration),
    ("[DOMAIN_EXPIRATION]", Placeholder::DomainExpiration),
    ("[DNS_RCODE]", Placeholder::Rcode),
    ("[BODY]", Placeholder::Body),
];

impl<'t> Condition<'t> {
    /// Reads a condition; nothing if it has no operator. What is read is on the left, wherever it was written.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        let (sign, operator) = OPERATORS.iter().find(|(sign, _)| text.contains(sign))?;
        let mut sides = text.split(sign).map(str::trim);
        let (left, right) = (Side::parse(sides.next()?), Side::parse(sides.next()?));
        Some(if left.is_read() || !right.is_read() {
            Self { left, operator: *operator, right }
        } else {
            Self { left: right, operator: operator.mirrored(), right: left }
        })
    }
}

impl Condition<'_> {
    /// What is wrong with a condition that compares texts of the file with each other: Gatus does so, too, but nobody means
    /// that. Nothing if a value of the environment or of a suite may be in them.
    pub(super) fn reads_nothing(&self) -> Option<String> {
        if self.left.is_read() || !self.left.is_plain() || !self.right.is_plain() {
            return None;
        }
        let meant = [&self.left, &self.right].into_iter().find_map(Side::meant);
        Some(match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => {
                let known: Vec<&str> = PLACEHOLDERS.iter().map(|(name, _)| *name).collect();
                format!(
                    "what is read is one of {}, or a part of the body such as `[BODY].id`",
                    one_of(&known)
                )
            }
        })
    }
}

impl<'t> Side<'t> {
    /// Whether it is the same in every environment and suite.
    fn is_plain(&self) -> bool {
        match self {
            Self::Value(_) | Self::Length(_) | Self::Has(_) => true,
            Self::Pattern(text) | Self::Text(text) => plain(text).is_some(),
            Self::Any(texts) => texts.iter().all(|text| plain(text).is_some()),
        }
    }

    /// The placeholder that was probably meant by a text.
    fn meant(&self) -> Option<&'static str> {
        let Self::Text(text) = self else { return None };
        let inside = |name: &str| text.strip_prefix(name)?.strip_suffix(')');
        let text = inside("len(").or_else(|| inside("has(")).unwrap_or(text).trim_start_matches('[');
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | ' '));
        let name = text.get(..end.unwrap_or(text.len()))?.trim();
        let name = name.to_ascii_uppercase().replace(['-', ' '], "_");
        let known = || PLACEHOLDERS.iter().map(|(known, _)| (*known, known.trim_matches(['[', ']'])));
        // Short words, such as `UP`, are near to too much.
        let near = nearest(&name, known().map(|(_, known)| known)).filter(|_| name.len() > 3);
        known().find(|(_, known)| *known == name || near == Some(known)).map(|(shown, _)| shown)
    }

    fn parse(text: &'t str) -> Self {
        let inside = |name: &str| text.strip_prefix(name)?.strip_suffix(')');
        if let Some(placeholder) = Placeholder::parse(text) {
            return Self::Value(placeholder);
        }
        if let Some(placeholder) = inside("len(").and_then(Placeholder::parse) {
            return Self::Length(placeholder);
        }
        if let Some(placeholder) = inside("has(").and_then(Placeholder::parse) {
            return Self::Has(placeholder);
        }
        if let Some(pattern) = inside("pat(") {
            return Self::Pattern(pattern);
        }
        match inside("any(") {
            Some(values) => Self::Any(values.split(',').map(str::trim).collect()),
            None => Self::Text(text),
        }
    }

    /// Whether it is read of the response.
    const fn is_read(&self) -> bool {
        matches!(self, Self::Value(_) | Self::Length(_) | Self::Has(_))
    }
}

impl<'t> Placeholder<'t> {
    /// Case does not count, but in a path.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        let text = text.trim();
        if let Some((_, known)) = PLACEHOLDERS.iter().find(|(known, _)| known.eq_ignore_ascii_case(text)) {
            return Some(*known);
        }
        let (head, path) = text.split_at_checked("[BODY]".len())?;
        (head.eq_ignore_ascii_case("[BODY]") && path.starts_with(['.', '['])).then_some(Self::Part(path))
    }

    /// A path in the body as JSONPath.
    pub(super) fn jsonpath(path: &str) -> String {
        let mut query = "$".to_owned();
        for key in path.strip_prefix('.').unwrap_or(path).split('.') {
            let (name, indexes) = match key.find('[') {
                Some(at) if key.ends_with(']') => key.split_at_checked(at).unwrap_or((key, "")),
                _ => (key, ""),
            };
            let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            if is_plain {
                query.push_str(&format!(".{name}"));
            } else if !name.is_empty() {
                let name = name.replace('\\', "\\\\").replace('\'', "\\'");
                query.push_str(&format!("['{name}']"));
            }
            query.push_str(indexes);
        }
        query
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_have_two_sides() {
        for (text, left, operator, right) in [
            ("[STATUS] == 200", Side::Value(Placeholder::Status), Operator::Is, Side::Text("200")),
            ("200 < [status]", Side::Value(Placeholder::Status), Operator::More, Side::Text("200")),
            (
                "len([BODY].data) >= 5",
                Side::Length(Placeholder::Part(".data")),
                Operator::AtLeast,
                Side::Text("5"),
            ),
            (
                "[IP] != any(::1, ::2)",
                Side::Value(Placeholder::Ip),
                Operator::IsNot,
                Side::Any(vec!["::1", "::2"]),
            ),
            (
                "[BODY] == pat(*a < b*)",
                Side::Value(Placeholder::Body),
                Operator::Is,
                Side::Pattern("*a < b*"),
            ),
            (
                "has([BODY][0].x) == true",
                Side::Has(Placeholder::Part("[0].x")),
                Operator::Is,
                Side::Text("true"),
            ),
        ] {
            assert_eq!(Condition::parse(text), Some(Condition { left, operator, right }), "{text}");
        }
        assert_eq!(Condition::parse("[STATUS]==200"), None);
    }

    #[test]
    fn what_reads_nothing_names_what_is_meant() {
        let said = |text: &str| Condition::parse(text).unwrap().reads_nothing();
        for (text, meant) in [
            ("[STATSU] == 200", "[STATUS]"),
            ("200 == status", "[STATUS]"),
            ("STATUS < 300", "[STATUS]"),
            ("[RESPONSE TIME] < 500", "[RESPONSE_TIME]"),
            ("len([BODY.items]) > 0", "[BODY]"),
            ("has([BDOY].items) == true", "[BODY]"),
            ("body.status == UP", "[BODY]"),
        ] {
            assert_eq!(said(text), Some(format!("did you mean `{meant}`?")), "{text}");
        }
        assert!(said("a == a").is_some_and(|help| help.starts_with("what is read is one of [STATUS], ")));
        for text in ["[STATUS] == 200", "$A == b", "[CONTEXT].a == b", "a == any(b, ${C})"] {
            assert_eq!(said(text), None, "{text}");
        }
    }

    #[test]
    fn paths_are_jsonpath() {
        for (path, query) in [
            (".user.name", "$.user.name"),
            (".data[0].id", "$.data[0].id"),
            ("[0][1]", "$[0][1]"),
            (".server-ip.x", "$['server-ip'].x"),
            (".a b'c", "$['a b\\'c']"),
            (".", "$"),
        ] {
            assert_eq!(Placeholder::jsonpath(path), query, "{path}");
        }
    }
}
