//! What this host can make.

/// What this host can make of a [`Network`](super::Network); each either there, or why not.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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

    /// Looks what this host can make, by making one of each.
    pub async fn look() -> Self {
        #[cfg(target_os = "linux")]
        let found = super::namespace::look().await;
        #[cfg(not(target_os = "linux"))]
        let found = Self::none("needs a network namespace, which only Linux has");
        found
    }
}
