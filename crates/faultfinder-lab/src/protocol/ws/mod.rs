//! Peers for the `ws` probe.
//!
//! No peer uses a WebSocket library: every frame is written by hand, so that nothing goes out that a row does not say.

mod case; // Row: from a peer to a scenario
mod server; // the opening handshake, and what follows it
mod frame; // frames, good and bad
mod basics; // WebSockets as they should be
mod conversation; // scripts of several steps, pings
mod opening; // answers that open nothing
mod agreement; // subprotocols, extensions, credentials, what goes along with the handshake
mod closing; // close frames, FIN and RST at the wrong moment
mod framing; // frames that break a rule
mod sizes; // messages up to the limit and beyond
mod timing; // peers that take too long
mod secure; // wss
mod definition; // tests that cannot be run, names that do not resolve, assertions that fail

use crate::Scenario;

/// All scenarios of this protocol.
pub(super) fn scenarios() -> Vec<Scenario> {
    [
        basics::rows(),
        conversation::rows(),
        opening::rows(),
        agreement::rows(),
        closing::rows(),
        framing::rows(),
        sizes::rows(),
        timing::rows(),
        secure::rows(),
        definition::rows(),
    ]
    .into_iter()
    .flatten()
    .map(Scenario::from)
    .collect()
}
