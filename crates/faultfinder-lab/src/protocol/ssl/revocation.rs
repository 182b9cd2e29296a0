//! CRLs: each case with the lists in the test's own files, and with lists that are fetched from where the certificates
//! say that they are.

mod case; // Case: what is revoked where, and its two scenarios
mod dates; // too early, too late, not a date
mod issuers; // who may sign a list, and who has
mod revoked; // lists that say it, and lists that do not
mod scopes; // what a list covers

use crate::Scenario;

pub(super) fn scenarios() -> Vec<Scenario> {
    [dates::scenarios(), issuers::scenarios(), revoked::scenarios(), scopes::scenarios()]
        .into_iter()
        .flatten()
        .collect()
}
