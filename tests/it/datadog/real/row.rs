//! A row: a definition, its peers, and how it must end.

use super::world::World;

/// What must come of running a definition against peers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// The files, as their first and last words: `dns 0717` is `dns.recordevery.0717.json`.
    pub files: &'static [&'static str],
    pub world: World,
    pub status: &'static str,
    /// The code of the fault; empty when it passes.
    pub code: &'static str,
    /// The assertions that do not hold, by their numbers in the definition: from 0, through all steps.
    pub fails: &'static [usize],
    /// The assertions that the program leaves out, with a warning.
    pub left_out: &'static [usize],
    /// How the steps end, in a test of several.
    pub steps: &'static [&'static str],
    /// The steps in front of this one are cut off: the ones behind it are never reached otherwise.
    pub first_step: usize,
    /// A text in the warnings.
    pub warns: &'static str,
    /// The argument for it, from the definition.
    pub why: &'static str,
}

/// Everything holds.
pub(super) const fn passes(files: &'static [&'static str], world: World, why: &'static str) -> Row {
    Row {
        files,
        world,
        status: "passed",
        code: "",
        fails: &[],
        left_out: &[],
        steps: &[],
        first_step: 0,
        warns: "",
        why,
    }
}

/// The request is answered, and these assertions do not hold.
pub(super) const fn fails(
    files: &'static [&'static str],
    world: World,
    fails: &'static [usize],
    why: &'static str,
) -> Row {
    Row { fails, ..faults(files, world, "INCORRECT_ASSERTION", why) }
}

/// Something else goes wrong, before anything can be asserted on.
pub(super) const fn faults(
    files: &'static [&'static str],
    world: World,
    code: &'static str,
    why: &'static str,
) -> Row {
    Row { status: "failed", code, ..passes(files, world, why) }
}

impl Row {
    /// The same, and the steps end like this.
    pub(super) const fn steps(self, steps: &'static [&'static str]) -> Self {
        Self { steps, ..self }
    }

    /// The same, and these assertions of steps that may fail do not hold.
    pub(super) const fn although(self, fails: &'static [usize]) -> Self {
        Self { fails, ..self }
    }

    /// The same without this many steps at the beginning.
    pub(super) const fn without_first(self, first_step: usize) -> Self {
        Self { first_step, ..self }
    }

    /// The same without these assertions, of which a warning says this.
    pub(super) const fn leaving_out(self, left_out: &'static [usize], warns: &'static str) -> Self {
        Self { left_out, warns, ..self }
    }

    /// The same with a warning that says this.
    pub(super) const fn warning(self, warns: &'static str) -> Self {
        Self { warns, ..self }
    }
}
