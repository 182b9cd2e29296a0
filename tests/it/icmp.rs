//! ICMP tests through the command line: ten thousand targets at once, and what is said where ICMP is not permitted.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, its helpers included")]

use faultfinder_lab::network::{Facilities, Network};
use faultfinder_tests::{binary, command, faultfinder, peers::not_run};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

/// How many targets there are.
const TARGETS: u32 = 10_000;
/// How many file descriptors the process may have: one more and it fails.
const DESCRIPTORS_MAX: u32 = 64;
/// How much memory of its own it may take at its peak. On a busy machine results wait to be written, and it is more.
const PEAK_KIB_MAX: u64 = 100 << 10;

/// Whether this process may use ICMP; a test that needs it says when it is not run.
fn is_permitted() -> bool {
    let answer = faultfinder(&["probe", "icmp", "127.0.0.1", "-c", "1", "--format", "json"]);
    let permitted = answer.status == 0;
    if !permitted {
        not_run(&answer.json()["results"][0]["fault"]["message"].to_string());
        assert_eq!(answer.status, 3, "{}{}", answer.stdout, answer.stderr);
    }
    permitted
}

/// A definition file with a test per target, all on loopback.
fn targets() -> tempfile::NamedTempFile {
    let tests: Vec<Value> = (0..TARGETS)
        .map(|number| {
            let host = std::net::Ipv4Addr::from(0x7f01_0000 + number).to_string();
            let icmp = json!({ "host": host, "interval": "200ms" });
            json!({ "name": host, "icmp": icmp, "assert": ["packet_loss is 0 %", "packets_received is 4"] })
        })
        .collect();
    let mut file = tempfile::Builder::new().suffix(".json").tempfile().unwrap();
    file.write_all(json!({ "version": 1, "tests": tests }).to_string().as_bytes()).unwrap();
    file
}

#[test]
fn ten_thousand_targets_share_sockets_and_memory_stays_small() {
    if !is_permitted() {
        return;
    }
    let file = targets();
    let script = format!("ulimit -n {DESCRIPTORS_MAX} && exec \"$0\" \"$@\"");
    let mut child = Command::new("sh")
        .args(["-c", &script])
        .arg(binary())
        .args(["run", "--concurrency", &TARGETS.to_string(), "--format", "jsonl"])
        .arg(file.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut passed, mut failed, mut peak_kib) = (0, Vec::new(), 0);
    // The results come through a pipe that holds a few dozen of them, so the process still lives when one is read.
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let result: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if result["status"] == "passed" {
            passed += 1
        } else {
            failed.push(result["fault"].to_string())
        }
        if (passed + failed.len()).is_multiple_of(50) {
            peak_kib = peak_kib.max(own_memory_kib(child.id()));
        }
    }
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    let first: Vec<&String> = failed.iter().take(3).collect();
    assert_eq!((passed, failed.len()), (TARGETS as usize, 0), "{first:?}, {stderr}");
    assert!(output.status.success(), "{stderr}");
    assert!(peak_kib > 0, "the peak was not seen");
    assert!(peak_kib <= PEAK_KIB_MAX, "{peak_kib} KiB at the peak");
    println!("{TARGETS} targets: {peak_kib} KiB at the peak");
}

/// The memory of a process that is its own, as the kernel counts it; 0 when it has ended. The pages of its program are not:
/// they are shared, given back when others need the room, and several times as many in a build without optimization.
fn own_memory_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Does something where no group may use ICMP: in a new network, where that is so, or here, if it is.
fn where_no_group_may_ping<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let network = Network::new();
        if network.lacks(&Facilities::look().await).is_none() {
            let done = faultfinder_lab::network::run(&network, || tokio::task::spawn_blocking(work));
            return Some(done.await.unwrap().unwrap());
        }
        let range = std::fs::read_to_string("/proc/sys/net/ipv4/ping_group_range").unwrap_or_default();
        let nobody = range.split_whitespace().eq(["1", "0"]);
        if !nobody {
            not_run(&format!("net.ipv4.ping_group_range is {range:?}, which lets groups use ICMP"));
        }
        nobody.then(work)
    })
}

/// A process without privileges, where no group may use ICMP.
#[test]
fn without_permission_the_fault_names_what_is_missing_and_is_ours() {
    let arguments = ["probe", "icmp", "127.0.0.1", "-c", "1", "--format", "json"];
    let called = where_no_group_may_ping(move || match crate::nobody::call(&arguments) {
        Ok(output) if output.status.code() != Some(1) && !output.stdout.is_empty() => Ok(output),
        // Who is nobody already needs no help.
        refused => match command(&arguments).output() {
            Ok(output) if output.status.code() == Some(3) => Ok(output),
            _ => Err(format!("privileges cannot be dropped: {refused:?}")),
        },
    });
    let output = match called {
        Some(Ok(output)) => output,
        Some(Err(why)) => return not_run(&why),
        None => return,
    };
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let result = &report["results"][0];
    assert_eq!(output.status.code(), Some(3), "{report:#}");
    assert_eq!(result["status"], "error");
    let fault = &result["fault"];
    assert_eq!(
        (&fault["code"], &fault["blame"]),
        (&json!("INTERNAL_ERROR"), &json!("ourselves")),
        "{fault:#}"
    );
    assert_eq!(fault["evidence"]["missing_capability"], "CAP_NET_RAW");
    assert_eq!(fault["evidence"]["ping_group_range"], "1 0");
    let told = fault.to_string();
    for word in ["CAP_NET_RAW", "net.ipv4.ping_group_range", "setcap", "sysctl"] {
        assert!(told.contains(word), "{word}: {told}");
    }
}
