//! WebSocket requests as written.

use crate::fields::{FieldSpec, Fields, Shape, Table};
use crate::reader::Reader;
use crate::{Common, Place, Text, common};

/// The fields of a `ws` request.
pub(crate) const TABLE: Table = Table::new("`ws`", &[FIELDS, common::FIELDS]);

const FIELDS: &[FieldSpec] = &[FieldSpec::new("url", Shape::Text, "the target").required()];

/// A WebSocket request.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WsRequest {
    /// Where it begins.
    pub place: Place,
    /// What every request has.
    pub common: Common,
    /// The target.
    pub url: Text,
}

impl WsRequest {
    pub(crate) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Self> {
        let common = Common::read(reader, fields);
        Some(Self { place: fields.place, common, url: fields.text(reader, "url")? })
    }
}
