//! Clients that leave before they are answered: what they have begun is carried out.

use crate::faulty::Mood;
use crate::served::{ADMIN, Answer, BOUND, Served, connected, definition, notifiers, request, unbounded};
use faultfinder_service::{Config, Notifier, TokenHash, store};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

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

/// A service that serves one connection of each address: when it serves another, the one before has ended.
async fn noticing() -> Served {
    noticing_with(Vec::new()).await
}

/// The same with notifiers.
async fn noticing_with(notifiers: Vec<Notifier>) -> Served {
    let admin_token = Some(TokenHash::of(ADMIN));
    let config = Config { admin_token, rates: unbounded(), notifiers, ..Config::default() };
    Served::start(Config { connections_per_address: 1, ..config }).await
}

/// Leaves, and waits until the service has noticed that.
async fn leave_noticed(served: &Served, from: u8, client: TcpStream) {
    drop(client);
    let healthy = request("GET", "/healthz", None, None);
    let noticed =
        async { while served.sent_from(from, &healthy).await.is_none_or(|answer| answer.status != 200) {} };
    tokio::time::timeout(BOUND, noticed).await.expect("the service notices that its client has left");
}

/// Sends a request from an address of its own, and leaves when so many answers of the store have been held.
/// Waits until the service has noticed that.
async fn leave_held(served: &Served, from: u8, request: &[u8], held: usize) {
    let mut client = connected(from, served.running.address()).await.unwrap();
    client.write_all(request).await.unwrap();
    served.store.held_count(held).await;
    leave_noticed(served, from, client).await;
}

#[tokio::test]
async fn what_a_client_has_begun_and_left_is_in_the_audit_log() {
    let served = noticing().await;
    let new_test = json!({ "definition": definition(None) });
    let new_token = json!({ "name": "a", "scopes": ["tests:read"] });
    let id = async |path: &str, body: &Value| {
        let made = served.call("POST", path, Some(ADMIN), Some(body)).await;
        made.body["id"].as_str().unwrap().to_owned()
    };
    let (test, token) = (id("/api/v1/tests", &new_test).await, id("/api/v1/tokens", &new_token).await);
    for (held, (method, path, body, action)) in (1..).zip([
        ("POST", "/api/v1/tokens".to_owned(), Some(&new_token), "tokens.create"),
        ("DELETE", format!("/api/v1/tokens/{token}"), None, "tokens.revoke"),
        ("POST", "/api/v1/runs".to_owned(), Some(&new_test), "runs.create"),
        ("POST", format!("/api/v1/tests/{test}/run"), None, "tests.run"),
        ("DELETE", format!("/api/v1/tests/{test}/results"), None, "results.delete"),
    ]) {
        let before = served.store.noted().len();
        served.mood(Mood::Held);
        let from = u8::try_from(held + 1).unwrap();
        leave_held(&served, from, &request(method, &path, Some(ADMIN), body), held).await;
        served.mood(Mood::Fine);
        served.store.noted_count(before + 1).await;
        assert_eq!(served.store.noted().last().unwrap().action, action);
    }
}

#[tokio::test]
async fn what_a_test_of_a_notifier_has_begun_there_is_ended_although_its_client_has_left() {
    let notifier = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let text = format!(
        "notifiers: [{{ name: ops, type: alertmanager, url: \"http://{}\" }}]",
        notifier.local_addr().unwrap()
    );
    let served = noticing_with(notifiers(&text)).await;
    let mut client = connected(2, served.running.address()).await.unwrap();
    client.write_all(&request("POST", "/api/v1/notifiers/ops/test", Some(ADMIN), None)).await.unwrap();
    let (mut began, _) = tokio::time::timeout(BOUND, notifier.accept()).await.unwrap().unwrap();
    leave_noticed(&served, 2, client).await;
    began.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await.unwrap();
    let ended = tokio::time::timeout(BOUND, notifier.accept()).await;
    ended.expect("the end of it follows").unwrap();
}

/// What somebody gets who comes to a service that is ending.
async fn come_late(address: SocketAddr, from: u8) -> Answer {
    let mut stream = connected(from, address).await.expect("it still listens");
    stream.write_all(&request("GET", "/api/v1/tests", Some(ADMIN), None)).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    Answer::read(bytes).unwrap()
}

#[tokio::test]
async fn the_end_waits_for_what_clients_have_begun_and_left_and_answers_until_then() {
    let served = noticing().await;
    served.mood(Mood::Held);
    let body = json!({ "name": "a", "scopes": ["tests:read"] });
    leave_held(&served, 2, &request("POST", "/api/v1/tokens", Some(ADMIN), Some(&body)), 1).await;
    let database = served.database();
    let Served { running, folder, store: held, .. } = served;
    let address = running.address();
    let late = async {
        while come_late(address, 3).await.status != 503 {}
        // Far more than the end would take.
        for from in 4..=u8::MAX {
            come_late(address, from).await.envelope(503, "ShuttingDown");
        }
    };
    let mut ended = Box::pin(running.shut_down());
    tokio::select! {
        () = &mut ended => panic!("it has not waited"),
        late = tokio::time::timeout(BOUND, late) => late.expect("all of them are answered"),
    }
    held.mood(Mood::Fine);
    tokio::time::timeout(BOUND, ended).await.expect("nothing is waited for any more");
    assert_eq!(store::open(&database).await.unwrap().tokens().await.unwrap().rows.len(), 1);
    drop(folder);
}
