//! Limits that a user can meet: exactly N is accepted, N + 1 is refused with the message, code and place that are shown.
//!
//! A row has the constant itself, so that it cannot differ from the code. Where the constant is private, the row has the
//! number and names the constant.
//!
//! Limits with both sides in a test of their own crate, not repeated here:
//!
//! * `faultfinder-engine`, `a_retry_waits_as_long_as_the_target_asks_within_a_bound`: 60 s of Retry-After.
//! * `faultfinder-grpc`, `message.rs`: 5 MB of JSON.
//! * `faultfinder-net`, `a_list_has_as_many_networks_as_it_may_and_not_one_more`: 1,024 denied networks;
//!   `limits_hold_and_nothing_below_them_is_refused`: 4 KiB in the line of a chunk;
//!   `cnames_are_followed_to_a_limit_and_never_in_circles`: 16 CNAMEs.
//! * `faultfinder-service`, `intervals_beyond_the_limits_are_taken_for_the_limits`.
//! * `faultfinder-udp`, `tests/probe.rs`: a datagram of 65,507 bytes that arrives, and one more.
//! * `faultfinder-ws`, `a_message_may_have_as_many_bytes_as_the_limit_and_not_one_more`: 51,200 bytes;
//!   `messages_have_a_limit_in_number`: 100.
//! * `faultfinder-x509`, `verify/policies/tests.rs`: 1,000 nodes of a policy tree; `extensions/access.rs`: 2 KiB of a URL.

mod answers; // what targets send
mod definitions; // what is decided when a definition is read
mod peer; // a server with prepared responses
mod requests; // the same, of the requests in it
mod row; // a limit of definitions

use faultfinder_spec::DIAGNOSTICS_MAX;
use faultfinder_tests::command;
use row::Row;
use std::collections::BTreeMap;

/// All limits of definitions.
fn rows() -> Vec<Row> {
    definitions::rows().into_iter().chain(requests::rows()).collect()
}

/// What is reported of a file: line, column, path and message.
type Reported = (u64, u64, String, String);

/// Writes each row with `more` than its limit, and validates all files at once.
fn validated(rows: &[Row], more: usize) -> (Vec<Reported>, BTreeMap<usize, Vec<Reported>>) {
    let folder = tempfile::tempdir().unwrap();
    requests::write_files(folder.path());
    let name = |index: usize| format!("{index:03}.yaml");
    let mut expected = Vec::new();
    let mut names = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let much = row.most + more;
        let (line, column) = row.write(&folder.path().join(name(index)), much);
        expected.push((line, column, row.path.to_owned(), (row.message)(much)));
        names.push(name(index));
    }
    let mut validate = command(&["validate", "--format", "json"]);
    let answer: faultfinder_tests::Answer =
        validate.args(&names).current_dir(folder.path()).output().unwrap().into();
    let report = answer.json();
    assert_eq!(report["files"], rows.len(), "{}", answer.stderr);
    assert_eq!(answer.status, if more == 0 { 0 } else { 2 }, "{}", answer.stdout);
    let mut found: BTreeMap<usize, Vec<Reported>> = BTreeMap::new();
    for one in report["diagnostics"].as_array().unwrap() {
        let source = one["source"].as_str().unwrap();
        let index = names.iter().position(|name| source == name).unwrap_or_else(|| panic!("{source}"));
        let text = |field: &str| one[field].as_str().unwrap_or_default().to_owned();
        let number = |field: &str| one[field].as_u64().unwrap();
        // A variable that nothing uses is worth a warning, and no more.
        if one["severity"] == "warning" {
            continue;
        }
        let reported = (number("line"), number("column"), text("path"), text("message"));
        found.entry(index).or_default().push(reported);
    }
    (expected, found)
}

#[test]
fn a_definition_may_use_each_limit_to_the_full() {
    let rows = rows();
    let (_, found) = validated(&rows, 0);
    let wrong: Vec<_> = found.iter().map(|(index, reported)| (rows[*index].what, reported)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(rows.len() > 50, "only {} rows", rows.len());
}

#[test]
fn a_definition_with_one_more_is_refused_at_its_place() {
    let rows = rows();
    let (expected, mut found) = validated(&rows, 1);
    let mut wrong = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let reported = found.remove(&index).unwrap_or_default();
        if reported != [expected[index].clone()] {
            wrong.push(format!("{}: expected {:?}\n  found {reported:?}", row.what, expected[index]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What `validate` says of a file with this many mistakes.
fn mistakes(much: usize) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mistakes.yaml");
    let unknown: String = (0..much).map(|index| format!("x{index}: y\n")).collect();
    std::fs::write(&path, format!("name: a\nicmp: {{host: a.test}}\n{unknown}")).unwrap();
    let output = command(&["validate", "--format", "json"]).arg(&path).output().unwrap();
    let report = faultfinder_tests::Answer::from(output).json();
    let messages = report["diagnostics"].as_array().unwrap().iter();
    messages.map(|one| one["message"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn as_many_mistakes_as_allowed_are_listed_and_one_more_is_counted() {
    let last = |much| mistakes(much).last().cloned().unwrap();
    assert_eq!(mistakes(DIAGNOSTICS_MAX).len(), DIAGNOSTICS_MAX);
    assert_eq!(last(DIAGNOSTICS_MAX), format!("unknown field `x{}` of a test", DIAGNOSTICS_MAX - 1));
    assert_eq!(mistakes(DIAGNOSTICS_MAX + 1).len(), DIAGNOSTICS_MAX + 1);
    let more = format!("more than {DIAGNOSTICS_MAX} mistakes; the rest of the file was not read");
    assert_eq!(last(DIAGNOSTICS_MAX + 1), more);
}

#[test]
fn as_many_tests_as_allowed_run_at_once() {
    // `faultfinder`, `command/run.rs`: `CONCURRENCY_MAX`. A test of port 1 fails wherever it runs.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.yaml");
    std::fs::write(&path, "name: a\ntcp: {host: 127.0.0.1, port: 1}\n").unwrap();
    let run = |count: &str| {
        let output = command(&["run", "--concurrency", count]).arg(&path).output().unwrap();
        faultfinder_tests::Answer::from(output)
    };
    assert_eq!(run("10000").status, 1);
    let refused = run("10001");
    assert_eq!((refused.status, refused.stdout.as_str()), (2, ""));
    assert!(refused.stderr.contains("must be a number from 1 to 10000"), "{}", refused.stderr);
}

#[test]
fn folders_are_read_as_deep_as_allowed() {
    // `faultfinder-engine`, `files.rs`: `DEPTH_MAX`.
    for (depth, status, why) in [(32, 0, "valid: 1 test"), (33, 2, "is more than 32 folders deep")] {
        let folder = tempfile::tempdir().unwrap();
        let deepest = (0..depth).fold(folder.path().to_owned(), |path, _| path.join("d"));
        std::fs::create_dir_all(&deepest).unwrap();
        std::fs::write(deepest.join("test.yaml"), "name: a\nicmp: {host: a.test}\n").unwrap();
        let output = command(&["validate"]).arg(folder.path()).output().unwrap();
        let answer = faultfinder_tests::Answer::from(output);
        assert_eq!(answer.status, status, "{depth}: {}{}", answer.stdout, answer.stderr);
        let told = format!("{}{}", answer.stdout, answer.stderr);
        assert!(told.contains(why), "{depth}: {told}");
    }
}
