//! Prometheus' blackbox_exporter, asked for the same targets over persistent connections.

use crate::batch::batch;
use crate::greeting::Greeting;
use crate::kind::Kind;
use crate::meter;
use crate::program::Program;
use crate::server::NAME;
use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use std::cell::RefCell;
use std::io::BufRead as _;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Where Debian installs it.
const PATH: &str = "/usr/bin/prometheus-blackbox-exporter";

/// Lines of its log before it listens.
const LINES_MAX: usize = 100;

/// The longest answer, in bytes.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// The exporter, ended when this is dropped.
#[derive(Debug)]
pub(super) struct Exporter {
    child: Child,
    address: SocketAddr,
    /// What it calls itself.
    pub(super) version: String,
}

impl Exporter {
    /// Starts it, where it is installed.
    pub(super) fn start(program: &Program) -> Result<Option<Self>> {
        if !Path::new(PATH).is_file() {
            return Ok(None);
        }
        let version = Command::new(PATH).arg("--version").output()?;
        let version = [version.stdout, version.stderr].concat();
        let version = String::from_utf8_lossy(&version).lines().next().unwrap_or_default().to_owned();
        let config = program.file("blackbox.yml");
        std::fs::write(&config, modules(&program.root()).to_string())?;
        let mut child = Command::new(PATH)
            .arg(format!("--config.file={}", config.display()))
            .arg("--web.listen-address=127.0.0.1:0")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot start blackbox_exporter")?;
        let log = child.stderr.take().context("it has no log")?;
        // From here on it is ended whatever happens.
        let mut exporter = Self { child, address: SocketAddr::from(([127, 0, 0, 1], 0)), version };
        let mut log = std::io::BufReader::new(log);
        let mut line = String::new();
        for _ in 0..LINES_MAX {
            line.clear();
            ensure!(log.read_line(&mut line)? > 0, "blackbox_exporter ended");
            if let Some(address) = listening(&line) {
                exporter.address = address;
                std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
                return Ok(Some(exporter));
            }
        }
        anyhow::bail!("blackbox_exporter does not listen: {line}");
    }

    /// Asks for so many probes, and returns the CPU time that they took. One of a thousand may fail: it took its time, too, and with
    /// many pings at once the exporter loses one now and then.
    pub(super) async fn ask(
        &self,
        kind: Kind,
        greeting: &Greeting,
        runs: usize,
        concurrency: usize,
    ) -> Result<Duration> {
        let mut connections = Vec::new();
        for _ in 0..concurrency.min(runs) {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            connections.push(stream);
        }
        let connections = RefCell::new(connections);
        let failed = RefCell::new(Vec::new());
        let process = self.child.id().to_string();
        let before = meter::cpu_time_of(&process)?;
        let ask = async |number: usize| {
            // There are as many as probes in flight.
            let mut stream = connections.borrow_mut().pop().context("no connection is free")?;
            if let Some(answer) = probe(&mut stream, kind, &target(kind, greeting, number)?).await? {
                failed.borrow_mut().push(answer);
            }
            connections.borrow_mut().push(stream);
            Ok::<_, anyhow::Error>(())
        };
        batch(runs, concurrency, ask).await?;
        let failed = failed.into_inner();
        if let Some(first) = failed.first() {
            ensure!(
                failed.len() <= runs.div_ceil(1_000),
                "{} probes of the exporter failed: {first}",
                failed.len()
            );
            println!("{} of {runs} probes of the exporter failed", failed.len());
        }
        Ok(meter::cpu_time_of(&process)?.saturating_sub(before))
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address in the line of the log that says that it listens.
fn listening(line: &str) -> Option<SocketAddr> {
    if !line.contains("Listening on") {
        return None;
    }
    line.split_whitespace().find_map(|word| word.strip_prefix("address=")?.parse().ok())
}

/// Its modules, as JSON, which is YAML. Bodies and records are checked, as our tests do.
fn modules(root: &Path) -> serde_json::Value {
    let body = [r#""status":"ok""#];
    let timeout = "30s";
    json!({ "modules": {
        "http": { "prober": "http", "timeout": timeout, "http": {
            "preferred_ip_protocol": "ip4",
            "fail_if_body_not_matches_regexp": body,
        } },
        "https": { "prober": "http", "timeout": timeout, "http": {
            "preferred_ip_protocol": "ip4",
            "fail_if_body_not_matches_regexp": body,
            "tls_config": { "ca_file": root, "server_name": NAME },
        } },
        "tcp": { "prober": "tcp", "timeout": timeout, "tcp": { "preferred_ip_protocol": "ip4" } },
        "dns": { "prober": "dns", "timeout": timeout, "dns": {
            "preferred_ip_protocol": "ip4",
            "query_name": format!("host.{NAME}"),
            "query_type": "A",
            "validate_answer_rrs": { "fail_if_not_matches_regexp": [r".*192\.0\.2\.1"] },
        } },
        "grpc": { "prober": "grpc", "timeout": timeout, "grpc": { "preferred_ip_protocol": "ip4" } },
        "icmp": { "prober": "icmp", "timeout": timeout, "icmp": { "preferred_ip_protocol": "ip4" } },
    } })
}

/// The target of a probe.
fn target(kind: Kind, greeting: &Greeting, number: usize) -> Result<String> {
    let target = greeting.target(kind, number)?;
    Ok(match kind {
        Kind::Http => format!("http://{target}/health/{number}"),
        Kind::Https => format!("https://{target}/health/{number}"),
        Kind::Icmp => target.ip().to_string(),
        Kind::Tcp | Kind::Dns | Kind::Grpc | Kind::Ws => target.to_string(),
    })
}

/// Asks for one probe over a connection that stays open; yields what is said of one that failed.
async fn probe(stream: &mut TcpStream, kind: Kind, target: &str) -> Result<Option<String>> {
    let request =
        format!("GET /probe?module={}&target={target} HTTP/1.1\r\nhost: exporter\r\n\r\n", kind.word());
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    let mut chunk = [0; 8192];
    while !is_complete(&answer) {
        let count = stream.read(&mut chunk).await?;
        ensure!(count > 0 && answer.len() < ANSWER_BYTES_MAX, "the exporter's answer is cut off");
        answer.extend_from_slice(chunk.get(..count).unwrap_or_default());
    }
    let answer = joined(&answer);
    let succeeds = answer.lines().any(|line| line == "probe_success 1");
    Ok((!succeeds).then(|| format!("{target}: {answer}")))
}

/// An answer as text, its chunks put together: a chunk may end in the middle of a line.
fn joined(answer: &[u8]) -> String {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").map_or(answer.len(), |end| end + 4);
    let (head, mut left) = answer.split_at_checked(end).unwrap_or((answer, &[]));
    let mut text = head.to_vec();
    if String::from_utf8_lossy(head).to_ascii_lowercase().contains("transfer-encoding: chunked") {
        while let Some((chunk, rest)) = chunk(left).filter(|(chunk, _)| !chunk.is_empty()) {
            text.extend_from_slice(chunk);
            left = rest;
        }
    } else {
        text.extend_from_slice(left);
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// The first chunk, and what follows it (RFC 9112 section 7.1).
fn chunk(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = bytes.windows(2).position(|two| two == b"\r\n")?;
    let length = std::str::from_utf8(bytes.get(..line)?).ok()?;
    let length = usize::from_str_radix(length, 16).ok()?;
    let (chunk, rest) = bytes.get(line + 2..)?.split_at_checked(length)?;
    Some((chunk, rest.strip_prefix(b"\r\n")?))
}

/// Whether an answer has come to its end: by its length, or by its last chunk.
fn is_complete(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(answer.get(..end).unwrap_or_default()).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    match length {
        Some(length) => answer.len().saturating_sub(end + 4) >= length,
        None => answer.ends_with(b"\r\n0\r\n\r\n"),
    }
}
