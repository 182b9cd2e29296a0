//! Answers that something in front of the application gave: they are in the result, and change nothing else.

use super::*;
use faultfinder_taxonomy::{EdgeConfidence, EdgeFinding, EdgeProvider};

const CHALLENGE: &str = "server: cloudflare\r\ncf-ray: 8f2b1c0d9e7a6b54-FRA\r\ncf-mitigated: challenge\r\n";

/// The result of a test with one request to a server that answers like this.
async fn tested(status: u16, headers: &'static str, body: &'static str, expected: &str) -> TestResult {
    let (address, _) = server(move |_, _| answer(status, headers, body)).await;
    run_one(&suite(&format!(
        "tests:\n  - name: t\n    http: {{ url: 'http://{address}/' }}\n    assert: [ {expected} ]\n"
    )))
    .await
}

#[tokio::test]
async fn a_failed_test_says_who_answered_and_its_fault_is_as_without_that() {
    let with = tested(403, CHALLENGE, "", "status is 200").await;
    let edge = with.observed.edge.as_ref().unwrap();
    assert_eq!((edge.provider, edge.finding), (EdgeProvider::Cloudflare, EdgeFinding::Challenge));
    assert_eq!((edge.confidence, edge.evidence.len()), (EdgeConfidence::Certain, 1));
    assert_eq!(edge.reference.as_deref(), Some("8f2b1c0d9e7a6b54-FRA"));
    let without = tested(403, "server: cloudflare\r\n", "", "status is 200").await;
    assert_eq!(without.observed.edge, None);
    let (with, without) = (with.fault.unwrap(), without.fault.unwrap());
    assert_eq!((with.code, with.phase, with.blame), (without.code, without.phase, without.blame));
    assert_eq!((with.detail, with.message, with.hints), (without.detail, without.message, without.hints));
}

#[tokio::test]
async fn a_test_that_passes_says_it_too() {
    let result = tested(200, CHALLENGE, "<title>Just a moment...</title>", "status is 200").await;
    assert_eq!((result.status, result.warnings.len()), (Status::Passed, 0));
    assert_eq!(result.observed.edge.unwrap().finding, EdgeFinding::Challenge);
}

#[tokio::test]
async fn an_application_behind_a_cdn_has_answered_itself() {
    let headers = "server: cloudflare\r\ncf-ray: 8f2b-FRA\r\ncontent-type: application/json\r\n";
    let result = tested(403, headers, "{\"error\":\"forbidden\"}", "status is 200").await;
    assert_eq!(result.observed.edge, None);
    assert!(!serde_json::to_string(&result).unwrap().contains("\"edge\""));
}

#[tokio::test]
async fn of_redirects_the_last_response_counts() {
    let (address, _) = server(|number, _| match number {
        0 => answer(302, &format!("{CHALLENGE}location: /in\r\n"), ""),
        _ => answer(200, "", "in"),
    })
    .await;
    let request = format!("http: {{ url: 'http://{address}/', follow_redirects: true }}");
    let result = run_one(&suite(&format!("tests:\n  - name: t\n    {request}\n"))).await;
    assert_eq!((result.status, result.observed.edge), (Status::Passed, None));
}

#[tokio::test]
async fn a_step_says_who_answered_it_and_secrets_stay_hidden() {
    let (address, _) = server(|number, _| match number {
        0 => answer(200, "", "fine"),
        _ => answer(503, "x-squid-error: ERR_DNS_FAIL s3sam3open\r\n", ""),
    })
    .await;
    let text = format!(
        "variables:\n  WORD: {{ env: T, secret: true }}\ntests:\n  - name: t\n    steps:\n\
         \x20     - http: {{ url: 'http://{address}/' }}\n\
         \x20     - http: {{ url: 'http://{address}/?word={{{{ WORD }}}}' }}\n        assert: [ status is 200 ]\n"
    );
    let suite = suite_with(&text, &[], |name| (name == "T").then(|| "s3sam3open".to_owned()));
    let result = run_one(&suite).await;
    let [first, second] = result.steps.as_slice() else { panic!("{:?}", result.steps) };
    assert_eq!(first.observed.edge, None);
    let edge = second.observed.edge.as_ref().unwrap();
    assert_eq!((edge.provider, edge.finding), (EdgeProvider::Squid, EdgeFinding::OriginDns));
    assert_eq!(edge.evidence, ["x-squid-error: ERR_DNS_FAIL ***"]);
}

#[tokio::test]
async fn a_body_that_breaks_off_still_shows_it() {
    let (address, _) =
        server(|_, _| format!("HTTP/1.1 403 X\r\n{CHALLENGE}content-length: 100\r\n\r\nshort").into_bytes())
            .await;
    let text = format!("tests:\n  - name: t\n    http: {{ url: 'http://{address}/' }}\n");
    let result = run_one(&suite(&text)).await;
    assert_eq!(code(&result), Some(Code::ConnReset));
    assert_eq!(result.observed.edge.unwrap().provider, EdgeProvider::Cloudflare);
}
