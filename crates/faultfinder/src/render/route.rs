//! The routers on the way to the target, a line each.

use super::text::{inert, pad, pad_left};
use crate::paint::Paint;
use faultfinder_taxonomy::{HopFacts, HopHost};

/// A line for each hop, and for each further host that answered at one; silent hops in a row share a line.
pub(crate) fn route(hops: &[HopFacts], paint: Paint) -> String {
    let width = hops.iter().flat_map(|hop| &hop.hosts).map(|host| shown(host).chars().count()).max();
    let width = width.unwrap_or_default();
    let mut text = String::new();
    let mut rest = hops;
    while let Some((hop, others)) = rest.split_first() {
        rest = others;
        let Some((host, more)) = hop.hosts.split_first() else {
            let silent = others.iter().take_while(|next| next.hosts.is_empty()).count();
            rest = others.get(silent..).unwrap_or_default();
            let last = others.get(..silent).and_then(<[HopFacts]>::last);
            let which = last.map_or_else(|| hop.hop.to_string(), |last| format!("{}-{}", hop.hop, last.hop));
            text.push_str(&format!("    {}  {}\n", pad_left(&which, 5), paint.faint("no answer")));
            continue;
        };
        let number = pad_left(&hop.hop.to_string(), 5);
        let line = format!("    {number}  {}  {}", pad(&shown(host), width), times(hop));
        let said = said(hop, host);
        text.push_str(line.trim_end());
        text.push_str(&if said.is_empty() { "\n".to_owned() } else { format!("  {}\n", paint.faint(&said)) });
        for host in more {
            text.push_str(&format!("           {}\n", shown(host)));
        }
    }
    text
}

/// `10.0.0.1 gateway.example`.
fn shown(host: &HopHost) -> String {
    match &host.name {
        Some(name) => format!("{} {}", host.address, inert(name)),
        None => host.address.to_string(),
    }
}

/// `0.412 / 0.450 / 0.501 ms`: the least, the average, the most.
fn times(hop: &HopFacts) -> String {
    let times = &hop.round_trips_ms;
    let count = u32::try_from(times.len()).unwrap_or(u32::MAX);
    if count == 0 {
        return String::new();
    }
    let least = times.iter().copied().fold(f64::INFINITY, f64::min);
    let most = times.iter().copied().fold(0.0, f64::max);
    let average = times.iter().sum::<f64>() / f64::from(count);
    format!("{} ms", [least, average, most].map(|time| pad_left(&format!("{time:.3}"), 7)).join(" /"))
}

/// What is not the usual thing: losses, and other answers than that of a router on the way.
fn said(hop: &HopFacts, host: &HopHost) -> String {
    let mut said = Vec::new();
    if hop.answered < hop.sent {
        said.push(format!("{} of {} lost", hop.sent - hop.answered, hop.sent));
    }
    if !host.answer.ends_with("exceeded in transit") {
        said.push(inert(&host.answer));
    }
    said.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silent_hops_in_a_row_share_a_line() {
        let hops = serde_json::json!([
            {"hop": 1, "hosts": [{"address": "10.0.0.1", "name": "gw.test", "answer": "time to live exceeded in transit"},
                {"address": "10.0.0.2", "answer": "time to live exceeded in transit"}],
                "sent": 3, "answered": 2, "loss": 33.3, "round_trips_ms": [1.0, 2.0], "target": false},
            {"hop": 2, "sent": 3}, {"hop": 3, "sent": 3},
            {"hop": 4, "hosts": [{"address": "10.0.0.9", "answer": "connection accepted"}],
                "sent": 3, "answered": 3, "round_trips_ms": [20.0, 20.5, 21.0], "target": true},
        ]);
        let hops: Vec<HopFacts> = serde_json::from_value(hops).unwrap();
        assert_eq!(
            route(&hops, Paint::plain()),
            "        1  10.0.0.1 gw.test    1.000 /  1.500 /  2.000 ms  1 of 3 lost
           10.0.0.2
      2-3  no answer
        4  10.0.0.9           20.000 / 20.500 / 21.000 ms  connection accepted
"
        );
    }
}
