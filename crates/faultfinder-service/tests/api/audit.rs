//! The audit log, as administrators read it.

use crate::served::{ADMIN, Served, definition, request};
use serde_json::{Value, json};

async fn entries(served: &Served, query: &str) -> Vec<Value> {
    let answer = served.call("GET", &format!("/api/v1/audit?{query}"), Some(ADMIN), None).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn who_ran_and_changed_what_is_read_page_by_page_by_administrators() {
    let served = Served::locked().await;
    let token = served.token(&["tests:read", "tests:write", "runs:execute"]).await;
    let body = json!({ "definition": definition(None) });
    let made = served.call("POST", "/api/v1/tests", Some(&token), Some(&body)).await;
    let id = made.body["id"].as_str().unwrap();
    let run = served.call("POST", &format!("/api/v1/tests/{id}/run"), Some(&token), None).await;
    assert_eq!(run.status, 200, "{run:?}");
    let once = served.call("POST", "/api/v1/runs", Some(ADMIN), Some(&body)).await;
    let all = entries(&served, "").await;
    let actions: Vec<_> = all.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["runs.create", "tests.run", "tests.create", "tokens.create"]);
    assert_eq!((&all[0]["actor"], &all[0]["subject"]), (&json!("admin"), &once.body["items"][0]["id"]));
    assert_eq!((&all[1]["actor"], &all[1]["subject"]), (&all[3]["subject"], &json!(id)));
    let actor = all[1]["actor"].as_str().unwrap();
    assert_eq!(entries(&served, &format!("actor={actor}")).await, all[1..3]);
    assert_eq!(entries(&served, &format!("subject={id}&action=tests.run")).await, all[1..2]);
    assert_eq!(entries(&served, "to=2020-01-01T00:00:00Z").await, Vec::<Value>::new());
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/audit?limit=3{cursor}");
        let page = served.call("GET", &path, Some(ADMIN), None).await;
        paged.extend(page.body["items"].as_array().unwrap().clone());
        let Some(next) = page.body["nextCursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(paged, all);
    let refused = served.call("GET", "/api/v1/audit", Some(&token), None).await;
    assert_eq!(refused.envelope(403, "MissingScopes")["details"]["missingScopes"], json!(["admin"]));
}

#[tokio::test]
async fn a_failed_login_is_noted_once_a_minute_for_each_address_and_without_its_token() {
    let served = Served::locked().await;
    served.get("/api/v1/tests").await.envelope(401, "Unauthorized");
    for (from, token) in [(1, "hunter2"), (1, "hunter3"), (2, "hunter2"), (2, "hunter2")] {
        let answer = served.sent_from(from, &request("GET", "/api/v1/tests", Some(token), None)).await;
        answer.unwrap().envelope(401, "Unauthorized");
    }
    served.store.noted_count(2).await;
    let all = entries(&served, "action=login.failed").await;
    let mut subjects: Vec<_> = all.iter().map(|entry| entry["subject"].as_str().unwrap()).collect();
    subjects.sort_unstable();
    assert_eq!(subjects, ["127.0.0.1", "127.0.0.2"]);
    assert!(all.iter().all(|entry| entry["actor"] == json!("unknown")), "{all:?}");
    assert!(!json!(all).to_string().contains("hunter"), "{all:?}");
}
