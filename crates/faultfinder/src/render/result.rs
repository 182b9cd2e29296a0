//! A whole result for people: mark, waterfall, fault, evidence, assertions, hints.

use super::style::{Places, Style, mark};
use super::text::{cut, duration, inert, pad};
use super::{certificate, edge, fact, fault, route, steps, waterfall};
use crate::paint::Paint;
use faultfinder_engine::{AddressResult, AssertionResult, Status, TestResult, TestType};
use faultfinder_taxonomy::word::Severity;
use faultfinder_taxonomy::{AttemptOutcome, ConnectAttempt, Fact};
use std::time::Duration;

/// What is observed and shown in a form of its own.
const ELSEWHERE: &[&str] = &["hops"];

/// A result: one line when it passed, everything when it did not.
pub(crate) fn result(result: &TestResult, style: Style) -> String {
    let mut text = headline(result, style);
    if result.status == Status::Passed && !style.full {
        text.push_str(&edge::lines(&result.observed, style.paint, style.width));
        text.push_str(&warnings(result, style.paint));
        for step in &result.steps {
            text.push_str(&edge::lines(&step.observed, style.paint, style.width));
            let warnings = step.warnings.iter().map(|warning| format!("{}: {warning}", step.name));
            text.push_str(&warning_lines(warnings, style.paint));
        }
        return text;
    }
    text.push_str(&body(result, style));
    text.push('\n');
    text
}

/// `✓ name  http  12.3 ms  shop.yaml:7`.
fn headline(result: &TestResult, style: Style) -> String {
    let paint = style.paint;
    let took = Duration::try_from_secs_f64(result.duration_ms / 1000.0).unwrap_or_default();
    let shown = match style.places {
        Places::Never => false,
        Places::NotPassed => result.status != Status::Passed,
        Places::All => true,
    };
    let place = if shown { format!("  {}", place(result)) } else { String::new() };
    let beside = paint.faint(&format!("{}  {}{place}", result.test_type, duration(took)));
    format!("{} {}  {beside}\n", mark(result.status, paint), paint.strong(&name(result)))
}

/// The name of a result's test, and which of several runs it is.
pub(crate) fn name(result: &TestResult) -> String {
    inert(&super::label::label(&result.name, result.repetition))
}

/// `shop.yaml:7`.
pub(crate) fn place(result: &TestResult) -> String {
    format!("{}:{}", inert(&result.file), result.line)
}

fn body(result: &TestResult, style: Style) -> String {
    let paint = style.paint;
    let mut text = String::new();
    if let Some(found) = &result.fault {
        text.push_str(&fault::head(found, paint, style.width));
    }
    text.push_str(&edge::lines(&result.observed, paint, style.width));
    text.push('\n');
    match result.test_type {
        TestType::Protocol(protocol) => {
            let (timings, broke_in) = (&result.timings, result.broke_in);
            text.push_str(&waterfall::waterfall(timings, protocol, broke_in, paint, style.width));
        }
        TestType::Heartbeat => {}
        TestType::Multistep => {
            text.push_str(&steps::overview(&result.steps, paint, style.width));
            let inside = Style { width: style.width.saturating_sub(2), ..style };
            text.push_str(&steps::details(result, style, |step| body(step, inside)));
            text.push_str(&section("earlier attempts", &attempts(result, paint), paint));
            text.push_str(&warnings(result, paint));
            if let Some(found) = result.fault.as_ref().filter(|_| !steps::have_faults(result)) {
                text.push_str(&section("what to do", &fault::hints(found, style.width), paint));
            }
            return text;
        }
    }
    for (title, content) in seen(result, style) {
        text.push_str(&section(title, &content, paint));
    }
    text.push_str(&section("assertions", &assertions(&result.assertions, paint), paint));
    text.push_str(&section("earlier attempts", &attempts(result, paint), paint));
    text.push_str(&warnings(result, paint));
    if result.retries_off {
        text.push_str("  automatic retries are off: trying refused credentials again can lock an account\n");
    }
    if let Some(found) = &result.fault {
        text.push_str(&section("what to do", &fault::hints(found, style.width), paint));
    }
    text
}

/// What was seen, in parts with titles. A part can be empty.
pub(crate) fn seen(result: &TestResult, style: Style) -> Vec<(&'static str, String)> {
    let paint = style.paint;
    let mut parts = vec![
        ("redirects", hops(result)),
        ("connection", connection(result, paint)),
        ("addresses", addresses(result, paint)),
        ("route (least, average, most)", route::route(&result.observed.hops, paint)),
    ];
    if let Some(tls) = &result.observed.tls {
        let now = started_at(result);
        let shown = certificate::Style { paint, width: style.width, verbose: style.verbose };
        parts.push(("certificates, as the peer sent them", certificate::chain(&tls.chain, now, shown)));
        parts.push(("problems", certificate::events(&tls.events, paint, style.width)));
    }
    let answer = fact::block(fact::without(&result.observed.response, ELSEWHERE), 4, paint);
    parts.push(("answer", answer));
    if let Some(found) = &result.fault {
        parts.push(("evidence", fault::evidence(found, paint)));
    }
    parts
}

/// A titled part; nothing when it is empty.
fn section(title: &str, content: &str, paint: Paint) -> String {
    if content.is_empty() { String::new() } else { format!("\n  {}\n{content}", paint.faint(title)) }
}

/// The addresses, the attempts to connect when they tell more than the peer does, and what TLS settled on.
fn connection(result: &TestResult, paint: Paint) -> String {
    let observed = &result.observed;
    let mut facts: Vec<(&str, Fact)> = Vec::new();
    if observed.addresses.len() > 1 || observed.peer.is_none() {
        facts.push(("addresses", observed.addresses.clone().into()));
    }
    if let Some(peer) = &observed.peer {
        // With a port behind it or without.
        let family = if peer.matches(':').count() > 1 { "IPv6" } else { "IPv4" };
        facts.push(("peer", format!("{peer} ({family})").into()));
    }
    let failures = observed.connects.iter().any(|attempt| attempt.outcome != AttemptOutcome::Established);
    if failures {
        let told: Vec<Fact> =
            observed.connects.iter().map(|attempt| Fact::List(vec![attempt_line(attempt).into()])).collect();
        facts.push(("attempts", Fact::List(told)));
    }
    if let Some(line) = observed.tls.as_ref().and_then(certificate::negotiated) {
        facts.push(("tls", line.into()));
    }
    fact::block(facts.iter().map(|(name, fact)| (*name, fact)), 4, paint)
}

/// What each address answered, a line each, where all were asked.
fn addresses(result: &TestResult, paint: Paint) -> String {
    let line = |found: &AddressResult| {
        let told = match &found.fault {
            None => String::new(),
            Some(fault) => format!("  {} ({}): {}", fault.code, fault.detail.name(), inert(&fault.message)),
        };
        let took = paint.faint(&duration(found.timings.total()));
        format!("    {} {}  {took}{told}\n", mark(found.status, paint), found.address)
    };
    result.addresses.iter().map(line).collect()
}

fn attempt_line(attempt: &ConnectAttempt) -> String {
    let took = duration(Duration::from_micros(attempt.duration_us));
    match &attempt.outcome {
        AttemptOutcome::Established => format!("{} connected in {took}", attempt.address),
        AttemptOutcome::Failed(errno) => format!("{} failed after {took}: {errno}", attempt.address),
        AttemptOutcome::Abandoned => format!("{} abandoned after {took}", attempt.address),
        _ => format!("{} ended after {took}", attempt.address),
    }
}

/// The redirects that were followed, a line each.
fn hops(result: &TestResult) -> String {
    let in_evidence = || result.fault.as_ref().and_then(|fault| fault.evidence.fact("hops"));
    let Some(Fact::List(hops)) = result.observed.response.get("hops").or_else(in_evidence) else {
        return String::new();
    };
    let mut text = String::new();
    for hop in hops {
        let told = |name: &str| fact::field(hop, name).map(fact::in_line);
        let line = match (told("status"), told("url")) {
            (Some(status), Some(url)) => {
                let total = fact::field(hop, "timings").and_then(|timings| fact::field(timings, "total"));
                let total = total.or_else(|| fact::field(hop, "duration_ms")).map(fact::in_line);
                format!("{status}  {url}{}", total.map(|total| format!("  {total} ms")).unwrap_or_default())
            }
            _ => fact::in_line(hop),
        };
        text.push_str(&format!("    {line}\n"));
    }
    text
}

/// Every assertion, with what was expected and what was found where it does not hold.
fn assertions(results: &[AssertionResult], paint: Paint) -> String {
    let written = |assertion: &AssertionResult| {
        let expected = if fact::is_empty(&assertion.expected) {
            String::new()
        } else {
            fact::in_line(&assertion.expected)
        };
        inert(format!("{} {} {expected}", assertion.subject, assertion.operator).trim_end())
    };
    let mut text = String::new();
    for assertion in results {
        let status = match (assertion.passed, assertion.severity) {
            (true, _) => Status::Passed,
            (false, Severity::Fail) => Status::Failed,
            (false, Severity::Warn) => Status::Error,
        };
        text.push_str(&format!("    {} {}\n", mark(status, paint), written(assertion)));
        if !assertion.passed {
            let actual = cut(&fact::in_line(&assertion.actual), 200);
            text.push_str(&format!("      {} {}\n", paint.faint("found:"), actual));
            // The usual message says the same once more, unless it has paths, or what there is instead.
            let says_more = fact::is_empty(&assertion.actual) || assertion.subject.starts_with("every ");
            if !assertion.message.is_empty() && (says_more || !assertion.message.starts_with("expected ")) {
                text.push_str(&format!("      {}\n", inert(&assertion.message)));
            }
        }
    }
    text
}

fn attempts(result: &TestResult, paint: Paint) -> String {
    let mut text = String::new();
    for (number, attempt) in (1_usize..).zip(&result.attempts) {
        let how =
            attempt.fault.as_ref().map_or_else(|| "passed".to_owned(), |found| fault::title(found, paint));
        let took = pad(&duration(attempt.timings.total()), 10);
        text.push_str(&format!("    {number}  {} {took}  {how}\n", mark(attempt.status, paint)));
    }
    text
}

fn warnings(result: &TestResult, paint: Paint) -> String {
    warning_lines(result.warnings.iter().cloned(), paint)
}

fn warning_lines(warnings: impl Iterator<Item = String>, paint: Paint) -> String {
    warnings.map(|warning| format!("  {} {}\n", paint.warn("warning:"), inert(&warning))).collect()
}

/// When the run began, in seconds since 1970; the certificates' validity is shown as of then.
fn started_at(result: &TestResult) -> i64 {
    time::OffsetDateTime::parse(&result.started_at, &time::format_description::well_known::Rfc3339)
        .map_or(0, time::OffsetDateTime::unix_timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture;
    use faultfinder_taxonomy::{CertificateFacts, TlsFacts};

    const STYLE: Style =
        Style { paint: Paint::plain(), width: 52, full: false, verbose: false, places: Places::NotPassed };

    #[test]
    fn a_passed_test_is_one_line() {
        assert_eq!(result(&fixture::passed(), STYLE), "✓ shop is up  http  12.3 ms\n");
    }

    #[test]
    fn tests_of_several_files_and_runs_are_told_apart() {
        let mut passed = fixture::passed();
        passed.repetition = Some(2);
        let shown = result(&passed, Style { places: Places::All, ..STYLE });
        assert_eq!(shown, "✓ shop is up (run 2)  http  12.3 ms  tests/shop.yaml:7\n");
    }

    #[test]
    fn a_failed_test_shows_everything_that_is_known() {
        let expected = "\
✗ shop is up  http  1.500 ms  tests/shop.yaml:7
  CONNREFUSED ECONNREFUSED during connect
  127.0.0.1:1 refused the connection
  blame: the target

  resolve      ███████                1.000 ms
  connect             ███             0.500 ms ✗
  total                               1.500 ms

  connection
    addresses  127.0.0.1
    attempts   127.0.0.1:1 failed after 0.500 ms: ECONNREFUSED

  what to do
    → check that the service runs and listens on
      this address and port
    → check whether a firewall rejects the port

";
        let expected = expected.replace("███████                1.000", "█████████████          1.000");
        let expected =
            expected.replace("             ███             0.500", "                  ███████        0.500");
        let shown = result(&fixture::refused(), STYLE);
        // The bars have a test of their own.
        let bars = |text: &str| text.replace(['█', ' '], "");
        assert_eq!(bars(&shown), bars(&expected), "{shown}");
    }

    #[test]
    fn a_failed_assertion_shows_what_was_found() {
        let shown = result(&fixture::unexpected(), STYLE);
        assert!(shown.contains("INCORRECT_ASSERTION 1 assertion during assert\n"), "{shown}");
        assert!(
            shown.contains("    ✓ response_time < 800\n    ✗ status is 200\n      found: 503\n"),
            "{shown}"
        );
    }
    #[test]
    fn everything_about_certificates_is_shown_to_those_who_ask() {
        let mut certificate = CertificateFacts::default();
        certificate.serial = "4f".to_owned();
        let mut tls = TlsFacts::default();
        tls.chain = vec![certificate];
        let mut tested = fixture::passed();
        tested.observed.tls = Some(tls);
        let shown = |verbose| result(&tested, Style { full: true, verbose, ..STYLE });
        assert!(shown(true).contains("serial     4f"), "{}", shown(true));
        assert!(!shown(false).contains("serial"), "{}", shown(false));
    }
}
