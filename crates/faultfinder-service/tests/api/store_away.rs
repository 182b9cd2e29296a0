//! A store that does not answer, or says that it is away.

use crate::faulty::Mood;
use crate::served::{BOUND, Served, definition};
use serde_json::json;
use tokio::net::TcpListener;

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

#[tokio::test]
async fn a_change_whose_commit_is_in_doubt_is_settled_by_the_store() {
    let served = Served::unthrottled().await;
    let id = served.kept(Some("1h")).await;
    served.mood(Mood::CommitsInDoubt);
    let path = format!("/api/v1/tests/{id}");
    served.call("DELETE", &path, None, None).await.envelope(503, "StoreUnavailable");
    let body = json!({ "definition": definition(Some("1h")) });
    served.post("/api/v1/tests", body).await.envelope(503, "StoreUnavailable");
    served.mood(Mood::Fine);
    // One was deleted and one created, though neither call knows that.
    let settled = async {
        while served.kept_and_scheduled().await != (1, 1) || served.get(&path).await.status != 410 {}
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
