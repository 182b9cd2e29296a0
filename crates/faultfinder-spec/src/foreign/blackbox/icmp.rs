//! The ICMP prober: one echo request, and its reply.

use super::address;
use super::probe::Probe;
use crate::foreign::build::{text, word};
use crate::foreign::pieces::{line, number};
use crate::foreign::section::Section;
use crate::yaml::Node;
use std::rc::Rc;
use std::time::Duration;

/// Bytes of payload of a request unless the module says otherwise: those of "Prometheus Blackbox Exporter".
const PAYLOAD_DEFAULT: u32 = 28;

/// How long ours waits for a first reply by default, and at most.
const WAIT_DEFAULT: Duration = Duration::from_secs(10);
const WAIT_MAX: Duration = Duration::from_secs(60);

/// Reads the section.
pub(super) fn read(probe: &mut Probe<'_, '_, '_, '_>, node: Option<&Rc<Node>>) -> Option<()> {
    let mut section = Section::open(probe.conversion, node, "icmp");
    let place = probe.place;
    let host = probe.target.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() || host.contains('/') {
        probe.bad_target("HOST");
        return None;
    }
    probe.request.put("host", text(place, host));
    probe.request.put("packets", word(place, "1"));
    match section.text(probe.conversion, "payload_size") {
        Some((node, size)) if size != "0" => probe.request.put("size", number(node.place, size)),
        _ => probe.request.put("size", word(place, PAYLOAD_DEFAULT)),
    }
    if let Some((node, ttl)) = section.text(probe.conversion, "ttl")
        && ttl != "0"
    {
        probe.request.put("ttl", number(node.place, ttl));
    }
    if let Some((node, true)) = section.flag(probe.conversion, "dont_fragment") {
        probe.request.put("dont_fragment", word(node.place, "true"));
    }
    if let Some(timeout) = probe.timeout.filter(|timeout| *timeout > WAIT_DEFAULT) {
        let wait = timeout.min(WAIT_MAX);
        probe.request.put("wait", word(place, format!("{}ms", wait.as_millis())));
    }
    address::read(probe, &mut section, host);
    address::source(probe, &mut section);
    section.finish(probe.conversion);
    probe.assertions.push(line(place, "packets_received is 1"));
    Some(())
}
