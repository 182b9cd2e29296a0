//! Certificates made for the lab: authorities, good leaves, and every way in which one can be broken.

use crate::LabError;
use std::time::SystemTime;

/// The lab's authorities and certificates.
#[derive(Debug)]
pub struct Pki {}

impl Pki {
    /// Authorities whose certificates are valid at this time.
    ///
    /// # Errors
    ///
    /// When a key or certificate cannot be made.
    pub fn new(_now: SystemTime) -> Result<Self, LabError> {
        Ok(Self {})
    }
}
