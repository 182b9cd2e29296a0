//! Results as one HTML page: it needs no other file and no script, and refers to nothing outside.
//!
//! It is also well-formed XML, so that programs can take it apart. All text from outside is escaped, and the policy in its
//! head forbids scripts and requests should something ever slip through.

mod waterfall; // the phases as SVG

use super::label::label;
use super::result::seen;
use super::style::{Places, Style};
use super::text::{duration, inert};
use super::xml::{attribute, content};
use super::{edge, fact, fault, steps};
use crate::diagnostics::plural;
use crate::paint::Paint;
use faultfinder_engine::{
    AssertionResult, Attempt, NotRun, RunReport, Status, StepResult, StepStatus, StepType, Summary,
    TestResult, TestType,
};
use std::time::Duration;

/// Most passed tests that are shown with their waterfall; further ones are a line each, or the page is too large for a browser.
const PASSED_IN_FULL_MAX: usize = 1_000;

/// Most tests that did not pass and are unfolded at once; the others unfold at a click.
const UNFOLDED_MAX: usize = 20;

/// Columns of texts that are wrapped before they get here.
const WIDTH: usize = 110;

/// The report as a page.
pub(crate) fn html(report: &RunReport) -> String {
    let summary = &report.summary;
    let title = title(summary);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n\
         <meta name=\"generator\" content=\"faultfinder {}\" />\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\" />\n\
         <title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n{}",
        env!("CARGO_PKG_VERSION"),
        content(&title),
        include_str!("html/style.css"),
        waterfall::PATTERN,
    );
    push_header(&mut page, report, &title);
    page.push_str("<main>\n");
    for (status, id, heading) in
        [(Status::Failed, "failed", "Failed"), (Status::Error, "error", "Could not be carried out")]
    {
        let of_status: Vec<&TestResult> =
            report.results.iter().filter(|result| result.status == status).collect();
        push_group(&mut page, (id, heading), of_status.len(), true, |page| {
            for (number, result) in of_status.iter().enumerate() {
                push_test(page, result, number < UNFOLDED_MAX);
            }
        });
    }
    push_group(&mut page, ("not-run", "Not run"), report.not_run.len(), true, |page| {
        report.not_run.iter().for_each(|test| push_not_run(page, test));
    });
    let passed: Vec<&TestResult> =
        report.results.iter().filter(|result| result.status == Status::Passed).collect();
    push_group(&mut page, ("passed", "Passed"), passed.len(), summary.passed == summary.planned, |page| {
        for (number, result) in passed.iter().enumerate() {
            if number < PASSED_IN_FULL_MAX {
                push_test(page, result, false);
            } else {
                page.push_str(&format!("<div class=\"test passed row\">{}</div>\n", headline(result)));
            }
        }
    });
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn title(summary: &Summary) -> String {
    let wrong = summary.failed.saturating_add(summary.errors);
    let planned = plural(summary.planned, "test", "tests");
    match (wrong, summary.planned.saturating_sub(summary.total)) {
        (0, 0) => format!("{planned} passed"),
        (0, not_run) => format!("{not_run} of {planned} did not run"),
        (wrong, _) => format!("{wrong} of {planned} did not pass"),
    }
}

/// What came of the run as a whole.
fn push_header(page: &mut String, report: &RunReport, title: &str) {
    let summary = &report.summary;
    page.push_str(&format!("<header>\n<h1>{}</h1>\n", content(title)));
    if let Some(test) = report.not_run.first() {
        let done = format!("{} of {} were done.", summary.total, plural(summary.planned, "test", "tests"));
        let reason = content(test.reason.reason());
        page.push_str(&format!(
            "<p class=\"cut-off\"><strong>Cut off:</strong> {done} The rest: {reason}.</p>\n"
        ));
    }
    let counts = [
        (summary.failed, "failed", "failed"),
        (summary.errors, "error", "could not be carried out"),
        (report.not_run.len(), "not-run", "not run"),
        (summary.passed, "passed", "passed"),
    ];
    page.push_str("<ul class=\"counts\">\n");
    for (count, id, word) in counts.iter().filter(|(count, ..)| *count > 0) {
        page.push_str(&format!("<li><a href=\"#{id}\"><b class=\"mark-{id}\">{count}</b> {word}</a></li>\n"));
    }
    page.push_str("</ul>\n");
    page.push_str(&waterfall::meter(&counts.map(|(count, id, _)| (count, id))));
    let mut facts = Vec::new();
    if let Some(began) = report.results.iter().map(|result| result.started_at.as_str()).min() {
        facts.push(format!("began <time datetime=\"{0}\">{0}</time>", attribute(began)));
    }
    facts.push(format!("took {}", duration(of_millis(summary.duration_ms))));
    if let Some(seed) = summary.shuffle_seed {
        facts.push(format!("shuffled with seed {seed}"));
    }
    page.push_str(&format!("<p class=\"facts\">{}</p>\n</header>\n", facts.join(" · ")));
}

/// Tests that ended alike, which can be folded away; nothing when there are none.
fn push_group(
    page: &mut String,
    (id, heading): (&str, &str),
    count: usize,
    unfolded: bool,
    push: impl FnOnce(&mut String),
) {
    if count == 0 {
        return;
    }
    let open = if unfolded { " open=\"open\"" } else { "" };
    page.push_str(&format!(
        "<details class=\"group\" id=\"{id}\"{open}>\n<summary><h2>{heading} ({count})</h2></summary>\n"
    ));
    push(page);
    page.push_str("</details>\n");
}

const fn class(status: Status) -> &'static str {
    match status {
        Status::Passed => "passed",
        Status::Failed => "failed",
        Status::Error => "error",
    }
}

const fn sign(status: Status) -> &'static str {
    match status {
        Status::Passed => "✓",
        Status::Failed => "✗",
        Status::Error => "!",
    }
}

/// A test on one line: how it ended, its name, why it failed, and where it is.
fn headline(result: &TestResult) -> String {
    let class = class(result.status);
    let name = content(&inert(&label(&result.name, result.repetition)));
    let mut line = format!(
        "<span class=\"mark-{class}\" title=\"{class}\">{}</span> <span class=\"name\">{name}</span>",
        sign(result.status)
    );
    if let Some(found) = &result.fault {
        line.push_str(&format!(" <code>{}</code>", content(&fault::title(found, Paint::plain()))));
    }
    push_tags(&mut line, &result.tags);
    line.push_str(&format!(
        " <span class=\"meta\">{} · {} · {}</span>",
        result.test_type,
        duration(of_millis(result.duration_ms)),
        place(&result.file, result.line)
    ));
    line
}

fn place(file: &str, line: u32) -> String {
    format!("<span class=\"place\">{}:{line}</span>", content(&inert(file)))
}

fn push_tags(line: &mut String, tags: &[String]) {
    for tag in tags {
        line.push_str(&format!(" <span class=\"tag\">{}</span>", content(&inert(tag))));
    }
}

fn push_not_run(page: &mut String, test: &NotRun) {
    let name = content(&inert(&label(&test.name, test.repetition)));
    let mut line =
        format!("<span class=\"mark-not-run\" title=\"not run\">–</span> <span class=\"name\">{name}</span>");
    push_tags(&mut line, &test.tags);
    let place = place(&test.file, test.line);
    page.push_str(&format!(
        "<div class=\"test not-run row\">{line} <span class=\"meta\">{} · {place}</span></div>\n",
        test.test_type
    ));
}

/// A test in full.
fn push_test(page: &mut String, result: &TestResult, unfolded: bool) {
    let open = if unfolded { " open=\"open\"" } else { "" };
    page.push_str(&format!(
        "<details class=\"test {}\"{open}>\n<summary>{}</summary>\n<div class=\"inside\">\n",
        class(result.status),
        headline(result)
    ));
    if let Some(found) = &result.fault {
        page.push_str(&format!(
            "<p class=\"message\">{}</p>\n<p class=\"facts\">to blame: {}</p>\n",
            content(&inert(&found.message)),
            fault::blame(found.blame)
        ));
    }
    if let Some(found) = &result.observed.edge {
        page.push_str(&format!(
            "<p class=\"message\">{} {}</p>\n",
            content(&edge::sentence(found)),
            content(&inert(&found.remedy))
        ));
    }
    match result.test_type {
        TestType::Protocol(protocol) => {
            page.push_str(&waterfall::waterfall(&result.timings, result.broke_in, protocol));
        }
        TestType::Multistep => push_steps(page, result, &result.steps),
        TestType::Heartbeat => {}
    }
    push_assertions(page, &result.assertions);
    if let Some(found) = &result.fault {
        push_list(page, "What to do", &found.hints);
    }
    push_list(page, "Warnings", &result.warnings);
    push_attempts(page, &result.attempts);
    let style =
        Style { paint: Paint::plain(), width: WIDTH, full: true, verbose: false, places: Places::Never };
    for (title, text) in seen(result, style) {
        if !text.is_empty() {
            page.push_str(&format!("<h3>{title}</h3>\n<pre>{}</pre>\n", content(&unindented(&text))));
        }
    }
    page.push_str("</div>\n</details>\n");
}

/// The steps of a test, each like a test of its own.
fn push_steps(page: &mut String, of: &TestResult, steps: &[StepResult]) {
    for step in steps {
        match (&step.skipped, step.step_type) {
            (Some(why), _) => page.push_str(&format!(
                "<div class=\"test not-run row\"><span class=\"mark-not-run\" title=\"skipped\">–</span> <span class=\"name\">{}</span> <span class=\"meta\">{}</span></div>\n",
                content(&inert(&step.name)),
                content(&inert(why))
            )),
            (None, StepType::Protocol(protocol)) => {
                let shown = steps::as_result(of, step, TestType::Protocol(protocol));
                push_test(page, &shown, step.status != StepStatus::Passed);
            }
            (None, StepType::Wait | StepType::Run) => {
                let shown = steps::as_result(of, step, TestType::Multistep);
                push_test(page, &TestResult { steps: step.steps.clone(), ..shown }, false);
            }
        }
    }
}

fn push_assertions(page: &mut String, assertions: &[AssertionResult]) {
    if assertions.is_empty() {
        return;
    }
    page.push_str(
        "<h3>Assertions</h3>\n<table>\n<tr><th></th><th>assertion</th><th>expected</th><th>found</th></tr>\n",
    );
    for assertion in assertions {
        let status = if assertion.passed { Status::Passed } else { Status::Failed };
        let shown = |fact| match fact::is_empty(fact) {
            true => None,
            false => Some(content(&fact::in_line(fact))),
        };
        let mut found: Vec<String> = shown(&assertion.actual).into_iter().collect();
        if !assertion.passed && !assertion.message.is_empty() {
            found.push(content(&inert(&assertion.message)));
        }
        page.push_str(&format!(
            "<tr><td class=\"mark-{0}\" title=\"{0}\">{1}</td><td><code>{2}</code></td><td>{3}</td><td>{4}</td></tr>\n",
            class(status),
            sign(status),
            content(&inert(&format!("{} {}", assertion.subject, assertion.operator))),
            shown(&assertion.expected).unwrap_or_default(),
            found.join("<br />"),
        ));
    }
    page.push_str("</table>\n");
}

fn push_list(page: &mut String, title: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    page.push_str(&format!("<h3>{title}</h3>\n<ul class=\"hints\">\n"));
    for item in items {
        page.push_str(&format!("<li>{}</li>\n", content(&inert(item))));
    }
    page.push_str("</ul>\n");
}

fn push_attempts(page: &mut String, attempts: &[Attempt]) {
    if attempts.is_empty() {
        return;
    }
    page.push_str("<h3>Earlier attempts</h3>\n<table>\n<tr><th></th><th>took</th><th>ended with</th></tr>\n");
    for attempt in attempts {
        let ended = attempt.fault.as_ref().map_or_else(String::new, |found| {
            format!(
                "<code>{}</code><br />{}",
                content(&fault::title(found, Paint::plain())),
                content(&inert(&found.message))
            )
        });
        page.push_str(&format!(
            "<tr><td class=\"mark-{}\">{}</td><td>{}</td><td>{ended}</td></tr>\n",
            class(attempt.status),
            sign(attempt.status),
            duration(attempt.timings.total())
        ));
    }
    page.push_str("</table>\n");
}

/// Text without the indentation that it has below a title.
fn unindented(text: &str) -> String {
    text.lines().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

fn of_millis(millis: f64) -> Duration {
    Duration::try_from_secs_f64(millis / 1000.0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture;
    use faultfinder_engine::CutOff;
    use roxmltree::{Document, Node, ParsingOptions};

    fn parsed(page: &str) -> Document<'_> {
        let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
        Document::parse_with_options(page, options).unwrap_or_else(|error| panic!("{error}"))
    }

    fn words(node: Node<'_, '_>) -> String {
        let texts = node.descendants().filter_map(|node| if node.is_text() { node.text() } else { None });
        texts.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_did_not_pass_comes_first_and_is_unfolded() {
        let page = html(&fixture::report(CutOff::Interrupted));
        let document = parsed(&page);
        let groups: Vec<_> =
            document.descendants().filter(|node| node.attribute("class") == Some("group")).collect();
        let shown: Vec<_> = groups
            .iter()
            .map(|group| (group.attribute("id").unwrap(), group.attribute("open").is_some()))
            .collect();
        assert_eq!(shown, [("failed", true), ("error", true), ("not-run", true), ("passed", false)]);
        let failed: Vec<_> =
            document.descendants().filter(|node| node.attribute("class") == Some("test failed")).collect();
        assert_eq!(failed.len(), 2);
        assert!(failed.iter().all(|test| test.attribute("open").is_some()));
        let told = words(failed[0]);
        for word in [
            "CONNREFUSED ECONNREFUSED during connect",
            "127.0.0.1:1 refused the connection",
            "tests/shop.yaml:7",
            "smoke",
            "the target",
            "check whether a firewall",
        ] {
            assert!(told.contains(word), "{word}: {told}");
        }
        assert!(words(document.root_element()).contains("5 of 6 tests were done."), "{page}");
        assert!(page.contains("<title>3 of 6 tests did not pass</title>"), "{page}");
    }

    #[test]
    fn every_test_has_a_waterfall_and_the_phase_that_broke_differs() {
        let page = html(&fixture::report(CutOff::FailFast));
        let document = parsed(&page);
        let falls: Vec<_> =
            document.descendants().filter(|node| node.attribute("class") == Some("waterfall")).collect();
        assert_eq!(falls.len(), 5);
        let bars = |fall: &Node<'_, '_>| -> Vec<String> {
            let bars = fall.descendants().filter(|node| node.has_tag_name("rect"));
            bars.map(|bar| bar.attribute("class").unwrap_or_default().to_owned()).collect()
        };
        assert_eq!(bars(&falls[0]), ["bar bar-resolve", "bar bar-broke"]);
    }

    #[test]
    fn nothing_from_outside_becomes_markup_or_a_request() {
        let mut result = fixture::unexpected();
        let evil = "</title><script>alert(1)</script><img src=x onerror=alert(1)>\" onload=\"x";
        result.name = evil.to_owned();
        result.file = evil.to_owned();
        result.tags = vec![evil.to_owned()];
        result.warnings = vec![evil.to_owned()];
        result.observed.response.insert(evil.to_owned(), evil.into());
        let fault = result.fault.as_mut().unwrap();
        fault.message = evil.to_owned();
        fault.hints = vec![evil.to_owned()];
        fault.evidence.insert("body", evil);
        let page = html(&RunReport::new(vec![result], 1.0));
        let document = parsed(&page);
        let known = [
            "html", "head", "meta", "title", "style", "body", "svg", "defs", "pattern", "path", "line",
            "rect", "text", "header", "main", "h1", "h2", "h3", "p", "strong", "ul", "li", "a", "b", "time",
            "details", "summary", "span", "code", "div", "table", "tr", "th", "td", "br", "pre",
        ];
        for node in document.descendants().filter(Node::is_element) {
            assert!(known.contains(&node.tag_name().name()), "<{}>", node.tag_name().name());
            for attribute in node.attributes() {
                assert!(!attribute.name().starts_with("on"), "{}", attribute.name());
                if matches!(attribute.name(), "href" | "src") {
                    assert!(attribute.value().starts_with('#'), "{}", attribute.value());
                }
            }
        }
        assert!(words(document.root_element()).contains("<script>alert(1)</script>"));
    }

    #[test]
    fn of_very_many_passed_tests_the_rest_is_a_line_each() {
        let results = vec![fixture::passed(); PASSED_IN_FULL_MAX + 2];
        let page = html(&RunReport::new(results, 1.0));
        assert_eq!(page.matches("<details class=\"test passed\"").count(), PASSED_IN_FULL_MAX);
        assert_eq!(page.matches("<div class=\"test passed row\"").count(), 2);
    }
}
