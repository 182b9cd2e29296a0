//! What would have been sent, from results that are known already.

use crate::event::Seen;
use crate::notice::Notice;
use crate::rule::Rule;
use crate::watch::Watch;
use faultfinder_taxonomy::word::Happening;
use std::collections::HashSet;

/// Something that happened to a test, at a moment in milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: results, and what people do")]
pub enum Past {
    /// A result.
    Result(Seen),
    /// Something else.
    Happening(i64, Happening),
}

impl Past {
    /// When it happened. Of two things at one moment what people do comes first, and results are in the order of their ids.
    const fn order(&self) -> (i64, u8, u128) {
        match self {
            Self::Result(seen) => (seen.at, 1, seen.id),
            Self::Happening(at, _) => (*at, 0, 0),
        }
    }
}

/// What would have been sent from `from` until `until`. It depends on the set of what happened: neither on the order in which
/// it is given, nor on how often.
#[must_use]
pub fn replay(
    rule: &Rule,
    locations: &[String],
    (from, until): (i64, i64),
    past: &[Past],
) -> (Watch, Vec<Notice>) {
    let mut ids = HashSet::new();
    let mut past: Vec<&Past> = past
        .iter()
        .filter(|past| match past {
            Past::Result(seen) => ids.insert(seen.id),
            Past::Happening(..) => true,
        })
        .collect();
    past.sort_by_key(|past| past.order());
    let (mut watch, mut notices) = (Watch::new(from, locations), Vec::new());
    for past in past {
        match past {
            Past::Result(seen) => watch.see(rule, seen, &mut notices),
            Past::Happening(at, happening) => watch.happen(rule, *at, *happening, &mut notices),
        }
    }
    watch.pass(rule, until, &mut notices);
    (watch, notices)
}
