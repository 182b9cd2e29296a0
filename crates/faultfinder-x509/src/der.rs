//! A bounded reader of BER, as lenient as OpenSSL's and no more.
//!
//! What it accepts beyond DER: lengths that are longer than need be, indefinite lengths of constructed values, and
//! strings cut into pieces. Everything is a slice of the input; only a string in pieces is copied. Nothing recurses on input
//! except strings in pieces, whose nesting is bounded.

mod fault;
mod tag;
mod reader;
mod whole_bytes;
mod number;
mod write;

pub use fault::DerFault;
pub(crate) use number::small_integer;
pub(crate) use reader::{Reader, Tlv};
pub(crate) use tag::{
    BIT_STRING, BMP_STRING, BOOLEAN, Class, ENUMERATED, GENERALIZED_TIME, IA5_STRING, INTEGER, NULL, OBJECT,
    OCTET_STRING, PRINTABLE_STRING, SEQUENCE, SET, T61_STRING, UNIVERSAL_STRING, UTC_TIME, UTF8_STRING,
};
pub(crate) use whole_bytes::WholeBytes;
pub(crate) use write::write;
