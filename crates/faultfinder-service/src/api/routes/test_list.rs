//! Lists of tests that are searched, sorted, or filtered by how they are now. They are made of the tests that can be run,
//! with their states, all of which are in memory.

use crate::api::cursor;
use crate::catalog::{Catalog, Kept};
use crate::state::States;
use crate::store::{Outcome, TestQuery, TestRecord};
use crate::timestamp::Timestamp;
use std::sync::Arc;

/// Names are in the order of so many characters; then in that of their ids.
const NAME_CHARS_MAX: usize = 100;

/// In which order tests are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sort {
    by: By,
    descends: bool,
}

/// By what tests are sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum By {
    #[default]
    Id,
    Name,
    Since,
}

impl Sort {
    /// The order of this name; one that begins with `-` descends.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        let by = match name.strip_prefix('-').unwrap_or(name) {
            "id" => By::Id,
            "name" => By::Name,
            "since" => By::Since,
            _ => return None,
        };
        Some(Self { by, descends: name.starts_with('-') })
    }

    fn name(self) -> String {
        let by = match self.by {
            By::Id => "id",
            By::Name => "name",
            By::Since => "since",
        };
        format!("{}{by}", if self.descends { "-" } else { "" })
    }

    /// Where a test is in this order: by its key, then by its id. Without a result it comes before all that have one.
    fn place(self, kept: &Kept, since: Option<Timestamp>) -> Place {
        let key = match self.by {
            By::Id => String::new(),
            By::Name => kept.record.name.to_lowercase().chars().take(NAME_CHARS_MAX).collect(),
            // Texts of one length are in the order of their numbers.
            By::Since => since.map_or_else(String::new, |since| {
                format!("{:020}", i128::from(since.millis()) - i128::from(i64::MIN))
            }),
        };
        Place { key, id: kept.record.id.clone() }
    }
}

/// Where a test is in an order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    key: String,
    id: String,
}

impl Place {
    /// The place behind which a cursor of this order stands; nothing if it is another one.
    pub(super) fn of_cursor(sort: Sort, text: &str) -> Option<Self> {
        let (id, key) = cursor::sorted(&sort.name(), text)?;
        Some(Self { key, id })
    }

    fn cursor(&self, sort: Sort) -> String {
        cursor::of_sorted(&sort.name(), &self.id, &self.key)
    }
}

/// Which tests are asked for, and in which order.
#[derive(Debug)]
pub(super) struct Wanted {
    /// By tag and whether they are paused, and how many; what it says of a place does not count.
    pub(super) query: TestQuery,
    /// Only those that ended so last; those that have not ended yet for `Some(None)`.
    pub(super) state: Option<Option<Outcome>>,
    /// Only those whose name has this text, whatever the case of the letters.
    pub(super) search: Option<String>,
    pub(super) sort: Sort,
    pub(super) after: Option<Place>,
}

/// A page of tests, and the cursor behind it, if more come.
pub(super) fn page(catalog: &Catalog, states: &States, wanted: &Wanted) -> (Vec<TestRecord>, Option<String>) {
    let (all, search) = (states.all(), wanted.search.as_ref().map(|text| text.to_lowercase()));
    let sort = wanted.sort;
    let mut found: Vec<(Place, Arc<Kept>)> = Vec::new();
    for kept in catalog.all() {
        let state = all.get(&kept.record.id).copied();
        let is_wanted = wanted.query.is_met_by(&kept.record)
            && wanted.state.is_none_or(|outcome| outcome == state.map(|(outcome, _)| outcome))
            && search.as_ref().is_none_or(|text| kept.record.name.to_lowercase().contains(text));
        if !is_wanted {
            continue;
        }
        let place = sort.place(&kept, state.map(|(_, since)| since));
        let is_behind = |after: &Place| if sort.descends { place < *after } else { place > *after };
        if wanted.after.as_ref().is_none_or(is_behind) {
            found.push((place, kept));
        }
    }
    found.sort_by(|(one, _), (other, _)| if sort.descends { other.cmp(one) } else { one.cmp(other) });
    let has_more = found.len() > wanted.query.limit;
    found.truncate(wanted.query.limit);
    let next = found.last().filter(|_| has_more).map(|(place, _)| place.cursor(sort));
    (found.into_iter().map(|(_, kept)| kept.record.clone()).collect(), next)
}
