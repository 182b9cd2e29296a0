//! Secrets in definitions that come over the API: they are written and never read.
//!
//! A definition is kept and shown with [`MASK`] in the place of each secret: the values of variables with `secret: true`,
//! credentials, and private keys. The secrets themselves are kept beside it, sealed with a key of the configuration. An
//! update that leaves a secret out, or has the mask in its place, keeps the secret.

mod places; // where secrets are in a definition
mod keyring; // sealing and opening

pub use keyring::{KEY_CHARS_MIN, KeyError, SecretKey};
pub(crate) use keyring::{Keyring, Unopened};
pub(crate) use places::{Secrets, put_back, take_out};

/// What is shown and kept in the place of a secret.
pub(crate) const MASK: &str = "***";
