//! Silences: what is not sent while they last, and what is sent at their end.

use crate::alerts::{Peer, alerts};
use crate::served::{ADMIN, Answer, Served};
use serde_json::{Value, json};

async fn silence(served: &Served, body: Value) -> Answer {
    served.call("POST", "/api/v1/silences", Some(ADMIN), Some(&body)).await
}

/// A moment so many seconds from now, as the API reads it.
fn from_now(seconds: i64) -> String {
    let at = time::OffsetDateTime::now_utc() + time::Duration::seconds(seconds);
    at.format(&time::format_description::well_known::Rfc3339).unwrap()
}

async fn begun(served: &Served, body: Value) -> String {
    let begun = silence(served, body).await;
    assert_eq!(begun.status, 201, "{begun:?}");
    let id = begun.body["id"].as_str().unwrap().to_owned();
    assert_eq!(begun.header("location"), Some(format!("/api/v1/silences/{id}").as_str()), "{begun:?}");
    id
}

async fn end(served: &Served, id: &str) -> Answer {
    served.call("DELETE", &format!("/api/v1/silences/{id}"), Some(ADMIN), None).await
}

async fn listed(served: &Served, query: &str) -> Vec<Value> {
    let listed = served.call("GET", &format!("/api/v1/silences{query}"), Some(ADMIN), None).await;
    assert_eq!(listed.status, 200, "{listed:?}");
    listed.body["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn what_fails_in_a_silence_is_sent_when_it_ends() {
    let peer = Peer::start().await;
    let served = Served::start(peer.config("")).await;
    let test = peer.test(&served, json!({})).await;
    let body = json!({ "tags": ["eu"], "endsAt": from_now(3_600), "comment": "the database moves" });
    let id = begun(&served, body).await;
    peer.run(&served, &test, 503).await;
    assert!(alerts(&served, "").await.is_empty());
    let [one] = &listed(&served, "").await[..] else { panic!("one silence") };
    assert_eq!((&one["id"], &one["comment"]), (&json!(id), &json!("the database moves")), "{one}");
    assert_eq!((&one["owner"], &one["isMaintenance"]), (&json!("admin"), &json!(false)), "{one}");
    let ended = end(&served, &id).await;
    assert_eq!(ended.status, 200, "{ended:?}");
    let notices = peer.notices(1).await;
    assert_eq!(notices[0].1["event"], "alert");
    assert_eq!((listed(&served, "").await.len(), listed(&served, "?ended=true").await.len()), (0, 1));
    end(&served, &id).await.envelope(404, "NotFound");
    let noted: Vec<&str> = served.store.noted().iter().map(|entry| entry.action).collect();
    assert!(["silences.create", "silences.end"].iter().all(|action| noted.contains(action)), "{noted:?}");
}

#[tokio::test]
async fn a_silence_is_about_its_tests_alone() {
    let peer = Peer::start().await;
    let served = Served::start(peer.config("")).await;
    let test = peer.test(&served, json!({})).await;
    for other in [json!({ "tags": ["eu", "us"] }), json!({ "tests": ["another"] })] {
        let mut body = other;
        body["endsAt"] = json!(from_now(3_600));
        begun(&served, body).await;
    }
    peer.run(&served, &test, 503).await;
    peer.notices(1).await;
    begun(&served, json!({ "tests": [test], "endsAt": from_now(3_600) })).await;
    // That it has ended is said to those who were alerted.
    peer.run(&served, &test, 200).await;
    peer.notices(2).await;
    peer.run(&served, &test, 503).await;
    assert_eq!(alerts(&served, "").await.len(), 1);
    assert_eq!(peer.events(), ["alert", "recovery"]);
}

#[tokio::test]
async fn failures_do_not_count_in_a_silence_for_maintenance() {
    let peer = Peer::start().await;
    let served = Served::start(peer.config("")).await;
    let test = peer.test(&served, json!({ "failures": 2 })).await;
    let id = begun(&served, json!({ "isMaintenance": true, "endsAt": from_now(3_600) })).await;
    peer.run(&served, &test, 503).await;
    peer.run(&served, &test, 503).await;
    assert_eq!(end(&served, &id).await.status, 200);
    peer.run(&served, &test, 503).await;
    assert!(alerts(&served, "").await.is_empty(), "one failure of two");
    peer.run(&served, &test, 503).await;
    peer.notices(1).await;
}

#[tokio::test]
async fn a_silence_ends_by_itself_also_after_a_restart() {
    let peer = Peer::start().await;
    let served = Served::start(peer.config("")).await;
    let test = peer.test(&served, json!({})).await;
    let (later, soon) = (from_now(3_600), from_now(2));
    begun(&served, json!({ "endsAt": later })).await;
    peer.run(&served, &test, 503).await;
    let Served { running, folder, store, .. } = served;
    running.shut_down().await;
    drop(store);
    let served = Served::start_in(folder, peer.config("")).await;
    peer.run(&served, &test, 503).await;
    assert!(alerts(&served, "").await.is_empty());
    begun(&served, json!({ "endsAt": soon })).await;
    let [first, second] = &listed(&served, "").await[..] else { panic!("two silences") };
    let long = if first["endsAt"].as_str() > second["endsAt"].as_str() { first } else { second };
    assert_eq!(end(&served, long["id"].as_str().unwrap()).await.status, 200);
    peer.notices(1).await;
    assert_eq!(peer.events(), ["alert"]);
}

#[tokio::test]
async fn a_silence_that_makes_no_sense_is_refused_with_the_place() {
    let served = Served::start(Peer::start().await.config("")).await;
    for (body, path, message) in [
        (json!({}), "endsAt", "is required"),
        (json!({ "endsAt": "tomorrow" }), "endsAt", "must be an RFC 3339 time"),
        (json!({ "endsAt": from_now(-5) }), "endsAt", "must be later than the beginning"),
        (json!({ "endsAt": from_now(500 * 24 * 3_600) }), "endsAt", "at most 400 days"),
        (json!({ "startsAt": from_now(-60), "endsAt": from_now(60) }), "startsAt", "must not be in the past"),
        (json!({ "startsAt": from_now(60), "endsAt": from_now(30) }), "endsAt", "later than the beginning"),
        (json!({ "tags": "eu", "endsAt": from_now(60) }), "tags", "must be a list, found a string"),
        (json!({ "tags": [""], "endsAt": from_now(60) }), "tags[0]", "1 to 200 characters"),
        (json!({ "tests": [3], "endsAt": from_now(60) }), "tests[0]", "must be a string"),
        (json!({ "tags": vec!["x"; 21], "endsAt": from_now(60) }), "tags", "at most 20 items"),
        (
            json!({ "comment": "x".repeat(1_001), "endsAt": from_now(60) }),
            "comment",
            "at most 1000 characters",
        ),
        (json!({ "isMaintenance": "yes", "endsAt": from_now(60) }), "isMaintenance", "must be true or false"),
        (json!({ "until": 1, "endsAt": from_now(60) }), "until", "is unknown"),
    ] {
        let refused = silence(&served, body.clone()).await;
        refused.envelope(400, "InvalidRequest");
        assert!(refused.paths().contains(&(path, "PAYLOAD_BODY")), "{body}: {refused:?}");
        assert!(refused.text.contains(message), "{body}: {refused:?}");
    }
    assert_eq!(listed(&served, "").await.len(), 0);
}

#[tokio::test]
async fn who_may_write_tests_may_silence_them() {
    let served = Served::start(Peer::start().await.config("")).await;
    let (reader, writer) = (served.token(&["results:read"]).await, served.token(&["tests:write"]).await);
    let body = json!({ "endsAt": from_now(60) });
    let path = "/api/v1/silences";
    served.call("POST", path, Some(&reader), Some(&body)).await.envelope(403, "MissingScopes");
    let begun = served.call("POST", path, Some(&writer), Some(&body)).await;
    assert_eq!(begun.status, 201, "{begun:?}");
    assert_ne!(begun.body["owner"], "admin");
    served.call("GET", path, Some(&writer), None).await.envelope(403, "MissingScopes");
    assert_eq!(served.call("GET", path, Some(&reader), None).await.status, 200);
    let one = format!("{path}/{}", begun.body["id"].as_str().unwrap());
    served.call("DELETE", &one, Some(&reader), None).await.envelope(403, "MissingScopes");
    served
        .call("GET", "/api/v1/silences?ended=maybe", Some(&reader), None)
        .await
        .envelope(400, "InvalidRequest");
}

#[tokio::test]
async fn there_are_at_most_two_hundred_silences_at_once() {
    let served = Served::start(Peer::start().await.config("")).await;
    let mut ids = Vec::new();
    for _ in 0..200 {
        ids.push(begun(&served, json!({ "endsAt": from_now(3_600) })).await);
    }
    silence(&served, json!({ "endsAt": from_now(3_600) })).await.envelope(409, "TooManySilences");
    assert_eq!(end(&served, &ids[0]).await.status, 200);
    begun(&served, json!({ "endsAt": from_now(3_600) })).await;
}
