//! Records as the sender makes them, and as nobody should.

use super::super::protection::Aes;
use super::*;
use aws_lc_rs::cipher::{EncryptingKey, EncryptionContext};
use rustls::crypto::cipher::{OutboundChunks, OutboundPlainMessage, Tls12AeadAlgorithm as _};
use rustls::{ContentType, ProtocolVersion};

/// A key of 32 bytes, which is what `AeadKey` can be made of.
const KEY: [u8; 32] = [7; 32];
const MACS: [Mac; 3] = [Mac::Sha1, Mac::Sha256, Mac::Sha384];
const SEQ: u64 = 3;

fn algorithm(mac: Mac) -> CbcHmac {
    CbcHmac { aes: Aes::Aes256, mac }
}

fn mac_key(mac: Mac) -> Vec<u8> {
    vec![9; mac.bytes()]
}

/// What the sender makes of content.
fn sealed(mac: Mac, content: &[u8]) -> Vec<u8> {
    let mut sealer = algorithm(mac).encrypter(AeadKey::from(KEY), &mac_key(mac), &[]);
    let message = OutboundPlainMessage {
        typ: ContentType::ApplicationData,
        version: ProtocolVersion::TLSv1_2,
        payload: OutboundChunks::Single(content),
    };
    let length = sealer.encrypted_payload_len(content.len());
    let record = sealer.encrypt(message, SEQ).unwrap().payload.as_ref().to_vec();
    assert_eq!(record.len(), length);
    record
}

/// A record with this behind the content and its MAC.
fn padded(mac: Mac, content: &[u8], padding: &[u8]) -> Vec<u8> {
    let mut context = hmac::Context::with_key(&mac.key(&mac_key(mac)));
    let header = make_tls12_aad(SEQ, ContentType::ApplicationData, ProtocolVersion::TLSv1_2, content.len());
    context.update(&header);
    context.update(content);
    encrypted(mac, &[content, context.sign().as_ref(), padding].concat())
}

/// A record with this in it, whatever it means.
fn encrypted(mac: Mac, plain: &[u8]) -> Vec<u8> {
    let key = EncryptingKey::cbc(algorithm(mac).unbound(&AeadKey::from(KEY)).unwrap()).unwrap();
    let iv = [5; BLOCK];
    let mut body = plain.to_vec();
    key.less_safe_encrypt(&mut body, EncryptionContext::Iv128(FixedLength::from(iv))).unwrap();
    [iv.as_slice(), &body].concat()
}

/// What the reader makes of a record.
fn opened(mac: Mac, record: &[u8]) -> Result<Vec<u8>, Error> {
    let mut opener = algorithm(mac).decrypter(AeadKey::from(KEY), &mac_key(mac));
    let mut bytes = record.to_vec();
    let message =
        InboundOpaqueMessage::new(ContentType::ApplicationData, ProtocolVersion::TLSv1_2, &mut bytes);
    opener.decrypt(message, SEQ).map(|plain| plain.payload.to_vec())
}

#[test]
fn what_is_sent_is_what_arrives() {
    for mac in MACS {
        for length in (0..300).chain([1000, CONTENT_BYTES_MAX]) {
            let content: Vec<u8> = (0..=u8::MAX).cycle().take(length).collect();
            assert_eq!(opened(mac, &sealed(mac, &content)).unwrap(), content, "{mac:?} {length}");
        }
    }
}

#[test]
fn every_truncation_is_one_error() {
    for mac in MACS {
        let record = sealed(mac, b"some content of a record");
        for length in 0..record.len() {
            assert_eq!(opened(mac, &record[..length]), Err(Error::DecryptError), "{mac:?} {length}");
        }
    }
}

#[test]
fn every_changed_bit_is_one_error() {
    for mac in MACS {
        let record = sealed(mac, b"some content");
        for bit in 0..record.len() * 8 {
            let mut changed = record.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(opened(mac, &changed), Err(Error::DecryptError), "{mac:?} {bit}");
        }
    }
}

/// Padding may be longer than necessary, up to 255 bytes and the one that says so.
#[test]
fn padding_of_every_length_is_read() {
    for mac in MACS {
        let content = b"content";
        for value in 0..=u8::MAX {
            let padding = vec![value; usize::from(value) + 1];
            if (content.len() + mac.bytes() + padding.len()).is_multiple_of(BLOCK) {
                assert_eq!(opened(mac, &padded(mac, content, &padding)).unwrap(), content, "{mac:?} {value}");
            }
        }
    }
}

#[test]
fn each_byte_of_the_padding_counts() {
    for mac in MACS {
        let length = 4 * BLOCK - (7 + mac.bytes()) % BLOCK;
        let good = vec![u8::try_from(length - 1).unwrap(); length];
        assert!(opened(mac, &padded(mac, b"content", &good)).is_ok());
        for index in 0..length {
            let mut wrong = good.clone();
            wrong[index] ^= 1;
            let result = opened(mac, &padded(mac, b"content", &wrong));
            assert_eq!(result, Err(Error::DecryptError), "{mac:?} {index}");
        }
    }
}

/// Padding that would reach into the MAC or in front of the record.
#[test]
fn padding_that_is_longer_than_the_record_is_an_error() {
    for mac in MACS {
        for blocks in 1..20 {
            for value in 0..=u8::MAX {
                let result = opened(mac, &encrypted(mac, &vec![value; blocks * BLOCK]));
                assert_eq!(result, Err(Error::DecryptError), "{mac:?} {blocks} {value}");
            }
        }
    }
}

#[test]
fn the_sequence_number_the_type_and_the_version_are_covered() {
    let record = sealed(Mac::Sha1, b"content");
    let with = |seq, kind, version| {
        let mut opener = algorithm(Mac::Sha1).decrypter(AeadKey::from(KEY), &mac_key(Mac::Sha1));
        let mut bytes = record.clone();
        opener.decrypt(InboundOpaqueMessage::new(kind, version, &mut bytes), seq).is_ok()
    };
    assert!(with(SEQ, ContentType::ApplicationData, ProtocolVersion::TLSv1_2));
    assert!(!with(SEQ + 1, ContentType::ApplicationData, ProtocolVersion::TLSv1_2));
    assert!(!with(SEQ, ContentType::Handshake, ProtocolVersion::TLSv1_2));
    assert!(!with(SEQ, ContentType::ApplicationData, ProtocolVersion::TLSv1_1));
}

#[test]
fn content_that_is_too_long_is_an_error_of_its_own() {
    let mac = Mac::Sha256;
    let record = sealed(mac, &vec![1; CONTENT_BYTES_MAX + 1]);
    assert_eq!(opened(mac, &record), Err(Error::PeerSentOversizedRecord));
}

#[test]
fn every_mac_hashes_as_many_blocks_as_the_longest_content_has() {
    for (first, second, is_at_most) in [(0, 0, true), (0, 255, true), (255, 0, false), (256, 255, false)] {
        assert_eq!(at_most(first, second), if is_at_most { 0xff } else { 0 }, "{first} {second}");
    }
    let nothing = PADDING_BYTES_MAX + 128;
    for mac in MACS {
        // The most that `spend` ever hashes fits into what it has.
        let blocks =
            |content: usize| (HEADER_BYTES + content + mac.trailer_bytes()).div_ceil(mac.block_bytes());
        for longest in 255..1000 {
            assert!((blocks(longest) - blocks(longest - 255)) * mac.block_bytes() <= nothing);
        }
    }
}
