//! The reports of `run`: every format, complete and cut off; which tests run, how often and in which order.

mod junit; // JUnit XML, by the rules of Jenkins' xUnit plugin
mod tap; // TAP 14
mod html; // the page
mod datadog; // Datadog's field names
mod schema; // the published schema, and what is written
mod cut_off; // Ctrl-C and --fail-fast
mod selection; // --only, --tag, --exclude, --shuffle, --repeat
mod folders; // what is left out of a folder
mod annotations; // GitHub Actions
mod progress; // the line on a terminal

use faultfinder_tests::{Answer, command};
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use tempfile::TempDir;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// Calls the binary in a folder, with some variables of the environment.
fn call_with(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Answer {
    let mut command = command(arguments);
    command.current_dir(folder).envs(environment.iter().copied());
    command.output().unwrap().into()
}

/// Calls the binary in a folder.
fn call(folder: &Path, arguments: &[&str]) -> Answer {
    call_with(folder, arguments, &[])
}

/// Port 1 (tcpmux) is closed wherever tests run: a test that passes, and one that fails.
const UP_AND_DOWN: &str = "\
tests:
  - name: up
    tags: [ smoke, 'team:shop' ]
    tcp: { host: 127.0.0.1, port: 1 }
    assert: [ connection is refused ]
  - name: down
    tags: [ slow ]
    tcp: { host: 127.0.0.1, port: 1 }
";

/// The names in a JSON report, in order.
fn names(answer: &Answer) -> Vec<String> {
    let results = answer.json()["results"].take();
    let results = results.as_array().unwrap_or_else(|| panic!("{}{}", answer.stdout, answer.stderr));
    results.iter().map(|result| result["name"].as_str().unwrap().to_owned()).collect()
}

/// The lines of a stream of JSON.
fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// An HTTP server that answers each request with the status that comes next, and the last one for ever.
fn statuses(statuses: &'static [u16]) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let Ok(mut stream) = stream else { break };
            let status = statuses[number.min(statuses.len() - 1)];
            // The request is small: it arrives at once, or soon.
            let mut request = Vec::new();
            let mut buffer = [0; 1024];
            while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                match stream.read(&mut buffer) {
                    Ok(0) | Err(_) => break,
                    Ok(count) => request.extend_from_slice(&buffer[..count]),
                }
            }
            let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

/// A server that accepts connections and never says anything.
fn silent() -> TcpListener {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap()
}

#[test]
fn every_result_names_its_file_its_line_and_its_tags() {
    let folder = folder(&[("a.yaml", UP_AND_DOWN), ("sub/b.yaml", UP_AND_DOWN)]);
    let answer = call(folder.path(), &["run", ".", "--format", "json"]);
    let report = answer.json();
    let told: Vec<(&str, u64)> = report["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| (result["file"].as_str().unwrap(), result["line"].as_u64().unwrap()))
        .collect();
    assert_eq!(told, [("a.yaml", 2), ("a.yaml", 6), ("sub/b.yaml", 2), ("sub/b.yaml", 6)]);
    assert_eq!(report["results"][0]["tags"], serde_json::json!(["smoke", "team:shop"]));
    assert_eq!(
        (&report["summary"]["planned"], &report["summary"]["interrupted"]),
        (&4.into(), &false.into())
    );
    assert_eq!(report["not_run"], serde_json::json!([]));
    // People see where a test is that failed, and which of two of the same name it is.
    let pretty = call(folder.path(), &["run", "."]).stdout;
    for place in [
        "✓ up  tcp",
        "a.yaml:2",
        "sub/b.yaml:2",
        "✗ down  CONNREFUSED ECONNREFUSED during connect  sub/b.yaml:6",
    ] {
        assert!(pretty.contains(place), "{place}: {pretty}");
    }
    let alone = call(folder.path(), &["run", "a.yaml"]).stdout;
    assert!(!alone.contains("a.yaml:2") && alone.contains("a.yaml:6"), "{alone}");
}

#[test]
fn a_report_in_a_file_leaves_the_counts_on_standard_error() {
    let folder = folder(&[("a.yaml", UP_AND_DOWN)]);
    for format in ["pretty", "json", "jsonl", "junit", "xunit", "tap", "html", "datadog"] {
        let answer = call(folder.path(), &["run", "a.yaml", "--format", format, "-o", "out"]);
        assert_eq!((answer.status, answer.stdout.as_str()), (1, ""), "{format}: {}", answer.stderr);
        assert!(answer.stderr.contains("2 tests: 1 passed, 1 failed, in "), "{}", answer.stderr);
        assert!(answer.stderr.contains("wrote out"), "{}", answer.stderr);
        let written = std::fs::read_to_string(folder.path().join("out")).unwrap();
        assert!(written.contains("CONNREFUSED"), "{format}: {written}");
    }
}
