//! What all endpoints of a file share.

use crate::foreign::build::Conversion;
use crate::foreign::pieces::Variables;

/// What all endpoints of a file share while it is read.
pub(super) struct File<'f, 'r, 's, 'o> {
    pub(super) conversion: &'f mut Conversion<'r, 's, 'o>,
    pub(super) variables: Variables,
}
