//! The verification of one chain: its phases in OpenSSL's order.
//!
//! The order is what decides which error is first and which is last, so it is kept exactly; see [`verify`]. Each phase is a
//! module and raises its events through [`Context::raise`], which always continues: what a client that stops at the first
//! error sees is the first event.

mod chain;
mod constraints;
mod context;
mod name_constraints;
mod meter;
mod names;
mod policies;
mod purpose;
mod reason;
mod resources;
mod revocation;
mod signatures;
mod stop;
mod strength;
mod strict;
mod suite_b;
mod trust;

use crate::certificate::Certificate;
use crate::options::VerifyOptions;
use crate::store::TrustStore;
use crate::verdict::Verdict;
pub use chain::CHAIN_MAX;
use context::Context;
use stop::Stop;

/// Verifies a leaf: builds a chain from it over the untrusted certificates to the store, and judges it.
///
/// Pure: the time comes with the options, nothing is fetched, and the same input gives the same verdict. The cost is
/// bounded by [`CHAIN_MAX`] and the [`Budget`](crate::Budget) of the options, and is mostly that of the signatures.
#[must_use]
pub fn verify(
    leaf: &Certificate,
    untrusted: &[Certificate],
    store: &TrustStore,
    options: &VerifyOptions,
) -> Verdict {
    let mut context = Context::new(leaf, untrusted, store, options, phases);
    let outcome = phases(&mut context);
    context.into_verdict(outcome)
}

/// The phases in order.
fn phases(context: &mut Context<'_>) -> Result<(), Stop> {
    strength::check_leaf_key(context);
    chain::build(context)?;
    constraints::check(context);
    strength::check_chain(context);
    names::check(context);
    strength::copy_parameters(context)?;
    revocation::check(context)?;
    suite_b::check(context);
    signatures::check(context)?;
    name_constraints::check(context)?;
    resources::check(context)?;
    if !context.is_crl_path() {
        policies::check(context)?;
    }
    context.check_memory()
}
