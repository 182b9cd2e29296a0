//! HTTP tests: credentials that are shown nowhere, tokens that are fetched once, APIs that explain themselves.

use super::*;
use std::sync::Mutex;

/// What requests have said, in order.
type Heard = Arc<Mutex<Vec<String>>>;

/// An HTTP server on loopback that keeps its connections: `answer` makes the whole answer from the request's text.
async fn listening(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> (SocketAddr, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (heard, answer) = (Heard::default(), Arc::new(answer));
    let told = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (told, answer) = (Arc::clone(&told), Arc::clone(&answer));
            tokio::spawn(async move {
                while let Some(request) = read_request(&mut stream).await {
                    let answer = answer(&request);
                    told.lock().unwrap().push(request);
                    let _ = stream.write_all(&answer).await;
                }
            });
        }
    });
    (address, heard)
}

/// A request with its body.
async fn read_request(stream: &mut tokio::net::TcpStream) -> Option<String> {
    let mut request = String::new();
    let mut buffer = [0; 16 << 10];
    loop {
        let length = stream.read(&mut buffer).await.ok().filter(|length| *length > 0)?;
        request.push_str(&String::from_utf8_lossy(&buffer[..length]));
        let Some((head, body)) = request.split_once("\r\n\r\n") else { continue };
        let wanted = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= wanted.map_or(0, |length| length.parse().unwrap()) {
            return Some(request);
        }
    }
}

fn authorization(request: &str) -> Option<&str> {
    let line = request.lines().find_map(|line| line.strip_prefix("authorization: "));
    line.or_else(|| request.lines().find_map(|line| line.strip_prefix("x-token: ")))
}

/// Runs a test with these credentials against a server that shows in its answer what it was sent; the challenge comes
/// first, if there is one.
async fn echoed(auth: &str, challenge: &'static str) -> (TestResult, Vec<String>) {
    let (address, heard) = listening(move |request| {
        let is_answer = authorization(request).is_some_and(|text| !text.starts_with("NTLM TlRMTVNTUAAB"));
        if request.starts_with("POST /token") {
            answer(200, "", "{\"access_token\":\"t0ken-made-of-cr3dentials\",\"expires_in\":3600}")
        } else if challenge.is_empty() || is_answer {
            answer(200, &format!("x-echo: {}\r\n", authorization(request).unwrap_or_default()), request)
        } else {
            answer(401, &format!("www-authenticate: {challenge}\r\n"), "no")
        }
    })
    .await;
    let suite = suite_with(
        &format!(
            "variables:\n  WORD: {{ env: T, secret: true }}\ntests:\n  - name: echo\n    http:\n      url: 'http://{address}/'\n      save_body: true\n      auth: {}\n    assert: [ body contains nothing of it, header x-echo is nothing ]\n",
            auth.replace("ADDRESS", &address.to_string())
        ),
        &[],
        |name| (name == "T").then(|| "s3sam3open".to_owned()),
    );
    let result = run_one(&suite).await;
    let heard = heard.lock().unwrap().clone();
    (result, heard)
}

#[tokio::test]
async fn neither_credentials_nor_what_is_made_of_them_are_shown() {
    // Flags: Unicode, NTLM, target information; which has no entries.
    const NTLM: &str = "NTLM TlRMTVNTUAACAAAAAAAAADAAAAABAogAbGFiMTIzNDUAAAAAAAAAAAQABAAwAAAAAAAAAA==";
    for (auth, challenge) in [
        ("{ basic: { username: u, password: '{{ WORD }}' } }", ""),
        ("{ bearer: '{{ WORD }}' }", ""),
        (
            "{ digest: { username: u, password: '{{ WORD }}' } }",
            "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"",
        ),
        ("{ ntlm: { username: u, password: '{{ WORD }}' } }", NTLM),
        ("{ sigv4: { access_key: id, secret_key: '{{ WORD }}', region: r, service: s } }", ""),
        (
            "{ oauth2_client: { token_url: 'http://ADDRESS/token', client_id: i, client_secret: '{{ WORD }}' } }",
            "",
        ),
        (
            "{ oauth2_password: { token_url: 'http://ADDRESS/token', client_id: i, username: u, password: '{{ WORD }}' } }",
            "",
        ),
        ("{ jwt: { algorithm: HS256, secret: '{{ WORD }}', claims: { sub: a } } }", ""),
        ("{ jwt: { algorithm: HS256, secret: '{{ WORD }}', header_name: x-token } }", ""),
    ] {
        let (result, heard) = echoed(auth, challenge).await;
        assert_eq!(code(&result), Some(Code::IncorrectAssertion), "{auth}: {:?}", result.fault);
        let json = serde_json::to_string(&result).unwrap();
        let sent = authorization(heard.last().unwrap()).unwrap_or_else(|| panic!("{auth}: {heard:?}"));
        let proof = sent.rsplit(['=', ' ', '"']).find(|part| part.len() > 6).unwrap_or(sent);
        for shown in ["s3sam3open", "t0ken-made-of-cr3dentials", sent] {
            assert!(!json.contains(shown), "{auth}: {shown} in {json}");
        }
        if !sent.starts_with("Digest") {
            assert!(!json.contains(proof), "{auth}: {proof} in {json}");
        }
        let digest = sent.split("response=\"").nth(1).and_then(|rest| rest.split('"').next());
        assert!(digest.is_none_or(|digest| !json.contains(digest)), "{auth}: {json}");
        assert!(json.contains("***"), "{auth}: {json}");
        assert!(!format!("{suite:?}", suite = result).contains("s3sam3open"));
    }
}

#[tokio::test]
async fn runs_that_need_the_same_token_fetch_it_once() {
    let (address, heard) = listening(|request| {
        if request.starts_with("POST /token") {
            answer(200, "", "{\"access_token\":\"t\",\"expires_in\":3600}")
        } else {
            answer(200, "", "")
        }
    })
    .await;
    let test = |number: usize| {
        format!(
            "  - name: t{number}\n    http: {{ url: 'http://{address}/{number}', auth: {{ oauth2_client: {{ token_url: 'http://{address}/token', client_id: i, client_secret: s }} }} }}\n    assert: [ status is 200 ]\n"
        )
    };
    let suite = suite(&format!("tests:\n{}", (0..20).map(test).collect::<String>()));
    let vantage = Vantage::system();
    let results = run_all(&vantage, suite.tests(), &RunOptions::default(), 20, |_, _| {}).await;
    assert!(results.iter().all(|result| result.status == Status::Passed), "{:?}", results.first());
    let asked = heard.lock().unwrap().iter().filter(|request| request.starts_with("POST /token")).count();
    assert_eq!(asked, 1);
    assert_eq!(heard.lock().unwrap().len(), 21);
}

#[tokio::test]
async fn what_an_api_says_of_its_failure_is_in_the_evidence() {
    const ENVELOPE: &str = r#"{"error":{"code":403,"message":"Scopes are missing.","details":{"errorRef":"r1","missingScopes":["a:write"]}}}"#;
    let (address, _) = server(|_, _| answer(403, "retry-after: 7\r\n", ENVELOPE)).await;
    let suite = suite(&format!(
        "tests:\n  - name: up\n    http: {{ url: 'http://{address}/' }}\n    assert: [ status is 200 ]\n"
    ));
    let fault = run_one(&suite).await.fault.unwrap();
    assert_eq!(
        fault.message,
        "expected status is 200, found 403; the API says: Scopes are missing. (missing scopes: a:write)"
    );
    let Some(Fact::Map(envelope)) = fault.evidence.fact("error_envelope") else { panic!("{fault:?}") };
    assert_eq!(envelope.get("errorRef"), Some(&Fact::from("r1")));
    assert_eq!(envelope.get("missingScopes"), Some(&Fact::from(vec!["a:write"])));
    assert_eq!(fault.evidence.fact("retry_after_s"), Some(&Fact::Integer(7)));
}

#[test]
fn a_retry_waits_as_long_as_the_target_asks_within_a_bound() {
    let (short, minute) = (Duration::from_millis(1), RETRY_AFTER_MAX);
    assert_eq!(pause(short, None, None), Ok(short));
    assert_eq!(pause(short, Some(minute), None), Ok(minute));
    assert_eq!(pause(minute, Some(short), None), Ok(minute));
    let refused = pause(short, Some(minute + Duration::from_secs(1)), None).unwrap_err();
    assert!(refused.contains("asked for 61 s"), "{refused}");
    assert_eq!(pause(short, Some(minute), Some(minute + short)), Ok(minute));
    let refused = pause(short, Some(minute), Some(minute)).unwrap_err();
    assert!(refused.contains("in 60000 ms, but only 60000 ms of"), "{refused}");
    assert!(pause(short, None, Some(Duration::ZERO)).is_err());
}

#[tokio::test]
async fn a_target_that_asks_for_more_patience_than_there_is_ends_the_run() {
    let (address, count) = server(|_, _| answer(503, "retry-after: 3600\r\n", "")).await;
    let suite = suite(&format!(
        "tests:\n  - name: up\n    retry: {{ count: 3, interval: 1ms }}\n    http: {{ url: 'http://{address}/' }}\n    assert: [ status is 200 ]\n"
    ));
    let result = run_one(&suite).await;
    assert_eq!((result.attempts.len(), count.load(Ordering::SeqCst)), (0, 1));
    assert!(
        result.warnings.iter().any(|warning| warning.contains("asked for 3600 s")),
        "{:?}",
        result.warnings
    );
}

#[tokio::test]
async fn trailers_and_interim_answers_are_told() {
    let (address, _) = listening(|_| {
        let mut bytes = b"HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n".to_vec();
        bytes.extend(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-sum: 1\r\nx-sum: 2\r\n\r\n");
        bytes
    })
    .await;
    let suite = suite(&format!(
        "tests:\n  - name: up\n    http: {{ url: 'http://{address}/' }}\n    assert: [ trailer x-sum is 2 ]\n"
    ));
    let result = run_one(&suite).await;
    assert_eq!(result.status, Status::Passed, "{:?}", result.fault);
    let response = &result.observed.response;
    let Some(Fact::Map(trailers)) = response.get("trailers") else { panic!("{response:?}") };
    assert_eq!(trailers.get("x-sum"), Some(&Fact::from(vec!["1", "2"])));
    let Some(Fact::List(interim)) = response.get("interim") else { panic!("{response:?}") };
    let Some(Fact::Map(first)) = interim.first() else { panic!("{interim:?}") };
    assert_eq!(first.get("status"), Some(&Fact::Integer(103)));
    assert!(matches!(first.get("after_ms"), Some(Fact::Number(_))), "{first:?}");
}

#[tokio::test]
async fn no_attempt_begins_behind_the_time_of_the_run() {
    let (address, count) = server(|_, _| answer(429, "retry-after: 30\r\n", "")).await;
    let suite = suite(&format!(
        "tests:\n  - name: up\n    retry: {{ count: 3, interval: 1ms }}\n    http: {{ url: 'http://{address}/' }}\n    assert: [ status is 200 ]\n"
    ));
    let options = RunOptions { run_time: Some(Duration::from_secs(20)), ..RunOptions::default() };
    let result = run(&Vantage::system(), &suite.tests()[0], &options).await;
    assert_eq!((result.attempts.len(), count.load(Ordering::SeqCst)), (0, 1));
    assert!(
        result.warnings.iter().any(|warning| warning.contains("would start in 30000 ms")),
        "{:?}",
        result.warnings
    );
}

#[tokio::test]
async fn a_websocket_that_is_refused_with_an_envelope_tells_it_and_waits_as_asked() {
    const ENVELOPE: &str = r#"{"error":{"code":503,"message":"Overloaded.","details":{"errorRef":"r1"},"retryAfterSeconds":3600}}"#;
    let (address, count) = server(|_, _| answer(503, "retry-after: 1\r\n", ENVELOPE)).await;
    let suite = suite(&format!(
        "tests:\n  - name: feed\n    retry: {{ count: 1, interval: 1ms }}\n    ws: {{ url: 'ws://{address}/' }}\n"
    ));
    let result = run_one(&suite).await;
    let fault = result.fault.unwrap();
    assert_eq!((fault.code, fault.phase), (Code::WebSocket, Phase::Open), "{fault}");
    assert!(fault.message.ends_with("; the API says: Overloaded."), "{}", fault.message);
    let Some(Fact::Map(envelope)) = fault.evidence.fact("error_envelope") else { panic!("{fault:?}") };
    assert_eq!(envelope.get("errorRef"), Some(&Fact::from("r1")));
    assert_eq!(fault.evidence.fact("retry_after_s"), Some(&Fact::Integer(3600)));
    assert_eq!(count.load(Ordering::SeqCst), 1, "tried again before an hour has passed");
}

#[tokio::test]
async fn what_came_before_a_body_broke_is_kept_and_judged() {
    let (address, _) = server(|_, _| {
        b"HTTP/1.1 500 Oops\r\nx-shop: eu-1\r\ncontent-length: 100\r\n\r\npool exhausted".to_vec()
    })
    .await;
    let suite = suite(&format!(
        "tests:\n  - name: up\n    http: {{ url: 'http://{address}/' }}\n    assert: [ status is 200, header x-shop is eu-1, body contains ok ]\n"
    ));
    let result = run_one(&suite).await;
    let fault = result.fault.clone().unwrap();
    assert_eq!((fault.code, fault.phase), (Code::ConnReset, Phase::Receive), "{fault}");
    assert!(fault.message.ends_with("; status 500, 14 of 100 bytes of the body"), "{fault}");
    assert_eq!(fault.evidence.fact("body_start"), Some(&Fact::from("pool exhausted")));
    let found: Vec<_> = result.assertions.iter().map(|found| (found.passed, found.actual.clone())).collect();
    assert_eq!(found[0], (false, Fact::Integer(500)));
    assert!(found[1].0, "{:?}", result.assertions);
    assert!(!found[2].0 && result.assertions[2].message.contains("the response is not complete"));
    assert_eq!(result.observed.response.get("status"), Some(&Fact::Integer(500)));
    assert!(result.observed.response.contains_key("headers"));
    // What broke is apart from what was completed.
    assert_eq!(result.broke_in.map(|broke_in| broke_in.phase), Some(Phase::Receive));
    assert_eq!(result.timings.duration(Phase::Receive), None);
    assert!(result.timings.duration(Phase::Wait).is_some());
}

#[tokio::test]
async fn an_answer_to_an_upload_that_is_not_read_ends_the_phase_send() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let peer = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        stream.write_all(&answer(413, "connection: close\r\n", "no")).await.unwrap();
        std::future::pending::<()>().await;
    });
    let suite = suite(&format!(
        "tests:\n  - name: up\n    http: {{ url: 'http://{address}/', method: POST, timeout: 5s, multipart: [ {{ name: a, value: {} }} ] }}\n    assert: [ status is 413 ]\n",
        "a".repeat(8 << 20)
    ));
    let result = run_one(&suite).await;
    peer.abort();
    assert_eq!(result.status, Status::Passed, "{:?}", result.fault);
    assert!(result.timings.duration(Phase::Wait).is_some(), "{:?}", result.timings);
}

#[tokio::test]
async fn a_failed_assertion_breaks_no_phase_off_and_shows_the_headers() {
    let (address, _) = server(|_, _| answer(200, "x-shop: eu-1\r\n", "fine")).await;
    let suite = suite(&format!(
        "tests:\n  - name: up\n    http: {{ url: 'http://{address}/' }}\n    assert: [ status is 204 ]\n"
    ));
    let result = run_one(&suite).await;
    let broke_in = result.broke_in.unwrap();
    assert_eq!(broke_in.phase, Phase::Assert);
    assert_eq!(result.timings.duration(Phase::Assert), Some(broke_in.after));
    let Some(Fact::Map(headers)) = result.observed.response.get("headers") else { panic!("{result:?}") };
    assert_eq!(headers.get("x-shop"), Some(&Fact::from("eu-1")));
    assert!(result.timings.duration(Phase::Receive).is_some());
}

#[tokio::test]
async fn passwords_are_secrets_however_they_are_written() {
    let (address, _) = server(|_, request| answer(200, "", request)).await;
    for (url, auth) in [
        (format!("http://{address}/"), "auth: { basic: { username: ada, password: hunter22 } }, "),
        (format!("http://{address}/"), "auth: { bearer: hunter22 }, "),
        (format!("http://ada:hunter22@{address}/"), ""),
    ] {
        let test = format!(
            "tests: [{{ name: a, http: {{ {auth}url: '{url}', save_body: true }}, assert: [body contains no] }}]"
        );
        let result = run_one(&suite(&test)).await;
        let shown = serde_json::to_string(&result).unwrap();
        assert!(shown.contains("***"), "{shown}");
        assert!(!shown.contains("hunter22") && !shown.contains("YWRhOmh1bnRlcjIy"), "{shown}");
    }
}
