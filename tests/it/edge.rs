//! Answers that something in front of the application gave, through the binary.

use faultfinder_tests::{Answer, faultfinder};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;

/// What came of a test of a server that sends this response to its only request.
fn probed(head: &str, body: &str, options: &[&str]) -> Answer {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let response = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let server = std::thread::spawn(move || {
        let mut stream = BufReader::new(listener.accept().unwrap().0);
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            assert!(stream.read_line(&mut line).unwrap() > 0, "the request has an end");
        }
        stream.get_mut().write_all(response.as_bytes()).unwrap();
    });
    let arguments = [&["probe", "http", &url, "--assert", "status is 200"], options].concat();
    let answer = faultfinder(&arguments);
    server.join().unwrap();
    answer
}

fn observed(head: &str, body: &str) -> (i32, Value) {
    let answer = probed(head, body, &["--format", "json"]);
    (answer.status, answer.json()["results"][0]["observed"].clone())
}

const CHALLENGED: &str =
    "403 Forbidden\r\nserver: cloudflare\r\ncf-ray: 8f2b1c0d9e7a6b54-FRA\r\ncf-mitigated: challenge";
const BLOCKED: &str = "403 Forbidden\r\nserver: AkamaiGHost\r\ncontent-type: text/html";
const BLOCK_PAGE: &str = "<H1>Access Denied</H1> You don't have permission to access \"http&#58;&#47;&#47;a&#46;test&#47;\" on this server.<P>\
    Reference&#32;&#35;18&#46;e3c1202&#46;1744611336&#46;e02832";

#[test]
fn the_result_says_who_answered_what_shows_it_and_what_to_do() {
    let (status, seen) = observed(CHALLENGED, "<title>Just a moment...</title>");
    assert_eq!(status, 1);
    let remedy = &seen["edge"]["remedy"];
    assert!(remedy.as_str().unwrap().contains("the WAF of Cloudflare"), "{seen:#}");
    let expected = json!({
        "provider": "cloudflare", "finding": "challenge", "confidence": "certain",
        "evidence": ["cf-mitigated: challenge"], "reference": "8f2b1c0d9e7a6b54-FRA", "remedy": remedy,
    });
    assert_eq!(seen["edge"], expected);
    let (status, seen) = observed(BLOCKED, BLOCK_PAGE);
    assert_eq!((status, &seen["edge"]["finding"]), (1, &"blocked".into()), "{seen:#}");
    assert_eq!(seen["edge"]["reference"], "18.e3c1202.1744611336.e02832");
}

#[test]
fn a_challenge_with_status_200_passes_and_is_reported() {
    let head = CHALLENGED.replace("403 Forbidden", "200 OK");
    let (status, seen) = observed(&head, "<title>Just a moment...</title>");
    assert_eq!((status, &seen["edge"]["finding"]), (0, &"challenge".into()), "{seen:#}");
    let shown = probed(&head, "", &[]);
    assert!(shown.stdout.contains("Answered by Cloudflare, not by the application"), "{}", shown.stdout);
}

#[test]
fn people_see_it_under_the_fault() {
    let shown = probed(CHALLENGED, "", &[]).stdout;
    let lines = [
        "INCORRECT_ASSERTION",
        "blame: ",
        "  Answered by Cloudflare, not by the application: challenge (certain):",
        "  → A probe cannot solve a challenge",
        "assertions",
    ];
    let mut rest = shown.as_str();
    for line in lines {
        rest = rest.split_once(line).unwrap_or_else(|| panic!("no {line} in its place: {shown}")).1;
    }
}

#[test]
fn what_a_target_sends_cannot_steer_the_terminal() {
    let head = "403 Forbidden\r\nx-squid-error: ERR_ACCESS_DENIED \u{9b}31m\u{202e}0";
    let shown = probed(head, "", &[]).stdout;
    let rest = shown.split_once("Answered by Squid").unwrap_or_else(|| panic!("{shown}")).1;
    assert!(rest.contains("ERR_ACCESS_DENIED") && !shown.contains(['\u{9b}', '\u{202e}']), "{shown}");
}

#[test]
fn an_application_behind_a_cdn_has_answered_itself() {
    let head = "403 Forbidden\r\nserver: cloudflare\r\ncf-ray: 8f2b-FRA\r\ncontent-type: application/json";
    let (status, seen) = observed(head, "{\"error\":\"forbidden\"}");
    assert_eq!((status, seen.get("edge")), (1, None), "{seen:#}");
    let shown = probed(head, "{\"error\":\"forbidden\"}", &[]).stdout;
    assert!(!shown.contains("not by the application"), "{shown}");
}
