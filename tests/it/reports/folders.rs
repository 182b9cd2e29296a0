//! What is left out of a folder, and what is not.

use super::{UP_AND_DOWN, call, folder, names};

/// Files of other tools, as they lie around in repositories.
const OTHERS: &[(&str, &str)] = &[
    ("package.json", "{\"name\": \"shop\", \"version\": \"1.0.0\", \"scripts\": {\"test\": \"jest\"}}\n"),
    ("tsconfig.json", "{ // strict\n  \"compilerOptions\": { \"strict\": true }, }\n"),
    ("compose.yaml", "services:\n  web: { image: nginx, ports: [ '80:80' ] }\n"),
    (
        "openapi.yaml",
        "openapi: 3.1.0\ninfo: { title: shop }\nservers: [ { url: 'http://a.test' } ]\npaths: {}\n",
    ),
    (
        "k8s/all.yml",
        "apiVersion: v1\nkind: Service\nmetadata: { name: a }\n---\nkind: Ingress\nspec:\n  rules:\n  - http:\n      paths: []\n",
    ),
    ("chart/templates/a.yaml", "kind: {{ .Values.kind }}\nspec: {{ toYaml .Values.spec | indent 2 }}\n"),
    ("empty.yaml", ""),
    ("node_modules/x/broken.json", "{"),
];

#[test]
fn files_without_tests_and_our_own_reports_are_left_out_with_a_word() {
    let folder = folder(&[&[("a.yaml", UP_AND_DOWN)][..], OTHERS].concat());
    // What we write ourselves: reports of `run`, of `validate`, and a schema.
    let first = call(folder.path(), &["run", "a.yaml", "--format", "json", "--output", "report.json"]);
    assert_eq!(first.status, 1, "{}", first.stderr);
    let checked = call(folder.path(), &["validate", "a.yaml", "--format", "json"]).stdout;
    std::fs::write(folder.path().join("check.json"), checked).unwrap();
    let datadog = call(folder.path(), &["run", "a.yaml", "--format", "datadog", "--output", "dd.json"]);
    assert_eq!(datadog.status, 1, "{}", datadog.stderr);
    let schema = call(folder.path(), &["schema"]).stdout;
    std::fs::write(folder.path().join("schema.json"), schema).unwrap();

    let answer = call(folder.path(), &["run", ".", "--format", "json"]);
    assert_eq!(
        (answer.status, names(&answer)),
        (1, vec!["up".to_owned(), "down".to_owned()]),
        "{}",
        answer.stderr
    );
    for file in ["report.json", "check.json"] {
        let line = format!("left out ./{file}: it is a report of Faultfinder");
        assert!(answer.stderr.contains(&line), "{line}: {}", answer.stderr);
    }
    // One line each, up to ten.
    assert_eq!(answer.stderr.matches("left out ./").count(), 10, "{}", answer.stderr);
    assert!(!answer.stderr.contains("node_modules"), "{}", answer.stderr);
    assert!(answer.stderr.contains("left out 1 more file\n"), "{}", answer.stderr);
    let valid = call(folder.path(), &["validate", "."]);
    assert_eq!(valid.status, 0, "{}{}", valid.stdout, valid.stderr);
    assert!(valid.stdout.contains("2 tests in 1 file"), "{}", valid.stdout);
}

#[test]
fn a_file_that_is_named_is_never_left_out() {
    let folder = folder(&[&[("a.yaml", UP_AND_DOWN)][..], OTHERS].concat());
    for (name, _) in &OTHERS[..6] {
        let answer = call(folder.path(), &["run", "a.yaml", name]);
        assert_eq!((answer.status, answer.stdout.as_str()), (2, ""), "{name}: {}", answer.stderr);
        assert!(
            answer.stderr.contains(name) && !answer.stderr.contains("left out"),
            "{name}: {}",
            answer.stderr
        );
    }
    // Also if a folder has it, too.
    let answer = call(folder.path(), &["run", ".", "./compose.yaml"]);
    assert!(answer.status == 2 && answer.stderr.contains("compose.yaml:1:1"), "{}", answer.stderr);
    let _ = call(folder.path(), &["run", "a.yaml", "--format", "json", "--output", "report.json"]);
    let answer = call(folder.path(), &["run", "report.json"]);
    assert!(
        answer.status == 2 && answer.stderr.contains("this is a report of Faultfinder"),
        "{}",
        answer.stderr
    );
}

#[test]
fn definitions_with_mistakes_stay_errors() {
    for text in [
        "tets:\n  - name: a\n    tcp: { host: 127.0.0.1, port: 1 }\n",
        "tests:\n  - name: a\n    tpc: { host: 127.0.0.1, port: 1 }\n",
        "name: a\nhtpp: { url: 'http://127.0.0.1:1/' }\n",
        "- name: a\n  tcp: { host: 127.0.0.1, prot: 1 }\n",
        "tests: [ {\n",
        "tests: []\n",
        "tests:\n\t- name: a\n",
    ] {
        let folder = folder(&[("a.yaml", UP_AND_DOWN), ("wrong.yaml", text), OTHERS[0]]);
        for command in ["run", "validate"] {
            let answer = call(folder.path(), &[command, "."]);
            assert_eq!(answer.status, 2, "{command}: {text}: {}", answer.stderr);
            let told = answer.stdout + &answer.stderr;
            assert!(told.contains("wrong.yaml:") && !told.contains("✗"), "{command}: {text}: {told}");
        }
    }
}

#[test]
fn a_report_that_is_too_long_for_a_definition_is_known_by_its_beginning() {
    let folder = folder(&[("a.yaml", UP_AND_DOWN)]);
    let report = call(folder.path(), &["run", "a.yaml", "--format", "json"]).stdout;
    // A report of many tests: beyond the limit of a definition file.
    let long = format!("\"results\": [{{ \"filler\": \"{}\" }},", "x".repeat(10_000_000));
    std::fs::write(folder.path().join("report.json"), report.replacen("\"results\": [", &long, 1)).unwrap();
    let answer = call(folder.path(), &["run", ".", "--format", "json"]);
    assert_eq!(names(&answer).len(), 2, "{}", answer.stderr);
    // What may be a definition is an error all the same.
    let long = format!("{UP_AND_DOWN}# {}\n", "x".repeat(10_000_000));
    std::fs::write(folder.path().join("long.yaml"), long).unwrap();
    let answer = call(folder.path(), &["run", "."]);
    assert!(answer.status == 2 && answer.stderr.contains("long.yaml:1:1"), "{}", answer.stderr);
}

#[test]
fn a_folder_in_which_nothing_holds_tests_is_an_error() {
    let folder = folder(&OTHERS[..4]);
    let answer = call(folder.path(), &["run", "."]);
    assert_eq!((answer.status, answer.stdout.as_str()), (2, ""));
    assert!(answer.stderr.contains("no file there holds tests"), "{}", answer.stderr);
    assert_eq!(answer.stderr.matches("left out ").count(), 4, "{}", answer.stderr);
    let answer = call(folder.path(), &["validate", "."]);
    assert_eq!((answer.status, answer.stdout.as_str()), (2, ""));
    assert!(answer.stderr.contains(".: no file there holds tests"), "{}", answer.stderr);
    assert_eq!(answer.stderr.matches("left out ").count(), 4, "{}", answer.stderr);
    // For programs, all of it is in the answer.
    let answer = call(folder.path(), &["validate", ".", "--format", "json"]);
    assert_eq!((answer.status, answer.stderr.as_str()), (2, ""));
    let json: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!((&json["valid"], &json["files"], &json["tests"]), (&false.into(), &0.into(), &0.into()));
    assert_eq!(json["left_out"].as_array().unwrap().len(), 4, "{json}");
    assert_eq!(json["left_out"][0]["why"], "it holds no tests");
    let diagnostics = json["diagnostics"].as_array().unwrap();
    assert_eq!(diagnostics.len(), 1, "{json}");
    assert_eq!((&diagnostics[0]["source"], &diagnostics[0]["severity"]), (&".".into(), &"error".into()));
    assert_eq!(diagnostics[0]["message"], "no file there holds tests");
}
