//! Evidence and observations, in rows that are read without JSON.

use super::text::{TEXT_CHARS_MAX, cut, name};
use faultfinder_taxonomy::Fact;

/// Most rows of a table.
const ROWS_MAX: usize = 200;
/// Longest text that is shown as it is, such as the beginning of a body, in characters.
const EXCERPT_CHARS_MAX: usize = 16_384;
/// Longest text of a line of its row; what is longer is a block.
const LINE_CHARS_MAX: usize = 160;

/// A fact with its name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FactRow {
    pub(super) name: String,
    /// As many lines as it is best read in.
    pub(super) lines: Vec<String>,
    /// Whether it is long, or has lines of its own.
    pub(super) is_block: bool,
}

impl FactRow {
    pub(super) fn new(name: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        let is_block = value.chars().nth(LINE_CHARS_MAX).is_some() || value.contains('\n');
        Self { name: words(name), lines: vec![cut(&value, TEXT_CHARS_MAX)], is_block }
    }
}

/// Named facts without those that say nothing, and without those that are shown elsewhere.
pub(super) fn rows<'a>(
    facts: impl IntoIterator<Item = (&'a str, &'a Fact)>,
    elsewhere: &[&str],
) -> Vec<FactRow> {
    let shown = facts.into_iter().filter(|(name, fact)| !is_empty(fact) && !elsewhere.contains(name));
    shown.take(ROWS_MAX).map(|(name, fact)| row(name, fact)).collect()
}

fn row(name: &str, fact: &Fact) -> FactRow {
    let lines = lines(fact);
    let is_block = lines.len() == 1
        && lines.iter().any(|line| line.chars().nth(LINE_CHARS_MAX).is_some() || line.contains('\n'));
    FactRow { name: words(name), lines, is_block }
}

/// A fact in as many lines as it is best read in.
fn lines(fact: &Fact) -> Vec<String> {
    match fact {
        Fact::List(facts) => facts.iter().take(ROWS_MAX).map(in_line).collect(),
        Fact::Map(facts) => {
            let shown = facts.iter().filter(|(_, fact)| !is_empty(fact)).take(ROWS_MAX);
            shown.map(|(name, fact)| format!("{}: {}", name_of(name), in_line(fact))).collect()
        }
        fact => vec![in_line(fact)],
    }
}

/// A fact on one line.
pub(super) fn in_line(fact: &Fact) -> String {
    match fact {
        Fact::Null => "nothing".to_owned(),
        Fact::Bool(value) => if *value { "yes" } else { "no" }.to_owned(),
        Fact::Integer(value) => value.to_string(),
        Fact::Number(value) => value.to_string(),
        Fact::Text(text) => cut(text, TEXT_CHARS_MAX),
        Fact::List(facts) => {
            let shown: Vec<String> = facts.iter().take(ROWS_MAX).map(in_line).collect();
            cut(&shown.join(", "), TEXT_CHARS_MAX)
        }
        Fact::Map(facts) => {
            let shown = facts.iter().filter(|(_, fact)| !is_empty(fact)).take(ROWS_MAX);
            let shown: Vec<String> =
                shown.map(|(name, fact)| format!("{} {}", name_of(name), in_line(fact))).collect();
            cut(&shown.join(", "), TEXT_CHARS_MAX)
        }
    }
}

/// A text as it is, such as the beginning of a body.
pub(super) fn excerpt(fact: Option<&Fact>) -> Option<String> {
    let text = fact?.as_str().filter(|text| !text.is_empty())?;
    Some(cut(text, EXCERPT_CHARS_MAX))
}

/// Whether there is nothing to show.
fn is_empty(fact: &Fact) -> bool {
    match fact {
        Fact::Null => true,
        Fact::Text(text) => text.is_empty(),
        Fact::List(facts) => facts.is_empty(),
        Fact::Map(facts) => facts.values().all(is_empty),
        Fact::Bool(_) | Fact::Integer(_) | Fact::Number(_) => false,
    }
}

fn name_of(text: &str) -> String {
    words(&name(text))
}

/// The name of a field as words.
fn words(text: &str) -> String {
    name(text).replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_shown_in_words_and_what_says_nothing_is_left_out() {
        let answers = Fact::List(vec![
            Fact::map([("name", "a.test".into()), ("ttl", 60.into())]),
            Fact::map([("name", "b.test".into()), ("none", Fact::Null)]),
        ]);
        let empty = Fact::Text(String::new());
        let long = Fact::Text("x".repeat(5_000));
        let body = Fact::from("elsewhere");
        let facts = [("final_answers", &answers), ("empty", &empty), ("long", &long), ("body", &body)];
        let rows = rows(facts, &["body"]);
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["final answers", "long"]);
        assert_eq!(rows[0].lines, ["name a.test, ttl 60", "name b.test"]);
        assert!(rows[1].is_block && rows[1].lines[0].chars().count() == TEXT_CHARS_MAX + 1);
    }
}
