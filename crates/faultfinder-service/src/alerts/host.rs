//! This host as what alerts are about: one alert if it cannot carry runs out, instead of one for each test.

use super::subject::Subject;
use crate::silences::Silences;
use faultfinder_alert::{Rule, Verdict};
use faultfinder_spec::AlertRule;
use faultfinder_taxonomy::Code;

/// The id under which alerts of this host are kept, where others have that of a test.
pub(crate) const HOST: &str = "host";

/// How many of the last runs, of all tests, this host must fail to carry out, and how many must work again.
const FAILURES: u32 = 5;
const OF: u32 = 10;
const PASSES: u32 = 5;

/// This host, as far as alerts depend on it.
pub(crate) fn host(location: &str, silences: &Silences) -> Subject {
    let written =
        AlertRule { failures: Some(FAILURES), of: Some(OF), passes: Some(PASSES), ..AlertRule::default() };
    Subject {
        id: HOST.to_owned(),
        name: format!("The host of the location {location}"),
        tags: Vec::new(),
        rule: Rule { silences: silences.of(HOST, &[]), ..Rule::new(&written, None) },
        written,
        parents: None,
        dependents: Vec::new(),
    }
}

/// What the run of a test says of this host. What this client cannot do, whichever host it is on, such as a cipher suite that it
/// does not have, says nothing.
pub(crate) const fn of_host(verdict: Verdict, fault: Option<Code>) -> Option<Verdict> {
    match (verdict, fault) {
        (Verdict::Ourselves, Some(Code::InternalError | Code::Dns | Code::Timeout)) => {
            Some(Verdict::Failed(fault))
        }
        (Verdict::Ourselves | Verdict::Missed, _) => None,
        (Verdict::Passed | Verdict::Degraded | Verdict::Failed(_), _) => Some(Verdict::Passed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::{RunOf, Service};
    use crate::store::{AlertQuery, AlertRecord, Trigger};
    use faultfinder_engine::{Beat, Status, Suite, TestResult, TestType, beat_result};
    use faultfinder_spec::Source;
    use faultfinder_taxonomy::{Blame, Detail, Errno, Fault, Phase, Protocol};
    use std::collections::BTreeMap;
    use std::time::{Duration, SystemTime};

    /// A result of a run that this fault ended.
    fn result(fault: Option<Fault>) -> TestResult {
        let status = match &fault {
            None => Status::Passed,
            Some(fault) if fault.blame == Blame::Ourselves => Status::Error,
            Some(_) => Status::Failed,
        };
        let protocol = TestType::Protocol(Protocol::Tcp);
        let text = "tests:\n  - { name: a, every: 1m, heartbeat: {} }\n";
        let suite = Suite::load_foreign(&Source::new("a.yaml", text)).unwrap();
        let (location, began, took) = ("here".to_owned(), SystemTime::UNIX_EPOCH, Duration::ZERO);
        let beat = Beat { location, began, took, fault, response: BTreeMap::new() };
        TestResult { status, test_type: protocol, ..beat_result(&suite.tests()[0], beat) }
    }

    fn no_files() -> Fault {
        Fault::new(Code::InternalError, Phase::Connect, Detail::errno(Errno::Mfile), "no file descriptors")
    }

    async fn alerts(service: &Service) -> Vec<AlertRecord> {
        assert!(service.changes().end(Duration::from_secs(60)).await);
        service.store().alerts(AlertQuery { limit: 10, ..AlertQuery::default() }).await.unwrap().rows
    }

    #[tokio::test]
    async fn one_alert_says_that_this_host_cannot_carry_runs_out() {
        let folder = tempfile::tempdir().unwrap();
        let service = Service::in_folder(&folder).await;
        let of = |name: &str| RunOf {
            test: name.into(),
            version: 1,
            trigger: Trigger::Schedule,
            owner: "admin".into(),
            restricted: false,
            delay_ms: 0.0,
        };
        let ends = |name: &str, fault: Option<Fault>| {
            drop(service.ended(of(name), service.now(), result(fault)));
        };
        // A limit of this client is none of the host, and neither is a fault of the target.
        let refused =
            || Fault::new(Code::ConnRefused, Phase::Connect, Detail::errno(Errno::ConnRefused), "refused");
        let cipher = || Fault::new(Code::Ssl, Phase::Tls, Detail::tls("no_shared_cipher", None), "no cipher");
        for _ in 0..20 {
            ends("a", Some(refused()));
            ends("b", Some(cipher()));
        }
        for test in ["a", "b", "c", "d"] {
            ends(test, Some(no_files()));
            ends("e", None);
        }
        assert!(alerts(&service).await.is_empty(), "four of eight");
        ends("a", Some(no_files()));
        let [alert] = &alerts(&service).await[..] else { panic!("one alert") };
        assert_eq!((alert.test.as_str(), alert.ended_at), (HOST, None));
        let notice = alert.body.as_str();
        assert!(notice.contains("The host of the location local is down: INTERNAL_ERROR"), "{notice}");
        let job = || TestResult { test_type: TestType::Heartbeat, ..result(None) };
        for _ in 0..PASSES {
            drop(service.ended(of("job"), service.now(), job()));
        }
        let [alert] = &alerts(&service).await[..] else { panic!("one alert") };
        assert_eq!(alert.ended_at, None, "what jobs report says nothing of this host");
        for _ in 0..PASSES {
            ends("e", None);
        }
        let [alert] = &alerts(&service).await[..] else { panic!("one alert") };
        assert!(alert.ended_at.is_some());
    }
}
