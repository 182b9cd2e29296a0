//! What each resource does.

use crate::served::{ADMIN, Served, definition};
use faultfinder_net::Clock;
use faultfinder_service::store::{Store as _, Trigger};
use faultfinder_service::{Config, Scope, Timestamp, Token, TokenHash};
use serde_json::json;
use std::collections::BTreeSet;

#[tokio::test]
async fn a_test_is_created_read_replaced_run_listed_and_deleted() {
    let served = Served::open().await;
    let id = served.kept(None).await;
    let path = format!("/api/v1/tests/{id}");
    let read = served.get(&path).await;
    assert_eq!((&read.body["name"], &read.body["version"]), (&json!("nobody listens"), &json!(1)));
    assert_eq!(read.body["definition"], definition(None));

    let run = served.call("POST", &format!("{path}/run"), None, None).await;
    assert_eq!(
        (run.status, &run.body["status"], &run.body["code"]),
        (200, &json!("failed"), &json!("CONNREFUSED"))
    );
    let result = served.get(&format!("/api/v1/results/{}", run.body["id"].as_str().unwrap())).await;
    assert_eq!(result.body, run.body);
    let listed = served.get(&format!("/api/v1/results?test={id}&code=CONNREFUSED")).await;
    assert_eq!(listed.body["items"], json!([run.body]));

    let body = json!({ "version": 1, "paused": true, "definition": definition(None) });
    let replaced = served.call("PUT", &path, None, Some(&body)).await;
    assert_eq!((replaced.status, &replaced.body["version"]), (200, &json!(2)), "{replaced:?}");
    let paused = served.get("/api/v1/tests?status=paused").await;
    assert_eq!(paused.body["items"][0]["id"], json!(id));
    assert_eq!(served.get("/api/v1/tests?status=active").await.body["items"], json!([]));

    assert_eq!(served.call("DELETE", &format!("{path}?version=2"), None, None).await.status, 200);
    served.get(&path).await.envelope(410, "Gone");
    assert_eq!(served.get("/api/v1/tests").await.body["items"], json!([]));
    served.running.shut_down().await;
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let served = Served::open().await;
    let tests = json!([{ "name": "a", "http": { "url": "https://x.test/", "timeuot": "1s" }, "assert": ["status is"] }]);
    let body = json!({ "paused": "no", "definition": { "version": 1, "tests": tests }, "colour": 1 });
    let answer = served.post("/api/v1/tests", body).await;
    answer.envelope(400, "InvalidRequest");
    let paths = answer.paths();
    for path in ["paused", "colour", "definition.tests[0].http.timeuot", "definition.tests[0].assert[0]"] {
        assert!(paths.contains(&(path, "PAYLOAD_BODY")), "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn a_definition_that_is_kept_is_an_object() {
    let served = Served::open().await;
    let list = json!({ "definition": definition(None)["tests"] });
    let answer = served.post("/api/v1/tests", list).await;
    answer.envelope(400, "InvalidRequest");
    assert_eq!(answer.paths(), [("definition", "PAYLOAD_BODY")], "{answer:?}");
}

#[tokio::test]
async fn tokens_open_what_their_scopes_say() {
    let served = Served::locked().await;
    let refused = served.get("/api/v1/tests").await;
    refused.envelope(401, "Unauthorized");
    assert!(refused.header("www-authenticate").is_some());
    served.call("GET", "/api/v1/tests", Some("wrong"), None).await.envelope(401, "Unauthorized");
    let body = json!({ "name": "reader", "scopes": ["tests:read"] });
    let made = served.call("POST", "/api/v1/tokens", Some(ADMIN), Some(&body)).await;
    assert_eq!(made.status, 201, "{made:?}");
    let token = made.body["token"].as_str().unwrap();
    assert_eq!(served.call("GET", "/api/v1/tests", Some(token), None).await.status, 200);
    let answer = served.call("GET", "/api/v1/results", Some(token), None).await;
    assert_eq!(answer.envelope(403, "MissingScopes")["details"]["missingScopes"], json!(["results:read"]));
    let listed = served.call("GET", "/api/v1/tokens", Some(ADMIN), None).await;
    assert!(!listed.body.to_string().contains(token), "{listed:?}");
    let id = made.body["id"].as_str().unwrap();
    assert_eq!(served.call("DELETE", &format!("/api/v1/tokens/{id}"), Some(ADMIN), None).await.status, 200);
    served.call("GET", "/api/v1/tests", Some(token), None).await.envelope(401, "Unauthorized");
}

#[tokio::test]
async fn who_changed_what_is_in_the_audit_log() {
    let served = Served::locked().await;
    let token = served.token(&["tests:read", "tests:write"]).await;
    let made = served.store.noted();
    let of_token = made[0].subject.clone();
    assert_eq!((made[0].action, made[0].actor.as_str()), ("tokens.create", "admin"));
    let body = json!({ "definition": definition(None) });
    let test = served.call("POST", "/api/v1/tests", Some(&token), Some(&body)).await;
    let id = test.body["id"].as_str().unwrap().to_owned();
    let body = json!({ "version": 1, "definition": definition(None) });
    served.call("PUT", &format!("/api/v1/tests/{id}"), Some(&token), Some(&body)).await;
    served.call("DELETE", &format!("/api/v1/tests/{id}"), Some(ADMIN), None).await;
    served.call("DELETE", &format!("/api/v1/tokens/{of_token}"), Some(ADMIN), None).await;
    // What is refused changes nothing.
    served.call("DELETE", &format!("/api/v1/tests/{id}"), Some(ADMIN), None).await.envelope(410, "Gone");
    let audited = served.store.noted();
    let found: Vec<_> = audited
        .iter()
        .skip(1)
        .map(|entry| (entry.actor.as_str(), entry.action, entry.subject.as_str(), entry.trace_id.len()))
        .collect();
    assert_eq!(
        found,
        [
            (of_token.as_str(), "tests.create", id.as_str(), 32),
            (of_token.as_str(), "tests.replace", id.as_str(), 32),
            ("admin", "tests.delete", id.as_str(), 32),
            ("admin", "tokens.revoke", of_token.as_str(), 32),
        ]
    );
}

#[tokio::test]
async fn a_trace_goes_on_and_warnings_come_first() {
    let served = Served::open().await;
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let request = format!(
        "GET /nowhere HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ntraceparent: 00-{trace}-b7ad6b7169203331-01\r\n\r\n"
    );
    let answer = served.raw(request.as_bytes()).await;
    assert_eq!(answer.envelope(404, "NoSuchRoute")["details"]["traceId"], json!(trace));
    let text = served.get("/api/v1/tests?limit=9999").await.text;
    assert!(text.starts_with("{\"warnings\":[{\"message\":\"A page has at most 500 items"), "{text}");
}

#[tokio::test]
async fn a_test_with_an_interval_runs_by_itself() {
    let served = Served::open().await;
    let id = served.kept(Some("1s")).await;
    let result = served.store.written(|record| record.test == id).await;
    assert_eq!((result.trigger, result.code.as_deref()), (Trigger::Schedule, Some("CONNREFUSED")));
    let listed = served.get(&format!("/api/v1/results?test={id}&status=failed")).await;
    assert_eq!(listed.body["items"][0]["trigger"], json!("schedule"), "{listed:?}");
    let kept = format!("\"result\":{}", result.body.as_str());
    assert!(listed.text.contains(&kept), "the result is not passed on as it is kept: {listed:?}");
    let uptime = served.get(&format!("/api/v1/tests/{id}/uptime?period=day")).await;
    assert_eq!(uptime.body["uptimePercent"], json!(0.0), "{uptime:?}");
}

#[tokio::test]
async fn what_is_kept_is_there_after_a_restart() {
    let served = Served::open().await;
    let id = served.kept(None).await;
    let Served { running, folder, .. } = served;
    running.shut_down().await;
    let mut left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["service.db", "service.db-lock"], "the file holds all by itself, and the lock nothing");
    let served = Served::start_in(folder, Config::default()).await;
    let run = served.call("POST", &format!("/api/v1/tests/{id}/run"), None, None).await;
    assert_eq!(run.body["code"], json!("CONNREFUSED"), "{run:?}");
}

#[tokio::test]
async fn a_token_is_refused_from_the_moment_on_at_which_it_expires() {
    let served = Served::locked().await;
    for (secret, seconds, status) in [("of yesterday", -86_400_i64, 401), ("of tomorrow", 86_400, 200)] {
        let now = Timestamp::from(Clock::system().now());
        let token = Token {
            id: secret.to_owned(),
            name: secret.to_owned(),
            scopes: BTreeSet::from([Scope::TestsRead]),
            created_at: now,
            expires_at: Some(Timestamp::from_millis(now.millis() + seconds * 1000)),
            revoked_at: None,
        };
        served.store.create_token(token, TokenHash::of(secret)).await.unwrap();
        let answer = served.call("GET", "/api/v1/tests", Some(secret), None).await;
        assert_eq!(answer.status, status, "{secret}: {answer:?}");
    }
    for (field, value) in [
        ("expiresAt", json!("2020-01-01T00:00:00Z")),
        ("expiresAt", json!("soon")),
        ("scopes", json!(["root"])),
    ] {
        let mut body = json!({ "name": "a", "scopes": ["tests:read"] });
        body[field] = value;
        let answer = served.call("POST", "/api/v1/tokens", Some(ADMIN), Some(&body)).await;
        answer.envelope(400, "InvalidRequest");
        assert!(answer.paths()[0].0.starts_with(field), "{answer:?}");
    }
}

#[tokio::test]
async fn pages_tell_each_test_once_wherever_it_comes_from() {
    let folder = tempfile::tempdir().unwrap();
    let of_files: Vec<String> = (0..3)
        .map(|number| {
            format!("  - name: file {number}\n    tags: [net]\n    tcp: {{ host: 127.0.0.1, port: 1 }}\n")
        })
        .collect();
    std::fs::write(folder.path().join("a.yaml"), format!("tests:\n{}", of_files.concat())).unwrap();
    let served =
        Served::start(Config { definitions: vec![folder.path().to_owned()], ..Config::default() }).await;
    for _ in 0..4 {
        served.kept(None).await;
    }
    let (mut ids, mut query) = (Vec::new(), "?limit=2".to_owned());
    loop {
        let page = served.get(&format!("/api/v1/tests{query}")).await;
        let items = page.body["items"].as_array().unwrap();
        ids.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        let Some(next) = page.body["nextCursor"].as_str() else { break };
        assert_eq!(items.len(), 2, "{page:?}");
        query = format!("?limit=2&cursor={next}");
    }
    let mut sorted = ids.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!((ids.len(), &ids), (7, &sorted));
    let tagged = served.get("/api/v1/tests?tag=net").await;
    assert_eq!(tagged.body["items"].as_array().map(Vec::len), Some(3), "{tagged:?}");
}

#[tokio::test]
async fn uptime_counts_what_passed_and_failed_in_a_range_that_makes_sense() {
    let served = Served::open().await;
    let id = served.kept(None).await;
    let path = format!("/api/v1/tests/{id}/uptime");
    for query in
        ["?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "?from=1970-01-01T00:00:00Z", "?period=week"]
    {
        let answer = served.get(&format!("{path}{query}")).await;
        answer.envelope(400, "InvalidRequest");
        assert_eq!(answer.paths()[0].1, "QUERY", "{answer:?}");
    }
    let nothing = served.get(&path).await;
    assert_eq!((&nothing.body["uptimePercent"], &nothing.body["periods"]), (&json!(null), &json!([])));
    assert_eq!(nothing.body["warnings"][0]["details"]["constraintViolations"][0]["path"], json!("from"));
    for _ in 0..2 {
        served.call("POST", &format!("/api/v1/tests/{id}/run"), None, None).await;
    }
    let told = served.get(&path).await;
    assert_eq!((&told.body["uptimePercent"], &told.body["failed"]), (&json!(0.0), &json!(2)), "{told:?}");
    served.get("/api/v1/tests/none/uptime").await.envelope(404, "NotFound");
}
