//! ICMP tests.

use super::answer::{Answer, facts};
use super::client;
use super::probe::{Probe, sent_by};
use crate::moment::millis;
use crate::section::Section;
use faultfinder_assert::{EchoFacts, LatencyFacts, Observation};
use faultfinder_icmp::{Access, IcmpError, Outcome, Packet, Request, Response};
use faultfinder_net::Host;
use faultfinder_spec::value::EchoWait;
use faultfinder_taxonomy::{Fact, Fault};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Makes the request.
pub(super) fn build(section: &mut Section<'_, '_>) -> Request {
    let mut request = Request::new(section.needed("host"));
    // The probe checks numbers that are too large once more, so that none is cut here.
    let number = |number: u32| u16::try_from(number).unwrap_or(u16::MAX);
    request.packets = section.number("packets").map_or(request.packets, number);
    section.set_duration("interval", &mut request.interval);
    request.wait = section.value("wait").map(EchoWait::get);
    request.size = section.number("size").map_or(request.size, number);
    request.ttl = section.number("ttl").and_then(|ttl| u8::try_from(ttl).ok());
    request.dont_fragment = section.flag("dont_fragment");
    section.set_word("track_hops", &mut request.track_hops);
    request.client = client::client(section).into();
    request
}

impl Probe for Request {
    sent_by!(faultfinder_icmp);

    fn host(&self) -> Option<Host> {
        Host::parse(&self.host, "host").ok()
    }
}

impl Answer for Response {
    fn observe<'a>(&'a self, seen: &mut Observation<'a>) {
        let latency = self.latency.map(|latency| LatencyFacts {
            min: latency.min,
            avg: latency.avg,
            max: latency.max,
            stddev: latency.stddev,
        });
        let (received, loss_percent) = (self.received.into(), self.loss_percent());
        seen.echo = Some(EchoFacts { received, loss_percent, latency });
    }

    fn summary(&self, _failed: bool) -> BTreeMap<String, Fact> {
        let mut summary = facts([
            ("sent", self.sent.into()),
            ("received", self.received.into()),
            ("loss_percent", self.loss_percent().map(rounded).into()),
            ("duplicates", self.duplicates.into()),
            ("socket", self.access.map(Access::as_str).into()),
            ("packets", Fact::List(self.packets.iter().map(packet).collect())),
        ]);
        if let Some(latency) = &self.latency {
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

    fn explain(&self, fault: Fault) -> Fault {
        explained(self, fault)
    }
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
fn explained(response: &Response, fault: Fault) -> Fault {
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
        Some((error, from)) => fault.with_hint(format!(
            "ask {} for the reason: it answered \"{}\"",
            whom(from, response),
            error.text()
        )),
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
