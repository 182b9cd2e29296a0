//! Field sections as a peer compresses them (RFC 7541), for the explanation of a fault.
//!
//! The library decodes them for the exchange, but reports only "protocol error". When it does, the [`Decoder`] reads the
//! peer's sections again, from the first one on, and gives every field with its name. Without a fault nothing is decoded;
//! [`pseudo_headers`] walks over a section without decoding it.
//!
//! Limits: the dynamic table has at most [`TABLE_BYTES_MAX`] bytes, an integer at most [`INTEGER_BYTES_MAX`] bytes, a string
//! is never longer than what its section has room for. A section yields a field for each of its bytes at most, and a field can
//! be as long as the dynamic table: the caller stops at its own limit.

mod huffman; // strings in Huffman code
mod representation; // the forms of a field, without the tables
mod table; // the static and the dynamic table
mod decoder; // fields with name and value

pub(super) use decoder::Decoder;
#[cfg(feature = "quic")]
pub(crate) use huffman::Huffman;
#[cfg(feature = "quic")]
pub(crate) use representation::Reader;
pub(super) use representation::pseudo_headers;
pub(crate) use table::Field;

/// Largest dynamic table in bytes: this client allows no larger one (RFC 9113 section 6.5.2).
const TABLE_BYTES_MAX: u64 = 4096;
/// Most bytes of an integer after its prefix: enough for 32 bits (RFC 7541 section 5.1 asks for a limit).
const INTEGER_BYTES_MAX: usize = 5;

/// Why a section cannot be decompressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// It ends inside a field.
    Short,
    /// An integer has more bytes than fit.
    Integer,
    /// An index outside of the tables.
    Index(u64),
    /// The dynamic table is to be larger than allowed.
    TableSize(u64),
    /// The size of the dynamic table changes after a field.
    LateTableSize,
    /// A string in Huffman code contains the end-of-string symbol.
    EndOfString,
    /// A string in Huffman code does not end with a symbol and less than 8 ones.
    Padding,
}

impl Broken {
    /// The document that says so.
    pub(super) const fn document(self) -> &'static str {
        match self {
            Self::Short => "RFC 7541 section 6",
            Self::Integer => "RFC 7541 section 5.1",
            Self::Index(_) => "RFC 7541 section 2.3.3",
            Self::TableSize(_) => "RFC 7541 section 6.3",
            Self::LateTableSize => "RFC 7541 section 4.2",
            Self::EndOfString | Self::Padding => "RFC 7541 section 5.2",
        }
    }
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Short => f.write_str("they end inside a field"),
            Self::Integer => f.write_str("an integer is too long"),
            Self::Index(index) => write!(f, "the index {index} is outside of the tables"),
            Self::TableSize(size) => {
                write!(f, "the dynamic table is to have {size} bytes, the maximum is {TABLE_BYTES_MAX}")
            }
            Self::LateTableSize => f.write_str("the size of the dynamic table changes after a field"),
            Self::EndOfString => f.write_str("a string in Huffman code has the end-of-string symbol"),
            Self::Padding => f.write_str("a string in Huffman code does not end with a symbol and ones"),
        }
    }
}
