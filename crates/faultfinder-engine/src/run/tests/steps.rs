//! Several steps in one test.

use super::*;
use crate::{StepResult, StepStatus, TestType};

/// A shop: a login that yields a token and a cookie, an order that needs both, and a state that changes with each question.
async fn shop() -> SocketAddr {
    let asked = AtomicUsize::new(0);
    let (address, _) = server(move |_, request| {
        let line = request.lines().next().unwrap_or("");
        let path = line.split(' ').nth(1).unwrap_or("");
        let has = |text: &str| request.to_ascii_lowercase().contains(&text.to_ascii_lowercase());
        match path {
            "/login" => answer(
                200,
                "set-cookie: session=s-1; Path=/\r\n",
                "{\"token\":\"t-secret-1\",\"csrf\":\"c7\"}",
            ),
            "/order" if has("x-token: t-secret-1") => {
                answer(201, "location: /orders/42?new=1\r\n", "t-secret-1 made it")
            }
            "/cookie" if has("cookie: session=s-1") => answer(200, "", "welcome"),
            "/orders/42" => answer(200, "", "order 42"),
            "/state" => {
                let state = if asked.fetch_add(1, Ordering::SeqCst) < 2 { "pending" } else { "done" };
                answer(200, "", &format!("{{\"state\":\"{state}\"}}"))
            }
            "/clean" => answer(204, "", ""),
            _ => answer(403, "", "no"),
        }
    })
    .await;
    address
}

fn statuses(steps: &[StepResult]) -> Vec<(&str, StepStatus)> {
    steps.iter().map(|step| (step.name.as_str(), step.status)).collect()
}

async fn carried_out(steps: &str) -> TestResult {
    let address = shop().await;
    run_one(&suite(&steps.replace("SHOP", &format!("http://{address}")))).await
}

#[tokio::test]
async fn what_one_step_extracts_the_next_one_uses_and_secrets_stay_hidden() {
    let result = carried_out(
        "tests:
  - name: order
    persist_cookies: true
    steps:
      - name: log in
        http: { url: SHOP/login, json: { user: u } }
        assert: [ status is 200 ]
        extract:
          TOKEN: { jsonpath: $.token, secret: true }
          CSRF: jsonpath $.csrf
      - wait: 1ms
      - name: place
        http: { method: POST, url: SHOP/order, headers: { x-token: '{{ TOKEN }}' } }
        assert: [ status is 201, 'body contains {{ TOKEN }}' ]
        extract: { ORDER: { header: location, regex: '/orders/(\\d+)' } }
      - http: { url: 'SHOP/orders/{{ ORDER }}' }
        assert: [ status is 200, 'body is order {{ ORDER }}' ]
      - name: cookies
        http: { url: SHOP/cookie }
        assert: [ body is welcome ]
",
    )
    .await;
    assert_eq!(result.status, Status::Passed, "{:?}", result.fault);
    assert_eq!(result.test_type, TestType::Multistep);
    let passed = StepStatus::Passed;
    assert_eq!(
        statuses(&result.steps),
        [("log in", passed), ("step 2", passed), ("place", passed), ("step 4", passed), ("cookies", passed)]
    );
    let extracted = &result.steps[0].extracted;
    assert_eq!((extracted["TOKEN"].as_str(), extracted["CSRF"].as_str()), ("***", "c7"));
    assert_eq!(result.steps[2].extracted["ORDER"], "42");
    let whole = serde_json::to_string(&result).unwrap();
    assert!(!whole.contains("t-secret-1"), "{whole}");
    assert_eq!(serde_json::from_str::<TestResult>(&whole).unwrap(), result);
    assert!(whole.contains("\"type\":\"multistep\"") && whole.contains("\"type\":\"wait\""), "{whole}");
}

#[tokio::test]
async fn a_value_is_a_value_whatever_it_looks_like() {
    let (address, _) = server(|number, _| match number {
        0 => answer(200, "", "is x\" or true {{ uuid }}"),
        _ => answer(200, "", "is x\" or true {{ uuid }}"),
    })
    .await;
    let result = run_one(&suite(&format!(
        "tests:
  - name: odd
    steps:
      - http: {{ url: 'http://{address}/' }}
        extract: {{ ODD: {{ body: true }} }}
      - http: {{ url: 'http://{address}/', headers: {{ x: '{{{{ ODD }}}}' }} }}
        assert: [ 'body is {{{{ ODD }}}}' ]
"
    )))
    .await;
    assert_eq!(result.status, Status::Passed, "{:?}", result.steps[1].fault);
}

#[tokio::test]
async fn a_step_that_fails_ends_the_test_but_for_what_is_always_carried_out() {
    let result = carried_out(
        "tests:
  - name: order
    steps:
      - { name: refused, http: { url: SHOP/nothing }, assert: [ status is 200 ], extract: { ID: header x-id } }
      - { name: next, http: { url: 'SHOP/orders/{{ ID }}' } }
      - { name: clean up, always_run: true, http: { url: SHOP/clean }, assert: [ status is 204 ] }
      - { name: needs it, always_run: true, http: { url: 'SHOP/orders/{{ ID }}' } }
",
    )
    .await;
    assert_eq!(result.status, Status::Failed);
    let fault = result.fault.as_ref().unwrap();
    assert_eq!(fault.code, Code::IncorrectAssertion);
    assert!(fault.message.starts_with("step 1 `refused`: "), "{fault}");
    assert_eq!(
        statuses(&result.steps),
        [
            ("refused", StepStatus::Failed),
            ("next", StepStatus::Skipped),
            ("clean up", StepStatus::Passed),
            ("needs it", StepStatus::Failed)
        ]
    );
    assert_eq!(result.steps[1].skipped.as_deref(), Some("step 1 `refused` failed"));
    assert!(result.steps[0].warnings[0].contains("ID was not extracted"), "{:?}", result.steps[0].warnings);
    let fault = result.steps[3].fault.as_ref().unwrap();
    assert_eq!((fault.code, fault.blame), (Code::InvalidRequest, Blame::Definition));
    assert!(
        fault
            .message
            .contains("ID has no value: step 1 `refused` did not extract it: there is no header x-id"),
        "{fault}"
    );
    assert!(fault.evidence.fact("place").is_some(), "{fault:?}");
}

#[tokio::test]
async fn failures_that_are_allowed_and_successes_that_end_the_test() {
    let steps = |first: &str| {
        format!(
            "tests:
  - name: t
    steps:
      - {{ name: one, http: {{ url: SHOP/nothing }}, assert: [ status is 200 ], {first} }}
      - {{ name: two, http: {{ url: SHOP/clean }}, exit_if_succeed: true }}
      - {{ name: three, http: {{ url: SHOP/nothing }}, assert: [ status is 200 ] }}
"
        )
    };
    let allowed = carried_out(&steps("allow_failure: true")).await;
    assert_eq!(allowed.status, Status::Passed, "{:?}", allowed.fault);
    assert_eq!(
        statuses(&allowed.steps),
        [("one", StepStatus::Failed), ("two", StepStatus::Passed), ("three", StepStatus::Skipped)]
    );
    let critical = carried_out(&steps("allow_failure: true, critical: true")).await;
    assert_eq!(critical.status, Status::Failed);
    assert_eq!(statuses(&critical.steps), statuses(&allowed.steps));
}

#[tokio::test]
async fn a_step_is_repeated_until_something_holds_and_not_for_ever() {
    let steps = |times: usize| {
        format!(
            "tests:
  - name: t
    steps:
      - name: poll
        http: {{ url: SHOP/state }}
        assert: [ status is 200 ]
        repeat: {{ until: [ jsonpath $.state is done ], times: {times}, interval: 1ms }}
"
        )
    };
    let done = carried_out(&steps(5)).await;
    assert_eq!(done.status, Status::Passed, "{:?}", done.fault);
    assert_eq!(done.steps[0].repeated, Some(3));
    let never = carried_out(&steps(2)).await;
    let fault = never.fault.as_ref().unwrap();
    assert_eq!((fault.code, never.steps[0].repeated), (Code::IncorrectAssertion, Some(2)));
    assert!(fault.message.contains("repeated 2 times"), "{fault}");
}

#[tokio::test]
async fn a_test_is_a_step_of_another_one() {
    let result = carried_out(
        "variables: { USER: \"{{ alphanumeric(5) }}\" }
tests:
  - name: order
    steps:
      - run: log in
      - { name: place, http: { method: POST, url: SHOP/order, headers: { x-token: '{{ TOKEN }}', x-user: '{{ USER }}' } }, assert: [ status is 201 ] }
  - name: log in
    steps:
      - { name: ask, http: { url: SHOP/login, json: { user: '{{ USER }}' } }, extract: { TOKEN: { jsonpath: $.token, secret: true } } }
",
    )
    .await;
    assert_eq!(result.status, Status::Passed, "{:?}", result.fault);
    assert_eq!(statuses(&result.steps[0].steps), [("ask", StepStatus::Passed)]);
}

#[tokio::test]
async fn a_step_is_tried_again_and_so_is_the_test() {
    let (address, count) = server(|number, _| answer(if number < 2 { 500 } else { 200 }, "", "")).await;
    let of_step = suite(&format!(
        "tests: [{{ name: t, steps: [{{ http: {{ url: 'http://{address}/' }}, assert: [ status is 200 ], retry: {{ count: 2, interval: 1ms }} }}] }}]"
    ));
    let result = run_one(&of_step).await;
    assert_eq!((result.status, result.steps[0].attempts.len()), (Status::Passed, 2), "{:?}", result.fault);
    let (address, again) = server(|number, _| answer(if number < 2 { 500 } else { 200 }, "", "")).await;
    let of_test = suite(&format!(
        "tests: [{{ name: t, retry: {{ count: 2, interval: 1ms }}, steps: [{{ http: {{ url: 'http://{address}/' }}, assert: [ status is 200 ] }}] }}]"
    ));
    let result = run_one(&of_test).await;
    assert_eq!((result.status, result.attempts.len()), (Status::Passed, 2), "{:?}", result.fault);
    assert_eq!((count.load(Ordering::SeqCst), again.load(Ordering::SeqCst)), (3, 3));
}

#[tokio::test]
async fn refused_credentials_switch_the_retries_of_a_test_with_steps_off() {
    let test = |address: SocketAddr, auth: &str| {
        suite(&format!(
            "tests:\n  - name: up\n    retry: {{ count: 3, interval: 1ms }}\n    steps:\n      - name: in\n        http: {{ url: 'http://{address}/'{auth} }}\n        assert: [ status is 200 ]\n"
        ))
    };
    let (address, count) = server(|_, _| answer(401, "www-authenticate: Basic realm=\"a\"\r\n", "no")).await;
    let result = run_one(&test(address, ", auth: { basic: { username: u, password: p } }")).await;
    assert_eq!((result.attempts.len(), result.retries_off, count.load(Ordering::SeqCst)), (0, true, 1));
    // They stay off in later runs, whatever goes wrong there.
    let (address, count) = server(|_, _| answer(503, "", "no")).await;
    let options = RunOptions { retries_off: true, ..RunOptions::default() };
    let result = run(&Vantage::system(), &test(address, "").tests()[0], &options).await;
    assert_eq!((result.attempts.len(), result.retries_off, count.load(Ordering::SeqCst)), (0, true, 1));
}

#[tokio::test(start_paused = true)]
async fn steps_have_a_time_together() {
    let suite = suite(
        "tests:
  - name: t
    overall_timeout: 10s
    steps:
      - wait: 8s
      - { name: too long, wait: 8s }
      - wait: 1s
      - { name: last words, wait: 1s, always_run: true }
",
    );
    let began = Instant::now();
    let result = run_one(&suite).await;
    let fault = result.fault.as_ref().unwrap();
    assert_eq!(fault.code, Code::Timeout);
    assert!(fault.message.contains("step 2 `too long`: the steps took longer than 10000 ms"), "{fault}");
    let status: Vec<StepStatus> = result.steps.iter().map(|step| step.status).collect();
    assert_eq!(status, [StepStatus::Passed, StepStatus::Failed, StepStatus::Skipped, StepStatus::Passed]);
    assert_eq!(began.elapsed().as_secs(), 11);
}

#[test]
fn mistakes_in_steps_are_found_at_load() {
    for (steps, words) in [
        (
            "- { http: { url: 'http://a.test/{{ LATER }}' } }\n      - { http: { url: 'http://a.test/' }, extract: { LATER: status } }",
            "variable `LATER` has no value yet here",
        ),
        ("- { http: { url: 'http://a.test/{{ NEVER }}' } }", "undefined variable `NEVER`"),
        ("- { http: { url: 'http://a.test/' }, extract: { A: statsu } }", "unknown subject `statsu`"),
        (
            "- { http: { url: 'http://a.test/' }, extract: { A: { body: true, regex: '(' } } }",
            "unclosed group",
        ),
        (
            "- { http: { url: 'http://a.test/' }, extract: { A: { body: true, regex: 'a', group: 3 } } }",
            "has no group `3`",
        ),
        ("- { http: { url: 'http://a.test/' }, extract: { uuid: status } }", "`uuid` cannot name a variable"),
        (
            "- { http: { url: 'http://a.test/' }, repeat: { until: [ statsu is 1 ] } }",
            "unknown subject `statsu`",
        ),
        ("- { wait: 1s, assert: [ status is 200 ] }", "`assert` cannot be combined with `wait`"),
        ("- { name: a, wait: 1s }\n      - { name: a, wait: 1s }", "duplicate step name `a`"),
        ("- { critical: true, wait: 1s }", "`critical` needs `allow_failure`"),
        ("- { run: nobody }", "no test of this file is named `nobody`"),
        ("- { run: t }", "this test needs itself: t -> t"),
        ("- { http: { url: 'ftp://a.test/' } }", "the scheme \"ftp\" is neither http nor https"),
    ] {
        let text = format!("tests:\n  - name: t\n    steps:\n      {steps}\n");
        let source = Source::new("t.yaml", &text);
        let found = match Suite::load(std::slice::from_ref(&source), &[], |_| None) {
            Err(found) => found,
            Ok(_) => crate::check(&[source], &[], &[]).0,
        };
        assert!(found.iter().any(|one| one.to_string().contains(words)), "{words}: {found:?}");
    }
}

#[test]
fn tests_in_steps_go_two_levels_deep() {
    let text = |names: &[&str]| {
        let mut text = "tests:\n".to_owned();
        for pair in names.windows(2) {
            text += &format!("  - {{ name: {}, steps: [ {{ run: {} }} ] }}\n", pair[0], pair[1]);
        }
        text + &format!("  - {{ name: {}, steps: [ {{ wait: 1ms }} ] }}\n", names.last().unwrap())
    };
    let load = |names: &[&str]| Suite::load(&[Source::new("t.yaml", &text(names))], &[], |_| None).map(drop);
    assert!(load(&["a", "b", "c"]).is_ok());
    let found = load(&["a", "b", "c", "d"]).unwrap_err();
    assert!(found[0].message.contains("more than 2 levels deep"), "{found:?}");
}

#[test]
fn steps_are_counted_with_those_of_other_tests() {
    let steps = |step: &str, count: usize| vec![step; count].join(", ");
    let text = |of_b: usize, of_a: usize, callers: usize| {
        let (b, a) = (steps("{ wait: 1ms }", of_b), steps("{ run: b }", of_a));
        let callers: String =
            (0..callers).map(|n| format!("  - {{ name: c{n}, steps: [ {a} ] }}\n")).collect();
        format!("tests:\n  - {{ name: b, steps: [ {b} ] }}\n{callers}")
    };
    let load = |of_b: usize, of_a: usize, callers: usize| {
        Suite::load(&[Source::new("t.yaml", &text(of_b, of_a, callers))], &[], |_| None).map(drop)
    };
    // Each `run` is a step, too: 10 times 100, and 99 times 100 more in the file.
    assert!(load(99, 10, 1).is_ok());
    let found = load(100, 10, 1).unwrap_err();
    assert_eq!(
        found[0].message,
        "a test carries out at most 1000 steps, found 1010 with those of other tests"
    );
    assert!(load(99, 9, 11).is_ok());
    let found = load(99, 10, 10).unwrap_err();
    let message = "the tests of a file carry out at most 10000 steps, found 10099 with those of other tests";
    assert_eq!(found[0].message, message);
    // A million steps from two kilobytes are refused at once, without being planned.
    let bomb = format!(
        "tests:\n  - {{ name: a, steps: [ {} ] }}\n  - {{ name: b, steps: [ {} ] }}\n  - {{ name: c, steps: [ {} ] }}\n",
        steps("{ run: b }", 100),
        steps("{ run: c }", 100),
        steps("{ wait: 1ms }", 100)
    );
    let found = Suite::load(&[Source::new("t.yaml", &bomb)], &[], |_| None).map(drop).unwrap_err();
    assert!(found[0].message.contains("found 1010100 "), "{found:?}");
}

#[test]
fn rings_of_tests_are_named_and_longer_ones_too() {
    for (names, words) in [(&["a", "b", "a"][..], "a -> b -> a"), (&["a", "b", "c", "b"], "b -> c -> b")] {
        let pairs = names.windows(2);
        let tests: String = pairs
            .map(|pair| format!("  - {{ name: {}, steps: [ {{ run: {} }} ] }}\n", pair[0], pair[1]))
            .collect();
        let source = Source::new("t.yaml", &format!("tests:\n{tests}"));
        let found = Suite::load(&[source], &[], |_| None).map(drop).unwrap_err();
        let message = format!("this test needs itself: {words}");
        assert!(found.iter().any(|one| one.message == message), "{found:?}");
    }
}

#[tokio::test]
async fn values_are_taken_out_of_pages_cookies_and_by_patterns_alone() {
    const PAGE: &str = "<form><input name='csrf' value='a&amp;b'></form> token: t-17;";
    let (address, _) = server(|_, request| {
        let path = request.split(' ').nth(1).unwrap_or("").to_owned();
        let headers = "content-type: text/html\r\nset-cookie: sid=77; path=/; httponly\r\n";
        answer(200, headers, if path == "/" { PAGE } else { &path })
    })
    .await;
    let text = format!(
        "tests:
  - name: a
    steps:
      - http: {{ url: 'http://{address}/' }}
        extract:
          CSRF: {{ xpath: \"string(//input[@name='csrf']/@value)\" }}
          SID: {{ cookie: sid }}
          TOKEN: {{ regex: 'token: ([a-z]-[0-9]+)' }}
      - http: {{ url: 'http://{address}/{{{{ SID }}}}/{{{{ TOKEN }}}}' }}
        assert: [ body is /77/t-17 ]
"
    );
    let suite = suite(&text);
    let result = run(&Vantage::system(), &suite.tests()[0], &RunOptions::default()).await;
    assert_eq!(result.status, Status::Passed, "{result:?}");
    assert_eq!(result.steps[0].extracted["CSRF"], "a&b");
    // Something has to be taken out.
    let empty = text.replace("{ regex: 'token: ([a-z]-[0-9]+)' }", "{ secret: true }");
    let found = Suite::load(&[Source::new("t.yaml", &empty)], &[], |_| None).map(drop).unwrap_err();
    assert!(found[0].message.starts_with("an extraction needs regex, or one of from, body"), "{found:?}");
}
