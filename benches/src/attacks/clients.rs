//! What clients do.

use super::targets::Targets;
use super::tests;
use crate::call::Call;
use crate::service::Service;
use anyhow::{Result, ensure};
use bytes::Bytes;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::task::JoinHandle;

/// The attacks.
pub(crate) const NAMES: [&str; 7] =
    ["long-runs", "large-runs", "definitions", "bodies", "readers", "senders", "unanswered"];

/// Tests whose target never answers, and tests that wait an hour for it.
const UNANSWERED: usize = 2_000;
const AN_HOUR: usize = 600;
/// Clients that read nothing, and how long each does so.
const READERS: u8 = 200;
const READER_STAYS: Duration = Duration::from_secs(25);
/// Clients that send slowly: 3 MB, a part every so often.
const SENDERS: u8 = 100;
const SENDER_PAUSE: Duration = Duration::from_millis(500);
const SENDER_PART: usize = 16 << 10;

/// Starts them all, or one kind.
pub(crate) async fn start(
    service: &Service,
    targets: &Targets,
    only: Option<&str>,
) -> Result<Vec<JoinHandle<()>>> {
    ensure!(only.is_none_or(|only| NAMES.contains(&only)), "--only is one of: {}", NAMES.join(", "));
    let wanted = |name: &str| only.is_none_or(|only| only == name);
    let to = service.address;
    let mut started = Vec::new();
    for (name, bodies) in [
        ("long-runs", tests::long(targets.words, targets.numbers)),
        ("large-runs", tests::large(targets.json, targets.xml)),
    ] {
        for from in 2..4_u8 {
            let token = service.token(&["runs:execute"]).await?;
            for body in bodies.iter().cycle().take(12 * usize::from(wanted(name))) {
                let call = Call::post("/api/v1/runs", &token, body.clone().into()).from(from);
                started.push(tokio::spawn(again_and_again(call, to)));
            }
        }
    }
    let reader = service.token(&["tests:read", "results:read"]).await?;
    for (name, body, clients) in [("definitions", tests::many(), 12), ("bodies", tests::objects(), 4)] {
        let call = Call::post("/api/v1/validate", &reader, body.into());
        for client in 0..clients * u8::from(wanted(name)) {
            started.push(tokio::spawn(again_and_again(call.clone().from(4 + client), to)));
        }
    }
    for client in 0..READERS * u8::from(wanted("readers")) {
        let call = Call::get_with("/api/v1/results?limit=1000", &reader).from(20 + client % 4);
        started.push(tokio::spawn(read_nothing(call, to)));
    }
    for client in 0..SENDERS * u8::from(wanted("senders")) {
        let body = Bytes::from(vec![b' '; 3_000_000]);
        let call = Call::post("/api/v1/validate", &reader, body).from(30 + client % 4);
        started.push(tokio::spawn(send_slowly(call, to)));
    }
    if wanted("unanswered") {
        let writer = service.token(&["tests:write"]).await?;
        let silent = targets.silent;
        started.push(tokio::spawn(async move {
            for number in 0..UNANSWERED + AN_HOUR {
                let (timeout, every) = if number < UNANSWERED { ("10s", "10s") } else { ("1h", "60s") };
                let body = tests::unanswered(silent, number, timeout, every);
                let _ = Call::post("/api/v1/tests", &writer, body.into()).from(40).send(to).await;
            }
        }));
    }
    Ok(started)
}

/// Calls once what is judged or read, and demands that it is: what is refused at the door attacks nothing.
pub(crate) async fn check(service: &Service, targets: &Targets) -> Result<()> {
    let token = service.token(&["runs:execute", "tests:read"]).await?;
    let to = service.address;
    let long = tests::long(targets.words, targets.numbers);
    let large = tests::large(targets.json, targets.xml);
    for (number, body) in long.into_iter().chain(large).enumerate() {
        let ran = Call::post("/api/v1/runs", &token, body.into()).send(to).await?.json()?;
        let result = ran.pointer("/items/0").cloned().unwrap_or_default();
        let is_given_up = result.get("code").is_some_and(|code| code == "TIMEOUT");
        let is_judged = result.get("status").is_some_and(|status| status == "passed");
        ensure!(is_judged || (number == 0 && is_given_up), "run {number} is not judged: {ran}");
    }
    for body in [tests::many(), tests::objects()] {
        let read = Call::post("/api/v1/validate", &token, body.into()).send(to).await?.json()?;
        ensure!(read.get("valid").is_some(), "a definition is not read: {read}");
    }
    Ok(())
}

/// The same call without end.
async fn again_and_again(call: Call, to: SocketAddr) {
    loop {
        match call.send(to).await {
            Ok(outcome) if outcome.status < 429 => {}
            _ => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

/// Asks and takes nothing of the answer.
async fn read_nothing(call: Call, to: SocketAddr) {
    loop {
        let kept = call.begin(to).await;
        tokio::time::sleep(READER_STAYS).await;
        drop(kept);
    }
}

/// Sends a body part by part.
async fn send_slowly(call: Call, to: SocketAddr) {
    loop {
        if let Ok(mut stream) = call.begin(to).await {
            for part in call.body().chunks(SENDER_PART) {
                if stream.write_all(part).await.is_err() {
                    break;
                }
                tokio::time::sleep(SENDER_PAUSE).await;
            }
        }
        tokio::time::sleep(SENDER_PAUSE).await;
    }
}
