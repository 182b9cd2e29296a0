//! Whole runs against small peers.

mod assertions; // assertions on what real probes see
mod http; // credentials, tokens, envelopes
mod edge; // answers that are not the application's
mod denied; // networks that are denied, protocol by protocol
mod steps; // several steps
mod scripts; // JavaScript: assertions, and variables that it sets
#[cfg(unix)]
mod sockets; // requests over Unix domain sockets
mod files; // bytes of files, which are sent as they are
mod ids; // the ids of a test and of its result
mod variables; // variables of other files, from files, and one-time passwords

use super::*;
use crate::attempts::{RETRY_AFTER_MAX, pause};
use crate::{Offload, Suite, run_all};
use faultfinder_spec::Source;
use faultfinder_taxonomy::{Blame, Code, Fact, Phase};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, UdpSocket};
use tokio::time::Instant;

/// An HTTP server on loopback: `answer` makes the whole answer from the number of the request, from 0, and its text.
async fn server(
    answer: impl Fn(usize, &str) -> Vec<u8> + Send + Sync + 'static,
) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                let mut buffer = [0; 4096];
                match stream.read(&mut buffer).await {
                    Ok(0) | Err(_) => break,
                    Ok(length) => request.extend_from_slice(&buffer[..length]),
                }
            }
            let number = counted.fetch_add(1, Ordering::SeqCst);
            let _ = stream.write_all(&answer(number, &String::from_utf8_lossy(&request))).await;
        }
    });
    (address, count)
}

fn answer(status: u16, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len()).into_bytes()
}

fn suite(text: &str) -> Suite {
    suite_with(text, &[], |_| None)
}

fn suite_with(text: &str, given: &[(&str, &str)], environment: impl Fn(&str) -> Option<String>) -> Suite {
    let given: Vec<_> = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Suite::load(&[Source::new("t.yaml", text)], &given, environment).unwrap_or_else(|diagnostics| {
        panic!("{}", diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
}

async fn run_one(suite: &Suite) -> TestResult {
    run(&Vantage::system(), &suite.tests()[0], &RunOptions::default()).await
}

fn code(result: &TestResult) -> Option<Code> {
    result.fault.as_ref().map(|fault| fault.code)
}

#[tokio::test]
async fn a_test_whose_assertions_hold_passes_and_tells_what_it_saw() {
    let (address, _) =
        server(|_, _| answer(200, "content-type: application/json\r\n", "{\"ok\":true}")).await;
    let suite = suite(&format!(
        "tests:\n  - name: up\n    http: {{ url: 'http://{address}/x' }}\n    assert: [ status is 200, jsonpath $.ok is true, response_time < 10 s ]\n"
    ));
    let result = run_one(&suite).await;
    assert_eq!(result.status, Status::Passed, "{:?}", result.fault);
    assert_eq!((result.name.as_str(), result.id.len(), result.location.as_str()), ("up", 16, "local"));
    assert_eq!(result.observed.response.get("status"), Some(&Fact::Integer(200)));
    assert_eq!(result.observed.peer, Some(address.to_string()));
    assert_eq!(result.assertions.iter().map(|assertion| assertion.passed).collect::<Vec<_>>(), [true; 3]);
    assert!(result.timings.duration(Phase::Assert).is_some());
    assert!(result.attempts.is_empty());
    assert!(!result.observed.response.contains_key("body"));
}

#[tokio::test]
async fn a_failed_assertion_is_retried_as_often_as_the_test_says() {
    let (address, count) = server(|_, _| answer(503, "", "down for maintenance")).await;
    let suite = suite(&format!(
        "tests:\n  - name: up\n    retry: {{ count: 2, interval: 1ms }}\n    http: {{ url: 'http://{address}/' }}\n    assert: [ body contains down, status is 200 ]\n"
    ));
    let result = run_one(&suite).await;
    assert_eq!(count.load(Ordering::SeqCst), 3);
    assert_eq!((result.attempts.len(), result.status, result.retries_off), (2, Status::Failed, false));
    let fault = result.fault.unwrap();
    assert_eq!(
        (fault.code, fault.phase, fault.detail.name()),
        (Code::IncorrectAssertion, Phase::Assert, "status")
    );
    assert_eq!(fault.message, "expected status is 200, found 503");
    assert_eq!(result.observed.response.get("body"), Some(&Fact::from("down for maintenance")));
}

#[tokio::test]
async fn a_retry_that_passes_ends_the_run_with_the_same_generated_values() {
    let (address, _) = server(|number, request| {
        let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
        answer(if number == 0 { 500 } else { 200 }, "", &path)
    })
    .await;
    let suite = suite(&format!(
        "variables:\n  ORDER: '{{{{ uuid }}}}'\ntests:\n  - name: up\n    retry: {{ count: 5, interval: 1ms }}\n    http: {{ url: 'http://{address}/{{{{ ORDER }}}}', save_body: true }}\n    assert: [ status is 200, 'body contains {{{{ ORDER }}}}' ]\n"
    ));
    let first = run_one(&suite).await;
    assert_eq!((first.status, first.attempts.len()), (Status::Passed, 1), "{:?}", first.fault);
    let second = run_one(&suite).await;
    assert_ne!(first.observed.response.get("body"), second.observed.response.get("body"));
}

#[tokio::test]
async fn refused_credentials_are_not_retried_unless_an_assertion_accepts_them() {
    let (address, count) =
        server(|_, _| answer(401, "www-authenticate: Digest realm=\"a\", Basic realm=\"b\"\r\n", "no")).await;
    let test = |assert: &str, auth: &str| {
        suite(&format!(
            "tests:\n  - name: up\n    retry: {{ count: 3, interval: 1ms }}\n    http: {{ url: 'http://{address}/'{auth} }}\n    assert: [ {assert} ]\n"
        ))
    };
    let auth = ", auth: { basic: { username: u, password: p } }";
    let result = run_one(&test("status is 200", auth)).await;
    let fault = result.fault.clone().unwrap();
    assert_eq!(
        (fault.code, fault.phase, fault.detail.name()),
        (Code::AuthenticationError, Phase::Wait, "401")
    );
    assert_eq!(fault.evidence.fact("challenges"), Some(&Fact::from(vec!["Digest", "Basic"])));
    assert_eq!((result.attempts.len(), result.retries_off, count.load(Ordering::SeqCst)), (0, true, 1));
    assert_eq!(run_one(&test("status is 401", auth)).await.status, Status::Passed);
    assert_eq!(code(&run_one(&test("status is 200", "")).await), Some(Code::IncorrectAssertion));
    assert_eq!(code(&run_one(&test("body contains no", auth)).await), Some(Code::AuthenticationError));
}

#[tokio::test]
async fn without_an_answer_no_assertion_is_performed() {
    let suite = suite(&format!(
        "tests:\n  - name: up\n    http: {{ url: 'http://{}/' }}\n    assert: [ response_time < 1 s ]\n",
        closed().await
    ));
    let result = run_one(&suite).await;
    assert_eq!(code(&result), Some(Code::ConnRefused));
    assert!(!result.assertions[0].passed);
    assert_eq!(result.assertions[0].message, "could not perform assertion: no response");
}

/// An address on which nobody listens.
async fn closed() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

#[tokio::test]
async fn secrets_are_in_no_text_of_a_result() {
    let (address, _) = server(|_, request| answer(200, "", request)).await;
    let suite = suite_with(
        &format!(
            "variables:\n  TOKEN: {{ env: T, secret: true }}\n  QUERY: 'q {{{{ TOKEN }}}}'\ntests:\n  - name: echo\n    http:\n      url: 'http://{address}/{{{{ TOKEN }}}}'\n      query: {{ q: '{{{{ QUERY }}}}' }}\n      headers: {{ x-key: 'key {{{{ TOKEN }}}}' }}\n      auth: {{ basic: {{ username: me, password: '{{{{ TOKEN }}}}' }} }}\n      save_body: true\n    assert:\n      - body contains nothing of it\n      - 'header x-a is {{{{ TOKEN }}}}'\n      - 'jsonpath $.{{{{ TOKEN }}}} exists'\n"
        ),
        &[],
        |name| (name == "T").then(|| "s3sam3open".to_owned()),
    );
    let result = run_one(&suite).await;
    assert_eq!(code(&result), Some(Code::IncorrectAssertion));
    let json = serde_json::to_string(&result).unwrap();
    // "me:s3sam3open" in base64 is bWU6czNzYW0zb3Blbg==.
    for shown in ["s3sam3open", "bWU6czNzYW0zb3Blbg"] {
        assert!(!json.contains(shown), "{json}");
    }
    assert!(json.contains("***"), "{json}");
}

#[tokio::test(start_paused = true)]
async fn the_overall_budget_ends_the_request_too() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            open.push(stream);
        }
    });
    for (timeout, overall, name) in [("60s", "20s", "overall"), ("20s", "60s", "request")] {
        let suite = suite(&format!(
            "tests:\n  - name: silent\n    http: {{ url: 'http://{address}/', timeout: {timeout}, overall_timeout: {overall} }}\n"
        ));
        let result = run_one(&suite).await;
        let fault = result.fault.unwrap();
        assert_eq!((fault.code, fault.detail.name()), (Code::Timeout, name), "{fault}");
    }
}

#[tokio::test]
async fn a_refused_connection_is_a_value_when_an_assertion_reads_it() {
    let address = closed().await;
    let test = |assert: &str| {
        suite(&format!(
            "tests:\n  - name: closed\n    tcp: {{ host: 127.0.0.1, port: {} }}\n    assert: [ {assert} ]\n",
            address.port()
        ))
    };
    assert_eq!(code(&run_one(&test("connection is refused")).await), None);
    assert_eq!(code(&run_one(&test("connection is established")).await), Some(Code::IncorrectAssertion));
    assert_eq!(code(&run_one(&test("response_time < 5 s")).await), Some(Code::ConnRefused));
}

#[tokio::test]
async fn an_rcode_is_a_value_when_an_assertion_reads_it() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut buffer = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            // The question with the bits of an answer and NXDOMAIN.
            (buffer[2], buffer[3]) = (0x81, 0x83);
            let _ = socket.send_to(&buffer[..length], from).await;
        }
    });
    let test = |assert: &str| {
        suite(&format!(
            "tests:\n  - name: gone\n    dns: {{ name: a.test, server: 127.0.0.1, port: {port} }}\n    assert: [ {assert} ]\n"
        ))
    };
    let passed = run_one(&test("rcode is NXDOMAIN")).await;
    assert_eq!(code(&passed), None, "{:?}", passed.fault);
    let failed = run_one(&test("ttl < 60")).await;
    assert_eq!((code(&failed), failed.fault.unwrap().detail.name()), (Some(Code::Dns), "NXDOMAIN"));
}

#[tokio::test]
async fn a_body_beyond_the_limit_matters_only_to_assertions_that_read_it() {
    let (address, _) =
        server(|_, _| answer(200, "", &"x".repeat(faultfinder_http::Request::BODY_BYTES_MAX + 1))).await;
    let test = |assert: &str| {
        suite(&format!(
            "tests:\n  - name: big\n    http: {{ url: 'http://{address}/' }}\n    assert: [ {assert} ]\n"
        ))
    };
    assert_eq!(code(&run_one(&test("status is 200")).await), None);
    let result = run_one(&test("status is 200, body contains y")).await;
    let fault = result.fault.unwrap();
    assert_eq!((fault.code, fault.phase), (Code::BodyTooLarge, Phase::Receive));
}

#[tokio::test]
async fn many_tests_answer_in_order_and_no_more_than_allowed_run_at_a_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (open, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (now_open, most_open) = (Arc::clone(&open), Arc::clone(&most));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            most_open.fetch_max(now_open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let open = Arc::clone(&now_open);
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 1024]).await;
                open.fetch_sub(1, Ordering::SeqCst);
                let _ = stream.write_all(&answer(200, "", "")).await;
            });
        }
    });
    let tests: String =
        (0..20).map(|i| format!("  - name: t{i}\n    http: {{ url: 'http://{address}/' }}\n")).collect();
    let mut suite = suite(&format!("tests:\n{tests}"));
    let mut seen = 0;
    let vantage = Vantage::system();
    let options = RunOptions::default();
    let results = run_all(&vantage, suite.tests(), &options, 3, |_, _| seen += 1).await;
    let names: Vec<&str> = results.iter().map(|result| result.name.as_str()).collect();
    assert_eq!((names.len(), names[0], names[19], seen), (20, "t0", "t19", 20));
    assert!(most.load(Ordering::SeqCst) <= 3, "{most:?}");
    suite.keep_only("t1?");
    assert_eq!(suite.tests().len(), 10);
}

#[test]
fn runs_can_move_to_other_threads() {
    fn is_send<T: Send>(_: T) {}
    let suite = suite("tests:\n  - name: a\n    tcp: { host: 127.0.0.1, port: 1 }\n");
    let (vantage, options) = (Vantage::system(), RunOptions::default());
    is_send(run(&vantage, &suite.tests()[0], &options));
    is_send(run_all(&vantage, suite.tests(), &options, 2, |_, _| ()));
}

#[tokio::test]
async fn a_seed_makes_generated_values_repeat() {
    let suite = suite("tests:\n  - name: 'a {{ uuid }}'\n    tcp: { host: 127.0.0.1, port: 1 }\n");
    let mut options = RunOptions { seed: Some(7), ..RunOptions::default() };
    let vantage = Vantage::system();
    let first = run(&vantage, &suite.tests()[0], &options).await;
    let second = run(&vantage, &suite.tests()[0], &options).await;
    assert_eq!(first.name, second.name);
    assert_eq!(first.id, second.id);
    options.seed = Some(8);
    assert_ne!(run(&vantage, &suite.tests()[0], &options).await.name, first.name);
}

#[tokio::test]
async fn every_address_has_a_result_of_its_own() {
    let (address, count) = server(|_, _| answer(200, "", "hello")).await;
    let port = address.port();
    let suite = suite(&format!(
        "tests:
  - name: a
    http: {{ url: 'http://two.test:{port}/', address: all, resolve: {{ two.test: [127.0.0.1, 127.0.0.2] }} }}
    assert: [ status is 200, body contains hello ]
"
    ));
    let result = run_one(&suite).await;
    assert_eq!(code(&result), Some(Code::ConnRefused));
    assert_eq!(count.load(Ordering::SeqCst), 1, "each address is asked once");
    let told: Vec<_> = result
        .addresses
        .iter()
        .map(|found| {
            (found.address.to_string(), found.status, found.assertions.iter().filter(|a| a.passed).count())
        })
        .collect();
    assert_eq!(
        told,
        [("127.0.0.1".to_owned(), Status::Passed, 2), ("127.0.0.2".to_owned(), Status::Failed, 0)]
    );
    let fault = result.fault.unwrap();
    assert!(fault.message.starts_with("1 of 2 addresses failed; "), "{}", fault.message);
    assert_eq!(fault.evidence.fact("failed_addresses"), Some(&Fact::List(vec!["127.0.0.2".into()])));
}

#[tokio::test]
async fn a_panic_is_an_error_of_ours_and_of_this_test_alone() {
    let (address, _) = server(|_, _| answer(200, "", &"a".repeat(1_000_000))).await;
    let suite = suite(&format!(
        "tests: [{{ name: a, http: {{ url: 'http://{address}/' }}, assert: [body matches (a|b)+c] }}]"
    ));
    let options =
        RunOptions { offload: Some(Offload::new(|_| panic!("the test says so"))), ..RunOptions::default() };
    let result = run(&Vantage::system(), &suite.tests()[0], &options).await;
    let fault = result.fault.unwrap();
    assert_eq!(
        (result.status, fault.code, fault.blame),
        (Status::Error, Code::InternalError, Blame::Ourselves)
    );
    assert_eq!(result.name, "a");
}
