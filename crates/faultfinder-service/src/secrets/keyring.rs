//! Sealing and opening.
//!
//! Every record has a key of its own (AES-256-GCM), which is sealed in turn with the key of the configuration: another key of
//! the configuration means that the keys of the records are sealed anew, and nothing else. A sealed text says which key
//! of the configuration it needs, and belongs to one test: in the place of another one it does not open.

use super::Secrets;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// Fewest characters of a key of the configuration: 128 bits as hexadecimal digits.
pub const KEY_CHARS_MIN: usize = 32;
const KEY_BYTES: usize = 32;
const TAG_BYTES: usize = 16;
const ID_BYTES: usize = 8;
/// Stands before each sealed text.
const VERSION: &str = "1.";

/// The key of the configuration with which secrets are sealed.
#[derive(Clone)]
pub struct SecretKey {
    key: Arc<LessSafeKey>,
    id: [u8; ID_BYTES],
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(***)")
    }
}

/// Why a text cannot be a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "closed: its length is all that is asked of it")]
pub enum KeyError {
    /// It is too short to be random enough.
    #[error("the secret key has {0} characters; at least {KEY_CHARS_MIN} are required: openssl rand -hex 32")]
    TooShort(usize),
    /// The library refuses it.
    #[error("the secret key cannot be used")]
    Unusable,
}

impl SecretKey {
    /// The key that a text stands for: random text of at least [`KEY_CHARS_MIN`] characters.
    ///
    /// # Errors
    ///
    /// [`KeyError::TooShort`] for less.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let length = text.chars().count();
        if length < KEY_CHARS_MIN {
            return Err(KeyError::TooShort(length));
        }
        let key = Sha256::new_with_prefix("faultfinder secret key\0").chain_update(text).finalize();
        let hash = Sha256::new_with_prefix("faultfinder secret key id\0").chain_update(text).finalize();
        let mut id = [0; ID_BYTES];
        id.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).map_err(|_| KeyError::Unusable)?);
        Ok(Self { key: Arc::new(key), id })
    }

    /// A new one, as text.
    ///
    /// # Errors
    ///
    /// When the system has no random numbers.
    pub fn generate() -> Result<String, KeyError> {
        let bytes: [u8; KEY_BYTES] = random()?;
        Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// Why secrets cannot be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unopened {
    #[error("no secret key is configured (`secret_key_file`)")]
    NoKey,
    #[error("its secrets are sealed with another key than the configured one")]
    OtherKey,
    #[error("its sealed secrets are damaged")]
    Damaged,
    #[error("the secrets cannot be sealed")]
    Library,
}

/// What seals and opens.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keyring(Option<SecretKey>);

impl Keyring {
    pub(crate) const fn new(key: Option<SecretKey>) -> Self {
        Self(key)
    }

    /// Seals the secrets of a test; nothing when there are none.
    pub(crate) fn seal(&self, test: &str, secrets: &Secrets) -> Result<Option<String>, Unopened> {
        if secrets.is_empty() {
            return Ok(None);
        }
        let outer = self.0.as_ref().ok_or(Unopened::NoKey)?;
        let inner: [u8; KEY_BYTES] = random().map_err(|_| Unopened::Library)?;
        let mut bytes = outer.id.to_vec();
        bytes.extend(sealed(&outer.key, test, &inner)?);
        let plain = serde_json::to_vec(secrets).map_err(|_| Unopened::Library)?;
        bytes.extend(sealed(&key(&inner)?, test, &plain)?);
        Ok(Some(format!("{VERSION}{}", STANDARD_NO_PAD.encode(bytes))))
    }

    /// Opens the secrets of a test.
    pub(crate) fn open(&self, test: &str, text: &str) -> Result<Secrets, Unopened> {
        let parts = Parts::of(text)?;
        let inner = self.inner(test, &parts)?;
        let plain = opened(&key(&inner)?, test, &parts.secrets)?;
        serde_json::from_slice(&plain).map_err(|_| Unopened::Damaged)
    }

    /// The same secrets for another key of the configuration.
    pub(crate) fn reseal(&self, test: &str, text: &str, new: &SecretKey) -> Result<String, Unopened> {
        let parts = Parts::of(text)?;
        if parts.id == new.id {
            return Ok(text.to_owned());
        }
        let inner = self.inner(test, &parts)?;
        let mut bytes = new.id.to_vec();
        bytes.extend(sealed(&new.key, test, &inner)?);
        bytes.extend(parts.secrets);
        Ok(format!("{VERSION}{}", STANDARD_NO_PAD.encode(bytes)))
    }

    /// The key of the record.
    fn inner(&self, test: &str, parts: &Parts) -> Result<Vec<u8>, Unopened> {
        let outer = self.0.as_ref().ok_or(Unopened::NoKey)?;
        if outer.id != *parts.id {
            return Err(Unopened::OtherKey);
        }
        opened(&outer.key, test, &parts.inner)
    }
}

/// A sealed text, taken apart.
struct Parts {
    id: Vec<u8>,
    inner: Vec<u8>,
    secrets: Vec<u8>,
}

impl Parts {
    fn of(text: &str) -> Result<Self, Unopened> {
        let bytes = text.strip_prefix(VERSION).and_then(|text| STANDARD_NO_PAD.decode(text).ok());
        let bytes = bytes.ok_or(Unopened::Damaged)?;
        let (id, rest) = bytes.split_at_checked(ID_BYTES).ok_or(Unopened::Damaged)?;
        let (inner, secrets) =
            rest.split_at_checked(NONCE_LEN + KEY_BYTES + TAG_BYTES).ok_or(Unopened::Damaged)?;
        Ok(Self { id: id.to_vec(), inner: inner.to_vec(), secrets: secrets.to_vec() })
    }
}

fn random<const N: usize>() -> Result<[u8; N], KeyError> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| KeyError::Unusable)?;
    Ok(bytes)
}

fn key(bytes: &[u8]) -> Result<LessSafeKey, Unopened> {
    Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| Unopened::Damaged)?))
}

/// A nonce, and what is sealed with it for a test.
fn sealed(key: &LessSafeKey, test: &str, plain: &[u8]) -> Result<Vec<u8>, Unopened> {
    let nonce: [u8; NONCE_LEN] = random().map_err(|_| Unopened::Library)?;
    let mut bytes = plain.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(test), &mut bytes)
        .map_err(|_| Unopened::Library)?;
    Ok([nonce.as_slice(), &bytes].concat())
}

fn opened(key: &LessSafeKey, test: &str, bytes: &[u8]) -> Result<Vec<u8>, Unopened> {
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LEN>().ok_or(Unopened::Damaged)?;
    let mut bytes = sealed.to_vec();
    let plain = key
        .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(test), &mut bytes)
        .map_err(|_| Unopened::Damaged)?;
    Ok(plain.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret_key(digit: &str) -> SecretKey {
        SecretKey::from_text(&digit.repeat(KEY_CHARS_MIN)).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_for_its_test_alone() {
        let keyring = Keyring::new(Some(secret_key("a")));
        let secrets = Secrets::from([("/a".to_owned(), "hunter2".into())]);
        let sealed = keyring.seal("t-1", &secrets).unwrap().unwrap();
        assert!(!sealed.contains("hunter2"));
        assert_ne!(keyring.seal("t-1", &secrets).unwrap().unwrap(), sealed, "no two are the same");
        assert_eq!(keyring.open("t-1", &sealed), Ok(secrets.clone()));
        assert_eq!(keyring.open("t-2", &sealed), Err(Unopened::Damaged));
        let mut broken = sealed.clone().into_bytes();
        let last = broken.len() - 3;
        broken[last] = if broken[last] == b'A' { b'B' } else { b'A' };
        assert_eq!(keyring.open("t-1", std::str::from_utf8(&broken).unwrap()), Err(Unopened::Damaged));
        for text in ["", "1.", "2.AAAA", "1.AAAA", "1.!"] {
            assert_eq!(keyring.open("t-1", text), Err(Unopened::Damaged), "{text}");
        }
        assert_eq!(Keyring::default().open("t-1", &sealed), Err(Unopened::NoKey));
        assert_eq!(Keyring::default().seal("t-1", &secrets), Err(Unopened::NoKey));
        assert_eq!(Keyring::default().seal("t-1", &Secrets::new()), Ok(None));
        let other = Keyring::new(Some(secret_key("b")));
        assert_eq!(other.open("t-1", &sealed), Err(Unopened::OtherKey));
        let again = keyring.reseal("t-1", &sealed, &secret_key("b")).unwrap();
        assert_eq!(other.open("t-1", &again), Ok(secrets));
        assert_eq!(other.reseal("t-1", &again, &secret_key("b")), Ok(again), "twice is as good as once");
    }

    #[test]
    fn each_test_has_a_key_of_its_own() {
        let keyring = Keyring::new(Some(secret_key("a")));
        let secrets = Secrets::from([("/a".to_owned(), "hunter2".into())]);
        let inner = |test: &str| {
            let sealed = keyring.seal(test, &secrets).unwrap().unwrap();
            keyring.inner(test, &Parts::of(&sealed).unwrap()).unwrap()
        };
        assert_ne!(inner("t-1"), inner("t-2"));
    }

    #[test]
    fn a_key_has_a_length_and_is_not_shown() {
        assert_eq!(SecretKey::from_text(" short ").unwrap_err(), KeyError::TooShort(5));
        let key = SecretKey::generate().unwrap();
        assert_eq!(key.len(), 64);
        assert!(!format!("{:?}", SecretKey::from_text(&key).unwrap()).contains(&key));
    }
}
