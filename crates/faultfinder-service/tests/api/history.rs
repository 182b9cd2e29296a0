//! Results of a test, deleted on demand.

use crate::served::{ADMIN, Served, definition};
use serde_json::{Value, json};

#[tokio::test]
async fn the_history_of_a_test_is_deleted_also_after_the_test() {
    let served = Served::locked().await;
    let writer = served.token(&["tests:write"]).await;
    let reader = served.token(&["tests:read", "results:read"]).await;
    let body = json!({ "definition": definition(None) });
    let made = served.call("POST", "/api/v1/tests", Some(ADMIN), Some(&body)).await;
    let id = made.body["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/tests/{id}");
    let call =
        async |method: &str, path: &str, token: &str| served.call(method, path, Some(token), None).await;
    let run = async || {
        assert_eq!(call("POST", &format!("{path}/run"), ADMIN).await.status, 200);
    };
    let results = format!("{path}/results");
    call("DELETE", &results, &reader).await.envelope(403, "MissingScopes");
    run().await;
    run().await;
    let deleted = call("DELETE", &results, &writer).await;
    assert_eq!(deleted.status, 200, "{deleted:?}");
    assert_eq!(deleted.body, json!({ "test": id, "results": 2, "summaries": 0 }));
    let listed = call("GET", &format!("/api/v1/results?test={id}"), ADMIN).await;
    assert_eq!(listed.body["items"], json!([]), "{listed:?}");
    let shown = call("GET", &path, ADMIN).await.body;
    assert_eq!((&shown["status"], &shown["lastResult"]), (&json!("unknown"), &Value::Null));
    let uptime = call("GET", &format!("{path}/uptime"), ADMIN).await;
    assert_eq!(uptime.body["failed"], json!(0), "{uptime:?}");
    let noted = served.store.noted();
    let last = noted.last().unwrap();
    assert_eq!((last.action, last.subject.as_str()), ("results.delete", id.as_str()));

    run().await;
    assert_eq!(call("GET", &path, ADMIN).await.body["status"], json!("failed"));
    assert_eq!(call("DELETE", &path, ADMIN).await.status, 200);
    for count in [1, 0] {
        let deleted = call("DELETE", &results, &writer).await;
        assert_eq!((deleted.status, &deleted.body["results"]), (200, &json!(count)), "{deleted:?}");
    }
    call("DELETE", "/api/v1/tests/none/results", &writer).await.envelope(404, "NotFound");
    call("DELETE", &format!("{results}?version=1"), &writer).await.envelope(400, "InvalidRequest");
}
