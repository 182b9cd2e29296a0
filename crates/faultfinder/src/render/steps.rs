//! The steps of a test: as bars over all of them, and each by itself.

use super::style::{Style, mark};
use super::text::{duration, inert, pad, pad_left};
use super::{fact, fault};
use crate::paint::Paint;
use faultfinder_engine::{Status, StepResult, StepStatus, StepType, TestResult, TestType};
use std::time::Duration;

/// Longest name of a step beside its bar, in characters.
const NAME_MAX: usize = 28;
/// Widest bars, in columns, and the columns beside them but for the name.
const BAR_MAX: usize = 40;
const BESIDE: usize = 18;

/// A line for each step, with a bar that begins where the one before ended.
pub(super) fn overview(steps: &[StepResult], paint: Paint, width: usize) -> String {
    let names = steps.iter().map(|step| inert(&step.name).chars().count()).max().unwrap_or(0).min(NAME_MAX);
    let columns = width.saturating_sub(names.saturating_add(BESIDE)).min(BAR_MAX);
    let total: f64 = steps.iter().map(|step| step.duration_ms).sum();
    let mut before = 0.0;
    let mut text = String::new();
    for step in steps {
        let name: String = inert(&step.name).chars().take(NAME_MAX).collect();
        let beside = match &step.skipped {
            Some(why) => paint.faint(&format!("skipped: {}", inert(why))),
            None => {
                let bar = bar(before, step.duration_ms, total, columns);
                before += step.duration_ms;
                let shown = if step.status == StepStatus::Passed { paint.bar(&bar) } else { paint.bad(&bar) };
                let behind = " ".repeat(columns.saturating_sub(bar.chars().count()));
                format!("{shown}{behind} {}", pad_left(&duration(time(step)), 10))
            }
        };
        text.push_str(&format!("  {} {} {beside}\n", mark_of(step, paint), pad(&name, names)));
    }
    text
}

/// Everything about the steps that are not shown in a line: those that failed, or all.
pub(super) fn details(result: &TestResult, style: Style, body: impl Fn(&TestResult) -> String) -> String {
    let mut text = String::new();
    each(&result.steps, &mut |step| {
        let is_plain =
            step.status == StepStatus::Passed && step.warnings.is_empty() && step.observed.edge.is_none();
        if step.skipped.is_some() || !step.steps.is_empty() || (is_plain && !style.full) {
            return;
        }
        let paint = style.paint;
        let title = paint.strong(&inert(&step.name));
        let kind = paint.faint(step.step_type.as_str());
        text.push_str(&format!("\n  {} {title}  {kind}{}\n", mark_of(step, paint), repeated(step)));
        if !step.extracted.is_empty() {
            let values: Vec<(&str, faultfinder_taxonomy::Fact)> =
                step.extracted.iter().map(|(name, value)| (name.as_str(), value.clone().into())).collect();
            let values = fact::block(values.iter().map(|(name, value)| (*name, value)), 4, paint);
            text.push_str(&format!("  {}\n{values}", paint.faint("extracted")));
        }
        if let StepType::Protocol(protocol) = step.step_type {
            let shown = body(&as_result(result, step, TestType::Protocol(protocol)));
            text.extend(shown.lines().map(|line| match line.is_empty() {
                true => "\n".to_owned(),
                false => format!("  {line}\n"),
            }));
        } else if let Some(found) = &step.fault {
            text.push_str(&fault::head(found, paint, style.width));
        }
    });
    text
}

/// Whether a step says why it failed, and what to do.
pub(super) fn have_faults(result: &TestResult) -> bool {
    result.steps.iter().any(|step| step.fault.is_some())
}

fn each(steps: &[StepResult], show: &mut impl FnMut(&StepResult)) {
    for step in steps {
        show(step);
        each(&step.steps, show);
    }
}

fn repeated(step: &StepResult) -> String {
    match step.repeated {
        Some(1) => "  once".to_owned(),
        Some(times) => format!("  {times} times"),
        None => String::new(),
    }
}

/// A step in the form of a result of its own.
pub(super) fn as_result(of: &TestResult, step: &StepResult, test_type: TestType) -> TestResult {
    TestResult {
        name: step.name.clone(),
        test_type,
        status: match step.status {
            StepStatus::Passed | StepStatus::Skipped => Status::Passed,
            StepStatus::Failed => Status::Failed,
            StepStatus::Error => Status::Error,
        },
        duration_ms: step.duration_ms,
        timings: step.timings,
        broke_in: step.broke_in,
        fault: step.fault.clone(),
        assertions: step.assertions.clone(),
        attempts: step.attempts.clone(),
        steps: Vec::new(),
        addresses: Vec::new(),
        warnings: step.warnings.clone(),
        observed: step.observed.clone(),
        retries_off: false,
        ..of.clone()
    }
}

fn mark_of(step: &StepResult, paint: Paint) -> String {
    match step.status {
        StepStatus::Passed => mark(Status::Passed, paint),
        // It failed, and the test goes on.
        StepStatus::Failed if step.allow_failure => paint.warn("✗"),
        StepStatus::Failed => mark(Status::Failed, paint),
        StepStatus::Error => mark(Status::Error, paint),
        StepStatus::Skipped => paint.faint("-"),
    }
}

fn time(step: &StepResult) -> Duration {
    Duration::try_from_secs_f64(step.duration_ms / 1000.0).unwrap_or_default()
}

/// A bar from one moment to another, at least a thin line.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "columns of a terminal, never negative"
)]
fn bar(before: f64, took: f64, total: f64, columns: usize) -> String {
    let column = |at: f64| (at / total.max(0.001) * columns as f64).round() as usize;
    let start = column(before).min(columns.saturating_sub(1));
    let length = column(before + took).min(columns).saturating_sub(start);
    let bar = if length == 0 { "▏".to_owned() } else { "█".repeat(length) };
    format!("{}{bar}", " ".repeat(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn step(name: &str, status: &str, duration_ms: f64) -> StepResult {
        let step = json!({
            "name": name, "type": "http", "status": status, "allow_failure": false, "duration_ms": duration_ms,
            "timings": { "total": duration_ms }, "broke_in": null, "fault": null, "assertions": [], "attempts": [],
            "warnings": [],
            "observed": {"peer": null, "addresses": [], "connects": [], "tls": null, "response": {}},
        });
        serde_json::from_value(step).unwrap()
    }

    #[test]
    fn steps_are_bars_one_after_the_other() {
        let mut last = step("pay", "skipped", 0.0);
        last.skipped = Some("step 2 failed".to_owned());
        let steps = [step("log in", "passed", 30.0), step("order", "failed", 10.0), last];
        let shown = overview(&steps, Paint::plain(), 46);
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[0].starts_with("  ✓ log in █") && lines[0].ends_with("30.0 ms"), "{shown}");
        assert!(lines[1].starts_with("  ✗ order  ") && lines[1].contains("█"), "{shown}");
        assert_eq!(lines[2], "  - pay    skipped: step 2 failed", "{shown}");
        assert!(lines[1].find('█') > lines[0].find('█'), "{shown}");
    }
}
