//! What may be wrong with an encoding.

/// What is wrong with an encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DerFault {
    /// The input ends inside a value.
    #[error("ends inside a value")]
    Truncated,
    /// A tag or a length is not well-formed.
    #[error("bad tag or length")]
    BadHeader,
    /// Another kind of value stands where one was expected.
    #[error("unexpected kind of value")]
    WrongTag,
    /// More values than the type has.
    #[error("unexpected data at the end")]
    Trailing,
    /// An integer without content, or with needless leading bytes.
    #[error("bad integer")]
    BadInteger,
    /// An object identifier that is not well-formed.
    #[error("bad object identifier")]
    BadObject,
    /// A boolean that is not one byte long.
    #[error("bad boolean")]
    BadBoolean,
    /// A bit string without its first byte, or with more than seven unused bits.
    #[error("bad bit string")]
    BadBitString,
    /// A character string that is not valid in its own encoding.
    #[error("bad character string")]
    BadString,
    /// A time of fewer characters than its type must have.
    #[error("time is too short")]
    TimeTooShort,
    /// Nested deeper than any certificate needs.
    #[error("nested too deeply")]
    TooDeep,
    /// Larger than the limit.
    #[error("too large")]
    TooLarge,
}
