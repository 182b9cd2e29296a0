//! Definitions in bodies: what is wrong with them, as violations, and the tests when nothing is.

use super::problem::Problem;
use super::reply::Unexpected;
use super::status::Status;
use faultfinder_engine::Suite;
use faultfinder_spec::{Diagnostic, Source};
use faultfinder_taxonomy::{ConstraintViolation, ParameterLocation};
use serde_json::Value;
use std::borrow::Borrow;

/// The field of a body that holds a definition.
pub(crate) const FIELD: &str = "definition";

/// Kinds of tests that the contract has and no deployment of this release can run.
const UNSUPPORTED: &[&str] = &["browser", "mobile"];

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
    definition: impl Borrow<Value>,
) -> Result<Result<Defined, Vec<ConstraintViolation>>, Problem> {
    if let Some(kind) = unsupported(definition.borrow()) {
        let message = format!("This deployment does not run {kind} tests.");
        return Err(Problem::new(Status::NotImplemented, "NotSupported", message));
    }
    let text = serde_json::to_string_pretty(definition.borrow()).unwrap_or_default();
    // It takes many times as much memory as its text: where nobody needs it any more, it goes now.
    drop(definition);
    // Files and variables of the environment are the operator's: a definition that comes over the network sees neither.
    Ok(match Suite::load_foreign(&Source::new(name, &text)) {
        Ok(suite) => {
            let warnings = suite.warnings().iter().map(unexpected).collect();
            Ok(Defined { suite, warnings })
        }
        Err(diagnostics) => Err(diagnostics.iter().filter(|one| one.is_error()).map(violation).collect()),
    })
}

/// The first kind of test in a definition that the contract has and this deployment has not.
fn unsupported(definition: &Value) -> Option<&'static str> {
    let tests = definition.get("tests").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let all = tests.iter().chain([definition]);
    all.filter_map(Value::as_object)
        .find_map(|test| UNSUPPORTED.iter().copied().find(|kind| test.contains_key(*kind)))
}

fn unexpected(diagnostic: &Diagnostic) -> Unexpected {
    Unexpected::new(diagnostic.message.clone(), vec![violation(diagnostic)])
}

/// A diagnostic as a violation: where it is in the body, what is wrong, a hint, and what to do.
fn violation(diagnostic: &Diagnostic) -> ConstraintViolation {
    let mut message = diagnostic.message.clone();
    for more in [&diagnostic.label, &diagnostic.help].into_iter().flatten() {
        message.push_str("; ");
        message.push_str(more);
    }
    let path = match diagnostic.path.as_deref() {
        None | Some("") => FIELD.to_owned(),
        Some(path) if path.starts_with('[') => format!("{FIELD}{path}"),
        Some(path) => format!("{FIELD}.{path}"),
    };
    ConstraintViolation::new(path, message, ParameterLocation::PayloadBody)
}

#[cfg(test)]
mod tests;
