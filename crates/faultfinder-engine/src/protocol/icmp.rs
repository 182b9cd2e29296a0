//! ICMP tests.

use super::{common, facts};
use crate::moment::millis;
use crate::render::Renderer;
use faultfinder_assert::{EchoFacts, LatencyFacts, Observation};
use faultfinder_icmp::{Access, IcmpError, Outcome, Packet, Request, Response};
use faultfinder_spec::protocol::icmp::IcmpRequest;
use faultfinder_taxonomy::{Fact, Fault};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Makes the request.
pub(super) fn build(
    written: &IcmpRequest,
    renderer: &mut Renderer<'_>,
    _warnings: &mut Vec<String>,
) -> Result<Request, Fault> {
    let mut request = Request::new(renderer.text("icmp.host", &written.host)?);
    // The probe judges numbers that are too large once more, so that none is cut here.
    let number = |number: u32| u16::try_from(number).unwrap_or(u16::MAX);
    if let Some(packets) = renderer.option("icmp.packets", &written.packets)? {
        request.packets = number(packets.get());
    }
    if let Some(interval) = renderer.option("icmp.interval", &written.interval)? {
        request.interval = interval.get();
    }
    if let Some(size) = renderer.option("icmp.size", &written.size)? {
        request.size = number(size.get());
    }
    if let Some(ttl) = renderer.option("icmp.ttl", &written.ttl)? {
        request.ttl = u8::try_from(ttl.get()).ok();
    }
    request.dont_fragment = renderer.option("icmp.dont_fragment", &written.dont_fragment)?.unwrap_or(false);
    if let Some(track_hops) = renderer.option("icmp.track_hops", &written.track_hops)? {
        request.track_hops = track_hops;
    }
    request.client = common::client("icmp", &written.common, renderer)?;
    Ok(request)
}

/// Shows assertions what is in the answer.
pub(super) fn observe<'a>(response: &'a Response, seen: &mut Observation<'a>) {
    let latency = response.latency.map(|latency| LatencyFacts {
        min: latency.min,
        avg: latency.avg,
        max: latency.max,
        stddev: latency.stddev,
    });
    let (received, loss_percent) = (response.received.into(), response.loss_percent());
    seen.echo = Some(EchoFacts { received, loss_percent, latency });
}

/// The answer in short.
pub(super) fn summary(response: &Response) -> BTreeMap<String, Fact> {
    let mut summary = facts([
        ("sent", response.sent.into()),
        ("received", response.received.into()),
        ("loss_percent", response.loss_percent().map(rounded).into()),
        ("duplicates", response.duplicates.into()),
        ("socket", response.access.map(Access::as_str).into()),
        ("packets", Fact::List(response.packets.iter().map(packet).collect())),
    ]);
    if let Some(latency) = &response.latency {
        let figures = [
            ("min_ms", millis(latency.min).into()),
            ("avg_ms", millis(latency.avg).into()),
            ("max_ms", millis(latency.max).into()),
            ("stddev_ms", millis(latency.stddev).into()),
        ];
        summary.insert("latency".to_owned(), Fact::map(figures));
    }
    summary
}

/// A share with three decimals, as all figures of a result.
fn rounded(percent: f64) -> f64 {
    (percent * 1000.0).round() / 1000.0
}

fn packet(packet: &Packet) -> Fact {
    let sequence = ("sequence", packet.sequence.into());
    match &packet.outcome {
        Outcome::Reply { round_trip, ttl } => {
            Fact::map([sequence, ("round_trip_ms", millis(*round_trip).into()), ("ttl", (*ttl).into())])
        }
        Outcome::Error(error) => Fact::map([
            sequence,
            ("error", error.text().into()),
            ("icmp", error.number().into()),
            ("from", error.from.map(|from| from.to_string()).into()),
            ("mtu", error.mtu.into()),
            ("after_ms", millis(error.after).into()),
        ]),
        _ => Fact::map([sequence, ("error", "no answer".into())]),
    }
}

/// The fault of an assertion, with the ICMP errors that came: loss has a reason when there are some.
pub(super) fn explain(response: &Response, fault: Fault) -> Fault {
    let errors = response.errors();
    if errors.is_empty() {
        return fault;
    }
    let told = |(error, count): &(IcmpError, u16)| {
        Fact::map([
            ("error", error.text().into()),
            ("icmp", error.number().into()),
            ("from", error.from.map(|from| from.to_string()).into()),
            ("mtu", error.mtu.into()),
            ("requests", (*count).into()),
        ])
    };
    let fault = fault.with("icmp_errors", Fact::List(errors.iter().map(told).collect()));
    match errors.iter().find_map(|(error, _)| Some((error, error.from?))) {
        Some((error, from)) => {
            fault.with_hint(format!("ask {} why: it answered \"{}\"", whom(from, response), error.text()))
        }
        None => fault,
    }
}

fn whom(from: IpAddr, response: &Response) -> String {
    if response.address == Some(from) {
        "the target".to_owned()
    } else {
        format!("the router or host {from}")
    }
}
