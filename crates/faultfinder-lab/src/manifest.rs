//! What `faultfinder lab --json` prints.

use crate::Exhibit;
use serde::{Deserialize, Serialize};

/// All scenarios that are being served.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Manifest {
    /// Version of this format.
    pub version: u32,
    /// The scenarios.
    pub scenarios: Vec<Exhibit>,
}

impl Manifest {
    /// The version of the format that is written.
    pub const VERSION: u32 = 1;

    /// A manifest of these scenarios.
    #[must_use]
    pub const fn new(scenarios: Vec<Exhibit>) -> Self {
        Self { version: Self::VERSION, scenarios }
    }
}
