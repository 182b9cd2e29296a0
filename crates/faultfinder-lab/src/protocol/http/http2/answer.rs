//! What a server says on a stream.

use super::super::script::Script;

/// What a server says to the request on a stream.
pub(crate) type Answer = fn(u32) -> Script;
