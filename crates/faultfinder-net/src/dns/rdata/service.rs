//! The data of records that give the location of a service.

use crate::dns::malformed::Malformed;
use crate::dns::wire::{Reader, quoted};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use faultfinder_taxonomy::word::RecordType;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The presentation form; nothing for other types.
pub(super) fn read(record_type: RecordType, data: &mut Reader<'_>) -> Result<Option<String>, Malformed> {
    Ok(Some(match record_type.number() {
        // HINFO: RFC 1035 section 3.3.2.
        13 => {
            let cpu = quoted(data.character_string("a processor")?);
            format!("{cpu} {}", quoted(data.character_string("an operating system")?))
        }
        // RP: RFC 1183 section 2.2.
        17 => format!("{} {}", data.name("a mailbox")?, data.name("the name of a text")?),
        // AFSDB, KX: RFC 1183 section 1, RFC 2230 section 3.
        18 | 36 => format!("{} {}", data.u16("a preference")?, data.name("the name in the data")?),
        35 => naptr(data)?,
        64 | 65 => service(data)?,
        // EUI48, EUI64: RFC 7043.
        108 | 109 => hex_with(data.take(data.left(), "the data")?, "-"),
        // URI: RFC 7553 section 4.
        256 => {
            let (priority, weight) = (data.u16("a priority")?, data.u16("a weight")?);
            format!("{priority} {weight} {}", quoted(data.take(data.left(), "the URI")?))
        }
        _ => return Ok(None),
    }))
}

fn hex_with(bytes: &[u8], separator: &str) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(separator)
}

/// RFC 3403 section 4.1.
fn naptr(data: &mut Reader<'_>) -> Result<String, Malformed> {
    let (order, preference) = (data.u16("an order")?, data.u16("a preference")?);
    let mut value = format!("{order} {preference}");
    for what in ["the flags", "the services", "the regular expression"] {
        value.push_str(&format!(" {}", quoted(data.character_string(what)?)));
    }
    value.push_str(&format!(" {}", data.name("the replacement")?));
    Ok(value)
}

/// SVCB and HTTPS: RFC 9460 section 2.1.
fn service(data: &mut Reader<'_>) -> Result<String, Malformed> {
    let mut value = format!("{} {}", data.u16("a priority")?, data.name("the target")?);
    while data.left() > 0 {
        let key = data.u16("the key of a parameter")?;
        let length = data.u16("the length of a parameter")?;
        let mut parameter = data.part(usize::from(length), "a parameter")?;
        value.push(' ');
        value.push_str(&service_parameter(key, &mut parameter)?);
        if parameter.left() > 0 {
            return Err(parameter.malformed(format!("the parameter {key} has bytes too many")));
        }
    }
    Ok(value)
}

fn service_parameter(key: u16, data: &mut Reader<'_>) -> Result<String, Malformed> {
    let rest = |data: &mut Reader<'_>| data.take(data.left(), "a parameter").map(<[u8]>::to_vec);
    Ok(match key {
        0 => format!("mandatory={}", list(data, |data| data.u16("a key").map(key_name))?),
        1 => {
            let protocol = |data: &mut Reader<'_>| {
                let name = data.character_string("a protocol")?;
                Ok(String::from_utf8_lossy(name)
                    .replace('\\', "\\\\")
                    .replace(',', "\\,")
                    .replace('"', "\\\""))
            };
            format!("alpn=\"{}\"", list(data, protocol)?)
        }
        2 => "no-default-alpn".to_owned(),
        3 => format!("port={}", data.u16("a port")?),
        4 => {
            let address =
                |data: &mut Reader<'_>| Ok(Ipv4Addr::from_bits(data.u32("an address")?).to_string());
            format!("ipv4hint={}", list(data, address)?)
        }
        5 => format!("ech={}", STANDARD.encode(rest(data)?)),
        6 => {
            let address = |data: &mut Reader<'_>| {
                let bytes = data.take(16, "an address")?;
                let bits = bytes.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
                Ok(Ipv6Addr::from_bits(bits).to_string())
            };
            format!("ipv6hint={}", list(data, address)?)
        }
        7 => format!("dohpath={}", quoted(&rest(data)?)),
        other => match rest(data)?.as_slice() {
            [] => key_name(other),
            bytes => format!("{}={}", key_name(other), quoted(bytes)),
        },
    })
}

/// The values up to the end, separated by commas.
fn list(
    data: &mut Reader<'_>,
    read: impl Fn(&mut Reader<'_>) -> Result<String, Malformed>,
) -> Result<String, Malformed> {
    let mut values = vec![read(data)?];
    while data.left() > 0 {
        values.push(read(data)?);
    }
    Ok(values.join(","))
}

/// RFC 9460 section 14.3.2.
fn key_name(key: u16) -> String {
    const NAMES: [&str; 8] =
        ["mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath"];
    NAMES.get(usize::from(key)).map_or_else(|| format!("key{key}"), |name| (*name).to_owned())
}
