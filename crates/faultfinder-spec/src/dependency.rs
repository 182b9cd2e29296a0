//! Tests that depend on each other.

use crate::reader::Reader;
use crate::{AlertRule, Spanned, Test, Text};
use std::collections::HashMap;

/// Reports a test that depends on itself at once. What `defaults` say of all tests is not meant so.
pub(crate) fn check_itself(reader: &mut Reader<'_>, name: &Text, rule: &AlertRule) {
    let itself = rule.depends_on.iter().flatten().find(|parent| parent.value == name.as_written());
    if let Some(parent) = itself {
        let diagnostic = reader.error(parent.place, "a test cannot depend on itself");
        reader.within("alert", |reader| {
            reader.within("depends_on", |reader| reader.report(diagnostic.with_help("name another test")));
        });
    }
}

/// Reports tests of a file that depend on each other in a ring: nobody would be alerted of any of them.
///
/// A name may be that of a test of another file: a service has these, too.
pub(crate) fn check_rings(reader: &mut Reader<'_>, tests: &[Test]) {
    let of_file: HashMap<&str, &Test> = tests.iter().map(|test| (test.name.as_written(), test)).collect();
    if let Some((name, ring)) = ring(tests, &of_file) {
        let message = format!("tests depend on each other: {}", ring.join(" -> "));
        let diagnostic = reader.error(name.place, message);
        reader.report(
            diagnostic.with_help("take one of them out of `depends_on`; `[]` takes out those of `defaults`"),
        );
    }
}

/// The other tests of a file that a test depends on.
fn parents<'t>(
    test: &'t Test,
    of_file: &'t HashMap<&str, &'t Test>,
) -> impl Iterator<Item = (&'t Spanned<String>, &'t Test)> {
    let names = test.alert.iter().filter_map(|alert| alert.depends_on.as_ref()).flatten();
    names
        .filter_map(|name| Some((name, *of_file.get(name.value.as_str())?)))
        .filter(|(_, parent)| parent.name.as_written() != test.name.as_written())
}

/// The names of the first ring that is found, and where its first dependency is written.
fn ring<'t>(
    tests: &'t [Test],
    of_file: &'t HashMap<&str, &'t Test>,
) -> Option<(&'t Spanned<String>, Vec<&'t str>)> {
    // Tests that nothing is left of but what they depend on are taken out, until only rings are left and what leads into them.
    let mut waiting: HashMap<&str, u32> = HashMap::new();
    let mut children: HashMap<&str, Vec<&str>> = HashMap::new();
    for test in tests {
        for (_, parent) in parents(test, of_file) {
            let count = waiting.entry(test.name.as_written()).or_default();
            *count = count.saturating_add(1);
            children.entry(parent.name.as_written()).or_default().push(test.name.as_written());
        }
    }
    let names = children.keys().copied();
    let mut free: Vec<&str> = names.filter(|name| !waiting.contains_key(name)).collect();
    while let Some(name) = free.pop() {
        for child in children.get(name).into_iter().flatten() {
            if let Some(count) = waiting.get_mut(child) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    waiting.remove(child);
                    free.push(child);
                }
            }
        }
    }
    let mut at = tests.iter().find(|test| waiting.contains_key(test.name.as_written()))?;
    let mut path: Vec<(&str, &Spanned<String>)> = Vec::new();
    loop {
        let name = at.name.as_written();
        if let Some(start) = path.iter().position(|(passed, _)| *passed == name) {
            let ring = path.get(start..)?;
            let (_, first) = ring.first()?;
            return Some((first, ring.iter().map(|(name, _)| *name).chain([name]).collect()));
        }
        let mut left =
            parents(at, of_file).filter(|(_, parent)| waiting.contains_key(parent.name.as_written()));
        let (written, parent) = left.next()?;
        path.push((name, written));
        at = parent;
    }
}
