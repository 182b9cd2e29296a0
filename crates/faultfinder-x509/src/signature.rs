//! Signatures: which algorithms there are, and whether one was made by a key.
//!
//! aws-lc-rs does what it can; what it refuses (MD5, RSA below 1024 bits, odd pairs of curve and digest, DSA, Ed448) goes to
//! the RustCrypto crates. Nothing here judges strength.

mod algorithm;
mod cache;
mod digest;
mod fault;
mod prepared;
mod elliptic;
mod rsa;
mod check;

pub(crate) use algorithm::{Family, PssParameters, SignatureAlgorithm};
pub use cache::SignatureCache;
pub(crate) use check::verify;
pub(crate) use digest::Digest;
pub(crate) use fault::SignatureFault;
pub(crate) use prepared::Prepared;
