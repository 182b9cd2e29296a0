//! Results as JUnit XML: one suite per file, one case per test.
//!
//! Written here and not by a library: those at hand drop control characters, and with an escape sequence the text behind it,
//! without a trace.

use super::xml::{attribute, content};
use faultfinder_engine::{RunReport, Status, TestResult};
use faultfinder_taxonomy::Fault;

/// The report as XML. `suites` names the file of each result, in order.
pub(crate) fn junit(report: &RunReport, suites: &[String]) -> String {
    let counts = Counts::of(&report.results);
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"faultfinder\" tests=\"{}\" failures=\"{}\" \
         errors=\"{}\" time=\"{}\">\n",
        counts.tests,
        counts.failures,
        counts.errors,
        seconds(report.summary.duration_ms),
    );
    let named: Vec<(&str, &TestResult)> = report
        .results
        .iter()
        .enumerate()
        .map(|(number, result)| (suites.get(number).map_or("faultfinder", String::as_str), result))
        .collect();
    for suite in named.chunk_by(|(one, _), (next, _)| one == next) {
        push_suite(&mut xml, suite);
    }
    xml.push_str("</testsuites>\n");
    xml
}

/// How many results there are of each kind.
#[derive(Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
}

impl Counts {
    fn of<'a>(results: impl IntoIterator<Item = &'a TestResult>) -> Self {
        let mut counts = Self::default();
        for result in results {
            counts.tests += 1;
            match result.status {
                Status::Passed => {}
                Status::Failed => counts.failures += 1,
                Status::Error => counts.errors += 1,
            }
        }
        counts
    }
}

/// The results of one file, each with its name.
fn push_suite(xml: &mut String, suite: &[(&str, &TestResult)]) {
    let counts = Counts::of(suite.iter().map(|(_, result)| *result));
    let name = suite.first().map_or("", |(name, _)| *name);
    xml.push_str(&format!(
        "    <testsuite name=\"{}\" tests=\"{}\" disabled=\"0\" errors=\"{}\" failures=\"{}\">\n",
        attribute(name),
        counts.tests,
        counts.errors,
        counts.failures
    ));
    for (_, result) in suite {
        push_case(xml, result);
    }
    xml.push_str("    </testsuite>\n");
}

fn push_case(xml: &mut String, result: &TestResult) {
    xml.push_str(&format!(
        "        <testcase name=\"{}\" classname=\"{}\" assertions=\"{}\" time=\"{}\">\n",
        attribute(&result.name),
        attribute(result.test_type.as_str()),
        result.assertions.len(),
        seconds(result.duration_ms),
    ));
    let tag = match result.status {
        Status::Passed => None,
        Status::Failed => Some("failure"),
        Status::Error => Some("error"),
    };
    if let Some(tag) = tag {
        let (attributes, story) = result.fault.as_ref().map_or_else(Default::default, |fault| {
            let kind = format!("{}.{}", fault.code, fault.detail.name());
            let attributes =
                format!(" message=\"{}\" type=\"{}\"", attribute(&fault.to_string()), attribute(&kind));
            (attributes, content(&story(fault, result)))
        });
        xml.push_str(&format!("            <{tag}{attributes}>{story}</{tag}>\n"));
    }
    xml.push_str("        </testcase>\n");
}

/// What happened, line by line.
fn story(fault: &Fault, result: &TestResult) -> String {
    let mut story = format!("{fault}\nblame: {}\n", fault.blame);
    for hint in &fault.hints {
        story.push_str(&format!("hint: {hint}\n"));
    }
    for assertion in result.assertions.iter().filter(|assertion| !assertion.passed) {
        story.push_str(&format!(
            "assertion: {} {}: {}\n",
            assertion.subject, assertion.operator, assertion.message
        ));
    }
    story
}

/// Milliseconds as seconds.
fn seconds(millis: f64) -> String {
    format!("{:.3}", millis / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture;
    use roxmltree::Document;

    #[test]
    fn a_failure_has_its_code_and_detail_as_type() {
        let report = RunReport::new(vec![fixture::passed(), fixture::refused(), fixture::ours()], 13.8);
        let xml = junit(&report, &["a.yaml".to_owned(), "b.yaml".to_owned(), "b.yaml".to_owned()]);
        let document = Document::parse(&xml).unwrap();
        let root = document.root_element();
        let read = |node: roxmltree::Node<'_, '_>, names: &[&str]| -> Vec<String> {
            names.iter().map(|name| node.attribute(*name).unwrap_or("-").to_owned()).collect()
        };
        assert_eq!(
            read(root, &["name", "tests", "failures", "errors", "time"]),
            ["faultfinder", "3", "1", "1", "0.014"]
        );
        let suites: Vec<_> = root.children().filter(roxmltree::Node::is_element).collect();
        let counts = ["name", "tests", "disabled", "errors", "failures"];
        assert_eq!(read(suites[0], &counts), ["a.yaml", "1", "0", "0", "0"]);
        assert_eq!(read(suites[1], &counts), ["b.yaml", "2", "0", "1", "1"]);
        let cases: Vec<_> = document.descendants().filter(|node| node.has_tag_name("testcase")).collect();
        assert_eq!(
            read(cases[0], &["name", "classname", "assertions", "time"]),
            ["shop is up", "http", "0", "0.012"]
        );
        assert_eq!(cases[0].children().filter(roxmltree::Node::is_element).count(), 0);
        let failure = document.descendants().find(|node| node.has_tag_name("failure")).unwrap();
        assert_eq!(failure.attribute("type"), Some("CONNREFUSED.ECONNREFUSED"));
        assert!(failure.text().unwrap().contains("\nblame: target\nhint: "), "{xml}");
        let error = document.descendants().find(|node| node.has_tag_name("error")).unwrap();
        assert_eq!(error.attribute("type"), Some("INTERNAL_ERROR.EMFILE"));
    }

    #[test]
    fn nothing_from_outside_breaks_a_report() {
        let every: String = (0..=0xffff).filter_map(char::from_u32).collect();
        let mut result = fixture::unexpected();
        result.name.clone_from(&every);
        for assertion in &mut result.assertions {
            assertion.message.clone_from(&every);
        }
        let fault = result.fault.as_mut().unwrap();
        fault.message.clone_from(&every);
        fault.hints = vec![every.clone()];
        let report = RunReport::new(vec![result], 1.0);
        let xml = junit(&report, &[every]);
        let document = Document::parse(&xml).unwrap_or_else(|error| panic!("{error}"));
        for (tag, name) in [("testsuite", "name"), ("testcase", "name"), ("failure", "message")] {
            let node = document.descendants().find(|node| node.has_tag_name(tag)).unwrap();
            let value = node.attribute(name).unwrap();
            assert!(value.contains("\\u{7}\\u{8}\t\n\\u{b}\\u{c}\r\\u{e}"), "{tag} {name}");
            assert!(value.ends_with("\u{fffd}\\u{fffe}\\u{ffff}"), "{tag} {name}");
        }
        let failure = document.descendants().find(|node| node.has_tag_name("failure")).unwrap();
        assert_eq!(failure.text().unwrap().matches("\\u{8}\t\n\\u{b}").count(), 3);
    }
}
