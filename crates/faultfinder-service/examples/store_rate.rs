//! How many results a second are written through the writer: `store_rate URL [RESULTS]`.
//!
//! Each is acknowledged when it is durable. The results are of 10,000 tests in turn, as a schedule makes them.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a measurement: whatever fails ends it")]

use faultfinder_net::Clock;
use faultfinder_service::Timestamp;
use faultfinder_service::store::{Outcome, ResultRecord, Trigger, Writer, WriterLimits, open};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

const TESTS: u64 = 10_000;
const BODY_BYTES: usize = 600;
const WAITING_MAX: usize = 20_000;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().expect("usage: store_rate URL [RESULTS]");
    let count: u64 = arguments.next().map_or(300_000, |count| count.parse().expect("a number of results"));
    let store = open(&url).await.unwrap();
    let writer = Writer::start(store.clone(), Clock::system(), WriterLimits::default());
    let mut waiting = VecDeque::new();
    let began = Instant::now();
    for n in 0..count {
        waiting.push_back(writer.reserve().unwrap().write(row(n)));
        if waiting.len() >= WAITING_MAX {
            waiting.pop_front().unwrap().await.unwrap();
        }
    }
    for written in waiting {
        written.await.unwrap();
    }
    let took = began.elapsed();
    let stats = writer.stats().commits;
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    println!(
        "{} ({profile}): {count} results of {BODY_BYTES} bytes in {:.2} s, {:.0} a second, {} commits",
        store.kind(),
        took.as_secs_f64(),
        f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / took.as_secs_f64(),
        stats.succeeded
    );
    assert_eq!(writer.close(Duration::from_secs(10)).await, 0);
}

fn row(n: u64) -> ResultRecord {
    ResultRecord {
        id: Uuid::now_v7(),
        test: format!("test-{:05}", n.wrapping_mul(7_919) % TESTS),
        test_version: 1,
        location: "local".to_owned(),
        started_at: Timestamp::from(Clock::system().now()),
        outcome: if n.is_multiple_of(50) { Outcome::Failed } else { Outcome::Passed },
        code: (n.is_multiple_of(50)).then(|| "TCP_REFUSED".to_owned()),
        duration_ms: 12.5,
        delay_ms: 0.5,
        trigger: Trigger::Schedule,
        body: "x".repeat(BODY_BYTES),
    }
}
