//! The published schema of definitions: what editors say of a line is what the reader says of it.

use crate::lab_process::Lab;
use faultfinder_assert::{Assertion, Observation, evaluate, parse};
use faultfinder_engine::Suite;
use faultfinder_spec::{Action, AssertionSource, Content, Exchange, Source};
use faultfinder_tests::{faultfinder, workspace};
use serde_json::{Value, json};
use std::collections::HashSet;

/// A schema that is ready to be asked, by the implementation that tests use for bodies.
struct Schema(Assertion);

impl Schema {
    fn new(schema: &Value) -> Self {
        let mut assertion = parse("body matches schema schema.json").unwrap();
        assertion.load_files(&mut |_| Ok(schema.to_string())).unwrap();
        Self(assertion)
    }

    /// Why a value does not fit.
    fn objection(&self, value: &Value) -> Option<String> {
        let body = value.to_string();
        let mut seen = Observation::new();
        seen.body = Some(body.as_bytes());
        let outcome = evaluate(&self.0, &seen);
        (!outcome.passed).then_some(outcome.message)
    }
}

fn whole() -> Value {
    let answer = faultfinder(&["schema"]);
    assert_eq!(answer.status, 0, "{}", answer.stderr);
    answer.json()
}

fn lines() -> Schema {
    Schema::new(&whole()["$defs"]["assertion line"])
}

#[test]
fn every_definition_of_the_lab_that_can_be_read_is_valid_by_the_schema() {
    let schema = Schema::new(&whole());
    let lab = Lab::start();
    let mut seen = HashSet::new();
    for row in lab.scenarios() {
        let file = json!({ "version": 1, "tests": [row["definition"]] });
        let source = Source::new("scenario", &file.to_string());
        // Those that differ in values alone are the same for a schema.
        let is_new = seen.insert((names(&row["definition"]), row["definition"]["assert"].to_string()));
        if is_new && Suite::load(&[source], &[], |_| None).is_ok() {
            assert_eq!(schema.objection(&file), None, "{file:#}");
        }
    }
    assert!(seen.len() > 300, "{}", seen.len());
}

/// The names of all fields, with those inside.
fn names(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            fields.iter().map(|(name, inner)| format!("{name}{{{}}}", names(inner))).collect()
        }
        Value::Array(items) => items.iter().map(names).collect(),
        _ => String::new(),
    }
}

fn asked(action: &Action) -> Option<&Exchange> {
    match action {
        Action::Exchange(exchange) => Some(exchange),
        Action::Wait(_) | Action::Run(_) => None,
    }
}

/// The lines of all assertions of a definition file.
fn lines_of(name: &str, text: &str) -> Vec<String> {
    let parsed = faultfinder_spec::parse(&Source::new(name, text));
    let Some(document) = parsed.document else { return Vec::new() };
    let mut found = Vec::new();
    for test in &document.tests {
        let exchanges: Vec<&Exchange> = match &test.content {
            Content::Exchange(exchange) => vec![exchange],
            Content::Steps(steps) => steps.steps.iter().filter_map(|step| asked(&step.action)).collect(),
            Content::Heartbeat(_) => Vec::new(),
        };
        for source in exchanges.into_iter().flat_map(|exchange| &exchange.assertions) {
            if let AssertionSource::Line(text) = source {
                found.push(text.as_written().to_owned());
            }
        }
    }
    found
}

#[test]
fn every_line_of_the_examples_and_the_documentation_is_one_by_the_schema() {
    let schema = lines();
    let mut checked = 0;
    for folder in ["examples", "docs", "docs/protocols", "docs/formats"] {
        for entry in std::fs::read_dir(workspace().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            let blocks: Vec<&str> = match path.extension().and_then(|end| end.to_str()) {
                Some("yaml") => vec![&text],
                Some("md") => {
                    text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
                }
                _ => continue,
            };
            for block in blocks {
                // A part of a test is made a whole one.
                let part = format!("name: x\nhttp: {{ url: x }}\n{block}");
                for line in [block, &part].iter().flat_map(|text| lines_of("block", text)) {
                    checked += 1;
                    assert_eq!(schema.objection(&json!(line)), None, "{}: {line}", path.display());
                }
            }
        }
    }
    assert!(checked > 100, "{checked}");
}

#[test]
fn what_the_reader_refuses_for_its_words_the_schema_refuses() {
    let schema = lines();
    for line in [
        "",
        "status",
        "stauts is 200",
        "status 200",
        "status == 200",
        "status equals 200",
        "status contains 20",
        "status is",
        "header is x",
        "header content-type",
        "header content type is json",
        "header content-type: is json",
        "body is",
        "body matches",
        "body size contains 5",
        "some body is x",
        "every status is 200",
        "response_time is 5 ms",
        "response_time matches 5",
        "response_time",
        "config_time < 1 s",
        "certificate is x",
        "certificate expires < 5 days",
        "certificate expires_in is 5 days",
        "chain expires_in",
        "chain count > 1",
        "cookie secure",
        "cookie session secure contains t",
        "cookie session max_age matches 5",
        "jsonpath",
        "jsonpath $.a",
        "jsonpath $.a equals 5",
        "xpath //a",
        "tls_version contains 1.2",
        "alpn < 5",
        "dnssec matches secure",
        "rcode > 3",
        "MX is x",
        "mail record equals x",
        "latency < 5 ms",
        "latency median < 5 ms",
        "packet_loss contains 5",
        "redirect 1 is 301",
        "redirect one status is 301",
        "grpc_status < 5",
        "health contains SERV",
        "close_code contains 1",
        "warn status is 200",
        "statusCode is 200",
        "json $.a is 5",
        "isInMoreThan 5",
    ] {
        assert!(parse(line).is_err(), "{line} is an assertion");
        assert!(schema.objection(&json!(line)).is_some(), "{line} is one by the schema");
    }
    for line in ["header {{ NAME }} is x", "any: status is 200 or status is 304", "not warn: status is 200"] {
        assert_eq!(schema.objection(&json!(line)).is_none(), !line.starts_with("not"), "{line}");
    }
}

#[test]
fn the_docs_list_every_subject() {
    let docs = std::fs::read_to_string(workspace().join("docs/assertions.md")).unwrap();
    let generated = faultfinder_assert::subject_reference();
    assert!(
        docs.contains(generated.trim()),
        "docs/assertions.md has drifted; its table must be:\n\n{generated}"
    );
}
