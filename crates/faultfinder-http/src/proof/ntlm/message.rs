//! The client's two messages (MS-NLMP sections 2.2.1.1 and 2.2.1.3).

use super::challenge_message::Challenge;
use super::format::{
    ALWAYS_SIGN, EXTENDED_SESSION_SECURITY, KEY_56, KEY_128, NTLM, REQUEST_TARGET, TARGET_INFO, UNICODE,
    begin,
};
use super::hash::{self, Identity, Responses};
use faultfinder_taxonomy::word::NtlmVersion;

/// The flags in the first message of a client of this version.
const fn wanted(version: NtlmVersion) -> u32 {
    let always = UNICODE | REQUEST_TARGET | NTLM | ALWAYS_SIGN | KEY_128 | KEY_56;
    match version {
        NtlmVersion::V1 => always,
        NtlmVersion::V2 => always | EXTENDED_SESSION_SECURITY,
    }
}

/// The first message.
pub(super) fn negotiate(version: NtlmVersion) -> Vec<u8> {
    let mut bytes = begin(1);
    bytes.extend_from_slice(&wanted(version).to_le_bytes());
    // Neither domain nor workstation: both are in the third message.
    bytes.extend_from_slice(&[0; 16]);
    bytes
}

/// The third message.
pub(super) fn authenticate(
    hello: &[u8],
    challenge_bytes: &[u8],
    challenge: &Challenge,
    responses: &Responses,
    identity: &Identity,
    workstation: &str,
) -> Vec<u8> {
    /// Length of the fixed part, with an empty version and the integrity check.
    const FIXED_BYTES: usize = 88;
    const MIC_AT: usize = 72;
    let fields = [
        responses.lm.clone(),
        responses.nt.clone(),
        hash::utf16(&identity.domain),
        hash::utf16(&identity.user),
        hash::utf16(workstation),
        Vec::new(), // a session key that would be exchanged
    ];
    let mut bytes = begin(3);
    let mut payload = Vec::new();
    for value in &fields {
        let length = u16::try_from(value.len()).unwrap_or(u16::MAX).to_le_bytes();
        bytes.extend_from_slice(&length);
        bytes.extend_from_slice(&length);
        let offset = u32::try_from(FIXED_BYTES + payload.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&offset.to_le_bytes());
        payload.extend_from_slice(value);
    }
    // The flags that both sides support.
    let offered =
        UNICODE | REQUEST_TARGET | NTLM | ALWAYS_SIGN | KEY_128 | KEY_56 | EXTENDED_SESSION_SECURITY;
    let flags = challenge.flags & (offered | TARGET_INFO);
    bytes.extend_from_slice(&flags.to_le_bytes());
    bytes.resize(FIXED_BYTES, 0);
    bytes.extend_from_slice(&payload);
    if let (Some(key), Some(_)) = (&responses.session_key, challenge.timestamp()) {
        let mic = hash::hmac_md5(key, &[hello, challenge_bytes, &bytes]);
        if let Some(place) = bytes.get_mut(MIC_AT..MIC_AT + mic.len()) {
            place.copy_from_slice(&mic);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::super::challenge_message::challenge_with;
    use super::super::fresh::Fresh;
    use super::*;

    #[test]
    fn a_target_that_tells_its_clock_gets_a_check_of_integrity() {
        let info = [7, 0, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let challenge = challenge_with(UNICODE, [1; 8], &info);
        assert_eq!(challenge.timestamp(), Some(1));
        assert_eq!(challenge.target_info()[12..], [6, 0, 4, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
        let identity = Identity { user: "u".into(), domain: String::new(), password: "p".into() };
        let fresh = Fresh { challenge: [2; 8], time: 0 };
        let responses = Responses::v2(&identity, &challenge, fresh);
        assert_eq!(responses.lm, [0; 24]);
        let message = authenticate(b"hello", b"challenge", &challenge, &responses, &identity, "");
        assert_ne!(message[72..88], [0; 16]);
    }
}
