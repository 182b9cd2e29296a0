//! Which tests depend on which.

use crate::catalog::Kept;
use crate::timestamp::Timestamp;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Most rings of tests that depend on each other of which the log speaks.
const RINGS_MAX: usize = 100;

/// How long a test is not asked for again that is to run because others failed.
const ASKED_FOR: Duration = Duration::from_secs(5);

/// Which tests depend on which, by their names or ids.
#[derive(Debug, Default)]
pub(crate) struct Dependencies(Mutex<Graph>);

#[derive(Debug, Default)]
struct Graph {
    /// The names and ids that tests depend on, of those that depend on any.
    wanted: HashMap<Arc<str>, Vec<String>>,
    /// By each name or id that a test depends on.
    named: HashMap<String, Named>,
    /// The name of each test that others depend on.
    names: HashMap<Arc<str>, String>,
    /// Tests that are to run because others that depend on them failed, and since when.
    asked: HashMap<Arc<str>, Timestamp>,
    /// Tests in rings of which the log has spoken.
    rings: HashSet<Arc<str>>,
}

#[derive(Debug, Default)]
struct Named {
    /// The tests that have this name or id.
    tests: BTreeSet<Arc<str>>,
    /// Those that depend on them.
    children: BTreeSet<Arc<str>>,
}

/// The names and ids that a test depends on.
fn depends_on(kept: &Kept) -> Vec<String> {
    let names = kept.planned().and_then(|test| test.alert()).and_then(|alert| alert.depends_on.as_ref());
    names.into_iter().flatten().map(|name| name.value.clone()).collect()
}

impl Dependencies {
    fn graph(&self) -> MutexGuard<'_, Graph> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A test is there, in place of what it was before; `others` yields all tests, which are looked at if it depends on a name
    /// that no other one depends on yet.
    pub(crate) fn put(&self, before: Option<&Kept>, kept: &Kept, others: impl FnOnce() -> Vec<Arc<Kept>>) {
        let mut graph = self.graph();
        if let Some(before) = before {
            graph.remove(before);
        }
        let (id, names): (Arc<str>, _) = (kept.record.id.as_str().into(), depends_on(kept));
        graph.note(kept);
        if names.is_empty() {
            return;
        }
        let is_new = names.iter().any(|name| !graph.named.contains_key(name));
        let others = if is_new { others() } else { Vec::new() };
        for name in &names {
            graph.named.entry(name.clone()).or_default().children.insert(Arc::clone(&id));
        }
        others.iter().for_each(|other| graph.note(other));
        graph.wanted.insert(Arc::clone(&id), names);
        graph.tell_of_ring(&id, &kept.record.name);
    }

    /// A test is not there any more.
    pub(crate) fn remove(&self, kept: &Kept) {
        self.graph().remove(kept);
    }

    /// The tests on which a test depends, at once or by way of others. Tests that depend on each other do not count: nobody would
    /// be alerted of any of them.
    pub(crate) fn parents(&self, id: &str) -> Vec<Arc<str>> {
        let graph = self.graph();
        if !graph.wanted.contains_key(id) {
            return Vec::new();
        }
        let mut parents = graph.reach(id, Graph::parents);
        if parents.remove(id) {
            parents.retain(|parent| !graph.reach(parent, Graph::parents).contains(id));
        }
        parents.into_iter().collect()
    }

    /// The tests that depend on a test, at once or by way of others, but for those on which it depends, too.
    pub(crate) fn children(&self, id: &str) -> Vec<Arc<str>> {
        let graph = self.graph();
        if !graph.names.contains_key(id) {
            return Vec::new();
        }
        let mut children = graph.reach(id, Graph::children);
        if children.remove(id) {
            children.retain(|child| !graph.reach(child, Graph::children).contains(id));
        }
        children.into_iter().collect()
    }

    /// The tests on which a test depends, but for those that were asked for a moment ago: they are to run.
    pub(crate) fn ask(&self, id: &str, now: Timestamp) -> Vec<Arc<str>> {
        let mut parents = self.parents(id);
        let mut graph = self.graph();
        graph.asked.retain(|_, at| at.after(ASKED_FOR) > now && *at <= now);
        parents.retain(|parent| !graph.asked.contains_key(parent));
        graph.asked.extend(parents.iter().map(|parent| (Arc::clone(parent), now)));
        parents
    }

    /// The names and ids that a test depends on and that no test has.
    pub(crate) fn unknown(&self, id: &str) -> Vec<String> {
        let graph = self.graph();
        let names = graph.wanted.get(id).into_iter().flatten();
        names
            .filter(|name| graph.named.get(*name).is_none_or(|named| named.tests.is_empty()))
            .cloned()
            .collect()
    }
}

impl Graph {
    /// Notes a test, if others depend on it.
    fn note(&mut self, kept: &Kept) {
        let (id, name): (Arc<str>, _) = (kept.record.id.as_str().into(), &kept.record.name);
        for by in [&kept.record.id, name] {
            if let Some(named) = self.named.get_mut(by) {
                named.tests.insert(Arc::clone(&id));
                self.names.insert(Arc::clone(&id), name.clone());
            }
        }
    }

    fn remove(&mut self, kept: &Kept) {
        let id = kept.record.id.as_str();
        for name in [id, &kept.record.name] {
            if let Some(named) = self.named.get_mut(name) {
                named.tests.remove(id);
            }
        }
        for name in self.wanted.remove(id).into_iter().flatten() {
            if let Some(named) = self.named.get_mut(&name) {
                named.children.remove(id);
                if named.children.is_empty() {
                    self.named.remove(&name);
                }
            }
        }
        self.names.remove(id);
        self.rings.remove(id);
    }

    // A test does not depend on itself: only what `defaults` say of all tests may read like that.

    fn parents<'g>(&'g self, id: &str) -> Vec<&'g Arc<str>> {
        let names = self.wanted.get(id).into_iter().flatten();
        let tests = names.filter_map(|name| self.named.get(name)).flat_map(|named| &named.tests);
        tests.filter(|parent| &***parent != id).collect()
    }

    fn children<'g>(&'g self, id: &str) -> Vec<&'g Arc<str>> {
        let named = [Some(id), self.names.get(id).map(String::as_str)];
        let children = named.into_iter().flatten().filter_map(|name| self.named.get(name));
        children.flat_map(|named| &named.children).filter(|child| &***child != id).collect()
    }

    /// All tests that this relation leads to, the first one included if it leads back.
    fn reach(
        &self,
        from: &str,
        next: impl for<'g> Fn(&'g Self, &str) -> Vec<&'g Arc<str>>,
    ) -> BTreeSet<Arc<str>> {
        let mut reached = BTreeSet::new();
        let mut ends: Vec<&Arc<str>> = next(self, from);
        while let Some(id) = ends.pop() {
            if reached.insert(Arc::clone(id)) {
                ends.extend(next(self, id));
            }
        }
        reached
    }

    fn tell_of_ring(&mut self, id: &Arc<str>, name: &str) {
        let is_ring = self.reach(id, Self::parents).contains(id);
        if is_ring && self.rings.len() < RINGS_MAX && self.rings.insert(Arc::clone(id)) {
            tracing::warn!(
                test = &**id,
                name,
                "tests depend on each other in a ring (`depends_on`): these dependencies have no effect"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Origin, TestRecord};
    use faultfinder_engine::Suite;
    use faultfinder_spec::Source;

    /// Tests by name, each with the names that it depends on; the id of each is its name in capitals.
    fn graph(tests: &[(&str, &[&str])]) -> Dependencies {
        let dependencies = Dependencies::default();
        let mut all: Vec<Arc<Kept>> = Vec::new();
        for (name, depends_on) in tests {
            let kept = Arc::new(kept(name, depends_on));
            dependencies.put(None, &kept, || all.clone());
            all.push(kept);
        }
        dependencies
    }

    fn kept(name: &str, depends_on: &[&str]) -> Kept {
        // Of all tests of a file, so that one may be itself.
        let text = serde_json::json!({
            "defaults": { "alert": { "depends_on": depends_on } },
            "tests": [{ "name": name, "tcp": { "host": "127.0.0.1", "port": 1 } }],
        });
        let text = text.to_string();
        let suite = Arc::new(Suite::load_foreign(&Source::new("a.json", &text)).unwrap());
        let at = Timestamp::from_millis(0);
        let record = TestRecord {
            id: name.to_uppercase(),
            version: 1,
            name: name.to_owned(),
            tags: Vec::new(),
            every: None,
            definition: None,
            origin: Origin::Api,
            paused: false,
            restricted: false,
            owner: String::new(),
            sealed: None,
            created_at: at,
            updated_at: at,
            deleted_at: None,
        };
        Kept::first(record, suite)
    }

    fn shown(tests: &[Arc<str>]) -> String {
        tests.iter().map(|test| &**test).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_a_test_depends_on_by_way_of_others_counts_once() {
        // A diamond: by two ways to one.
        let diamond =
            graph(&[("shop", &["cart", "PAY"]), ("cart", &["gate"]), ("pay", &["gate"]), ("gate", &[])]);
        assert_eq!(shown(&diamond.parents("SHOP")), "CART GATE PAY");
        assert_eq!(
            (shown(&diamond.children("GATE")), diamond.unknown("SHOP")),
            ("CART PAY SHOP".to_owned(), vec![])
        );
        assert_eq!(shown(&diamond.parents("GATE")), "");
        // Without one of its two ways, and without the end of both.
        diamond.remove(&kept("cart", &["gate"]));
        assert_eq!(
            (shown(&diamond.parents("SHOP")), shown(&diamond.children("GATE"))),
            ("GATE PAY".to_owned(), "PAY SHOP".to_owned())
        );
        assert_eq!(diamond.unknown("SHOP"), ["cart"]);
        diamond.put(Some(&kept("pay", &["gate"])), &kept("pay", &[]), Vec::new);
        assert_eq!(
            (shown(&diamond.parents("SHOP")), shown(&diamond.children("GATE"))),
            ("PAY".to_owned(), String::new())
        );
    }

    #[test]
    fn tests_in_a_ring_do_not_count_and_what_is_behind_it_does() {
        let ring =
            graph(&[("a", &["b"]), ("b", &["c", "gate"]), ("c", &["a"]), ("gate", &["gate"]), ("d", &["a"])]);
        assert_eq!(
            (shown(&ring.parents("A")), shown(&ring.parents("C"))),
            ("GATE".to_owned(), "GATE".to_owned())
        );
        assert_eq!(
            (shown(&ring.parents("D")), shown(&ring.parents("GATE"))),
            ("A B C GATE".to_owned(), String::new())
        );
        assert_eq!(
            (shown(&ring.children("A")), shown(&ring.children("GATE"))),
            ("D".to_owned(), "A B C D".to_owned())
        );
    }

    #[test]
    fn a_test_that_many_depend_on_is_asked_once_in_a_while() {
        let graph = graph(&[("gate", &[]), ("a", &["gate"]), ("b", &["gate"])]);
        let at = Timestamp::from_millis;
        assert_eq!(shown(&graph.ask("A", at(1_000))), "GATE");
        assert_eq!(
            (shown(&graph.ask("B", at(1_001))), shown(&graph.ask("A", at(5_999)))),
            (String::new(), String::new())
        );
        assert_eq!(shown(&graph.ask("B", at(6_000))), "GATE");
        // The clock was set back.
        assert_eq!(shown(&graph.ask("B", at(0))), "GATE");
    }
}
