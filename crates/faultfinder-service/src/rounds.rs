//! Scheduled runs: carried out, and stored.

use crate::keeping;
use crate::schedule::{Carrier, Due, Missed, Moments, Options, Scheduler, Share};
use crate::service::{RunOf, Service};
use crate::store::Trigger;
use crate::token::ADMINISTRATORS;
use faultfinder_engine::PlannedTest;
use futures_util::future::BoxFuture;
use std::sync::{Arc, Weak};

/// Starts the schedule of a service, once.
pub(crate) fn start(service: &Arc<Service>) {
    let options = Options { in_flight_max: service.config().in_flight_max, ..Options::default() };
    let carrier = Arc::new(Rounds { service: Arc::downgrade(service) });
    service.scheduled_by(Scheduler::start(carrier, service.clock().clone(), options));
}

/// What the scheduler of a service calls. It does not keep the service alive.
#[derive(Debug)]
struct Rounds {
    service: Weak<Service>,
}

impl Carrier for Rounds {
    fn begin(&self, due: Due) -> Option<BoxFuture<'static, ()>> {
        let service = self.service.upgrade()?;
        if !service.owns_store() {
            return None;
        }
        let room = service.writer().reserve().ok()?;
        keeping::keep_of(&service, &due.test);
        Some(Box::pin(async move {
            // A test that was removed a moment ago is not run.
            let Some(kept) = service.catalog().get(&due.test) else { return };
            let Some(test) = kept.planned() else { return };
            let of = RunOf {
                test: Arc::clone(&due.test),
                version: kept.record.version,
                trigger: Trigger::Schedule,
                owner: kept.record.owner.as_str().into(),
                restricted: kept.record.restricted,
                delay_ms: due.delay.as_secs_f64() * 1000.0,
            };
            let record = service.run(test, of).await;
            // Its place and its test are free again: nobody here waits for the store, and the writer reports what it
            // cannot write.
            drop(room.write(record));
        }))
    }

    fn active(&self, moments: Moments) -> Option<Moments> {
        match self.service.upgrade().and_then(|service| service.catalog().get(&moments.test)) {
            Some(kept) => kept.active(moments),
            None => Some(moments),
        }
    }

    fn share(&self, test: &Arc<str>) -> Share {
        let kept = self.service.upgrade().and_then(|service| service.catalog().get(test));
        match kept.as_ref().and_then(|kept| Some((kept, kept.planned()?))) {
            Some((kept, planned)) => share_of(&kept.record.owner, planned, test),
            None => Share::of_target(test),
        }
    }

    fn missed(&self, missed: Missed) {
        let Some(service) = self.service.upgrade() else { return };
        service.metrics().missed(&missed.test, missed.count);
        service.misses().add(missed);
    }
}

/// On whose account a test of this owner runs; a target that is not known is one of its own.
pub(crate) fn share_of(owner: &str, planned: &PlannedTest, name: &str) -> Share {
    let owner = Some(owner).filter(|owner| !ADMINISTRATORS.contains(owner)).map(Arc::from);
    Share { owner, target: planned.target().map_or_else(|| name.into(), Arc::from) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultfinder_engine::Suite;
    use faultfinder_spec::Source;

    #[test]
    fn a_run_is_on_the_account_of_its_token_and_its_target() {
        let text = "tests:\n  - name: a\n    tcp: { host: shop.test, port: 99 }\n";
        let suite = Suite::load_foreign(&Source::new("a.yaml", text)).unwrap();
        let of = |owner: &str| share_of(owner, &suite.tests()[0], "a name");
        assert_eq!(of("a token").owner.as_deref(), Some("a token"));
        assert_eq!(&*of("a token").target, "shop.test:99");
        for owner in ADMINISTRATORS {
            assert_eq!(of(owner).owner, None, "{owner}");
        }
    }
}
