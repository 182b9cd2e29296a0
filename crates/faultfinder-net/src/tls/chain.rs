//! What a verdict is asked for.

use super::reference_name::ReferenceName;
use faultfinder_x509::Certificate;

/// The certificates of a peer, and what they have to be good for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain<'a> {
    /// The peer's own certificate.
    pub(super) leaf: &'a Certificate,
    /// The other ones that are known, in no order that counts.
    pub(super) untrusted: &'a [Certificate],
    /// The name that the leaf has to be issued for.
    pub(super) name: &'a ReferenceName,
    /// The time at which they have to be valid, in seconds since 1970.
    pub(super) time: i64,
}
