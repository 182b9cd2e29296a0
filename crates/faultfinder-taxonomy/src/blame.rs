//! Who caused a fault, and whether to try again.

use serde::{Deserialize, Serialize};

/// Who has to act on a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Blame {
    /// The endpoint under test, or what it depends on.
    Target,
    /// The path between this host and the target: routes, firewalls, resolvers, proxies.
    Network,
    /// The test's own definition.
    Definition,
    /// The credentials of the test.
    Credentials,
    /// This host or Faultfinder itself. Never reported as the target's failure.
    Ourselves,
}

impl Blame {
    /// The word for it in results.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Network => "network",
            Self::Definition => "definition",
            Self::Credentials => "credentials",
            Self::Ourselves => "ourselves",
        }
    }
}

impl std::fmt::Display for Blame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// Whether an automatic retry of the same request makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RetryAdvice {
    /// The cause may be gone a moment later.
    Sensible,
    /// The same request will fail in the same way until something is changed.
    Useless,
    /// Trying again does harm (an account may be locked): automatic retries are off until the definition or a secret that
    /// it uses changes.
    Forbidden,
}

impl RetryAdvice {
    /// The word for it in results.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sensible => "sensible",
            Self::Useless => "useless",
            Self::Forbidden => "forbidden",
        }
    }
}
