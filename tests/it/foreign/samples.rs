//! blackbox_exporter as it runs, and the samples that a probe is answered with.

use faultfinder_tests::peers::{Peer, free_port};
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

/// The exporter with these modules, and where it listens.
pub(super) fn start(exporter: &Path, modules: &Path, folder: &Path) -> (Peer, String) {
    let port = free_port();
    let address = format!("127.0.0.1:{port}");
    let arguments =
        [format!("--config.file={}", modules.display()), format!("--web.listen-address={address}")];
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    (Peer::start(exporter, &arguments, folder, &[port]), address)
}

/// The answer to a request such as `GET /metrics`, over HTTP/1.0, whose answers have no chunks.
pub(super) fn call(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let head = format!(
        "{request} HTTP/1.0\r\nHost: localhost\r\nX-Prometheus-Scrape-Timeout-Seconds: 5\r\nContent-Length: 0\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    let read = stream.read_to_string(&mut answer);
    read.unwrap_or_else(|error| panic!("{request}: {error}: {answer}"));
    answer
}

/// The samples of a probe, by their names with labels.
pub(super) fn samples(address: &str, module: &str, target: &str) -> BTreeMap<String, f64> {
    let encoded: String = target.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let answer = call(address, &format!("GET /probe?module={module}&target={encoded}"));
    let lines = answer.lines().filter(|line| line.starts_with("probe_"));
    let samples: BTreeMap<String, f64> = lines
        .filter_map(|line| {
            let (name, value) = line.rsplit_once(' ')?;
            Some((name.to_owned(), value.parse().ok()?))
        })
        .collect();
    assert!(samples.contains_key("probe_success"), "{module}: {answer}");
    samples
}

/// Whether a probe succeeds.
pub(super) fn passes(address: &str, module: &str, target: &str) -> bool {
    samples(address, module, target)["probe_success"] > 0.5
}
