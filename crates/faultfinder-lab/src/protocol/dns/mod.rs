//! Scenarios for the `dns` probe.

mod wire; // messages made by hand
mod server; // name servers with scripted answers
mod case; // from an answer to a scenario
mod records; // good answers of every type, and odd ones that still count
mod refusals; // response codes, and answers without data
mod broken; // answers that cannot be read, or answer something else
mod transport; // silence, loss, truncation, TCP
mod edns; // servers without EDNS, answers from elsewhere, servers with several addresses
mod types; // data of the rarer types
mod secure; // TLS, HTTPS and QUIC
mod zone; // zones that are signed
mod dnssec; // signatures, proofs, extended errors
mod survey; // all name servers of a zone
mod definition; // questions that cannot be asked, and assertions that fail

use crate::Scenario;

// Other protocols need names that resolve, and some that do not.
pub(super) use names::{
    address, addresses, dangling, dual_stack, failing, missing, silent, silent_for_v6, without_edns,
};
mod names;

/// All scenarios of this protocol.
pub(super) fn scenarios() -> Vec<Scenario> {
    [
        records::scenarios(),
        refusals::scenarios(),
        broken::scenarios(),
        transport::scenarios(),
        edns::scenarios(),
        types::scenarios(),
        secure::scenarios(),
        dnssec::scenarios(),
        survey::scenarios(),
        definition::scenarios(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
