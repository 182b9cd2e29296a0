//! JSON Schema (drafts 6, 7 and 2020-12) within limits.
//!
//! A schema refers to itself only: nothing is fetched. Its validation is counted in steps, so that a schema that explodes on
//! a document is given up at the same point on every machine. `format` is an annotation, as the standard allows.

mod check; // the forms of keywords
mod compiled; // Compiled: a schema whose references lead into it
mod equal; // equality of JSON
mod refs; // references -> pointers into the schema
mod validate; // schema + document -> what is wrong

use crate::AssertionError;
use crate::error::Span;
use crate::json::{self, LongIntegers};
use crate::pattern::{Pattern, WORK_MAX};
pub(crate) use check::Note;
use compiled::{Compiled, DATA, Draft};
pub(crate) use equal::equal;
use faultfinder_taxonomy::BODY_BYTES_MAX;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
pub(crate) use validate::{Stop, Violations};

/// Longest schema, in bytes.
pub const SCHEMA_BYTES_MAX: usize = 256 << 10;
/// Most patterns of a schema.
const PATTERNS_MAX: usize = 200;

/// A schema that is ready to be used.
#[derive(Debug, Clone)]
pub(crate) struct JsonSchema(Arc<Compiled>);

impl JsonSchema {
    /// Compiles a schema that was written at a place.
    pub(crate) fn compile(text: &str, span: Span<'_>) -> Result<Self, AssertionError> {
        let bad = |message: String| AssertionError::new(span, format!("bad JSON Schema: {message}"));
        if text.len() > SCHEMA_BYTES_MAX {
            return Err(bad(format!("it has {} bytes, at most {SCHEMA_BYTES_MAX} are allowed", text.len())));
        }
        let (mut root, long) =
            json::parse(text.as_bytes()).map_err(|error| bad(format!("it is not JSON: {error}")))?;
        if !matches!(root, Value::Object(_) | Value::Bool(_)) {
            return Err(bad("it is neither an object nor a boolean".to_owned()));
        }
        let draft = draft(&root).map_err(bad)?;
        let notes = check::check(&root).map_err(bad)?;
        refs::resolve(&mut root, draft).map_err(bad)?;
        let mut patterns = HashMap::new();
        collect_patterns(&root, &mut patterns, span)?;
        let tracks = text.contains("unevaluated");
        Ok(Self(Arc::new(Compiled { root, draft, patterns, tracks, long, notes })))
    }

    /// What is wrong with a value, the first few things of it. `long` is how its long integers were written, `work` how many
    /// steps are left.
    pub(crate) fn violations(
        &self,
        value: &Value,
        long: &LongIntegers,
        work: &mut u64,
    ) -> Result<Violations, Stop> {
        validate::validate(&self.0, (value, long), work)
    }

    /// What is probably not meant.
    pub(crate) fn notes(&self) -> &[Note] {
        &self.0.notes
    }

    /// How many bytes the programs of its regular expressions have.
    pub(crate) fn program_bytes(&self) -> usize {
        self.0.patterns.values().map(Pattern::program_bytes).fold(0, usize::saturating_add)
    }

    /// How many steps it can take at the most.
    pub(crate) const fn work_max() -> u64 {
        WORK_MAX
    }
}

/// The version of the standard that a schema names; the latest if it names none.
fn draft(root: &Value) -> Result<Draft, String> {
    let Some(named) = root.get("$schema").and_then(Value::as_str) else { return Ok(Draft::Latest) };
    let named = named.trim_end_matches('#');
    match named.split_once("json-schema.org/").map(|(_, path)| path) {
        Some("draft-06/schema") => Ok(Draft::Six),
        Some("draft-07/schema") => Ok(Draft::Seven),
        Some("draft/2020-12/schema") => Ok(Draft::Latest),
        _ => Err(format!("`{named}` is not a supported version: use draft-06, draft-07 or draft/2020-12")),
    }
}

/// Compiles every pattern, once.
fn collect_patterns(
    schema: &Value,
    patterns: &mut HashMap<String, Pattern>,
    span: Span<'_>,
) -> Result<(), AssertionError> {
    let mut found: Vec<&str> = Vec::new();
    let mut waiting = vec![schema];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Object(members) => {
                found.extend(members.get("pattern").and_then(Value::as_str));
                if let Some(Value::Object(by_pattern)) = members.get("patternProperties") {
                    found.extend(by_pattern.keys().map(String::as_str));
                }
                let inside = members.iter().filter(|(name, _)| !DATA.contains(&name.as_str()));
                waiting.extend(inside.map(|(_, value)| value));
            }
            Value::Array(items) => waiting.extend(items),
            _ => {}
        }
    }
    for pattern in found {
        if patterns.len() >= PATTERNS_MAX {
            let message = format!("bad JSON Schema: it has more than {PATTERNS_MAX} patterns");
            return Err(AssertionError::new(span, message));
        }
        if !patterns.contains_key(pattern) {
            let compiled = Pattern::compile(pattern, span, false, BODY_BYTES_MAX)?;
            patterns.insert(pattern.to_owned(), compiled);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
