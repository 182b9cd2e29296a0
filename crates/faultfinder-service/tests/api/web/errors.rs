//! Errors as pages, and as the envelope where a program asks.

use super::browser::{Browser, inert};
use crate::faulty::{BROKEN, Mood};
use crate::served::Served;

#[tokio::test]
async fn a_browser_gets_errors_as_pages_and_a_program_gets_the_envelope() {
    let served = Served::open().await;
    let browser = Browser::new(&served);
    let unknown = uuid::Uuid::now_v7();
    let result = format!("/results/{unknown}");
    for (path, status, word) in [
        ("/nowhere", 404, "NoSuchRoute"),
        ("/tests/none", 404, "NotFound"),
        (result.as_str(), 404, "NotFound"),
        ("/results/1", 404, "NotFound"),
        ("/codes/NONE", 404, "NotFound"),
        ("/assets/style.css", 404, "NotFound"),
        ("/tests?page=x", 400, "InvalidRequest"),
        ("/events?cursor=x", 400, "InvalidPaginationToken"),
        ("/tests/%ff", 400, "InvalidRequest"),
    ] {
        let answer = browser.get(path).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (status, Some("text/html; charset=utf-8")),
            "{path}: {answer:?}"
        );
        let reference = answer
            .text
            .split("<dt>Reference</dt><dd>")
            .nth(1)
            .and_then(|rest| rest.split_once('<'))
            .unwrap()
            .0;
        assert!(reference.len() == 36 && served.logged(reference).len() == 1, "{answer:?}");
        assert!(answer.text.contains("<dt>Trace</dt>"), "{answer:?}");
        inert(&answer.text);
        served.get(path).await.envelope(status, word);
    }
    let request = "POST /codes HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\naccept: text/html\r\n\r\n";
    assert_eq!(served.raw(request.as_bytes()).await.status, 405);
    let request =
        "GET /api/v1/nowhere HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\naccept: text/html\r\n\r\n";
    served.raw(request.as_bytes()).await.envelope(404, "NoSuchRoute");
}

#[tokio::test]
async fn what_is_wrong_in_here_is_not_shown() {
    let served = Served::open().await;
    let id = served.kept(None).await;
    let browser = Browser::new(&served);
    for (mood, status) in [(Mood::Broken, 500), (Mood::Panics, 500), (Mood::Away, 503)] {
        served.mood(mood);
        for path in [format!("/tests/{id}"), "/alerts".to_owned(), "/events".to_owned()] {
            let answer = browser.get(&path).await;
            assert_eq!(answer.status, status, "{mood:?} {path}: {answer:?}");
            assert!(
                answer.text.starts_with("<!DOCTYPE html>") && !answer.text.contains(BROKEN),
                "{answer:?}"
            );
            assert_eq!(answer.header("retry-after").is_some(), status == 503, "{answer:?}");
        }
    }
}

#[tokio::test]
async fn other_sites_and_other_names_are_refused_and_a_link_from_elsewhere_takes_one_more_click() {
    let served = Served::open().await;
    let ask = async |method: &str, path: &str, fields: &str| {
        let request =
            format!("{method} {path} HTTP/1.1\r\nconnection: close\r\naccept: text/html\r\n{fields}\r\n");
        served.raw(request.as_bytes()).await
    };
    let elsewhere = "host: localhost\r\nsec-fetch-site: cross-site\r\nsec-fetch-mode: navigate\r\n";
    let answer = ask("GET", "/tests?tag=a&state=failed", elsewhere).await;
    assert_eq!(answer.status, 403, "{answer:?}");
    assert!(
        answer.text.contains("href=\"/tests?tag=a&#38;state=failed\"")
            && answer.text.contains("Open the page"),
        "{answer:?}"
    );
    super::browser::secure(&answer);
    let answer = ask("GET", "//evil.test/", elsewhere).await;
    assert!(answer.status == 403 && !answer.text.contains("href=\"//"), "{answer:?}");
    for fields in [elsewhere, "host: localhost\r\norigin: https://evil.test\r\n"] {
        for path in [
            "/sign-in",
            "/sign-out",
            "/tests/x/run",
            "/tests/x/pause",
            "/alerts/x/acknowledge",
            "/notifiers/x/test",
        ] {
            let answer = ask("POST", path, fields).await;
            assert!(answer.status == 403 && !answer.text.contains("Open the page"), "{path}: {answer:?}");
        }
    }
    let answer = ask("GET", "/tests", "host: evil.test\r\n").await;
    assert!(answer.status == 403 && answer.text.contains("must name this service"), "{answer:?}");
}

#[tokio::test]
async fn what_pages_load_is_kept_for_ever_under_a_name_of_its_content() {
    let served = Served::open().await;
    let page = Browser::new(&served).open("/tests").await;
    let names = page.split('"').filter(|part| part.starts_with("/assets/"));
    let names: std::collections::BTreeSet<&str> = names.collect();
    assert_eq!(names.len(), 3, "{names:?}");
    for name in names {
        let answer = served.get(name).await;
        assert_eq!(
            (answer.status, answer.header("cache-control")),
            (200, Some("public, max-age=31536000, immutable")),
            "{answer:?}"
        );
        let content_type = answer.header("content-type").unwrap();
        assert!(
            ["text/css; charset=utf-8", "text/javascript; charset=utf-8", "image/svg+xml"]
                .contains(&content_type)
        );
        assert!(
            !answer.text.contains("http://") || answer.text.contains("www.w3.org/2000/svg"),
            "{name} loads from elsewhere"
        );
    }
}
