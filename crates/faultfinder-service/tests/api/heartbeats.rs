//! Heartbeats: what jobs report, and what they do not.

use crate::alerts::Peer;
use crate::served::{ADMIN, Answer, BOUND, Served, keyed, unbounded};
use faultfinder_service::{Config, TokenHash};
use serde_json::{Value, json};

const KEY: &str = "backup-3f9a1c77e0";

fn config() -> Config {
    Config { admin_token: Some(TokenHash::of(ADMIN)), rates: unbounded(), ..keyed() }
}

/// Makes a heartbeat, and yields its id.
async fn made(served: &Served, every: &str, heartbeat: Value) -> String {
    let test = json!({ "name": "backup", "every": every, "heartbeat": heartbeat });
    let body = json!({ "definition": { "tests": [test] } });
    let made = served.call("POST", "/api/v1/tests", Some(ADMIN), Some(&body)).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert!(!made.text.contains(KEY), "{made:?}");
    made.body["id"].as_str().unwrap().to_owned()
}

/// What a job sends, which has no token.
async fn send(served: &Served, method: &str, path: &str, body: &str) -> Answer {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}",
        body.len()
    );
    served.raw(format!("{head}\r\n\r\n{body}").as_bytes()).await
}

async fn results(served: &Served, test: &str) -> Vec<Value> {
    let listed = served.call("GET", &format!("/api/v1/results?test={test}"), Some(ADMIN), None).await;
    listed.body["items"].as_array().unwrap().clone()
}

/// Waits until a test has so many results, the latest first.
async fn until(served: &Served, test: &str, count: usize) -> Vec<Value> {
    let listed = async {
        loop {
            let found = results(served, test).await;
            if found.len() >= count {
                return found;
            }
        }
    };
    tokio::time::timeout(BOUND, listed).await.expect("it is missed")
}

#[tokio::test]
async fn a_job_reports_with_the_key_of_its_test_and_nothing_else() {
    let served = Served::start(config()).await;
    let test = made(&served, "1d", json!({ "key": KEY })).await;
    for (method, path, body) in [
        ("GET", "", ""),
        ("POST", "/0", "all is well"),
        ("HEAD", "", ""),
        ("POST", "/3", "no space left on device"),
        ("GET", "/fail", ""),
    ] {
        let answer = send(&served, method, &format!("/heartbeat/{KEY}{path}"), body).await;
        assert_eq!(answer.status, 200, "{method} {path}: {answer:?}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{method} {path}: {answer:?}");
    }
    // As Uptime Kuma takes it.
    assert_eq!(
        send(&served, "GET", &format!("/api/push/{KEY}?status=down&msg=disk&ping="), "").await.status,
        200
    );
    // As Gatus does.
    let external = async |token: &str, query: &str| {
        let head = format!(
            "POST /api/v1/endpoints/jobs_backup/external{query} HTTP/1.1\r\nhost: localhost\r\nconnection: close"
        );
        let request = format!("{head}\r\nauthorization: Bearer {token}\r\ncontent-length: 0\r\n\r\n");
        served.raw(request.as_bytes()).await.status
    };
    assert_eq!(external(KEY, "?success=false&error=tape&duration=10s").await, 200);
    assert_eq!((external("another-key-123456", "?success=true").await, external(KEY, "").await), (404, 400));
    let found = results(&served, &test).await;
    let shape = |one: &Value| {
        let result = &one["result"];
        let response = &result["observed"]["response"];
        (
            one["status"].clone(),
            result["fault"]["code"].clone(),
            response["exit_code"].clone(),
            response["output"].clone(),
        )
    };
    let shapes: Vec<_> = found.iter().rev().map(shape).collect();
    let code = json!("INCORRECT_ASSERTION");
    let passed = |code: Value, output: Value| (json!("passed"), Value::Null, code, output);
    let expected = [
        passed(Value::Null, Value::Null),
        passed(json!(0), json!("all is well")),
        passed(Value::Null, Value::Null),
        (json!("failed"), code.clone(), json!(3), json!("no space left on device")),
        (json!("failed"), code.clone(), Value::Null, Value::Null),
        (json!("failed"), code.clone(), Value::Null, json!("disk")),
        (json!("failed"), code, Value::Null, json!("tape")),
    ];
    assert_eq!(shapes, expected, "{found:#?}");
    let message = found[3]["result"]["fault"]["message"].as_str();
    assert_eq!(
        (&found[0]["result"]["type"], message),
        (&json!("heartbeat"), Some("the job ended with the exit code 3"))
    );
    for path in ["/heartbeat/another-key-123456", "/heartbeat/", &format!("/heartbeat/{test}")] {
        assert_eq!(send(&served, "GET", path, "").await.status, 404, "{path}");
    }
    for (path, status) in [("/256", 400), ("/done", 400), ("/start", 200)] {
        assert_eq!(
            send(&served, "GET", &format!("/heartbeat/{KEY}{path}"), "").await.status,
            status,
            "{path}"
        );
    }
    // It is not run, and its key is in no log and no answer.
    served
        .call("POST", &format!("/api/v1/tests/{test}/run"), Some(ADMIN), None)
        .await
        .envelope(400, "IsHeartbeat");
    let shown = served.call("GET", &format!("/api/v1/tests/{test}"), Some(ADMIN), None).await;
    assert!(!shown.text.contains(KEY) && shown.text.contains("heartbeat"), "{shown:?}");
    assert!(served.logged("").iter().all(|line| !line.to_string().contains(KEY)), "{:?}", served.logged(""));
}

#[tokio::test]
async fn a_job_reports_with_a_token() {
    let served = Served::start(config()).await;
    let test = made(&served, "1d", json!({})).await;
    let token = served.token(&["runs:execute"]).await;
    let report = async |body: Value| {
        served.call("POST", &format!("/api/v1/tests/{test}/heartbeat"), Some(&token), Some(&body)).await
    };
    let begun = report(json!({ "event": "start" })).await;
    assert_eq!((begun.status, &begun.body["result"]), (200, &Value::Null), "{begun:?}");
    let ended = report(json!({ "exitCode": 7, "output": "<b>\u{202e}" })).await;
    assert_eq!(ended.status, 200, "{ended:?}");
    let found = results(&served, &test).await;
    assert_eq!((found.len(), &found[0]["id"]), (1, &ended.body["result"]), "{found:?}");
    for (body, path) in [
        (json!({ "event": "stop" }), "event"),
        (json!({ "exitCode": 256 }), "exitCode"),
        (json!({ "exitCode": "3" }), "exitCode"),
        (json!({ "code": 3 }), "code"),
    ] {
        let answer = report(body).await;
        assert_eq!(answer.paths().first().map(|(path, _)| *path), Some(path), "{answer:?}");
    }
    let probe =
        json!({ "definition": { "tests": [{ "name": "a", "tcp": { "host": "127.0.0.1", "port": 1 } }] } });
    let other = served.call("POST", "/api/v1/tests", Some(ADMIN), Some(&probe)).await;
    let path = format!("/api/v1/tests/{}/heartbeat", other.body["id"].as_str().unwrap());
    served.call("POST", &path, Some(&token), Some(&json!({}))).await.envelope(400, "NotAHeartbeat");
}

#[tokio::test]
async fn a_job_that_does_not_report_is_a_failure_that_somebody_is_alerted_of() {
    let peer = Peer::start().await;
    let served = Served::start(Config { secret_key: keyed().secret_key, ..peer.config("") }).await;
    let test = made(&served, "1s", json!({ "key": KEY, "grace": "1s" })).await;
    let found = until(&served, &test, 1).await;
    let fault = &found.last().unwrap()["result"]["fault"];
    assert_eq!((&fault["code"], &fault["phase"]), (&json!("TIMEOUT"), &json!("wait")), "{fault}");
    assert_eq!(fault["message"], json!("the job has not reported yet: it should every 1s"));
    let notices = peer.notices(1).await;
    assert_eq!(notices[0].1["event"], "alert");
    assert_eq!(send(&served, "POST", &format!("/heartbeat/{KEY}"), "").await.status, 200);
    peer.notices(2).await;
    assert_eq!(peer.events(), ["alert", "recovery"]);
    let found = until(&served, &test, found.len() + 2).await;
    let message = found[0]["result"]["fault"]["message"].as_str().unwrap();
    assert!(message.starts_with("the job has not reported for "), "{message}");
}

#[tokio::test]
async fn a_job_that_begins_and_does_not_end_is_a_failure_and_its_end_counts_when_it_comes() {
    let served = Served::start(config()).await;
    let test = made(&served, "1d", json!({ "key": KEY, "longest_run": "1s" })).await;
    assert_eq!(send(&served, "GET", &format!("/heartbeat/{KEY}/start"), "").await.status, 200);
    let found = until(&served, &test, 1).await;
    let message = found[0]["result"]["fault"]["message"].as_str().unwrap();
    assert!(
        message.starts_with("the job began at ") && message.ends_with("and has not ended after 1s"),
        "{message}"
    );
    // How long a run took is how long it was.
    assert_eq!(send(&served, "GET", &format!("/heartbeat/{KEY}/start"), "").await.status, 200);
    assert_eq!(send(&served, "POST", &format!("/heartbeat/{KEY}/0"), "").await.status, 200);
    let found = results(&served, &test).await;
    assert_eq!((found.len(), &found[0]["status"]), (2, &json!("passed")), "{found:?}");
    assert!(found[0]["result"]["duration_ms"].as_f64().unwrap() < 1_000.0, "{found:?}");
}

#[tokio::test]
async fn after_a_restart_the_job_of_a_file_is_known_with_its_last_report() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jobs.yaml");
    let text =
        format!("tests:\n  - name: backup\n    every: 1s\n    heartbeat: {{ key: {KEY}, grace: 5s }}\n");
    std::fs::write(&file, text).unwrap();
    let config = || Config { definitions: vec![folder.path().to_owned()], ..config() };
    let served = Served::start(config()).await;
    assert_eq!(send(&served, "GET", &format!("/heartbeat/{KEY}"), "").await.status, 200);
    let listed = served.call("GET", "/api/v1/tests", Some(ADMIN), None).await;
    let test = listed.body["items"][0]["id"].as_str().unwrap().to_owned();
    let Served { running, folder: database, store, .. } = served;
    running.shut_down().await;
    drop(store);
    let served = Served::start_in(database, config()).await;
    let found = until(&served, &test, 2).await;
    let message = found[0]["result"]["fault"]["message"].as_str().unwrap();
    let reported = found.last().unwrap()["startedAt"].as_str().unwrap();
    assert!(message.contains(&format!("and did at {reported}")), "when it reported last is known: {found:?}");
    assert_eq!(send(&served, "GET", &format!("/heartbeat/{KEY}"), "").await.status, 200);
    assert!(results(&served, &test).await.iter().filter(|one| one["status"] == "passed").count() == 2);
}

#[tokio::test]
async fn what_cannot_be_a_heartbeat_is_refused_with_the_place() {
    let served = Served::start(config()).await;
    for (test, path, message) in [
        (json!({ "heartbeat": { "key": KEY } }), "heartbeat", "a heartbeat needs `every`"),
        (json!({ "every": "1d", "heartbeat": { "key": "short" } }), "heartbeat.key", "10 to 200 letters"),
        (
            json!({ "every": "1d", "heartbeat": { "key": "{{ uuid }}" } }),
            "heartbeat.key",
            "the same at all times",
        ),
        (json!({ "every": "1d", "heartbeat": {}, "assert": ["status is 200"] }), "assert", "has no `assert`"),
        (json!({ "every": "1d", "heartbeat": { "grace": "0s" } }), "heartbeat.grace", "from 1s to 7d"),
    ] {
        let mut test = test;
        test["name"] = json!("backup");
        let body = json!({ "definition": { "tests": [test] } });
        let answer = served.call("POST", "/api/v1/tests", Some(ADMIN), Some(&body)).await;
        assert_eq!(answer.status, 400, "{test}: {answer:?}");
        assert!(answer.paths().iter().any(|(at, _)| at.ends_with(path)), "{test}: {answer:?}");
        assert!(answer.text.contains(message), "{test}: {answer:?}");
    }
}
