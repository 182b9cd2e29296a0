//! The API through HTTP: every status of the platform's table, and what is wrong with requests on every layer.

use faultfinder_net::{Clock, Vantage};
use faultfinder_service::{Config, Rates, Running, TokenHash, store};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const ADMIN: &str = "an admin token for tests";

/// A service with a store of its own.
struct Served {
    running: Running,
    _folder: tempfile::TempDir,
}

/// An answer.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Value,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let line =
            self.head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")))?;
        line.split_once(':').map(|(_, value)| value.trim())
    }

    /// Demands the envelope of an error, and yields its `error`.
    #[track_caller]
    fn envelope(&self, status: u16, word: &str) -> &Value {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/json"), "{self:?}");
        let error = &self.body["error"];
        let details = &error["details"];
        assert_eq!((&error["code"], &details["errorCode"]), (&json!(status), &json!(word)), "{self:?}");
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{self:?}");
        assert!(details["errorRef"].as_str().is_some_and(|text| text.len() == 36), "{self:?}");
        assert!(details["traceId"].as_str().is_some_and(|text| text.len() == 32), "{self:?}");
        assert_eq!(self.body.as_object().map(serde_json::Map::len), Some(1), "{self:?}");
        let seconds = self.header("retry-after").map(|text| text.parse::<u64>().unwrap());
        assert_eq!(error["retryAfterSeconds"].as_u64(), seconds, "{self:?}");
        assert_eq!(seconds.is_some(), matches!(status, 429 | 503), "{self:?}");
        error
    }

    /// The paths that an error complains about.
    fn paths(&self) -> Vec<(&str, &str)> {
        let violations = self.body["error"]["details"]["constraintViolations"].as_array();
        violations
            .into_iter()
            .flatten()
            .map(|one| (one["path"].as_str().unwrap_or(""), one["parameterLocation"].as_str().unwrap_or("")))
            .collect()
    }
}

impl Served {
    async fn start(config: Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("service.db").display());
        let store = store::open(&url).await.unwrap();
        let config = Config { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..config };
        let running = Running::start(config, store, Clock::system(), Vantage::system()).await.unwrap();
        Self { running, _folder: folder }
    }

    async fn open() -> Self {
        Self::start(Config::default()).await
    }

    async fn locked() -> Self {
        Self::start(Config { admin_token: Some(TokenHash::of(ADMIN)), ..Config::default() }).await
    }

    /// Sends these bytes, and reads the answer to its end.
    async fn raw(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(self.running.address()).await.unwrap();
        // Who refuses a head may not read all of it.
        let _ = stream.write_all(request).await;
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes).await;
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: serde_json::from_str(body).unwrap_or(Value::Null) }
    }

    async fn call(&self, method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: service\r\nconnection: close\r\n");
        if let Some(token) = token {
            request.push_str(&format!("authorization: Bearer {token}\r\n"));
        }
        let body = body.map(Value::to_string);
        if let Some(body) = &body {
            request
                .push_str(&format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()));
        }
        request.push_str("\r\n");
        request.push_str(body.as_deref().unwrap_or(""));
        self.raw(request.as_bytes()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, None, None).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, None, Some(&body)).await
    }

    /// A test that is kept, and its id.
    async fn kept(&self, every: Option<&str>) -> String {
        let answer = self.post("/api/v1/tests", json!({ "definition": definition(every) })).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.body["id"].as_str().unwrap().to_owned()
    }
}

/// A test of a port where nobody listens.
fn definition(every: Option<&str>) -> Value {
    let mut test = json!({ "name": "nobody listens", "tcp": { "host": "127.0.0.1", "port": 1 } });
    if let Some(every) = every {
        test["every"] = json!(every);
    }
    json!({ "version": 1, "tests": [test] })
}

#[tokio::test]
async fn a_test_is_created_read_replaced_run_listed_and_deleted() {
    let served = Served::open().await;
    let id = served.kept(None).await;
    let path = format!("/api/v1/tests/{id}");
    let read = served.get(&path).await;
    assert_eq!((&read.body["name"], &read.body["version"]), (&json!("nobody listens"), &json!(1)));
    assert_eq!(read.body["definition"], definition(None));

    let run = served.call("POST", &format!("{path}/run"), None, None).await;
    assert_eq!(
        (run.status, &run.body["status"], &run.body["code"]),
        (200, &json!("failed"), &json!("CONNREFUSED"))
    );
    let result = served.get(&format!("/api/v1/results/{}", run.body["id"].as_str().unwrap())).await;
    assert_eq!(result.body, run.body);
    let listed = served.get(&format!("/api/v1/results?test={id}&code=CONNREFUSED")).await;
    assert_eq!(listed.body["items"], json!([run.body]));

    let body = json!({ "version": 1, "paused": true, "definition": definition(None) });
    let replaced = served.call("PUT", &path, None, Some(&body)).await;
    assert_eq!((replaced.status, &replaced.body["version"]), (200, &json!(2)), "{replaced:?}");
    let paused = served.get("/api/v1/tests?status=paused").await;
    assert_eq!(paused.body["items"][0]["id"], json!(id));
    assert_eq!(served.get("/api/v1/tests?status=active").await.body["items"], json!([]));

    assert_eq!(served.call("DELETE", &format!("{path}?version=2"), None, None).await.status, 200);
    served.get(&path).await.envelope(410, "Gone");
    assert_eq!(served.get("/api/v1/tests").await.body["items"], json!([]));
    served.running.shut_down().await;
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let served = Served::open().await;
    let tests = json!([{ "name": "a", "http": { "url": "https://x.test/", "timeuot": "1s" }, "assert": ["status is"] }]);
    let body = json!({ "paused": "no", "definition": { "version": 1, "tests": tests }, "colour": 1 });
    let answer = served.post("/api/v1/tests", body).await;
    answer.envelope(400, "InvalidRequest");
    let paths = answer.paths();
    for path in ["paused", "colour", "definition.tests[0].http.timeuot", "definition.tests[0].assert[0]"] {
        assert!(paths.contains(&(path, "PAYLOAD_BODY")), "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn every_layer_answers_with_the_envelope() {
    let served = Served::open().await;
    for (request, status, word) in [
        ("GET /nowhere HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", 404, "NoSuchRoute"),
        ("GET /api/v1/nowhere HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", 404, "NoSuchRoute"),
        ("PATCH /api/v1/tests HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", 405, "MethodNotAllowed"),
        ("GET /api/v1/tests?limit=x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", 400, "InvalidRequest"),
        (
            "GET /api/v1/tests?cursor=eA HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
            400,
            "InvalidPaginationToken",
        ),
        ("GET /api/v1/results/%ff HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", 400, "BadRequest"),
        ("GET /api/v1/results/1 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", 404, "NotFound"),
        ("GET /api/v1/alerts HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", 501, "NotSupported"),
        ("no http at all\r\n\r\n", 400, "BadRequest"),
        (
            "POST /api/v1/runs HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}",
            400,
            "UnsupportedContentType",
        ),
        (
            "POST /api/v1/runs HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 1\r\n\r\n{",
            400,
            "MalformedJson",
        ),
    ] {
        served.raw(request.as_bytes()).await.envelope(status, word);
    }
    let long = format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "a".repeat(70_000));
    served.raw(long.as_bytes()).await.envelope(431, "HeadersTooLarge");
    let browser = json!({ "definition": { "version": 1, "tests": [{ "name": "a", "browser": {} }] } });
    served.post("/api/v1/tests", browser).await.envelope(501, "NotSupported");
}

#[tokio::test]
async fn a_version_that_is_not_current_is_a_conflict() {
    let served = Served::open().await;
    let id = served.kept(None).await;
    let body = json!({ "version": 7, "paused": false, "definition": definition(None) });
    let answer = served.call("PUT", &format!("/api/v1/tests/{id}"), None, Some(&body)).await;
    let error = answer.envelope(409, "VersionConflict");
    assert_eq!(error["details"]["currentVersion"], json!(1));
}

#[tokio::test]
async fn tokens_open_what_their_scopes_say() {
    let served = Served::locked().await;
    let refused = served.get("/api/v1/tests").await;
    refused.envelope(401, "Unauthorized");
    assert!(refused.header("www-authenticate").is_some());
    served.call("GET", "/api/v1/tests", Some("wrong"), None).await.envelope(401, "Unauthorized");
    let body = json!({ "name": "reader", "scopes": ["tests:read"] });
    let made = served.call("POST", "/api/v1/tokens", Some(ADMIN), Some(&body)).await;
    assert_eq!(made.status, 201, "{made:?}");
    let token = made.body["token"].as_str().unwrap();
    assert_eq!(served.call("GET", "/api/v1/tests", Some(token), None).await.status, 200);
    let answer = served.call("GET", "/api/v1/results", Some(token), None).await;
    assert_eq!(answer.envelope(403, "MissingScopes")["details"]["missingScopes"], json!(["results:read"]));
    let listed = served.call("GET", "/api/v1/tokens", Some(ADMIN), None).await;
    assert!(!listed.body.to_string().contains(token), "{listed:?}");
    let id = made.body["id"].as_str().unwrap();
    assert_eq!(served.call("DELETE", &format!("/api/v1/tokens/{id}"), Some(ADMIN), None).await.status, 200);
    served.call("GET", "/api/v1/tests", Some(token), None).await.envelope(401, "Unauthorized");
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let one = NonZeroU32::MIN;
    let served =
        Served::start(Config { rates: Rates { per_second: one, burst: one }, ..Config::default() }).await;
    assert_eq!(served.get("/api/v1/codes").await.status, 200);
    let answer = served.get("/api/v1/codes").await;
    let error = answer.envelope(429, "TooManyRequests");
    let seconds = error["retryAfterSeconds"].as_u64().unwrap();
    assert!((1..=2).contains(&seconds), "{error}");
    // What stands beside the API is not throttled.
    assert_eq!(served.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_trace_goes_on_and_warnings_come_first() {
    let served = Served::open().await;
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let request = format!(
        "GET /nowhere HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntraceparent: 00-{trace}-b7ad6b7169203331-01\r\n\r\n"
    );
    let answer = served.raw(request.as_bytes()).await;
    assert_eq!(answer.envelope(404, "NoSuchRoute")["details"]["traceId"], json!(trace));
    let mut stream = TcpStream::connect(served.running.address()).await.unwrap();
    let request = "GET /api/v1/tests?limit=9999 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert!(text.contains("\r\n\r\n{\"warnings\":[{\"message\":\"A page has at most 500 items"), "{text}");
}

#[tokio::test]
async fn a_test_with_an_interval_runs_by_itself() {
    let served = Served::open().await;
    let id = served.kept(Some("1s")).await;
    // The schedule decides when; the result is what is waited for.
    let found = tokio::time::timeout(std::time::Duration::from_secs(30), async {
        loop {
            let answer = served.get(&format!("/api/v1/results?test={id}&status=failed")).await;
            if let Some(result) = answer.body["items"].as_array().and_then(|items| items.first()) {
                return result.clone();
            }
            tokio::task::yield_now().await;
        }
    });
    let result = found.await.unwrap();
    assert_eq!((&result["trigger"], &result["code"]), (&json!("schedule"), &json!("CONNREFUSED")));
    let uptime = served.get(&format!("/api/v1/tests/{id}/uptime?period=day")).await;
    assert_eq!(uptime.body["uptimePercent"], json!(0.0), "{uptime:?}");
}

#[tokio::test]
async fn what_is_kept_is_there_after_a_restart() {
    let served = Served::open().await;
    let id = served.kept(None).await;
    let Served { running, _folder: folder } = served;
    running.shut_down().await;
    let store =
        store::open(&format!("sqlite://{}", folder.path().join("service.db").display())).await.unwrap();
    let config = Config { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..Config::default() };
    let running = Running::start(config, store, Clock::system(), Vantage::system()).await.unwrap();
    let served = Served { running, _folder: folder };
    let run = served.call("POST", &format!("/api/v1/tests/{id}/run"), None, None).await;
    assert_eq!(run.body["code"], json!("CONNREFUSED"), "{run:?}");
}
