//! Scheduled runs: carried out, and kept.

use crate::schedule::{Carrier, Due, Missed};
use crate::service::{RunOf, Service};
use crate::store::{Outcome, ResultRecord, Trigger};
use futures_util::future::BoxFuture;
use serde_json::json;
use std::sync::{Arc, Weak};
use uuid::Uuid;

/// What the scheduler of a service calls. It does not keep the service alive.
#[derive(Debug)]
pub(crate) struct Rounds(pub(crate) Weak<Service>);

impl Carrier for Rounds {
    fn begin(&self, due: Due) -> Option<BoxFuture<'static, ()>> {
        let service = self.0.upgrade()?;
        let room = service.writer().reserve().ok()?;
        Some(Box::pin(async move {
            // A test that was removed a moment ago is not run.
            let Some(kept) = service.catalog().get(&due.test) else { return };
            let Some(test) = kept.planned() else { return };
            let of = RunOf {
                test: due.test.to_string(),
                version: kept.record.version,
                trigger: Trigger::Schedule,
                restricted: kept.record.restricted,
                delay_ms: due.delay.as_secs_f64() * 1000.0,
            };
            let record = service.run(test, of).await;
            if let Err(why) = room.write(record).await {
                tracing::error!(test = %due.test, "a result is lost: {why}");
            }
        }))
    }

    fn missed(&self, missed: Missed) {
        let Missed { test, first, count, reason } = missed;
        tracing::warn!(test = %test, %first, count, %reason, "runs did not happen");
        let Some(service) = self.0.upgrade() else { return };
        service.metrics().missed(&test, count);
        let version = service.catalog().get(&test).map_or(0, |kept| kept.record.version);
        let Ok(room) = service.writer().reserve() else { return };
        let record = ResultRecord {
            id: Uuid::now_v7(),
            test: test.to_string(),
            test_version: version,
            location: service.config().location.clone(),
            started_at: first,
            outcome: Outcome::Missed,
            code: None,
            duration_ms: 0.0,
            delay_ms: 0.0,
            trigger: Trigger::Schedule,
            body: json!({ "reason": reason.as_str(), "count": count }).to_string(),
        };
        let written: Arc<str> = test;
        tokio::spawn(async move {
            if let Err(why) = room.write(record).await {
                tracing::error!(test = %written, "that runs did not happen is not kept: {why}");
            }
        });
    }
}
