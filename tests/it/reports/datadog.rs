//! Datadog's field names: what is written has the names and types of its public schema for results.

use super::{UP_AND_DOWN, call, folder, statuses};
use serde_json::{Value, json};

/// The kinds of values.
#[derive(Debug, PartialEq, Clone, Copy)]
enum Kind {
    Text,
    Number,
    Bool,
    Object,
    List,
}

use Kind::{Bool, List, Number, Object, Text};

/// The fields of `SyntheticsAPITestResultFull` that are written, and their types.
const FULL: &[(&str, Kind)] = &[
    ("status", Number),
    ("check_time", Number),
    ("check_version", Number),
    ("probe_dc", Text),
    ("result_id", Text),
    ("check", Object),
    ("result", Object),
];

/// Those of `SyntheticsAPITestResultData`, and those that recorded results have beyond it.
const DATA: &[(&str, Kind)] = &[
    ("passed", Bool),
    ("eventType", Text),
    ("subtype", Text),
    ("timings", Object),
    ("failure", Object),
    ("error", Text),
    ("assertionResults", List),
    ("httpStatusCode", Number),
    ("responseSize", Number),
    ("responseBody", Text),
    ("resolvedIp", Text),
    ("dnsServer", Text),
    ("cert", Object),
    ("retries", Number),
];

#[track_caller]
fn check(object: &Value, fields: &[(&str, Kind)]) {
    for (name, value) in object.as_object().unwrap() {
        let kind = match value {
            Value::String(_) => Text,
            Value::Number(_) => Number,
            Value::Bool(_) => Bool,
            Value::Object(_) => Object,
            Value::Array(_) => List,
            Value::Null => panic!("{name} is null"),
        };
        let known = fields.iter().find(|(known, _)| known == name);
        assert_eq!(known.map(|(_, kind)| *kind), Some(kind), "{name}: {value}");
    }
}

#[test]
fn results_have_datadogs_names() {
    let server = statuses(&[503]);
    let web = format!(
        "tests:\n  - name: web\n    http: {{ url: 'http://{server}/' }}\n    assert: [ status is 200, response_time < 20 s, 'jsonpath $.a is 1' ]\n"
    );
    let folder = folder(&[("a.yaml", UP_AND_DOWN), ("web.yaml", &web)]);
    let answer = call(folder.path(), &["run", ".", "--format", "datadog"]);
    let report = answer.json();
    let results = report["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    for result in results {
        check(result, FULL);
        check(&result["result"], DATA);
        let timings = result["result"]["timings"].as_object().unwrap();
        let known = ["dns", "tcp", "ssl", "firstByte", "download", "redirect", "wait", "handshake", "total"];
        assert!(timings.keys().all(|name| known.contains(&name.as_str())), "{timings:?}");
        let id = result["result_id"].as_str().unwrap();
        assert!(id.starts_with(result["check"]["public_id"].as_str().unwrap()), "{id}");
    }
    let [up, down, web] = &results[..] else { panic!("{report}") };
    assert_eq!((&up["status"], &up["result"]["passed"]), (&json!(0), &json!(true)));
    assert_eq!(up["check"]["tags"], json!(["smoke", "team:shop"]));
    assert_eq!(up["result"]["assertionResults"][0]["type"], "connection");
    assert_eq!((&down["status"], &down["result"]["failure"]["code"]), (&json!(1), &json!("CONNREFUSED")));
    assert_eq!((&web["check"]["subtype"], &web["result"]["httpStatusCode"]), (&json!("http"), &json!(503)));
    let failed = web["result"]["failure"]["message"].as_str().unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(failed).unwrap(),
        json!([
            {"index": 0, "operator": "is", "type": "statusCode", "target": 200, "valid": false, "actual": 503},
            {"index": 2, "operator": "validatesJSONPath", "type": "body", "valid": false, "actual": null,
                "target": {"jsonPath": "$.a", "operator": "is", "targetValue": 1}},
        ])
    );
    let time = &web["result"]["assertionResults"][1];
    assert_eq!(
        (&time["type"], &time["expected"], time["actual"].is_number()),
        (&json!("responseTime"), &json!("20000"), true)
    );
}
