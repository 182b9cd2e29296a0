//! Results as JUnit XML: one suite per file, one case per test.
//!
//! Elements and attributes are those of the schema of Jenkins' xUnit plugin (`junit-10.xsd`), which refuses a report with
//! others. It knows no file of a case, which GitLab and GitHub use to link it: so there are two dialects.
//!
//! Written here and not by a library: those at hand drop control characters, and with an escape sequence the text behind it,
//! without a trace.

mod class; // files as names of classes

use super::label::label;
use super::story::{of_fault, story};
use super::xml::{attribute, content};
use class::Classes;
use faultfinder_engine::{Attempt, NotRun, RunReport, Status, TestResult};
use faultfinder_taxonomy::Fault;
use std::collections::BTreeMap;

/// What a report may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Cases have a file and a line, for GitLab and for annotations of GitHub.
    Linked,
    /// Only what the schema of Jenkins' xUnit plugin allows.
    Strict,
}

/// The report as XML; `host` is the name of this machine.
pub(crate) fn junit(report: &RunReport, host: &str, dialect: Dialect) -> String {
    let cases: Vec<Case<'_>> = in_order(report);
    let counts = Counts::of(&cases);
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"faultfinder\" tests=\"{}\" failures=\"{}\" \
         errors=\"{}\" time=\"{}\">\n",
        counts.tests,
        counts.failures,
        counts.errors,
        seconds(report.summary.duration_ms),
    );
    let classes = Classes::of(cases.iter().map(Case::file));
    let document = Document { host, dialect, classes, seed: report.summary.shuffle_seed };
    for suite in cases.chunk_by(|one, next| one.file() == next.file()) {
        document.push_suite(&mut xml, suite);
    }
    xml.push_str("</testsuites>\n");
    xml
}

/// A test, with a result or without.
enum Case<'r> {
    Done(&'r TestResult),
    NotRun(&'r NotRun),
}

impl Case<'_> {
    fn file(&self) -> &str {
        match self {
            Self::Done(result) => &result.file,
            Self::NotRun(test) => &test.file,
        }
    }

    fn line(&self) -> u32 {
        match self {
            Self::Done(result) => result.line,
            Self::NotRun(test) => test.line,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Done(result) => label(&result.name, result.repetition),
            Self::NotRun(test) => label(&test.name, test.repetition),
        }
    }

    fn millis(&self) -> f64 {
        match self {
            Self::Done(result) => result.duration_ms,
            Self::NotRun(_) => 0.0,
        }
    }
}

/// All tests, those of one file next to each other: files in the order in which they first appear, tests by their lines.
fn in_order(report: &RunReport) -> Vec<Case<'_>> {
    let mut cases: Vec<Case<'_>> =
        report.results.iter().map(Case::Done).chain(report.not_run.iter().map(Case::NotRun)).collect();
    let mut ranks: BTreeMap<&str, usize> = BTreeMap::new();
    for result in &report.results {
        let next = ranks.len();
        ranks.entry(&result.file).or_insert(next);
    }
    let rank = |case: &Case<'_>| ranks.get(case.file()).copied().unwrap_or(ranks.len());
    cases.sort_by_cached_key(|case| (rank(case), case.file().to_owned(), case.line()));
    cases
}

/// How many cases there are of each kind.
#[derive(Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn of(cases: &[Case<'_>]) -> Self {
        let mut counts = Self::default();
        for case in cases {
            counts.tests += 1;
            match case {
                Case::NotRun(_) => counts.skipped += 1,
                Case::Done(result) => match result.status {
                    Status::Passed => {}
                    Status::Failed => counts.failures += 1,
                    Status::Error => counts.errors += 1,
                },
            }
        }
        counts
    }
}

/// What all suites need.
struct Document<'r> {
    host: &'r str,
    dialect: Dialect,
    classes: Classes,
    seed: Option<u64>,
}

impl Document<'_> {
    /// The cases of one file.
    fn push_suite(&self, xml: &mut String, cases: &[Case<'_>]) {
        let counts = Counts::of(cases);
        let file = attribute(cases.first().map_or("", Case::file));
        let began = cases.iter().filter_map(|case| match case {
            Case::Done(result) => Some(result.started_at.as_str()),
            Case::NotRun(_) => None,
        });
        // The schema of Ant's JUnit task, which others check, knows neither fractions nor zones.
        let began = began.min().and_then(|began| began.get(.."2026-11-22T05:39:44".len()));
        let began = began.map(|began| format!(" timestamp=\"{}\"", attribute(began))).unwrap_or_default();
        xml.push_str(&format!(
            "    <testsuite name=\"{file}\" file=\"{file}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" \
             time=\"{}\"{began} hostname=\"{}\">\n",
            counts.tests,
            counts.failures,
            counts.errors,
            counts.skipped,
            seconds(cases.iter().map(Case::millis).sum()),
            attribute(self.host),
        ));
        if let Some(seed) = self.seed {
            xml.push_str(&format!(
                "        <properties><property name=\"shuffle_seed\" value=\"{seed}\"/></properties>\n"
            ));
        }
        for case in cases {
            self.push_case(xml, case);
        }
        xml.push_str("    </testsuite>\n");
    }

    fn push_case(&self, xml: &mut String, case: &Case<'_>) {
        let linked = match self.dialect {
            Dialect::Linked => format!(" file=\"{}\" line=\"{}\"", attribute(case.file()), case.line()),
            Dialect::Strict => String::new(),
        };
        let mut inside = String::new();
        match case {
            Case::NotRun(test) => {
                let message = attribute(test.reason.reason());
                inside.push_str(&format!("            <skipped message=\"{message}\"/>\n"));
            }
            Case::Done(result) => push_outcome(&mut inside, result),
        }
        xml.push_str(&format!(
            "        <testcase name=\"{}\" classname=\"{}\" time=\"{}\"{linked}",
            attribute(&case.name()),
            attribute(self.classes.name(case.file())),
            seconds(case.millis()),
        ));
        if inside.is_empty() {
            xml.push_str("/>\n");
        } else {
            xml.push_str(&format!(">\n{inside}        </testcase>\n"));
        }
    }
}

/// How a test ended, and the attempts before: as Maven's Surefire writes them, and Jenkins reads them.
fn push_outcome(xml: &mut String, result: &TestResult) {
    let tag = match result.status {
        Status::Passed => None,
        Status::Failed => Some("failure"),
        Status::Error => Some("error"),
    };
    if let Some(tag) = tag {
        let (attributes, story) = result
            .fault
            .as_ref()
            .map_or_else(Default::default, |fault| (attributes(fault), content(&story(fault, result))));
        xml.push_str(&format!("            <{tag}{attributes}>{story}</{tag}>\n"));
    }
    for attempt in &result.attempts {
        push_attempt(xml, attempt, result.status);
    }
    if !result.warnings.is_empty() {
        let warnings: String =
            result.warnings.iter().map(|warning| format!("warning: {warning}\n")).collect();
        xml.push_str(&format!("            <system-out>{}</system-out>\n", content(&warnings)));
    }
}

/// An attempt before the last one: the test is flaky if it passed in the end.
fn push_attempt(xml: &mut String, attempt: &Attempt, end: Status) {
    let Some(fault) = &attempt.fault else { return };
    let tag = match (end, attempt.status) {
        (Status::Passed, Status::Error) => "flakyError",
        (Status::Passed, _) => "flakyFailure",
        (_, Status::Error) => "rerunError",
        (_, _) => "rerunFailure",
    };
    xml.push_str(&format!(
        "            <{tag}{}><stackTrace>{}</stackTrace></{tag}>\n",
        attributes(fault),
        content(&of_fault(fault))
    ));
}

fn attributes(fault: &Fault) -> String {
    let kind = format!("{}.{}", fault.code, fault.detail.name());
    format!(" message=\"{}\" type=\"{}\"", attribute(&fault.to_string()), attribute(&kind))
}

/// Milliseconds as seconds.
fn seconds(millis: f64) -> String {
    format!("{:.3}", millis / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture;
    use faultfinder_engine::CutOff;
    use roxmltree::Node;

    fn parsed(xml: &str) -> roxmltree::Document<'_> {
        roxmltree::Document::parse(xml).unwrap_or_else(|error| panic!("{error}: {xml}"))
    }

    fn read(node: Node<'_, '_>, names: &[&str]) -> Vec<String> {
        names.iter().map(|name| node.attribute(*name).unwrap_or("-").to_owned()).collect()
    }

    fn all<'d, 'i>(document: &'d roxmltree::Document<'i>, tag: &str) -> Vec<Node<'d, 'i>> {
        document.descendants().filter(|node| node.has_tag_name(tag)).collect()
    }

    #[test]
    fn counts_times_and_places_are_those_of_the_results() {
        let mut report = fixture::report(CutOff::Interrupted);
        report.results[0].file = "a.yaml".to_owned();
        let xml = junit(&report, "ci-7", Dialect::Linked);
        let document = parsed(&xml);
        assert_eq!(
            read(document.root_element(), &["name", "tests", "failures", "errors", "time"]),
            ["faultfinder", "6", "2", "1", "0.022"]
        );
        let suites = all(&document, "testsuite");
        let names =
            ["name", "file", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname"];
        let first = ["a.yaml", "a.yaml", "1", "0", "0", "0", "0.012", "2026-11-22T05:39:44", "ci-7"];
        assert_eq!(read(suites[0], &names), first);
        assert_eq!(
            read(suites[1], &names)[..7],
            ["tests/shop.yaml", "tests/shop.yaml", "5", "2", "1", "1", "0.017"]
        );
        let cases = all(&document, "testcase");
        let names = ["name", "classname", "time", "file", "line"];
        assert_eq!(read(cases[0], &names), ["shop is up", "a", "0.012", "a.yaml", "7"]);
        assert_eq!(cases[0].children().filter(Node::is_element).count(), 0);
        assert_eq!(read(cases[5], &names), ["never begun", "tests.shop", "0.000", "tests/shop.yaml", "12"]);
    }

    #[test]
    fn each_end_has_its_element_with_the_code_and_the_detail_as_type() {
        let xml = junit(&fixture::report(CutOff::FailFast), "h", Dialect::Strict);
        let document = parsed(&xml);
        let failures = all(&document, "failure");
        assert_eq!(failures[0].attribute("type"), Some("CONNREFUSED.ECONNREFUSED"));
        let story = failures[0].text().unwrap();
        assert!(
            story.contains("\nblame: target\nhint: ") && story.ends_with("test: tests/shop.yaml:7\n"),
            "{story}"
        );
        let error = all(&document, "error");
        assert_eq!(error[0].attribute("type"), Some("INTERNAL_ERROR.EMFILE"));
        let skipped = all(&document, "skipped");
        assert!(skipped[0].attribute("message").unwrap().contains("--fail-fast"), "{xml}");
        let flaky = all(&document, "flakyFailure");
        assert_eq!(flaky[0].attribute("type"), Some("CONNREFUSED.ECONNREFUSED"));
        assert_eq!(flaky[0].parent_element().unwrap().attribute("name"), Some("flaky"));
        assert!(flaky[0].first_element_child().unwrap().has_tag_name("stackTrace"));
        assert!(all(&document, "testcase").iter().all(|case| case.attribute("file").is_none()));
    }

    #[test]
    fn an_attempt_before_a_failure_is_a_rerun() {
        let mut failed = fixture::refused();
        failed.attempts = fixture::flaky().attempts;
        failed.repetition = Some(3);
        let xml = junit(&RunReport::new(vec![failed], 1.0), "h", Dialect::Strict);
        let document = parsed(&xml);
        assert_eq!((all(&document, "failure").len(), all(&document, "rerunFailure").len()), (1, 1), "{xml}");
        assert_eq!(all(&document, "testcase")[0].attribute("name"), Some("shop is up (run 3)"));
    }

    #[test]
    fn nothing_from_outside_breaks_a_report() {
        let every: String = (0..=0xffff).filter_map(char::from_u32).collect();
        let mut result = fixture::unexpected();
        result.name.clone_from(&every);
        result.file.clone_from(&every);
        for assertion in &mut result.assertions {
            assertion.message.clone_from(&every);
        }
        let fault = result.fault.as_mut().unwrap();
        fault.message.clone_from(&every);
        fault.hints = vec![every];
        let report = RunReport::new(vec![result], 1.0);
        let xml = junit(&report, "h", Dialect::Linked);
        let document = parsed(&xml);
        for (tag, name) in [("testsuite", "name"), ("testcase", "name"), ("failure", "message")] {
            let value = all(&document, tag)[0].attribute(name).unwrap();
            assert!(value.contains("\\u{7}\\u{8}\t\n\\u{b}\\u{c}\r\\u{e}"), "{tag} {name}");
            assert!(value.ends_with("\u{fffd}\\u{fffe}\\u{ffff}"), "{tag} {name}");
        }
        let failure = all(&document, "failure")[0].text().unwrap();
        assert_eq!(failure.matches("\\u{8}\t\n\\u{b}").count(), 4);
    }
}
