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
    /// When the job began that has not ended yet: the latest of its beginnings.
    began_at: Option<Timestamp>,
    /// When it was first said to have begun since it ended last.
    runs_since: Option<Timestamp>,
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
    /// When a job that runs must have ended.
    fn end(&self) -> Option<(Timestamp, Duration)> {
        self.runs_since.zip(self.longest_run)
    }

    /// When something is wrong if nothing comes. A job that runs has its own time, if it has one; one that begins again and again
    /// does not get more.
    fn deadline(&self) -> Timestamp {
        match self.end() {
            Some((since, longest)) => since.after(longest),
            None => self.since.after(self.every).after(self.grace),
        }
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
            began_at: before.as_ref().and_then(|before| before.began_at),
            runs_since: before.and_then(|before| before.runs_since),
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
        self.change(test, |awaited| {
            awaited.began_at = Some(now);
            awaited.runs_since.get_or_insert(now);
        });
    }

    /// A job has reported its end: when it had begun, if it had said so.
    pub(super) fn end(&self, test: &str, now: Timestamp) -> Option<Timestamp> {
        let mut began_at = None;
        self.change(test, |awaited| {
            (awaited.reported_at, awaited.since) = (Some(now), now);
            began_at = awaited.began_at.take();
            awaited.runs_since = None;
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
            let overdue = match awaited.end() {
                Some((began_at, longest_run)) => Overdue::End { began_at, longest_run },
                None => Overdue::Report { last: awaited.reported_at, every: awaited.every },
            };
            // Its end counts when it comes after all. As a result it is later than this one: it has no beginning any more.
            (awaited.began_at, awaited.runs_since) = (None, None);
            awaited.since = now;
            // The grace was given once.
            let due_at = now.after(awaited.every);
            awaiting.set_due(&test, Some(due_at));
            found.push((test, overdue));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultfinder_engine::Suite;
    use faultfinder_spec::Source;

    const MINUTE: i64 = 60_000;

    /// A heartbeat that is awaited from minute 0 on, and a way to say what is overdue at a minute.
    fn awaited(heartbeat: &str) -> Heartbeats {
        let heartbeats = Heartbeats::default();
        put(&heartbeats, heartbeat, false, 0);
        heartbeats
    }

    fn put(heartbeats: &Heartbeats, heartbeat: &str, paused: bool, minute: i64) {
        let text = format!("tests:\n  - {{ name: a, every: 1h, heartbeat: {{ {heartbeat} }} }}\n");
        let suite = Suite::load_foreign(&Source::new("a.yaml", &text)).unwrap();
        let test = &suite.tests()[0];
        heartbeats.put("a", test.heartbeat().unwrap(), test.every().unwrap(), paused, at(minute));
    }

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_millis(minute * MINUTE)
    }

    /// The minute at which something is due.
    fn due(heartbeats: &Heartbeats) -> Option<i64> {
        heartbeats.deadline().map(|at| at.millis() / MINUTE)
    }

    fn overdue(heartbeats: &Heartbeats, minute: i64) -> Vec<Overdue> {
        heartbeats.overdue(at(minute)).into_iter().map(|(_, overdue)| overdue).collect()
    }

    #[test]
    fn a_report_is_awaited_for_its_interval_and_its_grace_and_then_each_interval() {
        let heartbeats = awaited("grace: 5m");
        assert_eq!(due(&heartbeats), Some(65));
        assert_eq!(heartbeats.end("a", at(10)), None);
        assert_eq!((due(&heartbeats), overdue(&heartbeats, 74)), (Some(75), Vec::new()));
        let every = Duration::from_secs(3_600);
        assert_eq!(overdue(&heartbeats, 75), [Overdue::Report { last: Some(at(10)), every }]);
        assert_eq!((due(&heartbeats), overdue(&heartbeats, 75)), (Some(135), Vec::new()));
        heartbeats.end("a", at(80));
        assert_eq!(due(&heartbeats), Some(145));
        // A beginning alone changes nothing.
        heartbeats.begin("a", at(90));
        assert_eq!(due(&heartbeats), Some(145));
        heartbeats.remove("a");
        assert_eq!(due(&heartbeats), None);
    }

    #[test]
    fn a_job_that_runs_has_its_own_time_and_not_more_when_it_begins_again() {
        let heartbeats = awaited("grace: 5m, longest_run: 3h");
        heartbeats.begin("a", at(60));
        heartbeats.begin("a", at(100));
        assert_eq!(due(&heartbeats), Some(240));
        let longest_run = Duration::from_secs(3 * 3_600);
        assert_eq!(overdue(&heartbeats, 240), [Overdue::End { began_at: at(60), longest_run }]);
        // What is later than a result began later, too.
        assert_eq!((heartbeats.end("a", at(250)), due(&heartbeats)), (None, Some(315)));
        heartbeats.begin("a", at(300));
        assert_eq!((heartbeats.end("a", at(310)), due(&heartbeats)), (Some(at(300)), Some(375)));
    }

    #[test]
    fn nothing_is_due_while_it_is_paused_and_a_restart_gives_the_grace_again() {
        let heartbeats = awaited("grace: 5m");
        put(&heartbeats, "grace: 5m", true, 30);
        assert_eq!(due(&heartbeats), None);
        heartbeats.end("a", at(40));
        assert_eq!(due(&heartbeats), None);
        put(&heartbeats, "grace: 5m", false, 200);
        assert_eq!(due(&heartbeats), Some(265));
        // Another grace counts at once.
        put(&heartbeats, "grace: 10m", false, 210);
        assert_eq!(due(&heartbeats), Some(270));
        let heartbeats = awaited("grace: 5m");
        heartbeats.restore("a", at(-100), at(0));
        assert_eq!(due(&heartbeats), Some(5));
        heartbeats.restore("a", at(-10), at(0));
        assert_eq!(due(&heartbeats), Some(55));
    }
}
