//! Common parts of all three messages: the signature, and the flags (MS-NLMP section 2.2).

/// The signature of every message.
pub(super) const SIGNATURE: &[u8; 8] = b"NTLMSSP\0";

/// Flags (MS-NLMP section 2.2.2.5).
pub(super) const UNICODE: u32 = 1;
pub(super) const REQUEST_TARGET: u32 = 4;
pub(super) const NTLM: u32 = 0x200;
pub(super) const ALWAYS_SIGN: u32 = 0x8000;
pub(super) const EXTENDED_SESSION_SECURITY: u32 = 0x8_0000;
pub(super) const TARGET_INFO: u32 = 0x80_0000;
pub(super) const KEY_128: u32 = 0x2000_0000;
pub(super) const KEY_56: u32 = 0x8000_0000;

/// The beginning of a message of this type.
pub(super) fn begin(kind: u32) -> Vec<u8> {
    let mut bytes = SIGNATURE.to_vec();
    bytes.extend_from_slice(&kind.to_le_bytes());
    bytes
}
