//! What can be asserted, as a list: for editors a JSON Schema of lines, for people the table in `docs/assertions.md`.
//!
//! Both are made from one row per subject. Which operators go with a subject, and what can be in front of it and behind
//! it, is asked of the reader of lines itself, so that the list cannot say anything else.

mod rows; // a row per subject

use crate::cursor::Cursor;
use crate::error::Piece;
use crate::operator::{self, Operator};
use crate::subject::{self, Reading};
use rows::{ROWS, Row};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What stands for a part of a subject: its pattern, and a text that has it.
const PARTS: &[(&str, &str, &str)] = &[
    ("NAME", "[!#$%&'*+.^_`|~0-9A-Za-z-]+", "x"),
    ("QUERY", ".+?", "a"),
    ("N", "[0-9]+", "1"),
    ("TYPE", "[A-Za-z0-9]+", "A"),
    ("SECTION", "(?:answer|authority|additional)(?: +section)?", "answer"),
];

/// What may be in front of a subject, each in every line or only where the subject takes it.
const QUANTIFIERS: &[&str] = &["some", "every", "first"];

/// What may be behind a subject.
const ASPECTS: &[&str] = &["count", "length", "size", "as text"];

/// A JSON Schema (draft 2020-12) of an assertion in one line: an alternative for each subject, with what it is and examples, for
/// lines with templates, and for groups. A line that does not fit is not an assertion; whether a value fits its subject only
/// [`parse()`](crate::parse()) says.
#[must_use]
pub fn line_schema() -> Value {
    let mut forms: Vec<Value> = ROWS.iter().map(row_schema).collect();
    forms.push(json!({ "description": "A line with templates", "pattern": "\\{\\{" }));
    forms.push(json!({
        "description": "Several assertions: any, all or none of them must hold",
        "pattern": "^\\s*(?:warn:\\s*)?(?:not\\s+)?(?:any|all|none):\\s*\\S",
        "examples": ["any: status is 200 or status is 304"],
    }));
    json!({
        "description": "[warn:] [not] SUBJECT OPERATOR VALUE [UNIT]",
        "type": "string",
        "anyOf": forms,
    })
}

/// The subjects as a Markdown table, for `docs/assertions.md`.
#[must_use]
pub fn subject_reference() -> String {
    let mut text = "| subject | value | operators |\n| --- | --- | --- |\n".to_owned();
    for Row { forms, value, operators, .. } in ROWS {
        let forms: Vec<String> = forms.iter().map(|form| format!("`{form}`")).collect();
        text.push_str(&format!("| {} | {value} | {operators} |\n", forms.join(" ")));
    }
    text
}

fn row_schema(row: &Row) -> Value {
    // Subjects that are compared alike stand together: patterns stay short.
    let mut alike: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (subject, comparison) in row.forms.iter().flat_map(|form| patterns(form)) {
        alike.entry(comparison).or_default().push(subject);
    }
    let forms: Vec<String> = alike
        .into_iter()
        .map(|(comparison, subjects)| format!("(?:{}){comparison}", subjects.join("|")))
        .collect();
    json!({
        "description": format!("{}; {}", row.value, row.operators).replace('`', ""),
        "pattern": format!("^\\s*(?:warn:\\s*)?(?:not\\s+)?(?:{})", forms.join("|")),
        "examples": row.examples,
    })
}

/// The patterns of a subject and of what it is compared with: as it is, and with each aspect that it has.
fn patterns(form: &str) -> Vec<(String, String)> {
    let words: Vec<&str> = form.split(' ').collect();
    let sample = sample(&words);
    let read = |text: &str| {
        let mut cursor = Cursor::new(Piece::Subject, text);
        let reading = subject::read(&mut cursor).ok()?;
        cursor.rest().text.is_empty().then_some(reading)
    };
    let quantified = QUANTIFIERS.iter().all(|word| read(&format!("{word} {sample}")).is_some());
    let before = if quantified { format!("(?:(?:{})\\s+)?", QUANTIFIERS.join("|")) } else { String::new() };
    let words: Vec<String> = words.iter().map(|word| pattern_of(word)).collect();
    let subject = format!("{before}{}", words.join("\\s+"));
    let mut patterns: Vec<(String, String)> =
        read(&sample).map(|reading| (subject.clone(), comparison(&reading))).into_iter().collect();
    for aspect in ASPECTS {
        if let Some(reading) = read(&format!("{sample} {aspect}")) {
            let aspect = aspect.replace(' ', "\\s+");
            patterns.push((format!("{subject}\\s+{aspect}"), comparison(&reading)));
        }
    }
    patterns
}

/// The pattern of the operators that go with a subject, and of what must follow them.
fn comparison(reading: &Reading) -> String {
    let fits = |of: Operator| reading.accepts(of);
    let spelled = |is_wanted: fn(Operator) -> bool| {
        let phrases = operator::phrases().filter(|(_, of)| is_wanted(*of) && fits(*of));
        phrases.map(|(phrase, _)| phrase.replace(' ', "\\s+")).collect::<Vec<_>>().join("|")
    };
    let exists = spelled(|of| of == Operator::Exists);
    let valued = spelled(|of| of != Operator::Exists);
    let mut forms = vec![format!("\\s+(?:{exists})\\s*$")];
    if !valued.is_empty() {
        forms.push(format!("\\s+(?:{valued})\\s+\\S"));
    }
    let signs: Vec<&str> = operator::signs().filter(|(_, of)| fits(*of)).map(|(sign, _)| sign).collect();
    if !signs.is_empty() {
        forms.push(format!("\\s*(?:{})\\s*\\S", signs.join("|")));
    }
    format!("(?:{})", forms.join("|"))
}

/// A subject that has this form.
fn sample(words: &[&str]) -> String {
    let is_json = words.first() == Some(&"jsonpath");
    let mut text = Vec::new();
    for word in words {
        text.push(match PARTS.iter().find(|(part, ..)| part == word) {
            Some(("QUERY", ..)) if is_json => "$.a",
            Some((_, _, sample)) => sample,
            None => word,
        });
    }
    text.join(" ")
}

fn pattern_of(word: &str) -> String {
    PARTS.iter().find(|(part, ..)| *part == word).map_or(word, |(_, pattern, _)| pattern).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;
    use crate::subject::phase_word;
    use faultfinder_taxonomy::Phase;

    #[test]
    fn every_form_is_a_subject_and_every_example_an_assertion() {
        for row in ROWS {
            for form in row.forms {
                assert!(!patterns(form).is_empty(), "{form}");
            }
            for example in row.examples {
                parse(example).unwrap_or_else(|error| panic!("{example}: {error}"));
            }
        }
    }

    #[test]
    fn every_subject_has_a_row() {
        let first = |form: &&str| form.split(' ').find(|word| *word != "TYPE").map(str::to_owned);
        let known: Vec<String> = ROWS.iter().flat_map(|row| row.forms).filter_map(first).collect();
        for word in subject::WORDS.iter().filter(|word| !QUANTIFIERS.contains(word)) {
            assert!(known.iter().any(|known| known == word), "{word}");
        }
        for phase in Phase::ALL {
            let word = phase_word(phase);
            let is_subject = parse(&format!("{word} < 1 s")).is_ok();
            assert_eq!(known.iter().any(|known| known == word), is_subject, "{word}");
        }
    }
}
