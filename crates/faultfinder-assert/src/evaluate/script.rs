//! Scripts.

use super::show::cut;
use crate::Observation;
use crate::assertion::Assertion;
use crate::outcome::Outcome;
use faultfinder_script::{Failure, FailureKind, Finished, Input, Response, Script};
use faultfinder_taxonomy::Fact;
use std::collections::BTreeMap;

/// Most characters of what a script says or has printed in a message.
const SAID_CHARS_MAX: usize = 500;

/// Runs a script on what was seen.
///
/// # Errors
///
/// Why it cannot be run: it reads the body, and not all of that is kept.
pub fn run_script(script: &Script, seen: &Observation<'_>) -> Result<Finished, String> {
    if seen.body_truncated && script.as_str().contains("body") {
        return Err("the script reads the body, which is longer than what is kept of it".to_owned());
    }
    // A part of a body is none: a script that reads it in a way that does not show must not take it for all.
    let body = seen.body.filter(|_| !seen.body_truncated).map(String::from_utf8_lossy);
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in seen.headers.into_iter().flatten() {
        let value = String::from_utf8_lossy(value);
        headers
            .entry(name.clone())
            .and_modify(|all| all.push_str(&format!(", {value}")))
            .or_insert_with(|| value.into_owned());
    }
    let variables = seen.variables.into_iter().flatten();
    Ok(script.run(&Input {
        response: seen.status.map(|status| Response { status, headers, body: body.as_deref() }),
        variables: variables.map(|(name, value)| (name.as_str(), value.as_str())).collect(),
    }))
}

/// Whether a script comes to its end.
pub(super) fn judge(assertion: &Assertion, script: &Script, seen: &Observation<'_>) -> Outcome {
    let finished = match run_script(script, seen) {
        Ok(finished) => finished,
        Err(why) => return assertion.not_performed(&why),
    };
    let Some(failure) = finished.failure else {
        let message = "the script passed".to_owned();
        return Outcome { passed: true, evaluated: true, message, ..assertion.not_performed("") };
    };
    let message = script_message(&failure, &finished.output);
    match failure.kind {
        // `throw` is how scripts fail on purpose, too; a mistake in one looks the same, and its message says what it is.
        FailureKind::Assertion | FailureKind::Error => {
            let actual = Fact::Text(cut(&failure.message, SAID_CHARS_MAX).into_owned());
            Outcome { evaluated: true, actual, message, ..assertion.not_performed("") }
        }
        FailureKind::Time | FailureKind::Memory => {
            Outcome { unfinished: true, message, ..assertion.not_performed("") }
        }
    }
}

/// What a script says when it fails, where, and what it has printed.
#[must_use]
pub fn script_message(failure: &Failure, output: &str) -> String {
    let mut text = format!("the script failed: {}", cut(&failure.to_string(), SAID_CHARS_MAX));
    let printed = output.trim_end();
    if !printed.is_empty() {
        text.push_str(&format!("; it printed: {}", cut(printed, SAID_CHARS_MAX)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate;

    fn outcome(script: &str, body_truncated: bool) -> Outcome {
        let mut seen = Observation::new();
        seen.status = Some(200);
        seen.body = Some(b"abc");
        seen.body_truncated = body_truncated;
        evaluate(&Assertion::script(script).unwrap(), &seen)
    }

    #[test]
    fn a_script_that_has_nothing_to_check_is_refused() {
        for code in ["", "\n", "// dd.expect(1).to.equal(2)"] {
            let error = Assertion::script(code).unwrap_err();
            assert_eq!(error.message, "the script is empty: it always passes", "{code}");
        }
        assert!(!outcome("(async () => { dd.expect(1).to.equal(2) })()", false).passed);
    }

    #[test]
    fn a_part_of_a_body_is_never_taken_for_all_of_it() {
        let (open, hidden) = (
            "dd.expect(dd.response.body).to.equal('abc')",
            "dd.expect(dd.response['bo' + 'dy']).to.equal('abc')",
        );
        assert!(outcome(open, false).passed && outcome(hidden, false).passed);
        let cut = outcome(open, true);
        assert!(!cut.evaluated && cut.message.contains("longer than what is kept"), "{cut:?}");
        let cut = outcome(hidden, true);
        assert_eq!(cut.actual, Fact::from("expected null to equal 'abc'"), "{cut:?}");
        assert!(outcome("dd.expect(dd.response.statusCode).to.equal(200)", true).passed);
    }
}
