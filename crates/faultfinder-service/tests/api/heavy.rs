//! Work that takes long: it holds nothing else up, and it ends.

use crate::served::{ADMIN, Answer, BOUND, Served, keyed, unbounded};
use faultfinder_net::DeniedNetworks;
use faultfinder_service::{Config, TokenHash};
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::{Barrier, oneshot};

/// A server that answers one request with these bytes once all servers at the barrier are asked, and what comes when its client
/// has them and leaves.
async fn answering(answer: Vec<u8>, asked: Arc<Barrier>) -> (SocketAddr, oneshot::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (left, taken) = oneshot::channel();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") && stream.read_buf(&mut head).await.unwrap() > 0 {}
        asked.wait().await;
        stream.write_all(&answer).await.unwrap();
        stream.shutdown().await.unwrap();
        // However the connection ends.
        let _ = stream.read_to_end(&mut Vec::new()).await;
        let _ = left.send(());
    });
    (address, taken)
}

/// The head of a response.
fn head(status: &str, fields: &str, length: usize) -> String {
    format!("HTTP/1.1 {status}\r\n{fields}content-length: {length}\r\n\r\n")
}

/// A pattern that takes long.
const HEAVY: &str = "\\b(a{0,20}b? ?){0,40}c\\b";

/// A field of a response on which the pattern takes long.
fn heavy_field() -> String {
    format!("x: ä{}\r\n", "ab ".repeat(5_000))
}

/// A service that needs a token, and is asked as often as its tests like.
async fn locked() -> Served {
    let admin_token = Some(TokenHash::of(ADMIN));
    Served::start(Config { admin_token, rates: unbounded(), ..keyed() }).await
}

/// Tests whose runs take long to judge, and what comes when each is to be judged. They are kept, so that
/// nothing is read of them when they run. All of them are asked before one answers: what waits to be judged would hold the others up.
async fn long(served: &Served, count: usize) -> (Vec<String>, Vec<oneshot::Receiver<()>>) {
    let (mut tests, mut all) = (Vec::new(), Vec::new());
    let asked = Arc::new(Barrier::new(count));
    for _ in 0..count {
        let answer = head("200 OK", &heavy_field(), 0).into_bytes();
        let (address, taken) = answering(answer, Arc::clone(&asked)).await;
        let test = asserting(address, &[format!("header x matches {HEAVY}")]);
        let kept = served.call("POST", "/api/v1/tests", Some(ADMIN), Some(&test)).await;
        assert_eq!(kept.status, 201, "{kept:?}");
        tests.push(kept.body["id"].as_str().unwrap().to_owned());
        all.push(taken);
    }
    (tests, all)
}

/// Runs a test, and yields the id of its result.
async fn run(served: &Served, test: &str, token: &str) -> String {
    let run = served.call("POST", &format!("/api/v1/tests/{test}/run"), Some(token), None).await;
    assert_eq!(run.status, 200, "{run:?}");
    run.body["id"].as_str().unwrap().to_owned()
}

/// Waits until the answers of all targets have been taken: their runs wait to be judged, or are.
async fn all_taken(taken: Vec<oneshot::Receiver<()>>) {
    let taken = tokio::time::timeout(BOUND, join_all(taken)).await.expect("all targets are asked");
    taken.into_iter().for_each(Result::unwrap);
}

/// How many threads do what takes long.
fn threads() -> usize {
    (std::thread::available_parallelism().unwrap().get() / 2).max(1)
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

/// How many runs are under way: their results are not there yet.
async fn in_flight(served: &Served, token: Option<&str>) -> u64 {
    served.metric("faultfinder_schedule_in_flight_runs", token).await
}

/// What comes of a run; and how often the service answered others while it judged what the run has taken.
async fn while_judged(
    served: &Served,
    run: impl Future<Output = Answer>,
    mut taken: oneshot::Receiver<()>,
) -> (Answer, usize) {
    let mut run = std::pin::pin!(run);
    let (mut is_taken, mut answered) = (false, 0);
    loop {
        tokio::select! {
            answer = &mut run => return (answer, answered),
            in_flight = in_flight(served, None) => {
                answered += usize::from(is_taken && in_flight > 0);
                is_taken = is_taken || taken.try_recv().is_ok();
            }
        }
    }
}

/// So often a service says that it lives while something takes long. While its only thread does that, it is once or twice.
const MANY_ANSWERS: usize = 20;

// One thread serves all: what would hold it up would hold up everything.
#[tokio::test]
async fn a_pattern_that_takes_long_holds_nothing_up_and_ends() {
    let served = Served::unthrottled().await;
    let (body, field) = (format!("ä{}", "ab ".repeat(1_600_000)), heavy_field());
    let on_body = vec![format!("body matches {HEAVY}")];
    let on_field = vec![format!("header x matches {HEAVY}"); 3];
    for (name, answer, assertions, code) in [
        ("a body", head("200 OK", "", body.len()) + &body, &on_body, "TIMEOUT"),
        ("a refusal", head("401 No", "", body.len()) + &body, &on_body, "AUTHENTICATION_ERROR"),
        ("a field", head("200 OK", &field, 0), &on_field, "INCORRECT_ASSERTION"),
        ("half an answer", head("200 OK", &field, 9) + "half", &on_field, "CONNRESET"),
    ] {
        let (address, taken) = answering(answer.into_bytes(), Arc::new(Barrier::new(1))).await;
        let run = served.post("/api/v1/runs", asserting(address, assertions));
        let (run, answered) = while_judged(&served, run, taken).await;
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
    let served = Served::unthrottled().await;
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
    assert!(refused.text.contains("compile to more than 33554432 bytes"), "{refused:?}");
    // What a variable makes of a pattern in each run is smaller still.
    let variables = json!({ "N": "{{ numeric(2) }}" });
    let test = one("body matches \\w{100}\\w{100}{{ N }}");
    let body = json!({ "definition": { "version": 1, "variables": variables, "tests": [test] } });
    let refused = served.post("/api/v1/validate", body).await;
    assert!(refused.text.contains("compile to more than 1048576 bytes"), "{refused:?}");
}

#[tokio::test]
async fn a_definition_that_takes_long_to_read_holds_nothing_up() {
    let served = Served::unthrottled().await;
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
async fn a_token_whose_runs_take_long_to_judge_holds_its_own_up_and_no_others() {
    let served = locked().await;
    let scopes = ["tests:read", "runs:execute"];
    let (greedy, modest) = (served.token(&scopes).await, served.token(&scopes).await);
    let (tests, taken) = long(&served, 6 * threads()).await;
    let (last, _) = long(&served, 1).await;
    let modest = async {
        all_taken(taken).await;
        run(&served, &last[0], &modest).await
    };
    let greedy = join_all(tests.iter().map(|test| run(&served, test, &greedy)));
    let (id, others) = tokio::join!(modest, greedy);
    let written = served.store.all_written();
    let place = written.iter().position(|result| result.id.to_string() == id).unwrap();
    assert!(place + threads() < others.len(), "its result is number {place} of {}", written.len());
}

#[tokio::test]
async fn no_more_targets_are_asked_for_a_token_whose_runs_wait_to_be_judged() {
    let served = locked().await;
    let token = served.token(&["tests:read", "runs:execute"]).await;
    let count = 3 * threads();
    let (tests, taken) = long(&served, count).await;
    let (last, last_taken) = long(&served, 1).await;
    let mut last_taken = last_taken.into_iter().next().unwrap();
    let one_more = async {
        all_taken(taken).await;
        let mut run = std::pin::pin!(run(&served, &last[0], &token));
        loop {
            tokio::select! {
                _ = &mut run => panic!("its target was never asked"),
                in_flight = in_flight(&served, Some(ADMIN)) => {
                    if last_taken.try_recv().is_ok() {
                        break in_flight;
                    }
                }
            }
        }
    };
    let runs = join_all(tests.iter().map(|test| run(&served, test, &token)));
    let (in_flight, _) = tokio::join!(one_more, runs);
    // It has its place only after one of the others has given its own back.
    assert!(in_flight <= u64::try_from(count).unwrap(), "{in_flight} of {count}");
}

#[tokio::test]
async fn a_token_runs_few_definitions_at_once_that_are_not_kept() {
    let (admin_token, denied) = (Some(TokenHash::of(ADMIN)), DeniedNetworks::none());
    let served = Served::start(Config { admin_token, denied, rates: unbounded(), ..keyed() }).await;
    let scopes = ["runs:execute"];
    let (greedy, modest) = (served.token(&scopes).await, served.token(&scopes).await);
    // It takes connections, and says nothing until the test does.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let body = asserting(listener.local_addr().unwrap(), &["status is 200".to_owned()]);
    let call = |token| served.call("POST", "/api/v1/runs", Some(token), Some(&body));
    let calls = async { join_all((0..4).map(|_| call(&*greedy))).await };
    let targets = async {
        let mut streams = Vec::new();
        for _ in 0..3 {
            streams.push(listener.accept().await.unwrap().0);
        }
        // The fourth waits, and another token does not: the next to come is of that one.
        let mut other = std::pin::pin!(call(&modest));
        let mut of_other = tokio::select! {
            _ = &mut other => panic!("nobody has answered it"),
            accepted = listener.accept() => accepted.unwrap().0,
        };
        of_other.write_all(head("200 OK", "", 0).as_bytes()).await.unwrap();
        assert_eq!(other.await.status, 200);
        assert!(listener.accept().now_or_never().is_none(), "four at once");
        drop(streams);
        drop(listener.accept().await.unwrap());
    };
    let (answers, ()) = tokio::join!(calls, targets);
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
}

#[tokio::test]
async fn a_list_that_is_sorted_is_made_in_its_turn_among_what_takes_long() {
    let served = locked().await;
    let count = 2 * threads();
    let (tests, taken) = long(&served, count).await;
    let listed = async {
        all_taken(taken).await;
        let listed = served.call("GET", "/api/v1/tests?sort=name", Some(ADMIN), None).await;
        assert_eq!(listed.status, 200, "{listed:?}");
        in_flight(&served, Some(ADMIN)).await
    };
    let runs = join_all(tests.iter().map(|test| run(&served, test, ADMIN)));
    let (in_flight, _) = tokio::join!(listed, runs);
    assert!(in_flight < u64::try_from(count).unwrap(), "it has not waited: {in_flight} were still judged");
}
