//! Signing in and out, sessions, forms.

use super::browser::{Browser, cookie, csrf};
use crate::served::{ADMIN, Served, unbounded};
use faultfinder_service::{Config, Rates, TokenHash};
use serde_json::json;
use std::num::NonZeroU32;

#[tokio::test]
async fn one_signs_in_with_a_token_and_out_again() {
    let served = Served::locked().await;
    let mut browser = Browser::new(&served);
    for path in [
        "/",
        "/tests",
        "/tests/x",
        "/results/x",
        "/codes",
        "/alerts",
        "/silences",
        "/events",
        "/definitions",
        "/live",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 303, "{path}: {answer:?}");
        assert!(answer.header("location").unwrap().starts_with("/sign-in"), "{answer:?}");
    }
    let asked = browser.get("/tests?tag=a&page=1").await;
    let to = asked.header("location").unwrap().to_owned();
    let form = browser.open(&to).await;
    assert!(
        form.contains("value=\"/tests?tag=a&#38;page=1\"") && form.contains("type=\"password\""),
        "{form}"
    );
    let answer = browser.post("/sign-in", &[("token", ADMIN), ("to", "/tests?tag=a&page=1")]).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/tests?tag=a&page=1")), "{answer:?}");
    let field = answer.header("set-cookie").unwrap();
    let secret = cookie(&answer).unwrap();
    assert_eq!(
        field,
        format!("faultfinder_session={secret}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict")
    );
    assert!(secret.len() == 43 && !secret.contains(ADMIN), "{secret}");
    browser.cookie = Some(secret.clone());
    browser.open("/tests").await;
    let log = served.call("GET", "/api/v1/audit?action=login", Some(ADMIN), None).await;
    assert_eq!(log.body["items"][0]["actor"], json!("admin"), "{log:?}");
    // A form without what the page gave it does nothing.
    for form in [&[][..], &[("csrf", "")], &[("csrf", "x")], &[("csrf", secret.as_str())]] {
        assert_eq!(browser.post("/sign-out", form).await.status, 403);
        browser.open("/tests").await;
    }
    let page = browser.open("/tests").await;
    let answer = browser.post("/sign-out", &[("csrf", csrf(&page).unwrap())]).await;
    assert_eq!((answer.status, cookie(&answer)), (303, None), "{answer:?}");
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"), "{answer:?}");
    assert_eq!(browser.get("/tests").await.status, 303, "the session has ended, whatever the browser keeps");
}

#[tokio::test]
async fn a_token_that_does_not_count_is_refused_and_noted() {
    let served = Served::locked().await;
    let browser = Browser::new(&served);
    let long = "a".repeat(300);
    for token in ["", " ", "wrong", "fft_AAAA", long.as_str()] {
        let answer = browser.post("/sign-in", &[("token", token), ("to", "//evil.test")]).await;
        assert_eq!((answer.status, cookie(&answer)), (401, None), "{answer:?}");
        assert!(
            answer.text.contains("This token is not accepted") && answer.text.contains("value=\"/\""),
            "{answer:?}"
        );
        assert!(!answer.text.contains("wrong") && !answer.text.contains("evil"), "{answer:?}");
    }
    served.store.noted_count(1).await;
    let log = served.call("GET", "/api/v1/audit?action=login.failed", Some(ADMIN), None).await;
    assert_eq!(log.body["items"][0]["subject"], json!("127.0.0.1"), "{log:?}");
    let answer = browser.post("/sign-in", &[("token", ADMIN), ("to", "//evil.test")]).await;
    assert_eq!(answer.header("location"), Some("/"), "{answer:?}");
    let request = "POST /sign-in HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: text/plain\r\n\
                   content-length: 0\r\n\r\n";
    served.raw(request.as_bytes()).await.envelope(400, "UnsupportedContentType");
}

#[tokio::test]
async fn somebody_who_tries_too_often_waits() {
    let two = NonZeroU32::MIN.saturating_add(1);
    let rates = Rates { per_second: NonZeroU32::MIN, burst: two };
    let admin_token = Some(TokenHash::of(ADMIN));
    let served = Served::start(Config { rates, admin_token, ..Config::default() }).await;
    let browser = Browser::new(&served);
    for _ in 0..1_000 {
        let answer = browser.post("/sign-in", &[("token", "wrong")]).await;
        assert!(answer.text.starts_with("<!DOCTYPE html>"), "{answer:?}");
        if answer.status == 429 {
            assert!(answer.header("retry-after").is_some(), "{answer:?}");
            return;
        }
        assert_eq!(answer.status, 401, "{answer:?}");
    }
    panic!("an address may try as often as it likes");
}

#[tokio::test]
async fn a_session_ends_with_its_token() {
    let served = Served::locked().await;
    let body = json!({ "name": "a person's", "scopes": ["tests:read"] });
    let made = served.call("POST", "/api/v1/tokens", Some(ADMIN), Some(&body)).await.body;
    let browser = Browser::signed_in(&served, made["token"].as_str().unwrap()).await;
    let page = browser.open("/tests").await;
    assert!(!page.contains(made["token"].as_str().unwrap()));
    let path = format!("/api/v1/tokens/{}", made["id"].as_str().unwrap());
    assert_eq!(served.call("DELETE", &path, Some(ADMIN), None).await.status, 200);
    assert_eq!(browser.get("/tests").await.status, 303);
    let stranger = Browser { served: &served, cookie: Some("A".repeat(43)) };
    assert_eq!(stranger.get("/tests").await.status, 303);
}

#[tokio::test]
async fn the_cookie_is_for_https_only_when_the_browser_uses_it() {
    let config = Config {
        admin_token: Some(TokenHash::of(ADMIN)),
        allowed_origins: vec!["https://faultfinder.test".parse().unwrap()],
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        rates: unbounded(),
        ..Config::default()
    };
    let served = Served::start(config).await;
    for (fields, is_secure) in [
        ("", false),
        ("origin: http://localhost\r\n", false),
        ("origin: https://faultfinder.test\r\n", true),
        ("x-forwarded-for: 192.0.2.1\r\nx-forwarded-proto: https\r\n", true),
        ("x-forwarded-for: 192.0.2.1\r\nx-forwarded-proto: http\r\n", false),
        ("forwarded: for=192.0.2.1;proto=https\r\n", true),
    ] {
        let body = format!("token={}", ADMIN.replace(' ', "+"));
        let request = format!(
            "POST /sign-in HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{fields}\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = served.raw(request.as_bytes()).await;
        let field = answer.header("set-cookie").unwrap_or_default();
        assert_eq!((answer.status, field.ends_with("; Secure")), (303, is_secure), "{fields}: {answer:?}");
    }
}

#[tokio::test]
async fn without_an_admin_token_nobody_signs_in_and_forms_are_guarded_all_the_same() {
    let served = Served::open().await;
    let browser = Browser::new(&served);
    let answer = browser.get("/").await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/tests")));
    assert_eq!(browser.get("/sign-in").await.header("location"), Some("/"));
    assert_eq!(browser.post("/sign-in", &[("token", "x")]).await.header("location"), Some("/"));
    let id = served.kept(None).await;
    let action = format!("/tests/{id}/run");
    let (pause, resume) = (format!("/tests/{id}/pause"), format!("/tests/{id}/resume"));
    for action in [
        &action,
        &pause,
        &resume,
        "/alerts/x/acknowledge",
        "/notifiers/x/test",
        "/silences",
        "/silences/x/end",
    ] {
        for form in [&[][..], &[("csrf", "x")]] {
            let answer = browser.post(action, form).await;
            assert_eq!(answer.status, 403, "{action}: {answer:?}");
            assert!(answer.text.contains("not from a page of this session"), "{action}: {answer:?}");
        }
    }
    assert_eq!(served.get("/api/v1/results").await.body["items"], json!([]));
    assert_eq!(browser.press(&format!("/tests/{id}"), &action).await.status, 303);
}
