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
