//! What happened in a test that did not pass, line by line, for reports that have room for plain text.

use super::edge;
use faultfinder_engine::TestResult;
use faultfinder_taxonomy::Fault;

/// The fault, who has to act, what to do, where the test is, and the assertions that do not hold.
pub(super) fn story(fault: &Fault, result: &TestResult) -> String {
    let mut story = of_fault(fault);
    if let Some(found) = &result.observed.edge {
        story.push_str(&format!("{} {}\n", edge::sentence(found), found.remedy));
    }
    for assertion in result.assertions.iter().filter(|assertion| !assertion.passed) {
        story.push_str(&format!(
            "assertion: {} {}: {}\n",
            assertion.subject, assertion.operator, assertion.message
        ));
    }
    story.push_str(&format!("test: {}:{}\n", result.file, result.line));
    story
}

/// The fault alone, as of an earlier attempt.
pub(super) fn of_fault(fault: &Fault) -> String {
    let mut story = format!("{fault}\nblame: {}\n", fault.blame);
    for hint in &fault.hints {
        story.push_str(&format!("hint: {hint}\n"));
    }
    story
}
