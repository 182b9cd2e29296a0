//! Name constraints, from the top to the leaf (`check_name_constraints`; RFC 5280 section 4.2.1.10).

use super::context::{Context, Stop};

/// Holds every name of every certificate against the constraints of those above it.
#[expect(clippy::unnecessary_wraps, clippy::missing_const_for_fn, reason = "the phase is being written")]
pub(super) fn check(_context: &mut Context<'_>) -> Result<(), Stop> {
    Ok(())
}
