//! The records of CBC suites in TLS 1.2 (RFC 5246 section 6.2.3.2): a random IV, and content, MAC and padding encrypted.
//!
//! The MAC is computed before encryption: rustls does not offer encrypt-then-MAC (RFC 7366).

use super::cbc_open::Opener;
use super::protection::{BLOCK, CbcHmac, Mac};
use aws_lc_rs::cipher::{EncryptingKey, EncryptionContext};
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use rustls::crypto::cipher::{
    AeadKey, KeyBlockShape, MessageDecrypter, MessageEncrypter, OutboundOpaqueMessage, OutboundPlainMessage,
    PrefixedPayload, Tls12AeadAlgorithm, UnsupportedOperationError, make_tls12_aad,
};
use rustls::{ConnectionTrafficSecrets, Error};

impl Tls12AeadAlgorithm for CbcHmac {
    fn encrypter(&self, key: AeadKey, mac_key: &[u8], _: &[u8]) -> Box<dyn MessageEncrypter> {
        let key = self.unbound(&key).and_then(|key| EncryptingKey::cbc(key).ok());
        Box::new(Sealer { key, mac: self.mac, mac_key: self.mac.key(mac_key) })
    }

    fn decrypter(&self, key: AeadKey, mac_key: &[u8]) -> Box<dyn MessageDecrypter> {
        Box::new(Opener::new(*self, &key, mac_key))
    }

    fn key_block_shape(&self) -> KeyBlockShape {
        // The MAC keys come as fixed IVs, see `prf`.
        KeyBlockShape {
            enc_key_len: self.aes.key_bytes(),
            fixed_iv_len: self.mac.bytes(),
            explicit_nonce_len: 0,
        }
    }

    fn extract_keys(
        &self,
        _: AeadKey,
        _: &[u8],
        _: &[u8],
    ) -> Result<ConnectionTrafficSecrets, UnsupportedOperationError> {
        Err(UnsupportedOperationError)
    }
}

/// Encrypts records.
struct Sealer {
    /// Nothing if AES refused it, which it does for none of the lengths above.
    key: Option<EncryptingKey>,
    mac: Mac,
    mac_key: hmac::Key,
}

impl MessageEncrypter for Sealer {
    fn encrypt(
        &mut self,
        message: OutboundPlainMessage<'_>,
        seq: u64,
    ) -> Result<OutboundOpaqueMessage, Error> {
        let length = message.payload.len();
        let mut payload = PrefixedPayload::with_capacity(self.encrypted_payload_len(length));
        let mut iv = [0; BLOCK];
        aws_lc_rs::rand::fill(&mut iv).map_err(|_| Error::EncryptError)?;
        payload.extend_from_slice(&iv);
        payload.extend_from_chunks(&message.payload);

        let mut mac = hmac::Context::with_key(&self.mac_key);
        mac.update(&make_tls12_aad(seq, message.typ, message.version, length));
        mac.update(payload.as_ref().get(BLOCK..).ok_or(Error::EncryptError)?);
        payload.extend_from_slice(mac.sign().as_ref());

        // At least the byte that says how many there are, each of which has the value of that byte.
        let padding = BLOCK - (length + self.mac.bytes()) % BLOCK;
        let value = u8::try_from(padding - 1).map_err(|_| Error::EncryptError)?;
        payload.extend(std::iter::repeat_n(&value, padding));

        let key = self.key.as_ref().ok_or(Error::EncryptError)?;
        let body = payload.as_mut().get_mut(BLOCK..).ok_or(Error::EncryptError)?;
        let context = EncryptionContext::Iv128(FixedLength::from(iv));
        key.less_safe_encrypt(body, context).map_err(|_| Error::EncryptError)?;
        Ok(OutboundOpaqueMessage::new(message.typ, message.version, payload))
    }

    fn encrypted_payload_len(&self, length: usize) -> usize {
        BLOCK + ((length + self.mac.bytes()) / BLOCK + 1) * BLOCK
    }
}
