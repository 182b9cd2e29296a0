//! The values that an NTLM client must have computed (MS-NLMP section 3.3), from the password that the server knows.

use des::Des;
use des::cipher::{BlockCipherEncrypt, KeyInit};
use hmac::{Hmac, Mac};
use md4::Md4;
use md5::{Digest, Md5};

/// The password as it is stored: `MD4(UTF16(password))`.
pub(super) fn stored(password: &str) -> [u8; 16] {
    Md4::digest(utf16(password)).into()
}

pub(super) fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// HMAC-MD5 over several parts.
pub(super) fn mac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Md5>::new_from_slice(key) else { return Vec::new() };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

/// The key of version 2.
pub(super) fn key_v2(password: &str, user: &str, domain: &str) -> Vec<u8> {
    mac(&stored(password), &[&utf16(&user.to_uppercase()), &utf16(domain)])
}

/// The response of version 1 to a challenge.
pub(super) fn response_v1(password: &str, challenge: &[u8; 8]) -> Vec<u8> {
    let mut key = stored(password).to_vec();
    key.resize(21, 0);
    key.chunks(7).flat_map(|part| des(part, challenge)).collect()
}

fn des(part: &[u8], challenge: &[u8; 8]) -> Vec<u8> {
    let mut bits: Vec<bool> = Vec::with_capacity(64);
    for byte in part {
        for bit in (0..8).rev() {
            if bits.len() % 8 == 7 {
                bits.push(false); // parity, which is ignored
            }
            bits.push(byte >> bit & 1 == 1);
        }
    }
    bits.resize(64, false);
    let mut key = [0_u8; 8];
    for (byte, eight) in key.iter_mut().zip(bits.chunks(8)) {
        *byte = eight.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
    }
    let mut block = (*challenge).into();
    Des::new(&key.into()).encrypt_block(&mut block);
    block.to_vec()
}
