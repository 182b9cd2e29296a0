//! A report of a job, or that none came, as a result.

use super::awaited::Overdue;
use crate::catalog::Kept;
use crate::service::{RunOf, Service};
use crate::store::{ResultRecord, Trigger};
use crate::timestamp::Timestamp;
use faultfinder_engine::{Beat, beat_result};
use faultfinder_spec::duration::display as span;
use faultfinder_taxonomy::{
    AssertionFailure, AssertionOutcome, Code, Detail, Fact, Fault, Phase, TimeoutScope,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Most bytes of what a job reports beside its end: what is longer is cut at its beginning, as the end of a log says more.
pub(crate) const OUTPUT_BYTES_MAX: usize = 10_000;

/// What a job reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Report {
    /// It begins.
    Begins,
    /// It has ended, well or not, with this exit code if it says one.
    Ends { is_good: bool, exit_code: Option<u8>, output: Option<String> },
}

impl Report {
    /// The end of a job with an exit code.
    pub(crate) fn exit(code: u8, output: Option<String>) -> Self {
        Self::Ends { is_good: code == 0, exit_code: Some(code), output }
    }
}

/// What came of a report.
#[derive(Debug)]
pub(crate) enum Taken {
    /// That a job has begun is noted.
    Noted,
    /// It is a result, which has still to be stored.
    Result(Box<ResultRecord>),
}

/// Takes a report of a test.
pub(crate) fn take(service: &Service, kept: &Kept, report: Report) -> Taken {
    let (id, now) = (kept.record.id.as_str(), service.now());
    let Report::Ends { is_good, exit_code, output } = report else {
        service.heartbeats().begin(id, now);
        return Taken::Noted;
    };
    let fault = (!is_good).then(|| failed(exit_code.filter(|code| *code != 0)));
    let began_at = service.heartbeats().end(id, now);
    let mut response = BTreeMap::new();
    response.extend(exit_code.map(|code| ("exit_code".to_owned(), Fact::from(i64::from(code)))));
    response.extend(output.map(|output| ("output".to_owned(), Fact::from(ending(output)))));
    let took = began_at.map(|began_at| now.since(began_at)).unwrap_or_default();
    let beat = Beat {
        location: service.config().location.clone(),
        began: time_of(began_at.unwrap_or(now)),
        took,
        fault,
        response,
    };
    result(service, kept, beat, Trigger::Api, began_at.unwrap_or(now))
        .map_or(Taken::Noted, |record| Taken::Result(Box::new(record)))
}

/// The result of a test of which nothing came in time.
pub(super) fn missing(service: &Service, kept: &Kept, overdue: Overdue) -> Option<ResultRecord> {
    let now = service.now();
    let message = match overdue {
        Overdue::Report { last: Some(last), every } => {
            let ago = span(rounded(now.since(last)));
            format!("the job has not reported for {ago}: it should every {}, and did at {last}", span(every))
        }
        Overdue::Report { last: None, every } => {
            format!("the job has not reported yet: it should every {}", span(every))
        }
        Overdue::End { began_at, longest_run } => {
            format!("the job began at {began_at}, and has not ended after {}", span(longest_run))
        }
    };
    let mut fault = Fault::new(Code::Timeout, Phase::Wait, Detail::timeout(TimeoutScope::Overall), message);
    fault.hints = vec![
        "look on its host whether the job ran, and what its log says".to_owned(),
        "if it ran, request its address from that host: a report that does not arrive is a job that is missing"
            .to_owned(),
    ];
    let beat = Beat {
        location: service.config().location.clone(),
        began: time_of(now),
        took: Duration::ZERO,
        fault: Some(fault),
        response: BTreeMap::new(),
    };
    result(service, kept, beat, Trigger::Schedule, now)
}

/// Whole seconds, minutes or hours: nobody reads to the second how late a job is.
fn rounded(duration: Duration) -> Duration {
    let seconds = duration.as_secs();
    let unit = match seconds {
        0..3_600 => 1,
        3_600..172_800 => 60,
        _ => 3_600,
    };
    Duration::from_secs(seconds - seconds % unit)
}

fn failed(exit_code: Option<u8>) -> Fault {
    let (name, assertion, found) = match exit_code {
        Some(code) => ("exit_code", "exit_code is 0", format!("the job ended with the exit code {code}")),
        None => ("report", "the job reports success", "the job reports a failure".to_owned()),
    };
    let failed = vec![AssertionFailure::new(assertion, found.clone())];
    let detail = Detail::Assertion { name: name.to_owned(), outcome: AssertionOutcome::DoesNotHold, failed };
    let mut fault = Fault::new(Code::IncorrectAssertion, Phase::Assert, detail, found);
    fault.hints = vec!["read what the job has written: it may be among what it reported".to_owned()];
    fault
}

/// The end of a text, at most so many bytes of it.
fn ending(text: String) -> String {
    let Some(from) = text.len().checked_sub(OUTPUT_BYTES_MAX) else { return text };
    text.get(text.ceil_char_boundary(from)..).unwrap_or_default().to_owned()
}

fn time_of(at: Timestamp) -> SystemTime {
    let millis = u64::try_from(at.millis()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
}

fn result(
    service: &Service,
    kept: &Kept,
    beat: Beat,
    trigger: Trigger,
    began_at: Timestamp,
) -> Option<ResultRecord> {
    let of = RunOf {
        test: kept.record.id.as_str().into(),
        version: kept.record.version,
        trigger,
        owner: Arc::from(kept.record.owner.as_str()),
        restricted: kept.record.restricted,
        delay_ms: 0.0,
    };
    Some(service.ended(of, began_at, beat_result(kept.planned()?, beat)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_output_the_end_is_kept() {
        assert_eq!(ending("short".to_owned()), "short");
        let long = format!("{}é{}", "a".repeat(50_000), "b".repeat(OUTPUT_BYTES_MAX - 1));
        assert_eq!(ending(long), "b".repeat(OUTPUT_BYTES_MAX - 1));
    }
}
