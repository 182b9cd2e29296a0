//! An answer and its assertions -> fault.

use crate::AssertionResult;
use crate::protocol::{ProbeResponse, http};
use faultfinder_assert::{Assertion, Observation, Outcome, evaluate};
use faultfinder_net::Vantage;
use faultfinder_taxonomy::{AssertionFailure, Code, Detail, Fault, Phase, Report, Timings};

/// What came of the assertions of one attempt, and the fault when the answer is not good enough.
pub(crate) struct Judgement {
    pub(crate) assertions: Vec<AssertionResult>,
    pub(crate) fault: Option<Fault>,
}

/// Holds the assertions against an answer.
pub(crate) fn judge(
    vantage: &Vantage,
    report: &Report<()>,
    response: &ProbeResponse,
    assertions: &[Assertion],
) -> Judgement {
    let implied = response.implied(assertions);
    let with_implied: Vec<Assertion>;
    let assertions = match implied {
        None => assertions,
        Some(implied) => {
            with_implied = assertions.iter().cloned().chain([implied]).collect();
            &with_implied
        }
    };
    let outcomes: Vec<Outcome> = {
        let mut seen = Observation::new();
        seen.timings = Some(&report.timings);
        seen.tls = report.tls.as_ref();
        seen.hops = Some(report.hops.as_slice()).filter(|hops| !hops.is_empty());
        seen.now = Some(vantage.clock().unix_seconds());
        response.observe(&mut seen);
        assertions.iter().map(|assertion| evaluate(assertion, &seen)).collect()
    };
    let fault = credentials_refused(response, assertions, &outcomes)
        .or_else(|| status_refused(response, assertions, &outcomes))
        .or_else(|| body_too_large(response, assertions))
        .or_else(|| incorrect(assertions, &outcomes));
    let fault = fault.map(|fault| match fault.code {
        Code::IncorrectAssertion | Code::AuthenticationError => match response.error_envelope() {
            Some(error) => http::envelope::add(fault, &error),
            None => fault,
        },
        _ => fault,
    });
    Judgement {
        assertions: assertions.iter().zip(outcomes).map(|(a, outcome)| result(a, outcome)).collect(),
        fault,
    }
}

/// The assertions when there is no answer to hold them against.
pub(crate) fn not_performed(assertions: &[Assertion]) -> Vec<AssertionResult> {
    assertions.iter().map(|assertion| result(assertion, assertion.not_performed("no response"))).collect()
}

/// Credentials are configured, the final answer refuses them, and no assertion accepts it.
fn credentials_refused(
    response: &ProbeResponse,
    assertions: &[Assertion],
    outcomes: &[Outcome],
) -> Option<Fault> {
    let refused = response.credentials_refused()?;
    let accepted = assertions
        .iter()
        .zip(outcomes)
        .any(|(assertion, outcome)| assertion.reads_status() && outcome.passed);
    if accepted {
        return None;
    }
    let status = refused.status;
    let who = if status == 407 { "the proxy" } else { "the target" };
    let message = match refused.unanswerable {
        Some(why) => format!("{who} answered with status {status}, and that cannot be answered: {why}"),
        None => format!("{who} refused the configured credentials with status {status}"),
    };
    let detail = Detail::http(status.to_string(), Some(status));
    let fault = Fault::new(Code::AuthenticationError, refused.phase, detail, message).with("status", status);
    let schemes = http::challenges(status, refused.headers);
    Some(if schemes.is_empty() { fault } else { fault.with("challenges", schemes) })
}

/// The call ended with a gRPC status other than `OK`, and no assertion accepts it.
fn status_refused(response: &ProbeResponse, assertions: &[Assertion], outcomes: &[Outcome]) -> Option<Fault> {
    let fault = response.status_fault()?;
    let accepted = assertions
        .iter()
        .zip(outcomes)
        .any(|(assertion, outcome)| assertion.reads_grpc_status() && outcome.passed);
    if accepted { None } else { Some(fault) }
}

/// The body is cut, and an assertion needs it.
fn body_too_large(response: &ProbeResponse, assertions: &[Assertion]) -> Option<Fault> {
    let received = response.truncated_body()?;
    let assertion = assertions.iter().find(|assertion| assertion.needs_body())?;
    let kept = faultfinder_http::Request::BODY_BYTES_MAX;
    let message = format!(
        "the body is longer than the {kept} bytes that are kept, and an assertion reads it: {assertion}"
    );
    let fault = Fault::new(Code::BodyTooLarge, Phase::Receive, Detail::http("body_too_large", None), message);
    Some(fault.with("body_bytes_kept", kept).with("body_bytes_received", received))
}

fn incorrect(assertions: &[Assertion], outcomes: &[Outcome]) -> Option<Fault> {
    let failed = || assertions.iter().zip(outcomes).filter(|(_, outcome)| !outcome.passed);
    let (first, outcome) = failed().next()?;
    let count = failed().count();
    let message = match count {
        1 => outcome.message.clone(),
        _ => format!("{count} of {} assertions do not hold; {}", assertions.len(), outcome.message),
    };
    let failures =
        failed().map(|(assertion, outcome)| AssertionFailure::new(assertion.to_string(), &outcome.message));
    let detail = Detail::Assertion { name: first.keyword().to_owned(), failed: failures.collect() };
    Some(Fault::new(Code::IncorrectAssertion, Phase::Assert, detail, message))
}

fn result(assertion: &Assertion, outcome: Outcome) -> AssertionResult {
    AssertionResult {
        subject: assertion.subject(),
        operator: assertion.operator().to_owned(),
        expected: outcome.expected,
        actual: outcome.actual,
        passed: outcome.passed,
        message: outcome.message,
    }
}

/// The attempt took longer than its budget, assertions included.
pub(crate) fn overdue(budget: std::time::Duration, timings: &Timings) -> Fault {
    let millis = budget.as_millis();
    let message = format!("the attempt and its assertions took longer than {millis} ms");
    let took = u64::try_from(timings.total().as_millis()).unwrap_or(u64::MAX);
    Fault::new(
        Code::Timeout,
        Phase::Assert,
        Detail::timeout(faultfinder_taxonomy::TimeoutScope::Overall),
        message,
    )
    .with("budget_ms", u64::try_from(millis).unwrap_or(u64::MAX))
    .with("took_ms", took)
}
