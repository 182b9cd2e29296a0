//! ICMP tests through the command line: ten thousand targets at once, and what is said where ICMP is not permitted.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, its helpers included")]

use faultfinder_tests::{binary, command, faultfinder};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

/// How many targets there are.
const TARGETS: u32 = 10_000;
/// How many file descriptors the process may have: one more and it fails.
const DESCRIPTORS_MAX: u32 = 64;
/// How much memory a build without optimization may take at its peak. Reading the definitions alone takes 90 MiB of it.
const PEAK_KIB_MAX: u64 = 320 << 10;

/// Whether this process may use ICMP; a test that needs it says by name when it is not run.
fn is_permitted(test: &str) -> bool {
    let answer = faultfinder(&["probe", "icmp", "127.0.0.1", "-c", "1", "--format", "json"]);
    let permitted = answer.status == 0;
    if !permitted {
        eprintln!("not run: {test}: {}", answer.json()["results"][0]["fault"]["message"]);
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
    if !is_permitted("ten_thousand_targets_share_sockets_and_memory_stays_small") {
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
            peak_kib = peak_kib.max(peak_memory_kib(child.id()));
        }
    }
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    let first: Vec<&String> = failed.iter().take(3).collect();
    assert_eq!((passed, failed.len()), (TARGETS as usize, 0), "{first:?}, {stderr}");
    assert!(output.status.success(), "{stderr}");
    assert!(peak_kib > 0, "the peak was not seen");
    assert!(peak_kib <= PEAK_KIB_MAX, "{peak_kib} KiB at the peak");
    eprintln!("{TARGETS} targets: {peak_kib} KiB at the peak");
}

/// The most memory that a process has had, as the kernel counts it; 0 when it has ended.
fn peak_memory_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// A process without privileges, on a machine that lets no group use ICMP.
#[test]
fn without_permission_the_fault_names_what_is_missing_and_is_ours() {
    let name = "without_permission_the_fault_names_what_is_missing_and_is_ours";
    let range = std::fs::read_to_string("/proc/sys/net/ipv4/ping_group_range").unwrap_or_default();
    if range.split_whitespace().collect::<Vec<_>>() != ["1", "0"] {
        return eprintln!(
            "not run: {name}: net.ipv4.ping_group_range is {range:?}, which lets groups use ICMP"
        );
    }
    let arguments = ["probe", "icmp", "127.0.0.1", "-c", "1", "--format", "json"];
    // Who is nobody already needs no help.
    let plain = || command(&arguments).output();
    let output = match crate::nobody::call(&arguments) {
        Ok(output) if output.status.code() != Some(1) && !output.stdout.is_empty() => output,
        _ if !is_permitted(name) => plain().unwrap(),
        refused => return eprintln!("not run: {name}: privileges cannot be dropped: {refused:?}"),
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
