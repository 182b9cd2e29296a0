//! The page of a result, what changed, and alerts.

use super::browser::Browser;
use crate::served::{Served, connecting, definition, notifiers};
use faultfinder_service::store::{Outcome, RawObject, ResultRecord, Store as _};
use faultfinder_service::{Config, Timestamp};
use serde_json::json;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

#[tokio::test]
async fn a_result_says_what_broke_before_it_says_how() {
    let served = Served::open().await;
    let test = json!({ "name": "two steps", "steps": [
        { "name": "alpha", "tcp": { "host": "127.0.0.1", "port": 1 } },
        { "name": "omega", "tcp": { "host": "127.0.0.1", "port": 1 } },
    ] });
    let single = served.post("/api/v1/runs", json!({ "definition": definition(None) })).await;
    let steps = served.post("/api/v1/runs", json!({ "definition": { "version": 1, "tests": [test] } })).await;
    let browser = Browser::new(&served);
    for (run, parts) in [
        (
            &single,
            &[
                "CONNREFUSED",
                "connection refused",
                "the target",
                "What to do",
                "Phases",
                "broke here",
                "Address tried",
            ][..],
        ),
        (&steps, &["CONNREFUSED", "Steps", "alpha", "omega", "Not carried out"]),
    ] {
        let id = run.body["items"][0]["id"].as_str().unwrap();
        let page = browser.open(&format!("/results/{id}")).await;
        let mut rest = page.as_str();
        for part in parts {
            let found = rest.split_once(part).unwrap_or_else(|| panic!("no {part} in its place: {page}"));
            rest = found.1;
        }
    }
}

#[tokio::test]
async fn a_result_says_who_answered_in_place_of_the_application() {
    let peer = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", peer.local_addr().unwrap());
    tokio::spawn(async move {
        for headers in ["x-squid-error: ERR_DNS_FAIL <b>\r\n", "server: cloudflare\r\n"] {
            let (mut stream, _) = peer.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await;
            let answer = format!("HTTP/1.1 503 X\r\n{headers}content-length: 0\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    let served = Served::open().await;
    let test = json!({ "name": "t", "http": { "url": url }, "assert": ["status is 200"] });
    let definition = json!({ "definition": { "version": 1, "tests": [test] } });
    let browser = Browser::new(&served);
    let mut pages = Vec::new();
    for _ in 0..2 {
        let run = served.post("/api/v1/runs", definition.clone()).await;
        let id = run.body["items"][0]["id"].as_str().unwrap();
        pages.push(browser.open(&format!("/results/{id}")).await);
    }
    let sentence = "Answered by Squid, not by the application: the name of its origin does not resolve (certain): \
                x-squid-error: ERR_DNS_FAIL &#60;b&#62;.";
    assert!(pages[0].contains(sentence) && pages[0].contains("Check the name of the origin"), "{}", pages[0]);
    assert!(!pages[1].contains("not by the application"), "{}", pages[1]);
}

#[tokio::test]
async fn a_run_that_did_not_happen_says_why_and_a_body_of_another_release_is_shown_as_it_is() {
    let served = Served::open().await;
    let missed = ResultRecord {
        test: "gone".to_owned(),
        body: RawObject::parse(r#"{"reason":"host_suspended","count":3}"#.to_owned()).unwrap(),
        ..ResultRecord::new(Timestamp::from_millis(1_795_341_600_000), Outcome::Missed)
    };
    let other = ResultRecord {
        body: RawObject::parse(r#"{"from":"the <future>"}"#.to_owned()).unwrap(),
        ..ResultRecord::new(Timestamp::from_millis(1_795_341_600_000), Outcome::Failed)
    };
    let (first, second) = (missed.id, other.id);
    served.store.write_results(&[Arc::new(missed), Arc::new(other)]).await.unwrap();
    let browser = Browser::new(&served);
    let page = browser.open(&format!("/results/{first}")).await;
    assert!(
        page.contains("3 runs") && page.contains("The test did not run: this host was suspended."),
        "{page}"
    );
    let page = browser.open(&format!("/results/{second}")).await;
    assert!(page.contains("the &#60;future&#62;"), "{page}");
}

#[tokio::test]
async fn what_changed_is_told_once_and_leads_to_its_result() {
    let served = Served::unthrottled().await;
    let peer = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = peer.local_addr().unwrap();
    let mut definition = connecting(&peer, None);
    definition["tests"][0]["alert"] = json!({ "failures": 1 });
    let made = served.post("/api/v1/tests", json!({ "definition": definition })).await;
    let run = format!("/api/v1/tests/{}/run", made.body["id"].as_str().unwrap_or_else(|| panic!("{made:?}")));
    let ran = async || served.call("POST", &run, None, None).await.body["id"].as_str().unwrap().to_owned();
    ran().await;
    drop(peer);
    let failed = ran().await;
    for _ in 0..4 {
        ran().await;
    }
    let browser = Browser::new(&served);
    let alerts = browser.open("/alerts").await;
    assert!(alerts.contains("1 open alert") && alerts.contains("connects is down: CONNREFUSED"), "{alerts}");
    let action = alerts.split("action=\"").find_map(|rest| {
        rest.split_once('"').map(|(action, _)| action).filter(|action| action.ends_with("/acknowledge"))
    });
    let answer = browser.press("/alerts", action.unwrap()).await;
    assert_eq!(answer.header("location"), Some("/alerts"), "{answer:?}");
    assert!(browser.open("/alerts").await.contains("Acknowledged"));
    let _again = TcpListener::bind(address).await.unwrap();
    let passed = ran().await;
    let page = browser.open("/events").await;
    assert_eq!(page.matches("<tr><td>").count(), 2, "{page}");
    let (recovery, failure) = (page.find(&passed).unwrap(), page.find(&failed).unwrap());
    assert!(
        recovery < failure && page.contains("Passed again") && page.contains("Failed, 5 runs in a row"),
        "{page}"
    );
    let alerts = browser.open("/alerts").await;
    assert!(alerts.contains("No open alerts") && alerts.contains("Ended"), "{alerts}");
}

#[tokio::test]
async fn files_with_mistakes_say_what_is_wrong() {
    let served = Served::open().await;
    let page = Browser::new(&served).open("/definitions").await;
    assert!(page.contains("reads no files"), "{page}");
    let code = Browser::new(&served).open("/codes/TIMEOUT").await;
    assert!(code.contains("<h1>TIMEOUT") && code.contains("What to do"), "{code}");
    assert!(code.contains("<td>connect </td><td>tcp.timed_out</td><td>timeout</td>"), "{code}");
}

#[tokio::test]
async fn a_button_tries_a_notifier_out() {
    let address = {
        let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
        gone.local_addr().unwrap()
    };
    let text = format!(
        "notifiers: [{{ name: \"R&D <b>\", type: webhook, url: \"http://{address}/a-secret-path\" }}]"
    );
    let served = Served::start(Config { notifiers: notifiers(&text), ..Config::default() }).await;
    let browser = Browser::new(&served);
    let answer = browser.press("/alerts", "/notifiers/R%26D%20%3Cb%3E/test").await;
    super::browser::secure(&answer);
    assert!(
        answer.status == 200
            && answer.text.contains("R&#38;D &#60;b&#62; did not take the test notice")
            && answer.text.contains("CONNREFUSED")
            && !answer.text.contains("a-secret-path"),
        "{answer:?}"
    );
}
