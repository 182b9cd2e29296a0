//! Results as JUnit XML: one suite per file, one case per test.

use crate::exit::Failure;
use faultfinder_engine::{RunReport, Status, TestResult};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::time::Duration;

/// The report as XML. `suites` names the file of each result, in order.
pub(crate) fn junit(report: &RunReport, suites: &[String]) -> Result<String, Failure> {
    let mut xml = Report::new("faultfinder");
    xml.set_time(time(report.summary.duration_ms));
    let mut suite: Option<TestSuite> = None;
    for (number, result) in report.results.iter().enumerate() {
        let name = suites.get(number).map_or("faultfinder", String::as_str);
        if suite.as_ref().is_none_or(|suite| suite.name.as_str() != name) {
            xml.add_test_suites(suite.take());
            suite = Some(TestSuite::new(name));
        }
        if let Some(suite) = &mut suite {
            suite.add_test_case(case(result));
        }
    }
    xml.add_test_suites(suite);
    xml.to_string().map_err(|error| Failure::ourselves("cannot write JUnit XML", &error))
}

fn case(result: &TestResult) -> TestCase {
    let mut status = match result.status {
        Status::Passed => TestCaseStatus::success(),
        Status::Failed => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Status::Error => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    if let Some(fault) = &result.fault {
        status.set_type(format!("{}.{}", fault.code, fault.detail.name()));
        status.set_message(fault.to_string());
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
        status.set_description(story);
    }
    let mut case = TestCase::new(result.name.clone(), status);
    case.set_classname(result.protocol.as_str());
    case.set_time(time(result.duration_ms));
    case.set_assertions(result.assertions.len());
    case
}

fn time(millis: f64) -> Duration {
    Duration::try_from_secs_f64(millis / 1000.0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture;

    #[test]
    fn a_failure_has_its_code_and_detail_as_type() {
        let report = RunReport::new(vec![fixture::passed(), fixture::refused()], 13.8);
        let xml = junit(&report, &["a.yaml".to_owned(), "b.yaml".to_owned()]).unwrap();
        assert!(xml.contains("<testsuite name=\"a.yaml\" tests=\"1\""), "{xml}");
        assert!(
            xml.contains("<testsuite name=\"b.yaml\" tests=\"1\" disabled=\"0\" errors=\"0\" failures=\"1\""),
            "{xml}"
        );
        assert!(xml.contains("type=\"CONNREFUSED.ECONNREFUSED\""), "{xml}");
    }
}
