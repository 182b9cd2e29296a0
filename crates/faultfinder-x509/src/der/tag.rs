//! Universal tags, and the classes of tags.

pub(crate) const BOOLEAN: u32 = 1;
pub(crate) const INTEGER: u32 = 2;
pub(crate) const BIT_STRING: u32 = 3;
pub(crate) const OCTET_STRING: u32 = 4;
pub(crate) const NULL: u32 = 5;
pub(crate) const OBJECT: u32 = 6;
pub(crate) const ENUMERATED: u32 = 10;
pub(crate) const UTF8_STRING: u32 = 12;
pub(crate) const PRINTABLE_STRING: u32 = 19;
pub(crate) const T61_STRING: u32 = 20;
pub(crate) const IA5_STRING: u32 = 22;
pub(crate) const SEQUENCE: u32 = 16;
pub(crate) const SET: u32 = 17;
pub(crate) const UTC_TIME: u32 = 23;
pub(crate) const GENERALIZED_TIME: u32 = 24;
pub(crate) const UNIVERSAL_STRING: u32 = 28;
pub(crate) const BMP_STRING: u32 = 30;

/// Class of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Universal,
    Application,
    Context,
    Private,
}
