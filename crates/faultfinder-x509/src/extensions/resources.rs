//! Number resources of the internet: addresses and AS numbers that a certificate speaks for (RFC 3779).

use num_bigint::BigInt;

use crate::der::{self, Class, DerFault, Reader, Tlv};

/// What a certificate lists of one kind of resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Listed<T> {
    /// What its issuer lists.
    Inherited,
    These(Vec<T>),
}

/// From a number to a number, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NumberRange {
    from: BigInt,
    to: BigInt,
}

/// AS numbers and routing domains (`ASIdentifiers`, RFC 3779 section 3.2.3).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AsNumbers {
    pub(crate) systems: Option<Listed<NumberRange>>,
    pub(crate) domains: Option<Listed<NumberRange>>,
}

/// A prefix, or from an address to an address, both included. Trailing bits are left out as in the certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AddressRange {
    from: Bits,
    to: Bits,
    is_prefix: bool,
}

/// The first bits of an address: whole bytes, and how many of the last one's bits are not meant.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Bits {
    bytes: Box<[u8]>,
    unused: u8,
}

/// The addresses of one family (`IPAddressFamily`, RFC 3779 section 2.2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AddressFamily {
    /// Two bytes that name the family, and perhaps one for the kind of use.
    pub(crate) family: Box<[u8]>,
    pub(crate) addresses: Listed<AddressRange>,
}

/// `inherit`, or a list.
fn listed<T>(value: &Tlv<'_>, read: impl Fn(&Tlv<'_>) -> Result<T, DerFault>) -> Result<Listed<T>, DerFault> {
    if value.is(Class::Universal, der::NULL) {
        value.well_formed()?;
        return Ok(Listed::Inherited);
    }
    if !value.is(Class::Universal, der::SEQUENCE) {
        return Err(DerFault::WrongTag);
    }
    let (mut list, mut found) = (value.inside(), Vec::new());
    while let Some(member) = list.next()? {
        found.push(read(&member)?);
    }
    Ok(Listed::These(found))
}

/// A single value, or a pair of them in a sequence.
fn pair<T>(
    value: &Tlv<'_>,
    tag: u32,
    read: impl Fn(&Tlv<'_>) -> Result<T, DerFault>,
) -> Result<(T, Option<T>), DerFault> {
    if value.is(Class::Universal, tag) {
        return Ok((read(value)?, None));
    }
    if !value.is(Class::Universal, der::SEQUENCE) || !value.constructed {
        return Err(DerFault::WrongTag);
    }
    let mut fields = value.inside();
    let (from, to) = (read(&fields.expect(tag)?)?, read(&fields.expect(tag)?)?);
    fields.finish()?;
    Ok((from, Some(to)))
}

/// The extension `autonomousSysIds`.
pub(super) fn as_numbers(value: &[u8]) -> Result<AsNumbers, DerFault> {
    let range = |value: &Tlv<'_>| {
        let number = |value: &Tlv<'_>| Ok(BigInt::from_signed_bytes_be(value.integer()?));
        let (from, to) = pair(value, der::INTEGER, number)?;
        Ok(NumberRange { to: to.unwrap_or_else(|| from.clone()), from })
    };
    let mut fields = Reader::new(value).sequence()?;
    let mut kind = |tag| fields.explicit(tag)?.map(|value| listed(&value, range)).transpose();
    let found = AsNumbers { systems: kind(0)?, domains: kind(1)? };
    fields.finish()?;
    Ok(found)
}

/// The extension `ipAddrBlocks`.
pub(super) fn address_blocks(value: &[u8]) -> Result<Vec<AddressFamily>, DerFault> {
    let range = |value: &Tlv<'_>| {
        let bits =
            |value: &Tlv<'_>| value.bit_string().map(|(bytes, unused)| Bits { bytes: bytes.into(), unused });
        let (from, to) = pair(value, der::BIT_STRING, bits)?;
        let is_prefix = to.is_none();
        Ok(AddressRange { to: to.unwrap_or_else(|| from.clone()), from, is_prefix })
    };
    let (mut list, mut found) = (Reader::new(value).sequence_of()?, Vec::new());
    while !list.is_empty() {
        let mut fields = list.sequence()?;
        let family = fields.expect(der::OCTET_STRING)?.string()?.into();
        let addresses = listed(&fields.any()?, range)?;
        fields.finish()?;
        found.push(AddressFamily { family, addresses });
    }
    Ok(found)
}

/// Whether each range of `inner` lies within one of `outer`, both in order.
fn covers<T: Ord>(outer: &[(T, T)], inner: &[(T, T)]) -> bool {
    let mut outer = outer.iter().peekable();
    inner.iter().all(|(from, to)| {
        while outer.next_if(|(_, end)| end < to).is_some() {}
        outer.peek().is_some_and(|(begin, _)| begin <= from)
    })
}

impl Listed<NumberRange> {
    /// In order, and joined where that can be (RFC 3779 section 3.3).
    fn is_canonical(&self) -> bool {
        let Self::These(ranges) = self else { return true };
        let rising = |pair: &[NumberRange]| match pair {
            [one, next] => {
                one.from < next.from && one.from <= one.to && next.from <= next.to && &one.to + 1 < next.from
            }
            _ => true,
        };
        !ranges.is_empty()
            && ranges.windows(2).all(rising)
            && ranges.last().is_some_and(|last| last.from <= last.to)
    }
}

/// Whether the numbers of an issuer include those of a subject.
pub(crate) fn numbers_cover(issuer: &[NumberRange], subject: &[NumberRange]) -> bool {
    fn bounds(ranges: &[NumberRange]) -> Vec<(&BigInt, &BigInt)> {
        ranges.iter().map(|range| (&range.from, &range.to)).collect()
    }
    covers(&bounds(issuer), &bounds(subject))
}

impl AsNumbers {
    /// Whether both lists have the one form that RFC 3779 section 3.2.3 allows.
    pub(crate) fn is_canonical(&self) -> bool {
        [&self.systems, &self.domains].into_iter().flatten().all(Listed::is_canonical)
    }
}

impl Bits {
    /// A whole address of so many bytes, the bits that are left out filled; nothing if it has more bytes already.
    fn filled(&self, length: usize, fill: u8) -> Option<Vec<u8>> {
        let missing = length.checked_sub(self.bytes.len())?;
        let mut whole = self.bytes.to_vec();
        if let Some(last) = whole.last_mut() {
            let mask = !(0xff_u8 << self.unused);
            *last = if fill == 0 { *last & !mask } else { *last | mask };
        }
        whole.extend(std::iter::repeat_n(fill, missing));
        Some(whole)
    }
}

impl AddressRange {
    fn bounds(&self, length: usize) -> Option<(Vec<u8>, Vec<u8>)> {
        Some((self.from.filled(length, 0)?, self.to.filled(length, 0xff)?))
    }

    /// Whether it is spelled as a range although a prefix says the same.
    fn should_be_prefix(&self, from: &[u8], to: &[u8]) -> bool {
        let bits = |bytes: &[u8]| {
            bytes.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1)).collect::<Vec<u8>>()
        };
        let (from, to) = (bits(from), bits(to));
        let same = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
        !self.is_prefix
            && from.iter().skip(same).all(|bit| *bit == 0)
            && to.iter().skip(same).all(|bit| *bit == 1)
    }
}

impl AddressFamily {
    /// Bytes of an address of the family; 0 for one that is not known.
    fn length(&self) -> usize {
        match &*self.family {
            [0, 1, ..] => 4,
            [0, 2, ..] => 16,
            _ => 0,
        }
    }

    /// Whether the family is named by two or three bytes.
    pub(crate) fn is_well_named(&self) -> bool {
        matches!(self.family.len(), 2 | 3)
    }

    /// In order, joined where that can be, prefixes where those will do (RFC 3779 section 2.2.3.6).
    fn is_canonical(&self) -> bool {
        let Listed::These(ranges) = &self.addresses else { return true };
        let length = self.length();
        let Some((last, others)) = ranges.split_last() else { return false };
        if !self.is_well_named() {
            return false;
        }
        let pairs = others.iter().zip(ranges.iter().skip(1));
        let mut rising = pairs.map(|(one, next)| {
            let ((from, to), (next_from, next_to)) = (one.bounds(length)?, next.bounds(length)?);
            let begins = from < next_from && from <= to && next_from <= next_to;
            let gap = to < before(&next_from);
            (begins && gap && !one.should_be_prefix(&from, &to)).then_some(())
        });
        if rising.any(|step| step.is_none()) {
            return false;
        }
        // Of a last prefix nothing is asked.
        last.is_prefix
            || last.bounds(length).is_some_and(|(from, to)| from <= to && !last.should_be_prefix(&from, &to))
    }

    /// Whether the addresses that an issuer lists include those of a subject.
    pub(crate) fn covers(&self, subject: &Self) -> bool {
        let (Listed::These(outer), Listed::These(inner)) = (&self.addresses, &subject.addresses) else {
            return true;
        };
        let length = subject.length();
        let bounds = |ranges: &[AddressRange]| {
            ranges.iter().map(|range| range.bounds(length)).collect::<Option<Vec<_>>>()
        };
        matches!((bounds(outer), bounds(inner)), (Some(outer), Some(inner)) if covers(&outer, &inner))
    }
}

/// The address before one.
fn before(address: &[u8]) -> Vec<u8> {
    let mut before = address.to_vec();
    for byte in before.iter_mut().rev() {
        let borrowed = *byte == 0;
        *byte = byte.wrapping_sub(1);
        if !borrowed {
            break;
        }
    }
    before
}

/// Whether families and their addresses have the one form that RFC 3779 section 2.2.3 allows.
pub(crate) fn addresses_are_canonical(families: &[AddressFamily]) -> bool {
    let in_order = |pair: &[AddressFamily]| match pair {
        [one, next] => one.is_well_named() && next.is_well_named() && one.family < next.family,
        _ => true,
    };
    families.windows(2).all(in_order) && families.iter().all(AddressFamily::is_canonical)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ends of ranges as `(first bytes, unused bits)`: one is a prefix, two are a range.
    type Ranges<'a> = &'a [&'a [(&'a [u8], u8)]];

    /// IPv4 addresses.
    fn family(ranges: Ranges<'_>) -> AddressFamily {
        let bits = |(bytes, unused): &(&[u8], u8)| Bits { bytes: (*bytes).into(), unused: *unused };
        let addresses = ranges.iter().map(|ends| AddressRange {
            from: bits(&ends[0]),
            to: bits(ends.last().unwrap()),
            is_prefix: ends.len() == 1,
        });
        AddressFamily { family: [0, 1].into(), addresses: Listed::These(addresses.collect()) }
    }

    #[test]
    fn addresses_have_one_canonical_form() {
        let rows: &[(Ranges<'_>, bool)] = &[
            (&[], false),
            (&[&[(&[10], 0)]], true),
            (&[&[(&[10], 0)], &[(&[12], 0)]], true),
            // Not in order, the same, and next to each other.
            (&[&[(&[12], 0)], &[(&[10], 0)]], false),
            (&[&[(&[10], 0)], &[(&[10], 0)]], false),
            (&[&[(&[10], 0)], &[(&[11], 0)]], false),
            // A range, one that is a prefix, one that is backwards.
            (&[&[(&[10, 0, 0, 1], 0), (&[10, 0, 0, 2], 0)]], true),
            (&[&[(&[10, 0, 0, 0], 0), (&[10, 0, 0, 3], 0)]], false),
            (&[&[(&[10], 0), (&[10], 0)]], false),
            (&[&[(&[10, 0, 0, 2], 0), (&[10, 0, 0, 1], 0)]], false),
            // Longer than an address: seen only where it is compared.
            (&[&[(&[10, 0, 0, 0, 1], 0)]], true),
            (&[&[(&[10, 0, 0, 0, 1], 0)], &[(&[12], 0)]], false),
        ];
        for (ranges, canonical) in rows {
            assert_eq!(addresses_are_canonical(&[family(ranges)]), *canonical, "{ranges:?}");
        }
        let one = family(&[&[(&[10], 0)]]);
        assert!(!addresses_are_canonical(&[one.clone(), one]));
    }

    #[test]
    fn an_issuer_covers_what_lies_within_one_of_its_ranges() {
        let issuer = family(&[&[(&[10], 0)], &[(&[192, 0, 2], 0)]]);
        let rows: &[(Ranges<'_>, bool)] = &[
            (&[&[(&[10], 0)]], true),
            (&[&[(&[10, 64], 6)], &[(&[192, 0, 2, 1], 0)]], true),
            (&[&[(&[10], 1)]], false),
            (&[&[(&[11], 0)]], false),
            (&[&[(&[10], 0), (&[192, 0, 2], 0)]], false),
        ];
        for (ranges, covered) in rows {
            assert_eq!(issuer.covers(&family(ranges)), *covered, "{ranges:?}");
        }
    }

    #[test]
    fn as_numbers_are_read_and_compared() {
        let numbers =
            as_numbers(&[0x30, 15, 0xa0, 13, 0x30, 11, 2, 1, 5, 0x30, 6, 2, 1, 7, 2, 1, 9]).unwrap();
        assert!(numbers.is_canonical());
        let Some(Listed::These(ranges)) = &numbers.systems else { panic!("{numbers:?}") };
        assert!(numbers_cover(ranges, &ranges[1..]) && !numbers_cover(&ranges[..1], ranges));
        let adjacent = as_numbers(&[0x30, 10, 0xa1, 8, 0x30, 6, 2, 1, 5, 2, 1, 6]).unwrap();
        assert!(!adjacent.is_canonical());
        let inherited = AsNumbers { systems: Some(Listed::Inherited), domains: None };
        assert_eq!(as_numbers(&[0x30, 4, 0xa0, 2, 5, 0]), Ok(inherited));
        assert_eq!(as_numbers(&[0x30, 5, 0xa0, 3, 2, 1, 5]), Err(DerFault::WrongTag));
    }
}
