//! Tests that are paused and resumed.

use crate::served::{ADMIN, Served, definition};
use faultfinder_service::Config;
use serde_json::json;

#[tokio::test]
async fn a_paused_test_is_off_its_schedule_until_it_is_resumed() {
    let served = Served::locked().await;
    let writer = served.token(&["tests:write"]).await;
    let reader = served.token(&["tests:read"]).await;
    let body = json!({ "definition": definition(Some("1h")) });
    let made = served.call("POST", "/api/v1/tests", Some(ADMIN), Some(&body)).await;
    let id = made.body["id"].as_str().unwrap();
    let path = format!("/api/v1/tests/{id}");
    let call = async |action: &str, token: &str| {
        served.call("POST", &format!("{path}/{action}"), Some(token), None).await
    };
    call("pause", &reader).await.envelope(403, "MissingScopes");
    for (action, paused, version) in [
        ("resume", false, 1),
        ("pause", true, 2),
        ("pause", true, 2),
        ("resume", false, 3),
        ("resume", false, 3),
    ] {
        let answer = call(action, &writer).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let shown = (&answer.body["paused"], &answer.body["version"]);
        assert_eq!(shown, (&json!(paused), &json!(version)), "{action}: {answer:?}");
        let kept = served.call("GET", &path, Some(ADMIN), None).await.body;
        assert_eq!((&kept["paused"], &kept["version"]), (&json!(paused), &json!(version)), "{action}");
        let paused = served.call("GET", "/api/v1/tests?status=paused&sort=name", Some(ADMIN), None).await;
        let count = paused.body["items"].as_array().unwrap().len();
        assert_eq!(count, usize::from(kept["paused"] == json!(true)), "the catalog has it: {paused:?}");
        let ready = served.get("/readyz").await.body;
        assert_eq!(ready["schedule"]["tests"], json!(1 - count), "{action}: {ready}");
    }
    let noted: Vec<_> = served.store.noted().iter().map(|entry| entry.action.to_string()).collect();
    assert_eq!(noted[noted.len() - 2..], ["tests.pause", "tests.resume"], "{noted:?}");
    // It still runs on demand, and what the administrator wrote reaches loopback though another token resumed it.
    let run = call("run", ADMIN).await;
    assert_eq!(run.body["code"], json!("CONNREFUSED"), "{run:?}");
    assert_eq!(run.body["testVersion"], json!(3));
    let queried = served.call("POST", &format!("{path}/pause?version=3"), Some(&writer), None).await;
    queried.envelope(400, "InvalidRequest");
    served.call("DELETE", &path, Some(ADMIN), None).await;
    call("pause", &writer).await.envelope(410, "Gone");
    let none = served.call("POST", "/api/v1/tests/none/resume", Some(&writer), None).await;
    none.envelope(404, "NotFound");
}

#[tokio::test]
async fn a_test_of_a_file_is_paused_in_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let text =
        "tests:\n  - { name: of a file, paused: true, every: 1s, tcp: { host: 127.0.0.1, port: 1 } }\n";
    std::fs::write(folder.path().join("a.yaml"), text).unwrap();
    let served =
        Served::start(Config { definitions: vec![folder.path().to_owned()], ..Config::default() }).await;
    let listed = served.get("/api/v1/tests").await;
    let path = format!("/api/v1/tests/{}", listed.body["items"][0]["id"].as_str().unwrap());
    for action in ["pause", "resume"] {
        let answer = served.call("POST", &format!("{path}/{action}"), None, None).await;
        answer.envelope(400, "DefinedInFile");
    }
    assert_eq!(listed.body["items"][0]["paused"], json!(true), "{listed:?}");
    let run = served.call("POST", &format!("{path}/run"), None, None).await;
    assert_eq!(run.body["code"], json!("CONNREFUSED"), "it still runs on demand: {run:?}");
    // Changed in its file, it is on its schedule.
    std::fs::write(folder.path().join("new"), text.replace("paused: true, ", "")).unwrap();
    std::fs::rename(folder.path().join("new"), folder.path().join("a.yaml")).unwrap();
    served.until_logged("definitions were reloaded", 1).await;
    let changed = served.get(&path).await;
    assert_eq!(changed.body["paused"], json!(false), "{changed:?}");
}

#[tokio::test]
async fn a_definition_can_say_that_its_test_is_paused() {
    let served = Served::start(Config::default()).await;
    let mut paused = definition(Some("1h"));
    paused["tests"][0]["paused"] = json!(true);
    let create = async |body| served.call("POST", "/api/v1/tests", None, Some(&body)).await;
    let made = create(json!({ "definition": paused })).await;
    assert_eq!((made.status, &made.body["paused"]), (201, &json!(true)), "{made:?}");
    // What is said beside the definition counts more.
    let mut other = paused.clone();
    other["tests"][0]["name"] = json!("other");
    let beside = create(json!({ "definition": other, "paused": false })).await;
    assert_eq!(beside.body["paused"], json!(false), "{beside:?}");
    let path = format!("/api/v1/tests/{}", beside.body["id"].as_str().unwrap());
    let replaced = served.call("PUT", &path, None, Some(&json!({ "version": 1, "definition": other }))).await;
    assert_eq!((replaced.status, &replaced.body["paused"]), (200, &json!(true)), "{replaced:?}");
    assert!(!replaced.body.to_string().contains("was set to false"), "{replaced:?}");
}
