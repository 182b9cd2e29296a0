//! Handshakes signed by keys that rustls does not take: for RSASSA-PSS alone, and Ed448.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PSS_SHA256, RsaKeyPair};
use ed448_goldilocks::SigningKey as Ed448;
use rustls::sign::{Signer, SigningKey};
use rustls::{Error, SignatureAlgorithm, SignatureScheme};
use std::fmt;
use std::sync::Arc;

/// `rsa_pss_pss_sha256` (RFC 8446 section 4.2.3).
const RSA_PSS_PSS_SHA256: SignatureScheme = SignatureScheme::Unknown(0x0809);

/// Signs with `rsa_pss_pss_sha256` alone.
#[derive(Clone)]
pub(super) struct PssKey(pub(super) Arc<RsaKeyPair>);

/// Signs with `ed448`.
#[derive(Clone)]
pub(super) struct Ed448Key(pub(super) Ed448);

impl SigningKey for PssKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered.contains(&RSA_PSS_PSS_SHA256).then(|| Box::new(self.clone()) as Box<dyn Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::RSA
    }
}

impl Signer for PssKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(&RSA_PSS_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| Error::General("no RSASSA-PSS signature".to_owned()))?;
        Ok(signature)
    }

    fn scheme(&self) -> SignatureScheme {
        RSA_PSS_PSS_SHA256
    }
}

impl SigningKey for Ed448Key {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered.contains(&SignatureScheme::ED448).then(|| Box::new(self.clone()) as Box<dyn Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ED448
    }
}

impl Signer for Ed448Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(self.0.sign_raw(message).to_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ED448
    }
}

impl fmt::Debug for PssKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PssKey").finish_non_exhaustive()
    }
}

impl fmt::Debug for Ed448Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ed448Key").finish_non_exhaustive()
    }
}
