//! Peers for the `udp` probe.

use crate::Scenario;

/// All scenarios of this protocol.
pub(super) fn scenarios() -> Vec<Scenario> {
    Vec::new()
}
