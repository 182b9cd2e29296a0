//! What can be wrong with a case: a list of small changes to a plan.

mod authority; // who may sign what
mod chains; // missing, foreign, several and looping issuers
mod constraints; // name constraints
mod crls; // revocation lists: times, signatures, scope, deltas, issuers
mod dates; // expired, not yet valid, unreadable
mod encoding; // what does not decode, or twice
mod hosts; // names of the leaf
mod identifiers; // key identifiers
mod keys; // keys that are weak or odd
mod names; // distinguished names in other forms
mod policies; // certificate policies
mod proxy; // proxy certificates
mod resources; // number resources
mod settings; // flags and purposes for their own sake
mod signatures; // forged, broken, weak
mod strict; // what only x509_strict minds
mod suite_b; // Suite B
mod texts; // PEM
mod trust; // trust settings

use super::fault::Fault;

/// All faults.
pub(super) fn all() -> impl Iterator<Item = &'static Fault> {
    [
        authority::FAULTS,
        chains::FAULTS,
        constraints::FAULTS,
        crls::FAULTS,
        dates::FAULTS,
        encoding::FAULTS,
        hosts::FAULTS,
        identifiers::FAULTS,
        keys::FAULTS,
        names::FAULTS,
        policies::FAULTS,
        proxy::FAULTS,
        resources::FAULTS,
        settings::FAULTS,
        signatures::FAULTS,
        strict::FAULTS,
        suite_b::FAULTS,
        texts::FAULTS,
        trust::FAULTS,
    ]
    .into_iter()
    .flatten()
}
