//! The verification of one chain: its phases in OpenSSL's order.
//!
//! The order is what decides which error is first and which is last, so it is kept exactly; see [`verify`]. Each phase is a
//! module and raises its events through [`Context::raise`], which always continues: what a client that stops at the first
//! error sees is the first event.

mod chain;
mod constraints;
mod context;
mod names;
mod purpose;
mod reason;
mod signatures;
mod strength;
mod strict;
mod suite_b;
mod trust;

use faultfinder_taxonomy::VerifyCode;

use crate::certificate::Certificate;
use crate::options::VerifyOptions;
use crate::store::TrustStore;
use crate::verdict::Verdict;
use context::{Context, Stop};

/// The longest chain that is built, whatever depth is asked for. OpenSSL's default allows 102.
pub const CHAIN_MAX: usize = 1024;
/// How many certificates are looked at as possible issuers before the work is given up as `OUT_OF_MEM`.
pub const CANDIDATES_MAX: usize = 1 << 20;
/// How many signatures are verified before the work is given up as `OUT_OF_MEM`.
pub const SIGNATURES_MAX: usize = 1024;

/// Verifies a leaf: builds a chain from it over the untrusted certificates to the store, and judges it.
///
/// Pure: the time comes with the options, nothing is fetched, and the same input gives the same verdict. The cost is
/// bounded by [`CHAIN_MAX`], [`CANDIDATES_MAX`] and [`SIGNATURES_MAX`], and is mostly that of the signatures.
#[must_use]
pub fn verify(
    leaf: &Certificate,
    untrusted: &[Certificate],
    store: &TrustStore,
    options: &VerifyOptions,
) -> Verdict {
    let mut context = Context::new(leaf, untrusted, store, options);
    let outcome = phases(&mut context);
    context.into_verdict(outcome)
}

/// The phases in order. Revocation belongs between the copied parameters and Suite B; name constraints and policies come
/// last, in that order.
fn phases(context: &mut Context<'_>) -> Result<(), Stop> {
    strength::check_leaf_key(context);
    chain::build(context)?;
    constraints::check(context);
    strength::check_chain(context);
    names::check(context);
    strength::copy_parameters(context)?;
    suite_b::check(context);
    signatures::check(context)
}

/// The code that a nameless failure gets.
const UNSPECIFIED: VerifyCode = VerifyCode::Unspecified;
