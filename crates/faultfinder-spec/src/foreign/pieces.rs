//! Pieces of native tests that several conversions make: assertions, texts without templates, variables, durations.

use super::build::{Fields, list, text, word};
use crate::assertion::ASSERTIONS_MAX;
use crate::yaml::Node;
use crate::{Place, duration};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

/// A text of another tool, in which braces mean nothing: what would be a template is written as two literal braces.
pub(super) fn literal(text: &str) -> String {
    text.replace("{{", "{{ \"{{\" }}")
}

/// Headers whose values are not shown.
const SECRET_HEADERS: &[&str] = &["authorization", "proxy-authorization", "cookie", "x-api-key"];

/// Whether the value of a header is not shown.
pub(super) fn is_secret_header(name: &str) -> bool {
    SECRET_HEADERS.iter().any(|secret| secret.eq_ignore_ascii_case(name))
}

/// A number of another file. What is not a number stays text, and the reader of native files reports it.
pub(super) fn number(place: Place, written: &str) -> Rc<Node> {
    let is_number = !written.is_empty() && written.chars().all(|c| c.is_ascii_digit());
    if is_number { word(place, written) } else { text(place, written) }
}

/// An assertion in one line, of words that need no quotes.
pub(super) fn line(place: Place, line: impl Into<String>) -> Rc<Node> {
    text(place, line)
}

/// An assertion whose value is used as it is, whatever it holds.
pub(super) fn check(place: Place, subject: &str, operator: &str, value: &str) -> Rc<Node> {
    let mut fields = Fields::default();
    fields.put("subject", text(place, subject));
    fields.put("operator", text(place, operator));
    fields.put("value", text(place, value));
    fields.into_node(place)
}

/// A group of assertions: `any`, `all` or `none`.
pub(super) fn group(place: Place, kind: &str, parts: Vec<Rc<Node>>) -> Rc<Node> {
    let mut fields = Fields::default();
    fields.put(kind, list(place, parts));
    fields.into_node(place)
}

/// At least one of these: a group, unless there is only one.
pub(super) fn any(place: Place, mut parts: Vec<Rc<Node>>) -> Rc<Node> {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            group(place, "any", parts)
        }
    }
}

/// The assertions of a test, in groups where there are more than a list holds.
pub(super) fn packed(place: Place, assertions: Vec<Rc<Node>>) -> Rc<Node> {
    if assertions.len() <= ASSERTIONS_MAX {
        return list(place, assertions);
    }
    let groups = assertions.chunks(ASSERTIONS_MAX).map(|some| group(place, "all", some.to_vec()));
    list(place, groups.collect())
}

/// The variables of the file that is being made.
#[derive(Default)]
pub(super) struct Variables {
    /// Name, where it comes from, and what it is.
    all: Vec<(String, Place, Rc<Node>)>,
    /// Those of the environment that are used, each with the place of its first use.
    environment: HashMap<String, Place>,
}

/// Parts of the names of variables whose values are not shown.
const SECRET_NAMES: &[&str] = &["TOKEN", "SECRET", "PASSWORD", "PASSWD", "KEY", "CREDENTIAL"];

impl Variables {
    /// A secret value, as the template that stands for it: a value in the file itself would be shown.
    pub(super) fn secret(&mut self, name: &str, place: Place, value: &str) -> String {
        let mut fields = Fields::default();
        fields.put("value", text(place, literal(value)));
        fields.put("secret", word(place, "true"));
        self.named(name, place, || fields.into_node(place))
    }

    /// A value that is in another file, as the template that stands for it.
    pub(super) fn of_file(&mut self, name: &str, place: Place, path: &str, secret: bool) -> String {
        self.named(name, place, || {
            let mut fields = Fields::default();
            fields.put("file", text(place, path));
            if secret {
                fields.put("secret", word(place, "true"));
            }
            fields.into_node(place)
        })
    }

    /// What the environment has under a name, or nothing. Names that sound like a secret are one.
    pub(super) fn environment(&mut self, env: &str, place: Place) -> String {
        let place = *self.environment.entry(env.to_owned()).or_insert(place);
        self.named(env, place, || {
            let upper = env.to_ascii_uppercase();
            let mut fields = Fields::default();
            fields.put("env", text(place, env));
            fields.put("default", text(place, ""));
            if SECRET_NAMES.iter().any(|part| upper.contains(part)) {
                fields.put("secret", word(place, "true"));
            }
            fields.into_node(place)
        })
    }

    /// A variable of this name, once for each place; another place that wants the same name gets a number.
    pub(super) fn named(&mut self, name: &str, place: Place, node: impl FnOnce() -> Rc<Node>) -> String {
        let name = self.free_name(name, place);
        if !self.all.iter().any(|(known, ..)| *known == name) {
            self.all.push((name.clone(), place, node()));
        }
        reference(&name)
    }

    /// The name itself if nobody else has it, else the name with a number.
    fn free_name(&self, name: &str, place: Place) -> String {
        let name = variable_name(name);
        let is_free = |name: &str| {
            self.all.iter().find(|(known, ..)| known == name).is_none_or(|(_, known, _)| *known == place)
        };
        if is_free(&name) {
            return name;
        }
        (2..).map(|number| format!("{name}_{number}")).find(|name| is_free(name)).unwrap_or(name)
    }

    /// The node of `variables`, unless there are none.
    pub(super) fn into_node(self, place: Place) -> Option<Rc<Node>> {
        if self.all.is_empty() {
            return None;
        }
        let mut fields = Fields::default();
        self.all.into_iter().for_each(|(name, _, node)| fields.put(&name, node));
        Some(fields.into_node(place))
    }
}

/// The template that stands for a variable.
pub(super) fn reference(name: &str) -> String {
    format!("{{{{ {name} }}}}")
}

/// A text as the name of a variable: upper case, with underscores for what names cannot have.
pub(super) fn variable_name(text: &str) -> String {
    let mut name: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        name.insert(0, '_');
    }
    name
}

/// A duration as Go writes it (`1m30s`, `1.5s`, `100ns`): its native text, and how long it is.
pub(super) fn go_duration(text: &str) -> Option<(String, Duration)> {
    let text = text.trim();
    let text = text.strip_prefix('+').unwrap_or(text);
    if text == "0" {
        return Some(("0s".to_owned(), Duration::ZERO));
    }
    // Micro in Greek and as the sign for units.
    let text = text.replace("\u{3bc}s", "us").replace("\u{b5}s", "us");
    let duration = duration::parse(&text).ok()?;
    // Words, spaces and days are not Go's.
    let is_go = text.chars().all(|c| c.is_ascii_digit() || ".hmsu".contains(c));
    is_go.then_some((text, duration))
}

/// A host and its port, as Go splits them: `host:port`, `[::1]:port`; without a port, the host alone.
pub(super) fn host_and_port(text: &str) -> (&str, Option<&str>) {
    if let Some(rest) = text.strip_prefix('[') {
        return match rest.split_once(']') {
            Some((host, "")) => (host, None),
            Some((host, port)) => (host, port.strip_prefix(':')),
            None => (text, None),
        };
    }
    match text.split_once(':') {
        Some((host, port)) if !port.contains(':') => (host, Some(port)),
        _ => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_split_as_go_does() {
        for (text, host, port) in [
            ("a.test:80", "a.test", Some("80")),
            ("a.test", "a.test", None),
            ("[::1]:80", "::1", Some("80")),
            ("[::1]", "::1", None),
            ("::1", "::1", None),
            ("a.test:", "a.test", Some("")),
            ("[::1", "[::1", None),
        ] {
            assert_eq!(host_and_port(text), (host, port), "{text}");
        }
    }

    #[test]
    fn durations_are_those_of_go() {
        for (text, native) in [
            ("5s", Some("5s")),
            ("1m30s", Some("1m30s")),
            ("1.5s", Some("1.5s")),
            ("10\u{b5}s", Some("10us")),
            ("0", Some("0s")),
            ("1d", None),
            ("5", None),
            ("5 s", None),
            ("-5s", None),
        ] {
            assert_eq!(go_duration(text).map(|(text, _)| text).as_deref(), native, "{text}");
        }
    }

    #[test]
    fn a_name_belongs_to_one_place() {
        let at = |line| Place { line, column: 1, length: 1 };
        let mut variables = Variables::default();
        assert_eq!(variables.secret("a-b_password", at(1), "x"), "{{ A_B_PASSWORD }}");
        assert_eq!(variables.secret("a-b_password", at(1), "x"), "{{ A_B_PASSWORD }}");
        assert_eq!(variables.secret("a_b_password", at(2), "y"), "{{ A_B_PASSWORD_2 }}");
        assert_eq!(variables.of_file("9", at(3), "x", true), "{{ _9 }}");
    }
}
