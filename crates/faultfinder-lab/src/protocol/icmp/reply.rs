//! What can be wrong with replies: they are late, lost, doubled, changed, or somebody else's.

use super::case::{Case, all};
use crate::network::{DISTANT_V4, DISTANT_V6, Echo, Quirk, Reaction};
use crate::protocol::expectations::incorrect;
use crate::{Expect, Scenario};
use serde_json::{Value, json};
use std::time::Duration;

const WAY: Duration = Duration::from_millis(200);

pub(super) fn scenarios() -> Vec<Scenario> {
    all([good(), lost(), strange()].into_iter().flatten().collect())
}

/// The fields of tests that wait in vain.
fn brief() -> Value {
    json!({ "timeout": "800ms" })
}

const LOST: &[&str] = &["packet_loss is 100 %", "packets_received is 0", "latency avg does not exist"];

fn good() -> Vec<Case> {
    let after = |case, shows, host: std::net::IpAddr| {
        Case::distant(
            case,
            shows,
            host,
            Reaction::Echo(Echo::after(WAY)),
            &["packet_loss is 0 %", "latency min >= 200 ms", "latency avg > 195 ms", "latency max < 1 s"],
        )
    };
    let strange = |case, shows, quirk, assert| {
        Case::distant(case, shows, DISTANT_V4, Reaction::Echo(Echo::with(quirk)), assert)
    };
    vec![
        after("latency-200ms", "a host that is 200 ms away", DISTANT_V4.into()),
        after("v6-latency-200ms", "a host that is 200 ms away, over IPv6", DISTANT_V6.into()),
        strange(
            "reordered",
            "every second reply comes after the one that follows it",
            Quirk::Reordered,
            &["packet_loss is 0 %", "latency stddev > 5 ms"],
        ),
        strange(
            "duplicates",
            "every second reply comes twice",
            Quirk::EverySecondTwice,
            &["packet_loss is 0 %", "packets_received is 4"],
        )
        .expecting(Expect::pass().saying("2 replies of 198.51.100.1 arrived more than once")),
        Case::distant(
            "latency-2600ms",
            "a host that is farther away than most wait, to a test that has the time",
            DISTANT_V4,
            Reaction::Echo(Echo::after(Duration::from_millis(2600))),
            &["packet_loss is 0 %", "latency min >= 2.6 s"],
        ),
        Case::distant(
            "latency-asserted",
            "a host that is farther away than is asserted",
            DISTANT_V4,
            Reaction::Echo(Echo::after(WAY)),
            &["packet_loss < 10 %", "latency avg < 50 ms"],
        )
        .expecting(incorrect("latency")),
    ]
}

fn lost() -> Vec<Case> {
    let silent = |case, shows, host: std::net::IpAddr| {
        Case::distant(case, shows, host, Reaction::Silence, LOST).with(brief())
    };
    vec![
        silent("loss-100", "a host that is silent: a loss of 100 % is a value, no fault", DISTANT_V4.into()),
        silent("v6-loss-100", "a host that is silent, over IPv6", DISTANT_V6.into())
            .expecting(Expect::pass().saying("the test's time ended")),
        Case::distant(
            "loss-100-waited",
            "a host that is silent, to a test that waits half a second for each reply",
            DISTANT_V4,
            Reaction::Silence,
            LOST,
        )
        .with(json!({ "wait": "500ms" })),
        Case::distant(
            "late-for-wait",
            "replies that come later than the test waits for each are lost, even if others are still awaited",
            DISTANT_V4,
            Reaction::Echo(Echo::after(WAY)),
            LOST,
        )
        .with(json!({ "wait": "100ms", "interval": "250ms" }))
        .expecting(Expect::pass().saying("came later than `wait` allows")),
        Case::distant(
            "loss-50",
            "every second reply is lost",
            DISTANT_V4,
            Reaction::Echo(Echo::with(Quirk::EverySecondLost)),
            &["packet_loss is 50 %", "packets_received is 2", "latency max < 1 s"],
        )
        .with(brief()),
        Case::distant(
            "loss-asserted",
            "a host that is silent, and must not be",
            DISTANT_V4,
            Reaction::Silence,
            &["packet_loss < 10 %"],
        )
        .with(brief())
        .expecting(incorrect("packet_loss")),
    ]
}

/// Replies that are none.
fn strange() -> Vec<Case> {
    let strange = |case, shows, quirk| {
        Case::distant(case, shows, DISTANT_V4, Reaction::Echo(Echo::with(quirk)), LOST).with(brief())
    };
    let altered =
        || Expect::pass().saying("4 replies of 198.51.100.1 had a different payload than the request");
    vec![
        strange("wrong-id", "replies with another identifier", Quirk::WrongIdentifier),
        strange("wrong-sequence", "replies with numbers that were not sent", Quirk::WrongSequence),
        strange("wrong-payload", "replies with a changed payload", Quirk::WrongPayload).expecting(altered()),
        strange("short-payload", "replies with half of the payload", Quirk::ShortPayload)
            .expecting(altered()),
        strange("bad-checksum", "damaged replies", Quirk::BadChecksum),
        strange("other-source", "replies from another address", Quirk::OtherSource),
    ]
}
