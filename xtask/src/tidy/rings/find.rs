//! From the uses between files to the rings.

use crate::tidy::code::{Arrows, Survey};
use std::collections::{BTreeMap, BTreeSet};

/// Files that use each other in a circle: each reaches each of the others.
#[derive(Debug, Default, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ring {
    /// The crate.
    pub(super) package: String,
    /// Its files, relative to the crate's folder, in order.
    pub(super) files: Vec<String>,
    /// The uses among them.
    pub(super) arrows: Arrows,
}

/// The rings of one crate, whose files are below this folder.
pub(super) fn rings(package: &str, folder: &str, survey: &Survey) -> Vec<Ring> {
    let short = |file: &str| file.strip_prefix(folder).unwrap_or(file).to_owned();
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (from, to) in survey.arrows.keys() {
        uses.entry(short(from)).or_default().insert(short(to));
    }
    let reached: BTreeMap<&String, BTreeSet<&String>> =
        uses.keys().map(|file| (file, reach(file, &uses))).collect();
    let reaches = |from: &String, to: &String| reached.get(from).is_some_and(|reached| reached.contains(to));

    let mut rings: Vec<Ring> = Vec::new();
    for file in uses.keys().filter(|file| reaches(file, file)) {
        let files: Vec<String> =
            uses.keys().filter(|other| reaches(file, other) && reaches(other, file)).cloned().collect();
        if rings.iter().any(|ring| ring.files == files) {
            continue;
        }
        let arrows = survey.arrows.iter().map(|((from, to), names)| ((short(from), short(to)), names));
        let arrows = arrows.filter(|((from, to), _)| files.contains(from) && files.contains(to));
        let arrows = arrows.map(|(ends, names)| (ends, names.clone())).collect();
        rings.push(Ring { package: package.to_owned(), files, arrows });
    }
    rings
}

/// All files that a file uses, directly or through others.
fn reach<'a>(file: &String, uses: &'a BTreeMap<String, BTreeSet<String>>) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&String> = uses.get(file).into_iter().flatten().collect();
    while let Some(file) = open.pop() {
        if reached.insert(file) {
            open.extend(uses.get(file).into_iter().flatten());
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::{Ring, Survey, rings};

    /// The rings of a crate with these uses, each as its files.
    fn found(arrows: &[(&str, &str)]) -> Vec<Vec<String>> {
        let path = |name: &str| format!("crates/c/src/{name}.rs");
        let mut survey = Survey::default();
        for (from, to) in arrows {
            survey.arrows.entry((path(from), path(to))).or_default().insert("Name".to_owned());
        }
        let rings = rings("c", "crates/c/", &survey);
        for Ring { arrows, files, .. } in &rings {
            assert!(arrows.keys().all(|(from, to)| files.contains(from) && files.contains(to)));
        }
        rings.into_iter().map(|ring| ring.files).collect()
    }

    #[test]
    fn files_that_reach_each_other_are_one_ring() {
        assert_eq!(found(&[("a", "b"), ("b", "a")]), [["src/a.rs", "src/b.rs"]]);
        // Two circles that share a file are one ring; what only leads there or away is not in it.
        let arrows = [("x", "a"), ("a", "b"), ("b", "a"), ("b", "c"), ("c", "b"), ("c", "y")];
        assert_eq!(found(&arrows), [["src/a.rs", "src/b.rs", "src/c.rs"]]);
        let arrows = [("a", "b"), ("b", "a"), ("b", "c"), ("c", "d"), ("d", "c")];
        assert_eq!(found(&arrows), [["src/a.rs", "src/b.rs"], ["src/c.rs", "src/d.rs"]]);
    }

    #[test]
    fn a_crate_that_only_leads_down_has_no_ring() {
        assert_eq!(found(&[("a", "b"), ("b", "c"), ("a", "c"), ("d", "c")]), Vec::<Vec<String>>::new());
    }
}
