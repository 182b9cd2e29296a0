//! Keys as aws-lc-rs wants them.

use aws_lc_rs::signature as lc;

use super::Digest;

/// A key in the form in which aws-lc-rs wants it, for one algorithm.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(super) digest: Option<Digest>,
    pub(super) pss: bool,
    pub(super) key: Option<lc::ParsedPublicKey>,
}
