//! How a component is now, from its tests.

use crate::catalog::Kept;
use crate::pages::condition::Condition;
use crate::service::Service;
use crate::timestamp::Timestamp;
use faultfinder_alert::Kind;
use serde::Serialize;
use std::sync::Arc;

/// How a component is now. In the order in which the worst comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ComponentState {
    /// All of its tests have an alert.
    Down,
    /// Some of them have.
    PartlyDown,
    /// Tests pass with warnings, or change all the time.
    Degraded,
    /// It is worked on.
    Maintenance,
    /// Nothing is known of it.
    Unknown,
    /// Its tests have no alert.
    Operational,
}

impl ComponentState {
    /// How people call it.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Down => "Down",
            Self::PartlyDown => "Partly down",
            Self::Degraded => "Degraded",
            Self::Maintenance => "Maintenance",
            Self::Unknown => "No data",
            Self::Operational => "Operational",
        }
    }

    /// A sign that differs also without colors.
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Down | Self::PartlyDown => "✕",
            Self::Degraded => "!",
            Self::Maintenance => "‖",
            Self::Unknown => "?",
            Self::Operational => "✓",
        }
    }

    /// The class of its color.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Down | Self::PartlyDown => "failed",
            Self::Degraded => "error",
            Self::Maintenance | Self::Unknown => "paused",
            Self::Operational => "passed",
        }
    }

    /// What a page says of all of its components, if this is the worst of them.
    pub(super) const fn of_all(self) -> &'static str {
        match self {
            Self::Down | Self::PartlyDown => "Some systems are down",
            Self::Degraded => "Some systems are degraded",
            Self::Maintenance => "Some systems are in maintenance",
            Self::Unknown => "The status of some systems is not known",
            Self::Operational => "All systems are operational",
        }
    }
}

/// How one test is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TestState {
    Down,
    Degraded,
    Maintenance,
    Unknown,
    Operational,
}

/// How a test is now. Its alert says so, whether it was sent or not: one failed run need not be one.
pub(super) fn of_test(service: &Service, kept: &Arc<Kept>, now: Timestamp) -> TestState {
    let subject = service.subject(kept);
    if subject.rule.is_maintenance(now.millis()) {
        return TestState::Maintenance;
    }
    match service.alerts().kind(&subject) {
        Some(Kind::Down) => return TestState::Down,
        Some(Kind::Degraded | Kind::Flapping) => return TestState::Degraded,
        Some(Kind::Missing | Kind::NoData) => return TestState::Unknown,
        None => {}
    }
    match Condition::of(kept, service.states().of(&kept.record.id).as_ref(), now) {
        Condition::Stale | Condition::New | Condition::Paused | Condition::Error => TestState::Unknown,
        Condition::Failed | Condition::Passed => TestState::Operational,
    }
}

/// How a component is whose tests are like that.
pub(super) fn of_component(tests: &[TestState]) -> ComponentState {
    let count = |state| tests.iter().filter(|test| **test == state).count();
    let has = |state| tests.contains(&state);
    match count(TestState::Down) {
        0 => {}
        down if down == tests.len() => return ComponentState::Down,
        _ => return ComponentState::PartlyDown,
    }
    if has(TestState::Degraded) {
        ComponentState::Degraded
    } else if has(TestState::Maintenance) {
        ComponentState::Maintenance
    } else if has(TestState::Operational) && !has(TestState::Unknown) {
        ComponentState::Operational
    } else {
        ComponentState::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_test_says_how_a_component_is() {
        use TestState::{Degraded, Down, Maintenance, Operational, Unknown};
        for (tests, expected) in [
            (&[][..], ComponentState::Unknown),
            (&[Operational], ComponentState::Operational),
            (&[Operational, Unknown], ComponentState::Unknown),
            (&[Operational, Maintenance, Unknown], ComponentState::Maintenance),
            (&[Operational, Degraded, Maintenance], ComponentState::Degraded),
            (&[Operational, Degraded, Down], ComponentState::PartlyDown),
            (&[Down, Down], ComponentState::Down),
        ] {
            assert_eq!(of_component(tests), expected, "{tests:?}");
        }
    }
}
