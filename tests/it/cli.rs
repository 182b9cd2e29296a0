//! The command line as people and scripts meet it: exit statuses, formats, messages.

use faultfinder_tests::{command, faultfinder, faultfinder_with_input};
use serde_json::Value;
use std::io::Read;
use std::process::Stdio;

/// A test of a port that nobody listens on: port 1 (tcpmux) is closed wherever tests run.
const REFUSED: &[u8] = br#"{"name": "nobody listens", "tcp": {"host": "127.0.0.1", "port": 1}}"#;

#[test]
fn a_wrong_option_is_bad_usage_and_says_what_was_meant() {
    let answer = faultfinder(&["run", "x.yaml", "--formt", "json"]);
    assert_eq!(answer.status, 2);
    assert!(answer.stderr.contains("--format"), "{}", answer.stderr);
    assert_eq!(answer.stdout, "");
}

#[test]
fn broken_definitions_are_told_all_at_once_and_nothing_runs() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_string_lossy().into_owned()
    };
    let typo = file("typo.yaml", b"tests:\n  - name: a\n    htpp: { url: 'http://a.test' }\n");
    let yaml = file("yaml.yaml", b"tests: [ {\n");
    let assertion = file(
        "assertion.yaml",
        b"tests:\n  - name: a\n    http: { url: 'http://a.test' }\n    assert: [ statsu is 200 ]\n",
    );
    let utf8 = file("utf8.yaml", b"tests: \xff\xfe\n");
    let variable = file("variable.yaml", b"tests:\n  - name: a\n    http: { url: '{{ BASE }}/' }\n");
    for (path, word) in [
        (&typo, "`http`"),
        (&yaml, "yaml.yaml"),
        (&assertion, "`status`"),
        (&utf8, "UTF-8"),
        (&variable, "BASE"),
    ] {
        let answer = faultfinder(&["run", path]);
        assert_eq!(answer.status, 2, "{path}: {}", answer.stderr);
        assert!(answer.stderr.contains(word), "{path}: {}", answer.stderr);
        assert_eq!(answer.stdout, "", "{path}");
    }
    let answer = faultfinder(&["run", &typo, &assertion, &variable]);
    for word in ["`http`", "`status`", "BASE", "nothing was run"] {
        assert!(answer.stderr.contains(word), "{word}: {}", answer.stderr);
    }
    let answer = faultfinder(&["validate", &typo, &assertion, "--format", "json"]);
    assert_eq!(answer.status, 2);
    assert_eq!(answer.json()["valid"], false);
    assert!(answer.json()["diagnostics"].as_array().unwrap().len() >= 2, "{}", answer.stdout);
}

#[test]
fn heartbeats_are_left_out_of_a_run_and_validated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs.yaml");
    let heartbeat =
        "tests:\n  - { name: backup, every: 1d, heartbeat: { key: 0123456789abcdef, grace: 1h } }\n";
    let path = path.to_string_lossy().into_owned();
    std::fs::write(&path, heartbeat).unwrap();
    let answer = faultfinder(&["validate", &path]);
    assert_eq!(answer.status, 0, "{}{}", answer.stdout, answer.stderr);
    let answer = faultfinder(&["run", &path]);
    assert!(answer.stderr.contains("1 heartbeat is left out: there is nothing to run"), "{}", answer.stderr);
    let refused = "  - { name: nobody listens, tcp: { host: 127.0.0.1, port: 1 } }\n";
    std::fs::write(&path, format!("{heartbeat}{refused}")).unwrap();
    let answer = faultfinder(&["run", &path, "--format", "json"]);
    assert_eq!(answer.status, 1, "{}", answer.stderr);
    assert_eq!(answer.json()["results"].as_array().unwrap().len(), 1, "{}", answer.stdout);
    // The key is not shown where it is wrong.
    std::fs::write(&path, heartbeat.replace("0123456789abcdef", "'{{ KEY }}'")).unwrap();
    let answer = faultfinder(&["validate", &path, "--var", "KEY=s3cret"]);
    assert!(!answer.stderr.contains("s3cret"), "{}", answer.stderr);
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_string_lossy().into_owned();
    let rows = [
        ("/nowhere/a.yaml", "there is no such file"),
        (folder.as_str(), "has no *.yaml, *.yml or *.json file"),
    ];
    for (path, message) in rows {
        let answer = faultfinder(&["run", path]);
        assert_eq!(answer.status, 2);
        assert!(answer.stderr.contains(&format!("{path}: {message}")), "{}", answer.stderr);
    }
}

#[test]
fn validate_reports_unreadable_files_in_the_format_that_was_asked_for() {
    let answer = faultfinder(&["validate", "/nowhere/a.yaml", "/nowhere/b.yaml", "--format", "json"]);
    assert_eq!((answer.status, answer.stderr.as_str()), (2, ""));
    let json = answer.json();
    assert_eq!((&json["valid"], &json["files"], &json["version"]), (&false.into(), &0.into(), &1.into()));
    for (diagnostic, path) in json["diagnostics"].as_array().unwrap().iter().zip(["a", "b"]) {
        assert_eq!(diagnostic["source"], format!("/nowhere/{path}.yaml"));
        assert_eq!(diagnostic["message"], "there is no such file");
        assert_eq!((&diagnostic["severity"], &diagnostic["line"]), (&"error".into(), &1.into()));
    }
}

#[test]
fn a_file_that_several_paths_lead_to_runs_once() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.yaml"), REFUSED).unwrap();
    let arguments = ["run", "--format", "json", ".", "a.yaml", "./a.yaml"];
    let answer: faultfinder_tests::Answer =
        command(&arguments).current_dir(folder.path()).output().unwrap().into();
    assert_eq!(answer.json()["summary"]["total"], 1, "{}", answer.stdout);
    assert_eq!(answer.stderr, "");
}

#[test]
fn options_that_mean_nothing_for_the_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_string_lossy().into_owned()
    };
    let native = at("a.yaml", REFUSED);
    let broken = at("b.yaml", b"tests: [ {");
    let datadog = at("d.json", br#"{"public_id": "a", "type": "api", "subtype": "tcp", "name": "a", "config": {"request": {"host": "127.0.0.1", "port": 1}, "assertions": []}}"#);
    for (words, message, help) in [
        (
            &["run", "--target", "a.test", &native][..],
            "error: --target is for",
            "add the file with the modules",
        ),
        (
            &["validate", "--module", "m", "--target", "x", &native],
            "error: --module is for",
            "leave out --module and --target",
        ),
        (&["run", "--material", "/tmp", &native], "error: --material is for", "leave out --material"),
        (
            &["import", "datadog", &datadog, "--target", "x"],
            "error: --target is for",
            "or leave out --target",
        ),
        (&["run", "--target", "a.test", &broken], "error: not valid YAML", "b.yaml:"),
    ] {
        let answer = faultfinder(words);
        assert_eq!(answer.status, 2, "{words:?}");
        assert!(
            answer.stderr.contains(message) && answer.stderr.contains(help),
            "{words:?}: {}",
            answer.stderr
        );
    }
    let answer = faultfinder(&["run", "--verbose", "--format", "tap", &native]);
    assert!(answer.stderr.starts_with("warning: --verbose changes nothing"), "{}", answer.stderr);
}

#[test]
fn exit_statuses_tell_passed_from_failed_from_invalid() {
    let failed = faultfinder_with_input(&["run", "-"], REFUSED);
    assert_eq!(failed.status, 1, "{}", failed.stderr);
    assert!(failed.stdout.contains("CONNREFUSED ECONNREFUSED during connect"), "{}", failed.stdout);
    let passed = faultfinder(&["probe", "tcp", "127.0.0.1:1", "--assert", "connection is refused"]);
    assert_eq!(passed.status, 0, "{}{}", passed.stdout, passed.stderr);
    assert_eq!(faultfinder(&["explain", "NXDOMAIN"]).status, 0);
    assert_eq!(faultfinder(&["explain", "NXDOMIAN"]).status, 2);
    assert_eq!(faultfinder(&["--version"]).status, 0);
}

#[test]
fn every_format_can_be_read_by_programs() {
    let run = |format: &str| faultfinder_with_input(&["run", "-", "--format", format], REFUSED);
    let json = run("json").json();
    assert_eq!((&json["version"], &json["summary"]["failed"]), (&Value::from(1), &Value::from(1)));
    assert_eq!(json["results"][0]["fault"]["code"], "CONNREFUSED");
    assert_eq!(json["results"][0]["fault"]["detail"]["name"], "ECONNREFUSED");
    let lines = run("jsonl").stdout;
    assert_eq!(lines.lines().count(), 1);
    assert_eq!(serde_json::from_str::<Value>(&lines).unwrap()["status"], "failed");
    let xml = run("junit").stdout;
    assert!(xml.starts_with("<?xml") && xml.contains("failures=\"1\""), "{xml}");
    assert!(!run("pretty").stdout.contains('\u{1b}'), "colors without a terminal");
}

#[test]
fn an_output_file_appears_whole_and_a_wrong_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json").to_string_lossy().into_owned();
    let run =
        |path: &str| faultfinder_with_input(&["run", "-", "--format", "json", "--output", path], REFUSED);
    assert_eq!(run(&path).status, 1);
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["version"], 1);
    let wrong = run("/nowhere/report.json");
    assert_eq!(wrong.status, 2);
    assert!(wrong.stderr.contains("/nowhere/report.json: cannot be written"), "{}", wrong.stderr);
}

#[test]
fn a_reader_that_goes_away_is_no_crash() {
    let mut child = command(&["explain", "--all", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut first = [0; 10];
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let answer = child.wait_with_output().unwrap();
    // What fits into the pipe may have been written before the reader went away.
    assert!(matches!(answer.status.code(), Some(0 | 141)), "{answer:?}");
    assert_eq!(answer.stderr, b"");
}

#[test]
fn a_probe_without_a_protocol_is_answered_with_the_command_that_was_meant() {
    let answer = faultfinder(&["probe", "https://a.test/"]);
    assert_eq!(answer.status, 2);
    assert!(answer.stderr.contains("faultfinder probe http https://a.test/"), "{}", answer.stderr);
}

#[test]
fn a_bad_option_of_a_probe_is_named_as_the_option() {
    let answer = faultfinder(&["probe", "http", "http://127.0.0.1:1", "--timeout", "5 parsecs"]);
    assert_eq!(answer.status, 2);
    assert!(answer.stderr.contains("--timeout: "), "{}", answer.stderr);
}

#[test]
fn secrets_of_the_command_line_are_not_shown() {
    let arguments =
        ["probe", "http", "http://127.0.0.1:1/", "--basic", "ada:lovelace-1815", "--format", "json"];
    let answer = faultfinder(&arguments);
    assert_eq!(answer.status, 1, "{}", answer.stderr);
    assert!(
        !answer.stdout.contains("lovelace-1815") && !answer.stderr.contains("lovelace-1815"),
        "{answer:?}"
    );
}

#[test]
fn a_batch_of_cases_is_answered_line_by_line() {
    let answer = faultfinder_with_input(&["verify", "--batch"], b"{\"id\":\"a\",\"leaf\":\"\"}\nnonsense\n");
    assert_eq!(answer.status, 0, "{}", answer.stderr);
    let lines: Vec<Value> = answer.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["id"], "a");
    assert!(lines.iter().all(|line| line["parse_error"].is_string()), "{lines:?}");
}

#[test]
fn the_schema_completions_and_man_pages_can_be_made() {
    assert_eq!(faultfinder(&["schema"]).json()["$schema"].as_str().map(str::is_empty), Some(false));
    for shell in ["bash", "zsh", "fish"] {
        assert!(faultfinder(&["generate", "completions", shell]).stdout.contains("faultfinder"), "{shell}");
    }
    assert!(faultfinder(&["generate", "man"]).stdout.contains(".TH faultfinder 1"));
}
