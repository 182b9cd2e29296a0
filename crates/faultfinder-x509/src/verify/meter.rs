//! What is left of a budget while a verification runs.

use super::stop::Stop;
use crate::budget::Budget;

/// What is left of a budget.
#[derive(Debug)]
pub(super) struct Meter {
    memory: u64,
    work: u64,
}

impl Meter {
    pub(super) const fn new(budget: Budget) -> Self {
        Self { memory: budget.memory, work: budget.work }
    }

    /// Takes steps; `what` names them for people, in the plural.
    pub(super) fn spend_work(&mut self, steps: u64, what: &str) -> Result<(), Stop> {
        self.work = self.work.checked_sub(steps).ok_or_else(|| Stop::over_budget(what))?;
        Ok(())
    }

    /// Takes bytes; `what` names what they are for.
    pub(super) fn spend_memory(&mut self, bytes: u64, what: &str) -> Result<(), Stop> {
        self.memory = self.memory.checked_sub(bytes).ok_or_else(|| Stop::over_budget(what))?;
        Ok(())
    }
}
