//! The pages of tokens, and of who did what.

use super::browser::{Browser, csrf};
use crate::served::{ADMIN, Served};

#[tokio::test]
async fn a_form_makes_a_token_that_is_shown_once_and_a_button_revokes_it() {
    let served = Served::locked().await;
    let admin = Browser::signed_in(&served, ADMIN).await;
    assert!(admin.open("/definitions").await.contains("href=\"/tokens\""));
    let page = admin.open("/tokens").await;
    assert!(page.contains("No tokens") && !page.contains("needs no tokens"), "{page}");
    let form = csrf(&page).unwrap();
    let filled = [
        ("csrf", form),
        ("name", "<b>ci</b>"),
        ("days", "30"),
        ("tests:read", "yes"),
        ("runs:execute", "yes"),
    ];
    let made = admin.post("/tokens", &filled).await;
    assert_eq!(made.status, 200, "{made:?}");
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let (_, rest) = made.text.split_once("<code class=\"value\">").unwrap();
    let secret = rest.split_once('<').unwrap().0.to_owned();
    assert!(made.text.contains("&#60;b&#62;ci"), "{}", made.text);
    // It works, with its scopes and no other.
    assert_eq!(served.call("GET", "/api/v1/tests", Some(&secret), None).await.status, 200);
    assert_eq!(served.call("GET", "/api/v1/results", Some(&secret), None).await.status, 403);
    let page = admin.open("/tokens").await;
    assert!(
        page.contains("1 token") && page.contains("tests:read, runs:execute") && !page.contains(&secret),
        "{page}"
    );
    // Only administrators see tokens.
    let other = Browser::signed_in(&served, &secret).await;
    for path in ["/tokens", "/audit"] {
        assert_eq!(other.get(path).await.status, 403, "{path}");
    }
    assert!(!other.open("/definitions").await.contains("href=\"/tokens\""));
    assert_eq!(other.post("/tokens", &filled).await.status, 403);
    let action = page.split("action=\"").find_map(|rest| {
        rest.split_once('"').map(|(action, _)| action).filter(|action| action.ends_with("/revoke"))
    });
    let answer = admin.press("/tokens", action.unwrap()).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/tokens")), "{answer:?}");
    assert_eq!(served.call("GET", "/api/v1/tests", Some(&secret), None).await.status, 401);
    let page = admin.open("/audit").await;
    for action in ["tokens.create", "tokens.revoke", "login"] {
        assert!(page.contains(&format!("<td>{action}</td>")), "{action}: {page}");
    }
    assert!(!page.contains(&secret), "{page}");
}

#[tokio::test]
async fn a_token_without_a_name_or_a_scope_is_not_made() {
    let served = Served::open().await;
    let browser = Browser::new(&served);
    let page = browser.open("/tokens").await;
    assert!(page.contains("this service needs no tokens"), "{page}");
    let form = csrf(&page).unwrap();
    for (filled, message) in [
        (&[("name", " "), ("days", "30"), ("tests:read", "yes")][..], "must have 1 to 200 characters"),
        (&[("name", "a"), ("days", "30")], "at least one is needed"),
        (&[("name", "a"), ("days", "31"), ("tests:read", "yes")], "one of those that the form has"),
        (&[("name", "a"), ("days", "30"), ("tests:read", "no")], "must be yes"),
        (&[("name", "a"), ("days", "30"), ("all", "yes")], "is unknown"),
    ] {
        let answer = browser.post("/tokens", &[&[("csrf", form)], filled].concat()).await;
        assert!(answer.status == 400 && answer.text.contains(message), "{filled:?}: {answer:?}");
    }
    assert_eq!(
        browser.post("/tokens", &[("name", "a"), ("days", "30"), ("tests:read", "yes")]).await.status,
        403
    );
    assert!(browser.open("/tokens").await.contains("No tokens"));
}
