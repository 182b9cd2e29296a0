//! What can be asserted, as a list: for editors a JSON Schema of lines, for people the table in `docs/assertions.md`.
//!
//! Both are made from one row per subject. The schema asks the reader of lines which operators go with a subject, and what can
//! be in front of it and behind it; a test holds what the table says of operators against the same.

mod rows; // a row per subject

use crate::assertion::JAVASCRIPT;
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

/// What may be in front of a subject that can have several values.
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

/// The words by which results name what an assertion that failed is about, each with what that is.
#[must_use]
pub fn subject_words() -> Vec<(&'static str, &'static str)> {
    let mut words: Vec<(&'static str, &'static str)> = Vec::new();
    for (form, value) in ROWS.iter().flat_map(|row| row.forms.iter().map(|form| (form, row.value))) {
        let parts: Vec<&str> = form.split(' ').collect();
        let Some(reading) = read(&sample(&parts)) else { continue };
        let keyword = reading.subject.keyword();
        if words.iter().all(|(known, _)| *known != keyword) {
            words.push((keyword, value));
        }
    }
    words.extend([
        ("any", "a group of assertions of which at least one must hold"),
        ("all", "a group of assertions that must all hold"),
        ("none", "a group of assertions of which none may hold"),
        (JAVASCRIPT, "an assertion in JavaScript"),
    ]);
    words
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

/// A subject, if all of the text is one.
fn read(text: &str) -> Option<Reading> {
    let mut cursor = Cursor::new(Piece::Subject, text);
    let reading = subject::read(&mut cursor).ok()?;
    cursor.rest().text.is_empty().then_some(reading)
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
    use std::collections::BTreeSet;

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

    /// The operators that a row lists: in backticks, or by the name of what has the same.
    fn listed(operators: &str) -> BTreeSet<&str> {
        // What is in brackets is values.
        let outside = operators.split('(').filter_map(|part| part.rsplit(')').next());
        let words: Vec<&str> = outside.flat_map(|part| part.split([' ', ',', ';', ':'])).collect();
        let mut found = BTreeSet::new();
        for (at, word) in words.iter().enumerate() {
            match *word {
                "text" => found.extend(["is", "contains", "matches"]),
                "`is`" => found.extend(["is"]),
                "`matches`" => found.extend(["matches"]),
                "`<`" => found.extend(["<"]),
                "`matches" if words.get(at + 1) == Some(&"schema`") => found.extend(["matches schema"]),
                "as" => {
                    let like = words.get(at + 1).map_or("", |word| word.trim_matches('`'));
                    let row = ROWS
                        .iter()
                        .find(|row| row.forms.iter().any(|form| form.split(' ').next() == Some(like)));
                    found.extend(listed(row.unwrap_or_else(|| panic!("no row of {like}")).operators));
                }
                _ => {}
            }
        }
        found
    }

    #[test]
    fn the_table_lists_the_operators_that_the_reader_accepts() {
        let all = [
            ("is", Operator::Is),
            ("contains", Operator::Contains),
            ("matches", Operator::Matches),
            ("<", Operator::Less),
            ("matches schema", Operator::MatchesSchema),
        ];
        for row in ROWS {
            let readings: Vec<Reading> = row
                .forms
                .iter()
                .filter_map(|form| read(&sample(&form.split(' ').collect::<Vec<_>>())))
                .collect();
            let accepted = all.iter().filter(|(_, of)| readings.iter().any(|reading| reading.accepts(*of)));
            let accepted: BTreeSet<&str> = accepted.map(|(word, _)| *word).collect();
            assert_eq!(listed(row.operators), accepted, "{:?}", row.forms);
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
