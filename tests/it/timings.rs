//! Timings are true: against peers with known delays, every phase is what it really was.
//!
//! It is the account of time that is tested, not how long others keep the processor. That only ever adds: it is the median
//! of twenty that counts, in one round of several.

use crate::distant::{ONE_WAY, beside_peers, far_away};
use faultfinder_lab::network::DISTANT_V4;
use faultfinder_lab::{Lab, scenarios};
use faultfinder_tests::faultfinder_with_input;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::num::NonZero;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// How often each measurement is repeated in a round.
const TIMES: usize = 20;
/// Maximum number of rounds. If a phase is reported wrong, it is wrong in each.
const ROUNDS_MAX: usize = 3;
/// How far the median may be from the truth, in milliseconds.
const TOLERANCE_MS: f64 = 2.0;
/// From the request to the first byte of the answer.
const BEFORE_THE_FIRST_BYTE: Duration = Duration::from_millis(50);
/// Between the two halves of the body.
const BETWEEN_THE_HALVES: Duration = Duration::from_millis(30);

/// A phase of one measurement.
struct Measured {
    phase: &'static str,
    ms: f64,
    truth_ms: f64,
}

/// A server that answers with these delays, and tells how long they really were: one that wakes up late says so.
struct SlowServer {
    address: SocketAddr,
    delays: mpsc::Receiver<[Duration; 2]>,
}

impl SlowServer {
    /// Starts one for a round.
    fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, delays) = mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().take(TIMES).flatten() {
                let _ = tell.send(answer_slowly(stream).unwrap_or_default());
            }
        });
        Self { address, delays }
    }

    /// Measures a round through this address of it, a round trip away.
    fn measure(&self, host: Ipv4Addr, round_trip: Duration) -> Vec<Vec<Measured>> {
        let url = format!("http://{host}:{}/", self.address.port());
        measure(&json!({ "http": { "url": url } }))
            .iter()
            .map(|timings| {
                let [before, between] = self.delays.recv().unwrap();
                let mut phases = vec![
                    measured(timings, "connect", round_trip),
                    measured(timings, "send", Duration::ZERO),
                    measured(timings, "wait", round_trip + before),
                    measured(timings, "receive", between),
                ];
                // Through a router the small errors of all phases add up.
                if round_trip.is_zero() {
                    phases.push(measured(timings, "total", before + between));
                }
                phases
            })
            .collect()
    }
}

fn answer_slowly(mut stream: TcpStream) -> std::io::Result<[Duration; 2]> {
    stream.set_nodelay(true)?;
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk)?;
        if count == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        request.extend_from_slice(&chunk[..count]);
    }
    let asked = Instant::now();
    std::thread::sleep(BEFORE_THE_FIRST_BYTE);
    let before = asked.elapsed();
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\nconnection: close\r\n\r\nhello")?;
    std::thread::sleep(BETWEEN_THE_HALVES);
    let both = asked.elapsed();
    stream.write_all(b"world")?;
    Ok([before, both - before])
}

/// Threads that keep the processors awake as long as this lives: a virtual one that sleeps is woken late, by milliseconds
/// where its host is busy.
struct Awake(Arc<AtomicBool>);

impl Drop for Awake {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Lets who measures go first, where that is allowed: this thread, and all threads and processes that it starts from now
/// on. They sleep nearly all the time.
fn go_first() -> Awake {
    let stop = Arc::new(AtomicBool::new(false));
    for _ in 0..std::thread::available_parallelism().map_or(1, NonZero::get) {
        let stop = Arc::clone(&stop);
        std::thread::spawn(move || {
            let _ = rustix::process::setpriority_process(None, 19);
            while !stop.load(Ordering::Relaxed) {
                std::hint::spin_loop();
            }
        });
    }
    let thread = rustix::thread::gettid().as_raw_nonzero().to_string();
    let _ = Command::new("chrt").args(["--fifo", "--pid", "10", &thread]).status();
    Awake(stop)
}

/// The timings of a test that is run as often as is measured, one after the other.
fn measure(definition: &Value) -> Vec<Value> {
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
    let results = answer.json()["results"].as_array().unwrap().clone();
    assert_eq!(results.len(), TIMES);
    results.into_iter().map(|result| result["timings"].clone()).collect()
}

fn measured(timings: &Value, phase: &'static str, truth: Duration) -> Measured {
    Measured {
        phase,
        ms: timings[phase].as_f64().unwrap_or(f64::NAN),
        truth_ms: truth.as_secs_f64() * 1000.0,
    }
}

/// Demands of one round that the median of each phase is the truth.
#[track_caller]
fn assert_true(mut round: impl FnMut() -> Vec<Vec<Measured>>) {
    let mut wrong = Vec::new();
    for number in 1..=ROUNDS_MAX {
        let errors = errors_of(&round());
        println!("round {number}: {errors:.3?}");
        // NaN, a phase that is not reported, is not small.
        if errors.iter().all(|(_, error)| error.abs() <= TOLERANCE_MS) {
            return;
        }
        wrong.push(format!("{errors:.3?}"));
    }
    panic!("milliseconds that the medians of phases are off, round by round:\n{}", wrong.join("\n"));
}

/// How far each phase is off, in the median.
fn errors_of(round: &[Vec<Measured>]) -> Vec<(&'static str, f64)> {
    let phases = round.first().map_or(0, Vec::len);
    (0..phases)
        .map(|index| {
            let mut errors: Vec<f64> =
                round.iter().map(|phases| phases[index].ms - phases[index].truth_ms).collect();
            errors.sort_by(f64::total_cmp);
            (round[0][index].phase, f64::midpoint(errors[TIMES / 2 - 1], errors[TIMES / 2]))
        })
        .collect()
}

#[test]
fn phases_of_a_slow_answer_are_within_two_milliseconds_of_the_truth() {
    let _awake = go_first();
    assert_true(|| SlowServer::start().measure(Ipv4Addr::LOCALHOST, Duration::ZERO));
}

/// Runs something in a network whose distant host is a round trip of 20 ms away, first.
fn measured_far_away(work: impl FnOnce() + Send + 'static) {
    let _awake = go_first();
    far_away(work);
}

#[test]
fn a_round_trip_of_20_ms_is_in_every_phase_that_makes_one() {
    measured_far_away(|| assert_true(|| SlowServer::start().measure(DISTANT_V4, 2 * ONE_WAY)));
}

#[test]
fn a_name_server_that_is_20_ms_away_is_asked_for_20_ms() {
    measured_far_away(|| {
        beside_peers(|| {
            let lab = Lab::new(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)).unwrap();
            let ok = scenarios().into_iter().find(|scenario| scenario.id == "dns/ok").unwrap();
            let mut definition = ok.serve(&lab).unwrap().definition;
            definition["dns"]["server"] = json!(DISTANT_V4.to_string());
            assert_true(|| {
                let timings = measure(&definition);
                timings.iter().map(|timings| vec![measured(timings, "resolve", 2 * ONE_WAY)]).collect()
            });
        });
    });
}
