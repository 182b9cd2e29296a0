//! schemathesis against the document of the API: what it invents from the document must be answered as the document says.
//!
//! It plays the real binary. The schema of definitions is taken out of the document before: else it would invent targets,
//! and probe them. What it makes up as a definition is either one of the examples of the document, which speak to a port of
//! loopback where nobody listens, or none that can be run; that nothing else was run is demanded at the end.

#![expect(clippy::disallowed_types, reason = "others do not know a paused clock")]

use faultfinder_tests::peers::{Peer, free_port, program};
use faultfinder_tests::{binary, workspace};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const TOKEN: &str = "a-token-that-only-this-test-knows";
/// How long a run may take.
const TIME_MAX: Duration = Duration::from_secs(900);
/// Requests that count per second, so that nothing is throttled.
const RATE: &str = "1000000";

/// A service with an empty store.
struct Service {
    port: u16,
    folder: tempfile::TempDir,
    process: Peer,
}

impl Service {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let database = format!("sqlite://{}", folder.path().join("service.db").display());
        let token = folder.path().join("token");
        std::fs::write(&token, TOKEN).unwrap();
        let listen = format!("127.0.0.1:{port}");
        let arguments = ["serve", "--listen", &listen, "--database", &database, "--admin-token-file"];
        let token = token.to_string_lossy();
        let rates = [&*token, "--rate-per-second", RATE, "--rate-burst", RATE, "--log", "warn"];
        let arguments: Vec<&str> = arguments.into_iter().chain(rates).collect();
        let process = Peer::start(binary(), &arguments, folder.path(), &[port]);
        Self { port, folder, process }
    }

    /// The body of an answer.
    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        let head = format!("GET {path} HTTP/1.0\r\nhost: localhost\r\nauthorization: Bearer {TOKEN}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.0 200") || head.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        body.to_owned()
    }

    /// How many requests were answered so far, by status.
    fn answered(&self) -> BTreeMap<u16, u64> {
        let mut answered = BTreeMap::new();
        for line in
            self.get("/metrics").lines().filter(|line| line.starts_with("faultfinder_api_requests_total{"))
        {
            let (labels, count) = line.rsplit_once("} ").unwrap();
            let status = labels.split("status=\"").nth(1).unwrap().split('"').next().unwrap();
            *answered.entry(status.parse().unwrap()).or_default() += count.parse::<u64>().unwrap();
        }
        answered
    }

    /// All items of a list, page by page.
    fn all(&self, list: &str) -> Vec<Value> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let page: Value = serde_json::from_str(&self.get(&format!("{list}?limit=500{cursor}"))).unwrap();
            all.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return all,
            }
        }
    }
}

/// Lets schemathesis play, and demands that it finds nothing.
fn play(schemathesis: &Path, service: &Service, examples: &str, more: &[&str]) {
    let mut document: Value = serde_json::from_str(&service.get("/api/v1/openapi.json")).unwrap();
    let definition = &mut document["components"]["schemas"]["Definition"];
    assert!(definition["anyOf"].is_array(), "{definition}");
    *definition = json!({ "type": "object", "examples": definition["examples"] });
    let file = service.folder.path().join("openapi.json");
    std::fs::write(&file, document.to_string()).unwrap();
    let url = format!("http://127.0.0.1:{}", service.port);
    let log = service.folder.path().join("schemathesis.log");
    let said = || format!("{}\n{}", std::fs::read_to_string(&log).unwrap(), service.process.said());
    let output = std::fs::File::create(&log).unwrap();
    let mut command = Command::new(schemathesis);
    command.arg("--config-file").arg(workspace().join("tests/data/schemathesis.toml"));
    command.arg("run").arg(file).args(["--url", &url, "--no-color", "--max-examples", examples]).args(more);
    command.current_dir(service.folder.path()).stdin(Stdio::null());
    command.stdout(output.try_clone().unwrap()).stderr(output);
    // Nothing of the caller's environment.
    command.env_remove("SCHEMATHESIS_HOOKS").env("NO_PROXY", "*");
    let mut process = command.spawn().unwrap();
    let began = Instant::now();
    let status = loop {
        if let Some(status) = process.try_wait().unwrap() {
            break status;
        }
        if began.elapsed() > TIME_MAX {
            let _ = process.kill();
            let _ = process.wait();
            panic!("schemathesis does not end: {}", said());
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    assert!(status.success(), "{status}: {}", said());
}

/// How many requests were answered by status, none of them with an error that is not announced.
fn answers(service: &Service) -> BTreeMap<u16, u64> {
    let answered = service.answered();
    let announced = |status: &u16| *status < 500 && *status != 429 || *status == 501;
    assert!(answered.keys().all(announced), "{answered:?}: {}", service.process.said());
    answered
}

#[test]
fn nothing_is_found_in_five_thousand_requests_with_an_admin_token() {
    let Some(schemathesis) = program("schemathesis") else { return };
    let service = Service::start();
    play(&schemathesis, &service, "280", &["--header", &format!("Authorization: Bearer {TOKEN}")]);
    let answered = answers(&service);
    assert!(answered.values().sum::<u64>() >= 5_000, "{answered:?}");
    // Most of what is made up is refused; enough must not be.
    let good = answered.iter().filter(|(status, _)| **status < 300).map(|(_, count)| count).sum::<u64>();
    assert!(good >= 1_000, "{answered:?}");
    for result in service.all("/api/v1/results") {
        assert_eq!(result["code"], "CONNREFUSED", "{result}");
    }
    for test in service.all("/api/v1/tests") {
        assert_eq!(test["definition"]["tests"][0]["tcp"]["host"], "127.0.0.1", "{test}");
    }
}

#[test]
fn nothing_is_found_in_two_thousand_requests_without_a_token() {
    let Some(schemathesis) = program("schemathesis") else { return };
    let service = Service::start();
    play(&schemathesis, &service, "80", &[]);
    let answered = answers(&service);
    assert!(answered.values().sum::<u64>() >= 2_000, "{answered:?}");
    assert!(service.all("/api/v1/tests").is_empty() && service.all("/api/v1/results").is_empty());
}
