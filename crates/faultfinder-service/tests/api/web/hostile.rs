//! Names and responses that want to be more than text.

use super::browser::{Browser, inert};
use crate::served::Served;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const SCRIPT: &str = "<script>alert(1)</script><img src=x onerror=alert(1)>\"' onmouseover='x";

/// Answers each request with a body that would be a page.
async fn peer() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                match stream.read_u8().await {
                    Ok(byte) => head.push(byte),
                    Err(_) => break,
                }
            }
            let body = format!("{SCRIPT}\u{202e}\u{1b}[2J\u{200b}{}", "x".repeat(100_000));
            let answer = format!(
                "HTTP/1.1 500 <b>\r\nx-evil: {SCRIPT}\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    port
}

#[tokio::test]
async fn what_comes_from_outside_is_text_and_nothing_else() {
    let served = Served::unthrottled().await;
    let url = format!("http://127.0.0.1:{}/?{}", peer().await, "a=<script>");
    let names = [
        SCRIPT.to_owned(),
        "\u{202e}desrever\u{2066} \u{200b}hidden\u{7} \u{85}".to_owned(),
        format!("long {}", "n".repeat(2_000)),
    ];
    let browser = Browser::new(&served);
    for name in &names {
        let test = json!({ "name": name, "tags": [SCRIPT, "t".repeat(200)], "http": { "url": url },
            "assert": ["status is 200", format!("body contains {SCRIPT}zz")] });
        let body = json!({ "definition": { "version": 1, "tests": [test] } });
        let made = served.post("/api/v1/tests", body).await;
        assert_eq!(made.status, 201, "{made:?}");
        let id = made.body["id"].as_str().unwrap();
        let test = format!("/tests/{id}");
        let ran = browser.press(&test, &format!("{test}/run")).await;
        let result = ran.header("location").unwrap().to_owned();
        for path in [test.as_str(), &result, "/tests", "/tests?group=tag", "/events", "/alerts"] {
            let page = browser.open(path).await;
            inert(&page);
            assert!(page.len() < 400_000, "{path} has {} bytes", page.len());
        }
        let page = browser.open(&result).await;
        assert!(
            page.contains("&#60;script&#62;alert(1)") && page.contains("\\u{202e}\\u{1b}[2J\\u{200b}"),
            "{page}"
        );
    }
    let page = browser.open("/tests").await;
    assert!(page.contains("\\u{202e}desrever\\u{2066} \\u{200b}hidden\\u{7} \\u{85}"), "{page}");
    assert!(page.contains(&format!("long {}…", "n".repeat(195))), "{page}");
    for search in ["%3Cscript%3E", "%E2%80%AE", "%22%3E%3Cb%3E"] {
        for name in ["search", "tag", "code"] {
            inert(&browser.open(&format!("/tests?{name}={search}")).await);
        }
        inert(&browser.get(&format!("/tests?state={search}")).await.text);
        inert(&browser.get(&format!("/results/{search}")).await.text);
        inert(&browser.get(&format!("/codes/{search}")).await.text);
    }
}
