//! Which tests run, how often, and in which order.

use super::{UP_AND_DOWN, call, folder, names};
use faultfinder_tests::Answer;
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt::Write as _;

fn run(more: &[&str]) -> Answer {
    let folder =
        folder(&[("a.yaml", UP_AND_DOWN), ("b.yaml", "name: third\ntcp: { host: 127.0.0.1, port: 1 }\n")]);
    let mut arguments = vec!["run", ".", "--format", "json"];
    arguments.extend(more);
    call(folder.path(), &arguments)
}

#[test]
fn tests_are_selected_by_name_and_by_tag() {
    for (more, expected) in [
        (&["--only", "ow"][..], &["down"][..]),
        (&["--only", "up", "--only", "third"], &["up", "third"]),
        (&["--tag", "smoke"], &["up"]),
        (&["--tag", "SMOKE"], &["up"]),
        (&["--tag", "team:*"], &["up"]),
        (&["--tag", "smoke", "--tag", "slow"], &["up", "down"]),
        (&["--exclude", "slow"], &["up", "third"]),
        (&["--exclude", "slow", "--exclude", "third"], &["up"]),
        (&["--exclude", "*ir*"], &["up", "down"]),
        (&["--tag", "*", "--exclude", "team:shop"], &["down"]),
        (&["--only", "down", "--tag", "slow"], &["down"]),
    ] {
        assert_eq!(names(&run(more)), expected, "{more:?}");
    }
}

#[test]
fn a_selection_that_leaves_nothing_is_an_error_that_says_what_there_is() {
    for (more, words) in [
        (
            &["--tag", "smok"][..],
            &["--tag: no test has the tag `smok`", "did you mean `smoke`?", "slow, smoke, team:shop"][..],
        ),
        (&["--only", "uup"], &["--only: no test's name matches `uup`", "up, down, third"]),
        (
            &["--tag", "smoke", "--exclude", "team:shop"],
            &["none of the 3 tests are left after --tag and --exclude", "slow, smoke"],
        ),
        (&["--only", "third", "--tag", "smoke"], &["none of the 3 tests are left after --only and --tag"]),
    ] {
        let answer = run(more);
        assert_eq!((answer.status, answer.stdout.as_str()), (2, ""), "{more:?}");
        for word in words {
            assert!(answer.stderr.contains(word), "{word}: {}", answer.stderr);
        }
    }
    let folder = folder(&[("b.yaml", "name: third\ntcp: { host: 127.0.0.1, port: 1 }\n")]);
    let answer = call(folder.path(), &["run", ".", "--tag", "smoke"]);
    assert!(answer.status == 2 && answer.stderr.contains("no test has a tag"), "{}", answer.stderr);
}

#[test]
fn a_word_that_selects_nothing_is_a_warning_while_others_do() {
    let answer = run(&["--tag", "smoke", "--tag", "slwo", "--exclude", "thrid", "--exclude", "ird"]);
    assert_eq!(names(&answer), ["up"]);
    for word in [
        "warning: --tag: no test has the tag `slwo`",
        "did you mean `slow`?",
        "warning: --exclude: no test has the tag or the name `thrid`",
        "did you mean `third`?",
        "`*ird*` leaves out names with it, such as `third`",
    ] {
        assert!(answer.stderr.contains(word), "{word}: {}", answer.stderr);
    }
}

/// Ten tests, and the order in which they end when one runs at a time.
fn order(more: &[&str]) -> (Vec<String>, String) {
    let mut text = "tests:\n".to_owned();
    for number in 0..10 {
        let _ = writeln!(text, "  - name: t{number}\n    tcp: {{ host: 127.0.0.1, port: 1 }}");
    }
    let folder = folder(&[("a.yaml", &text)]);
    let mut arguments = vec!["run", "a.yaml", "--format", "jsonl", "-j", "1"];
    arguments.extend(more);
    let answer = call(folder.path(), &arguments);
    let name = |line: serde_json::Value| {
        let run = line["repetition"].as_u64().map(|run| format!("#{run}")).unwrap_or_default();
        format!("{}{run}", line["name"].as_str().unwrap())
    };
    (super::lines(&answer.stdout).into_iter().map(name).collect(), answer.stderr)
}

#[test]
fn a_seed_is_an_order_that_can_be_had_again() {
    let (first, told) = order(&["--shuffle", "42"]);
    assert!(told.contains("--shuffle 42"), "{told}");
    assert_eq!(order(&["--shuffle", "42"]).0, first);
    assert_ne!(order(&["--shuffle", "43"]).0, first);
    assert_ne!(order(&[]).0, first);
    let all: BTreeSet<&String> = first.iter().collect();
    assert_eq!(all.len(), 10);
    // One that is drawn is shown, so that it can be had again.
    let (drawn, told) = order(&["--shuffle", "random"]);
    let seed = told.split("--shuffle ").nth(1).unwrap().lines().next().unwrap();
    assert_eq!(order(&["--shuffle", seed]).0, drawn);
    // The report is in the order of the definitions all the same, and has the seed.
    let report = run(&["--shuffle", "1"]);
    assert_eq!(names(&report), ["up", "down", "third"]);
    assert_eq!(report.json()["summary"]["shuffle_seed"], 1);
    assert_eq!(run(&["--shuffle", "yes"]).status, 2);
}

#[test]
fn each_test_runs_as_often_as_asked_and_its_runs_are_told_apart() {
    let (rounds, _) = order(&["--repeat", "2"]);
    assert_eq!(rounds[..3], ["t0#1", "t1#1", "t2#1"]);
    assert_eq!(rounds[9..12], ["t9#1", "t0#2", "t1#2"]);
    let report = run(&["--repeat", "3"]).json();
    assert_eq!((&report["summary"]["planned"], &report["summary"]["passed"]), (&json!(9), &json!(3)));
    let told: Vec<_> = report["results"]
        .as_array()
        .unwrap()
        .iter()
        .take(4)
        .map(|result| (&result["name"], &result["repetition"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!("up"), &json!(1)),
            (&json!("up"), &json!(2)),
            (&json!("up"), &json!(3)),
            (&json!("down"), &json!(1))
        ]
    );
    assert_eq!(run(&[]).json()["results"][0].get("repetition"), None);
    let folder = folder(&[("a.yaml", UP_AND_DOWN)]);
    for (format, word) in [
        ("junit", "testcase name=\"up (run 2)\""),
        ("tap", " - up (run 2)\n"),
        ("pretty", "✓ up (run 2)"),
        ("html", "up (run 2)"),
    ] {
        let answer = call(folder.path(), &["run", "a.yaml", "--repeat", "2", "--format", format]);
        assert!(answer.stdout.contains(word), "{format}: {}", answer.stdout);
    }
    for wrong in ["0", "1001", "x"] {
        let answer = run(&["--repeat", wrong]);
        assert!(
            answer.status == 2 && answer.stderr.contains("must be a number from 1 to 1000"),
            "{}",
            answer.stderr
        );
    }
}

#[test]
fn more_runs_than_fit_are_refused_before_any_begins() {
    let mut text = "[".to_owned();
    for number in 0..1_001 {
        let comma = if number > 0 { "," } else { "" };
        let _ = write!(
            text,
            "{comma}{{\"name\": \"t{number}\", \"tcp\": {{\"host\": \"127.0.0.1\", \"port\": 1}}}}"
        );
    }
    text.push(']');
    let folder = folder(&[("a.json", &text)]);
    let answer = call(folder.path(), &["run", "a.json", "--repeat", "1000"]);
    assert_eq!((answer.status, answer.stdout.as_str()), (2, ""));
    assert!(
        answer.stderr.contains("1001 tests, 1000 times each, are 1001000 runs; the maximum is 1000000"),
        "{}",
        answer.stderr
    );
}
