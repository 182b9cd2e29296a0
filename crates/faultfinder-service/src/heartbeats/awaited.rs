//! Which reports are awaited, and until when.

use crate::timestamp::Timestamp;
use faultfinder_engine::PlannedHeartbeat;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// A hash of a key: keys themselves are not compared, so that how long it takes says nothing of them.
type KeyHash = [u8; 32];

/// Which reports are awaited, and until when.
#[derive(Debug, Default)]
pub(crate) struct Heartbeats {
    awaiting: Mutex<Awaiting>,
    /// One is due earlier than what is waited for.
    pub(super) earlier: Notify,
}

#[derive(Debug, Default)]
struct Awaiting {
    of: HashMap<Arc<str>, Awaited>,
    by_key: HashMap<KeyHash, Arc<str>>,
    due: BTreeSet<(Timestamp, Arc<str>)>,
}

/// A job that reports.
#[derive(Debug, Clone)]
struct Awaited {
    every: Duration,
    grace: Duration,
    longest_run: Option<Duration>,
    key: Option<KeyHash>,
    /// When it reported last; nothing if it has not yet.
    reported_at: Option<Timestamp>,
    /// Since when it is awaited.
    since: Timestamp,
    /// When the job began that has not ended yet.
    began_at: Option<Timestamp>,
    /// When something is wrong if nothing comes; nothing while it is paused.
    due_at: Option<Timestamp>,
}

/// What did not come in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Overdue {
    /// A report: the last one, if there was one, and how often one is awaited.
    Report { last: Option<Timestamp>, every: Duration },
    /// The end of a job that began then, and may take so long.
    End { began_at: Timestamp, longest_run: Duration },
}

impl Awaited {
    /// When something is wrong if nothing comes.
    fn deadline(&self) -> Timestamp {
        let report = self.since.after(self.every).after(self.grace);
        let end = self.began_at.zip(self.longest_run).map(|(began_at, longest)| began_at.after(longest));
        end.map_or(report, |end| end.min(report))
    }
}

impl Awaiting {
    /// Sets when a job is due.
    fn set_due(&mut self, test: &Arc<str>, due_at: Option<Timestamp>) {
        let Some(awaited) = self.of.get_mut(test) else { return };
        if let Some(before) = std::mem::replace(&mut awaited.due_at, due_at) {
            self.due.remove(&(before, Arc::clone(test)));
        }
        self.due.extend(due_at.map(|at| (at, Arc::clone(test))));
    }

    fn forget(&mut self, test: &str) -> Option<Awaited> {
        let (id, awaited) = self.of.remove_entry(test)?;
        self.due.extend(None);
        if let Some(due_at) = awaited.due_at {
            self.due.remove(&(due_at, Arc::clone(&id)));
        }
        if let Some(key) = awaited.key.filter(|key| self.by_key.get(key) == Some(&id)) {
            self.by_key.remove(&key);
        }
        Some(awaited)
    }
}

fn hash(key: &str) -> KeyHash {
    Sha256::digest(key).into()
}

impl Heartbeats {
    fn awaiting(&self) -> MutexGuard<'_, Awaiting> {
        self.awaiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reports of a test are awaited from now on, in place of what it was before; when it reported last stays known.
    pub(crate) fn put(
        &self,
        test: &str,
        planned: &PlannedHeartbeat,
        every: Duration,
        paused: bool,
        now: Timestamp,
    ) {
        let mut awaiting = self.awaiting();
        let before = awaiting.forget(test);
        let (id, key): (Arc<str>, _) = (test.into(), planned.key().map(hash));
        // One that was paused is awaited anew.
        let since =
            before.as_ref().filter(|before| before.due_at.is_some()).map_or(now, |before| before.since);
        let awaited = Awaited {
            every,
            grace: planned.grace(),
            longest_run: planned.longest_run(),
            key,
            reported_at: before.as_ref().and_then(|before| before.reported_at),
            since,
            began_at: before.and_then(|before| before.began_at),
            due_at: None,
        };
        let due_at = (!paused).then(|| awaited.deadline().max(now));
        if let Some(key) = key
            && let Some(other) = awaiting.by_key.insert(key, Arc::clone(&id))
        {
            tracing::warn!(
                test,
                other = &*other,
                "two heartbeats have the same key: it counts for the first of these"
            );
        }
        awaiting.of.insert(Arc::clone(&id), awaited);
        awaiting.set_due(&id, due_at);
        drop(awaiting);
        self.earlier.notify_one();
    }

    /// Nothing is awaited of a test any more.
    pub(crate) fn remove(&self, test: &str) {
        let _ = self.awaiting().forget(test);
    }

    /// The test to which a key leads.
    pub(crate) fn of_key(&self, key: &str) -> Option<Arc<str>> {
        self.awaiting().by_key.get(&hash(key)).cloned()
    }

    /// When a job reported last, before this process began; what it missed since then was nobody's fault.
    pub(super) fn restore(&self, test: &str, reported_at: Timestamp, now: Timestamp) {
        let mut awaiting = self.awaiting();
        let Some((id, awaited)) = awaiting.of.get_key_value(test) else { return };
        let mut awaited = awaited.clone();
        let id = Arc::clone(id);
        awaited.reported_at = Some(reported_at);
        awaited.since = reported_at;
        let due_at = awaited.due_at.map(|_| awaited.deadline().max(now.after(awaited.grace)));
        let current = Awaited { due_at: awaited.due_at, ..awaited };
        awaiting.of.insert(Arc::clone(&id), current);
        awaiting.set_due(&id, due_at);
    }

    /// A job has begun.
    pub(super) fn begin(&self, test: &str, now: Timestamp) {
        self.change(test, |awaited| awaited.began_at = Some(now));
    }

    /// A job has reported its end: when it had begun, if it had said so.
    pub(super) fn end(&self, test: &str, now: Timestamp) -> Option<Timestamp> {
        let mut began_at = None;
        self.change(test, |awaited| {
            (awaited.reported_at, awaited.since) = (Some(now), now);
            began_at = awaited.began_at.take();
        });
        began_at
    }

    fn change(&self, test: &str, change: impl FnOnce(&mut Awaited)) {
        let mut awaiting = self.awaiting();
        let Some((id, _)) = awaiting.of.get_key_value(test) else { return };
        let id = Arc::clone(id);
        if let Some(awaited) = awaiting.of.get_mut(&id) {
            change(awaited);
            let due_at = awaited.due_at.map(|_| awaited.deadline());
            awaiting.set_due(&id, due_at);
        }
        drop(awaiting);
        self.earlier.notify_one();
    }

    /// When the next one is due.
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        self.awaiting().due.first().map(|(at, _)| *at)
    }

    /// What has not come in time, once each: the next one is awaited for as long again.
    pub(super) fn overdue(&self, now: Timestamp) -> Vec<(Arc<str>, Overdue)> {
        let mut awaiting = self.awaiting();
        let tests: Vec<Arc<str>> =
            awaiting.due.iter().take_while(|(at, _)| *at <= now).map(|(_, test)| Arc::clone(test)).collect();
        let mut found = Vec::new();
        for test in tests {
            let Some(awaited) = awaiting.of.get_mut(&test) else { continue };
            let end = awaited.began_at.zip(awaited.longest_run);
            let overdue = match end.filter(|(began_at, longest)| began_at.after(*longest) <= now) {
                Some((began_at, longest_run)) => {
                    // Its end counts when it comes after all; how long it took is known then, too.
                    awaited.began_at = None;
                    Overdue::End { began_at, longest_run }
                }
                None => Overdue::Report { last: awaited.reported_at, every: awaited.every },
            };
            awaited.since = now;
            // The grace was given once.
            let due_at = now.after(awaited.every);
            awaiting.set_due(&test, Some(due_at));
            found.push((test, overdue));
        }
        found
    }
}
