//! Names that are unique, and tags.

use super::directory::{Directory, text as field};
use crate::foreign::build::{Conversion, list, text};
use crate::foreign::pieces::literal;
use crate::foreign::section::Section;
use crate::yaml::Node;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// The names of the tests so far.
#[derive(Default)]
pub(super) struct Names {
    given: HashSet<String>,
    /// The number from which a name that is given again is tried.
    next: HashMap<String, u32>,
}

impl Names {
    /// A name that no test has yet: the name itself, else with the id behind it, else with a number.
    pub(super) fn unique(&mut self, name: &str, id: Option<&str>) -> String {
        let with_id = id.map(|id| format!("{name} ({id})"));
        let named = std::iter::once(name.to_owned()).chain(with_id);
        let free = named.into_iter().find(|name| !self.given.contains(name));
        let free = free.unwrap_or_else(|| self.numbered(name));
        self.given.insert(free.clone());
        free
    }

    /// A name with a number behind it that no test has yet.
    fn numbered(&mut self, name: &str) -> String {
        let next = self.next.entry(name.to_owned()).or_insert(2);
        loop {
            let candidate = format!("{name} ({next})");
            *next = next.saturating_add(1);
            if !self.given.contains(&candidate) || *next == u32::MAX {
                return candidate;
            }
        }
    }
}

/// The groups above a monitor and its tags, as tags: `name`, or `name:value`.
pub(super) fn tags(
    conversion: &mut Conversion<'_, '_, '_>,
    directory: &Directory<'_>,
    section: &mut Section<'_>,
    monitor: &Node,
) -> Option<Rc<Node>> {
    let place = monitor.place;
    let mut tags: Vec<(crate::Place, String)> = Vec::new();
    for group in directory.groups_above(field(monitor, "parent")) {
        tags.push((place, group.trim().to_owned()));
    }
    for node in section.items(conversion, "tags") {
        let Some(name) = field(node, "name") else { continue };
        let value = field(node, "value").map(str::trim).filter(|value| !value.is_empty());
        let tag = value.map_or_else(|| name.trim().to_owned(), |value| format!("{}:{value}", name.trim()));
        tags.push((node.place, tag));
    }
    let mut seen = HashSet::new();
    tags.retain(|(_, tag)| !tag.is_empty() && seen.insert(tag.clone()));
    let nodes: Vec<Rc<Node>> = tags.iter().map(|(place, tag)| text(*place, literal(tag))).collect();
    (!nodes.is_empty()).then(|| list(place, nodes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_given_once() {
        let mut names = Names::default();
        for (name, id, unique) in [
            ("a", Some("1"), "a"),
            ("a", Some("2"), "a (2)"),
            ("a (3)", Some("9"), "a (3)"),
            ("a", Some("3"), "a (4)"),
            ("a", None, "a (5)"),
            ("b", None, "b"),
        ] {
            assert_eq!(names.unique(name, id), unique, "{name} {id:?}");
        }
    }
}
