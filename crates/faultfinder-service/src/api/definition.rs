//! Definitions in bodies: what is wrong with them, as violations, and the tests when nothing is.

use super::problem::Problem;
use super::reply::Unexpected;
use super::status::Status;
use faultfinder_engine::Suite;
use faultfinder_spec::{Diagnostic, Source};
use faultfinder_taxonomy::{ConstraintViolation, ParameterLocation};
use serde_json::Value;

/// The field of a body that holds a definition.
pub(crate) const FIELD: &str = "definition";

/// Kinds of tests that the contract has and no deployment of this release can run.
const UNSUPPORTED: &[&str] = &["browser", "mobile", "steps"];

/// A definition that can be run.
#[derive(Debug)]
pub(crate) struct Defined {
    pub(crate) suite: Suite,
    /// What is probably not meant.
    pub(crate) warnings: Vec<Unexpected>,
}

/// Reads a definition; `name` is the file that its diagnostics and its tests' ids speak of.
///
/// # Errors
///
/// Everything that is wrong with it; the outer error is a problem of its own: a kind of test that is not supported.
pub(crate) fn read(
    name: &str,
    definition: &Value,
) -> Result<Result<Defined, Vec<ConstraintViolation>>, Problem> {
    if let Some(kind) = unsupported(definition) {
        let message = format!("This deployment does not run {kind} tests.");
        return Err(Problem::new(Status::NotImplemented, "NotSupported", message));
    }
    let text = serde_json::to_string_pretty(definition).unwrap_or_default();
    // Files and variables of the environment are the operator's: a definition that comes over the network sees neither.
    let paths = Paths::of(definition);
    Ok(match Suite::load_foreign(&Source::new(name, &text)) {
        Ok(suite) => {
            let warnings = suite.warnings().iter().map(|one| unexpected(one, &paths)).collect();
            Ok(Defined { suite, warnings })
        }
        Err(diagnostics) => {
            Err(diagnostics.iter().filter(|one| one.is_error()).map(|one| paths.violation(one)).collect())
        }
    })
}

/// The first kind of test in a definition that the contract has and this deployment has not.
fn unsupported(definition: &Value) -> Option<&'static str> {
    let tests = definition.get("tests").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let all = tests.iter().chain([definition]);
    all.filter_map(Value::as_object)
        .find_map(|test| UNSUPPORTED.iter().copied().find(|kind| test.contains_key(*kind)))
}

fn unexpected(diagnostic: &Diagnostic, paths: &Paths) -> Unexpected {
    Unexpected::new(diagnostic.message.clone(), vec![paths.violation(diagnostic)])
}

/// What stands on each line of a definition that is written with one value a line.
struct Paths(Vec<String>);

impl Paths {
    fn of(definition: &Value) -> Self {
        let mut paths = Self(vec![FIELD.to_owned()]);
        paths.add(definition, FIELD);
        paths
    }

    /// Adds the lines of a value behind its first one, which is there.
    fn add(&mut self, value: &Value, path: &str) {
        let mut below = |value: &Value, path: String| {
            self.0.push(path.clone());
            self.add(value, &path);
        };
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| below(value, format!("{path}.{name}")));
            }
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(at, value)| below(value, format!("{path}[{at}]")));
            }
            _ => return,
        }
        // The closing bracket; an empty one stands on the first line.
        if value.as_object().is_some_and(|fields| !fields.is_empty())
            || value.as_array().is_some_and(|items| !items.is_empty())
        {
            self.0.push(path.to_owned());
        }
    }

    /// A diagnostic as a violation: where it is, what is wrong, a hint, and what to do.
    fn violation(&self, diagnostic: &Diagnostic) -> ConstraintViolation {
        let mut message = diagnostic.message.clone();
        for more in [&diagnostic.label, &diagnostic.help].into_iter().flatten() {
            message.push_str("; ");
            message.push_str(more);
        }
        let path = match diagnostic.path.as_deref() {
            None | Some("") => {
                let line = usize::try_from(diagnostic.place.line).unwrap_or(usize::MAX);
                self.0.get(line.saturating_sub(1)).map_or(FIELD, String::as_str).to_owned()
            }
            Some(path) if path.starts_with('[') => format!("{FIELD}{path}"),
            Some(path) => format!("{FIELD}.{path}"),
        };
        ConstraintViolation::new(path, message, ParameterLocation::PayloadBody)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_line_has_its_path() {
        let definition = json!({ "a": [1, { "b": [], "c": {} }, "x\ny"], "d": { "e": [[2]] }, "f": null });
        let paths = Paths::of(&definition);
        let text = serde_json::to_string_pretty(&definition).unwrap();
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        assert_eq!(lines.len(), paths.0.len(), "{text}\n{:?}", paths.0);
        for (line, path) in [
            ("{", "definition"),
            ("1,", "definition.a[0]"),
            ("\"b\": [],", "definition.a[1].b"),
            ("\"c\": {}", "definition.a[1].c"),
            ("\"x\\ny\"", "definition.a[2]"),
            ("2", "definition.d.e[0][0]"),
            ("\"f\": null", "definition.f"),
        ] {
            let at = lines.iter().position(|one| *one == line).unwrap_or_else(|| panic!("{line} in {text}"));
            assert_eq!(paths.0[at], path, "{line}");
        }
    }
}
