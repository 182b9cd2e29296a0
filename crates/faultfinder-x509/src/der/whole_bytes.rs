//! Bit strings that are bytes.

use std::borrow::Cow;
use std::ops::Range;

use super::fault::DerFault;
use super::reader::Tlv;

/// A bit string that ought to be whole bytes, such as a signature, without a copy of it where one is not needed.
#[derive(Debug, Clone)]
pub(crate) enum WholeBytes {
    /// Where it is in the input.
    At(Range<usize>),
    /// It came in pieces.
    Joined(Box<[u8]>),
    /// Its length is not a whole number of bytes.
    Ragged,
}

impl WholeBytes {
    pub(crate) fn read(value: &Tlv<'_>) -> Result<Self, DerFault> {
        let (bits, unused) = value.bit_string()?;
        Ok(match bits {
            _ if unused != 0 => Self::Ragged,
            Cow::Borrowed(_) => Self::At(value.content_span().start + 1..value.content_span().end),
            Cow::Owned(bytes) => Self::Joined(bytes.into()),
        })
    }

    /// The bytes, out of the input that it was read from.
    pub(crate) fn get<'a>(&'a self, input: &'a [u8]) -> Option<&'a [u8]> {
        match self {
            Self::At(place) => input.get(place.clone()),
            Self::Joined(bytes) => Some(bytes),
            Self::Ragged => None,
        }
    }
}
