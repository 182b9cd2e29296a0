//! Alerts, from results to a notifier.

use crate::served::{ADMIN, Answer, BOUND, Served, notifiers, unbounded};
use faultfinder_service::{Config, TokenHash};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A server that is tested, and that receives notices: what it answers is decided by each test.
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    /// The status of `/health`.
    pub(crate) health: AtomicU16,
    /// What the next notices are answered with, the last one first; 200 when nothing is left.
    answers: Mutex<Vec<&'static str>>,
    /// Heads and bodies of notices.
    notices: watch::Sender<Vec<(String, Value)>>,
}

impl Peer {
    pub(crate) async fn start() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let peer = Arc::new(Self {
            address: listener.local_addr().unwrap(),
            health: AtomicU16::new(200),
            answers: Mutex::default(),
            notices: watch::Sender::default(),
        });
        let server = Arc::clone(&peer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(Arc::clone(&server).answer(stream));
            }
        });
        peer
    }

    async fn answer(self: Arc<Self>, mut stream: TcpStream) {
        let (mut bytes, mut buffer) = (Vec::new(), [0; 4_096]);
        let (head, body) = loop {
            let count = stream.read(&mut buffer).await.unwrap_or(0);
            if count == 0 {
                return;
            }
            bytes.extend_from_slice(&buffer[..count]);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length:")
                    .map(|length| length.trim().parse().unwrap())
            });
            if body.len() >= length.unwrap_or(0) {
                break (head.to_owned(), body.to_owned());
            }
        };
        let answer = if head.starts_with("GET /health") {
            self.health.load(Ordering::SeqCst).to_string()
        } else {
            let answer = self.answers.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or("200");
            let body = serde_json::from_str(&body).unwrap();
            self.notices.send_modify(|notices| notices.push((head, body)));
            answer.to_owned()
        };
        let _ = stream
            .write_all(
                format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").as_bytes(),
            )
            .await;
    }

    /// Waits until there were so many notices.
    pub(crate) async fn notices(&self, count: usize) -> Vec<(String, Value)> {
        let mut notices = self.notices.subscribe();
        let seen = tokio::time::timeout(BOUND, notices.wait_for(|notices| notices.len() >= count)).await;
        assert!(seen.is_ok(), "{:#?}", self.notices.borrow());
        self.notices.borrow().clone()
    }

    /// The events of all notices, in their order.
    pub(crate) fn events(&self) -> Vec<String> {
        self.notices.borrow().iter().map(|(_, body)| body["event"].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) fn config(&self, more: &str) -> Config {
        let text = format!(
            "notifiers: [{{ name: ops, type: webhook, url: \"http://{}/hook\" {more} }}]",
            self.address
        );
        Config {
            notifiers: notifiers(&text),
            rates: unbounded(),
            admin_token: Some(TokenHash::of(ADMIN)),
            ..Config::default()
        }
    }

    /// Makes a test of `/health` with this rule.
    pub(crate) async fn test(&self, served: &Served, alert: Value) -> String {
        let test = json!({
            "name": "shop", "tags": ["eu"], "http": { "url": format!("http://{}/health", self.address) },
            "assert": ["status is 200"], "alert": alert,
        });
        let body = json!({ "definition": { "tests": [test] } });
        let made = served.call("POST", "/api/v1/tests", Some(ADMIN), Some(&body)).await;
        assert_eq!(made.status, 201, "{made:?}");
        made.body["id"].as_str().unwrap().to_owned()
    }

    /// Runs a test while `/health` answers with this status.
    pub(crate) async fn run(&self, served: &Served, test: &str, health: u16) -> Answer {
        self.health.store(health, Ordering::SeqCst);
        let answer = served.call("POST", &format!("/api/v1/tests/{test}/run"), Some(ADMIN), None).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer
    }
}

pub(crate) async fn alerts(served: &Served, query: &str) -> Vec<Value> {
    let listed = served.call("GET", &format!("/api/v1/alerts{query}"), Some(ADMIN), None).await;
    assert_eq!(listed.status, 200, "{listed:?}");
    listed.body["items"].as_array().unwrap().clone()
}

/// A moment as the API writes it, in whole seconds since 1970.
fn seconds(text: &str) -> i64 {
    let at = time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339);
    at.unwrap().unix_timestamp()
}

/// Waits until the alert of this id has so many deliveries that have ended.
async fn delivered(served: &Served, id: &str, count: usize) -> Value {
    let ended = async {
        loop {
            let answer = served.call("GET", &format!("/api/v1/alerts/{id}"), Some(ADMIN), None).await;
            let ended = |one: &&Value| one["endedAt"].is_string();
            let deliveries = answer.body["deliveries"].as_array().cloned().unwrap_or_default();
            if deliveries.iter().filter(ended).count() >= count {
                return answer.body;
            }
        }
    };
    tokio::time::timeout(BOUND, ended).await.expect("it is delivered")
}

#[tokio::test]
async fn an_alert_is_sent_when_the_rule_holds_and_so_is_its_end() {
    let peer = Peer::start().await;
    let served = Served::start(peer.config(", secret_env: KEY")).await;
    let message = "{{ name }}: {{ code }}{{#is_recovery}} over{{/is_recovery}} @ops";
    let test = peer.test(&served, json!({ "failures": 2, "priority": 2, "message": message })).await;
    peer.run(&served, &test, 503).await;
    assert!(alerts(&served, "").await.is_empty(), "one failure of two");
    let result = peer.run(&served, &test, 503).await;
    let notices = peer.notices(1).await;
    let (head, body) = &notices[0];
    assert!(head.starts_with("POST /hook HTTP/1.1"), "{head}");
    let facts = [&body["event"], &body["kind"], &body["priority"], &body["message"], &body["locations"]];
    let expected =
        [&json!("alert"), &json!("down"), &json!(2), &json!("shop: ASSERTION @ops"), &json!(["local"])];
    let code = body["fault"]["code"].as_str().unwrap();
    let message = json!(format!("shop: {code} @ops"));
    assert_eq!(facts[..3], expected[..3], "{body:#}");
    assert_eq!((facts[3], facts[4]), (&message, expected[4]), "{body:#}");
    assert_eq!(body["fault"]["result"], result.body["id"], "{body:#}");
    assert_eq!((&body["test"]["id"], &body["test"]["tags"]), (&json!(test), &json!(["eu"])));
    assert!(
        body["reason"].as_str().unwrap().starts_with(&format!("2 of 2 runs failed with {code} since ")),
        "{body:#}"
    );
    assert!(body["summary"].as_str().unwrap().starts_with(&format!("shop is down: {code} in ")), "{body:#}");
    let signature = head.lines().find_map(|line| line.strip_prefix("x-faultfinder-signature: sha256="));
    assert_eq!(signature.map(str::len), Some(64), "{head}");
    let id = body["alert"].as_str().unwrap();
    assert!(head.contains(&format!("idempotency-key: {id}-1")), "{head}");
    let open = alerts(&served, "?open=true").await;
    assert_eq!((open.len(), &open[0]["id"], &open[0]["endedAt"]), (1, &json!(id), &Value::Null), "{open:?}");

    peer.run(&served, &test, 200).await;
    let notices = peer.notices(2).await;
    assert_eq!((&notices[1].1["event"], &notices[1].1["end"]), (&json!("recovery"), &json!("passed")));
    assert_eq!(notices[1].1["summary"], json!("shop is up again"));
    assert!(notices[1].1["message"].as_str().unwrap().ends_with("over @ops"), "{:#}", notices[1].1);
    let details = delivered(&served, id, 2).await;
    let states: Vec<&Value> =
        details["deliveries"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["delivered", "delivered"], "{details:#}");
    assert!(details["endedAt"].is_string(), "{details:#}");
    assert!(alerts(&served, "?open=true").await.is_empty());
    assert_eq!(alerts(&served, &format!("?test={test}&open=false&limit=1")).await.len(), 1);
    // The next one has another number.
    peer.run(&served, &test, 503).await;
    peer.run(&served, &test, 503).await;
    peer.notices(3).await;
    let numbers: Vec<Value> = alerts(&served, "").await.iter().map(|one| one["number"].clone()).collect();
    assert_eq!(numbers, [2, 1]);
}

#[tokio::test]
async fn a_notice_is_sent_until_it_is_taken_and_in_order() {
    let peer = Peer::start().await;
    let served = Served::start(peer.config("")).await;
    *peer.answers.lock().unwrap() = vec!["429\r\nretry-after: 0", "503\r\nretry-after: 0"];
    let test = peer.test(&served, json!({})).await;
    peer.run(&served, &test, 503).await;
    peer.run(&served, &test, 200).await;
    let notices = peer.notices(4).await;
    assert_eq!(peer.events(), ["alert", "alert", "alert", "recovery"], "{notices:#?}");
    let keys: Vec<&str> = notices
        .iter()
        .filter_map(|(head, _)| head.lines().find(|line| line.starts_with("idempotency-key")))
        .collect();
    assert!(keys[..3].iter().all(|key| *key == keys[0]) && keys[3] != keys[0], "{keys:?}");
    let id = notices[0].1["alert"].as_str().unwrap();
    let details = delivered(&served, id, 2).await;
    let attempts: Vec<&Value> =
        details["deliveries"].as_array().unwrap().iter().map(|one| &one["attempts"]).collect();
    assert_eq!(attempts, [&json!(1), &json!(3)], "{details:#}");
}

#[tokio::test]
async fn a_paused_or_deleted_test_has_no_alert() {
    let peer = Peer::start().await;
    let served = Served::start(peer.config("")).await;
    for (action, end) in [("pause", "paused"), ("delete", "deleted")] {
        let test = peer.test(&served, json!({})).await;
        peer.run(&served, &test, 503).await;
        let before = peer.notices.borrow().len();
        match action {
            "pause" => served.call("POST", &format!("/api/v1/tests/{test}/pause"), Some(ADMIN), None).await,
            _ => served.call("DELETE", &format!("/api/v1/tests/{test}"), Some(ADMIN), None).await,
        };
        let ended = async {
            loop {
                let listed = alerts(&served, &format!("?test={test}")).await;
                if listed.first().is_some_and(|one| one["endedAt"].is_string()) {
                    return listed[0].clone();
                }
            }
        };
        let ended = tokio::time::timeout(BOUND, ended).await.expect("it ends");
        assert_eq!(ended["notice"]["end"], json!(end), "{ended:#} {before}");
        if action == "pause" {
            served.call("DELETE", &format!("/api/v1/tests/{test}"), Some(ADMIN), None).await;
        }
    }
}

#[tokio::test]
async fn somebody_who_works_on_an_alert_says_so() {
    let peer = Peer::start().await;
    let served = Served::start(peer.config("")).await;
    let (reader, writer) = (served.token(&["results:read"]).await, served.token(&["tests:write"]).await);
    let test = peer.test(&served, json!({})).await;
    peer.run(&served, &test, 503).await;
    let id = peer.notices(1).await[0].1["alert"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/alerts/{id}/acknowledge");
    served.call("POST", &path, Some(&reader), None).await.envelope(403, "MissingScopes");
    let answer = served.call("POST", &path, Some(&writer), None).await;
    assert_eq!((answer.status, &answer.body["isAcknowledged"]), (200, &json!(true)), "{answer:?}");
    assert!(
        served.store.noted().iter().any(|entry| entry.action == "alerts.acknowledge" && entry.subject == id)
    );
    served.call("GET", "/api/v1/alerts/none", Some(&reader), None).await.envelope(404, "NotFound");
    served
        .call("GET", "/api/v1/alerts?open=perhaps", Some(&reader), None)
        .await
        .envelope(400, "InvalidRequest");
    served
        .call("GET", "/api/v1/alerts?cursor=x", Some(&reader), None)
        .await
        .envelope(400, "InvalidPaginationToken");
    served.call("GET", "/api/v1/alerts", Some(&writer), None).await.envelope(403, "MissingScopes");
    peer.run(&served, &test, 200).await;
    peer.notices(2).await;
    served.call("POST", &path, Some(&writer), None).await.envelope(410, "Gone");
}

#[tokio::test]
async fn an_alert_goes_on_after_a_restart_and_what_was_not_sent_is_sent() {
    let peer = Peer::start().await;
    let served = Served::start(peer.config("")).await;
    // The notifier does not take it for now.
    *peer.answers.lock().unwrap() = vec!["500\r\nretry-after: 600"];
    let test = peer.test(&served, json!({ "failures": 2 })).await;
    peer.run(&served, &test, 503).await;
    peer.run(&served, &test, 503).await;
    let id = peer.notices(1).await[0].1["alert"].as_str().unwrap().to_owned();
    let noted = async {
        loop {
            let answer = served.call("GET", &format!("/api/v1/alerts/{id}"), Some(ADMIN), None).await;
            if answer.body["deliveries"][0]["attempts"] == json!(1) {
                return answer.body;
            }
        }
    };
    let details = tokio::time::timeout(BOUND, noted).await.expect("the attempt is noted");
    let failure = details["deliveries"][0]["failure"].as_str().unwrap();
    assert!(failure.contains("found 500") && !failure.contains("/hook"), "{failure}");
    assert_eq!(details["deliveries"][0]["state"], json!("waiting"), "{details:#}");
    let moment = |field: &str| seconds(details["deliveries"][0][field].as_str().unwrap());
    assert!(moment("nextAt") >= moment("at") + 600, "as the notifier asks: {details:#}");
    let Served { running, folder, store, .. } = served;
    running.shut_down().await;
    drop(store);
    let served = Served::start_in(folder, peer.config("")).await;
    let open = alerts(&served, "?open=true").await;
    assert_eq!((open.len(), &open[0]["id"]), (1, &json!(id)), "{open:?}");
    // It does not begin again, and ends when the test passes.
    peer.run(&served, &test, 503).await;
    assert_eq!(alerts(&served, "").await.len(), 1);
    peer.run(&served, &test, 200).await;
    let ended = async { while !alerts(&served, "?open=true").await.is_empty() {} };
    tokio::time::timeout(BOUND, ended).await.expect("it ends");
}

#[tokio::test]
async fn a_paused_test_has_no_alert_however_often_it_is_run() {
    let peer = Peer::start().await;
    let served = Served::start(peer.config("")).await;
    let test = json!({
        "name": "shop", "paused": true, "http": { "url": format!("http://{}/health", peer.address) },
        "assert": ["status is 200"],
    });
    let body = json!({ "paused": true, "definition": { "tests": [test] } });
    let made = served.call("POST", "/api/v1/tests", Some(ADMIN), Some(&body)).await;
    assert_eq!((made.status, &made.body["paused"]), (201, &json!(true)), "{made:?}");
    let test = made.body["id"].as_str().unwrap();
    peer.run(&served, test, 503).await;
    let resumed = served.call("POST", &format!("/api/v1/tests/{test}/resume"), Some(ADMIN), None).await;
    assert_eq!(resumed.status, 200, "{resumed:?}");
    peer.run(&served, test, 503).await;
    peer.notices(1).await;
    assert_eq!(alerts(&served, "").await.len(), 1, "the run before counts for nothing");
}

#[tokio::test]
async fn what_happened_to_a_test_while_the_service_was_off_ends_its_alert() {
    let peer = Peer::start().await;
    let definitions = tempfile::tempdir().unwrap();
    let file = definitions.path().join("a.yaml");
    let write = |names: &[&str], paused: bool| {
        let test = |name: &&str| {
            let url = format!("http://{}/health?{name}", peer.address);
            format!(
                "  - {{ name: {name}, paused: {paused}, http: {{ url: '{url}' }}, assert: [ status is 200 ] }}\n"
            )
        };
        let tests: String = names.iter().map(test).collect();
        std::fs::write(&file, format!("tests:\n{tests}")).unwrap();
    };
    let config = || Config { definitions: vec![definitions.path().to_owned()], ..peer.config("") };
    write(&["gone", "paused"], false);
    let served = Served::start(config()).await;
    let listed = served.call("GET", "/api/v1/tests", Some(ADMIN), None).await;
    for test in listed.body["items"].as_array().unwrap() {
        peer.run(&served, test["id"].as_str().unwrap(), 503).await;
    }
    peer.notices(2).await;
    let Served { running, folder, store, .. } = served;
    running.shut_down().await;
    drop(store);
    write(&["paused"], true);
    let served = Served::start_in(folder, config()).await;
    peer.notices(4).await;
    let mut ends: Vec<_> = alerts(&served, "?open=false")
        .await
        .iter()
        .map(|one| (one["notice"]["test"]["name"].clone(), one["notice"]["end"].clone()))
        .collect();
    ends.sort_by_key(|(name, _)| name.to_string());
    assert_eq!(ends, [(json!("gone"), json!("deleted")), (json!("paused"), json!("paused"))]);
    assert!(alerts(&served, "?open=true").await.is_empty());
}

#[tokio::test]
async fn failures_in_a_time_of_maintenance_begin_no_alert() {
    let peer = Peer::start().await;
    let served = Served::start(peer.config("")).await;
    let test = peer.test(&served, json!({ "maintenance": "mon-sun 00:00-24:00" })).await;
    peer.run(&served, &test, 503).await;
    // One without maintenance has its alert, so the other one would have had it, too.
    let other = peer.test(&served, json!({})).await;
    peer.run(&served, &other, 503).await;
    let notices = peer.notices(1).await;
    assert_eq!(notices[0].1["test"]["id"], json!(other), "{notices:#?}");
    assert!(alerts(&served, &format!("?test={test}")).await.is_empty());
    // What failed in it does not count after it.
    let definition = json!({ "tests": [{
        "name": "shop", "http": { "url": format!("http://{}/health", peer.address) }, "assert": ["status is 200"],
        "alert": { "failures": 2 },
    }] });
    let body = json!({ "version": 1, "definition": definition });
    let replaced = served.call("PUT", &format!("/api/v1/tests/{test}"), Some(ADMIN), Some(&body)).await;
    assert_eq!(replaced.status, 200, "{replaced:?}");
    peer.run(&served, &test, 503).await;
    assert!(alerts(&served, &format!("?test={test}")).await.is_empty());
    peer.run(&served, &test, 503).await;
    assert_eq!(alerts(&served, &format!("?test={test}")).await.len(), 1);
}

#[tokio::test]
async fn only_the_notifiers_that_a_rule_names_send_it() {
    let peer = Peer::start().await;
    let served = Served::start(peer.config("")).await;
    let silent = peer.test(&served, json!({ "notify": [] })).await;
    let other = peer.test(&served, json!({ "notify": ["somebody"] })).await;
    let named = peer.test(&served, json!({ "notify": ["somebody", "ops"] })).await;
    for test in [&silent, &other, &named] {
        peer.run(&served, test, 503).await;
    }
    let notices = peer.notices(1).await;
    assert_eq!(notices[0].1["test"]["id"], json!(named), "{notices:#?}");
    assert_eq!(served.logged("names the notifier `somebody`").len(), 1, "two tests, and one line");
    // All three have their alert, and the two others nothing to deliver.
    for (test, count) in [(&silent, 0), (&other, 0), (&named, 1)] {
        let listed = alerts(&served, &format!("?test={test}")).await;
        let id = listed[0]["id"].as_str().unwrap();
        let details = served.call("GET", &format!("/api/v1/alerts/{id}"), Some(ADMIN), None).await;
        assert_eq!(details.body["deliveries"].as_array().unwrap().len(), count, "{details:?}");
    }
}

#[tokio::test]
async fn a_notifier_is_tried_out() {
    let peer = Peer::start().await;
    let served = Served::start(peer.config("")).await;
    let listed = served.call("GET", "/api/v1/notifiers", Some(ADMIN), None).await;
    assert_eq!(listed.body, json!({ "items": [{ "name": "ops", "type": "webhook" }] }), "{listed:?}");
    let path = "/api/v1/notifiers/ops/test";
    let tried = served.call("POST", path, Some(ADMIN), None).await;
    assert_eq!((tried.status, &tried.body), (200, &json!({ "isDelivered": true, "failure": null })));
    let notices = peer.notices(1).await;
    assert_eq!(notices[0].1["summary"], json!("Test of the notifier ops: nothing is wrong"), "{notices:?}");
    *peer.answers.lock().unwrap() = vec!["403"];
    let refused = served.call("POST", path, Some(ADMIN), None).await;
    assert_eq!((refused.status, &refused.body["isDelivered"]), (200, &json!(false)), "{refused:?}");
    let failure = refused.body["failure"].as_str().unwrap();
    assert!(failure.contains("found 403") && !failure.contains("/hook"), "{failure}");
    assert_eq!(peer.notices(2).await.len(), 2, "each is sent once");
    // No alert begins, and everybody can see who asked for it.
    assert!(alerts(&served, "").await.is_empty());
    let audited = served.call("GET", "/api/v1/audit?action=notifiers.test", Some(ADMIN), None).await;
    assert_eq!(audited.body["items"].as_array().unwrap().len(), 2, "{audited:?}");
    let missing = served.call("POST", "/api/v1/notifiers/other/test", Some(ADMIN), None).await;
    missing.envelope(404, "NotFound");
    let reader = served.token(&["results:read"]).await;
    assert_eq!(served.call("GET", "/api/v1/notifiers", Some(&reader), None).await.status, 200);
    served.call("POST", path, Some(&reader), None).await.envelope(403, "MissingScopes");
    assert_eq!(peer.notices(2).await.len(), 2, "nothing is sent for who may not ask");
}

#[tokio::test]
async fn what_stays_open_at_a_notifier_is_ended_after_a_trial() {
    let is_ended = |(head, body): &(String, Value)| {
        let ends_at = body[0]["endsAt"].as_str();
        body["event_action"] == json!("resolve")
            || head.contains("/close?")
            || ends_at.is_some_and(|at| !at.starts_with("0001"))
    };
    for (kind, more, expected) in [
        ("alertmanager", "", &[false, true][..]),
        ("pagerduty", "secret_env: KEY", &[false, true]),
        ("opsgenie", "secret_env: KEY", &[false, true]),
        ("ntfy", "", &[false]),
    ] {
        let peer = Peer::start().await;
        let text =
            format!("notifiers: [{{ name: ops, type: {kind}, url: \"http://{}/x\", {more} }}]", peer.address);
        let served = Served::start(Config { notifiers: notifiers(&text), ..peer.config("") }).await;
        // Whatever came of the first one: the notifier may have taken it all the same.
        for answers in [vec![], vec!["500"]] {
            peer.notices.send_replace(Vec::new());
            let is_delivered = answers.is_empty();
            *peer.answers.lock().unwrap() = answers;
            let tried = served.call("POST", "/api/v1/notifiers/ops/test", Some(ADMIN), None).await;
            assert_eq!(tried.body["isDelivered"], json!(is_delivered), "{kind}: {tried:?}");
            let notices = peer.notices(expected.len()).await;
            assert_eq!(notices.iter().map(is_ended).collect::<Vec<_>>(), expected, "{kind}: {notices:?}");
        }
    }
}
