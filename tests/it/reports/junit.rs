//! JUnit XML: what Jenkins' xUnit plugin allows (the rules of its `junit-10.xsd`), and what GitLab and GitHub look for.

use super::{UP_AND_DOWN, call, folder, statuses};
use faultfinder_tests::{Answer, binary};
use roxmltree::{Document, Node};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// An element: the attributes that it must have, those that it may have, and the elements that may be in it.
struct Rule {
    name: &'static str,
    must: &'static [&'static str],
    may: &'static [&'static str],
    inside: &'static [&'static str],
    /// Whether there may be text in it.
    text: bool,
}

const RERUNS: &[&str] = &["stackTrace", "system-out", "system-err"];

/// The elements of the schema.
const RULES: &[Rule] = &[
    Rule {
        name: "testsuites",
        must: &[],
        may: &["name", "time", "tests", "failures", "errors"],
        inside: &["testsuite"],
        text: false,
    },
    Rule {
        name: "testsuite",
        must: &["name", "tests", "failures", "errors"],
        may: &["group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"],
        inside: &["testsuite", "properties", "testcase", "system-out", "system-err"],
        text: false,
    },
    Rule {
        name: "testcase",
        must: &["name"],
        may: &["time", "classname", "group"],
        inside: &[
            "skipped",
            "error",
            "failure",
            "rerunFailure",
            "rerunError",
            "flakyFailure",
            "flakyError",
            "system-out",
            "system-err",
        ],
        text: false,
    },
    Rule { name: "properties", must: &[], may: &[], inside: &["property"], text: false },
    Rule { name: "property", must: &["name", "value"], may: &[], inside: &[], text: false },
    Rule { name: "failure", must: &[], may: &["type", "message"], inside: &[], text: true },
    Rule { name: "error", must: &[], may: &["type", "message"], inside: &[], text: true },
    Rule { name: "skipped", must: &[], may: &["type", "message"], inside: &[], text: true },
    Rule { name: "rerunFailure", must: &["type"], may: &["message"], inside: RERUNS, text: true },
    Rule { name: "rerunError", must: &["type"], may: &["message"], inside: RERUNS, text: true },
    Rule { name: "flakyFailure", must: &["type"], may: &["message"], inside: RERUNS, text: true },
    Rule { name: "flakyError", must: &["type"], may: &["message"], inside: RERUNS, text: true },
    Rule { name: "stackTrace", must: &[], may: &[], inside: &[], text: true },
    Rule { name: "system-out", must: &[], may: &[], inside: &[], text: true },
    Rule { name: "system-err", must: &[], may: &[], inside: &[], text: true },
];

/// What the schema does not allow.
fn violations(document: &Document<'_>) -> Vec<String> {
    let mut found = Vec::new();
    if !document.root_element().has_tag_name("testsuites") {
        found.push("the root is not testsuites".to_owned());
    }
    for node in document.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        let Some(rule) = RULES.iter().find(|rule| rule.name == name) else {
            found.push(format!("{name}: unknown"));
            continue;
        };
        for attribute in node.attributes() {
            if !rule.must.contains(&attribute.name()) && !rule.may.contains(&attribute.name()) {
                found.push(format!("{name}@{}: not allowed", attribute.name()));
            }
            if attribute.name() == "time" && !is_time(attribute.value()) {
                found.push(format!("{name}@time: {} is not a number", attribute.value()));
            }
        }
        found.extend(
            rule.must
                .iter()
                .filter(|must| !node.has_attribute(**must))
                .map(|must| format!("{name}@{must}: missing")),
        );
        for child in node.children() {
            if child.is_element() && !rule.inside.contains(&child.tag_name().name()) {
                found.push(format!("{} in {name}: not allowed", child.tag_name().name()));
            }
            if child.is_text() && !rule.text && !child.text().unwrap_or_default().trim().is_empty() {
                found.push(format!("text in {name}: not allowed"));
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// `SUREFIRE_TIME`, without separators of thousands.
fn is_time(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    !whole.is_empty() && [whole, fraction].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Tests of every kind of end: passed, failed, flaky, failed again, with warnings, not run.
fn files() -> tempfile::TempDir {
    let flaky = statuses(&[503, 200]);
    let text = format!(
        "tests:\n  - name: flaky\n    retry: {{ count: 2, interval: 1ms }}\n    http: {{ url: 'http://{flaky}/' }}\n    \
         assert: [ status is 200 ]\n  - name: again\n    retry: {{ count: 1, interval: 1ms }}\n    \
         tcp: {{ host: 127.0.0.1, port: 1 }}\n  - name: invalid\n    http: {{ url: 'http://{{{{ BASE }}}}:0/' }}\n"
    );
    folder(&[("a.yaml", UP_AND_DOWN), ("b.json", &UP_AND_DOWN.replace("up", "oben")), ("sub/c.yaml", &text)])
}

const BASE: [&str; 2] = ["--var", "BASE=127.0.0.1"];

#[test]
fn xunit_is_valid_by_the_schema_of_jenkins_and_junit_is_but_for_the_place_of_cases() {
    let folder = files();
    let run = |format: &str| {
        let arguments = ["run", ".", "--format", format, "-j", "1", "--shuffle", "3", BASE[0], BASE[1]];
        let answer = call(folder.path(), &arguments);
        assert_eq!(answer.status, 1, "{}", answer.stderr);
        answer.stdout
    };
    let xml = run("xunit");
    assert_eq!(violations(&Document::parse(&xml).unwrap()), Vec::<String>::new(), "{xml}");
    for word in [
        "<properties>",
        "shuffle_seed",
        "<failure ",
        "<flakyFailure ",
        "<rerunFailure ",
        " hostname=",
        " timestamp=",
    ] {
        assert!(xml.contains(word), "{word}: {xml}");
    }
    let xml = run("junit");
    let places = ["testcase@file: not allowed", "testcase@line: not allowed"];
    assert_eq!(violations(&Document::parse(&xml).unwrap()), places, "{xml}");
}

#[test]
fn the_check_itself_finds_what_the_schema_refuses() {
    let xml = "<testsuites><testsuite name='a' tests='1' failures='0' errors='0' disabled='0' time='1 s'>\
               <testcase name='b' assertions='3'>text<rerunFailure/><hint/></testcase></testsuite></testsuites>";
    assert_eq!(
        violations(&Document::parse(xml).unwrap()),
        [
            "hint in testcase: not allowed",
            "hint: unknown",
            "rerunFailure@type: missing",
            "testcase@assertions: not allowed",
            "testsuite@disabled: not allowed",
            "testsuite@time: 1 s is not a number",
            "text in testcase: not allowed",
        ]
    );
}

#[test]
fn cases_are_told_apart_and_linked_to_their_file() {
    let folder = files();
    let answer = call(folder.path(), &["run", ".", "--format", "junit", BASE[0], BASE[1]]);
    let document = Document::parse(&answer.stdout).unwrap();
    let cases: Vec<_> = document.descendants().filter(|node| node.has_tag_name("testcase")).collect();
    let told = |case: &Node<'_, '_>, name: &str| case.attribute(name).unwrap_or_default().to_owned();
    let keys: BTreeSet<_> = cases.iter().map(|case| (told(case, "classname"), told(case, "name"))).collect();
    assert_eq!(keys.len(), 7, "{keys:?}");
    let flaky = cases.iter().find(|case| case.attribute("name") == Some("flaky")).unwrap();
    let place = ["classname", "file", "line"].map(|name| told(flaky, name));
    assert_eq!(place, ["sub.c", "sub/c.yaml", "2"]);
    // A pass in the end is a pass: nothing but the flaky attempt is in it.
    let inside: Vec<_> =
        flaky.children().filter(Node::is_element).map(|node| node.tag_name().name()).collect();
    assert_eq!(inside, ["flakyFailure"]);
    let suites: Vec<_> = document.descendants().filter(|node| node.has_tag_name("testsuite")).collect();
    let counts = ["name", "tests", "failures", "errors", "skipped"];
    let shown: Vec<Vec<String>> =
        suites.iter().map(|suite| counts.map(|name| told(suite, name)).to_vec()).collect();
    assert_eq!(
        shown,
        [["a.yaml", "2", "1", "0", "0"], ["b.json", "2", "1", "0", "0"], ["sub/c.yaml", "3", "2", "0", "0"]]
    );
}

#[test]
fn a_failure_of_ours_is_an_error() {
    let target = super::silent();
    let port = target.local_addr().unwrap().port();
    let mut text = "defaults: { timeout: 1s }\ntests:\n".to_owned();
    for number in 0..40 {
        let _ =
            writeln!(text, "  - name: t{number}\n    tcp: {{ host: 127.0.0.1, port: {port}, expect: x }}");
    }
    let folder = folder(&[("a.yaml", &text)]);
    // So few file descriptors that most of the tests, which all begin at once, get none.
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "ulimit -n 20; exec \"$0\" run a.yaml -j 40 --format xunit"]).arg(binary());
    let answer: Answer = command.current_dir(folder.path()).output().unwrap().into();
    let document = Document::parse(&answer.stdout).unwrap();
    assert_eq!(violations(&document), Vec::<String>::new(), "{}", answer.stdout);
    let types = |name: &str| -> BTreeSet<&str> {
        document
            .descendants()
            .filter(|node| node.has_tag_name(name))
            .filter_map(|node| node.attribute("type"))
            .collect()
    };
    assert_eq!(types("error"), BTreeSet::from(["INTERNAL_ERROR.EMFILE"]), "{}", answer.stdout);
    assert_eq!(types("failure"), BTreeSet::from(["TIMEOUT.request"]), "{}", answer.stdout);
    let errors = document.root_element().attribute("errors").unwrap();
    assert_eq!(errors, answer.stdout.matches("<error ").count().to_string());
}
