//! What this host can make.

/// What this host can make of a [`Network`](super::Network); each either there, or why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facilities {
    /// Namespaces with devices in them.
    pub namespace: Result<(), String>,
    /// Firewall rules.
    pub firewall: Result<(), String>,
    /// IPv6.
    pub ipv6: Result<(), String>,
}

impl Facilities {
    /// Nothing, for this reason.
    #[must_use]
    pub fn none(why: &str) -> Self {
        let lacking = || Err(why.to_owned());
        Self { namespace: lacking(), firewall: lacking(), ipv6: lacking() }
    }
}
