//! A database that another service uses, or that is deleted or replaced while it is in use.

use crate::faulty::Mood;
use crate::served::{BOUND, Served, definition};
use faultfinder_net::{Clock, Vantage};
use faultfinder_service::{Config, Running, store};
use serde_json::json;
use std::net::SocketAddr;

#[tokio::test]
async fn a_database_that_is_deleted_underneath_is_noticed() {
    let served = Served::unthrottled().await;
    assert_eq!(served.get("/readyz").await.status, 200);
    std::fs::remove_file(served.folder.path().join("service.db")).unwrap();
    let noticed = async { while served.get("/readyz").await.status != 503 {} };
    tokio::time::timeout(BOUND, noticed).await.expect("it is not ready");
    served.until_logged("was deleted or replaced", 1).await;
    let body = json!({ "definition": definition(None) });
    served.post("/api/v1/tests", body).await.envelope(503, "StoreUnavailable");
}

#[tokio::test]
async fn a_second_service_on_a_database_waits_until_the_first_has_ended() {
    let served = Served::open().await;
    let second = store::open(&served.database()).await.unwrap();
    let config = Config { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..Config::default() };
    let mut starting = Box::pin(Running::start(config, second, Clock::system(), Vantage::system()));
    tokio::select! {
        _ = &mut starting => panic!("both services run"),
        () = served.until_logged("another service uses this database", 1) => {}
    }
    let Served { running, folder, .. } = served;
    running.shut_down().await;
    let second = tokio::time::timeout(BOUND, starting).await.expect("its turn comes").unwrap();
    second.shut_down().await;
    drop(folder);
}

#[tokio::test]
async fn a_service_whose_database_was_taken_over_runs_nothing_until_it_has_it_back() {
    let served = Served::unthrottled().await;
    let run_path = format!("/api/v1/tests/{}/run", served.kept(None).await);
    let body = json!({ "definition": definition(None) });
    served.mood(Mood::TakenOver);
    served.until_logged("another service has taken this database over", 1).await;
    served.call("POST", &run_path, None, None).await.envelope(503, "StoreUnavailable");
    served.post("/api/v1/runs", body.clone()).await.envelope(503, "StoreUnavailable");
    served.mood(Mood::Fine);
    served.until_logged("is the only one on its database again", 1).await;
    assert_eq!(served.call("POST", &run_path, None, None).await.status, 200);
    assert_eq!(served.post("/api/v1/runs", body).await.status, 200);
}

#[tokio::test]
async fn a_database_that_is_replaced_underneath_is_noticed_and_nothing_goes_into_the_other_one() {
    let served = Served::unthrottled().await;
    let path = served.folder.path().join("service.db");
    let (aside, other) = (path.with_extension("aside"), path.with_extension("other"));
    let ready = async |status: u16| {
        let seen = async { while served.get("/readyz").await.status != status {} };
        tokio::time::timeout(BOUND, seen).await.unwrap_or_else(|_| panic!("/readyz is never {status}"));
    };
    std::fs::copy(&path, &other).unwrap();
    ready(200).await;
    std::fs::rename(&path, &aside).unwrap();
    std::fs::rename(&other, &path).unwrap();
    ready(503).await;
    let body = json!({ "definition": definition(None) });
    served.post("/api/v1/tests", body).await.envelope(503, "StoreUnavailable");
    // The file is back, and what was refused is not in it.
    std::fs::rename(&aside, &path).unwrap();
    ready(200).await;
    assert_eq!(served.kept_and_scheduled().await, (0, 0));
}
