//! TLS signatures by an RSA key that is too short for everybody else.

use super::rsa_signature::{Digest, sign_rsa};
use rsa::RsaPrivateKey;
use rustls::sign::{Signer, SigningKey};
use rustls::{Error, SignatureAlgorithm, SignatureScheme};
use std::sync::Arc;

/// Signs with `rsa_pkcs1_sha256` alone: 512 bits have no room for a PSS signature, so TLS 1.2 is all it can do.
pub(super) struct WeakRsaKey(Arc<RsaPrivateKey>);

impl WeakRsaKey {
    pub(super) const fn new(private: Arc<RsaPrivateKey>) -> Self {
        Self(private)
    }
}

impl SigningKey for WeakRsaKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered
            .contains(&SignatureScheme::RSA_PKCS1_SHA256)
            .then(|| Box::new(Self(Arc::clone(&self.0))) as Box<dyn Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::RSA
    }
}

impl Signer for WeakRsaKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        sign_rsa(&self.0, Digest::Sha256, message).map_err(|error| Error::General(error.to_string()))
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::RSA_PKCS1_SHA256
    }
}

impl std::fmt::Debug for WeakRsaKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WeakRsaKey").finish_non_exhaustive()
    }
}
