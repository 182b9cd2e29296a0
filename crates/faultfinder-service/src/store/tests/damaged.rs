//! Rows that are damaged by SQL, read through the API: each is reported as such, and hides no other.

use super::place::{Inside, Place};
use super::{HOUR, TEN, at, over_both, result, test};
use crate::api::router;
use crate::config::Config;
use crate::running::Running;
use crate::service::Service;
use crate::store::{Period, ResultRecord};
use crate::token::{Scope, Token, TokenHash};
use crate::workers::Workers;
use axum::Router;
use axum::body::Body;
use faultfinder_net::{Clock, Vantage};
use http::Request;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tower::ServiceExt as _;
use tracing::subscriber::DefaultGuard;

over_both!(
    a_damaged_result_is_an_error_of_its_own_and_one_line_of_the_log,
    damaged_results_are_left_out_of_lists_and_named_and_hide_nothing,
    a_damaged_test_is_reported_and_can_be_deleted,
    a_service_starts_without_the_tests_that_are_damaged,
    a_damaged_token_opens_nothing_and_is_reported,
    damaged_results_and_summaries_hold_up_no_summing_up,
);

const ADMIN: &str = "an admin token for tests";

/// A service over a place, called without a network.
struct Api {
    router: Router,
    log: Log,
    _subscriber: DefaultGuard,
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn start() -> (Self, DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().json().flatten_event(true);
        let subscriber = subscriber.with_writer(move || writer.clone()).finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    /// The lines with these words, which are then forgotten with all others.
    fn take(&self, words: &str) -> Vec<Value> {
        let log = std::mem::take(&mut *self.0.lock().unwrap());
        let lines = std::str::from_utf8(&log).unwrap().lines().filter(|line| line.contains(words));
        lines.map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Api {
    fn over(place: &Place) -> Self {
        let (log, subscriber) = Log::start();
        let config = Config { admin_token: Some(TokenHash::of(ADMIN)), ..Config::default() };
        let store = Arc::clone(&place.store);
        let service = Arc::new(Service::new(
            config,
            store,
            Clock::system(),
            Vantage::system(),
            Workers::start().unwrap(),
        ));
        Self { router: router(service), log, _subscriber: subscriber }
    }

    async fn call(&self, method: &str, path: &str, token: &str) -> (u16, Value) {
        let request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        let request = request
            .header("host", "localhost")
            .header("authorization", format!("Bearer {token}"))
            .body(Body::empty())
            .unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_slice(&answer.into_body().collect().await.unwrap().to_bytes()).unwrap())
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call("GET", path, ADMIN).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// Demands the error, and that the log has one line of it, which names the row and what is wrong.
    async fn damaged(&self, path: &str, token: &str, row: &str, what: &str) {
        self.log.take("");
        let (status, body) = self.call("GET", path, token).await;
        let details = &body["error"]["details"];
        assert_eq!((status, &details["errorCode"]), (500, &json!("DamagedRecord")), "{path}: {body}");
        assert!(!body.to_string().contains(what), "{body}");
        let lines = self.log.take(row);
        assert_eq!(lines.len(), 1, "{path}: {lines:?}");
        let line = &lines[0];
        assert_eq!((&line["level"], &line["error_ref"]), (&json!("ERROR"), &details["errorRef"]), "{line}");
        assert!(line["message"].as_str().unwrap().contains(&format!("{row} is damaged: {what}")), "{line}");
    }

    /// Demands that this answer warns of these rows and of no others, each with one line of the log.
    #[track_caller]
    fn warned(&self, body: &Value, rows: &[&str]) {
        let warnings = body["warnings"].as_array().map(Vec::as_slice).unwrap_or_default();
        assert_eq!(warnings.len(), rows.len(), "{body}");
        let lines = self.log.take("is damaged: ");
        assert_eq!(lines.len(), rows.len(), "{lines:?}");
        for row in rows {
            let (id, table) = row.split_once(" of ").unwrap();
            let message = format!("The record `{id}` of {table} is omitted: it is damaged.");
            let warning = warnings.iter().find(|one| one["message"] == json!(message));
            let warning = warning.unwrap_or_else(|| panic!("{row}: {body}"));
            let line = lines.iter().find(|line| line["message"].as_str().unwrap().contains(row));
            let line = line.unwrap_or_else(|| panic!("{row}: {lines:?}"));
            assert_eq!(line["level"], json!("ERROR"), "{line}");
            assert_eq!(line["warning_ref"], warning["details"]["warningRef"], "{line}");
        }
    }
}

/// Bytes as a place writes them.
fn bytes(place: &Place, digits: &str) -> String {
    match place.inside {
        Inside::Sqlite(_) => format!("X'{digits}'"),
        Inside::Postgres(_) => format!("'\\x{digits}'::bytea"),
    }
}

/// Damages the result that began at this moment.
async fn damage(place: &Place, started_at: i64, assignment: &str) {
    place.run(format!("UPDATE results SET {assignment} WHERE started_at = {started_at}")).await;
}

/// Results of a test a millisecond apart.
async fn results(place: &Place, count: i64) -> Vec<ResultRecord> {
    let rows: Vec<_> = (0..count).map(|n| result("a", TEN + n)).collect();
    place.write(rows.clone()).await.unwrap();
    rows
}

async fn a_damaged_result_is_an_error_of_its_own_and_one_line_of_the_log(place: &Place) {
    let api = Api::over(place);
    let cases = [
        ("body = ''", "`body` is not JSON: EOF while parsing a value at line 1 column 0"),
        ("body = '{\"a\":'", "`body` is not JSON: EOF while parsing a value at line 1 column 5"),
        ("body = 'null'", "`body` is JSON, but not an object"),
        ("body = '[{}]'", "`body` is JSON, but not an object"),
        ("outcome = 9", "`outcome` is 9, which is not a valid outcome"),
        ("triggered_by = -1", "`triggered_by` is -1, which is not a valid trigger"),
    ];
    let rows = results(place, 10).await;
    for (n, ((assignment, what), row)) in cases.iter().zip(&rows).enumerate() {
        damage(place, TEN + i64::try_from(n).unwrap(), assignment).await;
        let id = row.id.to_string();
        api.damaged(&format!("/results/{id}"), ADMIN, &format!("row {id} of results"), what).await;
    }
    let sound = api.get(&format!("/results/{}", rows[9].id)).await;
    assert_eq!((&sound["id"], &sound["result"]["b"]), (&json!(rows[9].id), &json!(0.1)));
}

async fn damaged_results_are_left_out_of_lists_and_named_and_hide_nothing(place: &Place) {
    let api = Api::over(place);
    let rows = results(place, 8).await;
    // The latest, the oldest, two in a row; of one the id itself.
    damage(place, TEN + 7, "outcome = 4").await;
    damage(place, TEN + 5, &format!("id = {}", bytes(place, "c0ffee"))).await;
    damage(place, TEN + 4, "body = 'x'").await;
    damage(place, TEN, "triggered_by = 2").await;
    let id = |n: usize| rows[n].id.to_string();
    let sound = [id(6), id(3), id(2), id(1)];
    let named = [id(7), "c0ffee".to_owned(), id(4), id(0)].map(|id| format!("{id} of results"));
    let whole = api.get("/results").await;
    let ids = |body: &Value| -> Vec<String> {
        let items = body["items"].as_array().unwrap().iter();
        items.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!((ids(&whole), whole.get("nextCursor")), (sound.to_vec(), None));
    api.warned(&whole, &named.each_ref().map(String::as_str));
    // In pages of each size, also such as have damaged rows alone.
    for limit in 1..=9 {
        let (mut seen, mut warned, mut query) = (Vec::new(), 0, format!("?limit={limit}"));
        for page in 0.. {
            assert!(page <= 8, "pages of {limit} do not end: {seen:?}");
            let body = api.get(&format!("/results{query}")).await;
            seen.extend(ids(&body));
            warned += body["warnings"].as_array().map_or(0, Vec::len);
            let Some(next) = body["nextCursor"].as_str() else { break };
            query = format!("?limit={limit}&cursor={next}");
        }
        assert_eq!((seen, warned), (sound.to_vec(), 4), "in pages of {limit}");
    }
    api.log.take("");
    let filtered = api.get("/results?status=passed&limit=3").await;
    assert_eq!(ids(&filtered), [id(6)]);
    api.warned(&filtered, &[named[1].as_str(), named[2].as_str()]);
}

#[tokio::test]
async fn values_of_another_type_hide_nothing_in_sqlite() {
    let place = Place::sqlite().await;
    let api = Api::over(&place);
    let rows = results(&place, 5).await;
    damage(&place, TEN + 3, "id = 'a text'").await;
    damage(&place, TEN + 2, "started_at = 'yesterday'").await;
    damage(&place, TEN + 1, "started_at = started_at - 0.5").await;
    for limit in 1..=5 {
        let (mut seen, mut query) = (Vec::new(), format!("?limit={limit}"));
        for page in 0.. {
            assert!(page <= 5, "pages of {limit} do not end: {seen:?}");
            let body = api.get(&format!("/results{query}")).await;
            seen.extend(body["items"].as_array().unwrap().iter().map(|item| item["id"].clone()));
            let Some(next) = body["nextCursor"].as_str() else { break };
            query = format!("?limit={limit}&cursor={next}");
        }
        assert_eq!(seen, [json!(rows[4].id), json!(rows[0].id)], "in pages of {limit}");
    }
    place.store.create_test(test("a")).await.unwrap();
    place.store.create_test(test("b")).await.unwrap();
    place.run("UPDATE tests SET id = X'00' WHERE id = 'a'").await;
    let listed = api.get("/tests?limit=1").await;
    let next = listed["nextCursor"].as_str().unwrap();
    let rest = api.get(&format!("/tests?limit=1&cursor={next}")).await;
    assert_eq!((&listed["items"][0]["id"], &rest["items"]), (&json!("b"), &json!([])));
}

async fn a_damaged_test_is_reported_and_can_be_deleted(place: &Place) {
    let api = Api::over(place);
    let cases = [
        ("a", "tags = '{}'", "`tags` is not a JSON array of texts"),
        ("c", "definition = 'null'", "`definition` is JSON, but not an object"),
        ("d", "every_ms = -5", "`every_ms` is negative"),
    ];
    for id in ["a", "b", "c", "d", "e"] {
        place.store.create_test(test(id)).await.unwrap();
    }
    for (id, assignment, what) in cases {
        place.run(format!("UPDATE tests SET {assignment} WHERE id = '{id}'")).await;
        api.damaged(&format!("/tests/{id}"), ADMIN, &format!("row {id} of tests"), what).await;
    }
    let ids =
        |body: &Value| body["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
    let listed = api.get("/tests").await;
    assert_eq!(Value::Array(ids(&listed)), json!(["b", "e"]));
    api.warned(&listed, &["a of tests", "c of tests", "d of tests"]);
    let page = api.get("/tests?limit=2").await;
    assert_eq!(Value::Array(ids(&page)), json!(["b"]));
    let rest = api.get(&format!("/tests?limit=9&cursor={}", page["nextCursor"].as_str().unwrap())).await;
    assert_eq!(Value::Array(ids(&rest)), json!(["e"]));
    api.log.take("");
    for (id, ..) in cases {
        let (status, body) = api.call("DELETE", &format!("/tests/{id}"), ADMIN).await;
        assert_eq!(status, 200, "{body}");
    }
    let listed = api.get("/tests").await;
    assert_eq!((listed["items"].as_array().unwrap().len(), listed.get("warnings")), (2, None));
}

async fn a_service_starts_without_the_tests_that_are_damaged(place: &Place) {
    let (log, _subscriber) = Log::start();
    for id in ["a", "b"] {
        place.store.create_test(test(id)).await.unwrap();
    }
    place.run("UPDATE tests SET definition = '{' WHERE id = 'a'").await;
    let config = Config { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..Config::default() };
    let store = Arc::clone(&place.store);
    let running = Running::start(config, store, Clock::system(), Vantage::system()).await.unwrap();
    let lines = log.take("row a of tests is damaged: `definition` is not JSON");
    assert_eq!((lines.len(), &lines[0]["level"]), (1, &json!("ERROR")), "{lines:?}");
    running.shut_down().await;
}

async fn a_damaged_token_opens_nothing_and_is_reported(place: &Place) {
    let api = Api::over(place);
    for id in ["a", "b"] {
        let token = Token {
            id: id.to_owned(),
            name: id.to_owned(),
            scopes: BTreeSet::from([Scope::ResultsRead]),
            created_at: at(TEN),
            expires_at: None,
            revoked_at: None,
        };
        place.store.create_token(token, TokenHash::of(id)).await.unwrap();
    }
    place.run("UPDATE tokens SET scopes = 'results:read root' WHERE id = 'a'").await;
    api.damaged("/results", "a", "row a of tokens", "`scopes` has an unknown scope").await;
    assert_eq!(api.call("GET", "/results", "b").await.0, 200);
    api.log.take("");
    let listed = api.get("/tokens").await;
    assert_eq!((listed["items"].as_array().unwrap().len(), &listed["items"][0]["id"]), (1, &json!("b")));
    api.warned(&listed, &["a of tokens"]);
    assert_eq!(api.call("DELETE", "/tokens/a", ADMIN).await.0, 200);
}

async fn damaged_results_and_summaries_hold_up_no_summing_up(place: &Place) {
    let api = Api::over(place);
    place.store.create_test(test("a")).await.unwrap();
    let rows = results(place, 3).await;
    let late = |test: &str| result(test, TEN + 500);
    place.write([result("b", TEN), result("a", TEN + HOUR), result("a", TEN + 24 * HOUR)]).await.unwrap();
    damage(place, TEN + 1, "outcome = 9").await;
    let uptime = |to: i64| format!("/tests/a/uptime?period=hour&from={}&to={}", at(TEN), at(TEN + to));
    let passed = |body: &Value| -> Vec<u64> {
        body["periods"].as_array().unwrap().iter().map(|hour| hour["passed"].as_u64().unwrap()).collect()
    };
    // Before it is rolled up: the others are counted.
    let result_row = format!("{} of results", rows[1].id);
    let body = api.get(&uptime(2 * HOUR)).await;
    assert_eq!(passed(&body), [2, 1]);
    api.warned(&body, &[&result_row]);
    // It holds nothing up, and the log names it.
    let now = at(TEN + 3 * HOUR);
    while place.store.retain(now, at(0), at(0)).await.unwrap().more {}
    assert_eq!(api.log.take(&format!("row {result_row} is damaged")).len(), 1);
    assert_eq!(passed(&api.get(&uptime(2 * HOUR)).await), [2, 1]);
    // A damaged summary: the other hours are answered, and later results of all tests are written.
    let damaged = format!(
        "UPDATE summaries SET durations = {} WHERE test = 'a' AND begins = {TEN}",
        bytes(place, "09")
    );
    place.run(damaged).await;
    let summary_row = format!("a 3600000 ms from {} of summaries", at(TEN));
    api.log.take("");
    let body = api.get(&uptime(2 * HOUR)).await;
    assert_eq!(passed(&body), [1]);
    api.warned(&body, &[&summary_row]);
    place.write([late("a"), late("b")]).await.unwrap();
    assert_eq!(api.log.take(&format!("row {summary_row} is damaged")).len(), 1);
    let of_b = place.store.periods("b".to_owned(), at(TEN), at(TEN + HOUR), Period::Hour).await.unwrap();
    assert_eq!((of_b.rows[0].passed, of_b.damaged), (2, Vec::new()));
    // Results that are rolled up are forgotten, the damaged one with them.
    while place.store.retain(at(TEN + 50 * HOUR), at(TEN + 24 * HOUR), at(0)).await.unwrap().more {}
    assert_eq!(place.number("SELECT count(*) FROM results").await, 1);
}
