//! How long pages take with many tests, and until a new test has its first result.
//!
//! The service runs as with [`crate::size`], and one client opens pages one after the other. What it waits for counts: the time of
//! the service, and that of loopback.

use crate::client::Client;
use crate::kind::Kind;
use crate::peer::Peer;
use crate::service::Service;
use crate::size::mix;
use crate::watch::at;
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tokio::time::Instant;

/// Tests, and the interval of each in seconds.
const TESTS: usize = 5_000;
const EVERY: usize = 60;
/// How often each page is opened.
const TIMES: usize = 200;

/// What must hold, at the 95th percentile.
const OVERVIEW_P95_MAX: Duration = Duration::from_millis(150);
const RESULT_P95_MAX: Duration = Duration::from_millis(50);
/// How long the first result of a new test may take.
const FIRST_RESULT_MAX: Duration = Duration::from_secs(3);

/// One address asks for all of it.
const RATE: [&str; 4] = ["--rate-per-second", "100000", "--rate-burst", "100000"];

/// Opens the pages and prints how long they took; fails beyond the bounds.
pub(crate) async fn measure(program: &Path) -> Result<()> {
    let peer = Peer::start()?;
    let folder = tempfile::tempdir()?;
    mix::write(folder.path(), &peer.greeting, TESTS, EVERY)?;
    let service = Service::start(program, folder.path(), "definitions", &RATE).await?;
    let token = service.token(&["tests:read", "tests:write", "results:read"]).await?;
    let bearer = format!("authorization: Bearer {token}");
    let mut api = Client::connect(service.address, Some(bearer.clone())).await?;
    first_result(&mut api, peer.greeting.target(Kind::Http, 0)?).await?;
    // All of them have a result, and most a second one.
    tokio::time::sleep(Duration::from_secs(u64::try_from(2 * EVERY)?)).await;
    // The service closes connections on which nothing comes.
    let mut api = Client::connect(service.address, Some(bearer)).await?;
    let results: Value = serde_json::from_slice(&api.call("GET", "/api/v1/results?limit=200", "").await?)?;
    let results = results.get("items").and_then(Value::as_array).context("no results")?;
    let ids: Vec<&str> = results.iter().filter_map(|result| result.get("id")?.as_str()).collect();
    let tests: Vec<&str> = results.iter().filter_map(|result| result.get("test")?.as_str()).collect();
    let mut browser =
        Client::connect(service.address, Some(format!("cookie: {}", service.session().await?))).await?;
    println!("{TESTS} tests at {EVERY} s, {TIMES} pages of each kind, one after the other");
    let overview = opened(&mut browser, "/tests", &[""]).await?;
    ensure!(overview < OVERVIEW_P95_MAX, "the overview took {OVERVIEW_P95_MAX:?} or more");
    let result = opened(&mut browser, "/results/", &ids).await?;
    ensure!(result < RESULT_P95_MAX, "results took {RESULT_P95_MAX:?} or more");
    opened(&mut browser, "/tests/", &tests).await?;
    opened(&mut browser, "/tests?state=trouble", &[""]).await?;
    for page in ["/alerts", "/silences", "/events", "/definitions"] {
        opened(&mut browser, page, &[""]).await?;
    }
    service.stop().await
}

/// Opens pages whose paths begin so; yields how long they took at the 95th percentile.
async fn opened(browser: &mut Client, path: &str, ends: &[&str]) -> Result<Duration> {
    let mut took = Vec::with_capacity(TIMES);
    for end in ends.iter().cycle().take(TIMES) {
        took.push(browser.get(&format!("{path}{end}")).await?);
    }
    took.sort_unstable();
    let [p50, p95, max] = [50, 95, 100].map(|hundredths| at(&took, hundredths));
    println!("{path:<22} p50 {p50:.1?}, p95 {p95:.1?}, max {max:.1?}");
    Ok(p95)
}

/// Makes a test whose interval is long, and waits for its first result.
async fn first_result(api: &mut Client, target: SocketAddr) -> Result<()> {
    let test =
        json!({ "name": "new", "every": "1h", "http": { "url": format!("http://{target}/health/0") } });
    let body = json!({ "definition": { "tests": [test] } }).to_string();
    let began = Instant::now();
    let made: Value = serde_json::from_slice(&api.call("POST", "/api/v1/tests", &body).await?)?;
    let id = made.get("id").and_then(Value::as_str).context("no test was made")?;
    let path = format!("/api/v1/results?test={id}");
    loop {
        let listed: Value = serde_json::from_slice(&api.call("GET", &path, "").await?)?;
        if listed.get("items").and_then(Value::as_array).is_some_and(|items| !items.is_empty()) {
            break;
        }
        ensure!(began.elapsed() < FIRST_RESULT_MAX, "a new test had no result after {FIRST_RESULT_MAX:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    println!("the first result of a new test, beside the start of {TESTS}: after {:.1?}", began.elapsed());
    Ok(())
}
