//! Runs that are cut off: what is done is reported, and so is what is not.

use super::tap::read;
use super::{call, folder, lines, silent};
use faultfinder_tests::{Answer, command};
use roxmltree::Document;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::net::TcpListener;
use std::process::Stdio;

/// Four tests that pass at once, and eight whose target says nothing.
fn definitions(target: &TcpListener) -> String {
    let port = target.local_addr().unwrap().port();
    let mut text = "defaults: { timeout: 50s }\ntests:\n".to_owned();
    for number in 0..4 {
        let _ = writeln!(
            text,
            "  - name: t{number}\n    tcp: {{ host: 127.0.0.1, port: 1 }}\n    assert: [ connection is refused ]"
        );
    }
    for number in 4..12 {
        let _ = writeln!(text, "  - name: t{number}\n    http: {{ url: 'http://127.0.0.1:{port}/' }}");
    }
    text
}

/// A run that gets SIGINT when four tests are done and four others wait for their target.
fn interrupted(format: &str) -> Answer {
    let target = silent();
    let folder = folder(&[("s.yaml", &definitions(&target))]);
    let mut command = command(&["run", "s.yaml", "--format", format, "-j", "4"]);
    let child =
        command.current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The fifth test begins when one of the first four is done, and so on.
    let open: Vec<_> = (0..4).map(|_| target.accept().unwrap()).collect();
    kill_process(Pid::from_raw(child.id().cast_signed()).unwrap(), Signal::INT).unwrap();
    let answer: Answer = child.wait_with_output().unwrap().into();
    drop(open);
    assert_eq!(answer.status, 130, "{format}: {}", answer.stderr);
    assert!(answer.stderr.contains("interrupted: 4 of 12 tests were done"), "{format}: {}", answer.stderr);
    answer
}

fn not_run(report: &Value) -> Vec<&str> {
    report["not_run"].as_array().unwrap().iter().map(|test| test["name"].as_str().unwrap()).collect()
}

const LEFT: [&str; 8] = ["t4", "t5", "t6", "t7", "t8", "t9", "t10", "t11"];

#[test]
fn an_interrupted_report_says_so_and_what_was_not_run() {
    let report = interrupted("json").json();
    let summary = &report["summary"];
    assert_eq!(
        (&summary["planned"], &summary["total"], &summary["passed"], &summary["interrupted"]),
        (&json!(12), &json!(4), &json!(4), &json!(true))
    );
    assert_eq!(not_run(&report), LEFT);
    assert_eq!(
        report["not_run"][0],
        json!({
            "name": "t4", "id": report["not_run"][0]["id"], "file": "s.yaml", "line": 15, "tags": [], "type": "http",
            "reason": "interrupted"
        })
    );
    let answer = interrupted("jsonl");
    let lines = lines(&answer.stdout);
    assert_eq!(lines.len(), 5, "{}", answer.stdout);
    assert_eq!((&lines[4]["summary"]["interrupted"], not_run(&lines[4]).len()), (&json!(true), 8));
}

#[test]
fn an_interrupted_run_leaves_skipped_cases_and_bails_out() {
    for format in ["junit", "xunit"] {
        let xml = interrupted(format).stdout;
        let document = Document::parse(&xml).unwrap();
        let skipped: Vec<_> = document.descendants().filter(|node| node.has_tag_name("skipped")).collect();
        assert_eq!(skipped.len(), 8, "{xml}");
        assert_eq!(skipped[0].attribute("message"), Some("not run: the run was interrupted"));
        let suite = document.descendants().find(|node| node.has_tag_name("testsuite")).unwrap();
        assert_eq!((suite.attribute("tests"), suite.attribute("skipped")), (Some("12"), Some("8")));
    }
    let stream = read(&interrupted("tap").stdout);
    assert_eq!((stream.planned, stream.points.len()), (12, 4));
    assert_eq!(stream.bail_out.as_deref(), Some("interrupted: 4 of 12 tests were done"));
}

#[test]
fn people_see_that_a_run_was_interrupted() {
    let text = interrupted("pretty").stdout;
    assert!(text.contains("12 tests: 4 passed, 8 not run (interrupted), in "), "{text}");
    let page = interrupted("html").stdout;
    for word in ["4 of 12 tests were done", "Not run (8)", "8 of 12 tests did not run"] {
        assert!(page.contains(word), "{word}: {page}");
    }
}

#[test]
fn fail_fast_ends_what_is_under_way_and_reports_it_as_not_run() {
    let target = silent();
    let failing = "  - name: down\n    tcp: { host: 127.0.0.1, port: 1 }\n";
    let text = definitions(&target) + failing;
    let folder = folder(&[("s.yaml", &text)]);
    // Thirteen at once: it fails while eight wait for a target that never answers.
    let run =
        |format: &str| call(folder.path(), &["run", "s.yaml", "--fail-fast", "-j", "13", "--format", format]);
    let answer = run("json");
    let report = answer.json();
    assert_eq!(answer.status, 1, "{}", answer.stderr);
    let summary = &report["summary"];
    assert_eq!(
        (&summary["failed"], &summary["planned"], &summary["interrupted"]),
        (&json!(1), &json!(13), &json!(false))
    );
    let total = summary["total"].as_u64().unwrap();
    // Tests that ended at the same time are done.
    assert!((1..=5).contains(&total), "{summary}");
    assert!(LEFT.iter().all(|name| not_run(&report).contains(name)), "{report:#}");
    assert_eq!(report["not_run"][0]["reason"], "fail_fast");
    assert!(
        answer.stderr.contains(&format!("ended by --fail-fast: {total} of 13 tests were done")),
        "{}",
        answer.stderr
    );
    let stream = read(&run("tap").stdout);
    assert_eq!((stream.planned, stream.points.len(), &stream.bail_out), (13, 13, &None));
    let skipped: Vec<_> = stream.points.iter().filter(|point| point.skip.is_some()).collect();
    assert!(skipped.len() >= 8 && skipped.iter().all(|point| point.ok), "{stream:?}");
    let numbers: Vec<usize> = stream.points.iter().map(|point| point.number).collect();
    assert_eq!(numbers, (1..=13).collect::<Vec<_>>());
    let xml = run("xunit").stdout;
    assert!(xml.matches("<skipped message=\"not run: --fail-fast ended").count() >= 8, "{xml}");
}

#[test]
fn fail_fast_changes_nothing_while_all_pass_or_the_last_one_fails() {
    let text = super::UP_AND_DOWN;
    let folder = folder(&[("a.yaml", text)]);
    let answer = call(folder.path(), &["run", "a.yaml", "--fail-fast", "-j", "1", "--format", "json"]);
    assert_eq!((answer.status, &answer.json()["summary"]["total"]), (1, &json!(2)));
    assert_eq!(answer.json()["not_run"], json!([]));
    let answer = call(folder.path(), &["run", "a.yaml", "--fail-fast", "--only", "up"]);
    assert_eq!(answer.status, 0, "{}", answer.stdout);
}
