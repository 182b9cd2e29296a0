//! The data of DNSSEC's records, and of those that publish keys and certificates.

use crate::dns::date::timestamp;
use crate::dns::malformed::Malformed;
use crate::dns::wire::{Reader, hex};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use faultfinder_taxonomy::word::RecordType;

/// Most types that a bitmap can name: all of them.
const TYPES_MAX: usize = 65_536;

/// The presentation form; nothing for other types.
pub(super) fn read(record_type: RecordType, data: &mut Reader<'_>) -> Result<Option<String>, Malformed> {
    Ok(Some(match record_type.number() {
        // DS, CDS, DLV: RFC 4034 section 5.3, RFC 7344.
        43 | 59 | 32_769 => {
            let (tag, algorithm) = (data.u16("a key tag")?, data.u8("an algorithm")?);
            format!("{tag} {algorithm} {} {}", data.u8("a digest type")?, rest_hex(data)?)
        }
        // SSHFP: RFC 4255 section 3.2.
        44 => format!("{} {} {}", data.u8("an algorithm")?, data.u8("a fingerprint type")?, rest_hex(data)?),
        46 => rrsig(data)?,
        // NSEC: RFC 4034 section 4.2.
        47 => format!("{}{}", data.name("the next name")?, types(data)?),
        // DNSKEY, CDNSKEY: RFC 4034 section 2.2.
        48 | 60 => {
            let (flags, protocol) = (data.u16("the flags of a key")?, data.u8("the protocol of a key")?);
            format!("{flags} {protocol} {} {}", data.u8("an algorithm")?, rest_base64(data)?)
        }
        50 => nsec3(data)?,
        // NSEC3PARAM: RFC 5155 section 4.3.
        51 => parameters(data)?,
        // TLSA, SMIMEA: RFC 6698 section 2.2, RFC 8162.
        52 | 53 => {
            let (usage, selector) = (data.u8("a certificate usage")?, data.u8("a selector")?);
            format!("{usage} {selector} {} {}", data.u8("a matching type")?, rest_hex(data)?)
        }
        // OPENPGPKEY: RFC 7929 section 2.3.
        61 => rest_base64(data)?,
        // CSYNC: RFC 7477 section 2.1.2.
        62 => format!("{} {}{}", data.u32("a serial number")?, data.u16("the flags")?, types(data)?),
        // ZONEMD: RFC 8976 section 2.3.
        63 => {
            let (serial, scheme) = (data.u32("a serial number")?, data.u8("a scheme")?);
            format!("{serial} {scheme} {} {}", data.u8("a hash algorithm")?, rest_hex(data)?)
        }
        _ => return Ok(None),
    }))
}

fn rest_hex(data: &mut Reader<'_>) -> Result<String, Malformed> {
    data.take(data.left(), "the data").map(hex)
}

fn rest_base64(data: &mut Reader<'_>) -> Result<String, Malformed> {
    data.take(data.left(), "the data").map(|bytes| STANDARD.encode(bytes))
}

/// RFC 4034 section 3.2.
fn rrsig(data: &mut Reader<'_>) -> Result<String, Malformed> {
    let covered = RecordType::new(data.u16("the type covered")?);
    let (algorithm, labels) = (data.u8("an algorithm")?, data.u8("a number of labels")?);
    let ttl = data.u32("the original TTL")?;
    let (expiration, inception) = (data.u32("the expiration")?, data.u32("the inception")?);
    let tag = data.u16("a key tag")?;
    let signer = data.name("the signer's name")?;
    let signature = rest_base64(data)?;
    let (expiration, inception) = (timestamp(expiration), timestamp(inception));
    Ok(format!("{covered} {algorithm} {labels} {ttl} {expiration} {inception} {tag} {signer} {signature}"))
}

/// RFC 5155 section 3.3.
fn nsec3(data: &mut Reader<'_>) -> Result<String, Malformed> {
    let parameters = parameters(data)?;
    let next = base32hex(data.character_string("the next hash")?);
    Ok(format!("{parameters} {next}{}", types(data)?))
}

fn parameters(data: &mut Reader<'_>) -> Result<String, Malformed> {
    let (algorithm, flags) = (data.u8("a hash algorithm")?, data.u8("the flags")?);
    let iterations = data.u16("the number of iterations")?;
    let salt = data.character_string("the salt")?;
    let salt = if salt.is_empty() { "-".to_owned() } else { hex(salt) };
    Ok(format!("{algorithm} {flags} {iterations} {salt}"))
}

/// The mnemonics of a bitmap of types (RFC 4034 section 4.1.2), each with a space before it.
fn types(data: &mut Reader<'_>) -> Result<String, Malformed> {
    let mut text = String::new();
    let mut count = 0;
    while data.left() > 0 && count < TYPES_MAX {
        let window = u16::from(data.u8("a window of types")?);
        let bitmap = data.character_string("a bitmap of types")?;
        if bitmap.is_empty() || bitmap.len() > 32 {
            return Err(data.malformed(format!("a bitmap of types has {} bytes", bitmap.len())));
        }
        for (index, byte) in (0_u16..).zip(bitmap) {
            for bit in (0..8).filter(|bit| byte & (0x80 >> bit) != 0) {
                let number = window << 8 | index << 3 | bit;
                text.push_str(&format!(" {}", RecordType::new(number)));
                count += 1;
            }
        }
    }
    Ok(text)
}

/// Base 32 with the extended hexadecimal alphabet, in capitals without padding (RFC 4648 section 7).
fn base32hex(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHIJKLMNOPQRSTUV";
    let mut text = String::new();
    for chunk in bytes.chunks(5) {
        let number =
            chunk.iter().chain(&[0; 5]).take(5).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        for digit in 0..(chunk.len() * 8).div_ceil(5) {
            let index = usize::try_from(number >> (35 - 5 * digit) & 31).unwrap_or_default();
            text.extend(ALPHABET.get(index).copied().map(char::from));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32hex_has_no_padding() {
        // RFC 4648 section 10.
        for (bytes, text) in [
            ("", ""),
            ("f", "CO"),
            ("fo", "CPNG"),
            ("foo", "CPNMU"),
            ("foob", "CPNMUOG"),
            ("fooba", "CPNMUOJ1"),
            ("foobar", "CPNMUOJ1E8"),
        ] {
            assert_eq!(base32hex(bytes.as_bytes()), text);
        }
    }
}
