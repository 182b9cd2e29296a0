//! The published schema of results, and what is written.

use super::{UP_AND_DOWN, call, folder, lines, statuses};
use crate::lab_process::Lab;
use faultfinder_engine::Suite;
use faultfinder_spec::Source;
use faultfinder_tests::json_schema::{undescribed, violations};
use faultfinder_tests::{faultfinder, workspace};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn schema() -> Value {
    let answer = faultfinder(&["schema", "results"]);
    assert_eq!(answer.status, 0, "{}", answer.stderr);
    answer.json()
}

/// Nothing may disagree, and nothing may be there that the schema does not describe.
#[track_caller]
fn check(schema: &Value, instance: &Value) {
    assert_eq!(violations(schema, instance), Vec::<String>::new());
    assert_eq!(undescribed(schema, instance), Vec::<String>::new());
}

/// The definitions of one scenario of the lab for each protocol, code and detail, and those that pass. The lab serves until
/// its process is dropped.
fn exhibits() -> (Lab, Vec<Value>) {
    let lab = Lab::start();
    let mut seen = BTreeSet::new();
    let mut chosen = Vec::new();
    for exhibit in lab.scenarios() {
        let expect = &exhibit["expect"];
        let key = [&exhibit["protocol"], &expect["code"], &expect["detail"]["kind"]].map(Value::to_string);
        let definition = &exhibit["definition"];
        // Those that are refused when they are read have no result.
        let source = Source::new("exhibit", &json!({ "tests": [definition] }).to_string());
        if Suite::load(&[source], &[], |_| None).is_ok() && seen.insert(key) {
            chosen.push(definition.clone());
        }
    }
    (lab, chosen)
}

#[test]
fn reports_of_real_runs_agree_with_the_schema() {
    let schema = schema();
    let (lab, exhibits) = exhibits();
    assert!(exhibits.len() > 40, "{}", exhibits.len());
    let server = statuses(&[503, 503, 200]);
    let more = format!(
        "tests:\n  - name: flaky\n    tags: [ a ]\n    retry: {{ count: 1, interval: 1ms }}\n    http: {{ url: 'http://{server}/' }}\n    \
         assert: [ status is 200, 'header x exists', response_time < 1 ms ]\n  - name: every address\n    \
         tcp: {{ host: localhost, port: 1, address: all }}\n"
    );
    let folder = folder(&[
        ("lab.json", &json!({ "version": 1, "tests": exhibits }).to_string()),
        ("more.yaml", &more),
        ("some.yaml", UP_AND_DOWN),
    ]);
    let report = call(folder.path(), &["run", ".", "--format", "json", "-j", "64", "--shuffle", "5"]);
    drop(lab);
    let report = report.json();
    let results = report["results"].as_array().unwrap();
    assert_eq!(results.len(), exhibits.len() + 4);
    check(&schema, &report);
    // All kinds of results are among them.
    let has = |found: &dyn Fn(&Value) -> bool| results.iter().any(found);
    assert!(has(&|result| result["status"] == "passed") && has(&|result| result["status"] == "failed"));
    assert!(has(&|result| result["attempts"][0]["fault"].is_object()), "an earlier attempt");
    assert!(has(&|result| result["addresses"][0]["address"].is_string()), "several addresses");
    assert!(has(&|result| result["observed"]["tls"]["chain"][0].is_object()), "certificates");
    assert!(has(&|result| result["fault"]["detail"]["kind"] == "verify"), "an X.509 code");
}

#[test]
fn lines_probes_and_runs_that_were_cut_off_agree_too() {
    let schema = schema();
    let folder = folder(&[("a.yaml", UP_AND_DOWN)]);
    for line in lines(&call(folder.path(), &["run", "a.yaml", "--repeat", "2", "--format", "jsonl"]).stdout) {
        check(&schema, &line);
    }
    // The first one fails, and ends the run.
    let arguments = ["run", "a.yaml", "--fail-fast", "-j", "1", "--repeat", "3", "--format"];
    let run = |format: &str| call(folder.path(), &[&arguments[..], &[format]].concat());
    let report = run("json").json();
    assert_eq!(report["not_run"].as_array().unwrap().len(), 4, "{report:#}");
    check(&schema, &report);
    let lines = lines(&run("jsonl").stdout);
    assert_eq!(lines.len(), 3);
    lines.iter().for_each(|line| check(&schema, line));
    check(&schema, &faultfinder(&["probe", "tcp", "127.0.0.1:1", "--format", "json"]).json());
}

/// Reports that were written earlier, one result for each kind of detail and each protocol that passes: what a program read
/// then, it can read now.
#[test]
fn recorded_reports_agree_with_the_schema_of_today() {
    let schema = schema();
    let folder = workspace().join("tests/data/results");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let report: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(violations(&schema, &report), Vec::<String>::new(), "{}", path.display());
        count += report["results"].as_array().unwrap().len();
    }
    assert!(count >= 10, "{count} results");
}

#[test]
fn what_is_broken_is_refused() {
    let schema = schema();
    let folder = folder(&[("a.yaml", UP_AND_DOWN)]);
    let report = call(folder.path(), &["run", "a.yaml", "--format", "json"]).json();
    check(&schema, &report);
    for (pointer, value) in [
        ("/version", json!(2)),
        ("/summary/planned", json!(-1)),
        ("/summary/interrupted", json!("no")),
        ("/results", json!({})),
        ("/results/0/status", json!("ok")),
        ("/results/0/line", json!("2")),
        ("/results/0/type", json!("gopher")),
        ("/results/0/tags/0", json!(1)),
        ("/results/1/fault/code", json!("ECONNREFUSED")),
        ("/results/1/fault/phase", json!("tea")),
        ("/results/1/fault/detail/kind", json!("mood")),
        ("/results/1/timings/total", json!("1 ms")),
        ("/results/1/broke_in/after_ms", json!(null)),
        ("/results/0/assertions/0/passed", json!(null)),
        ("/not_run", json!(null)),
    ] {
        let mut broken = report.clone();
        *broken.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
        assert_ne!(violations(&schema, &broken), Vec::<String>::new(), "{pointer}");
    }
    // A field that is missing, and one that is new: the format may grow.
    let mut broken = report.clone();
    broken["results"][0].as_object_mut().unwrap().remove("file");
    assert_ne!(violations(&schema, &broken), Vec::<String>::new());
    let mut grown = report;
    grown["results"][0]["mood"] = json!("good");
    assert_eq!(violations(&schema, &grown), Vec::<String>::new());
    assert_ne!(undescribed(&schema, &grown), Vec::<String>::new());
}
