//! A service of its own for each test, and what it answers.

use crate::faulty::{Faulty, Mood};
use faultfinder_net::{Clock, Vantage};
use faultfinder_service::{Config, Notifier, Rates, Running, SecretKey, StatusPage, TokenHash, store};
use faultfinder_spec::{Source, read_notifiers, read_status_pages};
use serde_json::{Value, json};
use std::io::Write;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Notify;
use tracing::subscriber::DefaultGuard;

/// The admin token of [`Served::locked`].
pub(crate) const ADMIN: &str = "an admin token for tests";

/// Longest that anything is waited for: far more than the longest wait of the service for a client.
pub(crate) const BOUND: Duration = Duration::from_secs(60);

/// A service with a store of its own.
pub(crate) struct Served {
    pub(crate) running: Running,
    pub(crate) store: Arc<Faulty>,
    pub(crate) folder: tempfile::TempDir,
    log: Log,
    _subscriber: DefaultGuard,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Answer {
    /// Reads what came on a connection until its end; nothing when nothing came.
    pub(crate) fn read(bytes: Vec<u8>) -> Option<Self> {
        let whole = String::from_utf8(bytes).expect("an answer is UTF-8");
        let (head, text) = whole.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let body = serde_json::from_str(text).unwrap_or(Value::Null);
        Some(Self { status, head: head.to_owned(), text: text.to_owned(), body })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let line =
            self.head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")))?;
        line.split_once(':').map(|(_, value)| value.trim())
    }

    /// What keeps this from being the envelope of an error and nothing else.
    pub(crate) fn wrong(&self) -> Result<(), String> {
        let object = |value: &Value, known: &[&str]| -> Result<(), String> {
            let fields = value.as_object().ok_or_else(|| format!("{value} is not an object"))?;
            let unknown = fields.keys().find(|name| !known.contains(&name.as_str()));
            unknown.map_or(Ok(()), |name| Err(format!("unknown field {name}")))
        };
        let demand = |holds: bool, what: &str| if holds { Ok(()) } else { Err(what.to_owned()) };
        demand(self.header("content-type") == Some("application/json"), "the content type is not JSON")?;
        object(&self.body, &["error"])?;
        let error = &self.body["error"];
        object(error, &["code", "message", "retryAfterSeconds", "details"])?;
        demand(error["code"] == json!(self.status), "error.code is not the status")?;
        demand(error["message"].as_str().is_some_and(|text| !text.is_empty()), "no message")?;
        let details = &error["details"];
        const DETAILS: [&str; 6] =
            ["errorRef", "traceId", "errorCode", "constraintViolations", "missingScopes", "currentVersion"];
        object(details, &DETAILS)?;
        demand(details["errorRef"].as_str().is_some_and(|text| text.len() == 36), "no errorRef")?;
        demand(details["traceId"].as_str().is_some_and(|text| text.len() == 32), "no traceId")?;
        demand(details["errorCode"].as_str().is_some_and(|text| !text.is_empty()), "no errorCode")?;
        for violation in details["constraintViolations"].as_array().into_iter().flatten() {
            object(violation, &["path", "message", "parameterLocation"])?;
            demand(violation["message"].as_str().is_some_and(|text| !text.is_empty()), "a mute violation")?;
        }
        let header = self.header("retry-after").map(|text| text.parse::<u64>().unwrap());
        demand(error["retryAfterSeconds"].as_u64() == header, "retry-after and retryAfterSeconds differ")?;
        demand(header.is_some() == matches!(self.status, 429 | 503), "advice when to come back")?;
        demand(
            self.header("www-authenticate").is_some() == (self.status == 401),
            "only a 401 says how to authenticate",
        )
    }

    /// Demands the envelope of an error, and yields its `error`.
    #[track_caller]
    pub(crate) fn envelope(&self, status: u16, word: &str) -> &Value {
        if let Err(wrong) = self.wrong() {
            panic!("{wrong}: {self:?}");
        }
        let error = &self.body["error"];
        assert_eq!((self.status, &error["details"]["errorCode"]), (status, &json!(word)), "{self:?}");
        error
    }

    /// The paths that an error complains about, and where they are.
    pub(crate) fn paths(&self) -> Vec<(&str, &str)> {
        let violations = self.body["error"]["details"]["constraintViolations"].as_array();
        violations
            .into_iter()
            .flatten()
            .map(|one| (one["path"].as_str().unwrap_or(""), one["parameterLocation"].as_str().unwrap_or("")))
            .collect()
    }
}

/// What is logged, a JSON object a line, and who waits for more.
#[derive(Clone, Default)]
struct Log(Arc<(Mutex<Vec<u8>>, Notify)>);

impl Log {
    fn lines(&self) -> Vec<Value> {
        let log = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8(log.clone())
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        self.0.1.notify_waiters();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Served {
    /// Starts a service that listens on a port of its own.
    pub(crate) async fn start(config: Config) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), config).await
    }

    /// Starts a service whose store is in this folder.
    pub(crate) async fn start_in(folder: tempfile::TempDir, config: Config) -> Self {
        Self::with(folder, config, Clock::system()).await
    }

    /// The same, with a clock of its own.
    pub(crate) async fn with(folder: tempfile::TempDir, config: Config, clock: Clock) -> Self {
        let log = Log::default();
        let writer = log.clone();
        let subscriber =
            tracing_subscriber::fmt().json().flatten_event(true).with_writer(move || writer.clone()).finish();
        let subscriber = tracing::subscriber::set_default(subscriber);
        let store = Arc::new(Faulty::new(store::open(&database(&folder)).await.unwrap()));
        let config = Config { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..config };
        let running = Running::start(config, store.clone(), clock, Vantage::system()).await.unwrap();
        Self { running, store, folder, log, _subscriber: subscriber }
    }

    /// One that needs no token.
    pub(crate) async fn open() -> Self {
        Self::start(Config::default()).await
    }

    /// One that needs a token.
    pub(crate) async fn locked() -> Self {
        Self::start(Config { admin_token: Some(TokenHash::of(ADMIN)), ..Config::default() }).await
    }

    /// One that is asked as often as its tests like.
    pub(crate) async fn unthrottled() -> Self {
        Self::start(Config { rates: unbounded(), ..Config::default() }).await
    }

    /// A token with these scopes.
    pub(crate) async fn token(&self, scopes: &[&str]) -> String {
        let body = json!({ "name": "a test's", "scopes": scopes });
        let made = self.call("POST", "/api/v1/tokens", Some(ADMIN), Some(&body)).await;
        assert_eq!(made.status, 201, "{made:?}");
        made.body["token"].as_str().unwrap().to_owned()
    }

    /// The store does so from now on.
    pub(crate) fn mood(&self, mood: Mood) {
        self.store.mood(mood);
    }

    /// A connection that is open.
    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.running.address()).await.unwrap()
    }

    /// Sends these bytes, and reads what comes to its end; nothing when nothing came.
    pub(crate) async fn sent(&self, request: &[u8]) -> Option<Answer> {
        self.sent_from(1, request).await
    }

    /// The same, from an address of loopback of one's own: 127.0.0.`from`.
    pub(crate) async fn sent_from(&self, from: u8, request: &[u8]) -> Option<Answer> {
        let exchange = async {
            let mut stream = connected(from, self.running.address()).await.unwrap();
            // Who refuses a request may not read all of it.
            let _ = stream.write_all(request).await;
            let mut bytes = Vec::new();
            let _ = stream.read_to_end(&mut bytes).await;
            bytes
        };
        let bytes = tokio::time::timeout(BOUND, exchange).await;
        Answer::read(bytes.unwrap_or_else(|_| panic!("no end of {:?}", String::from_utf8_lossy(request))))
    }

    pub(crate) async fn raw(&self, request: &[u8]) -> Answer {
        let answer = self.sent(request).await;
        answer.unwrap_or_else(|| panic!("no answer to {:?}", String::from_utf8_lossy(request)))
    }

    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Answer {
        self.raw(&request(method, path, token, body)).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, None, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, None, Some(&body)).await
    }

    /// A test that is kept, and its id.
    pub(crate) async fn kept(&self, every: Option<&str>) -> String {
        let answer = self.post("/api/v1/tests", json!({ "definition": definition(every) })).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.body["id"].as_str().unwrap().to_owned()
    }

    /// The tests that the store has, and those that the schedule has.
    pub(crate) async fn kept_and_scheduled(&self) -> (usize, u64) {
        let listed = self.get("/api/v1/tests?limit=500").await;
        // It may be 503 for a moment when the store takes long to answer.
        let ready = async {
            loop {
                let ready = self.get("/readyz").await;
                if ready.status == 200 {
                    return ready;
                }
            }
        };
        let ready = tokio::time::timeout(BOUND, ready).await.expect("it is ready");
        (listed.body["items"].as_array().unwrap().len(), ready.body["schedule"]["tests"].as_u64().unwrap())
    }

    /// The value of a metric, with its labels if it has any.
    pub(crate) async fn metric(&self, name: &str, token: Option<&str>) -> u64 {
        let scraped = self.call("GET", "/metrics", token, None).await;
        let value = scraped.text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.unwrap_or_else(|| panic!("no {name} in {scraped:?}")).parse().unwrap()
    }

    /// The URL of its database.
    pub(crate) fn database(&self) -> String {
        database(&self.folder)
    }

    /// The lines of the log that have this reference.
    pub(crate) fn logged(&self, reference: &str) -> Vec<Value> {
        self.log.lines().into_iter().filter(|line| line.to_string().contains(reference)).collect()
    }

    /// Waits until the log has this many lines with these words.
    pub(crate) async fn until_logged(&self, words: &str, count: usize) {
        let seen = async {
            loop {
                let changed = self.log.0.1.notified();
                if self.logged(words).len() >= count {
                    return;
                }
                changed.await;
            }
        };
        let seen = tokio::time::timeout(BOUND, seen).await;
        assert!(seen.is_ok(), "{words} is not in the log {count} times: {:?}", self.log.lines());
    }
}

/// The URL of the database of a service whose store is in this folder.
fn database(folder: &tempfile::TempDir) -> String {
    format!("sqlite://{}", folder.path().join("service.db").display())
}

/// A connection from an address of loopback of one's own: 127.0.0.`from`.
pub(crate) async fn connected(from: u8, to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from(([127, 0, 0, from], 0)))?;
    socket.connect(to).await
}

/// As many requests as a client likes.
pub(crate) fn unbounded() -> Rates {
    Rates { per_second: NonZeroU32::MAX, burst: NonZeroU32::MAX }
}

/// A configuration with a key for secrets.
pub(crate) fn keyed() -> Config {
    let secret_key = Some(SecretKey::from_text("a key for tests, long enough to be one").unwrap());
    Config { secret_key, ..Config::default() }
}

/// A request that ends its connection.
pub(crate) fn request(method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> Vec<u8> {
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
    if let Some(token) = token {
        request.push_str(&format!("authorization: Bearer {token}\r\n"));
    }
    let body = body.map(Value::to_string);
    if let Some(body) = &body {
        request.push_str(&format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()));
    }
    request.push_str("\r\n");
    request.push_str(body.as_deref().unwrap_or(""));
    request.into_bytes()
}

/// A test of a port where nobody listens.
pub(crate) fn definition(every: Option<&str>) -> Value {
    let mut test = json!({ "name": "nobody listens", "tcp": { "host": "127.0.0.1", "port": 1 } });
    if let Some(every) = every {
        test["every"] = json!(every);
    }
    json!({ "version": 1, "tests": [test] })
}

/// A definition of a test that connects to this peer.
pub(crate) fn connecting(peer: &TcpListener, every: Option<&str>) -> Value {
    let port = peer.local_addr().unwrap().port();
    let mut definition = definition(every);
    definition["tests"][0]["name"] = json!("connects");
    definition["tests"][0]["tcp"]["port"] = json!(port);
    definition
}

/// The notifiers of a file with this text. The variable `KEY` of the environment has a secret.
pub(crate) fn notifiers(text: &str) -> Vec<Notifier> {
    let sources = read_notifiers(&Source::new("notifiers.yaml", text)).unwrap();
    let environment = |name: &str| (name == "KEY").then(|| "a key for tests".to_owned());
    sources.iter().map(|source| Notifier::resolve(source, Path::new("."), &environment).unwrap()).collect()
}

/// The status pages of a file, whose images are in this folder.
pub(crate) fn status_pages(text: &str, folder: &Path) -> Vec<StatusPage> {
    let sources = read_status_pages(&Source::new("status-pages.yaml", text)).unwrap();
    sources.iter().map(|source| StatusPage::resolve(source, folder).unwrap()).collect()
}
