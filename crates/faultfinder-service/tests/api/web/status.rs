//! Status pages, which anyone may see.

use super::browser::{Browser, inert};
use crate::alerts::Peer;
use crate::served::{ADMIN, Answer, Served, status_pages};
use faultfinder_service::Config;
use serde_json::{Value, json};
use std::sync::Arc;

/// What a page says is gathered once in a few seconds: each of these is looked at once.
const PAGES: &str = r##"
status_pages:
  - path: before
    title: Shop
    components: [ &website { name: Website, tests: [ shop ] }, { name: Payments, tags: [ paid ] } ]
  - path: after
    title: "Shop <script>alert(1)</script> \u202e"
    description: What our customers use & like
    url: https://status.shop.test/
    logo_file: logo.svg
    show_cause: true
    components: [ *website, { name: "Pay & <b>ments", description: cards, tags: [ paid ] } ]
  - { path: later, title: Shop, components: [ *website ] }
"##;

async fn served(peer: &Arc<Peer>) -> Served {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("logo.svg"),
        "<svg xmlns='http://www.w3.org/2000/svg'><script>a()</script></svg>",
    )
    .unwrap();
    let status_pages = status_pages(PAGES, folder.path());
    Served::start(Config { status_pages, ..peer.config("") }).await
}

/// What somebody gets who comes from another site and has not signed in.
async fn open(served: &Served, path: &str) -> Answer {
    let fields = "host: status.shop.test\r\nsec-fetch-site: cross-site\r\nconnection: close\r\n";
    served.raw(format!("GET {path} HTTP/1.1\r\n{fields}\r\n").as_bytes()).await
}

async fn summary(served: &Served, path: &str) -> Value {
    let answer = open(served, &format!("/status/{path}/summary.json")).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, Some("*")), "{answer:?}");
    answer.body
}

fn states(summary: &Value) -> Vec<&str> {
    let components = summary["components"].as_array().unwrap();
    components.iter().map(|component| component["state"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn anyone_sees_how_components_are_and_why_if_the_page_says_so() {
    let peer = Peer::start().await;
    let served = served(&peer).await;
    let test = peer.test(&served, json!({})).await;
    peer.run(&served, &test, 200).await;
    let before = summary(&served, "before").await;
    assert_eq!(states(&before), ["operational", "unknown"], "{before}");
    assert_eq!((&before["state"], &before["incidents"]), (&json!("unknown"), &json!([])));
    let component = &before["components"][0];
    assert_eq!(component["uptimePercent"], json!(100.0), "{component}");
    let days = component["days"].as_array().unwrap();
    assert_eq!((days.len(), &days[89]["passed"]), (90, &json!(1)), "{component}");
    // It is gathered once, however many ask.
    assert_eq!(summary(&served, "before").await["updatedAt"], before["updatedAt"]);
    let page = open(&served, "/status/before").await;
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.text.contains("The status of some systems is not known"), "{}", page.text);
    assert!(page.text.contains("No incidents."), "{}", page.text);

    peer.run(&served, &test, 503).await;
    peer.notices(1).await;
    let after = summary(&served, "after").await;
    assert_eq!((states(&after)[0], &after["state"]), ("down", &json!("down")));
    let [incident] = &after["incidents"].as_array().unwrap()[..] else { panic!("{after}") };
    assert_eq!((&incident["component"], &incident["title"]), (&json!("Website"), &json!("Down")));
    assert_eq!(incident["endedAt"], Value::Null);
    let causes = incident["causes"].as_array().unwrap();
    assert!(causes[0].as_str().unwrap().starts_with("INCORRECT_ASSERTION status: "), "{incident}");
    // The names of tests, and what their faults say, are not for everyone.
    let page = open(&served, "/status/after").await.text;
    for hidden in ["shop\"", ">shop<", &peer.address.to_string(), &test] {
        assert!(!page.contains(hidden) && !after.to_string().contains(hidden), "{hidden}: {page}");
    }
    inert(&page);
    assert!(page.contains("What our customers use &#38; like") && page.contains("\\u{202e}"), "{page}");
    assert!(page.contains("Some systems are down") && page.contains("INCORRECT_ASSERTION"), "{page}");

    peer.run(&served, &test, 200).await;
    peer.notices(2).await;
    let later = summary(&served, "later").await;
    assert_eq!(
        (states(&later)[0], &later["incidents"][0]["causes"]),
        ("operational", &Value::Null),
        "{later}"
    );
    assert!(later["incidents"][0]["endedAt"].is_string(), "{later}");
}

#[tokio::test]
async fn incidents_are_a_feed_and_badges_say_how_it_is() {
    let peer = Peer::start().await;
    let served = served(&peer).await;
    let test = peer.test(&served, json!({})).await;
    peer.run(&served, &test, 503).await;
    peer.notices(1).await;
    let feed = open(&served, "/status/after/feed").await;
    assert_eq!(feed.header("content-type"), Some("application/atom+xml; charset=utf-8"));
    let text = &feed.text;
    assert!(
        text.contains("<title>Website is down</title>") && text.contains("href=\"https://status.shop.test\""),
        "{text}"
    );
    assert!(text.contains("<title>Shop &#60;script&#62;alert(1)"), "{text}");
    assert_eq!((text.matches("<entry>").count(), text.matches("urn:uuid:").count()), (1, 1), "{text}");
    let badge = async |query: &str| open(&served, &format!("/status/after/badge.svg{query}")).await;
    for (query, words) in [
        ("", "status: down"),
        ("?component=Website", "Website: down"),
        ("?component=Pay%20%26%20%3Cb%3Ements&label=%3Cscript%3E", "&#60;script&#62;: no data"),
        ("?show=uptime30&component=Website&label=30%20days", "30 days: 0.00 %"),
    ] {
        let answer = badge(query).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some("image/svg+xml")),
            "{answer:?}"
        );
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("cross-origin"));
        assert!(answer.text.contains(&format!("<title>{words}</title>")), "{query}: {}", answer.text);
    }
    assert_eq!(badge("?component=nothing").await.status, 404);
    assert_eq!(badge("?show=all").await.status, 400);
    let logo = open(&served, "/status/after/logo").await;
    assert_eq!(logo.header("content-type"), Some("image/svg+xml"));
    assert!(logo.header("content-security-policy").unwrap().ends_with("sandbox"), "{logo:?}");
    assert_eq!(open(&served, "/status/before/logo").await.status, 404);
}

#[tokio::test]
async fn maintenance_is_announced_and_nothing_else_is_open() {
    let peer = Peer::start().await;
    let served = served(&peer).await;
    let test = peer.test(&served, json!({})).await;
    peer.run(&served, &test, 200).await;
    let at = |seconds| {
        let at = time::OffsetDateTime::now_utc() + time::Duration::seconds(seconds);
        at.format(&time::format_description::well_known::Rfc3339).unwrap()
    };
    for (from, until, is_maintenance) in [(600, 1_200, true), (0, 300, true), (0, 900, false)] {
        let body = json!({ "tests": [test], "startsAt": at(from), "endsAt": at(until), "isMaintenance": is_maintenance, "comment": "secret plans" });
        let body = if from == 0 {
            let mut body = body;
            body.as_object_mut().unwrap().remove("startsAt");
            body
        } else {
            body
        };
        let made = served.call("POST", "/api/v1/silences", Some(ADMIN), Some(&body)).await;
        assert_eq!(made.status, 201, "{made:?}");
    }
    let before = summary(&served, "before").await;
    assert_eq!(states(&before)[0], "maintenance");
    assert_eq!(before["maintenance"].as_array().unwrap().len(), 2, "{before}");
    let page = open(&served, "/status/before").await.text;
    assert!(page.contains("<b>Website</b>") && !page.contains("secret plans"), "{page}");
    assert_eq!(open(&served, "/status/nothing").await.status, 404);
    assert_eq!(open(&served, "/tests").await.status, 403);
    let browser = Browser::new(&served);
    assert_eq!(browser.get("/status").await.status, 404);
}
