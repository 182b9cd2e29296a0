//! Annotations for GitHub Actions.

use super::{UP_AND_DOWN, call, call_with, folder, lines};
use std::fmt::Write as _;

const ACTIONS: (&str, &str) = ("GITHUB_ACTIONS", "true");

/// The workflow commands in a text.
fn commands(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.starts_with("::error") || line.starts_with("::warning")).collect()
}

#[test]
fn a_test_that_fails_marks_its_line_where_the_format_leaves_room() {
    let text = UP_AND_DOWN.replace("name: down", "name: 'down, 100%: why?'");
    let folder = folder(&[("a.yaml", &text)]);
    let expected = "::error file=a.yaml,line=6,title=down%2C 100%25%3A why?::CONNREFUSED (ECONNREFUSED) during connect: cannot connect to 127.0.0.1:1";
    let run = |more: &[&str]| {
        let arguments = [&["run", "a.yaml"][..], more].concat();
        let answer = call_with(folder.path(), &arguments, &[ACTIONS]);
        assert_eq!(answer.status, 1, "{}", answer.stderr);
        answer
    };
    // Results for people are on standard output, and so are the commands, after them.
    let pretty = run(&[]);
    let found = commands(&pretty.stdout);
    assert!(found.len() == 1 && found[0].starts_with(expected), "{}", pretty.stdout);
    assert_eq!(commands(&pretty.stderr), Vec::<&str>::new());
    // Formats for programs are left alone.
    for format in ["json", "jsonl", "junit", "xunit", "tap", "html", "datadog"] {
        let answer = run(&["--format", format]);
        assert_eq!(commands(&answer.stdout), Vec::<&str>::new(), "{format}");
        assert!(
            commands(&answer.stderr).iter().any(|line| line.starts_with(expected)),
            "{format}: {}",
            answer.stderr
        );
    }
    assert_eq!(lines(&run(&["--format", "jsonl"]).stdout).len(), 2);
    // And standard output is free when the report is in a file.
    let in_file = run(&["--format", "junit", "-o", "report.xml"]);
    assert!(commands(&in_file.stdout).iter().any(|line| line.starts_with(expected)), "{}", in_file.stdout);
}

#[test]
fn elsewhere_there_are_none() {
    let folder = folder(&[("a.yaml", UP_AND_DOWN)]);
    for environment in [&[][..], &[("GITHUB_ACTIONS", "false")], &[("CI", "true")]] {
        let answer = call_with(folder.path(), &["run", "a.yaml"], environment);
        assert!(
            !answer.stdout.contains("::") && !answer.stderr.contains("::"),
            "{}{}",
            answer.stdout,
            answer.stderr
        );
    }
}

#[test]
fn files_are_named_from_the_top_of_the_repository() {
    let folder = folder(&[("ci/a.yaml", UP_AND_DOWN)]);
    let top = folder.path().to_string_lossy().into_owned();
    let answer =
        call_with(&folder.path().join("ci"), &["run", "."], &[ACTIONS, ("GITHUB_WORKSPACE", top.as_str())]);
    assert!(answer.stdout.contains("::error file=ci/a.yaml,line=6,"), "{}", answer.stdout);
}

#[test]
fn there_are_at_most_fifty_and_the_rest_is_counted() {
    let mut text = "tests:\n".to_owned();
    for number in 0..53 {
        let _ = writeln!(text, "  - name: t{number}\n    tcp: {{ host: 127.0.0.1, port: 1 }}");
    }
    let folder = folder(&[("a.yaml", &text)]);
    let answer = call_with(folder.path(), &["run", "a.yaml", "--format", "json", "-o", "r.json"], &[ACTIONS]);
    let found = commands(&answer.stdout);
    assert_eq!(found.len(), 51, "{}", answer.stdout);
    assert!(found[50].ends_with("::3 more tests did not pass: see the log"), "{}", found[50]);
}

#[test]
fn what_a_target_sends_cannot_command_the_runner() {
    let server = super::statuses(&[200]);
    let text = format!(
        "tests:\n  - name: web\n    http: {{ url: 'http://{server}/' }}\n    assert: [ 'header x is \"::error::x\"' ]\n"
    );
    let folder = folder(&[("a.yaml", &text)]);
    let answer = call_with(folder.path(), &["run", "a.yaml"], &[ACTIONS]);
    // The runner ignores commands from the first line on, until it reads a word that nobody can guess.
    let first = answer.stdout.lines().next().unwrap();
    let token = first.strip_prefix("::stop-commands::").unwrap_or_else(|| panic!("{}", answer.stdout));
    let end = format!("\n::{token}::\n");
    let (_, rest) = answer.stdout.split_once(&end).unwrap_or_else(|| panic!("{}", answer.stdout));
    assert_eq!(rest.lines().count(), 1, "only the annotation: {rest}");
    let other = call_with(folder.path(), &["run", "a.yaml"], &[ACTIONS]);
    assert!(!other.stdout.contains(token), "another word each time");
}

#[test]
fn mistakes_in_definitions_are_annotations_too() {
    let text = UP_AND_DOWN.replace("port: 1 }\n    assert", "prot: 1 }\n    assert");
    let folder = folder(&[("a.yaml", &text)]);
    for command in ["run", "validate"] {
        let answer = call_with(folder.path(), &[command, "."], &[ACTIONS]);
        assert_eq!(answer.status, 2);
        assert!(
            commands(&answer.stderr).iter().any(|line| line.starts_with("::error file=a.yaml,line=4,col=")),
            "{}",
            answer.stderr
        );
    }
    assert!(!call(folder.path(), &["run", "."]).stderr.contains("::error"));
}
