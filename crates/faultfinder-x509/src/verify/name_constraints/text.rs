//! The sentences of the events: which name, which constraint, of which certificate. All of bounded length.

use std::net::IpAddr;

use super::judge::{Fault, Objection, Presented};
use super::kinds::Value;
use super::size::PAIRS_MAX;
use crate::extensions::{NameConstraints, Subtree};
use crate::general_name::{GeneralName, ip_address, printable};
use crate::oid;

/// The most bytes of one name.
const NAME_MAX: usize = 256;
/// The most subtrees that are told one by one.
const SUBTREES_MAX: usize = 5;

/// A text of at most [`NAME_MAX`] bytes, with dots where it was cut.
pub(super) fn bounded(mut text: String) -> String {
    if text.len() > NAME_MAX {
        text.truncate(text.floor_char_boundary(NAME_MAX - 3));
        text.push_str("...");
    }
    text
}

/// What is wrong with a name, and by whose constraints.
pub(super) fn objection(objection: &Objection<'_>, constraints: &NameConstraints, whose: &str) -> String {
    let name = presented(&objection.name);
    let listed = |subtree: &Subtree| {
        let excluded = constraints.excluded.iter().any(|other| std::ptr::eq(other, subtree));
        if excluded { "excludes" } else { "permits" }
    };
    match &objection.fault {
        Fault::NotPermitted => {
            let permitted = subtrees(&objection.name, &constraints.permitted);
            format!("{name} is not within what \"{whose}\" permits: {permitted}")
        }
        Fault::Excluded(subtree) => {
            format!("{name} is within what \"{whose}\" excludes: {}", base(&subtree.base))
        }
        Fault::Bounded(subtree) => format!(
            "{name} is under a constraint with a minimum or a maximum, which nothing supports: \"{whose}\" {} {}",
            listed(subtree),
            base(&subtree.base)
        ),
        Fault::Kind(subtree) => format!(
            "{name} is of a kind whose constraints nothing supports: \"{whose}\" {} {}",
            listed(subtree),
            base(&subtree.base)
        ),
        Fault::Name(why) => {
            format!("{name} cannot be held against the constraints of \"{whose}\": {why}")
        }
        Fault::Constraint(subtree, why) => format!(
            "{name} cannot be held against {}, which \"{whose}\" {}: {why}",
            base(&subtree.base),
            listed(subtree)
        ),
        Fault::Labels(subtree) => format!(
            "{name} cannot be held against {}, which \"{whose}\" {}: its labels are no valid Punycode, or too long",
            base(&subtree.base),
            listed(subtree)
        ),
        Fault::NoText => format!(
            "a common name of the leaf cannot be held against the constraints of \"{whose}\": it is no text"
        ),
    }
}

/// More names and subtrees than are compared.
pub(super) fn too_many(names: usize, subtrees: usize, whose: &str) -> String {
    format!(
        "its {names} names and the {subtrees} constraints of \"{whose}\" are more than {PAIRS_MAX} pairs to compare"
    )
}

/// A name, and where it stands unless that is the SAN.
fn presented(name: &Presented<'_>) -> String {
    match name {
        Presented::Subject(name) => format!("the subject \"{}\"", bounded(name.text())),
        Presented::SubjectEmail(text) => {
            format!("\"email:{}\" of the subject", bounded(printable(text)))
        }
        Presented::Alternative(GeneralName::Other { kind, value, .. })
            if kind.as_bytes() == oid::SMTP_UTF8_MAILBOX =>
        {
            let text: String = String::from_utf8_lossy(value.get(..NAME_MAX).unwrap_or(value))
                .chars()
                .flat_map(char::escape_debug)
                .collect();
            format!("\"email:{}\"", bounded(text))
        }
        Presented::Alternative(name) => format!("\"{}\"", bounded(name.text())),
        Presented::CommonName(text) => {
            format!("the common name \"{}\"", bounded(printable(text.as_bytes())))
        }
    }
}

/// The subtrees of a name's kind.
fn subtrees(name: &Presented<'_>, all: &[Subtree]) -> String {
    let value = match name {
        Presented::Subject(name) => Value::Directory(name),
        Presented::SubjectEmail(text) => Value::Email(text),
        Presented::Alternative(name) => Value::of(name),
        Presented::CommonName(text) => Value::Dns(text.as_bytes()),
    };
    let mut concerned = all.iter().filter(|subtree| value.concerns(&subtree.base));
    let texts: Vec<String> =
        concerned.by_ref().take(SUBTREES_MAX).map(|subtree| base(&subtree.base)).collect();
    match concerned.count() {
        0 => texts.join(", "),
        more => format!("{} and {more} more", texts.join(", ")),
    }
}

/// The base of a subtree: `dns:example.com`, `ip:192.0.2.0/24`.
fn base(name: &GeneralName) -> String {
    match name {
        GeneralName::Dns(text) if text.is_empty() => "dns:(all)".to_owned(),
        GeneralName::Directory(name) if name.is_empty() => "dn:(all)".to_owned(),
        GeneralName::Ip(bytes) => network(bytes).unwrap_or_else(|| name.text()),
        other => bounded(other.text()),
    }
}

/// An address and its mask, which is a number if it has no holes.
fn network(bytes: &[u8]) -> Option<String> {
    let (address, mask) = bytes.split_at_checked(bytes.len() / 2)?;
    let (address, mask) = (ip_address(address)?, ip_address(mask)?);
    let (ones, zeros) = match mask {
        IpAddr::V4(mask) => (mask.to_bits().leading_ones(), mask.to_bits().trailing_zeros()),
        IpAddr::V6(mask) => (mask.to_bits().leading_ones(), mask.to_bits().trailing_zeros()),
    };
    let width = if mask.is_ipv4() { 32 } else { 128 };
    let mask = if ones + zeros == width { ones.to_string() } else { mask.to_string() };
    Some(format!("ip:{address}/{mask}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_have_a_prefix_if_their_mask_has_no_holes() {
        for (bytes, text) in [
            (&b"\xc0\x00\x02\x00\xff\xff\xff\x00"[..], "ip:192.0.2.0/24"),
            (&[0; 8], "ip:0.0.0.0/0"),
            (&[255; 8], "ip:255.255.255.255/32"),
            (b"\x0a\0\0\0\xff\0\xff\0", "ip:10.0.0.0/255.0.255.0"),
            (&[0; 32], "ip:::/0"),
            (&[1; 5], "ip:(5 bytes)"),
            (&[1; 4], "ip:1.1.1.1"),
        ] {
            assert_eq!(base(&GeneralName::Ip(bytes.into())), text);
        }
        assert_eq!(base(&GeneralName::Dns(Box::from([]))), "dns:(all)");
    }

    #[test]
    fn names_are_cut_between_characters() {
        assert_eq!(bounded("é".repeat(128)), "é".repeat(128));
        assert_eq!(bounded("é".repeat(129)), format!("{}...", "é".repeat(126)));
    }
}
