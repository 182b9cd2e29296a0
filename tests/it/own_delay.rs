//! A process that had no time says so, and blames nobody else.

use faultfinder_tests::binary;
use nix::sys::socket::{setsockopt, sockopt::ReceiveTimestampns};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, UdpSocket};
use std::process::{Command, Stdio};
use std::time::Duration;

/// How often it is tried until the kernel stamps.
const TRIES: usize = 5;
/// Time of the test.
const TIMEOUT: &str = "1 s";

/// The result of a test of a server that sends one half of its answer, while the process that runs the test is held still for so
/// long.
fn held_still(stopped: Duration) -> (Option<i32>, Value) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let mut probe = Command::new(binary());
    probe.args(["probe", "http", &url, "--timeout", TIMEOUT, "--format", "json"]);
    let child = probe.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    let (stream, _) = listener.accept().unwrap();
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        assert!(stream.read_line(&mut line).unwrap() > 0, "the request has an end");
    }
    if !stopped.is_zero() {
        kill_process(pid, Signal::STOP).unwrap();
    }
    stream.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello").unwrap();
    std::thread::sleep(stopped);
    kill_process(pid, Signal::CONT).unwrap();
    // Until the client gives up.
    let _ = stream.read_to_end(&mut Vec::new());
    let output = child.wait_with_output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    (output.status.code(), report["results"][0].clone())
}

/// The kernel begins to stamp a moment after the first socket of this host asks for it, and ends with the last one.
fn keep_stamping() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    setsockopt(&socket, ReceiveTimestampns, &true).unwrap();
    socket
}

#[test]
fn a_time_out_of_a_process_that_was_held_still_is_its_own() {
    let _keep = keep_stamping();
    let mut held = held_still(Duration::from_millis(700));
    for _ in 0..TRIES {
        if held.1["observed"]["own_delay_ms"].is_number() {
            break;
        }
        held = held_still(Duration::from_millis(700));
    }
    let (exit, result) = held;
    let fault = &result["fault"];
    assert_eq!((exit, &result["status"]), (Some(3), &"error".into()), "{result:#}");
    assert_eq!((&fault["code"], &fault["blame"]), (&"TIMEOUT".into(), &"ourselves".into()), "{result:#}");
    let own = result["observed"]["own_delay_ms"].as_f64().unwrap();
    assert!((650.0..1000.0).contains(&own), "{result:#}");
    let message = fault["message"].as_str().unwrap();
    assert!(message.contains("this process was busy, and let answers lie unread for"), "{message}");
    assert!(fault["hints"][0].as_str().unwrap().contains("overloaded"), "{result:#}");
}

#[test]
fn a_time_out_of_the_target_stays_that_of_the_target() {
    let (exit, result) = held_still(Duration::ZERO);
    let fault = &result["fault"];
    assert_eq!((exit, &result["status"]), (Some(1), &"failed".into()), "{result:#}");
    assert_eq!((&fault["code"], &fault["blame"]), (&"TIMEOUT".into(), &"target".into()), "{result:#}");
}
