//! What is left when the process is killed: all that it had acknowledged, each once.
//!
//! The process is this test binary, run again for the test `child` alone. It writes results, and prints the id of each
//! once it is acknowledged as durable.

use super::cluster;
use super::{TEN, mixed, result};
use crate::store::{ResultQuery, Writer, WriterLimits, open};
use faultfinder_net::Clock;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesOrdered;
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;
use uuid::Uuid;

/// How often the process is killed.
const KILLS: u64 = 50;

/// Results of the child that wait at the same time.
const WAITING_MAX: usize = 1_500;

/// Where the child writes, and the test that its results are of.
const URL: &str = "FAULTFINDER_TEST_KILLED_URL";
const TEST: &str = "FAULTFINDER_TEST_KILLED_NAME";

#[tokio::test]
#[ignore = "the process that is killed; it writes until then"]
async fn child() {
    let (Ok(url), Ok(test)) = (std::env::var(URL), std::env::var(TEST)) else { return };
    let writer = Writer::start(open(&url).await.unwrap(), Clock::system(), WriterLimits::default());
    let mut waiting = FuturesOrdered::new();
    let mut out = std::io::stdout();
    writeln!(out).unwrap(); // The harness has begun a line.
    for n in 0.. {
        let row = result(&test, TEN + n);
        let id = row.id;
        let written = writer.reserve().unwrap().write(row);
        waiting.push_back(async move {
            written.await.unwrap();
            id
        });
        while waiting.len() >= WAITING_MAX {
            let id = waiting.next().await.unwrap();
            writeln!(out, "durable {id}").unwrap();
        }
    }
}

/// When the child is killed.
#[derive(Debug)]
enum Moment {
    /// So long after it was started: also before it has opened the database.
    After(Duration),
    /// When it has acknowledged so many.
    At(u64),
}

impl Moment {
    fn of(round: u64) -> Self {
        let random = mixed(round ^ 0x5eed);
        if round.is_multiple_of(10) {
            Self::After(Duration::from_millis(random % 150))
        } else {
            Self::At(random % 6_000)
        }
    }
}

/// Runs the child, kills it at a moment, and yields what it had acknowledged.
fn kill(url: &str, test: &str, moment: &Moment) -> BTreeSet<Uuid> {
    let module = module_path!().split_once("::").unwrap().1;
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("{module}::child"), "--ignored", "--nocapture", "--test-threads=1"])
        .env(URL, url)
        .env(TEST, test)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).split(b'\n').map_while(Result::ok);
    let mut durable = BTreeSet::new();
    match moment {
        Moment::After(time) => std::thread::sleep(*time),
        Moment::At(count) => {
            let told = lines.by_ref().filter_map(id).take(usize::try_from(*count).unwrap());
            durable.extend(told);
            assert_eq!(durable.len() as u64, *count, "the child ended by itself");
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What it wrote into the pipe before it died counts; of a line that was cut, an id cannot be read.
    durable.extend(lines.filter_map(id));
    durable
}

/// The id that a line acknowledges.
fn id(line: Vec<u8>) -> Option<Uuid> {
    String::from_utf8(line).ok()?.strip_prefix("durable ")?.parse().ok()
}

/// All results of a test.
async fn there(url: &str, test: &str) -> Vec<Uuid> {
    let store = open(url).await.unwrap();
    let mut query = ResultQuery { test: Some(test.to_owned()), limit: 500, ..ResultQuery::default() };
    let mut ids = Vec::new();
    loop {
        let page = store.results(query.clone()).await.unwrap();
        ids.extend(page.rows.iter().map(|row| row.id));
        query.before = page.next;
        if query.before.is_none() {
            return ids;
        }
    }
}

async fn nothing_acknowledged_is_lost(url: &str) {
    let mut acknowledged = 0;
    for round in 0..KILLS {
        let (test, moment) = (format!("round-{round}"), Moment::of(round));
        let durable = kill(url, &test, &moment);
        let ids = there(url, &test).await;
        let distinct: BTreeSet<Uuid> = ids.iter().copied().collect();
        assert_eq!(distinct.len(), ids.len(), "{test}, {moment:?}: a result is there twice");
        let lost: Vec<_> = durable.difference(&distinct).collect();
        assert!(lost.is_empty(), "{test}, {moment:?}: {} of {} are lost", lost.len(), durable.len());
        acknowledged += durable.len();
    }
    assert!(acknowledged > 10_000, "only {acknowledged} were acknowledged");
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_by_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    nothing_acknowledged_is_lost(&format!("sqlite://{}", folder.path().join("killed.db").display())).await;
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_by_postgres() {
    let Some(cluster) = cluster::shared() else { return };
    nothing_acknowledged_is_lost(&cluster.new_database().await).await;
}
