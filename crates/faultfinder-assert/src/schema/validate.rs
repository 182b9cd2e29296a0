//! Validates a document.

mod arrays; // keywords about lists
mod objects; // keywords about objects
mod scalars; // keywords about numbers and texts, and about any value

use super::compiled::{Compiled, Draft};
use crate::json::{LongIntegers, Rounded};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Most violations that are collected.
const VIOLATIONS_MAX: usize = 5;
/// How deep schemas may be in each other, of a document that is at most 127 deep: eight for each of its levels. Deeper ones
/// mostly refer to themselves without end; the stack of a thread must hold them.
const DEPTH_MAX: usize = 1024;

/// What is wrong with a document, each with its place: `$.id is missing`.
pub(crate) type Violations = Vec<String>;

/// Why a validation was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Its steps were used up.
    Unfinished,
    /// The schema refers to itself without end.
    Endless,
    /// Numbers are compared that are not known exactly.
    Rounded,
}

impl From<Rounded> for Stop {
    fn from(Rounded: Rounded) -> Self {
        Self::Rounded
    }
}

/// What it costs to copy a text, in steps.
fn bytes(text: &str) -> u64 {
    u64::try_from(text.len() / 16).unwrap_or(u64::MAX)
}

/// Takes steps off what is left.
pub(super) fn spend(work: &mut u64, steps: u64) -> Result<(), Stop> {
    *work = work.checked_sub(steps).ok_or(Stop::Unfinished)?;
    Ok(())
}

/// What is wrong with a document, the first few things of it.
pub(super) fn validate(
    schema: &Compiled,
    (document, long): (&Value, &LongIntegers),
    work: &mut u64,
) -> Result<Violations, Stop> {
    let mut run = Run { schema, long, work, violations: Some(Vec::new()), depth: 0, path: "$".to_owned() };
    run.schema(&schema.root, document)?;
    Ok(run.violations.unwrap_or_default())
}

/// One validation.
struct Run<'s, 'w> {
    schema: &'s Compiled,
    /// How the long integers of the document were written.
    long: &'w LongIntegers,
    work: &'w mut u64,
    /// Nothing while it only matters whether a value is valid.
    violations: Option<Violations>,
    depth: usize,
    /// Where the value is.
    path: String,
}

/// Whether a value is valid, and which of its members were looked at.
#[derive(Debug, Default)]
struct Verdict {
    is_valid: bool,
    /// Names of members.
    members: BTreeSet<String>,
    /// Indexes of items.
    items: BTreeSet<usize>,
}

impl Verdict {
    fn of(is_valid: bool) -> Self {
        Self { is_valid, ..Self::default() }
    }

    /// Takes over what another keyword looked at, if the value is valid by it. Each is a step.
    fn take(&mut self, other: Self, work: &mut u64) -> Result<(), Stop> {
        if other.is_valid {
            let count = other.members.len() + other.items.len();
            spend(work, u64::try_from(count).unwrap_or(u64::MAX))?;
            self.members.extend(other.members);
            self.items.extend(other.items);
        }
        Ok(())
    }
}

impl<'s> Run<'s, '_> {
    /// Validates a value, and notes what is wrong.
    fn schema(&mut self, schema: &'s Value, value: &Value) -> Result<Verdict, Stop> {
        spend(self.work, 1)?;
        let members = match schema {
            Value::Object(members) => members,
            Value::Bool(false) => {
                self.object(|| "must not be there".to_owned());
                return Ok(Verdict::of(false));
            }
            _ => return Ok(Verdict::of(true)),
        };
        if self.depth >= DEPTH_MAX {
            return Err(Stop::Endless);
        }
        self.depth += 1;
        let verdict = self.keywords(members, value);
        self.depth -= 1;
        verdict
    }

    fn keywords(&mut self, schema: &'s Map<String, Value>, value: &Value) -> Result<Verdict, Stop> {
        let mut verdict = Verdict::of(true);
        for keyword in ["$ref", "$dynamicRef", "$recursiveRef"] {
            let Some(Value::String(pointer)) = schema.get(keyword) else { continue };
            // Each name of the pointer is looked up, and copied.
            spend(self.work, bytes(pointer))?;
            let target = self.schema.root.pointer(pointer).unwrap_or(&Value::Bool(true));
            let found = self.schema(target, value)?;
            verdict.is_valid &= found.is_valid;
            verdict.take(found, self.work)?;
            if self.schema.draft != Draft::Latest && keyword == "$ref" {
                return Ok(verdict);
            }
        }
        verdict.is_valid &= self.scalars(schema, value)?;
        self.combinations(schema, value, &mut verdict)?;
        match value {
            Value::Object(members) => self.members(schema, value, members, &mut verdict)?,
            Value::Array(items) => self.items(schema, items, &mut verdict)?,
            _ => {}
        }
        Ok(verdict)
    }

    /// `allOf`, `anyOf`, `oneOf`, `not`, `if`.
    fn combinations(
        &mut self,
        schema: &'s Map<String, Value>,
        value: &Value,
        verdict: &mut Verdict,
    ) -> Result<(), Stop> {
        if let Some(Value::Array(schemas)) = schema.get("allOf") {
            for schema in schemas {
                let found = self.schema(schema, value)?;
                verdict.is_valid &= found.is_valid;
                verdict.take(found, self.work)?;
            }
        }
        for (keyword, is_one) in [("anyOf", false), ("oneOf", true)] {
            let Some(Value::Array(schemas)) = schema.get(keyword) else { continue };
            let mut count = 0_usize;
            for schema in schemas {
                let found = self.quietly(schema, value)?;
                count += usize::from(found.is_valid);
                verdict.take(found, self.work)?;
                // What other keywords look at has to be known.
                if found_enough(count, is_one) && !self.schema.tracks {
                    break;
                }
            }
            let fits = if is_one { count == 1 } else { count > 0 };
            self.judge(verdict, fits, || match (is_one, count) {
                (true, 2..) => format!("fits {count} of the alternatives of oneOf, not one"),
                _ => format!("fits none of the {} alternatives of {keyword}", schemas.len()),
            });
        }
        if let Some(schema) = schema.get("not") {
            let found = self.quietly(schema, value)?;
            self.judge(verdict, !found.is_valid, || "is what `not` excludes".to_owned());
        }
        if let Some(condition) = schema.get("if").filter(|_| self.schema.draft != Draft::Six) {
            let found = self.quietly(condition, value)?;
            let branch = if found.is_valid { "then" } else { "else" };
            verdict.take(found, self.work)?;
            if let Some(schema) = schema.get(branch) {
                let found = self.schema(schema, value)?;
                verdict.is_valid &= found.is_valid;
                verdict.take(found, self.work)?;
            }
        }
        Ok(())
    }

    /// Validates a value without noting what is wrong.
    fn quietly(&mut self, schema: &'s Value, value: &Value) -> Result<Verdict, Stop> {
        let noted = self.violations.take();
        let verdict = self.schema(schema, value);
        self.violations = noted;
        verdict
    }

    /// Validates a member or an item, whose place is behind that of the value.
    fn inside(&mut self, schema: &'s Value, value: &Value, segment: &str) -> Result<bool, Stop> {
        spend(self.work, bytes(segment))?;
        let length = self.path.len();
        self.path.push_str(segment);
        let verdict = self.schema(schema, value);
        self.path.truncate(length);
        Ok(verdict?.is_valid)
    }

    /// Notes what is wrong with the value.
    fn object(&mut self, what: impl FnOnce() -> String) {
        if let Some(violations) = self.violations.as_mut().filter(|known| known.len() < VIOLATIONS_MAX) {
            violations.push(format!("{} {}", self.path, what()));
        }
    }

    fn judge(&mut self, verdict: &mut Verdict, fits: bool, what: impl FnOnce() -> String) {
        if !fits {
            verdict.is_valid = false;
            self.object(what);
        }
    }
}

/// Whether no further alternative can change the verdict.
const fn found_enough(count: usize, is_one: bool) -> bool {
    if is_one { count > 1 } else { count > 0 }
}

/// The place of a member.
fn segment(name: &str) -> String {
    let is_plain = name.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if is_plain { format!(".{name}") } else { format!("['{name}']") }
}
