//! Every link of every page.

use super::browser::{Browser, inert};
use crate::served::{ADMIN, Served, keyed, status_pages, unbounded};
use faultfinder_service::{Config, TokenHash};
use serde_json::json;
use std::collections::{BTreeSet, VecDeque};

const SECRET: &str = "quince-3307";

/// The paths that a page links to.
fn links(page: &str) -> impl Iterator<Item = String> {
    let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split_once('"'));
    links.map(|(link, _)| link.replace("&#38;", "&")).filter(|link| link.starts_with('/'))
}

/// Follows every link from the start, and yields how many pages there are.
async fn crawl(browser: &Browser<'_>) -> usize {
    let (mut seen, mut ahead) = (BTreeSet::new(), VecDeque::from(["/".to_owned()]));
    while let Some(link) = ahead.pop_front() {
        let path = link.split('#').next().unwrap_or_default().to_owned();
        if path.starts_with("/assets/") || !seen.insert(path.clone()) {
            continue;
        }
        assert!(seen.len() < 1_000, "there is no end of links: {seen:?}");
        let answer = browser.get(&path).await;
        if answer.status == 303 {
            ahead.push_back(answer.header("location").unwrap().to_owned());
            continue;
        }
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        if path.ends_with("/feed") {
            assert!(answer.text.contains("<feed ") && !answer.text.contains(SECRET), "{path}: {answer:?}");
            continue;
        }
        assert!(!answer.text.contains(SECRET) && !answer.text.contains(ADMIN), "{path}: {}", answer.text);
        assert!(answer.text.contains("<html lang=\"en\">") && answer.text.contains("<h1"), "{path}");
        inert(&answer.text);
        ahead.extend(links(&answer.text));
    }
    seen.len()
}

#[tokio::test]
async fn every_link_leads_to_a_page_that_its_viewer_may_see() {
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().join("definitions");
    std::fs::create_dir(&files).unwrap();
    std::fs::write(
        files.join("good.yaml"),
        "tests:\n  - name: of a file\n    tags: [files]\n    tcp: { host: 127.0.0.1, port: 1 }\n",
    )
    .unwrap();
    std::fs::write(files.join("bad.yaml"), format!("tests:\n  - name: a\n    http: {{ url: [{SECRET}] }}\n"))
        .unwrap();
    let admin_token = Some(TokenHash::of(ADMIN));
    let text = "status_pages: [{ path: shop, title: Shop, show_cause: true, components: [{ name: A, tests: [one] }] }]";
    let status_pages = status_pages(text, folder.path());
    let config =
        Config { admin_token, definitions: vec![files], status_pages, rates: unbounded(), ..keyed() };
    let served = Served::start(config).await;
    let basic = json!({ "username": "user", "password": SECRET });
    for (name, tags) in [("one", json!(["a", "b c&d"])), ("other", json!([]))] {
        let test = json!({ "name": name, "tags": tags, "every": "1d", "http": { "url": "http://127.0.0.1:1/", "auth": { "basic": basic },
            "headers": { "x-key": "{{ KEY }}" } } });
        let variables = json!({ "KEY": { "value": SECRET, "secret": true } });
        let body = json!({ "definition": { "version": 1, "variables": variables, "tests": [test] } });
        let made = served.call("POST", "/api/v1/tests", Some(ADMIN), Some(&body)).await;
        assert_eq!(made.status, 201, "{made:?}");
        let run = format!("/api/v1/tests/{}/run", made.body["id"].as_str().unwrap());
        for _ in 0..30 {
            assert_eq!(served.call("POST", &run, Some(ADMIN), None).await.status, 200);
        }
    }
    let admin = Browser::signed_in(&served, ADMIN).await;
    let files = admin.open("/definitions").await;
    assert!(files.contains("bad.yaml") && files.contains("Has mistakes"), "{files}");
    let token = served.token(&["results:read"]).await;
    let reader = Browser::signed_in(&served, &token).await;
    let seen = crawl(&reader).await;
    assert!(seen > 30, "{seen}");
    let token = served.token(&["tests:read", "results:read", "runs:execute", "tests:write"]).await;
    let all = crawl(&Browser::signed_in(&served, &token).await).await;
    assert!(all > seen + 60, "{all}");
    let of_admin = crawl(&admin).await;
    assert!(of_admin >= all, "{of_admin}");
}
