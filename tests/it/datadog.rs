//! Tests of Datadog, run as they are and as what `import` makes of them.

mod pairs; // every type of assertions with every operator, as tests and as steps
mod peers; // small servers on loopback
mod rows; // assertions that hold, and such that do not
mod real; // the definitions that others have

use faultfinder_tests::{command, faultfinder};
use peers::{Dns, Http};
use serde_json::{Value, json};
use std::process::Stdio;

/// Runs a file as it is and as it is imported, and demands that both end alike; yields the results.
#[track_caller]
fn run_both(tests: &Value, options: &[&str]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (original, imported) = (path("original.json"), path("imported.yaml"));
    std::fs::write(&original, tests.to_string()).unwrap();
    let arguments = [&["import", "datadog", original.as_str(), "-o", imported.as_str()], options].concat();
    let answer = faultfinder(&arguments);
    assert_eq!(answer.status, 0, "{}", answer.stderr);
    let results = |file: &str, options: &[&str]| {
        let answer =
            faultfinder(&[&["run", file, "--format", "json", "--concurrency", "200"], options].concat());
        let results = answer.json()["results"].take();
        results.as_array().cloned().unwrap_or_else(|| panic!("{}{}", answer.stderr, answer.stdout))
    };
    let first = results(&original, options);
    let second = results(&imported, &[]);
    assert_eq!(
        first.iter().map(outcome).collect::<Vec<_>>(),
        second.iter().map(outcome).collect::<Vec<_>>(),
        "{}",
        std::fs::read_to_string(&imported).unwrap()
    );
    first
}

/// How a result ended: its status, code, assertions and steps.
fn outcome(result: &Value) -> Value {
    let part = |name: &str, of: &dyn Fn(&Value) -> Value| -> Vec<Value> {
        result[name].as_array().into_iter().flatten().map(of).collect()
    };
    json!({
        "name": result["name"],
        "status": result["status"],
        "code": result["fault"]["code"],
        "assertions": part("assertions", &|one| json!([one["passed"], one["evaluated"]])),
        "steps": part("steps", &outcome),
    })
}

/// A test with one assertion.
fn test(name: &str, subtype: &str, request: &Value, options: &Value, assertion: &Value) -> Value {
    json!({
        "type": "api", "subtype": subtype, "name": name, "status": "live", "message": "", "locations": ["aws:eu-west-1"],
        "options": options, "config": { "request": request, "assertions": [assertion] },
    })
}

/// A step with a request to a path.
fn step(name: &str, url: &str, more: &Value) -> Value {
    let mut step = json!({
        "name": name, "subtype": "http", "allowFailure": false, "isCritical": true,
        "request": { "method": "GET", "url": url, "timeout": 0 },
        "assertions": [{ "type": "statusCode", "operator": "is", "target": 200 }],
    });
    for (key, value) in more.as_object().unwrap() {
        step[key] = value.clone();
    }
    step
}

#[test]
fn steps_take_values_along_and_go_on_as_there() {
    let peer = Http::start();
    let taken = json!({ "extractedValues": [
        { "name": "NAME", "type": "http_body", "parser": { "type": "json_path", "value": "$.name" }, "secure": true },
        { "name": "KIND", "type": "http_header", "field": "content-type", "parser": { "type": "regex", "value": "^[a-z]+(?=/)" } },
        { "name": "CODE", "type": "http_status_code", "parser": { "type": "raw" } },
    ]});
    let uses = json!({ "assertions": [
        { "type": "body", "operator": "validatesJSONPath", "target": { "jsonPath": "$.name", "operator": "is", "targetValue": "{{ NAME }}" } },
        { "type": "header", "property": "content-type", "operator": "contains", "target": "{{KIND}}" },
        { "type": "statusCode", "operator": "is", "target": "{{ CODE }}" },
    ]});
    let fails = |more: Value| {
        let mut step =
            json!({ "assertions": [{ "type": "statusCode", "operator": "isNot", "target": 200 }] });
        step.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        step
    };
    let multi = |name: &str, steps: Value| {
        json!({
            "type": "api", "subtype": "multi", "name": name, "public_id": name, "message": "", "locations": [],
            "options": { "tick_every": 60 }, "config": { "steps": steps },
        })
    };
    let url = peer.url("/json");
    let tests = json!([
        multi(
            "takes",
            json!([step("a", &url, &taken), { "name": "w", "subtype": "wait", "value": 0.05 }, step("a", &url, &uses)])
        ),
        multi("stops", json!([step("a", &url, &fails(json!({}))), step("b", &url, &json!({}))])),
        multi(
            "goes-on",
            json!([
                step("a", &url, &fails(json!({ "allowFailure": true, "isCritical": false }))),
                step("b", &url, &json!({}))
            ])
        ),
        multi(
            "fails-late",
            json!([step("a", &url, &fails(json!({ "allowFailure": true }))), step("b", &url, &json!({}))])
        ),
        multi(
            "exits",
            json!([step("a", &url, &json!({ "exitIfSucceed": true })), step("b", &url, &fails(json!({})))])
        ),
        multi(
            "cleans",
            json!([step("a", &url, &fails(json!({}))), step("b", &url, &json!({ "alwaysExecute": true }))])
        ),
        multi(
            "plays",
            json!([{ "name": "sub", "subtype": "playSubTest", "subtestPublicId": "takes" }, step("b", &url, &uses)])
        ),
    ]);
    let results = run_both(&tests, &[]);
    let found: Vec<Value> = results
        .iter()
        .map(|result| {
            let steps: Vec<&Value> =
                result["steps"].as_array().unwrap().iter().map(|step| &step["status"]).collect();
            json!([result["name"], result["status"], steps])
        })
        .collect();
    assert_eq!(
        Value::Array(found),
        json!([
            ["takes", "passed", ["passed", "passed", "passed"]],
            ["stops", "failed", ["failed", "skipped"]],
            ["goes-on", "passed", ["failed", "passed"]],
            ["fails-late", "failed", ["failed", "passed"]],
            ["exits", "passed", ["passed", "skipped"]],
            ["cleans", "failed", ["failed", "passed"]],
            ["plays", "passed", ["passed", "passed"]],
        ])
    );
    let shown = serde_json::to_string(&results).unwrap();
    assert!(!shown.contains("\"NAME\":\"ada\""), "{shown}");
}

#[test]
fn a_question_for_records_of_several_types_is_several_questions() {
    let peer = Dns::start();
    let request = json!({ "host": "https://shop.test/", "dnsServer": "127.0.0.1", "dnsServerPort": peer.port().to_string() });
    let record = |kind: &str, value: &str| json!({ "type": "recordSome", "operator": "is", "property": kind, "target": value });
    let mut both = test("both", "dns", &request, &json!({ "tick_every": 60 }), &record("A", "192.0.2.1"));
    both["config"]["assertions"].as_array_mut().unwrap().push(record("MX", "10 mail.shop.test"));
    let mut wrong = both.clone();
    wrong["name"] = json!("wrong");
    wrong["config"]["assertions"][0] = record("A", "192.0.2.9");
    let results = run_both(&json!([both, wrong]), &[]);
    let statuses: Vec<&Value> = results.iter().map(|result| &result["status"]).collect();
    assert_eq!(statuses, ["passed", "failed"], "{results:#?}");
    assert_eq!(results[1]["steps"][1]["status"], "passed");
}

#[test]
fn requests_arrive_as_they_are_described() {
    let peer = Http::start();
    let material = tempfile::tempdir().unwrap();
    std::fs::write(material.path().join("notes.txt"), "from a file").unwrap();
    let url = peer.url("/echo");
    let has = |text: &str| json!({ "type": "body", "operator": "contains", "target": text });
    let request = |name: &str, request: Value, expected: &[&str]| {
        let mut test = test(name, "http", &request, &json!({ "tick_every": 60 }), &has(expected[0]));
        test["config"]["assertions"] = expected.iter().map(|text| has(text)).collect();
        test["config"]["configVariables"] =
            json!([{ "type": "text", "name": "ID", "pattern": "v-{{ numeric(3) }}" }]);
        test
    };
    let tests = json!([
        request(
            "query and headers",
            json!({
                "method": "PUT", "url": url, "query": { "a b": "ü&", "n": 5 }, "headers": { "X-One": "{{ ID }}" },
                "body": "{\"id\": \"{{ID}}\", \"other\": \"{{ #if }}\"}", "bodyType": "application/json",
            }),
            &[
                "PUT /echo?a+b=%C3%BC%26&n=5",
                "content-type: application/json",
                "\"other\": \"{{ #if }}\"",
                "x-one: v-"
            ]
        ),
        request(
            "basic",
            json!({ "method": "GET", "url": url, "basicAuth": { "username": "ada", "password": "secret" } }),
            &["authorization: Basic YWRhOnNlY3JldA=="]
        ),
        request(
            "no credentials",
            json!({ "method": "GET", "url": url, "basicAuth": { "type": "web", "username": "", "password": "" } }),
            &["GET /echo"]
        ),
        request(
            "graphql",
            json!({ "method": "POST", "url": url, "body": "{ shop { id } }", "bodyType": "graphql" }),
            &["\"query\"", "content-type: application/json"]
        ),
        request(
            "multipart",
            json!({
                "method": "POST", "url": url, "bodyType": "multipart/form-data", "form": { "field": "value" },
                "headers": { "Content-Type": "multipart/form-data; boundary=\"DatadogSyntheticsFiles\"" },
                "files": [
                    { "name": "one", "originalFileName": "one.txt", "type": "text/plain", "content": "dGhlIGZpbGU=", "encoding": "base64", "size": 8 },
                    { "name": "two", "originalFileName": "notes.txt", "type": "text/plain", "bucketKey": "api-upload-file/x", "size": 11 },
                ],
            }),
            &["name=\"field\"", "filename=\"one.txt\"", "the file", "from a file", "filename=\"notes.txt\""]
        ),
        request(
            "octets",
            json!({
                "method": "POST", "url": url, "bodyType": "application/octet-stream",
                "files": [{ "name": "raw", "type": "application/octet-stream", "content": "plain bytes" }],
            }),
            &["plain bytes", "content-type: application/octet-stream"]
        ),
    ]);
    let folder = material.path().to_string_lossy().into_owned();
    for result in run_both(&tests, &["--material", &folder]) {
        assert_eq!(result["status"], "passed", "{}: {:#}", result["name"], result["assertions"]);
    }
}

#[test]
fn values_that_a_file_does_not_have_come_from_outside() {
    let peer = Http::start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("export.json").to_string_lossy().into_owned();
    let assertion = json!({ "type": "body", "operator": "contains", "target": "x-key: k-1/t-2" });
    let request = json!({ "method": "GET", "url": peer.url("/echo"), "headers": { "x-key": "{{ API_KEY }}/{{ TENANT }}" } });
    let mut test = test("keys", "http", &request, &json!({ "tick_every": 60 }), &assertion);
    test["config"]["configVariables"] = json!([
        { "type": "text", "name": "API_KEY", "secure": true },
        { "type": "global", "name": "TENANT", "id": "620015ee-b273-4793-bb91-000000000000" },
    ]);
    std::fs::write(&file, test.to_string()).unwrap();
    let without = faultfinder(&["run", &file]);
    assert_eq!(without.status, 2, "{}", without.stdout);
    assert!(without.stderr.contains("`API_KEY` (secure), `TENANT` (global variable)"), "{}", without.stderr);
    let half = faultfinder(&["validate", &file, "--var", "TENANT=t-2"]);
    assert!(half.stdout.contains("`API_KEY` (secure);"), "{}{}", half.stdout, half.stderr);
    let mut run = command(&["run", &file, "--var", "TENANT=t-2", "--format", "json"]);
    let output = run.env("API_KEY", "k-1").stdin(Stdio::null()).output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    // What is given is not missing.
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        (output.status.code(), said.contains("values that the file does not have")),
        (Some(0), false),
        "{shown}{said}"
    );
    assert!(!shown.contains("k-1"), "{shown}");
}

#[test]
fn assertions_that_do_not_fit_are_reported_at_their_place() {
    let request = json!({ "method": "GET", "url": "http://127.0.0.1:1/", "host": "127.0.0.1", "port": 1 });
    let path = json!({ "jsonPath": "$.[", "operator": "is", "targetValue": 1 });
    let rows = [
        (
            "http",
            json!({ "type": "statusCode", "operator": "contains", "target": 2 }),
            "`contains` cannot be used with `status`",
        ),
        ("http", json!({ "type": "body", "operator": "validatesJSONPath", "target": path }), "JSONPath"),
        (
            "tcp",
            json!({ "type": "statusCode", "operator": "is", "target": 200 }),
            "`status` is never observed in a tcp test",
        ),
        ("dns", json!({ "type": "recordSome", "operator": "is", "property": "AX", "target": "x" }), "AX"),
    ];
    for (subtype, assertion, message) in rows {
        let test = test("a", subtype, &request, &json!({}), &assertion);
        let text = serde_json::to_string_pretty(&test).unwrap();
        let answer = faultfinder_tests::faultfinder_with_input(&["validate", "-"], text.as_bytes());
        assert_eq!(answer.status, 2, "{subtype} {assertion}: {}{}", answer.stdout, answer.stderr);
        let shown = format!("{}{}", answer.stdout, answer.stderr);
        assert!(shown.contains(message), "{subtype} {assertion}: {shown}");
    }
}
