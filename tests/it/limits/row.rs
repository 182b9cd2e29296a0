//! A limit of definitions, and how definitions that reach it are written.

use std::path::Path;

/// Stands before the value that is reported.
const MARK: char = '§';

/// A limit of definitions.
pub(super) struct Row {
    pub(super) what: &'static str,
    /// The limit.
    pub(super) most: usize,
    /// A definition file that uses this much.
    text: Box<dyn Fn(usize) -> String>,
    /// The path of what is reported.
    pub(super) path: &'static str,
    /// What is said of this much.
    pub(super) message: Box<dyn Fn(usize) -> String>,
}

impl Row {
    pub(super) fn new(
        what: &'static str,
        most: usize,
        text: impl Fn(usize) -> String + 'static,
        path: &'static str,
        message: impl Fn(usize) -> String + 'static,
    ) -> Self {
        Self { what, most, text: Box::new(text), path, message: Box::new(message) }
    }

    /// The definition file, and the line and column of what is reported.
    pub(super) fn write(&self, path: &Path, much: usize) -> (u64, u64) {
        let text = (self.text)(much);
        let before = text.split_once(MARK).map_or("", |(before, _)| before);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|character| *character != '\n').count() + 1;
        std::fs::write(path, text.replace(MARK, "")).unwrap();
        (u64::try_from(line).unwrap(), u64::try_from(column).unwrap())
    }
}

/// A variable that is known when the test runs: what depends on it is not read before.
pub(super) const LATER: &str = "variables: {V: {env: FF_TEST_LIMITS}}\n";

/// This many items, with a mark before the first one over the limit.
pub(super) fn items(much: usize, most: usize, item: impl Fn(usize) -> String) -> String {
    let marked = |index| format!("{}{}", if index == most { "§" } else { "" }, item(index));
    (0..much).map(marked).collect::<Vec<_>>().join(", ")
}

/// An HTTP test with these fields.
pub(super) fn request(fields: &str) -> String {
    format!("name: a\nhttp: {{url: 'http://a.test/', {fields}}}\n")
}

/// The same in the list of a file, which may have variables.
pub(super) fn listed(fields: &str) -> String {
    format!("tests: [{{name: a, http: {{url: 'http://a.test/', {fields}}}}}]\n")
}

/// A list, in brackets, of which `item` makes each item.
pub(super) fn list(
    what: &'static str,
    most: usize,
    path: &'static str,
    expected: &'static str,
    item: impl Fn(usize) -> String + 'static,
    text: impl Fn(&str) -> String + 'static,
) -> Row {
    Row::new(
        what,
        most,
        move |much| text(&items(much, most, &item)),
        path,
        move |much| format!("expected {expected} of at most {most} items, found {much}"),
    )
}

/// A number of a range.
pub(super) fn number(
    what: &'static str,
    (least, most): (usize, usize),
    path: &'static str,
    text: impl Fn(&str) -> String + 'static,
) -> Row {
    Row::new(
        what,
        most,
        move |much| text(&format!("§{much}")),
        path,
        move |much| format!("expected a whole number from {least} to {most}, found `{much}`"),
    )
}
