//! What `faultfinder lab --json` prints.

use crate::Exhibit;
use serde::{Deserialize, Serialize};

/// A scenario that is not served, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotServed {
    /// The scenario's name.
    pub id: String,
    /// Why it is not served.
    pub why: String,
}

/// All scenarios that are being served.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this format.
    pub version: u32,
    /// The scenarios.
    pub scenarios: Vec<Exhibit>,
    /// The scenarios that are not.
    #[serde(default)]
    pub not_served: Vec<NotServed>,
}

impl NotServed {
    /// A scenario, and why it is not served.
    #[must_use]
    pub const fn new(id: String, why: String) -> Self {
        Self { id, why }
    }
}

impl Manifest {
    /// The version of the format that is written.
    pub const VERSION: u32 = 1;

    /// A manifest of these scenarios, and of those that are not served.
    #[must_use]
    pub const fn new(scenarios: Vec<Exhibit>, not_served: Vec<NotServed>) -> Self {
        Self { version: Self::VERSION, scenarios, not_served }
    }
}
