//! A server's response on a stream.

use super::super::script::Script;

/// A server's response to the request on a stream.
pub(crate) type Answer = fn(u32) -> Script;
