//! Results with the field names of Datadog's API (v1, `GET /synthetics/tests/{id}/results`), for scripts and dashboards that
//! read those.
//!
//! What Datadog has no name for keeps ours: phases such as `proxy`, codes such as `GRPC`. Nothing that is unknown here is made
//! up: fields without a value are left out.

mod assertion; // subjects and operators in Datadog's words
mod certificate; // the leaf certificate

use assertion::Translated;
use faultfinder_engine::{AssertionResult, RunReport, Status, TestResult, TestType};
use faultfinder_taxonomy::{Code, Fact, Fault, Phase, Protocol, Timings};
use serde_json::{Map, Value, json};
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The report in Datadog's words.
pub(crate) fn datadog(report: &RunReport) -> Value {
    let latest = report.results.iter().map(check_time).max().unwrap_or_default();
    json!({
        "last_timestamp_fetched": latest,
        "results": report.results.iter().map(full).collect::<Vec<Value>>(),
    })
}

/// `SyntheticsAPITestResultFull`.
fn full(result: &TestResult) -> Value {
    let time = check_time(result);
    let run = result.repetition.map(|number| format!("-{number}")).unwrap_or_default();
    json!({
        "status": match result.status {
            Status::Passed => 0,
            Status::Failed => 1,
            Status::Error => 2,
        },
        "check_time": time,
        "check_version": 1,
        "probe_dc": result.location,
        "result_id": result.result_id.clone().unwrap_or_else(|| format!("{}-{time}{run}", result.id)),
        "check": {
            "type": "api",
            "subtype": subtype(result.test_type),
            "name": super::label::label(&result.name, result.repetition),
            "tags": result.tags,
            "public_id": result.id,
            "config": { "assertions": result.assertions.iter().map(definition).collect::<Vec<Value>>() },
        },
        "result": data(result),
    })
}

/// When it began, in milliseconds since 1970.
fn check_time(result: &TestResult) -> i64 {
    let began = OffsetDateTime::parse(&result.started_at, &Rfc3339);
    let nanos = began.map_or(0, OffsetDateTime::unix_timestamp_nanos);
    i64::try_from(nanos / 1_000_000).unwrap_or_default()
}

fn subtype(test_type: TestType) -> &'static str {
    match test_type {
        TestType::Multistep => "multi",
        // There is none of that name.
        TestType::Heartbeat => "heartbeat",
        TestType::Protocol(Protocol::Ws) => "websocket",
        TestType::Protocol(other) => other.as_str(),
    }
}

/// `SyntheticsAPITestResultData`, with what recorded results have beyond it.
fn data(result: &TestResult) -> Value {
    let observed = &result.observed;
    let mut data = Map::new();
    let mut put = |name: &str, value: Value| {
        data.insert(name.to_owned(), value);
    };
    put("passed", (result.status == Status::Passed).into());
    put("subtype", subtype(result.test_type).into());
    let ended = if result.status == Status::Error { "finished_with_error" } else { "finished" };
    put("eventType", ended.into());
    put("timings", timings(&result.timings, result.test_type));
    put("assertionResults", result.assertions.iter().map(outcome).collect::<Vec<Value>>().into());
    if let Some(fault) = &result.fault {
        put("failure", json!({"code": fault.code.as_str(), "message": message(fault, result)}));
        put("error", fault.message.as_str().into());
    }
    if let Some(address) = observed.peer.as_deref().map(without_port) {
        put("resolvedIp", address.into());
    }
    let response = |name: &str| observed.response.get(name).map(json_of);
    let is = |protocol| result.test_type == TestType::Protocol(protocol);
    let is_http = is(Protocol::Http);
    let renamed = [
        ("status", "httpStatusCode", is_http),
        ("body_bytes", "responseSize", is_http),
        ("body", "responseBody", is_http),
        ("server", "dnsServer", is(Protocol::Dns)),
    ];
    for (ours, theirs, fits) in renamed {
        if let Some(value) = response(ours).filter(|value| fits && !value.is_null()) {
            put(theirs, value);
        }
    }
    if let Some(tls) = &observed.tls
        && let Some(leaf) = tls.chain.first()
    {
        put("cert", certificate::cert(leaf, tls));
    }
    if result.retries_off || !result.attempts.is_empty() {
        put("retries", result.attempts.len().into());
    }
    Value::Object(data)
}

/// `SyntheticsTiming`: the phases in Datadog's words, in milliseconds. The evaluation of assertions is none of them, and not
/// in the total either.
fn timings(timings: &Timings, test_type: TestType) -> Value {
    let mut named: Map<String, Value> = Map::new();
    for (phase, took) in timings.phases() {
        let Some(name) = phase_name(phase, test_type) else { continue };
        let before = named.get(name).and_then(Value::as_f64).unwrap_or_default();
        named.insert(name.to_owned(), rounded(before + millis(took)));
    }
    let assert = timings.duration(Phase::Assert).unwrap_or_default();
    named.insert("total".to_owned(), rounded(millis(timings.total().saturating_sub(assert))));
    Value::Object(named)
}

/// What Datadog calls a phase; its time to the first byte includes the request.
const fn phase_name(phase: Phase, test_type: TestType) -> Option<&'static str> {
    Some(match phase {
        Phase::Config | Phase::Assert => return None,
        Phase::Resolve => "dns",
        Phase::Connect => "tcp",
        Phase::Tls if matches!(test_type, TestType::Protocol(Protocol::Ssl)) => "handshake",
        Phase::Tls => "ssl",
        Phase::Send | Phase::Wait => "firstByte",
        Phase::Receive => "download",
        Phase::Authenticate => "authentication",
        Phase::Redirect
        | Phase::Proxy
        | Phase::Aia
        | Phase::Crl
        | Phase::Ocsp
        | Phase::Open
        | Phase::Reflect
        | Phase::Trailers => phase.as_str(),
    })
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// To a microsecond: what sums of binary fractions add is noise.
fn rounded(millis: f64) -> Value {
    ((millis * 1000.0).round() / 1000.0).into()
}

/// The message of a failure: for assertions the list of those that do not hold, as JSON in a text.
fn message(fault: &Fault, result: &TestResult) -> String {
    if fault.code != Code::IncorrectAssertion {
        return fault.message.clone();
    }
    let failed: Vec<Value> = result
        .assertions
        .iter()
        .enumerate()
        .filter(|(_, assertion)| !assertion.passed)
        .map(|(index, assertion)| {
            let mut failed = definition(assertion);
            if let Some(fields) = failed.as_object_mut() {
                fields.insert("index".to_owned(), index.into());
                fields.insert("valid".to_owned(), false.into());
                fields.insert("actual".to_owned(), actual(assertion));
            }
            failed
        })
        .collect();
    Value::Array(failed).to_string()
}

/// An assertion as a definition has it.
fn definition(assertion: &AssertionResult) -> Value {
    let translated = Translated::of(assertion);
    translated.definition(&translated.value(json_of(&assertion.expected)))
}

/// What was found.
fn actual(assertion: &AssertionResult) -> Value {
    Translated::of(assertion).value(json_of(&assertion.actual))
}

/// An assertion and what was found; Datadog writes what was expected as text.
fn outcome(assertion: &AssertionResult) -> Value {
    let mut outcome = definition(assertion);
    if let Some(fields) = outcome.as_object_mut() {
        let target = fields.remove("target");
        // A composed target: the path, and how what it finds is compared.
        let expected = match target {
            Some(Value::Object(composed)) => {
                let expected = composed.get("targetValue").cloned();
                fields.insert("target".to_owned(), Value::Object(composed));
                expected
            }
            target => target,
        };
        let expected = match expected {
            None => Value::Null,
            Some(Value::String(text)) => text.into(),
            Some(other) => other.to_string().into(),
        };
        fields.insert("expected".to_owned(), expected);
        fields.insert("actual".to_owned(), actual(assertion));
        fields.insert("valid".to_owned(), assertion.passed.into());
        if !assertion.passed {
            fields.insert("errorMessage".to_owned(), assertion.message.as_str().into());
        }
    }
    outcome
}

fn json_of(fact: &Fact) -> Value {
    serde_json::to_value(fact).unwrap_or_default()
}

/// The address of `1.2.3.4:80` and `[::1]:80`.
fn without_port(peer: &str) -> String {
    match peer.parse::<std::net::SocketAddr>() {
        Ok(address) => address.ip().to_string(),
        Err(_) => peer.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture;

    #[test]
    fn seenhave_datadogs_names_and_add_up() {
        let mut seen = Timings::default();
        for (phase, micros) in [
            (Phase::Resolve, 10_900),
            (Phase::Connect, 2_400),
            (Phase::Tls, 18_000),
            (Phase::Send, 200),
            (Phase::Wait, 21_000),
            (Phase::Receive, 200),
            (Phase::Assert, 5_000),
        ] {
            seen.add(phase, Duration::from_micros(micros));
        }
        assert_eq!(
            timings(&seen, TestType::Protocol(Protocol::Http)),
            json!({"dns": 10.9, "tcp": 2.4, "ssl": 18.0, "firstByte": 21.2, "download": 0.2, "total": 52.7})
        );
        assert_eq!(timings(&seen, TestType::Protocol(Protocol::Ssl))["handshake"], 18.0);
    }

    #[test]
    fn failed_assertions_are_a_list_in_a_text() {
        let shown = datadog(&RunReport::new(vec![fixture::unexpected()], 3.0));
        let result = &shown["results"][0];
        assert_eq!((&result["status"], &result["check_time"]), (&json!(1), &json!(1_795_325_984_000_i64)));
        assert_eq!(shown["last_timestamp_fetched"], result["check_time"]);
        let failure = &result["result"]["failure"];
        assert_eq!(failure["code"], "INCORRECT_ASSERTION");
        let failed: Value = serde_json::from_str(failure["message"].as_str().unwrap()).unwrap();
        assert_eq!(
            failed,
            json!([{"index": 1, "operator": "is", "type": "statusCode", "target": 200, "valid": false, "actual": 503}])
        );
        assert_eq!(
            result["result"]["assertionResults"][0],
            json!({"operator": "lessThan", "type": "responseTime", "expected": "800", "actual": 3.0, "valid": true})
        );
    }

    #[test]
    fn our_own_failures_are_no_data() {
        let shown = datadog(&RunReport::new(vec![fixture::ours(), fixture::passed()], 1.0));
        let [ours, passed] = [&shown["results"][0], &shown["results"][1]];
        assert_eq!(
            (&ours["status"], &ours["result"]["eventType"]),
            (&json!(2), &json!("finished_with_error"))
        );
        assert_eq!((&passed["status"], &passed["result"]["passed"]), (&json!(0), &json!(true)));
        assert!(passed["result"].get("failure").is_none());
        assert_eq!(passed["check"]["name"], "shop is up");
    }
}
