//! Several assertions.

use super::show::{MESSAGE_CHARS_MAX, cut};
use crate::assertion::{Assertion, Group};
use crate::outcome::{NOT_PERFORMED, Outcome};
use faultfinder_taxonomy::Fact;
use faultfinder_taxonomy::word::GroupKind;

/// Whether a group holds: decided by the assertions that could be evaluated, if they decide it.
pub(super) fn judge(assertion: &Assertion, group: &Group, outcomes: Vec<Outcome>) -> Outcome {
    let some = |wanted: fn(&Outcome) -> bool| outcomes.iter().any(wanted);
    let passes = some(|outcome| outcome.passed);
    let fails = some(|outcome| outcome.evaluated && !outcome.passed);
    let is_open = some(|outcome| !outcome.evaluated);
    let held = match group.kind {
        GroupKind::Any if passes => Some(true),
        GroupKind::All if fails => Some(false),
        GroupKind::None if passes => Some(false),
        _ if is_open => None,
        GroupKind::Any => Some(false),
        GroupKind::All | GroupKind::None => Some(true),
    };
    let Some(held) = held else {
        let reasons = outcomes
            .iter()
            .filter(|outcome| !outcome.evaluated)
            .map(|outcome| outcome.message.trim_start_matches(NOT_PERFORMED).to_owned());
        let unfinished = some(|outcome| outcome.unfinished);
        let why = reasons.collect::<Vec<_>>().join("; ");
        return Outcome { unfinished, ..assertion.not_performed(&why) };
    };
    let passed = held != group.inverted;
    let message = match passed {
        true => format!("{} holds", cut(&assertion.text, MESSAGE_CHARS_MAX)),
        false => failure(group, &outcomes),
    };
    let actual = Fact::List(outcomes.iter().map(|outcome| outcome.message.as_str().into()).collect());
    Outcome { passed, evaluated: true, expected: assertion.expected(), actual, message, unfinished: false }
}

/// Which assertions are to blame: those that do not hold, or those that should not.
fn failure(group: &Group, outcomes: &[Outcome]) -> String {
    let count = outcomes.len();
    let wanted = match (group.kind, group.inverted) {
        (GroupKind::Any, false) => format!("one of {count} assertions to hold"),
        (GroupKind::All, false) => format!("all of {count} assertions to hold"),
        (GroupKind::None, false) | (GroupKind::Any, true) => format!("none of {count} assertions to hold"),
        (GroupKind::All, true) => format!("one of {count} assertions not to hold"),
        (GroupKind::None, true) => format!("one of {count} assertions to hold"),
    };
    // Too many hold, or too few.
    let guilty_pass = match group.kind {
        GroupKind::Any | GroupKind::All => group.inverted,
        GroupKind::None => !group.inverted,
    };
    let guilty = outcomes.iter().filter(|outcome| outcome.passed == guilty_pass);
    let messages: Vec<&str> = guilty.map(|outcome| outcome.message.as_str()).collect();
    format!("expected {wanted}, found: {}", messages.join("; "))
}
