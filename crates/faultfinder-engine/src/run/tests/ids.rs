//! The ids of a test and of its result, as values of templates.

use super::*;
use std::sync::Mutex;

/// The paths that were asked for, of a server that fails the first request.
async fn paths(text: &str, options: &RunOptions) -> (Vec<String>, TestResult) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&seen);
    let (address, _) = server(move |number, request| {
        let path = request.split(' ').nth(1).unwrap_or("").to_owned();
        kept.lock().unwrap().push(path);
        answer(if number == 0 { 503 } else { 200 }, "", "ok")
    })
    .await;
    let suite = suite(&text.replace("SERVER", &format!("http://{address}")));
    assert_eq!(suite.warnings(), []);
    let result = run(&Vantage::system(), &suite.tests()[0], options).await;
    assert_eq!(result.status, Status::Passed, "{:?}", result.fault);
    let paths = seen.lock().unwrap().clone();
    (paths, result)
}

const ONE: &str = "tests:
  - name: a
    retry: { count: 1, interval: 1ms }
    http: { url: 'SERVER/{{ public-id }}/{{result-id}}' }
    assert: [ status is 200 ]
";

const STEPS: &str = "variables: { RUN: 'r-{{ result-id }}' }
tests:
  - name: a
    retry: { count: 1, interval: 1ms }
    steps:
      - http: { url: 'SERVER/{{ RUN }}' }
        assert: [ status is 200 ]
      - http: { url: 'SERVER/{{ result-id }}' }
";

#[tokio::test]
async fn the_ids_of_a_test_and_of_its_result_are_the_same_in_all_attempts() {
    let (paths, result) = paths(ONE, &RunOptions::default()).await;
    let id = result.result_id.unwrap();
    assert_eq!(id.len(), 36);
    assert_eq!(paths, vec![format!("/{}/{id}", result.id); 2]);
}

#[tokio::test]
async fn the_id_of_a_result_is_the_same_in_all_steps_and_another_one_in_the_next_run() {
    let (first_paths, first) = paths(STEPS, &RunOptions::default()).await;
    let id = first.result_id.unwrap();
    assert_eq!(first_paths, [format!("/r-{id}"), format!("/r-{id}"), format!("/{id}")]);
    let (_, second) = paths(STEPS, &RunOptions::default()).await;
    assert_ne!(second.result_id.unwrap(), id);
}

#[tokio::test]
async fn ids_that_are_given_are_used() {
    let options = RunOptions {
        test_id: Some("t-1".into()),
        result_id: Some(0x0192_f00d_0000_7000_8000_0000_0000_00ff),
        ..RunOptions::default()
    };
    let (paths, result) = paths(ONE, &options).await;
    assert_eq!(result.result_id.as_deref(), Some("0192f00d-0000-7000-8000-0000000000ff"));
    assert_eq!(paths[1], "/t-1/0192f00d-0000-7000-8000-0000000000ff");
}

#[tokio::test]
async fn a_result_that_its_test_does_not_name_has_no_id() {
    let text = "tests:\n  - name: a\n    http: { url: 'SERVER/{{ public-id }}' }\n";
    let (_, result) = paths(text, &RunOptions::default()).await;
    assert_eq!(result.result_id, None);
    assert!(serde_json::to_value(&result).unwrap().get("result_id").is_none());
}
