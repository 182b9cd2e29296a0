//! One possible fault of a case: a small change to a plan.

use super::dice::Dice;
use super::keys::Keys;
use super::plan::Plan;

/// What a fault needs in addition to a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Crls,
    NameConstraints,
    Policies,
    Rest,
}

/// A fault.
pub(super) struct Fault {
    pub(super) name: &'static str,
    /// How often it is chosen, compared with others.
    pub(super) weight: usize,
    pub(super) subject: Subject,
    pub(super) apply: fn(&mut Plan, &mut Dice, &Keys),
}

/// A fault that needs only a chain.
pub(super) const fn fault(
    name: &'static str,
    weight: usize,
    apply: fn(&mut Plan, &mut Dice, &Keys),
) -> Fault {
    Fault { name, weight, subject: Subject::Rest, apply }
}

/// A fault that needs more than a chain.
pub(super) const fn about(
    subject: Subject,
    name: &'static str,
    weight: usize,
    apply: fn(&mut Plan, &mut Dice, &Keys),
) -> Fault {
    Fault { name, weight, subject, apply }
}

impl std::fmt::Debug for Fault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}
