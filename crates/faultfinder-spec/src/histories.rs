//! Histories of results, with the notices that must come of them: tests of alerts.

use crate::alert::{self, AlertRule};
use crate::fields::{FieldSpec, Shape, Table};
use crate::mapping::Mapping;
use crate::reader::Reader;
use crate::source::Source;
use crate::value::{BadValue, Every, FormatVersion, FromText, ValueKind, parse_word};
use crate::yaml::{Kind, Node};
use crate::{Diagnostic, Place, Spanned, duration, parsed};
use faultfinder_taxonomy::Code;
use faultfinder_taxonomy::word::{Happening, HistoryResult, Word as _, nearest};
use std::time::Duration;

/// Most histories of a file.
pub const HISTORIES_MAX: usize = 10_000;

/// Most locations of a history, and most entries of each of its lists.
const LOCATIONS_MAX: usize = 100;
const ENTRIES_MAX: usize = 1_000;

/// The fields of a file.
const FILE: Table = Table::new(
    "the file",
    &[&[
        FieldSpec::new("version", Shape::of::<FormatVersion>(), "version of the format: 1").literal(),
        FieldSpec::new(
            "histories",
            Shape::Tables(&HISTORY, HISTORIES_MAX),
            "what happens, and what must come of it",
        )
        .required(),
    ]],
);

/// The fields of a history.
const HISTORY: Table = Table::new(
    "a history",
    &[&[
        FieldSpec::new("name", Shape::Text, "what it shows").literal().required(),
        FieldSpec::new("every", Shape::of::<Every>(), "the time from one result to the next (1m)").literal(),
        FieldSpec::new("alert", Shape::Table(&alert::ALERT), "the rule, as in a test"),
        FieldSpec::new("results", Shape::Json, "the results, or a mapping of locations to theirs").literal(),
        FieldSpec::new(
            "happens",
            Shape::TextList(ENTRIES_MAX),
            "what else happens, such as `5m maintenance`",
        )
        .literal(),
        FieldSpec::new(
            "begins",
            Shape::of::<Moment>(),
            "the moment that its times are counted from, for `maintenance` (1970-01-01T00:00:00Z)",
        )
        .literal(),
        FieldSpec::new("until", Shape::of::<Duration>(), "when it ends (with the last result)").literal(),
        FieldSpec::new("expect", Shape::TextList(ENTRIES_MAX), "all notices, such as `2m alert down`")
            .literal()
            .required(),
    ]],
);

/// A moment, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Moment(i64);

impl FromText for Moment {
    const KIND: ValueKind = ValueKind::Text;

    fn expected() -> String {
        "a moment such as 2026-10-25T00:00:00Z".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let moment =
            text.parse::<jiff::Timestamp>().map_err(|_| BadValue::expected(&Self::expected(), text))?;
        Ok(Self(moment.as_millisecond()))
    }
}

/// A history of results, with the notices that must come of it.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: what a history says")]
pub struct History {
    /// What it shows.
    pub name: Spanned<String>,
    /// The time from one result to the next.
    pub every: Duration,
    /// The rule.
    pub alert: AlertRule,
    /// The results of each location.
    pub results: Vec<(String, Vec<Listed>)>,
    /// What else happens, and when.
    pub happens: Vec<Spanned<(Duration, Happening)>>,
    /// The moment that its times are counted from, in milliseconds since 1970.
    pub begins: i64,
    /// When it ends.
    pub until: Option<Duration>,
    /// The notices: when, and what is said of each, word by word.
    pub expect: Vec<Spanned<(Duration, Vec<String>)>>,
}

/// A result in a history.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: what a history says of a result")]
pub struct Listed {
    /// When, from the beginning of the history.
    pub at: Duration,
    /// How it ended.
    pub result: HistoryResult,
    /// The code of a failure.
    pub code: Option<Code>,
    /// Whether it is the result before it once more.
    pub is_repeated: bool,
}

/// The words for notices.
const NOTICES: [&str; 4] = ["alert", "change", "reminder", "recovery"];

/// Reads a file of histories.
///
/// # Errors
///
/// All that is wrong with it.
pub fn read_histories(source: &Source) -> Result<Vec<History>, Vec<Diagnostic>> {
    let mut reader = Reader::new(source);
    let mut histories = Vec::new();
    match parsed::root(&mut reader, source) {
        Some(root) => {
            if let Some(mapping) = Mapping::open(&mut reader, &root, &FILE) {
                let _ = mapping.read(&mut reader, "version", Reader::literal::<FormatVersion>);
                let list = mapping.read(&mut reader, "histories", |reader, node| {
                    reader.list(node, "a list of histories", HISTORIES_MAX, read)
                });
                histories = list.unwrap_or_default();
            }
        }
        None => {
            let diagnostic = reader.error(Place::START, "the file holds no histories");
            reader.report(diagnostic.with_help("write `histories:`, and below it a list of them"));
        }
    }
    let (found, ..) = reader.finish();
    if found.iter().any(Diagnostic::is_error) { Err(found) } else { Ok(histories) }
}

fn read(reader: &mut Reader<'_>, node: &Node) -> Option<History> {
    let mapping = Mapping::open(reader, node, &HISTORY)?;
    let every = mapping.read(reader, "every", Reader::literal::<Every>);
    let every = every.map_or(Duration::from_secs(60), |every| every.value.get());
    let name = mapping.read(reader, "name", Reader::literal_text);
    let alert = mapping.read(reader, "alert", alert::read_rule).unwrap_or_default();
    let results = mapping.read(reader, "results", |reader, node| read_results(reader, node, every));
    let happens = mapping.read(reader, "happens", |reader, node| {
        reader.list(node, "a list of what happens", ENTRIES_MAX, |reader, node| {
            let (at, words) = read_entry(reader, node, "5m maintenance")?;
            match parse_word::<Happening>(&words.join("_")) {
                Ok(happening) => Some(Spanned::new((at, happening), node.place)),
                Err(bad) => {
                    reader.bad_value(node.place, bad);
                    None
                }
            }
        })
    });
    let begins = mapping.read(reader, "begins", Reader::literal::<Moment>);
    let until = mapping.read(reader, "until", Reader::literal::<Duration>);
    let expect = mapping.read(reader, "expect", |reader, node| {
        reader.list(node, "a list of notices", ENTRIES_MAX, |reader, node| {
            let entry = read_entry(reader, node, "2m alert down")?;
            if let Some(first) = entry.1.first().filter(|first| !NOTICES.contains(&first.as_str())) {
                let mut diagnostic = reader.error(node.place, format!("`{first}` is not a notice"));
                diagnostic.label = nearest(first, NOTICES).map(|notice| format!("did you mean `{notice}`?"));
                reader.report(diagnostic.with_help("notices are alert, change, reminder and recovery"));
                return None;
            }
            Some(Spanned::new(entry, node.place))
        })
    });
    let (results, happens) = (results.unwrap_or_default(), happens.unwrap_or_default());
    if let Some(until) = &until {
        let of_results = results.iter().flat_map(|(_, series)| series).map(|listed| listed.at);
        let last = of_results.chain(happens.iter().map(|happening| happening.value.0)).max();
        if let Some(last) = last.filter(|last| until.value < *last) {
            let message = format!("the history ends before what happens at {}", duration::display(last));
            let diagnostic = reader.error(until.place, message);
            reader.report(diagnostic.with_help("let `until` be as late as the last result, or later"));
        }
    }
    Some(History {
        name: name?,
        every,
        alert,
        results,
        happens,
        begins: begins.map_or(0, |begins| begins.value.0),
        until: until.map(|until| until.value),
        expect: expect?,
    })
}

/// A moment and words: `2m alert down`.
fn read_entry(reader: &mut Reader<'_>, node: &Node, example: &str) -> Option<(Duration, Vec<String>)> {
    let text = reader.literal_text(node)?;
    let mut words = text.value.split_whitespace();
    let at = words.next().unwrap_or_default();
    let at = match at {
        "0" => Duration::ZERO,
        _ => match duration::parse(at) {
            Ok(at) => at,
            Err(bad) => {
                reader.bad_value(node.place, bad.help(format!("write when it is, and what: `{example}`")));
                return None;
            }
        },
    };
    let words: Vec<String> = words.map(str::to_owned).collect();
    if words.is_empty() {
        reader.unexpected(node, &format!("a time and what happens then, such as `{example}`"));
        return None;
    }
    Some((at, words))
}

fn read_results(reader: &mut Reader<'_>, node: &Node, every: Duration) -> Option<Vec<(String, Vec<Listed>)>> {
    match &node.kind {
        Kind::Scalar(_) => Some(vec![("local".to_owned(), read_series(reader, node, every)?)]),
        Kind::Mapping(entries) if entries.len() <= LOCATIONS_MAX => {
            let series = entries.iter().filter_map(|(key, node)| {
                let name = key.scalar().map(|key| key.text.clone()).unwrap_or_default();
                let series = reader.within(&name, |reader| read_series(reader, node, every));
                Some((name, series?))
            });
            Some(series.collect())
        }
        _ => {
            reader.unexpected(
                node,
                &format!("results, or a mapping of up to {LOCATIONS_MAX} locations to theirs"),
            );
            None
        }
    }
}

/// The results of a location: `pass fail(TIMEOUT) x3 _ warn fail@90s again`.
fn read_series(reader: &mut Reader<'_>, node: &Node, every: Duration) -> Option<Vec<Listed>> {
    let text = reader.literal_text(node)?;
    let mut series: Vec<Listed> = Vec::new();
    let mut slot: u32 = 0;
    // What an `x3` repeats.
    let mut latest: Option<Outcome> = None;
    for word in text.value.split_whitespace() {
        let outcome = read_word(word, latest);
        let (count, result, at, is_repeated) = match outcome {
            Ok(read) => read,
            Err(message) => {
                let diagnostic = reader.error(node.place, message).with_help(
                    "results are pass, fail, fail(CODE), warn, error, missed, and _ for none; `x3` after one makes three of it, \
                     `@90s` gives its time, and `again` repeats the same result",
                );
                reader.report(diagnostic);
                return None;
            }
        };
        if is_repeated {
            if let Some(before) = series.last().cloned() {
                series.push(Listed { is_repeated: true, ..before });
            }
            continue;
        }
        for _ in 0..count {
            if series.len() >= ENTRIES_MAX {
                reader.unexpected(node, &format!("at most {ENTRIES_MAX} results"));
                return None;
            }
            if let Some(known) = result.0 {
                let at = at.unwrap_or_else(|| every.saturating_mul(slot));
                series.push(Listed { at, result: known, code: result.1, is_repeated: false });
            }
            slot = slot.saturating_add(u32::from(at.is_none()));
        }
        latest = Some(result);
    }
    Some(series)
}

/// A result and its code; no result for `_`.
type Outcome = (Option<HistoryResult>, Option<Code>);

/// A word of a series: how often, what, when, and whether it is the one before it again.
fn read_word(word: &str, latest: Option<Outcome>) -> Result<(u32, Outcome, Option<Duration>, bool), String> {
    if word == "again" {
        return Ok((0, (None, None), None, true));
    }
    if let Some(count) = word.strip_prefix('x').and_then(|count| count.parse::<u32>().ok()) {
        let latest = latest.ok_or_else(|| format!("`{word}` repeats nothing: no result is before it"))?;
        return Ok((count.saturating_sub(1), latest, None, false));
    }
    let (word, at) = match word.split_once('@') {
        Some((word, at)) => (word, Some(duration::parse(at).map_err(|bad| bad.message)?)),
        None => (word, None),
    };
    if word == "_" {
        return Ok((1, (None, None), at, false));
    }
    let (name, code) = match word.split_once('(') {
        Some((name, code)) => (name, Some(code.strip_suffix(')').unwrap_or(code))),
        None => (word, None),
    };
    let known = HistoryResult::parse(name).map_err(|_| format!("`{word}` is not a result"))?;
    if code.is_some() && known != HistoryResult::Fail {
        return Err(format!("`{word}`: only `fail` has a code"));
    }
    let code = match code {
        Some(code) => {
            Some(Code::from_name(code).ok_or_else(|| format!("`{code}` is not a code of the taxonomy"))?)
        }
        None => None,
    };
    Ok((1, (Some(known), code), at, false))
}
