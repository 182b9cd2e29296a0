//! ICMP requests as written.

use crate::fields::{FieldSpec, Fields, Shape, Table};
use crate::reader::Reader;
use crate::{Common, Place, Text, common};

/// The fields of an `icmp` request.
pub(crate) const TABLE: Table = Table::new("`icmp`", &[FIELDS, common::FIELDS]);

const FIELDS: &[FieldSpec] = &[FieldSpec::new("host", Shape::Text, "the target").required()];

/// An ICMP request.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct IcmpRequest {
    /// Where it begins.
    pub place: Place,
    /// What every request has.
    pub common: Common,
    /// The target.
    pub host: Text,
}

impl IcmpRequest {
    pub(crate) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Self> {
        let common = Common::read(reader, fields);
        Some(Self { place: fields.place, common, host: fields.text(reader, "host")? })
    }
}
