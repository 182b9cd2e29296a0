//! Secrets of definitions: written, used, and never shown.

use crate::served::{ADMIN, Answer, Served, keyed};
use faultfinder_service::store::{RawObject, Store as _};
use faultfinder_service::{Config, TokenHash};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

fn config() -> Config {
    Config { admin_token: Some(TokenHash::of(ADMIN)), ..keyed() }
}

#[tokio::test]
async fn secrets_that_were_kept_openly_are_sealed_at_the_start() {
    let served = Served::start(config()).await;
    let open = definition("http://127.0.0.1:1/", Some(SECRETS[0]));
    let made = served.call("POST", "/api/v1/tests", Some(ADMIN), Some(&json!({ "definition": open }))).await;
    let id = made.body["id"].as_str().unwrap().to_owned();
    // As a release without keys kept it.
    served.store.seal_test(id.clone(), 1, RawObject::of(&open).unwrap(), None).await.unwrap();
    let Served { running, folder, .. } = served;
    running.shut_down().await;
    let served = Served::start_in(folder, config()).await;
    let kept = served.store.test(id.clone()).await.unwrap().unwrap();
    assert!(kept.sealed.is_some());
    assert!(SECRETS.iter().all(|secret| !kept.definition.as_ref().unwrap().as_str().contains(secret)));
    shows_none(&served.call("GET", &format!("/api/v1/tests/{id}"), Some(ADMIN), None).await);
}

/// A definition with a password, a bearer token in a variable, and a header.
fn definition(url: &str, password: Option<&str>) -> Value {
    let mut basic = json!({ "username": "user" });
    if let Some(password) = password {
        basic["password"] = json!(password);
    }
    json!({ "version": 1, "variables": { "PART": { "value": "plum-7431", "secret": true } },
        "tests": [{ "name": "a shop", "http": { "url": url, "auth": { "basic": basic },
            "headers": { "x-api-key": "fig-2290", "x-part": "{{ PART }}" } } }] })
}

const SECRETS: [&str; 3] = ["hunter-5512", "plum-7431", "fig-2290"];

#[track_caller]
fn shows_none(answer: &Answer) {
    for secret in SECRETS {
        assert!(!answer.text.contains(secret), "{secret}: {answer:?}");
    }
}

/// Answers each request, and yields the head of the first.
async fn head(peer: &TcpListener) -> String {
    let (mut stream, _) = peer.accept().await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    String::from_utf8(head).unwrap().to_ascii_lowercase()
}

#[tokio::test]
async fn secrets_are_used_and_never_shown_and_stay_when_an_update_leaves_them_out() {
    let peer = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", peer.local_addr().unwrap());
    let served = Served::start(config()).await;
    let body = json!({ "definition": definition(&url, Some(SECRETS[0])) });
    let made = served.call("POST", "/api/v1/tests", Some(ADMIN), Some(&body)).await;
    assert_eq!(made.status, 201, "{made:?}");
    shows_none(&made);
    let path = format!("/api/v1/tests/{}", made.body["id"].as_str().unwrap());
    let shown = served.call("GET", &path, Some(ADMIN), None).await;
    shows_none(&shown);
    let basic = &shown.body["definition"]["tests"][0]["http"]["auth"]["basic"];
    assert_eq!(basic, &json!({ "username": "user", "password": "***" }));
    shows_none(&served.call("GET", "/api/v1/tests", Some(ADMIN), None).await);
    // What was shown, with another name, and without the password.
    let mut update = shown.body["definition"].clone();
    update["tests"][0]["name"] = json!("the shop");
    update["tests"][0]["http"]["auth"]["basic"] = json!({ "username": "other" });
    let body = json!({ "version": 1, "definition": update });
    let replaced = served.call("PUT", &path, Some(ADMIN), Some(&body)).await;
    assert_eq!(replaced.status, 200, "{replaced:?}");
    shows_none(&replaced);
    // It is all there after a restart, and nothing of it in the files.
    let Served { running, folder, .. } = served;
    running.shut_down().await;
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(SECRETS.iter().all(|secret| !text.contains(secret)));
    }
    let served = Served::start_in(folder, config()).await;
    let run_path = format!("{path}/run");
    let run = served.call("POST", &run_path, Some(ADMIN), None);
    let (head, run) = tokio::join!(head(&peer), run);
    assert_eq!(run.body["status"], json!("passed"), "{run:?}");
    shows_none(&run);
    // `other:hunter-5512` as base64, in lower case.
    assert!(head.contains("authorization: basic b3rozxi6ahvudgvyltu1mti="), "{head}");
    assert!(head.contains("x-api-key: fig-2290\r\nx-part: plum-7431"), "{head}");
}

#[tokio::test]
async fn nobody_has_a_secret_shown_or_sent_elsewhere_that_is_not_theirs() {
    let served = Served::start(config()).await;
    let body = json!({ "definition": definition("http://127.0.0.1:1/", Some(SECRETS[0])) });
    let made = served.call("POST", "/api/v1/tests", Some(ADMIN), Some(&body)).await;
    let path = format!("/api/v1/tests/{}", made.body["id"].as_str().unwrap());
    let writer = served.token(&["tests:write"]).await;
    let with = |change: &dyn Fn(&mut Value)| {
        let mut definition = made.body["definition"].clone();
        change(&mut definition);
        json!({ "version": 1, "definition": definition })
    };
    let shown = with(&|it| it["variables"]["PART"] = json!({ "value": "***", "secret": false }));
    let refused = served.call("PUT", &path, Some(ADMIN), Some(&shown)).await;
    refused.envelope(400, "InvalidRequest");
    assert_eq!(refused.paths(), [("definition.variables.PART.value", "PAYLOAD_BODY")]);
    let elsewhere = with(&|it| it["tests"][0]["http"]["url"] = json!("http://127.0.0.2:1/"));
    let refused = served.call("PUT", &path, Some(&writer), Some(&elsewhere)).await;
    refused.envelope(400, "InvalidRequest");
    assert!(refused.text.contains("leaves secrets out while what is requested changes"), "{refused:?}");
    let quoting = with(&|it| it["tests"][0]["http"]["timeout"] = json!("{{ PART }}"));
    let refused = served.call("PUT", &path, Some(ADMIN), Some(&quoting)).await;
    refused.envelope(400, "InvalidRequest");
    shows_none(&refused);
    // A name may change, and an administrator may send it elsewhere.
    let renamed = with(&|it| it["tests"][0]["name"] = json!("b"));
    assert_eq!(served.call("PUT", &path, Some(&writer), Some(&renamed)).await.status, 200);
    let mut elsewhere = elsewhere;
    elsewhere["version"] = json!(2);
    assert_eq!(served.call("PUT", &path, Some(ADMIN), Some(&elsewhere)).await.status, 200);
}

#[tokio::test]
async fn another_value_of_a_variable_sends_no_secret_elsewhere() {
    let served = Served::start(config()).await;
    let mut definition = definition("http://{{ HOST }}/", Some(SECRETS[0]));
    definition["variables"]["HOST"] = json!("127.0.0.1:1");
    let made =
        served.call("POST", "/api/v1/tests", Some(ADMIN), Some(&json!({ "definition": definition }))).await;
    assert_eq!(made.status, 201, "{made:?}");
    let writer = served.token(&["tests:write"]).await;
    let mut definition = made.body["definition"].clone();
    definition["variables"]["HOST"] = json!("127.0.0.2:1");
    let body = json!({ "version": 1, "definition": definition });
    let path = format!("/api/v1/tests/{}", made.body["id"].as_str().unwrap());
    let refused = served.call("PUT", &path, Some(&writer), Some(&body)).await;
    refused.envelope(400, "InvalidRequest");
    assert!(refused.text.contains("leaves secrets out while what is requested changes"), "{refused:?}");
}

#[tokio::test]
async fn without_a_key_a_definition_with_secrets_is_refused() {
    let served = Served::open().await;
    let body = json!({ "definition": definition("http://127.0.0.1:1/", Some(SECRETS[0])) });
    served.post("/api/v1/tests", body.clone()).await.envelope(400, "NoSecretKey");
    // It can be run, since nothing of it is kept.
    let run = served.post("/api/v1/runs", body).await;
    assert_eq!(run.status, 200, "{run:?}");
    shows_none(&run);
}
