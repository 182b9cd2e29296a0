//! The entries of a mapping, each key once.

use crate::reader::Reader;
use crate::text::quoted;
use crate::yaml::{Kind, Node};
use crate::{Diagnostic, Place, Text};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// That a test or step has the name of an earlier one: where it is given, or where it is taken over by a merge or an alias. `first`
/// is the earlier name with where its test begins, `holder` where this one begins.
pub(crate) fn duplicate_name(
    reader: &Reader<'_>,
    what: &str,
    name: &Text,
    (first, first_holder): (Place, Place),
    holder: Place,
) -> Diagnostic {
    let message = format!("duplicate {what} name {}", quoted(name.as_written()));
    if name.place() != first {
        return reader
            .error(name.place(), message)
            .with_label(format!("first given in line {}", first.line))
            .with_help(match reader.source().glued_comment(name.place()) {
                Some(_) => "` #` begins a comment, which is not a part of the name; put the name in quotes"
                    .to_owned(),
                None => format!("results are found by name; give each {what} its own"),
            });
    }
    if holder == first_holder {
        return reader
            .error(name.place(), message)
            .with_label(format!("an alias uses this {what} again"))
            .with_help("merge it instead, with a name of its own: `<<: *ALIAS` and `name: ..`");
    }
    reader
        .error(holder, message)
        .with_label(format!("takes over the name in line {}", first.line))
        .with_help("give a `name` of its own beside `<<`")
}

/// The entries of a mapping with scalar keys, each key once; others are reported as a `what`.
pub(crate) fn unique<'n>(
    reader: &mut Reader<'_>,
    entries: &'n [(std::rc::Rc<Node>, std::rc::Rc<Node>)],
    what: &str,
) -> Vec<(&'n str, &'n Node, &'n Node)> {
    let mut seen = Seen::default();
    let mut kept = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        if reader.is_full() {
            break;
        }
        let Kind::Scalar(scalar) = &key.kind else {
            reader.unexpected(key, &format!("the name of a {what}"));
            continue;
        };
        if let Some(first) = seen.add(&scalar.text, key.place) {
            let message = format!("duplicate {what} {}", quoted(&scalar.text));
            let diagnostic = reader
                .error(key.place, message)
                .with_label(format!("first given in line {}", first.line))
                .with_help("remove one of them");
            reader.report(diagnostic);
            continue;
        }
        kept.push((scalar.text.as_str(), key.as_ref(), value.as_ref()));
    }
    kept
}

/// The keys of a mapping so far. Most have few: comparing them takes less time than hashing.
#[derive(Default)]
struct Seen<'n> {
    few: Vec<(&'n str, Place)>,
    more: HashMap<&'n str, Place>,
}

impl<'n> Seen<'n> {
    const FEW: usize = 16;

    /// Adds a key, or yields where it was seen first.
    fn add(&mut self, key: &'n str, place: Place) -> Option<Place> {
        let first = self.few.iter().find(|(seen, _)| *seen == key).map(|(_, place)| *place);
        if first.is_some() {
            return first;
        }
        if self.few.len() < Self::FEW {
            self.few.push((key, place));
            return None;
        }
        match self.more.entry(key) {
            Entry::Occupied(seen) => Some(*seen.get()),
            Entry::Vacant(free) => {
                free.insert(place);
                None
            }
        }
    }
}
