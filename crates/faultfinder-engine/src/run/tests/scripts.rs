//! JavaScript: assertions, and variables that it sets.

use super::*;
use crate::{StepStatus, TestResult};

/// A peer that answers every request with what it asked for.
async fn mirror() -> SocketAddr {
    let (address, _) = server(|_, request| {
        let path = request.split(' ').nth(1).unwrap_or("");
        answer(200, "content-type: application/json\r\n", &format!("{{\"path\":\"{path}\",\"items\":[1,2]}}"))
    })
    .await;
    address
}

async fn results(text: &str) -> Vec<TestResult> {
    let suite = Suite::load(&[Source::new("t.yaml", text)], &[], |_| None).unwrap();
    let mut results = Vec::new();
    for test in suite.tests() {
        results.push(run(&Vantage::system(), test, &RunOptions::default()).await);
    }
    results
}

#[tokio::test]
async fn assertions_in_javascript_hold_or_say_why_not() {
    let address = mirror().await;
    let test = |name: &str, script: &str| {
        format!(
            "  - name: {name}\n    http: {{ url: 'http://{address}/' }}\n    assert:\n      - javascript: |\n          {script}\n"
        )
    };
    let text = [
        "variables: { WANTED: '2', TOKEN: { value: s3cr3t, secret: true } }\ntests:\n".to_owned(),
        test("a", "const body = JSON.parse(dd.response.body);\n          dd.expect(body.items).to.have.lengthOf(Number(dd.variable.get('WANTED')));"),
        test("b", "dd.expect(dd.response.statusCode).to.equal(404);"),
        test("c", "console.log('seen', dd.response.headers['content-type']);\n          throw new Error('no ' + dd.variable.get('TOKEN'));"),
        test("d", "for (;;) {}"),
    ]
    .concat();
    let [a, b, c, d] = results(&text).await.try_into().unwrap();
    assert_eq!((a.status, a.warnings.len()), (Status::Passed, 0), "{a:?}");
    let fault = |result: &TestResult| result.fault.clone().unwrap();
    assert_eq!(fault(&b).code, Code::IncorrectAssertion);
    assert!(
        fault(&b).message.starts_with("the script failed: expected 200 to equal 404 (line 1, column"),
        "{b:?}"
    );
    assert!(fault(&c).message.contains("no ***"), "{c:?}");
    assert!(fault(&c).message.contains("it printed: seen application/json"), "{c:?}");
    assert_eq!((fault(&d).code, fault(&d).phase), (Code::Timeout, Phase::Assert), "{d:?}");
}

#[tokio::test]
async fn scripts_set_variables_before_the_first_request_and_from_answers() {
    let address = mirror().await;
    let text = format!(
        "tests:
  - name: steps
    variables_javascript: dd.variable.set('ID', 'a' + 1)
    steps:
      - http: {{ url: 'http://{address}/{{{{ ID }}}}' }}
        extract_javascript: |
          const body = JSON.parse(dd.response.body);
          dd.variable.set('FOUND', body.path.slice(1) + dd.variable.get('ID'));
          if (body.none) dd.variable.set('NONE', 1);
      - http: {{ url: 'http://{address}/{{{{ FOUND }}}}' }}
        assert: [ jsonpath $.path is /a1a1 ]
      - http: {{ url: 'http://{address}/{{{{ NONE }}}}' }}
  - name: single
    variables_javascript: dd.variable.set('ID', 7)
    http: {{ url: 'http://{address}/{{{{ ID }}}}' }}
    assert: [ jsonpath $.path is /7 ]
  - name: fails
    variables_javascript: throw new Error('no id')
    http: {{ url: 'http://{address}/' }}
"
    );
    let [steps, single, fails] = results(&text).await.try_into().unwrap();
    assert_eq!(steps.steps[0].extracted["FOUND"], "a1a1");
    assert_eq!(steps.steps[1].status, StepStatus::Passed, "{steps:?}");
    let fault = steps.steps[2].fault.clone().unwrap();
    assert_eq!(fault.code, Code::InvalidRequest);
    assert!(fault.message.contains("did not extract it: the script did not set it"), "{fault}");
    assert_eq!(single.status, Status::Passed, "{single:?}");
    let fault = fails.fault.unwrap();
    assert_eq!((fault.code, fault.detail.name()), (Code::InvalidRequest, "script_failed"));
    assert!(fault.message.contains("no id"), "{fault}");
}

#[test]
fn what_is_wrong_with_a_script_is_said_at_load() {
    for (test, message) in [
        (
            "http: { url: 'http://a.test' }, assert: [ { javascript: 'const a = ;' } ]",
            "the script is not valid: SyntaxError: ",
        ),
        (
            "tcp: { host: a.test, port: 1 }, assert: [ { javascript: 'throw 1' } ]",
            "a script is never run in a tcp test",
        ),
        (
            "http: { url: 'http://a.test/{{ A }}' }, variables_javascript: 'dd.variable.set(\"B\", 1)'",
            "undefined variable `A`",
        ),
        (
            "http: { url: 'http://a.test' }, variables_javascript: '('",
            "the script is not valid: SyntaxError: ",
        ),
        (
            "steps: [ { run: s } ]",
            "this test sets variables by a script, so it cannot be carried out as a step",
        ),
    ] {
        let scripted =
            "{ name: s, http: { url: 'http://a.test' }, variables_javascript: 'dd.variable.set(\"X\", 1)' }";
        let text = format!("tests: [ {{ name: a, {test} }}, {scripted} ]\n");
        let found = Suite::load(&[Source::new("t.yaml", &text)], &[], |_| None).map(drop).unwrap_err();
        assert!(found.iter().any(|one| one.message.starts_with(message)), "{test}: {found:?}");
    }
}

#[test]
fn scripts_of_a_definition_from_outside_are_counted() {
    let load = |tests: usize, scripts: usize| {
        let script = "{ javascript: 'dd.expect(1).to.equal(1)' }";
        let scripts = vec![script; scripts].join(", ");
        let tests: String = (0..tests)
            .map(|n| {
                format!("  - {{ name: t{n}, http: {{ url: 'http://a.test' }}, assert: [ {scripts} ] }}\n")
            })
            .collect();
        Suite::load_foreign(&Source::new("t.yaml", &format!("tests:\n{tests}")))
    };
    assert!(load(16, 8).is_ok());
    let found = load(17, 8).map(drop).unwrap_err();
    assert!(found[0].message.contains("33554432 bytes"), "{found:?}");
}

#[tokio::test]
async fn a_step_of_another_protocol_has_no_response_for_its_script() {
    let (address, _) = server(|_, _| answer(200, "", "")).await;
    let text = format!(
        "tests:
  - name: a
    steps:
      - tcp: {{ host: 127.0.0.1, port: {} }}
        extract_javascript: dd.variable.set('A', typeof dd.response)
      - http: {{ url: 'http://{address}/{{{{ A }}}}' }}
",
        address.port()
    );
    let [result] = results(&text).await.try_into().unwrap();
    assert_eq!(result.steps[0].extracted["A"], "undefined", "{result:?}");
}

#[tokio::test]
async fn what_a_script_sets_as_secret_is_never_shown() {
    let address = mirror().await;
    let text = format!(
        "tests:
  - name: a
    variables_javascript: dd.variable.setObfuscated('FIRST', 'hidden-1')
    steps:
      - http: {{ url: 'http://{address}/{{{{ FIRST }}}}' }}
        extract_javascript: dd.variable.setObfuscated('A', 'hidden-2')
      - http: {{ url: 'http://{address}/{{{{ A }}}}' }}
        assert: [ body contains nothing ]
"
    );
    let [result] = results(&text).await.try_into().unwrap();
    assert_eq!(result.steps[0].extracted["A"], "***");
    assert!(!format!("{result:?}").contains("hidden-"), "{result:?}");
}

#[tokio::test]
async fn scripts_are_run_where_long_work_is_done() {
    let address = mirror().await;
    let url = format!("http: {{ url: 'http://{address}/' }}");
    for (test, pieces) in [
        (format!("{{ name: a, {url}, assert: [ status is 200 ] }}"), 0),
        (format!("{{ name: a, {url}, assert: [ javascript: '1' ] }}"), 1),
        (format!("{{ name: a, {url}, variables_javascript: '1' }}"), 1),
        (format!("{{ name: a, steps: [ {{ {url}, extract_javascript: '1' }} ] }}"), 1),
    ] {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let offload = Offload::new(move |work| {
            counted.fetch_add(1, Ordering::SeqCst);
            std::thread::spawn(work);
        });
        let suite = suite(&format!("tests: [ {test} ]\n"));
        let options = RunOptions { offload: Some(offload), ..RunOptions::default() };
        let result = run(&Vantage::system(), &suite.tests()[0], &options).await;
        assert_eq!((result.status, count.load(Ordering::SeqCst)), (Status::Passed, pieces), "{test}");
    }
}
