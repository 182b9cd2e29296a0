//! Results for tests, in the form that `--format json` has.

use faultfinder_engine::{CutOff, NotRun, RunReport, TestResult, TestType};
use faultfinder_taxonomy::Protocol;
use serde_json::{Value, json};

fn read(status: &str, duration_ms: f64, more: Value) -> TestResult {
    let mut result = json!({
        "name": "shop is up", "id": "0123", "file": "tests/shop.yaml", "line": 7, "tags": ["smoke"], "type": "http", "location": "local", "status": status,
        "started_at": "2026-11-22T05:39:44.000Z", "duration_ms": duration_ms, "timings": {"total": 0.0},
        "fault": null, "assertions": [], "attempts": [], "steps": [], "addresses": [], "warnings": [], "retries_off": false,
        "observed": {"peer": null, "addresses": [], "connects": [], "tls": null, "response": {}},
    });
    if let (Some(fields), Value::Object(more)) = (result.as_object_mut(), more) {
        fields.extend(more);
    }
    serde_json::from_value(result).expect("a fixture has the form of results")
}

/// A test that passed.
pub(crate) fn passed() -> TestResult {
    read("passed", 12.34, json!({"timings": {"resolve": 2.0, "connect": 4.34, "wait": 6.0}}))
}

/// A refused connection.
pub(crate) fn refused() -> TestResult {
    let fault = json!({
        "code": "CONNREFUSED", "phase": "connect", "detail": {"kind": "errno", "name": "ECONNREFUSED"},
        "message": "127.0.0.1:1 refused the connection", "blame": "target",
        "hints": ["check that the service runs and listens on this address and port",
            "check whether a firewall rejects the port"],
        "evidence": {"addresses": ["127.0.0.1"]},
    });
    let connect = json!({"address": "127.0.0.1:1", "started_us": 0, "duration_us": 500,
        "outcome": {"failed": "ECONNREFUSED"}});
    read(
        "failed",
        1.5,
        json!({
            "timings": {"resolve": 1.0, "total": 1.5}, "broke_in": {"phase": "connect", "after_ms": 0.5},
            "fault": fault,
            "observed": {"peer": null, "addresses": ["127.0.0.1"], "connects": [connect], "tls": null, "response": {}},
        }),
    )
}

/// An assertion that does not hold.
pub(crate) fn unexpected() -> TestResult {
    let assertion = |subject, operator, expected, actual, passed: bool| {
        json!({"subject": subject, "operator": operator, "expected": expected, "actual": actual, "passed": passed,
            "message": ""})
    };
    let fault = json!({
        "code": "INCORRECT_ASSERTION", "phase": "assert",
        "detail": {"kind": "assertion", "name": "status",
            "failed": [{"assertion": "status is 200", "message": "status is 503"}]},
        "message": "status is 503, expected 200", "blame": "target", "hints": [], "evidence": {},
    });
    read(
        "failed",
        3.0,
        json!({
            "fault": fault,
            "assertions": [assertion("response_time", "<", json!(800), json!(3.0), true),
                assertion("status", "is", json!(200), json!(503), false)],
        }),
    )
}

/// A test that we could not carry out.
pub(crate) fn ours() -> TestResult {
    let fault = json!({
        "code": "INTERNAL_ERROR", "phase": "connect", "detail": {"kind": "errno", "name": "EMFILE"},
        "message": "too many open files", "blame": "ourselves", "hints": [], "evidence": {},
    });
    read("error", 0.1, json!({"fault": fault}))
}

/// A test that passed in its second attempt.
pub(crate) fn flaky() -> TestResult {
    let refused = refused();
    let mut result = passed();
    result.name = "flaky".to_owned();
    result.attempts = vec![faultfinder_engine::Attempt {
        status: refused.status,
        timings: refused.timings,
        broke_in: refused.broke_in,
        fault: refused.fault,
    }];
    result
}

/// A test without a result.
pub(crate) fn not_run(reason: CutOff) -> NotRun {
    NotRun {
        name: "never begun".to_owned(),
        id: "4567".to_owned(),
        file: "tests/shop.yaml".to_owned(),
        line: 12,
        tags: Vec::new(),
        repetition: None,
        test_type: TestType::Protocol(Protocol::Dns),
        reason,
    }
}

/// A report with a result of each kind, cut off.
pub(crate) fn report(reason: CutOff) -> RunReport {
    let mut report = RunReport::new(vec![passed(), flaky(), refused(), unexpected(), ours()], 21.6);
    report.summary.planned = 6;
    report.summary.interrupted = reason == CutOff::Interrupted;
    report.not_run = vec![not_run(reason)];
    report
}
