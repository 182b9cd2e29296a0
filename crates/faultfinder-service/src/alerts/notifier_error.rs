//! Why a notifier cannot be used.

use faultfinder_spec::{Place, Spanned};

/// Why a notifier cannot be used, and where its file says so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
#[expect(clippy::exhaustive_structs, reason = "closed: a place and a reason")]
pub struct NotifierError {
    /// The field that is to blame, or the notifier.
    pub place: Place,
    /// What is missing, wrong or cannot be read; never a secret.
    pub why: String,
}

impl NotifierError {
    /// Something about a field.
    pub(super) fn about<T>(field: &Spanned<T>, why: impl Into<String>) -> Self {
        Self { place: field.place, why: why.into() }
    }
}
