//! What is left out of the cases of a run.

/// What is left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: the switches of the command line")]
pub struct Without {
    /// Revocation.
    pub crls: bool,
    /// Name constraints.
    pub name_constraints: bool,
    /// Policies.
    pub policies: bool,
}
