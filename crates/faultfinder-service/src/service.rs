//! What all parts of a running service share.

use crate::api::Throttle;
use crate::catalog::{Catalog, Kept};
use crate::store::{AuditEntry, Outcome, ResultRecord, Store, Trigger};
use crate::{Config, Timestamp};
use faultfinder_engine::{PlannedTest, RunOptions, Status, TestResult};
use faultfinder_net::{Clock, Vantage};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Semaphore;
use uuid::Uuid;

/// What all parts of a running service share.
#[derive(Debug)]
pub(crate) struct Service {
    config: Config,
    store: Arc<dyn Store>,
    clock: Clock,
    vantage: Arc<Vantage>,
    catalog: Catalog,
    /// Runs that the API may begin now.
    runs: Semaphore,
    throttle: Throttle,
    closing: AtomicBool,
}

impl Service {
    pub(crate) fn new(config: Config, store: Arc<dyn Store>, clock: Clock, vantage: Vantage) -> Self {
        let runs = Semaphore::new(config.in_flight_max);
        let closing = AtomicBool::new(false);
        let (vantage, catalog, throttle) =
            (Arc::new(vantage), Catalog::default(), Throttle::new(config.rates));
        Self { config, store, clock, vantage, catalog, runs, throttle, closing }
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

    pub(crate) const fn throttle(&self) -> &Throttle {
        &self.throttle
    }

    /// A test can be run from now on, and replaces the one of its id.
    pub(crate) fn put(&self, kept: Kept) {
        self.catalog.put(kept);
    }

    /// A test can no longer be run.
    pub(crate) fn remove(&self, id: &str) {
        self.catalog.remove(id);
    }

    pub(crate) const fn runs(&self) -> &Semaphore {
        &self.runs
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now().into()
    }

    /// From now on nothing new is begun.
    pub(crate) fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    /// Runs a test; the result is not kept yet.
    pub(crate) async fn run(&self, test: &PlannedTest, of: RunOf) -> ResultRecord {
        let id = Uuid::now_v7();
        let started_at = self.now();
        let mut options = RunOptions::default();
        options.location.clone_from(&self.config.location);
        let result = faultfinder_engine::run(&self.vantage, test, &options).await;
        record(id, started_at, of, &self.config.location, &result)
    }

    /// Notes who changed what.
    pub(crate) async fn audit(&self, actor: &str, action: &'static str, subject: &str, trace_id: &str) {
        let entry = AuditEntry {
            at: self.now(),
            actor: actor.to_owned(),
            action,
            subject: subject.to_owned(),
            trace_id: trace_id.to_owned(),
        };
        if let Err(error) = self.store.audit(entry).await {
            tracing::error!(actor, action, subject, trace_id, "the audit log cannot be written: {error}");
        }
    }
}

/// Whose run it is.
#[derive(Debug, Clone)]
pub(crate) struct RunOf {
    /// The test; empty for one that is not kept.
    pub(crate) test: String,
    pub(crate) version: i64,
    pub(crate) trigger: Trigger,
    /// How much later than it should it begins, in milliseconds.
    pub(crate) delay_ms: f64,
}

fn record(id: Uuid, started_at: Timestamp, of: RunOf, location: &str, result: &TestResult) -> ResultRecord {
    ResultRecord {
        id,
        test: of.test,
        test_version: of.version,
        location: location.to_owned(),
        started_at,
        outcome: match result.status {
            Status::Passed => Outcome::Passed,
            Status::Failed => Outcome::Failed,
            Status::Error => Outcome::Error,
        },
        code: result.fault.as_ref().map(|fault| fault.code.as_str().to_owned()),
        duration_ms: result.duration_ms,
        delay_ms: of.delay_ms,
        trigger: of.trigger,
        body: serde_json::to_string(result).unwrap_or_else(|_| "{}".to_owned()),
    }
}
