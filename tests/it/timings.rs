//! Timings are true: against peers with known delays, every phase is what it really was.
//!
//! The machine that the tests run on may be busy, so it is the median of twenty that counts.

use faultfinder_lab::network::{DISTANT_V4, Facilities, Network, Reaction};
use faultfinder_lab::{Lab, scenarios};
use faultfinder_tests::{faultfinder_with_input, peers::not_run};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, SystemTime};

/// How often each measurement is repeated.
const TIMES: usize = 20;
/// How far the median may be from the truth, in milliseconds.
const TOLERANCE_MS: f64 = 2.0;
/// From the request to the first byte of the answer.
const BEFORE_THE_FIRST_BYTE: Duration = Duration::from_millis(50);
/// Between the two halves of the body.
const BETWEEN_THE_HALVES: Duration = Duration::from_millis(30);
/// One way to the distant host.
const ONE_WAY: Duration = Duration::from_millis(10);

/// A server that answers with these delays, for as many connections as there are measurements.
fn slow_server() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let _ = rustix::process::setpriority_process(None, -20);
        for stream in listener.incoming().take(TIMES).flatten() {
            // A client that has gone is its own affair.
            let _ = answer_slowly(stream);
        }
    });
    address
}

fn answer_slowly(mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk)?;
        if count == 0 {
            return Ok(());
        }
        request.extend_from_slice(&chunk[..count]);
    }
    std::thread::sleep(BEFORE_THE_FIRST_BYTE);
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\nconnection: close\r\n\r\nhello")?;
    std::thread::sleep(BETWEEN_THE_HALVES);
    stream.write_all(b"world")
}

/// The timings of a test that is run as often as is measured, one after the other.
///
/// It is the account of time that is tested, not how long others keep the processor: who measures goes first, where that
/// is allowed. The binary inherits it.
fn measure(definition: &Value) -> Vec<Value> {
    let _ = rustix::process::setpriority_process(None, -20);
    let tests: Vec<Value> = (0..TIMES)
        .map(|number| {
            let mut test = definition.clone();
            test["name"] = json!(format!("time {number}"));
            test
        })
        .collect();
    let input = json!({ "version": 1, "tests": tests }).to_string();
    let arguments = ["run", "-", "--format", "json", "--concurrency", "1"];
    let answer = faultfinder_with_input(&arguments, input.as_bytes());
    assert_eq!(answer.status, 0, "{}{}", answer.stdout, answer.stderr);
    answer.json()["results"].as_array().unwrap().iter().map(|result| result["timings"].clone()).collect()
}

/// Demands of the medians of phases that they are the truth.
#[track_caller]
fn assert_true(measured: &[Value], truth: &[(&str, Duration)]) {
    assert_eq!(measured.len(), TIMES);
    for (phase, truth) in truth {
        let mut values: Vec<f64> =
            measured.iter().map(|timings| timings[phase].as_f64().unwrap_or(f64::NAN)).collect();
        values.sort_by(f64::total_cmp);
        let median = f64::midpoint(values[TIMES / 2 - 1], values[TIMES / 2]);
        let truth = truth.as_secs_f64() * 1000.0;
        assert!(
            (median - truth).abs() <= TOLERANCE_MS,
            "{phase}: {median} ms instead of {truth} ms of {values:?}"
        );
    }
}

#[test]
fn phases_of_a_slow_answer_are_within_two_milliseconds_of_the_truth() {
    let address = slow_server();
    let measured = measure(&json!({ "http": { "url": format!("http://{address}/") } }));
    let truth = [
        ("connect", Duration::ZERO),
        ("send", Duration::ZERO),
        ("wait", BEFORE_THE_FIRST_BYTE),
        ("receive", BETWEEN_THE_HALVES),
        ("total", BEFORE_THE_FIRST_BYTE + BETWEEN_THE_HALVES),
    ];
    assert_true(&measured, &truth);
}

/// Runs something in a network whose distant host is a round trip of 20 ms away; nothing where there can be none.
fn far_away<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let network = Network::new().distant(DISTANT_V4, Reaction::Forward(ONE_WAY));
        if let Some(why) = network.lacks(&Facilities::look().await) {
            not_run(&why);
            return None;
        }
        // The work blocks, so it gets a thread beside the peers', which is in the same network.
        let done = faultfinder_lab::network::run(&network, || tokio::task::spawn_blocking(work));
        Some(done.await.unwrap().unwrap())
    })
}

#[test]
fn a_round_trip_of_20_ms_is_in_every_phase_that_makes_one() {
    let measured = far_away(|| {
        let port = slow_server().port();
        measure(&json!({ "http": { "url": format!("http://{DISTANT_V4}:{port}/") } }))
    });
    let truth = [
        ("connect", 2 * ONE_WAY),
        ("send", Duration::ZERO),
        ("wait", 2 * ONE_WAY + BEFORE_THE_FIRST_BYTE),
        ("receive", BETWEEN_THE_HALVES),
    ];
    if let Some(measured) = measured {
        assert_true(&measured, &truth);
    }
}

#[test]
fn a_name_server_that_is_20_ms_away_is_asked_for_20_ms() {
    let measured = far_away(|| {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let _inside = runtime.enter();
        let lab = Lab::new(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)).unwrap();
        let ok = scenarios().into_iter().find(|scenario| scenario.id == "dns/ok").unwrap();
        let mut definition = ok.serve(&lab).unwrap().definition;
        definition["dns"]["server"] = json!(DISTANT_V4.to_string());
        measure(&definition)
    });
    if let Some(measured) = measured {
        assert_true(&measured, &[("resolve", 2 * ONE_WAY)]);
    }
}
