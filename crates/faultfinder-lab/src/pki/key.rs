//! Keys: P-256 and Ed448 made on the spot, RSA from fixed test keys.

use super::handshake_keys::{Ed448Key, PssKey};
use super::rsa_signature::{Digest, sign_rsa};
use super::{der, oids, weak_rsa::WeakRsaKey};
use crate::LabError;
use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _, RsaKeyPair};
use ed448_goldilocks::SigningKey as Ed448;
use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::traits::PublicKeyParts as _;
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::sign::SigningKey;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer};
use std::sync::Arc;

/// A private key that everyone can read: for tests, because such a short key is not a secret anyway.
const RSA_512: &str = include_str!("keys/rsa512.pem");
/// A private key that everybody can read: made once for this lab, because making one takes long.
const RSA_2048: &str = include_str!("keys/rsa2048.pem");
const OTHER_RSA_2048: &str = include_str!("keys/rsa2048-other.pem");
/// Bytes of a private key of Ed448 (RFC 8032 section 5.2.5).
const ED448_BYTES: usize = 57;
/// Bytes of a key identifier: as long as the SHA-1 of RFC 5280 section 4.2.1.2 (we cut SHA-256, RFC 7093).
const KEY_ID_BYTES: usize = 20;

/// A private key and its public half.
pub struct Key {
    kind: Kind,
    spki: Vec<u8>,
    /// The contents of the BIT STRING of the `SubjectPublicKeyInfo`.
    public: Vec<u8>,
}

enum Kind {
    Ec {
        pair: EcdsaKeyPair,
        pkcs8: Vec<u8>,
    },
    Rsa {
        private: Arc<RsaPrivateKey>,
        pkcs1: Vec<u8>,
    },
    /// For RSASSA-PSS alone.
    Pss {
        pair: Arc<RsaKeyPair>,
        pkcs1: Vec<u8>,
    },
    Ed448(Box<Ed448>),
}

impl Key {
    /// A new key on P-256.
    ///
    /// # Errors
    ///
    /// When the cryptographic library has no randomness.
    pub fn ec() -> Result<Self, LabError> {
        let failed = |_| LabError::Certificate("no P-256 key".to_owned());
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).map_err(failed)?;
        let pkcs8 = pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec();
        let algorithm = der::sequence(&[der::oid(oids::EC_PUBLIC_KEY), der::oid(oids::PRIME256V1)]);
        let public = pair.public_key().as_ref().to_vec();
        let spki = der::sequence(&[algorithm, der::bit_string(&public)]);
        Ok(Self { kind: Kind::Ec { pair, pkcs8 }, spki, public })
    }

    /// The RSA key of 2048 bits.
    ///
    /// # Errors
    ///
    /// Never in practice: when the key in the source cannot be read.
    pub fn rsa2048() -> Result<Self, LabError> {
        Self::rsa(RSA_2048)
    }

    /// Another RSA key of 2048 bits.
    ///
    /// # Errors
    ///
    /// Never in practice: when the key in the source cannot be read.
    pub fn other_rsa2048() -> Result<Self, LabError> {
        Self::rsa(OTHER_RSA_2048)
    }

    /// The RSA key of 512 bits, which anybody can factor.
    ///
    /// # Errors
    ///
    /// Never in practice: when the key in the source cannot be read.
    pub fn rsa512() -> Result<Self, LabError> {
        Self::rsa(RSA_512)
    }

    /// The RSA key of 2048 bits as one for RSASSA-PSS alone, which signs handshakes and no certificates.
    ///
    /// # Errors
    ///
    /// Never in practice: when the key in the source cannot be read.
    pub fn pss2048() -> Result<Self, LabError> {
        let rsa = Self::rsa2048()?;
        let Kind::Rsa { pkcs1, .. } = rsa.kind else {
            return Err(LabError::Certificate("the RSA key is of another kind".to_owned()));
        };
        let pair = RsaKeyPair::from_der(&pkcs1)
            .map_err(|error| LabError::Certificate(format!("RSA key: {error}")))?;
        let algorithm = der::sequence(&[der::oid(oids::RSASSA_PSS)]);
        let spki = der::sequence(&[algorithm, der::bit_string(&rsa.public)]);
        Ok(Self { kind: Kind::Pss { pair: Arc::new(pair), pkcs1 }, spki, public: rsa.public })
    }

    /// A new Ed448 key.
    ///
    /// # Errors
    ///
    /// When the cryptographic library has no randomness.
    pub fn ed448() -> Result<Self, LabError> {
        let failed = || LabError::Certificate("no Ed448 key".to_owned());
        let mut seed = [0; ED448_BYTES];
        aws_lc_rs::rand::fill(&mut seed).map_err(|_| failed())?;
        let private = Ed448::try_from(seed.as_slice()).map_err(|_| failed())?;
        let public = private.verifying_key().to_bytes().to_vec();
        let algorithm = der::sequence(&[der::oid(oids::ED448)]);
        let spki = der::sequence(&[algorithm, der::bit_string(&public)]);
        Ok(Self { kind: Kind::Ed448(Box::new(private)), spki, public })
    }

    fn rsa(pem: &str) -> Result<Self, LabError> {
        let failed = |error: &dyn std::fmt::Display| LabError::Certificate(format!("RSA key: {error}"));
        let pkcs1 = PrivatePkcs1KeyDer::from_pem_slice(pem.as_bytes()).map_err(|error| failed(&error))?;
        let private =
            RsaPrivateKey::from_pkcs1_der(pkcs1.secret_pkcs1_der()).map_err(|error| failed(&error))?;
        let algorithm = der::sequence(&[der::oid(oids::RSA_ENCRYPTION), der::null()]);
        let public = der::sequence(&[der::integer(&private.n_bytes()), der::integer(&private.e_bytes())]);
        let spki = der::sequence(&[algorithm, der::bit_string(&public)]);
        Ok(Self {
            kind: Kind::Rsa { private: Arc::new(private), pkcs1: pkcs1.secret_pkcs1_der().to_vec() },
            spki,
            public,
        })
    }

    /// The `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// SHA-1 of the key alone, by which OCSP names it (RFC 6960 section 4.1.1).
    #[must_use]
    pub fn ocsp_hash(&self) -> Vec<u8> {
        digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &self.public).as_ref().to_vec()
    }

    /// The key identifier that certificates of this key carry.
    #[must_use]
    pub fn id(&self) -> Vec<u8> {
        digest::digest(&digest::SHA256, &self.spki).as_ref().iter().copied().take(KEY_ID_BYTES).collect()
    }

    /// The `AlgorithmIdentifier` of a signature by this key.
    #[must_use]
    pub fn signature_algorithm(&self, digest: Digest) -> Vec<u8> {
        match (&self.kind, digest) {
            (Kind::Ec { .. }, _) => der::sequence(&[der::oid(oids::ECDSA_WITH_SHA256)]),
            (Kind::Rsa { .. }, Digest::Sha256) => {
                der::sequence(&[der::oid(oids::SHA256_WITH_RSA), der::null()])
            }
            (Kind::Rsa { .. }, Digest::Md5) => der::sequence(&[der::oid(oids::MD5_WITH_RSA), der::null()]),
            (Kind::Pss { .. }, _) => der::sequence(&[der::oid(oids::RSASSA_PSS)]),
            (Kind::Ed448(_), _) => der::sequence(&[der::oid(oids::ED448)]),
        }
    }

    /// Signs a message: ECDSA, Ed448, or RSASSA-PKCS1-v1_5.
    ///
    /// # Errors
    ///
    /// When the cryptographic library cannot, and with a key for RSASSA-PSS alone.
    pub fn sign(&self, digest: Digest, message: &[u8]) -> Result<Vec<u8>, LabError> {
        match &self.kind {
            Kind::Ec { pair, .. } => pair
                .sign(&SystemRandom::new(), message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| LabError::Certificate("no ECDSA signature".to_owned())),
            Kind::Rsa { private, .. } => sign_rsa(private, digest, message)
                .map_err(|error| LabError::Certificate(format!("no RSA signature: {error}"))),
            Kind::Pss { .. } => {
                Err(LabError::Certificate("this key signs handshakes and no certificates".to_owned()))
            }
            Kind::Ed448(private) => Ok(private.sign_raw(message).to_bytes().to_vec()),
        }
    }

    /// The key in PEM (PKCS#8, or PKCS#1 of an RSA key).
    #[must_use]
    pub fn pem(&self) -> String {
        match &self.kind {
            Kind::Ec { pkcs8, .. } => super::pem::encode("PRIVATE KEY", pkcs8),
            Kind::Rsa { pkcs1, .. } | Kind::Pss { pkcs1, .. } => super::pem::encode("RSA PRIVATE KEY", pkcs1),
            Kind::Ed448(private) => {
                let algorithm = der::sequence(&[der::oid(oids::ED448)]);
                let seed = der::octet_string(&der::octet_string(private.as_bytes()));
                super::pem::encode("PRIVATE KEY", &der::sequence(&[der::integer(&[0]), algorithm, seed]))
            }
        }
    }

    /// The key as rustls takes it.
    ///
    /// # Errors
    ///
    /// When rustls refuses it.
    pub fn for_rustls(&self) -> Result<Arc<dyn SigningKey>, LabError> {
        let der = match &self.kind {
            Kind::Ec { pkcs8, .. } => PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pkcs8.clone())),
            // aws-lc-rs takes no shorter keys.
            Kind::Rsa { private, .. } if private.n().bits() < 2048 => {
                return Ok(Arc::new(WeakRsaKey::new(Arc::clone(private))));
            }
            Kind::Pss { pair, .. } => return Ok(Arc::new(PssKey(Arc::clone(pair)))),
            Kind::Ed448(private) => return Ok(Arc::new(Ed448Key(Ed448::clone(private)))),
            Kind::Rsa { pkcs1, .. } => PrivateKeyDer::Pkcs1(PrivatePkcs1KeyDer::from(pkcs1.clone())),
        };
        Ok(any_supported_type(&der)?)
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key").field("id", &self.id()).finish_non_exhaustive()
    }
}
