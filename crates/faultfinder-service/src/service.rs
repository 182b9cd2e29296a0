//! The state that all parts of a running service share.

mod watching; // what happens to tests, and what that means for their alerts

use crate::alerts::{Alerts, Dependencies};
use crate::callers::OfCallers;
use crate::catalog::{Catalog, Kept};
use crate::changes::Changes;
use crate::config::Config;
use crate::connections::Connections;
use crate::definitions::Loaded;
use crate::evidence::Latest;
use crate::heartbeats::Heartbeats;
use crate::logins::FailedLogins;
use crate::metrics::Metrics;
use crate::misses::Misses;
use crate::modules::Modules;
use crate::pulse::Pulse;
use crate::retries_off::AllRetriesOff;
use crate::schedule::Scheduler;
use crate::secrets::Keyring;
use crate::silences::Silences;
use crate::state::States;
use crate::store::{AuditEntry, Outcome, ResultRecord, RetriesOff, Store, Trigger, Writer, WriterLimits};
use crate::throttle::Throttle;
use crate::timestamp::Timestamp;
use crate::under_way::UnderWay;
use crate::uploads::Uploads;
use crate::workers::Workers;
use faultfinder_engine::{PlannedTest, RunOptions, Status, TestResult};
use faultfinder_net::{Clock, Vantage};
use faultfinder_taxonomy::word::Happening;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Most calls of one caller at once that run definitions which are not kept: how large the responses are is not known, and each
/// is kept until it has been judged.
const UNKEPT_OF_CALLER_MAX: usize = 3;

/// Most new tests that run at once: a large file that is new must not be a burst.
const SOON_MAX: usize = 100;

/// What all parts of a running service share.
#[derive(Debug)]
pub(crate) struct Service {
    config: Config,
    store: Arc<dyn Store>,
    clock: Clock,
    /// Where tests run from; from the second one denied networks are out of reach.
    vantage: Vantage,
    guarded: Vantage,
    catalog: Catalog,
    changes: Changes,
    workers: Workers,
    writer: Writer,
    /// Set when the service starts; it calls back into this.
    scheduler: OnceLock<Scheduler>,
    throttle: Throttle,
    connections: Arc<Connections>,
    uploads: Uploads,
    /// Calls that run definitions which are not kept.
    unkept: OfCallers,
    closing: CancellationToken,
    latest: Latest,
    metrics: Metrics,
    retries_off: Arc<AllRetriesOff>,
    states: Arc<States>,
    alerts: Arc<Alerts>,
    silences: Silences,
    dependencies: Dependencies,
    heartbeats: Heartbeats,
    failed_logins: FailedLogins,
    under_way: Arc<UnderWay>,
    misses: Misses,
    keyring: Keyring,
    /// Whether no other service uses the store.
    owns_store: AtomicBool,
    pulse: Pulse,
    /// Set when the service starts: what was read of the files.
    loaded: OnceLock<watch::Receiver<Arc<Loaded>>>,
    /// What `/probe` can carry out.
    modules: Option<Modules>,
}

impl Service {
    pub(crate) fn new(
        config: Config,
        store: Arc<dyn Store>,
        clock: Clock,
        vantage: Vantage,
        workers: Workers,
    ) -> Self {
        let writer = Writer::start(Arc::clone(&store), clock.clone(), WriterLimits::default());
        let closing = CancellationToken::new();
        let guarded = Vantage::with_clock(clock.clone()).denying(config.denied.clone());
        let (catalog, throttle) = (Catalog::default(), Throttle::new(config.rates));
        let connections = Connections::new(config.connections_per_address, config.trusted_proxies.clone());
        let scheduler = OnceLock::new();
        let keyring = Keyring::new(config.secret_key.clone());
        let alerts = Arc::new(Alerts::new(config.notifiers.clone(), config.location.clone()));
        let modules = config.modules.clone().map(Modules::new);
        let (metrics, pulse, loaded) = (Metrics::new(clock.now().into()), Pulse::default(), OnceLock::new());
        Self {
            config,
            store,
            clock,
            vantage,
            guarded,
            catalog,
            changes: Changes::default(),
            workers,
            writer,
            scheduler,
            throttle,
            connections,
            uploads: Uploads::default(),
            unkept: OfCallers::new(UNKEPT_OF_CALLER_MAX),
            closing,
            latest: Latest::default(),
            metrics,
            retries_off: Arc::default(),
            states: Arc::default(),
            alerts,
            silences: Silences::default(),
            dependencies: Dependencies::default(),
            heartbeats: Heartbeats::default(),
            failed_logins: FailedLogins::default(),
            under_way: Arc::default(),
            misses: Misses::default(),
            keyring,
            owns_store: AtomicBool::new(true),
            pulse,
            loaded,
            modules,
        }
    }

    pub(crate) const fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    pub(crate) const fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// What seals and opens the secrets of definitions.
    pub(crate) const fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Threads for work that takes long.
    pub(crate) const fn workers(&self) -> &Workers {
        &self.workers
    }

    pub(crate) const fn changes(&self) -> &Changes {
        &self.changes
    }

    pub(crate) const fn throttle(&self) -> &Throttle {
        &self.throttle
    }

    /// The memory of bodies of requests.
    pub(crate) const fn uploads(&self) -> &Uploads {
        &self.uploads
    }

    /// Calls that run definitions which are not kept.
    pub(crate) const fn unkept(&self) -> &OfCallers {
        &self.unkept
    }

    /// The connections of clients.
    pub(crate) const fn connections(&self) -> &Arc<Connections> {
        &self.connections
    }

    /// A test can be run from now on, and is on its schedule; it replaces the one of its id.
    pub(crate) fn put(&self, kept: Kept) {
        let (id, every) = (kept.record.id.clone(), kept.record.every.filter(|_| !kept.record.paused));
        let is_heartbeat = self.await_reports(&kept);
        self.metrics.put(&id, &kept.record.name);
        self.note_change(&id, kept.planned());
        self.states.begin(&id);
        let before = self.catalog.get(&id);
        self.dependencies.put(before.as_deref(), &kept, || self.catalog.all());
        self.catalog.put(kept);
        // Only now does a list have it.
        self.states.note_change();
        self.alert_of_change(&id, before.as_deref());
        match (self.scheduler.get(), every.filter(|_| !is_heartbeat)) {
            (Some(scheduler), Some(every)) => scheduler.set(&id, every),
            (Some(scheduler), None) => scheduler.remove(&id),
            (None, _) => {}
        }
    }

    /// Awaits the reports of a test from now on, if it is a heartbeat. Yields whether it is one.
    fn await_reports(&self, kept: &Kept) -> bool {
        let (id, every) = (&kept.record.id, kept.record.every);
        match kept.planned().and_then(PlannedTest::heartbeat).zip(every) {
            Some((heartbeat, every)) => {
                self.heartbeats.put(id, heartbeat, every, kept.record.paused, self.now());
                true
            }
            None => {
                self.heartbeats.remove(id);
                false
            }
        }
    }

    /// Which reports of jobs are awaited.
    pub(crate) const fn heartbeats(&self) -> &Heartbeats {
        &self.heartbeats
    }

    /// Tests that are new run at once, so that their authors see what comes of it; of many, the first ones.
    pub(crate) fn begin_soon<'t>(&self, tests: impl IntoIterator<Item = &'t str>) {
        let Some(scheduler) = self.scheduler.get() else { return };
        tests.into_iter().take(SOON_MAX).for_each(|test| scheduler.soon(test));
    }

    /// A test can no longer be run.
    pub(crate) fn remove(&self, id: &str) {
        if let Some(scheduler) = self.scheduler.get() {
            scheduler.remove(id);
        }
        if let Some(kept) = self.catalog.get(id) {
            self.alerts.happen(&self.subject(&kept), self.now(), Happening::Deleted);
            // Those that depend on it learn of it before it is forgotten that they do.
            self.save_alerts();
            self.dependencies.remove(&kept);
        }
        self.catalog.remove(id);
        self.heartbeats.remove(id);
        self.latest.forget(id);
        self.states.forget(id, true);
        self.save_states();
        self.note_change(id, None);
        self.metrics.remove(id);
    }

    /// The results of a test are gone: it is as if it had not run yet.
    pub(crate) fn forget_history(&self, id: &str) {
        self.latest.forget(id);
        self.states.forget(id, false);
        self.save_states();
    }

    /// Runs that did not happen, until they are kept.
    pub(crate) const fn misses(&self) -> &Misses {
        &self.misses
    }

    /// Whether no other service uses the store, as far as is known.
    pub(crate) fn owns_store(&self) -> bool {
        self.owns_store.load(Ordering::Relaxed)
    }

    /// Another service uses the store from now on, or does so no longer.
    pub(crate) fn owning_store(&self, owns: bool) -> bool {
        self.owns_store.swap(owns, Ordering::Relaxed)
    }

    /// Tests whose automatic retries are off.
    pub(crate) fn retries_off(&self) -> &AllRetriesOff {
        &self.retries_off
    }

    /// How each test ended last, and since when.
    pub(crate) const fn states(&self) -> &Arc<States> {
        &self.states
    }

    /// Writes to the store what it does not have of the states of tests.
    pub(crate) fn save_states(&self) {
        if self.states.is_unsaved() {
            let (states, store) = (Arc::clone(&self.states), Arc::clone(&self.store));
            self.changes.begin(async move { states.save(store).await });
        }
    }

    /// The watches over tests, and what is sent.
    pub(crate) const fn alerts(&self) -> &Arc<Alerts> {
        &self.alerts
    }

    /// Times in which nothing is sent.
    pub(crate) const fn silences(&self) -> &Silences {
        &self.silences
    }

    /// Which tests depend on which.
    pub(crate) const fn dependencies(&self) -> &Dependencies {
        &self.dependencies
    }

    /// Where tests of administrators run from.
    pub(crate) const fn vantage(&self) -> &Vantage {
        &self.vantage
    }

    /// Automatic retries are on again for a test that has changed, or whose secrets have, and for one that is gone.
    fn note_change(&self, id: &str, test: Option<&PlannedTest>) {
        if self.retries_off.changed(id, test.map(fingerprint)) {
            self.save_retries_off(id);
        }
    }

    /// Automatic retries are off for a test from now on, unless it has changed while it ran.
    fn switch_retries_off(&self, test: &PlannedTest, of: &RunOf, since: Timestamp, result: &TestResult) {
        let (Some(fault), Some(kept)) = (&result.fault, self.catalog.get(&of.test)) else { return };
        let fingerprint = fingerprint(test);
        if kept.planned().map(self::fingerprint) != Some(fingerprint) {
            return;
        }
        let (test, message) = (of.test.to_string(), fault.message.clone());
        if self.retries_off.put(RetriesOff { test, fingerprint, since, message }) {
            self.save_retries_off(&of.test);
        }
    }

    fn save_retries_off(&self, id: &str) {
        let (all, store, id) = (Arc::clone(&self.retries_off), Arc::clone(&self.store), id.to_owned());
        tokio::spawn(async move { all.save(&id, store.as_ref()).await });
    }

    pub(crate) const fn writer(&self) -> &Writer {
        &self.writer
    }

    /// Takes the schedule that has been started, once.
    pub(crate) fn scheduled_by(&self, scheduler: Scheduler) {
        let _ = self.scheduler.set(scheduler);
    }

    /// The schedule; nothing before the service has started.
    pub(crate) fn scheduler(&self) -> Option<&Scheduler> {
        self.scheduler.get()
    }

    pub(crate) const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Since when the store does not answer; nothing when it does.
    pub(crate) async fn store_away_since(&self) -> Option<Timestamp> {
        self.pulse.away_since(self.store.as_ref(), &self.clock).await
    }

    /// Certificates, keys and CRLs in files are read again when a run needs them next.
    pub(crate) fn forget_tls_files(&self) {
        if let Some(modules) = &self.modules {
            modules.forget();
        }
        self.vantage.forget_tls_clients();
        self.guarded.forget_tls_clients();
    }

    /// Tells where it is said what was read of the files, once.
    pub(crate) fn follow(&self, loaded: watch::Receiver<Arc<Loaded>>) {
        let _ = self.loaded.set(loaded);
    }

    /// What was read of the files.
    pub(crate) fn loaded(&self) -> Option<Arc<Loaded>> {
        self.loaded.get().map(|loaded| Arc::clone(&loaded.borrow()))
    }

    pub(crate) const fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now().into()
    }

    /// From now on nothing new is begun.
    pub(crate) fn close(&self) {
        self.closing.cancel();
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.closing.is_cancelled()
    }

    /// Waits until nothing new is begun.
    pub(crate) async fn closed(&self) {
        self.closing.cancelled().await;
    }

    /// The modules that can be probed, if there are any.
    pub(crate) const fn modules(&self) -> Option<&Modules> {
        self.modules.as_ref()
    }

    /// Runs a test whose result is not kept, for a caller.
    pub(crate) async fn probe(&self, test: &PlannedTest, caller: &Arc<str>, restricted: bool) -> TestResult {
        let options = RunOptions {
            location: self.config.location.clone(),
            run_time: Some(RUN_TIME_MAX),
            offload: Some(self.workers.of(caller)),
            ..RunOptions::default()
        };
        let vantage = if restricted { &self.guarded } else { &self.vantage };
        let result = faultfinder_engine::run(vantage, test, &options).await;
        self.metrics.ran("", &result);
        result
    }

    /// Runs a test; the result is not kept yet.
    pub(crate) async fn run(&self, test: &PlannedTest, of: RunOf) -> ResultRecord {
        let id = Uuid::now_v7();
        let started_at = self.now();
        let location = self.config.location.clone();
        let off = self.retries_off.of(&of.test).filter(|off| off.fingerprint == fingerprint(test));
        let run_time = Some(RUN_TIME_MAX);
        let offload = Some(self.workers.of(&of.owner));
        let retries_off = off.is_some();
        let test_id = Some(Arc::clone(&of.test)).filter(|id| !id.is_empty());
        let result_id = Some(id.as_u128());
        let options = RunOptions {
            location,
            run_time,
            test_id,
            result_id,
            retries_off,
            offload,
            ..RunOptions::default()
        };
        let vantage = if of.restricted { &self.guarded } else { &self.vantage };
        let result = faultfinder_engine::run(vantage, test, &options).await;
        if result.retries_off && off.is_none() {
            self.switch_retries_off(test, &of, started_at, &result);
        } else if self.retries_off.is_unsaved(&of.test) {
            self.save_retries_off(&of.test);
        }
        self.note_end(id, started_at, of, result)
    }

    /// Takes note of what came of a run, or of what a job has reported; the result is not kept yet.
    pub(crate) fn ended(&self, of: RunOf, started_at: Timestamp, result: TestResult) -> ResultRecord {
        self.note_end(Uuid::now_v7(), started_at, of, result)
    }

    fn note_end(&self, id: Uuid, started_at: Timestamp, of: RunOf, result: TestResult) -> ResultRecord {
        self.metrics.ran(&of.test, &result);
        tell(&of, &result);
        self.watch(id, &of, &result);
        let record = self.record(id, started_at, of, result);
        self.states.ended((&record).into());
        self.save_states();
        self.tell_of_run(&record.test);
        record
    }

    fn record(&self, id: Uuid, started_at: Timestamp, of: RunOf, result: TestResult) -> ResultRecord {
        let outcome = match result.status {
            Status::Passed => Outcome::Passed,
            Status::Failed => Outcome::Failed,
            Status::Error => Outcome::Error,
        };
        ResultRecord {
            id,
            test_version: of.version,
            location: self.config.location.clone(),
            started_at,
            outcome,
            code: result.fault.as_ref().map(|fault| fault.code.as_str().to_owned()),
            duration_ms: result.duration_ms,
            delay_ms: of.delay_ms,
            trigger: of.trigger,
            body: self.latest.body(&of.test, of.trigger, outcome, result),
            test: of.test.to_string(),
        }
    }

    /// Requests with an idempotency key that are under way.
    pub(crate) const fn under_way(&self) -> &Arc<UnderWay> {
        &self.under_way
    }

    /// Logins that failed.
    pub(crate) const fn failed_logins(&self) -> &FailedLogins {
        &self.failed_logins
    }

    /// Notes who did what.
    pub(crate) async fn audit(&self, actor: &str, action: &'static str, subject: &str, trace_id: &str) {
        let entry = AuditEntry {
            at: self.now(),
            actor: actor.to_owned(),
            action,
            subject: subject.to_owned(),
            trace_id: trace_id.to_owned(),
        };
        // With the address of the client, which the span of its request has.
        tracing::info!(actor, action, subject, "something was changed");
        if let Err(error) = self.store.audit(entry).await {
            tracing::error!(actor, action, subject, trace_id, "the audit log cannot be written: {error}");
        }
    }
}

/// 32 bits of a test's fingerprint: see [`RetriesOff::fingerprint`].
fn fingerprint(test: &PlannedTest) -> u32 {
    let [a, b, c, d, e, f, g, h] = test.fingerprint().to_be_bytes();
    u32::from_be_bytes([a, b, c, d]) ^ u32::from_be_bytes([e, f, g, h])
}

/// How long a run may take with all of its attempts before no other one begins.
const RUN_TIME_MAX: Duration = Duration::from_secs(600);

/// Whose run it is.
#[derive(Debug, Clone)]
pub(crate) struct RunOf {
    /// The test; empty for one that is not kept.
    pub(crate) test: Arc<str>,
    pub(crate) version: i64,
    pub(crate) trigger: Trigger,
    /// The id of the token that asked for it, or that wrote the test; empty for a test of a file.
    pub(crate) owner: Arc<str>,
    /// Whether denied networks are denied to it.
    pub(crate) restricted: bool,
    /// How much later than it should it begins, in milliseconds.
    pub(crate) delay_ms: f64,
}

/// Writes to the log that a run did not pass, and why.
fn tell(of: &RunOf, result: &TestResult) {
    let Some(fault) = &result.fault else { return };
    let (test, name, fault_message) = (&*of.test, result.name.as_str(), fault.message.as_str());
    let (code, phase) = (fault.code.as_str(), fault.phase.as_str());
    if result.status == Status::Error {
        tracing::warn!(test, name, code, phase, fault = fault_message, "a test could not be carried out");
    } else {
        tracing::info!(test, name, code, phase, fault = fault_message, "a test failed");
    }
}

#[cfg(test)]
impl Service {
    /// One whose database is in this folder, and that nothing goes on in.
    pub(crate) async fn in_folder(folder: &tempfile::TempDir) -> Self {
        let url = format!("sqlite://{}", folder.path().join("a.db").display());
        let (store, workers) = (crate::store::open(&url).await.unwrap(), Workers::start().unwrap());
        Self::new(Config::default(), store, Clock::system(), Vantage::system(), workers)
    }
}
