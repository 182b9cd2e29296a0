//! The bases of name constraints as text, of bounded length.

use std::net::IpAddr;

use crate::general_name::{GeneralName, ip_address};

/// The most bytes of one name.
pub(crate) const NAME_MAX: usize = 256;

/// A text of at most [`NAME_MAX`] bytes, with dots where it was cut.
pub(crate) fn bounded(mut text: String) -> String {
    if text.len() > NAME_MAX {
        text.truncate(text.floor_char_boundary(NAME_MAX - 3));
        text.push_str("...");
    }
    text
}

/// The base of a subtree: `dns:example.com`, `ip:192.0.2.0/24`.
pub(crate) fn base_text(name: &GeneralName) -> String {
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
            assert_eq!(base_text(&GeneralName::Ip(bytes.into())), text);
        }
        assert_eq!(base_text(&GeneralName::Dns(Box::from([]))), "dns:(all)");
    }

    #[test]
    fn names_are_cut_between_characters() {
        assert_eq!(bounded("é".repeat(128)), "é".repeat(128));
        assert_eq!(bounded("é".repeat(129)), format!("{}...", "é".repeat(126)));
    }
}
