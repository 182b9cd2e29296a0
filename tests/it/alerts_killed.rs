//! Alerts of a service that is killed again and again: each is sent, and what is sent twice has the same name.

use crate::serve::Service;
use faultfinder_tests::peers::file;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// How often the service is killed.
const TIMES: u64 = 50;
/// Every other time it is killed within so many milliseconds after a test was made: before it runs, or while its result or its
/// alert is written. The other times it is killed when the alert has come, and before it may have noted that.
const WITHIN_MS: u64 = 60;
/// How long all alerts may take to arrive once nobody kills the service any more.
const BOUND: Duration = Duration::from_secs(60);

/// What a webhook has received: the keys of the notices about each test, by its name.
#[derive(Default)]
struct Received {
    keys: Mutex<BTreeMap<String, Vec<String>>>,
    came: Condvar,
}

impl Received {
    /// A webhook, and where it is.
    fn listen() -> (Arc<Self>, String) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let place = listener.local_addr().unwrap().to_string();
        let received = Arc::new(Self::default());
        let all = Arc::clone(&received);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let all = Arc::clone(&all);
                std::thread::spawn(move || all.take(stream));
            }
        });
        (received, place)
    }

    /// Takes a notice. One that is cut off, because its sender was killed, counts for nothing.
    fn take(&self, mut stream: TcpStream) -> Option<()> {
        let mut bytes = Vec::new();
        let (head, body) = loop {
            let mut chunk = [0; 4_096];
            let count = stream.read(&mut chunk).ok().filter(|count| *count > 0)?;
            bytes.extend_from_slice(&chunk[..count]);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let field = |name: &str| {
                head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix(name).map(str::to_owned))
            };
            if body.len() >= field("content-length: ")?.trim().parse().ok()? {
                break (field("idempotency-key: ")?, body.to_owned());
            }
        };
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["event"], "alert", "{body}");
        let name = body["test"]["name"].as_str().unwrap().to_owned();
        self.keys.lock().unwrap().entry(name).or_default().push(head);
        self.came.notify_all();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").ok()
    }

    /// Waits until there is a notice about so many tests.
    fn until(&self, count: usize) -> BTreeMap<String, Vec<String>> {
        let keys = self.keys.lock().unwrap();
        let (keys, waited) = self.came.wait_timeout_while(keys, BOUND, |keys| keys.len() < count).unwrap();
        assert!(!waited.timed_out(), "{} of {count} alerts have come: {keys:?}", keys.len());
        keys.clone()
    }
}

/// Makes a test that fails at once; the answer says that it is kept.
fn make(service: &Service, name: &str) {
    let test = json!({ "name": name, "every": "7d", "tcp": { "host": "127.0.0.1", "port": 1 } });
    service.call("POST /api/v1/tests HTTP/1.1", &json!({ "definition": { "tests": [test] } }));
}

#[test]
fn every_alert_is_sent_however_often_the_service_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let (received, place) = Received::listen();
    let text = format!("notifiers: [{{ name: ops, type: webhook, url: \"http://{place}/\" }}]");
    let notifiers = file(folder.path(), "notifiers.yaml", &text);
    let database = format!("sqlite://{}", folder.path().join("killed.db").display());
    let arguments = ["--listen", "127.0.0.1:0", "--database", &database, "--notifiers", &notifiers];
    for time in 0..TIMES {
        let service = Service::start(&arguments, &[]);
        make(&service, &format!("test {time}"));
        if time % 2 == 0 {
            std::thread::sleep(Duration::from_millis(time * 37 % WITHIN_MS));
        } else {
            received.until(usize::try_from(time + 1).unwrap());
        }
        // SIGKILL.
        drop(service);
    }
    let service = Service::start(&arguments, &[]);
    let notices = received.until(usize::try_from(TIMES).unwrap());
    assert_eq!(service.end().0, Some(0));
    for (name, keys) in &notices {
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), 1, "{name} has more than one alert: {keys:?}");
    }
    let repeated = notices.values().filter(|keys| keys.len() > 1).count();
    println!("of {TIMES} alerts, {repeated} came more than once");
}
