//! Why bytes could not be read: the field, and what is wrong with it.

use crate::der::DerFault;

/// Why bytes are not a certificate: the field, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {fault}")]
pub struct ParseError {
    pub(crate) field: &'static str,
    pub(crate) fault: DerFault,
}

impl ParseError {
    /// The field that could not be read.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// What is wrong with it.
    #[must_use]
    pub const fn fault(&self) -> DerFault {
        self.fault
    }
}

/// Names the field in which a fault was found.
pub(crate) trait InField<T> {
    fn in_field(self, field: &'static str) -> Result<T, ParseError>;
}

impl<T> InField<T> for Result<T, DerFault> {
    fn in_field(self, field: &'static str) -> Result<T, ParseError> {
        self.map_err(|fault| ParseError { field, fault })
    }
}
