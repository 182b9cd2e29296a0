//! A store that does not answer, or says that it is away.

use crate::faulty::Mood;
use crate::served::{ADMIN, BOUND, Served, connecting, definition, unbounded};
use faultfinder_service::{Config, TokenHash};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpListener;

/// Waits until the service knows that its store, which is in this mood from now on, takes no results.
async fn until_known(served: &Served, mood: Mood) {
    served.mood(mood);
    let run = served.post("/api/v1/runs", json!({ "definition": definition(None) }));
    tokio::select! {
        answer = run => panic!("its result is kept: {answer:?}"),
        () = served.until_logged("results cannot be written and wait", 1) => {}
    }
}

#[tokio::test]
async fn probing_goes_on_while_the_store_answers_nothing() {
    let peer = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let served = Served::open().await;
    let made = served.post("/api/v1/tests", json!({ "definition": connecting(&peer, Some("1s")) })).await;
    assert_eq!(made.status, 201, "{made:?}");
    drop(peer.accept().await.unwrap());
    served.mood(Mood::Stuck);
    for round in 0..3 {
        let accepted = tokio::time::timeout(BOUND, peer.accept()).await;
        drop(accepted.unwrap_or_else(|_| panic!("probing stopped in round {round}")).unwrap());
    }
    let ready = served.get("/readyz").await;
    let store = &ready.body["error"]["details"]["store"];
    assert_eq!((ready.status, &store["ok"], &store["slow"]), (503, &json!(false), &json!(true)), "{ready:?}");
}

#[tokio::test]
async fn a_change_whose_commit_is_in_doubt_is_settled_by_the_store() {
    let served = Served::unthrottled().await;
    let id = served.kept(Some("1h")).await;
    served.mood(Mood::CommitsInDoubt);
    let path = format!("/api/v1/tests/{id}");
    served.call("DELETE", &path, None, None).await.envelope(503, "StoreUnavailable");
    let body = json!({ "definition": definition(Some("1h")) });
    served.post("/api/v1/tests", body).await.envelope(503, "StoreUnavailable");
    served.mood(Mood::Fine);
    // One was deleted and one created, though neither call knows that.
    let settled = async {
        while served.kept_and_scheduled().await != (1, 1) || served.get(&path).await.status != 410 {}
        loop {
            let listed = served.get("/api/v1/tests").await;
            let new = listed.body["items"][0]["id"].as_str().unwrap().to_owned();
            let run = served.call("POST", &format!("/api/v1/tests/{new}/run"), None, None).await;
            if run.status == 200 {
                return;
            }
        }
    };
    tokio::time::timeout(BOUND, settled).await.expect("the catalog follows the store");
}

#[tokio::test]
async fn only_the_client_of_a_run_waits_for_the_store_and_not_for_ever() {
    let peer = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let served = Served::start(Config { in_flight_max: 1, ..Config::default() }).await;
    served.mood(Mood::Stuck);
    let run = || Box::pin(served.post("/api/v1/runs", json!({ "definition": connecting(&peer, None) })));
    let (mut first, mut second) = (run(), run());
    let both = async {
        for round in 0..2 {
            let accepted = tokio::time::timeout(BOUND, peer.accept()).await;
            drop(accepted.unwrap_or_else(|_| panic!("no place in round {round}")).unwrap());
        }
    };
    tokio::select! {
        answer = &mut first => panic!("nothing is committed: {answer:?}"),
        answer = &mut second => panic!("nothing is committed: {answer:?}"),
        () = both => {}
    }
    // From here on, nothing but clocks is waited for.
    tokio::time::pause();
    for answer in [first.await, second.await] {
        answer.envelope(503, "StoreUnavailable");
    }
}

#[tokio::test]
async fn while_results_cannot_be_written_a_run_of_the_api_probes_nobody() {
    let peer = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let served = Served::open().await;
    until_known(&served, Mood::Away).await;
    let run = served.post("/api/v1/runs", json!({ "definition": connecting(&peer, None) }));
    tokio::select! {
        answer = run => drop(answer.envelope(503, "StoreUnavailable")),
        _ = peer.accept() => panic!("it probes, and cannot keep what it finds"),
    }
}

#[tokio::test]
async fn a_store_that_takes_no_results_is_not_ready_though_it_answers() {
    let served = Served::open().await;
    until_known(&served, Mood::Full).await;
    let ready = served.get("/readyz").await;
    let store = &ready.body["error"]["details"]["store"];
    assert_eq!((ready.status, &store["ok"]), (503, &json!(false)), "{ready:?}");
    assert_eq!(served.get("/api/v1/tests").await.status, 200);
}

#[tokio::test]
async fn however_many_ask_whether_it_is_ready_the_store_is_asked_once_a_second() {
    let served = Served::unthrottled().await;
    for _ in 0..50 {
        served.get("/readyz").await;
    }
    let pings = served.store.pings();
    assert!(!pings.is_empty());
    assert!(pings.windows(2).all(|two| two[1] - two[0] >= Duration::from_secs(1)), "{pings:?}");
}

#[tokio::test]
async fn a_test_that_is_replaced_and_deleted_at_once_leaves_no_ghost() {
    let config = Config { admin_token: Some(TokenHash::of(ADMIN)), ..Config::default() };
    let served = Served::start(Config { rates: unbounded(), ..config }).await;
    let call = async |method: &str, path: &str, body: Option<&Value>| {
        served.call(method, path, Some(ADMIN), body).await
    };
    let new = json!({ "definition": definition(Some("1h")) });
    let made = call("POST", "/api/v1/tests", Some(&new)).await;
    let path = format!("/api/v1/tests/{}", made.body["id"].as_str().unwrap());
    served.mood(Mood::SaysLate);
    let other = json!({ "version": 1, "definition": definition(Some("2h")) });
    let mut replaced = Box::pin(call("PUT", &path, Some(&other)));
    tokio::select! {
        answer = &mut replaced => panic!("the store has not said so yet: {answer:?}"),
        () = served.store.held_count(1) => {}
    }
    let mut deleted = Box::pin(call("DELETE", &path, None));
    // Far more than the deletion would take.
    let others = async {
        for _ in 0..20 {
            served.token(&["tests:read"]).await;
        }
    };
    tokio::select! {
        answer = &mut deleted => panic!("it does not wait for its turn: {answer:?}"),
        () = others => {}
    }
    served.mood(Mood::Fine);
    let (replaced, deleted) = tokio::join!(replaced, deleted);
    assert_eq!((replaced.status, deleted.status), (200, 200), "{replaced:?} {deleted:?}");
    let ready = served.get("/readyz").await;
    assert_eq!((ready.status, &ready.body["schedule"]["tests"]), (200, &json!(0)), "{ready:?}");
}
