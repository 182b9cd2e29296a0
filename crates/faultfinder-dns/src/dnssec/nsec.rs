//! What NSEC records prove (RFC 4035 section 5.4, RFC 6840 section 4).

use super::Name;
use super::proven::{Cut, Types};
use faultfinder_taxonomy::word::RecordType;

/// An NSEC record: what there is at its owner, and that there is nothing between it and the next name.
#[derive(Debug, Clone)]
pub(super) struct Span {
    owner: Name,
    next: Name,
    types: Types,
}

impl Span {
    /// Reads the data of an NSEC record.
    pub(super) fn read(owner: &Name, data: &[u8]) -> Option<Self> {
        let (next, bitmaps) = Name::from_wire(data)?;
        Some(Self { owner: owner.clone(), next, types: Types::new(bitmaps) })
    }

    /// Whether the name lies strictly between the owner and the next one. The last span of a zone leads back to its
    /// apex.
    fn covers(&self, name: &Name) -> bool {
        let before_next = *name < self.next || self.next <= self.owner;
        // Names below a delegation are another zone's (RFC 6840 section 4.1).
        let ours = !(self.types.ends_authority() && name.is_within(&self.owner));
        self.owner < *name && before_next && ours
    }

    /// Whether the name has no record, but names below it have: the next name is one.
    fn shows_empty(&self, name: &Name) -> bool {
        self.covers(name) && self.next.is_within(name)
    }

    /// The longest name that exists above one that does not.
    fn closest_encloser(&self, name: &Name) -> Name {
        name.suffix(name.common(&self.owner).max(name.common(&self.next)))
    }
}

/// Whether the name does not exist and no names below it do.
pub(super) fn covered(spans: &[Span], name: &Name) -> bool {
    spans.iter().any(|span| span.covers(name) && !span.shows_empty(name))
}

/// Whether there is no such name, nor a wildcard that would stand for it.
pub(super) fn no_name(spans: &[Span], name: &Name) -> bool {
    spans
        .iter()
        .filter(|span| span.covers(name) && !span.shows_empty(name))
        .any(|span| spans.iter().any(|other| other.covers(&span.closest_encloser(name).wildcard())))
}

/// Whether the name, or the wildcard that stands for it, has no record of this type.
pub(super) fn no_data(spans: &[Span], name: &Name, record_type: RecordType) -> bool {
    let lacking =
        |owner: &Name| spans.iter().any(|span| span.owner == *owner && span.types.lacks(record_type));
    lacking(name)
        || spans.iter().any(|span| span.shows_empty(name))
        || spans.iter().any(|span| {
            span.covers(name) && !span.shows_empty(name) && lacking(&span.closest_encloser(name).wildcard())
        })
}

/// What there is at a name without DS record.
pub(super) fn cut(spans: &[Span], name: &Name) -> Cut {
    if let Some(span) = spans.iter().find(|span| span.owner == *name) {
        return span.types.cut();
    }
    match spans.iter().find(|span| span.covers(name)) {
        Some(span) if span.shows_empty(name) => Cut::None,
        Some(_) => Cut::NoName,
        None => Cut::Unproven,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dnssec::name::tests::name;

    const A: RecordType = RecordType::A;
    const MX: RecordType = RecordType::MX;
    const NS: RecordType = RecordType::NS;
    const SOA: RecordType = RecordType::SOA;
    const DS: RecordType = RecordType::DS;

    /// An NSEC record with these types below 256.
    fn span(owner: &str, next: &str, types: &[RecordType]) -> Span {
        let mut bits = [0_u8; 32];
        for record_type in types {
            bits[usize::from(record_type.number() / 8)] |= 0x80 >> (record_type.number() % 8);
        }
        Span::read(&name(owner), &[name(next).to_wire(), vec![0, 32], bits.to_vec()].concat()).unwrap()
    }

    /// `a.test` with the hosts b and y, the wildcard below w, the delegation d and names below the empty e.
    fn zone() -> Vec<Span> {
        vec![
            span("a.test", "b.a.test", &[NS, SOA]),
            span("b.a.test", "d.a.test", &[A]),
            span("d.a.test", "x.e.a.test", &[NS]),
            span("x.e.a.test", "*.w.a.test", &[A]),
            span("*.w.a.test", "y.a.test", &[A]),
            span("y.a.test", "a.test", &[RecordType::CNAME]),
        ]
    }

    #[test]
    fn a_name_is_absent_when_it_and_its_wildcard_are_covered() {
        for (text, expected) in [
            ("c.a.test", true),
            ("z.a.test", true),
            ("x.b.a.test", true),
            // They exist, the second one by the names below it, the third one by its wildcard.
            ("b.a.test", false),
            ("e.a.test", false),
            ("q.w.a.test", false),
            // They are another zone's to speak of.
            ("x.d.a.test", false),
        ] {
            assert_eq!(no_name(&zone(), &name(text)), expected, "{text}");
        }
        // Without the span that covers the wildcard nothing is proven (the two may be one).
        assert!(!no_name(&zone()[1..2], &name("c.a.test")));
        assert!(no_name(&zone()[..2], &name("c.a.test")));
        assert!(no_name(&[span("a.test", "d.a.test", &[])], &name("c.a.test")));
    }

    #[test]
    fn a_type_is_absent_when_its_name_or_its_wildcard_lacks_it() {
        for (text, record_type, expected) in [
            ("b.a.test", MX, true),
            ("b.a.test", A, false),
            ("e.a.test", A, true),
            ("q.w.a.test", MX, true),
            ("q.w.a.test", A, false),
            // A CNAME would lead on; a delegation speaks of DS alone; a zone's own apex does not.
            ("y.a.test", MX, false),
            ("d.a.test", A, false),
            ("d.a.test", DS, true),
            ("a.test", DS, false),
            ("c.a.test", MX, false),
        ] {
            assert_eq!(no_data(&zone(), &name(text), record_type), expected, "{text} {record_type}");
        }
    }

    #[test]
    fn a_cut_is_what_the_zone_above_says() {
        for (text, expected) in [
            ("d.a.test", Cut::Insecure),
            ("b.a.test", Cut::None),
            ("e.a.test", Cut::None),
            ("c.a.test", Cut::NoName),
            ("a.test", Cut::Unproven),
            ("x.d.a.test", Cut::Unproven),
        ] {
            assert_eq!(cut(&zone(), &name(text)), expected, "{text}");
        }
        assert_eq!(cut(&[span("d.a.test", "e.a.test", &[NS, DS])], &name("d.a.test")), Cut::Unproven);
    }

    #[test]
    fn a_wildcard_is_rightful_where_no_closer_name_exists() {
        assert!(covered(&zone(), &name("q.w.a.test")));
        assert!(!covered(&zone(), &name("e.a.test")));
        assert!(!covered(&zone(), &name("b.a.test")));
    }
}
