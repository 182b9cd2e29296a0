//! The reader of CBC records.
//!
//! Whatever is wrong with a record is one and the same error. Which of padding and MAC was wrong would let an attacker decrypt
//! records (RFC 5246 section 6.2.3.2), and so would the time until the error ("Lucky Thirteen"):
//!
//! * Constant in time: the check of the padding, which looks at the last 256 bytes whatever the padding is; the number of blocks
//!   that are hashed, to which those are added that shorter padding would have had; the comparison of the MACs.
//! * Not constant in time: which bytes of the decrypted record are hashed and compared, so that an attacker on the same machine
//!   may learn the length of the padding from the processor's cache; differences of nanoseconds between calls that hash one or
//!   several pieces.
//!
//! A monitor makes a new connection for each test and sends a secret once in it, which leaves an attacker the one record that
//! is damaged: there is no second one to compare with.

use super::protection::{BLOCK, CbcHmac, Mac};
use aws_lc_rs::cipher::{DecryptingKey, DecryptionContext};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use rustls::Error;
use rustls::crypto::cipher::{
    AeadKey, InboundOpaqueMessage, InboundPlainMessage, MessageDecrypter, make_tls12_aad,
};
use std::hint::black_box;

/// Maximum bytes of the content of a record (RFC 5246 section 6.2.1).
const CONTENT_BYTES_MAX: usize = 1 << 14;
/// Maximum bytes of padding, with the one that says how many others there are.
const PADDING_BYTES_MAX: usize = 256;
/// Bytes before the content that the MAC covers: sequence number, type, version, length.
const HEADER_BYTES: usize = 13;

/// Decrypts records.
pub(super) struct Opener {
    /// Nothing if AES refused it, which it does for none of the lengths of keys.
    key: Option<DecryptingKey>,
    mac: Mac,
    mac_key: hmac::Key,
}

impl Opener {
    pub(super) fn new(algorithm: CbcHmac, key: &AeadKey, mac_key: &[u8]) -> Self {
        let key = algorithm.unbound(key).and_then(|key| DecryptingKey::cbc(key).ok());
        Self { key, mac: algorithm.mac, mac_key: algorithm.mac.key(mac_key) }
    }

    /// Decrypts a record in place; yields the bytes of its content behind the IV.
    fn open(&self, message: &mut InboundOpaqueMessage<'_>, seq: u64) -> Option<usize> {
        let (kind, version) = (message.typ, message.version);
        let (iv, body) = message.payload.split_first_chunk_mut::<BLOCK>()?;
        let context = DecryptionContext::Iv128(FixedLength::from(&*iv));
        // The longest content, with one byte of padding. What does not even have room for a MAC and that byte is public.
        let longest = body.len().checked_sub(self.mac.bytes() + 1)?;
        if !body.len().is_multiple_of(BLOCK) {
            return None;
        }
        let body = self.key.as_ref()?.decrypt(body, context).ok()?;
        let padding = padding(body, longest);
        let length = longest.checked_sub(padding.bytes)?;
        let (content, rest) = body.split_at_checked(length)?;
        let mut mac = hmac::Context::with_key(&self.mac_key);
        mac.update(&make_tls12_aad(seq, kind, version, length));
        mac.update(content);
        let expected = mac.sign();
        self.spend(longest, length);
        let is_authentic = verify_slices_are_equal(expected.as_ref(), rest.get(..self.mac.bytes())?).is_ok();
        (is_authentic & padding.is_good).then_some(length)
    }

    /// Hashes as many blocks as the longest content has more than the content that was hashed.
    fn spend(&self, longest: usize, length: usize) {
        let blocks = |content: usize| {
            (HEADER_BYTES + content + self.mac.trailer_bytes()).div_ceil(self.mac.block_bytes())
        };
        let spare = blocks(longest).saturating_sub(blocks(length)) * self.mac.block_bytes();
        let nothing = [0; PADDING_BYTES_MAX + 128];
        let mut mac = hmac::Context::with_key(&self.mac_key);
        mac.update(nothing.get(..spare).unwrap_or(&nothing));
        black_box(&mac);
    }
}

impl MessageDecrypter for Opener {
    fn decrypt<'a>(
        &mut self,
        mut message: InboundOpaqueMessage<'a>,
        seq: u64,
    ) -> Result<InboundPlainMessage<'a>, Error> {
        let length = self.open(&mut message, seq).ok_or(Error::DecryptError)?;
        if length > CONTENT_BYTES_MAX {
            return Err(Error::PeerSentOversizedRecord);
        }
        Ok(message.into_plain_message_range(BLOCK..BLOCK + length))
    }
}

/// What the end of a decrypted record says of its padding.
struct Padding {
    /// How many bytes of padding there are before the last one; none if they are wrong.
    bytes: usize,
    is_good: bool,
}

/// The padding of a record in which at most this many bytes can be padding, in addition to the last byte.
fn padding(body: &[u8], most: usize) -> Padding {
    let value = body.last().copied().unwrap_or_default();
    let count = u16::from(value);
    let most = u16::try_from(most).unwrap_or(u16::MAX >> 1);
    let mut wrong = !at_most(count, most);
    for (index, byte) in (0_u16..).zip(body.iter().rev().take(PADDING_BYTES_MAX)) {
        wrong |= at_most(index, count) & (byte ^ value);
    }
    // All bits set if no bit of `wrong` is.
    let good = at_most(u16::from(black_box(wrong)), 0);
    Padding { bytes: usize::from(value & good), is_good: good != 0 }
}

/// All bits set if the first number is at most the second; both are below 2^15.
fn at_most(first: u16, second: u16) -> u8 {
    let [_, is_above] = (black_box(second).wrapping_sub(first) >> 15).to_be_bytes();
    is_above.wrapping_sub(1)
}

#[cfg(test)]
mod tests;
