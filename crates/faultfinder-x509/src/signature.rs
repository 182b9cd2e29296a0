//! Signatures: which algorithms exist, and whether a key created a signature.
//!
//! aws-lc-rs is used where possible. What it refuses (MD5, RSA below 1024 bits, unusual pairs of curve and digest, DSA, Ed448,
//! SLH-DSA) is verified by the RustCrypto crates, and curves that neither has by our own arithmetic (`curve`). Strength is not
//! checked here.

mod algorithm;
mod cache;
mod digest;
mod fault;
mod prepared;
mod elliptic;
mod rsa;
mod slh;
mod check;
mod handshake;

pub(crate) use algorithm::{Family, PssParameters, SignatureAlgorithm};
pub use cache::SignatureCache;
pub(crate) use check::verify;
pub(crate) use digest::Digest;
pub(crate) use fault::SignatureFault;
pub(crate) use prepared::Prepared;
pub(crate) use slh::SlhDsa;
