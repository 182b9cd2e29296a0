//! The fields that do not belong to one protocol, for what is made from all fields: the options of the command line, and
//! tests.

use crate::fields::{FieldSpec, Table};
use crate::{common, test, tls};

/// The fields of a test.
#[must_use]
pub const fn table_of_tests() -> &'static Table {
    &test::TABLE
}

/// The fields that the requests of all protocols have.
#[must_use]
pub const fn request_fields() -> &'static [FieldSpec] {
    common::FIELDS
}

/// The fields of TLS settings. Requests of `ssl` have them among their own.
#[must_use]
pub const fn tls_table() -> &'static Table {
    &tls::TABLE
}
