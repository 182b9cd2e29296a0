//! Certificate policies (`check_policy`; RFC 5280 section 6.1).

use super::context::{Context, Stop};

/// Builds the policy tree of the chain and asks it for an acceptable policy.
#[expect(clippy::unnecessary_wraps, clippy::missing_const_for_fn, reason = "the phase is being written")]
pub(super) fn check(_context: &mut Context<'_>) -> Result<(), Stop> {
    Ok(())
}
