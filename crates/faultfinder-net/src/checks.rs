//! Checks of a request that do not depend on each other.

use faultfinder_taxonomy::{Blame, Code, Detail, Fault, Phase};

/// Everything that is wrong with a request, found by checks that do not depend on each other.
#[derive(Debug, Default)]
pub struct Checks(Vec<Fault>);

impl Checks {
    /// Returns the value of a check; a problem is recorded.
    pub fn take<T>(&mut self, checked: Result<T, Fault>) -> Option<T> {
        checked.map_err(|fault| self.0.push(fault)).ok()
    }

    /// The prepared request, if no check found a problem.
    ///
    /// # Errors
    ///
    /// All problems, at least one.
    pub fn end<T>(mut self, made: Option<T>) -> Result<T, Vec<Fault>> {
        match made {
            Some(made) if self.0.is_empty() => Ok(made),
            _ => {
                if self.0.is_empty() {
                    self.0.push(unexplained());
                }
                Err(self.0)
            }
        }
    }
}

/// The first of several problems.
#[must_use]
pub fn first_of(objections: Vec<Fault>) -> Fault {
    objections.into_iter().next().unwrap_or_else(unexplained)
}

/// The fault of a request that was refused without a reason, which is a bug in this program.
fn unexplained() -> Fault {
    let detail = Detail::definition("unexplained", "");
    Fault::new(Code::InternalError, Phase::Config, detail, "the request was refused without a reason")
        .blamed_on(Blame::Ourselves)
}
