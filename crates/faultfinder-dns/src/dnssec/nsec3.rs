//! What NSEC3 records prove (RFC 5155 section 8).

use super::Name;
use super::proof::{Cut, ITERATIONS_MAX, Proven, Types, parameters};
use super::trouble::Trouble;
use faultfinder_taxonomy::word::RecordType;
use hickory_proto::dnssec::DigestType;
use hickory_proto::dnssec::crypto::Digest;

/// An NSEC3 record: what there is at the name with its owner's hash, and that there is no name with a hash between it
/// and the next one.
#[derive(Debug, Clone)]
pub(super) struct Span {
    hash: Vec<u8>,
    next: Vec<u8>,
    salt: Vec<u8>,
    iterations: u16,
    opt_out: bool,
    types: Types,
}

/// SHA-1, the only hash that there is.
const SHA1: u8 = 1;

impl Span {
    /// Reads the data of an NSEC3 record; nothing for one that says nothing here (RFC 5155 section 8.1 and 8.2).
    ///
    /// # Errors
    ///
    /// Insecure when it hashes too often.
    pub(super) fn read(owner: &Name, zone: &Name, data: &[u8]) -> Result<Option<Self>, Trouble> {
        let Some((algorithm, flags, iterations, salt, rest)) = parameters(data) else { return Ok(None) };
        if algorithm != SHA1 || flags > 1 || owner.parent().as_ref() != Some(zone) {
            return Ok(None);
        }
        if iterations > ITERATIONS_MAX {
            return Err(too_many(zone, iterations));
        }
        let read = || {
            let (length, rest) = rest.split_first()?;
            let (next, bitmaps) = rest.split_at_checked(usize::from(*length))?;
            Some(Self {
                hash: from_base32hex(owner.first_label()?)?,
                next: next.to_vec(),
                salt: salt.to_vec(),
                iterations,
                opt_out: flags & 1 != 0,
                types: Types::new(bitmaps),
            })
        };
        Ok(read())
    }

    fn hash(&self, name: &Name) -> Option<Vec<u8>> {
        let hash = Digest::iterated(&self.salt, &name.to_wire(), DigestType::SHA1, self.iterations);
        hash.ok().map(|hash| hash.as_ref().to_vec())
    }

    fn matches(&self, name: &Name) -> bool {
        self.hash(name).is_some_and(|hash| hash == self.hash)
    }

    fn covers(&self, name: &Name) -> bool {
        self.hash(name).is_some_and(|hash| {
            if self.hash < self.next {
                self.hash < hash && hash < self.next
            } else {
                // The last span leads back to the first hash.
                hash > self.hash || hash < self.next
            }
        })
    }
}

/// A zone that hashes too often.
pub(super) fn too_many(zone: &Name, iterations: u16) -> Trouble {
    let reason = format!(
        "the NSEC3 records of {zone} use {iterations} iterations, more than {ITERATIONS_MAX} (RFC 9276)"
    );
    Trouble::insecure("UNSUPPORTED_NSEC3_ITERATIONS", reason).in_zone(zone)
}

/// The longest name that is shown to exist above one that is not, and the span that covers the next longer name.
fn closest_encloser<'s>(spans: &'s [Span], zone: &Name, name: &Name) -> Option<(Name, &'s Span)> {
    if !name.is_within(zone) {
        return None;
    }
    // From the longest on; the name itself exists if it matches.
    for count in (zone.count()..name.count()).rev() {
        let encloser = name.suffix(count);
        let Some(shown) = spans.iter().find(|span| span.matches(&encloser)) else { continue };
        if shown.types.ends_authority() {
            return None;
        }
        let closer = name.suffix(count + 1);
        return spans.iter().find(|span| span.covers(&closer)).map(|span| (encloser, span));
    }
    None
}

/// Whether the name is covered: nothing has its hash.
pub(super) fn covered(spans: &[Span], zone: &Name, name: &Name) -> Proven {
    match spans.iter().find(|span| span.covers(name)) {
        Some(span) if span.opt_out => Proven::Unsigned,
        Some(_) if name.is_within(zone) => Proven::Absent,
        _ => Proven::Nothing,
    }
}

/// RFC 5155 section 8.4.
pub(super) fn no_name(spans: &[Span], zone: &Name, name: &Name) -> Proven {
    let Some((encloser, span)) = closest_encloser(spans, zone, name) else { return Proven::Nothing };
    let wildcard = encloser.wildcard();
    match spans.iter().any(|span| span.covers(&wildcard)) {
        false => Proven::Nothing,
        true if span.opt_out => Proven::Unsigned,
        true => Proven::Absent,
    }
}

/// RFC 5155 sections 8.5 to 8.7.
pub(super) fn no_data(spans: &[Span], zone: &Name, name: &Name, record_type: RecordType) -> Proven {
    let lacking = |name: &Name| spans.iter().any(|span| span.matches(name) && span.types.lacks(record_type));
    if spans.iter().any(|span| span.matches(name)) {
        return if lacking(name) { Proven::Absent } else { Proven::Nothing };
    }
    let Some((encloser, span)) = closest_encloser(spans, zone, name) else { return Proven::Nothing };
    if lacking(&encloser.wildcard()) {
        Proven::Absent
    } else if span.opt_out {
        Proven::Unsigned
    } else {
        Proven::Nothing
    }
}

/// What there is at a name without DS record (RFC 5155 section 8.9).
pub(super) fn cut(spans: &[Span], zone: &Name, name: &Name) -> Cut {
    if let Some(span) = spans.iter().find(|span| span.matches(name)) {
        return span.types.cut();
    }
    match closest_encloser(spans, zone, name) {
        Some((_, span)) if span.opt_out => Cut::Insecure,
        Some(_) => Cut::NoName,
        None => Cut::Unproven,
    }
}

/// RFC 4648 section 7, in either case and without padding.
fn from_base32hex(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in text {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'v' => byte - b'a' + 10,
            b'A'..=b'V' => byte - b'A' + 10,
            _ => return None,
        };
        bits = bits << 5 | u32::from(digit);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap_or_default());
            bits &= (1 << count) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dnssec::name::tests::name;

    #[test]
    fn hashes_are_those_of_rfc_5155_appendix_a() {
        let span = Span {
            hash: Vec::new(),
            next: Vec::new(),
            salt: vec![0xaa, 0xbb, 0xcc, 0xdd],
            iterations: 12,
            opt_out: false,
            types: Types::new(&[]),
        };
        for (text, hash) in [
            ("example", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"),
            ("a.example", "35mthgpgcu1qg68fab165klnsnk3dpvl"),
            ("*.w.example", "r53bq7cc2uvmubfu5ocmm6pers9tk9en"),
        ] {
            assert_eq!(span.hash(&name(text)), from_base32hex(hash.as_bytes()), "{text}");
        }
    }
}
