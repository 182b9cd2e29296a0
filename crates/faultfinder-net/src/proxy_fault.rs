//! Faults of a proxy, which are not the target's.

use faultfinder_taxonomy::{Blame, Detail, Fault, Phase};

/// The fault of a connection to the proxy itself: it says nothing about the target, which was not asked.
pub(crate) fn of_proxy(mut fault: Fault, authority: &str) -> Fault {
    if matches!(fault.detail, Detail::Definition { .. }) {
        return fault;
    }
    if fault.phase == Phase::Tls {
        fault.phase = Phase::Proxy;
    }
    if fault.blame == Blame::Target {
        fault.blame = Blame::Network;
    }
    fault.message = format!("cannot connect to the proxy {authority}: {}", fault.message);
    fault.hints =
        vec!["check the proxy, and its URL in the test: the target itself was not asked".to_owned()];
    fault.hints.extend(fault.detail.hint().map(str::to_owned));
    fault.with("proxy", authority)
}
