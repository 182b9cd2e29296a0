//! One suite, run over both databases.

mod cluster; // a PostgreSQL of our own
mod place; // a database for one test
mod columns; // what the tables have, and what is written into them
mod check; // what is there before anything is opened
mod definitions; // tests, and their versions
mod results; // writing and reading results
mod history; // forgetting what a test has behind it
mod summaries; // hours, days, forgetting
mod audit; // reading and forgetting the audit log
mod access; // tokens and the audit log
mod remembered; // responses by the keys of their requests
mod alerts; // watches, alerts, and what is sent of them
mod silences; // times in which nothing is sent
mod statuses; // how tests ended last
mod recent; // the latest runs of tests, and what went wrong last
mod retries_off; // tests whose automatic retries are off
mod claims; // one service at a time
mod rekeyed; // secrets sealed for another key
mod damaged; // rows that are damaged, read through the API
mod away; // what the writer does while the database is away
mod killed; // what is left when the process is killed
mod writer; // the writer alone, with a store that fails on demand

use super::{Origin, Outcome, RawObject, ResultRecord, TestRecord, Trigger};
use crate::Timestamp;
use uuid::Uuid;

/// Runs each of these functions over both databases. The one that PostgreSQL is missing for tells that it is not run.
macro_rules! over_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name(&crate::store::tests::place::Place::sqlite().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                if let Some(place) = crate::store::tests::place::Place::postgres().await {
                    super::$name(&place).await;
                }
            })*
        }
    };
}
use over_both;

/// 2026-11-22T10:00:00Z.
const TEN: i64 = 1_795_341_600_000;
const HOUR: i64 = 3_600_000;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// A number that looks random and is the same each time (SplitMix64).
fn mixed(number: u64) -> u64 {
    let mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn result(test: &str, started_at: i64) -> ResultRecord {
    ResultRecord {
        id: Uuid::now_v7(),
        test: test.to_owned(),
        test_version: 3,
        location: "local".to_owned(),
        started_at: at(started_at),
        outcome: Outcome::Passed,
        code: None,
        duration_ms: 12.5,
        delay_ms: 0.25,
        trigger: Trigger::Schedule,
        body: RawObject::parse(r#"{ "a":"\u0000 ü", "b":0.10}"#.to_owned()).unwrap(),
    }
}

fn test(id: &str) -> TestRecord {
    TestRecord {
        id: id.to_owned(),
        version: 1,
        name: format!("the test {id}"),
        tags: vec!["team:net".to_owned(), "prod".to_owned()],
        every: Some(std::time::Duration::from_millis(61_500)),
        definition: Some(RawObject::parse(r#"{"version":1}"#.to_owned()).unwrap()),
        origin: Origin::Api,
        paused: false,
        restricted: true,
        owner: "a token".to_owned(),
        sealed: Some("1.abc".to_owned()),
        created_at: at(TEN),
        updated_at: at(TEN),
        deleted_at: None,
    }
}
