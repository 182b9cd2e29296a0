//! Clients that leave before they are answered: what they have begun is carried out.

use crate::served::{BOUND, Served, definition, request};
use serde_json::json;
use std::net::SocketAddr;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// Sends a request and leaves without waiting for the answer, after so many turns of others.
async fn leave(address: SocketAddr, request: &[u8], turns: usize) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let _ = stream.write_all(request).await;
    for _ in 0..turns * 50 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_leaves_leaves_nothing_half_done() {
    let served = Served::unthrottled().await;
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
            let (kept, scheduled) = served.kept_and_scheduled().await;
            let left = changed("tests.create") - changed("tests.delete");
            if u64::try_from(kept).unwrap() == scheduled && left == kept {
                return;
            }
        }
    };
    tokio::time::timeout(BOUND, settled).await.expect("nothing is half done");
}
