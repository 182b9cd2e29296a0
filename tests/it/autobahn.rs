//! The Autobahn test suite against the WebSocket probe's client.
//!
//! The suite's fuzzing server plays one case per connection, most of them against a rule of RFC 6455; the client sends
//! every message back, through the connection that the probe itself uses. The suite then says how the client behaved.
//! Cases 12 and 13 (permessage-deflate) are left out: the probe offers no extension.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that panics has failed, its helpers included")]

use faultfinder_tests::python::Peer;
use faultfinder_ws::{Connection, Event, Request, Trace, Vantage};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// Longest message of the suite, in bytes.
const MESSAGE_BYTES_MAX: usize = 16 << 20;
/// How many cases are played at the same time; most of them wait.
const CONCURRENCY: usize = 8;
/// How long one case may take, and all of them.
const CASE_TIME_MAX: Duration = Duration::from_secs(120);
const TIME_MAX: Duration = Duration::from_secs(600);
/// Verdicts on a client that conforms.
const GOOD: &[&str] = &["OK", "NON-STRICT", "INFORMATIONAL"];

/// Cases with another verdict: its name, the verdict, and why. One that no longer applies fails the test, too.
const KNOWN: &[(&str, &str, &str)] = &[];

/// Cases that are played only where `FAULTFINDER_AUTOBAHN_ALL` is set: those that a Python server without compiled helpers cannot play in reasonable time: messages of more than 1 MiB, and
/// such in very small pieces.
fn is_too_slow(case: &str) -> bool {
    std::env::var_os("FAULTFINDER_AUTOBAHN_ALL").is_none()
        && ["9.1.5", "9.1.6", "9.2.5", "9.2.6", "9.3", "9.4", "9.5", "9.6"]
            .iter()
            .any(|slow| case == *slow || case.starts_with(&format!("{slow}.")))
}

/// A request for a path of the suite.
fn request(peer: &Peer, path: &str) -> Request {
    let mut request = Request::new(format!("ws://127.0.0.1:{}/{path}", peer.port()));
    request.max_message_bytes = MESSAGE_BYTES_MAX;
    request
}

/// Sends every message back until the server, or a rule that it breaks, ends it.
async fn echo(vantage: &Vantage, request: &Request) {
    let mut trace = Trace::start();
    let mut connection = Connection::open(vantage, request, &mut trace).await.unwrap();
    while let Ok(event) = connection.receive(&mut trace).await {
        match event {
            Event::Message(message) => {
                if !matches!(connection.send(&message, &mut trace).await, Ok(None)) {
                    break;
                }
            }
            Event::Pong(_) => {}
            Event::Close(_) => break,
        }
    }
    connection.close(Instant::now() + Duration::from_secs(5)).await;
}

/// The verdicts so far.
async fn report(vantage: &Vantage, peer: &Peer) -> Value {
    let mut trace = Trace::start();
    let mut connection = Connection::open(vantage, &request(peer, "report"), &mut trace).await.unwrap();
    let Ok(Event::Message(message)) = connection.receive(&mut trace).await else { panic!("no report") };
    connection.close(Instant::now() + Duration::from_secs(5)).await;
    serde_json::from_slice(message.as_bytes()).unwrap()
}

/// Plays these cases, and yields the verdicts.
async fn play(peer: Arc<Peer>, cases: Vec<(usize, String)>) -> Value {
    let (vantage, cases, next) =
        (Arc::new(Vantage::system()), Arc::new(cases), Arc::new(AtomicUsize::new(0)));
    let mut workers = Vec::new();
    for _ in 0..CONCURRENCY {
        let (vantage, peer, cases, next) =
            (Arc::clone(&vantage), Arc::clone(&peer), Arc::clone(&cases), Arc::clone(&next));
        workers.push(tokio::spawn(async move {
            while let Some((index, name)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                let request = request(&peer, &format!("runCase?case={index}"));
                let played = tokio::time::timeout(CASE_TIME_MAX, echo(&vantage, &request)).await;
                assert!(played.is_ok(), "case {name} does not end");
            }
        }));
    }
    for worker in workers {
        worker.await.unwrap();
    }
    // The server judges a case when it has seen the end of its connection, which may be after us.
    loop {
        let verdicts = report(&vantage, &peer).await;
        if verdicts.as_object().map(serde_json::Map::len) == Some(cases.len()) {
            return verdicts;
        }
        tokio::task::yield_now().await;
    }
}

#[test]
fn no_case_of_the_autobahn_suite_is_worse_than_non_strict() {
    let Some(peer) = Peer::start("autobahn_server.py", &["autobahn", "twisted"]) else { return };
    let peer = Arc::new(peer);
    let names = peer.told()["cases"].as_array().unwrap().iter().map(|case| case.as_str().unwrap().to_owned());
    let cases: Vec<(usize, String)> = (1..).zip(names).filter(|(_, case)| !is_too_slow(case)).collect();
    assert!(cases.len() > 200, "{} cases", cases.len());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let verdicts = runtime
        .block_on(async { tokio::time::timeout(TIME_MAX, play(peer, cases.clone())).await })
        .unwrap_or_else(|_| panic!("the cases do not end within {TIME_MAX:?}"));
    let mut wrong = Vec::new();
    for (_, case) in &cases {
        let verdict = &verdicts[case];
        let found =
            [&verdict["behavior"], &verdict["behaviorClose"]].map(|found| found.as_str().unwrap_or("?"));
        let bad = found.iter().find(|found| !GOOD.contains(found)).copied();
        let known = KNOWN.iter().find(|(known, ..)| known == case).map(|(_, verdict, _)| *verdict);
        if bad != known {
            wrong.push(format!("{case}: {verdict}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
