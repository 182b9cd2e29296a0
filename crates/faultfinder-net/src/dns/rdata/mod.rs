//! The data of a record in presentation form.

mod canonical; // the same in the form that is signed
mod security; // what DNSSEC, TLSA, SSHFP and the like hold
mod service; // SVCB and HTTPS, NAPTR, URI

pub(super) use canonical::canonical;

use super::malformed::Malformed;
use super::wire::{Reader, hex, quoted};
use faultfinder_taxonomy::word::RecordType;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Decodes the data of a record: its presentation form, and the address in an A or AAAA record. No byte may be left
/// over.
pub(super) fn read(
    record_type: RecordType,
    data: &mut Reader<'_>,
) -> Result<(String, Option<IpAddr>), Malformed> {
    let mut address = None;
    let value = match record_type {
        RecordType::A => {
            let found = IpAddr::V4(Ipv4Addr::from_bits(data.u32("the address of an A record")?));
            address.insert(found).to_string()
        }
        RecordType::AAAA => {
            let bytes = data.take(16, "the address of an AAAA record")?;
            let bits = bytes.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
            address.insert(IpAddr::V6(Ipv6Addr::from_bits(bits))).to_string()
        }
        RecordType::CNAME | RecordType::NS | RecordType::PTR | RecordType::DNAME => {
            data.name("the name in the data")?
        }
        RecordType::MX => format!("{} {}", data.u16("an MX preference")?, data.name("the exchange")?),
        RecordType::TXT | RecordType::SPF => text(data)?,
        RecordType::SOA => soa(data)?,
        RecordType::SRV => {
            let (priority, weight) = (data.u16("an SRV priority")?, data.u16("an SRV weight")?);
            format!("{priority} {weight} {} {}", data.u16("an SRV port")?, data.name("the SRV target")?)
        }
        RecordType::CAA => caa(data)?,
        other => match security::read(other, data)? {
            Some(value) => value,
            None => match service::read(other, data)? {
                Some(value) => value,
                None => opaque(data.take(data.left(), "the data")?),
            },
        },
    };
    match data.left() {
        0 => Ok((value, address)),
        left => {
            Err(data
                .malformed(format!("the data of a record of type {record_type} has {left} bytes too many")))
        }
    }
}

fn text(data: &mut Reader<'_>) -> Result<String, Malformed> {
    let mut strings = vec![quoted(data.character_string("a text")?)];
    while data.left() > 0 {
        strings.push(quoted(data.character_string("a text")?));
    }
    Ok(strings.join(" "))
}

fn soa(data: &mut Reader<'_>) -> Result<String, Malformed> {
    let (primary, mailbox) = (data.name("the primary server")?, data.name("the mailbox")?);
    let mut value = format!("{primary} {mailbox}");
    for what in
        ["the serial number", "the refresh interval", "the retry interval", "the expiry", "the minimum"]
    {
        value.push_str(&format!(" {}", data.u32(what)?));
    }
    Ok(value)
}

/// RFC 8659 section 4.1.
fn caa(data: &mut Reader<'_>) -> Result<String, Malformed> {
    let flags = data.u8("the CAA flags")?;
    let tag = data.character_string("the CAA tag")?;
    if tag.is_empty() || !tag.iter().all(u8::is_ascii_alphanumeric) {
        return Err(data.malformed("the CAA tag is not made of letters and digits"));
    }
    let value = data.take(data.left(), "the CAA value")?;
    Ok(format!("{flags} {} {}", String::from_utf8_lossy(tag), quoted(value)))
}

/// RFC 3597 section 5.
fn opaque(bytes: &[u8]) -> String {
    if bytes.is_empty() { "\\# 0".to_owned() } else { format!("\\# {} {}", bytes.len(), hex(bytes)) }
}
