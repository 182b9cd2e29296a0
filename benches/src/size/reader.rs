//! Clients that read the API at a rate, over persistent connections.

use crate::client::Client;
use crate::watch::at;
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior};

/// Connections.
const CLIENTS: usize = 4;

/// How long reads took, in order, by what was read.
pub(super) struct Read {
    took: [(&'static str, Vec<Duration>); 2],
}

/// Reads tests and their results, so many times a second together, for a time.
pub(super) async fn read(address: SocketAddr, token: String, reads: usize, time: Duration) -> Result<Read> {
    let mut client = Client::connect(address, Some(bearer(&token))).await?;
    let page: Value = serde_json::from_slice(&client.call("GET", "/api/v1/tests?limit=200", "").await?)?;
    let items = page.get("items").and_then(Value::as_array).context("no tests")?;
    let ids: Vec<String> =
        items.iter().filter_map(|item| Some(item.get("id")?.as_str()?.to_owned())).collect();
    let mut clients = Vec::new();
    let rate = u32::try_from(reads.div_ceil(CLIENTS).max(1))?;
    for number in 0..CLIENTS.min(reads) {
        let client = Client::connect(address, Some(bearer(&token))).await?;
        clients.push(tokio::spawn(read_by(client, ids.clone(), number, Duration::from_secs(1) / rate, time)));
    }
    let mut took =
        [("GET /api/v1/tests/ID", Vec::new()), ("GET /api/v1/results?test=ID&limit=50", Vec::new())];
    for client in clients {
        for ((_, all), own) in took.iter_mut().zip(client.await??) {
            all.extend(own);
        }
    }
    took.iter_mut().for_each(|(_, took)| took.sort_unstable());
    Ok(Read { took })
}

async fn read_by(
    mut client: Client,
    ids: Vec<String>,
    number: usize,
    every: Duration,
    time: Duration,
) -> Result<[Vec<Duration>; 2]> {
    let (mut tests, mut results) = (Vec::new(), Vec::new());
    let mut ticks = tokio::time::interval(every);
    // A read that takes long is followed by those that it has held up.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let end = Instant::now() + time;
    let mut ids = ids.iter().cycle().skip(number);
    while Instant::now() < end {
        ticks.tick().await;
        let id = ids.next().context("no tests")?;
        if tests.len() == results.len() {
            tests.push(client.get(&format!("/api/v1/tests/{id}")).await?);
        } else {
            results.push(client.get(&format!("/api/v1/results?test={id}&limit=50")).await?);
        }
    }
    Ok([tests, results])
}

impl Read {
    pub(super) fn print(&self) {
        for (what, took) in &self.took {
            let [p50, p99, max] = [50, 99, 100].map(|hundredths| at(took, hundredths));
            println!("{what}: {} times, p50 {p50:.1?}, p99 {p99:.1?}, max {max:.1?}", took.len());
        }
    }
}

fn bearer(token: &str) -> String {
    format!("authorization: Bearer {token}")
}
