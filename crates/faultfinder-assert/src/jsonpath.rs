//! JSONPath (RFC 9535) within limits, the classic dialect included.
//!
//! The library behind it has no budget of its own, and every result carries its path as text: a hostile document (a
//! member name of 100 kB above 100,000 elements) could make it fill gigabytes. So a query is compiled once, weighed
//! ([`weight`]), and refused for a document on which it could cost more than [`COST_MAX`].

mod dialect; // the classic dialect -> RFC 9535
mod length; // `.length` and `.length()` at the end of a query
mod near; // what there is instead of what a query did not find
mod path; // paths of results, as people write them
mod weight; // what a query can cost

use crate::AssertionError;
use crate::error::{Span, quoted};
use crate::json::{self, LongIntegers};
use crate::pattern::WORK_MAX;
use faultfinder_taxonomy::BODY_BYTES_MAX;
use jsonpath_rust::parser::errors::JsonPathError;
use jsonpath_rust::parser::model::JpQuery;
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;
use length::Length;
use pest::error::InputLocation;
use serde_json::Value;
use std::borrow::Cow;
use weight::Weight;

/// Longest query, in bytes.
pub const QUERY_BYTES_MAX: usize = 1024;
/// Most `..` of a query.
const DESCENTS_MAX: u32 = 2;
/// Deepest nesting of brackets in a query.
const NESTING_MAX: usize = 16;
/// What a query may cost on a document: an estimate of the bytes that its results can take.
const COST_MAX: u64 = 64 << 20;
/// How many steps of the worst case the library takes in the time of one of ours: it gives up its quick way late.
const STEPS_OF_LIBRARY: u64 = 4;
/// What it takes to parse a byte of a body and to go through what was found, in steps.
const STEPS_TO_PARSE: u64 = 8;
/// What a result takes in addition to its path, in bytes.
const RESULT_BYTES: u64 = 64;

/// A query that is ready to be used.
#[derive(Debug, Clone)]
pub(crate) struct JsonPath {
    written: String,
    query: JpQuery,
    length: Option<Length>,
    weight: Weight,
}

/// A value that a query found, and where.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found<'a> {
    pub(crate) value: Cow<'a, Value>,
    pub(crate) path: String,
}

/// A parsed body, and what its results would cost.
#[derive(Debug)]
pub(crate) struct Document {
    value: Value,
    long: LongIntegers,
    /// Bytes of the paths of all nodes, with what each result takes in addition.
    paths_bytes: u64,
    depth: u64,
    /// How many values it has, those inside of others included.
    nodes: u64,
    bytes: u64,
}

impl JsonPath {
    /// Compiles a query as it was written.
    pub(crate) fn compile(written: &str, span: Span<'_>) -> Result<Self, AssertionError> {
        if written.len() > QUERY_BYTES_MAX {
            let message =
                format!("the JSONPath has {} bytes; at most {QUERY_BYTES_MAX} are allowed", written.len());
            return Err(AssertionError::new(span, message));
        }
        if dialect::nesting(written) > NESTING_MAX {
            let message = format!("the JSONPath nests brackets more than {NESTING_MAX} deep");
            return Err(AssertionError::new(span, message));
        }
        if let Some(at) = dialect::unclosed(written) {
            let place = if span.text == written { span.part(at, 1) } else { span };
            let error = AssertionError::new(place, "bad JSONPath: this bracket is never closed");
            return Err(error.expected("`]` or `)` where it ends"));
        }
        let (text, length) = dialect::translate(written);
        let query = parse_json_path(&text).map_err(|error| bad_query(&error, &text, written, span))?;
        let weight = Weight::of(&query).map_err(|reason| AssertionError::new(span, reason))?;
        if weight.descents > DESCENTS_MAX {
            let message =
                format!("the JSONPath has {} `..`; at most {DESCENTS_MAX} are allowed", weight.descents);
            return Err(AssertionError::new(span, message));
        }
        Ok(Self { written: written.to_owned(), query, length, weight })
    }

    pub(crate) fn as_written(&self) -> &str {
        &self.written
    }

    /// Whether it leads to one place at the most.
    pub(crate) const fn is_singular(&self) -> bool {
        self.weight.singular
    }

    /// What the query finds; nothing is an answer too.
    pub(crate) fn select<'a>(&self, document: &'a Document) -> Result<Vec<Found<'a>>, String> {
        if !self.weight.singular && self.cost(document) > COST_MAX || self.work(document) > WORK_MAX {
            return Err("the body is too large for this JSONPath".to_owned());
        }
        let results = js_path_process(&self.query, &document.value).map_err(|error| error.to_string())?;
        let found = results.into_iter().filter_map(|result| {
            let value = match self.length {
                None => Some(Cow::Borrowed(result.val)),
                Some(length) => length.of(result.val).map(Cow::Owned),
            };
            Some(Found { value: value?, path: path::short(&result.path) })
        });
        Ok(found.collect())
    }

    /// What there is where the query found nothing, for messages.
    pub(crate) fn near(&self, document: &Document) -> Option<String> {
        near::near(&self.query.segments, &document.value)
    }

    /// How many steps its patterns can take at the most.
    fn work(&self, document: &Document) -> u64 {
        self.work_on(document.nodes, document.bytes)
    }

    /// How many steps it can take at the most on a body of so many bytes, parsing included.
    pub(crate) fn work_max(&self, bytes: u64) -> u64 {
        // No value is shorter than a digit and the comma behind it.
        let patterns = self.work_on(bytes / 2, bytes).min(WORK_MAX);
        bytes.saturating_mul(STEPS_TO_PARSE).saturating_add(patterns)
    }

    fn work_on(&self, nodes: u64, bytes: u64) -> u64 {
        let compiling = self.weight.compiling.saturating_mul(nodes);
        let searching = self.weight.searching.saturating_mul(bytes) / STEPS_OF_LIBRARY;
        compiling.saturating_add(searching)
    }

    /// How many bytes the results can take at the most, in any of the query's steps.
    fn cost(&self, document: &Document) -> u64 {
        let repeated = document.depth.saturating_pow(self.weight.descents.saturating_sub(1));
        document.paths_bytes.saturating_mul(repeated).saturating_mul(self.weight.factor)
    }
}

impl Document {
    /// Parses a body. Its nesting is limited to 128 by the parser.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, String> {
        if body.len() > BODY_BYTES_MAX {
            return Err(format!("body has more than {BODY_BYTES_MAX} bytes"));
        }
        if body.iter().all(u8::is_ascii_whitespace) {
            return Err("body is empty, not JSON".to_owned());
        }
        let (value, long) = json::parse(body).map_err(|bad| match bad {
            json::Bad::Json(error) => format!("body is not JSON{}: {error}", instead(body)),
            json::Bad::TooLarge => format!("the body is too large as JSON: {bad}"),
        })?;
        let bytes = u64::try_from(body.len()).unwrap_or(u64::MAX);
        let mut document = Self { value: Value::Null, long, paths_bytes: 0, depth: 0, nodes: 0, bytes };
        document.measure(&value, 1, 1);
        document.value = value;
        Ok(document)
    }

    /// The body.
    pub(crate) const fn value(&self) -> &Value {
        &self.value
    }

    /// How its long integers were written.
    pub(crate) const fn long(&self) -> &LongIntegers {
        &self.long
    }

    /// Adds up the values and the length of their paths, and finds the deepest.
    fn measure(&mut self, value: &Value, path: u64, level: u64) {
        self.paths_bytes = self.paths_bytes.saturating_add(path + RESULT_BYTES);
        self.nodes = self.nodes.saturating_add(1);
        self.depth = level.max(self.depth);
        match value {
            Value::Array(items) => {
                for item in items {
                    self.measure(item, path + 5, level + 1);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    let name = u64::try_from(name.len()).unwrap_or(u64::MAX);
                    self.measure(member, path.saturating_add(name + 4), level + 1);
                }
            }
            _ => {}
        }
    }
}

/// What a body is instead of JSON, if its beginning shows that.
fn instead(body: &[u8]) -> &'static str {
    let begin = body.trim_ascii_start();
    match begin.get(..5).unwrap_or(begin).to_ascii_lowercase().as_slice() {
        [0x1f, 0x8b, ..] => " but gzip data without a content-encoding",
        b"<!doc" | b"<html" => " but HTML",
        b"<?xml" => " but XML",
        _ => "",
    }
}

/// Where the grammar stopped in what the library was given; nothing for an error of another kind.
fn place_of(error: &JsonPathError) -> Option<usize> {
    match error {
        JsonPathError::PestError(report) => Some(match report.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
        }),
        _ => None,
    }
}

fn bad_query(error: &JsonPathError, text: &str, written: &str, span: Span<'_>) -> AssertionError {
    let error = match place_of(error).map(|at| (at, text.get(at..).unwrap_or_default())) {
        Some((_, "")) => AssertionError::new(span, "bad JSONPath: it ends too early"),
        Some((at, found)) => {
            // The place can be shown only in what was written, and when nothing was translated before it.
            let place =
                if text == written && span.text == written { span.part(at, found.len()) } else { span };
            AssertionError::new(place, format!("bad JSONPath: unexpected {}", quoted(found)))
        }
        None => {
            let reason = error.to_string();
            let reason = reason.lines().next().unwrap_or_default();
            AssertionError::new(span, format!("bad JSONPath: {reason}"))
        }
    };
    let hyphen =
        text.split(['.', '[']).any(|name| name.contains('-') && !name.contains(['\'', '"', ']', ' ']));
    if written.contains(".[") && !written.contains("..[") {
        return error.expected(format!("no dot in front of a bracket: {}", written.replace(".[", "[")));
    }
    if hyphen {
        error.expected("names with other characters than letters and digits in quotes: $['content-type']")
    } else {
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Piece;

    fn compile(query: &str) -> Result<JsonPath, AssertionError> {
        JsonPath::compile(query, Span::whole(Piece::Line, query))
    }

    #[track_caller]
    fn selects(query: &str, expected: &str) {
        let body = br#"{"a":{"b":[1,2,3],"length":"long"},"t":"h\u00e4","length":7,
            "items":[{"id":1,"tags":["x","y"]},{"id":2,"tags":[]},{"id":3}]}"#;
        let document = Document::parse(body).unwrap();
        let found =
            compile(query).unwrap_or_else(|error| panic!("{query}: {error}")).select(&document).unwrap();
        let values = found.into_iter().map(|found| found.value.into_owned()).collect();
        assert_eq!(Value::Array(values).to_string(), expected, "{query}");
    }

    #[test]
    fn queries_of_the_classic_dialect_are_understood() {
        selects("$.a.b[1]", "[2]");
        selects("a.b[1]", "[2]");
        selects(".a.b[1]", "[2]");
        selects("['a'].b[-1]", "[3]");
        selects("$.a.b.length", "[3]");
        selects("$.a.b.length()", "[3]");
        selects("$.t.length", "[2]");
        selects("$.a.length", "[\"long\"]");
        selects("$.a.length()", "[2]");
        selects("$.length", "[7]");
        selects("$.a.b[(@.length-1)]", "[3]");
        selects("$.items[?(@.tags.length === 2)].id", "[1]");
        selects("$.items[?(@.tags.length() >= 0 && @.id !== 1)].id", "[2]");
        selects("$..id", "[1,2,3]");
        selects("$.items[?(@.id == 3)].id", "[3]");
        selects("$.items[?(@.none === '@.length')].id", "[]");
        selects("$.none", "[]");
    }

    #[test]
    fn the_length_of_a_root_array_is_asked_for_like_any_other() {
        let list = Document::parse(b"[1,2]").unwrap();
        for query in ["$.length", "$.length()", "length"] {
            let found = compile(query).unwrap().select(&list).unwrap();
            assert_eq!(
                found.first().map(|found| found.value.clone().into_owned()),
                Some(Value::from(2)),
                "{query}"
            );
        }
    }

    #[test]
    fn results_have_paths_and_what_is_missing_has_neighbors() {
        let body = br#"{"data":{"items":[{"status":"UP"},{"a b":1}]},"staus":1}"#;
        let document = Document::parse(body).unwrap();
        let paths = |query: &str| {
            let found = compile(query).unwrap().select(&document).unwrap();
            found.into_iter().map(|found| found.path).collect::<Vec<_>>()
        };
        assert_eq!(paths("$.data.items[*].status"), ["$.data.items[0].status"]);
        assert_eq!(paths("$.data.items[1].*"), ["$.data.items[1]['a b']"]);
        for (query, near) in [
            ("$.status", "did you mean `$.staus`? `$` has data, staus"),
            ("$.data.itmes[0]", "did you mean `$.data.items`? `$.data` has items"),
            ("$.data.items[7].status", "`$.data.items` is a list of 2"),
            ("$.data.items[0].status.x", "`$.data.items[0].status` is a text, without members"),
            ("$.none.of[*].this", "`$` has data, staus"),
        ] {
            assert_eq!(compile(query).unwrap().near(&document).as_deref(), Some(near), "{query}");
        }
        assert_eq!(compile("$..x").unwrap().near(&document), None);
    }

    #[test]
    fn queries_beyond_the_limits_are_refused() {
        for (query, message) in [
            ("$..a..b..c", "the JSONPath has 3 `..`; at most 2 are allowed"),
            ("$.a[?($..b == 1)]", ""),
            (
                "$.a[?($..b)]",
                "a query from `$` inside a filter must lead to one place: names and indexes only",
            ),
            ("$.a[?match(@.b, @.c)]", "the pattern of `match` and `search` must be a text in quotes"),
            ("$.a[?match(@.b, '(')]", "bad regular expression: unclosed group"),
            ("$[*,*,*,*,*][*,*,*,*,*]", "the JSONPath selects the same values more than 16 times"),
        ] {
            let error = compile(query).unwrap_err();
            assert!(error.message.starts_with(message), "{query}: {}", error.message);
        }
        assert!(compile(&format!("$.{}", "a".repeat(QUERY_BYTES_MAX - 2))).is_ok());
        let error = compile(&format!("$.{}", "a".repeat(QUERY_BYTES_MAX - 1))).unwrap_err();
        assert_eq!(error.message, "the JSONPath has 1025 bytes; at most 1024 are allowed");
        let nested = format!("$[?{}@.a{}]", "(".repeat(NESTING_MAX), ")".repeat(NESTING_MAX));
        assert_eq!(compile(&nested).unwrap_err().message, "the JSONPath nests brackets more than 16 deep");
    }

    #[test]
    fn a_mistake_is_pointed_at() {
        let error = compile("$.a[?(@.b == )]").unwrap_err();
        assert_eq!((error.message.as_str(), error.offset), ("bad JSONPath: unexpected `)]`", 13));
        let error = compile("$.a.").unwrap_err();
        assert_eq!((error.message.as_str(), error.offset), ("bad JSONPath: it ends too early", 0));
        let error = compile("$.items[0 is 1").unwrap_err();
        assert_eq!((error.message.as_str(), error.offset), ("bad JSONPath: this bracket is never closed", 7));
        let error = compile("$.items.[*].id").unwrap_err();
        assert_eq!(error.offset, 8);
        assert_eq!(error.expected.as_deref(), Some("no dot in front of a bracket: $.items[*].id"));
        let error = compile("$.content-type").unwrap_err();
        assert!(error.expected.unwrap().contains("$['content-type']"));
    }

    #[test]
    fn a_document_whose_paths_would_fill_the_memory_is_refused() {
        let body = format!("{{\"{}\":[{}1]}}", "k".repeat(100_000), "1,".repeat(100_000));
        let document = Document::parse(body.as_bytes()).unwrap();
        assert_eq!(
            compile("$..*").unwrap().select(&document),
            Err("the body is too large for this JSONPath".to_owned())
        );
        assert_eq!(compile("$.x").unwrap().select(&document), Ok(Vec::new()));
    }
}
