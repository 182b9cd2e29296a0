//! Timings are those of the packets: what a result says is held against what passed the client's device, by the kernel's stamps.
//!
//! The peers are 20 ms away, in a network of its own. How busy this process is changes what it reads, and when; it must not change
//! what it reports.

mod capture; // what passes a device, and when

use crate::distant::{beside_peers, far_away};
use capture::{Capture, Packet};
use faultfinder_lab::network::{DISTANT_V4, HOME_V4};
use faultfinder_lab::{Lab, scenarios};
use faultfinder_net::Clock;
use faultfinder_tests::faultfinder_with_input;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The device that the packets pass.
const DEVICE: &str = "near";
/// Maximum number of rounds. What is reported wrong is wrong in each.
const ROUNDS_MAX: usize = 5;

/// A phase as it is reported, and as the packets say.
type Phase = (&'static str, fn(&[Packet]) -> Option<f64>);

/// What is measured.
#[derive(Clone, Copy)]
struct Kind {
    scenario: &'static str,
    phases: &'static [Phase],
    /// Whether such a packet of the client, behind an answer, is the first of another conversation of the same port.
    begins: fn(&Packet) -> bool,
}

const CONNECT: Phase = ("connect", connect);
const HTTP: Kind = Kind {
    scenario: "http1/ok",
    phases: &[CONNECT, ("wait", wait), ("receive", receive)],
    begins: |packet| packet.is_syn,
};
const TLS: Kind =
    Kind { scenario: "tls-cert/ok", phases: &[CONNECT, ("tls", tls)], begins: |packet| packet.is_syn };
const DNS: Kind = Kind { scenario: "dns/ok", phases: &[("resolve", answer)], begins: |_| true };
/// Of what is encrypted, only the first answer is seen as such.
const QUIC: Kind = Kind { scenario: "http3/ok", phases: &[("connect", answer)], begins: |_| false };

fn connect(packets: &[Packet]) -> Option<f64> {
    let asked = packets.iter().find(|packet| packet.is_outgoing && packet.is_syn)?;
    let answered = packets.iter().find(|packet| !packet.is_outgoing && packet.is_syn)?;
    Some(ms(asked, answered))
}

/// From the first bytes of the client to the last ones of the server before the client says more.
fn tls(packets: &[Packet]) -> Option<f64> {
    let data = with_data(packets);
    let asked = data.iter().find(|packet| packet.is_outgoing)?;
    let answer = data.iter().position(|packet| !packet.is_outgoing)?;
    let said = data.get(answer..)?.iter().take_while(|packet| !packet.is_outgoing);
    Some(ms(asked, said.last()?))
}

/// From the last bytes of the request to the first ones of the answer.
fn wait(packets: &[Packet]) -> Option<f64> {
    let data = with_data(packets);
    let answer = data.iter().position(|packet| !packet.is_outgoing)?;
    Some(ms(data.get(answer.checked_sub(1)?)?, data.get(answer)?))
}

/// From the first bytes of the answer to the last ones.
fn receive(packets: &[Packet]) -> Option<f64> {
    let mut answer = packets.iter().filter(|packet| !packet.is_outgoing && packet.data_bytes > 0);
    let first = answer.next()?;
    Some(ms(first, answer.next_back().unwrap_or(first)))
}

/// From the first packet to the first one that comes back.
fn answer(packets: &[Packet]) -> Option<f64> {
    let asked = packets.iter().find(|packet| packet.is_outgoing)?;
    let answered = packets.iter().find(|packet| !packet.is_outgoing)?;
    Some(ms(asked, answered))
}

fn with_data(packets: &[Packet]) -> Vec<Packet> {
    packets.iter().filter(|packet| packet.data_bytes > 0).copied().collect()
}

fn ms(from: &Packet, to: &Packet) -> f64 {
    (to.at.as_secs_f64() - from.at.as_secs_f64()) * 1000.0
}

/// The packets of each connection of the client to its target, in the order in which these began. What is asked first is the
/// target, not somebody who knows more about its certificate.
fn conversations(packets: &[Packet], begins: fn(&Packet) -> bool) -> Vec<Vec<Packet>> {
    let mut all: Vec<Vec<Packet>> = Vec::new();
    let mut latest: BTreeMap<u16, usize> = BTreeMap::new();
    for packet in packets {
        let own = if packet.is_outgoing { packet.source } else { packet.destination };
        if *own.ip() != HOME_V4 {
            continue;
        }
        let known = latest.get(&own.port()).filter(|place| {
            let is_answered = all[**place].iter().any(|packet| !packet.is_outgoing);
            !(packet.is_outgoing && is_answered && begins(packet))
        });
        let place = known.copied().unwrap_or(all.len());
        if place == all.len() {
            if !packet.is_outgoing {
                // The end of what an earlier round began.
                continue;
            }
            all.push(Vec::new());
            latest.insert(own.port(), place);
        }
        all[place].push(*packet);
    }
    let target = all[0][0].destination;
    all.retain(|packets| packets[0].destination == target);
    all
}

/// Phases of tests, in milliseconds, as they are reported and as the packets say; both in the order in which the tests began.
struct Measured {
    phase: &'static str,
    reported: Vec<f64>,
    truth: Vec<f64>,
}

impl Measured {
    /// How far the reports are off, in the median.
    fn median_error(&self) -> f64 {
        let errors = self.reported.iter().zip(&self.truth).map(|(reported, truth)| (reported - truth).abs());
        quantile(errors.collect(), 50)
    }

    /// How far a quantile of the reports is from the same one of the packets.
    fn off_at(&self, hundredths: usize) -> f64 {
        (quantile(self.reported.clone(), hundredths) - quantile(self.truth.clone(), hundredths)).abs()
    }
}

/// The value below which so many of a hundred are.
fn quantile(mut values: Vec<f64>, hundredths: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() - 1) * hundredths / 100]
}

/// Runs a test so many times, so many at once, and captures what passes.
fn measure(kind: Kind, definition: &Value, times: usize, concurrency: usize) -> Vec<Measured> {
    let tests: Vec<Value> = (0..times)
        .map(|number| {
            let mut test = definition.clone();
            test["name"] = json!(format!("time {number}"));
            if let Some(ssl) = test.get_mut("ssl") {
                // To find out the oldest version that a server accepts takes another connection.
                ssl["min_version"] = json!("1.3");
            } else if let Some(tls) = test.pointer_mut("/http/tls") {
                tls["server_name"] = json!("localhost");
            }
            test
        })
        .collect();
    let input = json!({ "version": 1, "tests": tests }).to_string();
    let concurrency = concurrency.to_string();
    let arguments = ["run", "-", "--format", "json", "--concurrency", &concurrency];
    let capture = Capture::begin(DEVICE);
    let answer = faultfinder_with_input(&arguments, input.as_bytes());
    let conversations = conversations(&capture.end(), kind.begins);
    assert_eq!(answer.status, 0, "{}{}", answer.stdout, answer.stderr);
    let results = answer.json()["results"].as_array().unwrap().clone();
    assert_eq!((results.len(), conversations.len()), (times, times), "a connection for each test");
    kind.phases
        .iter()
        .map(|(phase, truth)| Measured {
            phase,
            reported: results.iter().map(|result| result["timings"][phase].as_f64().unwrap()).collect(),
            truth: conversations.iter().map(|packets| truth(packets).unwrap()).collect(),
        })
        .collect()
}

/// Demands of one round that all errors are small, in milliseconds.
#[track_caller]
fn assert_true(most: f64, mut round: impl FnMut() -> Vec<(&'static str, f64)>) {
    let mut wrong = Vec::new();
    for number in 1..=ROUNDS_MAX {
        let errors = round();
        println!("round {number}: {errors:.3?}");
        if errors.iter().all(|(_, error)| *error <= most) {
            return;
        }
        wrong.push(format!("{errors:.3?}"));
    }
    panic!(
        "milliseconds that are reported wrong, round by round, with {most} allowed:\n{}",
        wrong.join("\n")
    );
}

/// Runs something with the definition of a test whose peer is 20 ms away.
fn with_definition(kind: Kind, work: impl FnOnce(&Value) + Send + 'static) {
    far_away(move || {
        beside_peers(move || {
            let lab = Lab::new(Clock::system().now()).unwrap();
            let scenario = scenarios().into_iter().find(|known| known.id == kind.scenario).unwrap();
            let near = scenario.serve(&lab).unwrap().definition.to_string();
            let definition = near.replace("127.0.0.1", &DISTANT_V4.to_string());
            work(&serde_json::from_str(&definition).unwrap());
        });
    });
}

/// How far phases may be off in the median, in milliseconds. The kernel counts a round trip of TCP from before the packet gets to
/// the device, which makes up half of it.
const TOLERANCE_MS: f64 = 0.1;

/// One at a time.
fn alone(kind: Kind) {
    with_definition(kind, move |definition| {
        assert_true(TOLERANCE_MS, || {
            let measured = measure(kind, definition, 20, 1);
            measured.iter().map(|measured| (measured.phase, measured.median_error())).collect()
        });
    });
}

/// So many at once: how far this quantile may be off.
fn crowded(kind: Kind, concurrency: usize, hundredths: usize, most: f64) {
    with_definition(kind, move |definition| {
        assert_true(most, || {
            let measured = measure(kind, definition, 1000, concurrency);
            measured.iter().map(|measured| (measured.phase, measured.off_at(hundredths))).collect()
        });
    });
}

#[test]
fn one_request_over_http_takes_as_long_as_its_packets() {
    alone(HTTP);
}

#[test]
fn one_handshake_takes_as_long_as_its_packets() {
    alone(TLS);
}

#[test]
fn one_question_takes_as_long_as_its_packets() {
    alone(DNS);
}

#[test]
fn one_connection_over_quic_takes_as_long_as_its_packets() {
    alone(QUIC);
}

#[test]
fn of_64_at_once_the_slowest_take_as_long_as_their_packets() {
    [HTTP, TLS, DNS].into_iter().for_each(|kind| crowded(kind, 64, 99, 1.0));
}

#[test]
fn of_256_at_once_most_take_as_long_as_their_packets() {
    [HTTP, TLS, DNS].into_iter().for_each(|kind| crowded(kind, 256, 50, TOLERANCE_MS));
}
