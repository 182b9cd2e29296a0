//! The input of a verification.

use super::reference_name::ReferenceName;
use faultfinder_x509::Certificate;

/// The certificates of a peer, and what they must be valid for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain<'a> {
    /// The peer's own certificate.
    pub(super) leaf: &'a Certificate,
    /// The other known certificates, in any order.
    pub(super) untrusted: &'a [Certificate],
    /// The name that the leaf must be issued for.
    pub(super) name: &'a ReferenceName,
    /// The time at which they must be valid, in seconds since 1970.
    pub(super) time: i64,
}
