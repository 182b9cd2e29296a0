//! Why PEM text could not be read: which block, on which line.

use crate::der::DerFault;
use crate::parse_error::ParseError;

/// Why a text could not be read. Blocks and lines are counted from 1, blocks of any kind among them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PemError {
    /// A block has no end line of its own.
    #[error("block {block} on line {line} ({label}) has no end")]
    Unterminated {
        /// Number of the block.
        block: usize,
        /// Line on which it begins.
        line: usize,
        /// What its first line says it is.
        label: String,
    },
    /// A block is not base64.
    #[error("block {block} on line {line} is not base64: {}", Self::wrong(*.at, *.found))]
    Base64 {
        /// Number of the block.
        block: usize,
        /// Line on which it begins.
        line: usize,
        /// Line of the fault.
        at: usize,
        /// The character that cannot be; nothing if all can, and characters are missing.
        found: Option<char>,
    },
    /// A block holds no certificate.
    #[error("block {block} on line {line} is not a valid certificate")]
    Certificate {
        /// Number of the block.
        block: usize,
        /// Line on which it begins.
        line: usize,
        /// Why.
        #[source]
        source: ParseError,
    },
    /// A block holds no CRL.
    #[error("block {block} on line {line} is not a valid CRL")]
    Crl {
        /// Number of the block.
        block: usize,
        /// Line on which it begins.
        line: usize,
        /// Why.
        #[source]
        source: ParseError,
    },
    /// The trust settings of a block cannot be read.
    #[error("the trust settings of block {block} on line {line} cannot be read")]
    Trust {
        /// Number of the block.
        block: usize,
        /// Line on which it begins.
        line: usize,
        /// Why.
        #[source]
        source: DerFault,
    },
    /// More text, or more certificates, than the limits allow.
    #[error("more than {max} {what}")]
    TooMuch {
        /// Of what.
        what: &'static str,
        /// The limit.
        max: usize,
    },
}

impl PemError {
    fn wrong(at: usize, found: Option<char>) -> String {
        found.map_or_else(
            || format!("characters are missing before line {at}"),
            |found| format!("line {at} has {found:?}"),
        )
    }
}
