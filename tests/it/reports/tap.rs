//! TAP 14: what a reader of the protocol makes of it.

use super::{UP_AND_DOWN, call, folder};

/// A test point.
#[derive(Debug, PartialEq)]
pub(super) struct Point {
    pub(super) ok: bool,
    pub(super) number: usize,
    pub(super) description: String,
    pub(super) skip: Option<String>,
    /// The lines of its block of YAML.
    pub(super) yaml: Vec<String>,
}

/// A stream, read by the grammar.
#[derive(Debug, PartialEq)]
pub(super) struct Stream {
    pub(super) planned: usize,
    pub(super) points: Vec<Point>,
    pub(super) bail_out: Option<String>,
}

pub(super) fn read(text: &str) -> Stream {
    let mut lines = text.lines().peekable();
    assert_eq!(lines.next(), Some("TAP version 14"), "{text}");
    let planned = lines.next().and_then(|plan| plan.strip_prefix("1..")).unwrap().parse().unwrap();
    let mut stream = Stream { planned, points: Vec::new(), bail_out: None };
    while let Some(line) = lines.next() {
        if let Some(reason) = line.strip_prefix("Bail out! ") {
            stream.bail_out = Some(reason.to_owned());
            assert_eq!(lines.next(), None, "nothing follows: {text}");
            break;
        }
        let (ok, rest) = match line.strip_prefix("not ok ") {
            Some(rest) => (false, rest),
            None => (true, line.strip_prefix("ok ").unwrap_or_else(|| panic!("{line}"))),
        };
        let (number, rest) = rest.split_once(" - ").unwrap();
        let (description, skip) = match rest.split_once(" # SKIP ") {
            Some((description, why)) => (description, Some(why.to_owned())),
            None => (rest, None),
        };
        let mut yaml = Vec::new();
        if lines.next_if_eq(&"  ---").is_some() {
            yaml = lines.by_ref().take_while(|line| *line != "  ...").map(str::to_owned).collect();
        }
        let description = description.to_owned();
        stream.points.push(Point { ok, number: number.parse().unwrap(), description, skip, yaml });
    }
    stream
}

#[test]
fn every_test_is_a_point_of_the_plan_with_its_diagnostics() {
    let text = UP_AND_DOWN.replace("name: down", "name: 'down # SKIP it'");
    let folder = folder(&[("a.yaml", &text)]);
    let answer = call(folder.path(), &["run", "a.yaml", "--format", "tap", "-j", "1"]);
    assert_eq!(answer.status, 1);
    let stream = read(&answer.stdout);
    assert_eq!((stream.planned, stream.points.len(), &stream.bail_out), (2, 2, &None));
    let [up, down] = &stream.points[..] else { panic!("{stream:?}") };
    assert_eq!((up.ok, up.number, up.description.as_str()), (true, 1, "up"));
    // The name does not become a directive.
    assert_eq!((down.ok, down.number, down.description.as_str()), (false, 2, "down \\# SKIP it"));
    assert_eq!(down.skip, None);
    for line in ["  code: \"CONNREFUSED\"", "  at: {\"file\":\"a.yaml\",\"line\":6}", "  severity: \"fail\""]
    {
        assert!(down.yaml.iter().any(|found| found == line), "{line}: {:?}", down.yaml);
    }
    assert!(up.yaml.iter().any(|line| line.starts_with("  duration_ms: ")), "{:?}", up.yaml);
}

#[test]
fn prove_reads_it() {
    let Some(prove) = faultfinder_tests::peers::program("prove") else { return };
    let folder = folder(&[("a.yaml", UP_AND_DOWN)]);
    let _ = call(folder.path(), &["run", "a.yaml", "--format", "tap", "-j", "1", "-o", "all.tap"]);
    let _ = call(folder.path(), &["run", "a.yaml", "--format", "tap", "--only", "up", "-o", "good.tap"]);
    let prove = |file: &str| {
        let mut prove = std::process::Command::new(&prove);
        let output = prove.args(["--exec", "cat", file]).current_dir(folder.path()).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let told = prove("good.tap");
    assert!(told.contains("All 1 subtests passed") || told.contains("Result: PASS"), "{told}");
    // Releases that do not know version 14 say so, and read it as 13, which it is but for what is in comments there.
    let errors: Vec<&str> = told.lines().filter(|line| line.contains("Parse errors")).collect();
    assert!(errors.iter().all(|line| line.ends_with("about versions later than 13")), "{told}");
    let told = prove("all.tap");
    assert!(told.contains("Failed 1/2 subtests"), "{told}");
}
