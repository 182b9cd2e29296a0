//! Nodes as the text of a native file.

use crate::Place;
use crate::yaml::{Kind, Node, Scalar};
use std::rc::Rc;

/// Texts that YAML 1.1 or 1.2 readers take for something else when they are not in quotes.
const WORDS: &[&str] = &["true", "false", "null", "yes", "no", "on", "off", "y", "n", "~"];

/// Longest key that can be written without a mark before it (YAML 1.2.2 section 7.4.2 has 1,024 with what is around it).
const KEY_CHARS_MAX: usize = 1_000;

/// Longest text in one line; longer ones with line ends are written as blocks.
const LINE_CHARS_MAX: usize = 60;

/// A file as YAML. Each remark is a comment before the test that it is about: the last one that begins where it is or before;
/// those before all tests are at the top. They are in the order of their places.
pub(super) fn text(root: &Node, remarks: &[(Place, String)]) -> String {
    let mut writer = Writer { text: String::new(), remarks };
    let starts: &[_] = match root.get("tests").map(|tests| &tests.kind) {
        Some(Kind::Sequence(tests)) => tests,
        _ => &[],
    };
    let first = starts.first().map(|test| test.place);
    writer.remarks_before(first, 0);
    let Kind::Mapping(entries) = &root.kind else { return writer.text };
    for (key, value) in entries {
        let name = key.scalar().map_or("", |key| key.text.as_str());
        if name != "tests" {
            writer.entry(key, value, 0);
            continue;
        }
        writer.text.push_str("tests:\n");
        for (test, next) in starts.iter().zip(next_places(starts)) {
            writer.remarks_before(next, 1);
            writer.item(test, 1);
        }
    }
    writer.text
}

/// For each test, where the next one begins that is elsewhere: several tests can be made of the same place, and the first of
/// them gets its remarks.
fn next_places(starts: &[Rc<Node>]) -> Vec<Option<Place>> {
    let mut places: Vec<Option<Place>> = Vec::with_capacity(starts.len());
    let mut after: Option<(Place, Option<Place>)> = None;
    for test in starts.iter().rev() {
        let next = match after {
            Some((place, next)) if place == test.place => next,
            Some((place, _)) => Some(place),
            None => None,
        };
        after = Some((test.place, next));
        places.push(next);
    }
    places.reverse();
    places
}

struct Writer<'r> {
    text: String,
    /// Those that are not written yet.
    remarks: &'r [(Place, String)],
}

impl Writer<'_> {
    /// Writes the remarks on what is before a place.
    fn remarks_before(&mut self, end: Option<Place>, depth: usize) {
        let count = end.map_or(self.remarks.len(), |end| {
            let is_before = |place: &Place| (place.line, place.column) < (end.line, end.column);
            self.remarks.iter().take_while(|(place, _)| is_before(place)).count()
        });
        let (now, later) = self.remarks.split_at_checked(count).unwrap_or((self.remarks, &[]));
        self.remarks = later;
        let mut last = None;
        for (_, remark) in now {
            if last == Some(remark) {
                continue;
            }
            last = Some(remark);
            for line in remark.lines() {
                self.indent(depth);
                self.text.push_str(&format!("# {}\n", line.trim_end()));
            }
        }
    }

    fn indent(&mut self, depth: usize) {
        self.text.push_str(&"  ".repeat(depth));
    }

    fn entry(&mut self, key: &Node, value: &Node, depth: usize) {
        self.indent(depth);
        self.key_and_value(key, value, depth);
    }

    fn key_and_value(&mut self, key: &Node, value: &Node, depth: usize) {
        if let Kind::Scalar(key) = &key.kind {
            let key = in_line(key);
            if key.chars().count() > KEY_CHARS_MAX {
                self.text.push_str(&format!("? {key}\n"));
                self.indent(depth);
            } else {
                self.text.push_str(&key);
            }
        }
        self.text.push(':');
        match &value.kind {
            Kind::Mapping(entries) if !entries.is_empty() => {
                self.text.push('\n');
                entries.iter().for_each(|(key, value)| self.entry(key, value, depth + 1));
            }
            _ => self.value(value, depth),
        }
    }

    /// A value behind its key or dash; a mapping begins differently behind each of them.
    fn value(&mut self, value: &Node, depth: usize) {
        match &value.kind {
            Kind::Scalar(scalar) => self.scalar(scalar, depth + 1),
            Kind::Sequence(items) if items.is_empty() => self.text.push_str(" []\n"),
            Kind::Sequence(items) => {
                self.text.push('\n');
                items.iter().for_each(|item| self.item(item, depth + 1));
            }
            Kind::Mapping(_) => self.text.push_str(" {}\n"),
        }
    }

    fn item(&mut self, item: &Node, depth: usize) {
        self.indent(depth);
        self.text.push('-');
        match &item.kind {
            Kind::Mapping(entries) if !entries.is_empty() => {
                self.text.push(' ');
                for (index, (key, value)) in entries.iter().enumerate() {
                    if index > 0 {
                        self.indent(depth + 1);
                    }
                    self.key_and_value(key, value, depth + 1);
                }
            }
            _ => self.value(item, depth),
        }
    }

    /// A scalar behind its key or dash; `depth` is that of its lines, if it has several.
    fn scalar(&mut self, scalar: &Scalar, depth: usize) {
        let Some((header, body)) = as_block(scalar) else {
            self.text.push_str(&format!(" {}\n", in_line(scalar)));
            return;
        };
        self.text.push_str(&format!(" {header}\n"));
        for line in body.split('\n') {
            if !line.is_empty() {
                self.indent(depth);
            }
            self.text.push_str(line);
            self.text.push('\n');
        }
    }
}

/// A text of several lines as a literal block (YAML 1.2.2 section 8.1.2), if one can hold it as it is.
fn as_block(scalar: &Scalar) -> Option<(&'static str, &str)> {
    let text = scalar.text.as_str();
    if scalar.plain || !text.contains('\n') || text.chars().count() <= LINE_CHARS_MAX {
        return None;
    }
    let (header, body) = match text.strip_suffix('\n') {
        Some(body) => ("|", body),
        None => ("|-", text),
    };
    // What begins or ends with space is kept by quotes only.
    let is_fit = !body.starts_with([' ', '\n', '\t'])
        && !body.ends_with('\n')
        && body.chars().all(|c| {
            c == '\n'
                || (!c.is_control() && c != '\u{feff}' && !matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}'))
        });
    is_fit.then_some((header, body))
}

/// A scalar in one line.
fn in_line(scalar: &Scalar) -> String {
    let text = &scalar.text;
    if scalar.plain || is_plain(text) {
        return text.clone();
    }
    let is_printable =
        |c: char| !c.is_control() && !matches!(c, '\u{feff}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    if text.chars().all(is_printable) {
        let has_apostrophes_only = text.contains('\'') && !text.contains(['"', '\\']);
        return if has_apostrophes_only {
            format!("\"{text}\"")
        } else {
            format!("'{}'", text.replace('\'', "''"))
        };
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if is_printable(c) => quoted.push(c),
            c => quoted.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether a text is the same without quotes, for every reader of YAML.
fn is_plain(text: &str) -> bool {
    let is_fit = |c: char| {
        c.is_alphanumeric()
            || matches!(c, ' ' | '_' | '-' | '.' | '/' | '$' | '(' | ')' | '+' | '=' | '<' | '>')
    };
    text.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '/')
        && !text.ends_with(' ')
        && text.chars().all(is_fit)
        && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::load;
    use proptest::prelude::*;
    use std::rc::Rc;

    proptest! {
        // Whatever a file holds, it is read back as it was.
        #[test]
        fn texts_are_read_back_as_they_were(text in "(?s).{0,80}", lines in prop::collection::vec("[ -~\t]{0,30}", 0..6)) {
            for text in [text, lines.join("\n"), format!("{}\n", lines.join("\n"))] {
                let scalar = Scalar { text: text.clone(), plain: false };
                let mut writer = Writer { text: "tests:\n  - name:".to_owned(), remarks: &[] };
                writer.scalar(&scalar, 3);
                let (root, flaws) = load(&writer.text).unwrap_or_else(|flaw| panic!("{flaw:?}: {}", writer.text));
                prop_assert!(flaws.is_empty());
                let root = root.unwrap();
                let Kind::Sequence(tests) = &root.get("tests").unwrap().kind else { unreachable!() };
                let Kind::Scalar(read) = &tests[0].get("name").unwrap().kind else { unreachable!() };
                prop_assert_eq!(&read.text, &text, "{}", writer.text);
                prop_assert!(!read.is_null(), "{}", writer.text);
            }
        }
    }

    #[test]
    fn keys_of_any_length_are_read_back() {
        for key in
            ["a b: c".to_owned(), "k".repeat(999), "k".repeat(2_000), "\u{1}".repeat(200), "é".repeat(1_001)]
        {
            let entry = |value: Kind| (Rc::new(scalar_node(&key)), Rc::new(Node::new(Place::START, value)));
            let inner =
                Kind::Mapping(vec![entry(Kind::Scalar(Scalar { text: "v".to_owned(), plain: false }))]);
            let test = Node::new(Place::START, Kind::Mapping(vec![entry(inner)]));
            let mut writer = Writer { text: "tests:\n".to_owned(), remarks: &[] };
            writer.item(&test, 1);
            let (root, _) = load(&writer.text).unwrap_or_else(|flaw| panic!("{flaw:?}: {}", writer.text));
            let Kind::Sequence(tests) = &root.as_ref().unwrap().get("tests").unwrap().kind else {
                unreachable!()
            };
            let read = tests[0]
                .get(&key)
                .and_then(|inner| inner.get(&key)?.scalar().map(|value| value.text.clone()));
            assert_eq!(read.as_deref(), Some("v"), "{}", writer.text);
        }
    }

    fn scalar_node(text: &str) -> Node {
        Node::new(Place::START, Kind::Scalar(Scalar { text: text.to_owned(), plain: false }))
    }

    #[test]
    fn remarks_stand_before_the_tests_that_they_are_about() {
        let (root, _) = load("version: 1\ntests:\n  - name: a\n    tcp: { host: h, port: 1 }\n  - name: b c\n    tcp: { host: 'true', port: '1' }\n").unwrap();
        let at = |line: u32| Place { line, column: 9, length: 1 };
        let remarks =
            [(at(1), "of the file".to_owned()), (at(4), "of a".to_owned()), (at(6), "of b".to_owned())];
        assert_eq!(
            text(&root.unwrap(), &remarks),
            "# of the file\nversion: 1\ntests:\n  # of a\n  - name: a\n    tcp:\n      host: h\n      port: 1\n  # of b\n  - name: b c\n    tcp:\n      host: 'true'\n      port: '1'\n"
        );
    }
}
