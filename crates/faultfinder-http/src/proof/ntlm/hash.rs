//! The values that are computed from a password (MS-NLMP section 3.3).

use super::challenge_message::Challenge;
use super::format::EXTENDED_SESSION_SECURITY;
use super::fresh::Fresh;
use des::Des;
use des::cipher::{BlockCipherEncrypt as _, KeyInit as _};
use hmac::{Hmac, Mac as _};
use md4::Md4;
use md5::{Digest as _, Md5};

/// The user who logs in.
#[derive(Clone)]
pub(super) struct Identity {
    pub(super) user: String,
    pub(super) domain: String,
    pub(super) password: String,
}

/// Both responses to a challenge.
pub(super) struct Responses {
    pub(super) lm: Vec<u8>,
    pub(super) nt: Vec<u8>,
    /// The key for the messages' integrity check; only in version 2.
    pub(super) session_key: Option<[u8; 16]>,
}

impl Responses {
    /// NTLM v2 (MS-NLMP section 3.3.2).
    pub(super) fn v2(identity: &Identity, challenge: &Challenge, fresh: Fresh) -> Self {
        let key = key_v2(identity);
        let mut blob = vec![1, 1, 0, 0, 0, 0, 0, 0];
        blob.extend_from_slice(&challenge.timestamp().unwrap_or(fresh.time).to_le_bytes());
        blob.extend_from_slice(&fresh.challenge);
        blob.extend_from_slice(&[0; 4]);
        blob.extend_from_slice(&challenge.target_info());
        blob.extend_from_slice(&[0; 4]);
        let proof = hmac_md5(&key, &[&challenge.challenge, &blob]);
        let lm = if challenge.timestamp().is_some() {
            vec![0; 24]
        } else {
            let mac = hmac_md5(&key, &[&challenge.challenge, &fresh.challenge]);
            [mac.as_slice(), &fresh.challenge].concat()
        };
        let session_key = Some(hmac_md5(&key, &[&proof]));
        Self { lm, nt: [proof.as_slice(), &blob].concat(), session_key }
    }

    /// NTLM v1 (MS-NLMP section 3.3.1). The LM hash, which is even weaker, is never sent: the NT response is sent
    /// instead.
    pub(super) fn v1(identity: &Identity, challenge: &Challenge, fresh: Fresh) -> Self {
        let key = key_v1(&identity.password);
        if challenge.flags & EXTENDED_SESSION_SECURITY == 0 {
            let nt = desl(&key, challenge.challenge);
            return Self { lm: nt.clone(), nt, session_key: None };
        }
        let digest: [u8; 16] =
            Md5::new().chain_update(challenge.challenge).chain_update(fresh.challenge).finalize().into();
        let nt = desl(&key, digest.first_chunk::<8>().copied().unwrap_or_default());
        let lm = [fresh.challenge.as_slice(), &[0; 16]].concat();
        Self { lm, nt, session_key: None }
    }
}

/// `NTOWFv1`.
fn key_v1(password: &str) -> [u8; 16] {
    Md4::digest(utf16(password)).into()
}

/// `NTOWFv2`.
fn key_v2(identity: &Identity) -> [u8; 16] {
    let name = format!("{}{}", identity.user.to_uppercase(), identity.domain);
    hmac_md5(&key_v1(&identity.password), &[&utf16(&name)])
}

/// UTF-16, little-endian.
pub(super) fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

pub(super) fn hmac_md5(key: &[u8; 16], parts: &[&[u8]]) -> [u8; 16] {
    // A key of any length is valid (RFC 2104 section 3).
    let Ok(mut mac) = Hmac::<Md5>::new_from_slice(key) else { return [0; 16] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// `DESL`: three ciphers of the same block, with keys of 7 bytes each from the 16 of the hash and five zeros.
fn desl(key: &[u8; 16], block: [u8; 8]) -> Vec<u8> {
    let padded = [key.as_slice(), &[0; 5]].concat();
    padded.chunks_exact(7).flat_map(|seven| encrypt(seven, block)).collect()
}

fn encrypt(seven: &[u8], block: [u8; 8]) -> [u8; 8] {
    let bits = seven.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte)) << 8;
    // Seven bits of the key in each byte; the eighth, for parity, is ignored.
    let key: [u8; 8] = std::array::from_fn(|index| {
        bits.wrapping_shl(7 * u32::try_from(index).unwrap_or(0)).to_be_bytes()[0] & 0xfe
    });
    let mut block = block.into();
    Des::new(&key.into()).encrypt_block(&mut block);
    block.into()
}

#[cfg(test)]
mod tests {
    use super::super::challenge_message::challenge_with;
    use super::*;

    /// MS-NLMP section 4.2.1.
    const SERVER_CHALLENGE: [u8; 8] = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];
    const FRESH: Fresh = Fresh { challenge: [0xaa; 8], time: 0 };

    fn identity() -> Identity {
        Identity { user: "User".to_owned(), domain: "Domain".to_owned(), password: "Password".to_owned() }
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn version_1_answers_as_ms_nlmp_section_4_2_2_says() {
        assert_eq!(hex(&key_v1("Password")), "a4f49c406510bdcab6824ee7c30fd852");
        let challenge = challenge_with(0, SERVER_CHALLENGE, &[]);
        let responses = Responses::v1(&identity(), &challenge, FRESH);
        assert_eq!(hex(&responses.nt), "67c43011f30298a2ad35ece64f16331c44bdbed927841f94");
    }

    #[test]
    fn version_1_with_extended_session_security_answers_as_section_4_2_3_says() {
        let challenge = challenge_with(EXTENDED_SESSION_SECURITY, SERVER_CHALLENGE, &[]);
        let responses = Responses::v1(&identity(), &challenge, FRESH);
        assert_eq!(hex(&responses.nt), "7537f803ae367128ca458204bde7caf81e97ed2683267232");
        assert_eq!(hex(&responses.lm), "aaaaaaaaaaaaaaaa00000000000000000000000000000000");
    }

    #[test]
    fn version_2_answers_as_section_4_2_4_says() {
        let mut info = vec![2, 0, 12, 0];
        info.extend(utf16("Domain"));
        info.extend([1, 0, 12, 0]);
        info.extend(utf16("Server"));
        info.extend([0; 4]);
        let challenge = challenge_with(0, SERVER_CHALLENGE, &info);
        assert_eq!(challenge.target_info(), info);
        assert_eq!(hex(&key_v2(&identity())), "0c868a403bfd7a93a3001ef22ef02e3f");
        let responses = Responses::v2(&identity(), &challenge, FRESH);
        assert_eq!(hex(&responses.nt[..16]), "68cd0ab851e51c96aabc927bebef6a1c");
        assert_eq!(hex(&responses.lm), "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa");
        assert_eq!(hex(&responses.session_key.unwrap()), "8de40ccadbc14a82f15cb0ad0de95ca3");
    }
}
