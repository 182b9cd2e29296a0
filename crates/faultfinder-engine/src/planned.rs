//! What is known of a test at load.

use crate::compiled::Compiled;
use crate::exchange::{Entry, PlannedExchange};
use crate::heartbeat::PlannedHeartbeat;
use crate::ids::Ids;
use crate::moment::{Begin, millis, rfc3339};
use crate::render::Awaited;
use crate::result::TestType;
use crate::scope::Scope;
use crate::script::PlannedScript;
use crate::settings::Settings;
use crate::steps::{PlannedSteps, Planner};
use crate::{Attempt, Observed, RunOptions, TestResult};
use faultfinder_spec::{ActiveTimes, AlertRule, Content, Diagnostic, Retry, Source, Spanned, Test, Text};
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// A test that is ready to be run.
pub struct PlannedTest {
    pub(crate) name: Text,
    pub(crate) id: String,
    pub(crate) source: Arc<Source>,
    pub(crate) scope: Arc<Scope>,
    pub(crate) content: PlannedContent,
    every: Option<Duration>,
    active: Option<Arc<ActiveTimes>>,
    alert: Option<Arc<AlertRule>>,
    paused: bool,
    retry: Retry,
    tags: Vec<Spanned<String>>,
    fingerprint: u64,
    script: Option<Box<PlannedScript>>,
}

/// What a test does.
pub(crate) enum PlannedContent {
    Exchange(PlannedExchange),
    Steps(PlannedSteps),
    Heartbeat(PlannedHeartbeat),
}

impl PlannedTest {
    /// Plans a test: its requests are made and checked, and kept when they do not differ from run to run.
    pub(crate) fn new(
        test: &Test,
        (compiled, script): (&[Compiled], Option<PlannedScript>),
        source: &Arc<Source>,
        scope: &Arc<Scope>,
        planner: &Planner<'_>,
        settings: &mut Settings,
    ) -> Self {
        let set: HashSet<String> = script.iter().flat_map(|script| script.sets.iter().cloned()).collect();
        let awaited = if set.is_empty() { Awaited::Nothing } else { Awaited::Later(&set) };
        let content = match &test.content {
            Content::Exchange(exchange) => {
                let (name, path) = (Some(Box::new(test.name.clone())), test.path.as_deref().map(Box::from));
                let entry = Entry { name, place: test.name.place(), path };
                let with = (source, scope);
                let compiled = compiled.first().cloned().unwrap_or_default();
                let exchange =
                    PlannedExchange::new(entry, exchange.clone(), compiled, with, awaited, settings);
                PlannedContent::Exchange(exchange)
            }
            Content::Steps(steps) => PlannedContent::Steps(planner.plan(steps, compiled, &set, settings)),
            Content::Heartbeat(heartbeat) => {
                PlannedContent::Heartbeat(PlannedHeartbeat::new(test, heartbeat, source, scope))
            }
        };
        Self {
            name: test.name.clone(),
            id: id(source.name(), test.name.as_written()),
            source: Arc::clone(source),
            scope: Arc::clone(scope),
            content,
            every: test.every,
            active: test.active.clone(),
            alert: test.alert.clone(),
            paused: test.paused,
            retry: test.retry,
            tags: test.tags.clone(),
            fingerprint: planner.fingerprint(test),
            script: script.map(Box::new),
        }
    }

    /// Drops what is not needed any more once its file has been read; `name` is the source of the file without its text.
    pub(crate) fn lighten(&mut self, name: &Arc<Source>) {
        match &mut self.content {
            PlannedContent::Exchange(exchange) => exchange.lighten(name),
            PlannedContent::Steps(steps) => steps.lighten(name),
            PlannedContent::Heartbeat(_) => {}
        }
        if self.objections().is_empty() {
            self.source = Arc::clone(name);
        }
    }

    /// Its name as written.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_written()
    }

    /// Stable id: 16 hexadecimal digits of a digest of the file's name and the test's name.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What a run of it is called.
    pub(crate) fn ids<'r>(&'r self, options: &'r RunOptions) -> Ids<'r> {
        Ids::new(options.test_id.as_deref().unwrap_or(&self.id), options.result_id)
    }

    /// Name of the file that defines it.
    #[must_use]
    pub fn file(&self) -> &str {
        self.source.name()
    }

    /// Name of the file that defines it as results show it: `run .` and `run a.yaml` name the same file alike.
    #[must_use]
    pub fn shown_file(&self) -> &str {
        let name = self.file();
        name.strip_prefix("./").filter(|rest| !rest.is_empty()).unwrap_or(name)
    }

    /// The line of its name in that file, from 1.
    #[must_use]
    pub const fn line(&self) -> u32 {
        self.name.place().line
    }

    /// A hash of what is written of it, of the tests that it carries out as steps, and of the variables of its file: another
    /// one when any of them has changed. The same in every process, so that it can be stored. It is not cryptographic: who
    /// knows all of it can guess a secret in it.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint ^ self.scope.fingerprint.rotate_left(1)
    }

    /// What kind of test it is.
    #[must_use]
    pub fn test_type(&self) -> TestType {
        match &self.content {
            PlannedContent::Exchange(exchange) => TestType::Protocol(exchange.protocol()),
            PlannedContent::Steps(_) => TestType::Multistep,
            PlannedContent::Heartbeat(_) => TestType::Heartbeat,
        }
    }

    /// Whether it begins with TLS, or may do so: then [`warm_up`](crate::warm_up) is worth its time before it runs.
    #[must_use]
    pub fn may_begin_with_tls(&self) -> bool {
        match &self.content {
            PlannedContent::Exchange(exchange) => exchange.may_begin_with_tls(),
            PlannedContent::Steps(steps) => {
                steps.exchanges().into_iter().any(PlannedExchange::may_begin_with_tls)
            }
            PlannedContent::Heartbeat(_) => false,
        }
    }

    /// How often it runs on a schedule.
    #[must_use]
    pub const fn every(&self) -> Option<Duration> {
        self.every
    }

    /// The times in which it runs on a schedule; nothing when it always does.
    #[must_use]
    pub fn active_times(&self) -> Option<&ActiveTimes> {
        self.active.as_deref()
    }

    /// When somebody is alerted of it; nothing when its definition says nothing about that.
    #[must_use]
    pub fn alert(&self) -> Option<&AlertRule> {
        self.alert.as_deref()
    }

    /// Whether it is left off the schedule of a service.
    #[must_use]
    pub const fn is_paused(&self) -> bool {
        self.paused
    }

    /// The host and the port that it is about, as far as they are the same in every run and known; of several steps, those of
    /// the first request.
    #[must_use]
    pub fn target(&self) -> Option<String> {
        self.exchanges().first()?.target()
    }

    /// Words to group it by.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.tags.iter().map(|tag| tag.value.as_str())
    }

    /// What is wrong with its requests, as far as it shows at load: fields that cannot be, files that cannot be read,
    /// settings that contradict each other. A run of the test ends with the first of them.
    #[must_use]
    pub fn objections(&self) -> Vec<Diagnostic> {
        let of_heartbeat = self.heartbeat().and_then(|heartbeat| heartbeat.objection.as_deref().cloned());
        self.exchanges().into_iter().flat_map(PlannedExchange::objections).chain(of_heartbeat).collect()
    }

    /// What is awaited, if it is a heartbeat: it is not run, it reports by itself.
    #[must_use]
    pub const fn heartbeat(&self) -> Option<&PlannedHeartbeat> {
        match &self.content {
            PlannedContent::Heartbeat(heartbeat) => Some(heartbeat),
            PlannedContent::Exchange(_) | PlannedContent::Steps(_) => None,
        }
    }

    /// The result of a run that ends now, with what its last attempt came to and nothing of what it saw.
    pub(crate) fn result(
        &self,
        name: String,
        begin: Begin,
        last: Attempt,
        options: &RunOptions,
    ) -> TestResult {
        let Attempt { status, timings, broke_in, fault } = last;
        TestResult {
            name,
            id: self.id.clone(),
            result_id: None,
            file: self.shown_file().to_owned(),
            line: self.line(),
            tags: self.tags().map(str::to_owned).collect(),
            repetition: None,
            test_type: self.test_type(),
            location: options.location.clone(),
            status,
            started_at: rfc3339(begin.wall),
            duration_ms: millis(begin.at.elapsed()),
            timings,
            broke_in,
            fault,
            assertions: Vec::new(),
            attempts: Vec::new(),
            steps: Vec::new(),
            addresses: Vec::new(),
            warnings: Vec::new(),
            observed: Observed::default(),
            retries_off: false,
        }
    }

    /// The script that sets variables before anything is sent.
    pub(crate) fn script(&self) -> Option<&PlannedScript> {
        self.script.as_deref()
    }

    pub(crate) const fn retry(&self) -> Retry {
        self.retry
    }

    /// What a run of its first request needs.
    #[cfg(test)]
    pub(crate) fn prepared(&self) -> crate::exchange::Prepared {
        let mut nothing = || 0;
        let moment = crate::render::Moment { now_ms: 0, ids: None, random: &mut nothing };
        let prepared = self.exchanges().first().map(|exchange| {
            exchange.prepared(moment, &mut crate::render::Values::default(), Awaited::Nothing).into_owned()
        });
        prepared.unwrap_or_else(|| unreachable!("a test without a request"))
    }

    /// All of its requests.
    fn exchanges(&self) -> Vec<&PlannedExchange> {
        match &self.content {
            PlannedContent::Exchange(exchange) => vec![exchange],
            PlannedContent::Steps(steps) => steps.exchanges(),
            PlannedContent::Heartbeat(_) => Vec::new(),
        }
    }
}

impl std::fmt::Debug for PlannedTest {
    /// Shows neither the request nor the variables: there may be secrets in them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlannedTest")
            .field("name", &self.name())
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A digest of two names; the byte between them is in neither.
fn id(file: &str, test: &str) -> String {
    let digest = Sha256::new().chain_update(file).chain_update([0]).chain_update(test).finalize();
    let digits = digest.iter().take(8).flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
