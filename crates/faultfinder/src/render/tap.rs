//! Results in the Test Anything Protocol, version 14: a plan, one test point for each test as it ends, and a block of YAML
//! with what is known of it.

use super::label::label;
use super::text::{inert, is_steering};
use faultfinder_engine::{AssertionResult, NotRun, Status, TestResult};
use faultfinder_taxonomy::Fault;
use serde_json::{Value, json};

/// The version and the plan.
pub(crate) fn head(planned: usize) -> String {
    format!("TAP version 14\n1..{planned}\n")
}

/// The test point of a result, with its number from 1.
pub(crate) fn point(number: usize, result: &TestResult) -> String {
    let ok = if result.status == Status::Passed { "ok" } else { "not ok" };
    let name = described(&label(&result.name, result.repetition));
    let mut text = format!("{ok} {number} - {name}\n  ---\n");
    let mut entry = |name: &str, value: &Value| {
        text.push_str(&format!("  {name}: {}\n", flow(value)));
    };
    if let Some(fault) = &result.fault {
        entry("message", &fault.to_string().into());
        let severity = if result.status == Status::Error { "error" } else { "fail" };
        entry("severity", &severity.into());
    }
    entry("duration_ms", &result.duration_ms.into());
    entry("at", &json!({"file": result.file, "line": result.line}));
    if !result.tags.is_empty() {
        entry("tags", &json!(result.tags));
    }
    if !result.attempts.is_empty() {
        entry("attempts", &json!(result.attempts.len().saturating_add(1)));
    }
    if !result.warnings.is_empty() {
        entry("warnings", &json!(result.warnings));
    }
    if let Some(fault) = &result.fault {
        push_fault(&mut entry, fault, &result.assertions);
    }
    text.push_str("  ...\n");
    text
}

fn push_fault(entry: &mut impl FnMut(&str, &Value), fault: &Fault, assertions: &[AssertionResult]) {
    entry("code", &fault.code.as_str().into());
    entry("phase", &fault.phase.as_str().into());
    entry("detail", &json!({"kind": fault.detail.kind(), "name": fault.detail.name()}));
    entry("blame", &fault.blame.as_str().into());
    let failed: Vec<Value> = assertions
        .iter()
        .filter(|assertion| !assertion.passed)
        .map(|assertion| {
            json!({
                "assertion": format!("{} {}", assertion.subject, assertion.operator),
                "expected": assertion.expected,
                "found": assertion.actual,
                "message": assertion.message,
            })
        })
        .collect();
    if !failed.is_empty() {
        entry("assertions", &failed.into());
    }
    if !fault.hints.is_empty() {
        entry("hints", &json!(fault.hints));
    }
}

/// The test point of a test that was left out when the run ended.
pub(crate) fn skipped(number: usize, test: &NotRun) -> String {
    let name = described(&label(&test.name, test.repetition));
    format!("ok {number} - {name} # SKIP {}\n", described(test.reason.reason()))
}

/// The end of a run that was interrupted: nothing follows.
pub(crate) fn bail_out(done: usize, planned: usize) -> String {
    format!("Bail out! interrupted: {done} of {planned} tests were done\n")
}

/// The description of a test point: on one line, and without the sign that begins a directive.
fn described(text: &str) -> String {
    inert(text).replace('\\', "\\\\").replace('#', "\\#")
}

/// A value in YAML's flow style, on one line. JSON is that, but for characters that YAML wants escaped.
fn flow(value: &Value) -> String {
    let json = value.to_string();
    let mut yaml = String::with_capacity(json.len());
    for letter in json.chars() {
        if is_steering(letter) {
            yaml.push_str(&format!("\\u{:04x}", u32::from(letter)));
        } else {
            yaml.push(letter);
        }
    }
    yaml
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture;
    use faultfinder_engine::CutOff;

    #[test]
    fn a_failure_has_a_block_of_yaml() {
        assert_eq!(
            point(2, &fixture::refused()),
            "not ok 2 - shop is up\n  ---\n  \
             message: \"CONNREFUSED (ECONNREFUSED) during connect: 127.0.0.1:1 refused the connection\"\n  \
             severity: \"fail\"\n  duration_ms: 1.5\n  at: {\"file\":\"tests/shop.yaml\",\"line\":7}\n  \
             tags: [\"smoke\"]\n  code: \"CONNREFUSED\"\n  phase: \"connect\"\n  \
             detail: {\"kind\":\"errno\",\"name\":\"ECONNREFUSED\"}\n  blame: \"target\"\n  \
             hints: [\"check that the service runs and listens on this address and port\",\
             \"check whether a firewall rejects the port\"]\n  ...\n"
        );
        assert!(point(1, &fixture::ours()).contains("severity: \"error\""));
        let passed = point(1, &fixture::flaky());
        assert!(
            passed.starts_with("ok 1 - flaky\n  ---\n") && passed.contains("  attempts: 2\n"),
            "{passed}"
        );
    }

    #[test]
    fn a_name_cannot_begin_a_directive_or_another_line() {
        let mut result = fixture::passed();
        result.name = "a # SKIP b\nnot ok 7 \\ \u{1b}[31m".to_owned();
        let text = point(1, &result);
        assert!(text.starts_with("ok 1 - a \\# SKIP b\\\\nnot ok 7 \\\\ \\\\u{1b}[31m\n"), "{text}");
        let skipped = skipped(3, &fixture::not_run(CutOff::FailFast));
        assert!(skipped.starts_with("ok 3 - never begun # SKIP not run: --fail-fast ended"), "{skipped}");
    }

    #[test]
    fn values_are_on_one_line_and_printable() {
        assert_eq!(flow(&json!("a\nb\u{7f}\u{9b}\u{202e}")), "\"a\\nb\\u007f\\u009b\\u202e\"");
    }
}
