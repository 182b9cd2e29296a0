//! What would stop, starve or confuse a service, and does not.

use crate::faulty::Mood;
use crate::served::{ADMIN, Answer, Served, definition, request};
use faultfinder_net::{Clock, Vantage};
use faultfinder_service::{Config, Rates, Running, TokenHash, store};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Longest that anything here is waited for.
const BOUND: Duration = Duration::from_secs(60);

/// A service that is asked as often as its tests like.
async fn unthrottled() -> Served {
    let rates = Rates { per_second: NonZeroU32::MAX, burst: NonZeroU32::MAX };
    Served::start(Config { rates, ..Config::default() }).await
}

/// A server that answers one request with these bytes, and closes.
async fn answering(answer: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") && stream.read_buf(&mut head).await.unwrap_or(0) > 0 {}
        let _ = stream.write_all(&answer).await;
    });
    address
}

/// A run of one test that asks this server, with these assertions.
fn asserting(address: SocketAddr, assertions: &[String]) -> Value {
    let http = json!({ "url": format!("http://{address}/"), "auth": { "basic": { "username": "a", "password": "b" } } });
    let test = json!({ "name": "heavy", "http": http, "assert": assertions });
    json!({ "definition": { "version": 1, "tests": [test] } })
}

/// What comes of a call, and how often the service said meanwhile that it lives.
async fn meanwhile(served: &Served, call: impl Future<Output = Answer>) -> (Answer, usize) {
    let mut call = std::pin::pin!(call);
    let mut answered = 0;
    loop {
        tokio::select! {
            answer = &mut call => return (answer, answered),
            alive = served.get("/healthz") => {
                assert_eq!(alive.status, 200);
                answered += 1;
            }
        }
    }
}

/// So often a service says that it lives while something takes long. While its only thread does that, it is once or twice.
const MANY_ANSWERS: usize = 20;

// One thread serves all: what would hold it up would hold up everything.
#[tokio::test]
async fn a_pattern_that_takes_long_holds_nothing_up_and_ends() {
    let served = unthrottled().await;
    let heavy = "\\b(a{0,20}b? ?){0,40}c\\b";
    let (body, field) = (format!("ä{}", "ab ".repeat(1_600_000)), format!("ä{}", "ab ".repeat(5_000)));
    let on_body = vec![format!("body matches {heavy}")];
    let on_field = vec![format!("header x matches {heavy}"); 3];
    let head = |status: &str, more: &str, length: usize| {
        format!("HTTP/1.1 {status}\r\n{more}content-length: {length}\r\n\r\n")
    };
    let with_field = format!("x: {field}\r\n");
    for (name, answer, assertions, code) in [
        ("a body", head("200 OK", "", body.len()) + &body, &on_body, "TIMEOUT"),
        ("a refusal", head("401 No", "", body.len()) + &body, &on_body, "AUTHENTICATION_ERROR"),
        ("a field", head("200 OK", &with_field, 0), &on_field, "INCORRECT_ASSERTION"),
        ("half an answer", head("200 OK", &with_field, 9) + "half", &on_field, "CONNRESET"),
    ] {
        let run = asserting(answering(answer.into_bytes()).await, assertions);
        let (run, answered) = meanwhile(&served, served.post("/api/v1/runs", run)).await;
        assert!(answered >= MANY_ANSWERS, "{name}: {answered} answers while it was judged");
        let result = &run.body["items"][0];
        assert_eq!((&result["status"], &result["code"]), (&json!("failed"), &json!(code)), "{name}: {run:?}");
        let is_given_up = run.text.contains("needs more work on this text");
        assert_eq!(is_given_up, assertions.len() == 1, "{name}: {run:?}");
    }
}

#[tokio::test]
async fn a_pattern_that_cannot_fit_is_refused_with_its_place() {
    let served = Served::open().await;
    let nobody = SocketAddr::from(([127, 0, 0, 1], 1));
    let body = asserting(nobody, &["body matches (a{1,100}){1,100}b".to_owned()]);
    let refused = served.post("/api/v1/runs", body).await;
    refused.envelope(400, "InvalidRequest");
    assert_eq!(refused.paths(), [("definition.tests[0].assert[0]", "PAYLOAD_BODY")]);
    assert!(refused.text.contains("has 10001 positions"), "{refused:?}");
}

#[tokio::test]
async fn patterns_that_are_large_together_are_refused_before_they_fill_the_memory() {
    let served = unthrottled().await;
    let one = |assertion: &str| json!({ "name": "x", "http": { "url": "http://127.0.0.1:1/" }, "assert": [assertion] });
    let named = |at: usize| {
        let mut test = one(&format!("body matches \\w{{50}}{at}"));
        test["name"] = json!(at.to_string());
        test
    };
    let tests: Vec<Value> = (0..2_000).map(named).collect();
    let body = json!({ "definition": { "version": 1, "tests": tests } });
    let (refused, answered) = meanwhile(&served, served.post("/api/v1/validate", body)).await;
    assert!(answered >= MANY_ANSWERS, "{answered} answers while the definition was read");
    assert_eq!((refused.status, &refused.body["valid"]), (200, &json!(false)), "{refused:?}");
    assert!(refused.text.contains("compile to more than 67108864 bytes"), "{refused:?}");
    // What a variable makes of a pattern in each run is smaller still.
    let variables = json!({ "N": "{{ numeric(2) }}" });
    let test = one("body matches \\w{100}\\w{100}{{ N }}");
    let body = json!({ "definition": { "version": 1, "variables": variables, "tests": [test] } });
    let refused = served.post("/api/v1/validate", body).await;
    assert!(refused.text.contains("compile to more than 1048576 bytes"), "{refused:?}");
}

#[tokio::test]
async fn a_definition_that_takes_long_to_read_holds_nothing_up() {
    let served = unthrottled().await;
    let assertions: Vec<_> = (0..3).map(|n| format!("body matches \\w{{{}}}x", 100 + n)).collect();
    let tests: Vec<_> = (0..4)
        .map(|n| json!({ "name": n.to_string(), "http": { "url": "http://a.test/" }, "assert": assertions }))
        .collect();
    let body = json!({ "definition": { "version": 1, "tests": tests } });
    let (validated, answered) = meanwhile(&served, served.post("/api/v1/validate", body)).await;
    assert_eq!((validated.status, &validated.body["valid"]), (200, &json!(true)), "{validated:?}");
    assert!(answered >= MANY_ANSWERS, "{answered} answers while the definition was read");
}

#[tokio::test]
async fn a_name_that_an_object_has_twice_is_refused() {
    let served = Served::open().await;
    let body = "{\"definition\":{\"version\":1,\"tests\":[]},\"definition\":{\"version\":1,\"tests\":[]}}";
    let head = format!(
        "POST /api/v1/validate HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let refused = served.raw(&[head.as_bytes(), body.as_bytes()].concat()).await;
    refused.envelope(400, "MalformedJson");
    assert!(refused.text.contains("has the name \\\"definition\\\" twice"), "{refused:?}");
}

#[tokio::test]
async fn probing_goes_on_while_the_store_answers_nothing() {
    let peer = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = peer.local_addr().unwrap().port();
    let served = Served::open().await;
    let test = json!({ "name": "each second", "every": "1s", "tcp": { "host": "127.0.0.1", "port": port } });
    let made = served.post("/api/v1/tests", json!({ "definition": { "version": 1, "tests": [test] } })).await;
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

/// Sends a request and leaves without waiting for the answer, after so many turns of others.
async fn leave(address: SocketAddr, request: &[u8], turns: usize) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let _ = stream.write_all(request).await;
    for _ in 0..turns * 50 {
        tokio::task::yield_now().await;
    }
}

/// The tests that the store has, and those that the schedule has.
async fn kept_and_scheduled(served: &Served) -> (usize, u64) {
    let listed = served.get("/api/v1/tests?limit=500").await;
    let ready = served.get("/readyz").await;
    (listed.body["items"].as_array().unwrap().len(), ready.body["schedule"]["tests"].as_u64().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_leaves_leaves_nothing_half_done() {
    let served = unthrottled().await;
    let address = served.running.address();
    let kept = served.kept(Some("1h")).await;
    let definition = definition(Some("1h"));
    let changed = |action: &str| served.store.noted().iter().filter(|entry| entry.action == action).count();
    // Clients that wait longer and longer, until enough of them did not leave too early.
    for turns in 0.. {
        if turns >= 120 && changed("tests.create") > 10 && changed("tests.delete") > 2 {
            break;
        }
        let new = json!({ "definition": definition });
        leave(address, &request("POST", "/api/v1/tests", None, Some(&new)), turns).await;
        let listed = served.get("/api/v1/tests?limit=500").await;
        let items = listed.body["items"].as_array().unwrap();
        let Some(last) = items.last().filter(|last| last["id"] != json!(kept) && turns % 3 != 0) else {
            continue;
        };
        let path = format!("/api/v1/tests/{}", last["id"].as_str().unwrap());
        let update = json!({ "version": last["version"], "definition": definition });
        let (update, delete) =
            (request("PUT", &path, None, Some(&update)), request("DELETE", &path, None, None));
        tokio::join!(leave(address, &update, turns), leave(address, &delete, turns / 2));
    }
    // What is on the schedule is what is kept, and each change is in the audit log.
    let settled = async {
        loop {
            let (kept, scheduled) = kept_and_scheduled(&served).await;
            let left = changed("tests.create") - changed("tests.delete");
            if u64::try_from(kept).unwrap() == scheduled && left == kept {
                return;
            }
        }
    };
    tokio::time::timeout(BOUND, settled).await.expect("nothing is half done");
}

#[tokio::test]
async fn a_change_whose_commit_is_in_doubt_is_settled_by_the_store() {
    let served = unthrottled().await;
    let id = served.kept(Some("1h")).await;
    served.mood(Mood::CommitsInDoubt);
    let path = format!("/api/v1/tests/{id}");
    served.call("DELETE", &path, None, None).await.envelope(503, "StoreUnavailable");
    let body = json!({ "definition": definition(Some("1h")) });
    served.post("/api/v1/tests", body).await.envelope(503, "StoreUnavailable");
    served.mood(Mood::Fine);
    // One was deleted and one created, though neither call knows that.
    let settled = async {
        while kept_and_scheduled(&served).await != (1, 1) || served.get(&path).await.status != 410 {}
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
async fn a_database_that_is_deleted_underneath_is_noticed() {
    let served = unthrottled().await;
    assert_eq!(served.get("/readyz").await.status, 200);
    std::fs::remove_file(served.folder.path().join("service.db")).unwrap();
    let noticed = async { while served.get("/readyz").await.status != 503 {} };
    tokio::time::timeout(BOUND, noticed).await.expect("it is not ready");
    served.until_logged("was deleted or replaced", 1).await;
    let body = json!({ "definition": definition(None) });
    served.post("/api/v1/tests", body).await.envelope(503, "StoreUnavailable");
}

#[tokio::test]
async fn a_second_service_on_a_database_waits_until_the_first_has_ended() {
    let served = Served::open().await;
    let url = format!("sqlite://{}", served.folder.path().join("service.db").display());
    let second = store::open(&url).await.unwrap();
    let config = Config { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..Config::default() };
    let mut starting = Box::pin(Running::start(config, second, Clock::system(), Vantage::system()));
    tokio::select! {
        _ = &mut starting => panic!("both services run"),
        () = served.until_logged("another service uses this database", 1) => {}
    }
    let Served { running, folder, .. } = served;
    running.shut_down().await;
    let second = tokio::time::timeout(BOUND, starting).await.expect("its turn comes").unwrap();
    second.shut_down().await;
    drop(folder);
}

#[tokio::test]
async fn a_service_whose_database_was_taken_over_runs_nothing_until_it_has_it_back() {
    let served = unthrottled().await;
    let run_path = format!("/api/v1/tests/{}/run", served.kept(None).await);
    let body = json!({ "definition": definition(None) });
    served.mood(Mood::TakenOver);
    served.until_logged("another service has taken this database over", 1).await;
    served.call("POST", &run_path, None, None).await.envelope(503, "StoreUnavailable");
    served.post("/api/v1/runs", body.clone()).await.envelope(503, "StoreUnavailable");
    served.mood(Mood::Fine);
    served.until_logged("is the only one on its database again", 1).await;
    assert_eq!(served.call("POST", &run_path, None, None).await.status, 200);
    assert_eq!(served.post("/api/v1/runs", body).await.status, 200);
}

#[tokio::test]
async fn the_time_that_a_service_was_off_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("service.db").display());
    let ahead = Arc::new(AtomicI64::new(0));
    let clock = || {
        let ahead = Arc::clone(&ahead);
        let began = Clock::system().now();
        Clock::from_fn(move || {
            began + Duration::from_secs(u64::try_from(ahead.load(Ordering::SeqCst)).unwrap())
        })
    };
    let config = || Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        admin_token: Some(TokenHash::of(ADMIN)),
        ..Config::default()
    };
    let first = Served::with(folder, config(), clock()).await;
    let body = json!({ "definition": definition(Some("60s")) });
    let made = first.call("POST", "/api/v1/tests", Some(ADMIN), Some(&body)).await;
    assert_eq!(made.status, 201, "{made:?}");
    let paused = json!({ "definition": definition(Some("60s")), "paused": true });
    first.call("POST", "/api/v1/tests", Some(ADMIN), Some(&paused)).await;
    let Served { running, folder, .. } = first;
    running.shut_down().await;
    ahead.fetch_add(600, Ordering::SeqCst);
    let second = Served::with(folder, config(), clock()).await;
    let Served { running, folder, .. } = second;
    // What did not happen is kept at the end at the latest.
    running.shut_down().await;
    let store = store::open(&url).await.unwrap();
    let page = store.results(Default::default()).await.unwrap();
    let missed: Vec<_> = page.rows.iter().filter(|row| row.body.as_str().contains("not_running")).collect();
    assert_eq!(missed.len(), 1, "one record for all of them: {:?}", page.rows);
    assert_eq!(missed[0].test, made.body["id"].as_str().unwrap());
    let body: Value = serde_json::from_str(missed[0].body.as_str()).unwrap();
    assert!((9..=11).contains(&body["count"].as_u64().unwrap()), "{body}");
    drop(folder);
}
