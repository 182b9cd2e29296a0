//! What NSEC records prove (RFC 4035 section 5.4, RFC 6840 section 4).

use super::Name;
use super::denial::{Cut, Types};
use faultfinder_net::dns::RecordType;

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
