//! An answer and its assertions -> fault.

use crate::AssertionResult;
use crate::compiled::PlannedExtraction;
use crate::exchange::Prepared;
use crate::extracted::Extracted;
use crate::offload::Offload;
use crate::protocol::{Answer, Cut, challenge, envelope};
use crate::script::PlannedScript;
use faultfinder_assert::{Assertion, NOT_PERFORMED, Observation, Outcome, evaluate};
use faultfinder_http::Unanswerable;
use faultfinder_taxonomy::word::Severity;
use faultfinder_taxonomy::{
    AssertionFailure, AssertionOutcome, Blame, Code, Detail, Facts, Fault, Phase, TimeoutScope, Timings,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What came of the assertions of one attempt, and the fault when the answer is not good enough.
pub(crate) struct Judgement {
    pub(crate) assertions: Vec<AssertionResult>,
    pub(crate) fault: Option<Fault>,
    /// The assertions that do not hold and only warn.
    pub(crate) warnings: Vec<String>,
    pub(crate) extracted: Vec<Extracted>,
}

/// What is expected of an answer, and what is taken out of it.
pub(crate) struct Expected {
    pub(crate) assertions: Arc<[Assertion]>,
    extractions: Arc<[PlannedExtraction]>,
    script: Option<Arc<PlannedScript>>,
    /// What scripts read, if there are any.
    variables: Option<Arc<BTreeMap<String, String>>>,
}

impl Expected {
    pub(crate) fn of(prepared: &Prepared) -> Self {
        let (assertions, extractions) = (&prepared.assertions, &prepared.extractions);
        Self {
            assertions: Arc::clone(assertions),
            extractions: Arc::clone(extractions),
            script: prepared.script.clone(),
            variables: prepared.variables.clone(),
        }
    }
}

/// Up to here assertions are evaluated at once, in steps: some milliseconds.
const QUICK_STEPS: u64 = 1_000_000;

/// Where to hold assertions against an answer, if that can take longer than other tests should wait.
pub(crate) fn elsewhere<'o>(
    offload: Option<&'o Offload>,
    facts: &Facts,
    response: &dyn Answer,
    expected: &Expected,
) -> Option<&'o Offload> {
    let offload = offload?;
    let mut seen = Observation::new();
    seen.tls = facts.tls.as_ref();
    seen.remote_ip = facts.peer.map(|peer| peer.ip());
    response.observe(&mut seen);
    let steps = expected.assertions.iter().map(|assertion| assertion.work_max(&seen));
    let steps = steps.chain(expected.extractions.iter().map(|extraction| extraction.work_max(&seen)));
    let is_long = expected.script.is_some() || steps.fold(0, u64::saturating_add) > QUICK_STEPS;
    is_long.then_some(offload)
}

/// Holds the assertions against an answer, at a time in seconds since 1970.
pub(crate) fn judge(now: i64, facts: &Facts, response: &dyn Answer, expected: &Expected) -> Judgement {
    let assertions = &*expected.assertions;
    let implied = response.implied(assertions);
    let with_implied: Vec<Assertion>;
    let assertions = match implied {
        None => assertions,
        Some(implied) => {
            with_implied = assertions.iter().cloned().chain([implied]).collect();
            &with_implied
        }
    };
    let (outcomes, extracted): (Vec<Outcome>, Vec<Extracted>) = {
        let mut seen = Observation::new();
        seen.timings = Some(&facts.timings);
        seen.tls = facts.tls.as_ref();
        seen.hops = Some(facts.hops.as_slice()).filter(|hops| !hops.is_empty());
        seen.now = Some(now);
        seen.remote_ip = facts.peer.map(|peer| peer.ip());
        seen.variables = expected.variables.as_deref();
        response.observe(&mut seen);
        let extract = |extraction: &PlannedExtraction| Extracted {
            name: extraction.name.clone(),
            is_secret: extraction.is_secret,
            value: extraction.extract(&seen),
        };
        let outcomes = assertions.iter().map(|assertion| evaluate(assertion, &seen)).collect();
        let by_script = expected.script.iter().flat_map(|script| script.extract(&seen));
        (outcomes, expected.extractions.iter().map(extract).chain(by_script).collect())
    };
    let fault = credentials_refused(response, assertions, &outcomes)
        .or_else(|| status_refused(response, assertions, &outcomes))
        .or_else(|| body_too_large(response, assertions, &outcomes))
        .or_else(|| unfinished(assertions, &outcomes))
        .or_else(|| {
            incorrect(assertions, &outcomes).map(|fault| advised(fault, response, assertions, &outcomes))
        });
    let fault = fault.map(|fault| match fault.code {
        Code::IncorrectAssertion | Code::AuthenticationError => match response.error_envelope() {
            Some(error) => envelope::add(fault, &error),
            None => fault,
        },
        _ => fault,
    });
    let warnings = warnings(assertions, &outcomes);
    Judgement {
        assertions: assertions.iter().zip(outcomes).map(|(a, outcome)| result(a, outcome)).collect(),
        fault,
        extracted,
        warnings,
    }
}

/// The assertions that do not hold and only warn.
fn warnings(assertions: &[Assertion], outcomes: &[Outcome]) -> Vec<String> {
    let failed = assertions
        .iter()
        .zip(outcomes)
        .filter(|(assertion, outcome)| assertion.severity() == Severity::Warn && !outcome.passed);
    failed.map(|(assertion, outcome)| format!("{assertion} (severity warn): {}", outcome.message)).collect()
}

/// The assertions that make the test fail, each with its outcome.
fn decisive<'j>(
    assertions: &'j [Assertion],
    outcomes: &'j [Outcome],
) -> impl Iterator<Item = (&'j Assertion, &'j Outcome)> {
    assertions.iter().zip(outcomes).filter(|(assertion, _)| assertion.severity() == Severity::Fail)
}

/// The assertions when the answer is not complete: those on its head are evaluated if that has arrived.
pub(crate) fn as_far_as_possible(partial: &dyn Answer, assertions: &[Assertion]) -> Vec<AssertionResult> {
    let mut seen = Observation::new();
    partial.observe(&mut seen);
    let outcome = |assertion: &Assertion| match assertion.reads_head() {
        true => evaluate(assertion, &seen),
        false => assertion.not_performed("the response is not complete"),
    };
    assertions.iter().map(|assertion| result(assertion, outcome(assertion))).collect()
}

/// The assertions when there is no answer to hold them against.
pub(crate) fn not_performed(assertions: &[Assertion]) -> Vec<AssertionResult> {
    assertions.iter().map(|assertion| result(assertion, assertion.not_performed("no response"))).collect()
}

/// Credentials are configured, the final answer refuses them, and no assertion accepts it.
fn credentials_refused(
    response: &dyn Answer,
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
        Some(Unanswerable { why, .. }) => {
            format!("{who} answered with status {status}, and its challenge cannot be answered: {why}")
        }
        None => format!("{who} refused the configured credentials with status {status}"),
    };
    let detail = Detail::http(status.to_string(), Some(status));
    let mut fault =
        Fault::new(Code::AuthenticationError, refused.phase, detail, message).with("status", status);
    if refused.unanswerable.is_some_and(|unanswerable| unanswerable.is_broken) {
        fault = fault.blamed_on(Blame::Target);
    }
    let schemes = challenge::challenges(status, refused.headers);
    if !schemes.is_empty() {
        fault = fault.with("challenges", schemes);
    }
    if let Some((header, text)) = challenge::text(status, refused.headers) {
        if let Some(description) = challenge::description(&text) {
            fault.message.push_str(&format!(": {description}"));
        }
        fault = fault.with(header, text);
    }
    Some(fault)
}

/// The call ended with a gRPC status other than `OK`, and no assertion accepts it.
fn status_refused(response: &dyn Answer, assertions: &[Assertion], outcomes: &[Outcome]) -> Option<Fault> {
    let fault = response.status_fault()?;
    let accepted = assertions
        .iter()
        .zip(outcomes)
        .any(|(assertion, outcome)| assertion.reads_grpc_status() && outcome.passed);
    if accepted { None } else { Some(fault) }
}

/// The body is cut, and an assertion could not be evaluated without the rest.
fn body_too_large(response: &dyn Answer, assertions: &[Assertion], outcomes: &[Outcome]) -> Option<Fault> {
    let Cut { what, name, hint, kept, received: (counted, received) } = response.cut()?;
    let (assertion, _) = decisive(assertions, outcomes)
        .find(|(assertion, outcome)| assertion.needs_body() && !outcome.evaluated)?;
    let message = format!(
        "{what} is longer than the {kept} bytes that are kept, but an assertion reads it: {assertion}"
    );
    let fault = Fault::new(Code::BodyTooLarge, Phase::Receive, Detail::http(name, None), message);
    Some(fault.with_hint(hint).with("body_bytes_kept", kept).with(counted, received))
}

/// An assertion was given up because it took too much work: whether the answer is right is not known then.
fn unfinished(assertions: &[Assertion], outcomes: &[Outcome]) -> Option<Fault> {
    let (assertion, outcome) = decisive(assertions, outcomes).find(|(_, outcome)| outcome.unfinished)?;
    let why = outcome.message.trim_start_matches(NOT_PERFORMED);
    let message = format!("the assertion {assertion} was given up: {why}");
    Some(Fault::new(Code::Timeout, Phase::Assert, Detail::timeout(TimeoutScope::Overall), message))
}

fn incorrect(assertions: &[Assertion], outcomes: &[Outcome]) -> Option<Fault> {
    let failed = || decisive(assertions, outcomes).filter(|(_, outcome)| !outcome.passed);
    let (first, outcome) = failed().next()?;
    let count = failed().count();
    let message = match count {
        1 => outcome.message.clone(),
        _ => format!("{count} of {} assertions failed; {}", assertions.len(), outcome.message),
    };
    let failures = failed().map(|(assertion, outcome)| {
        let mut failure = AssertionFailure::new(assertion.to_string(), &outcome.message);
        failure.outcome = how(outcome);
        failure.place = assertion.place();
        failure
    });
    let name = first.keyword().to_owned();
    let detail = Detail::Assertion { name, outcome: how(outcome), failed: failures.collect() };
    Some(Fault::new(Code::IncorrectAssertion, Phase::Assert, detail, message))
}

/// The fault of assertions that do not hold, with what the response itself says about a status that is not expected.
fn advised(fault: Fault, response: &dyn Answer, assertions: &[Assertion], outcomes: &[Outcome]) -> Fault {
    let is_about_status = decisive(assertions, outcomes)
        .any(|(assertion, outcome)| !outcome.passed && assertion.reads_status());
    match response.advice().filter(|_| is_about_status) {
        Some(advice) => fault.with_hint(advice),
        None => fault,
    }
}

/// How an assertion failed.
const fn how(outcome: &Outcome) -> AssertionOutcome {
    if outcome.evaluated { AssertionOutcome::DoesNotHold } else { AssertionOutcome::NotEvaluated }
}

fn result(assertion: &Assertion, outcome: Outcome) -> AssertionResult {
    AssertionResult {
        subject: assertion.subject(),
        operator: assertion.operator().to_owned(),
        expected: outcome.expected,
        actual: outcome.actual,
        passed: outcome.passed,
        message: outcome.message,
        evaluated: outcome.evaluated,
        severity: assertion.severity(),
        place: assertion.place(),
    }
}

/// The threads that were to hold the assertions against the answer have ended, or failed.
pub(crate) fn abandoned() -> Fault {
    let message = "the assertions were not evaluated: the threads that do so have ended";
    Fault::new(Code::InternalError, Phase::Assert, Detail::http("worker_ended", None), message)
}

/// The attempt took longer than its budget, assertions included.
pub(crate) fn overdue(budget: std::time::Duration, timings: &Timings) -> Fault {
    let millis = budget.as_millis();
    let message = format!("the attempt and its assertions took longer than {millis} ms");
    let took = u64::try_from(timings.total().as_millis()).unwrap_or(u64::MAX);
    Fault::new(Code::Timeout, Phase::Assert, Detail::timeout(TimeoutScope::Overall), message)
        .with("budget_ms", u64::try_from(millis).unwrap_or(u64::MAX))
        .with("took_ms", took)
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultfinder_grpc::{Call, Descriptors, Method, ProtoSource, Request, Schema};
    use faultfinder_net::Vantage;
    use faultfinder_taxonomy::Fact;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    const PROTO: &str =
        "syntax = \"proto3\"; package a; service B { rpc C (M) returns (M); } message M { bytes b = 1; }";
    /// Bytes of a message that fit into one, and whose base64 does not fit into what is kept of its JSON.
    const BYTES: usize = 4_000_000;

    fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&length[1..], &[kind, flags, 0, 0, 0, stream], payload].concat()
    }

    /// The first call's whole answer, from the server's SETTINGS on: RFC 9113 section 6, RFC 7541 section 6.2.
    fn answer() -> Vec<u8> {
        let length = u32::try_from(BYTES).unwrap();
        let varint = [length | 0x80, length >> 7 | 0x80, length >> 14 | 0x80, length >> 21]
            .map(|it| it.to_le_bytes()[0]);
        let mut message = vec![0];
        message.extend((length + 5).to_be_bytes());
        message.extend([0x0a]);
        message.extend(varint);
        message.extend(vec![b'x'; BYTES]);
        // Settings, and the word that the client's are taken: its windows are wide from then on.
        let mut bytes = [frame(4, 0, 0, &[]), frame(4, 1, 0, &[])].concat();
        bytes.extend(frame(1, 4, 1, b"\x88\x5f\x10application/grpc"));
        for chunk in message.chunks(16 << 10) {
            bytes.extend(frame(0, 0, 1, chunk));
        }
        bytes.extend(frame(1, 5, 1, b"\0\x0bgrpc-status\x010"));
        bytes
    }

    #[tokio::test]
    async fn a_grpc_answer_that_is_cut_is_told_with_the_limit_of_grpc() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.read_exact(&mut [0; 24]).await.unwrap();
            let mut header = [0; 9];
            // Up to the end of the request's only DATA.
            while header[3..5] != [0, 1] {
                stream.read_exact(&mut header).await.unwrap();
                stream.read_exact(&mut vec![0; usize::from(header[2])]).await.unwrap();
            }
            stream.write_all(&answer()).await.unwrap();
            let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
        });
        let schema = Schema::Known(Descriptors::compile(&[ProtoSource::from_text(PROTO)], &[]).unwrap());
        let (service, method, message) = ("a.B".to_owned(), "C".to_owned(), "{}".to_owned());
        let call = Call::Method(Method { service, method, message, schema });
        let mut request = Request::new("127.0.0.1", address.port(), call);
        request.plaintext = true;
        let vantage = Vantage::system();
        let report = faultfinder_grpc::probe(&vantage, &request).await;
        let response = report.outcome.unwrap();
        let assertions = [faultfinder_assert::parse("body contains y").unwrap()];
        let expected = Expected {
            assertions: assertions.into(),
            extractions: Arc::new([]),
            script: None,
            variables: None,
        };
        let fault = judge(0, &report.facts, &response, &expected).fault.unwrap();
        assert_eq!((fault.code, fault.detail.name()), (Code::BodyTooLarge, "answer_too_large"));
        assert!(fault.hints[0].contains("grpc_status"), "{:?}", fault.hints);
        assert!(
            fault.message.starts_with("the response as JSON is longer than the 5000000 bytes"),
            "{fault}"
        );
        let told = |name: &str| fault.evidence.fact(name).cloned();
        assert_eq!(told("body_bytes_kept"), Some(Fact::from(Request::BODY_BYTES_MAX)));
        assert_eq!(told("message_bytes_received"), Some(Fact::from(BYTES as u64 + 5)));
    }
}
