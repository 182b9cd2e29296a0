//! Which IP version and address a probe uses.
//!
//! blackbox_exporter takes the first address of the preferred version, or of the other one if it may fall back, and tries
//! no other. IPv6 is preferred unless the module says otherwise.

use super::probe::Probe;
use crate::foreign::build::{text, word};
use crate::foreign::section::Section;
use std::net::IpAddr;

/// Reads the fields, for a probe of a host.
pub(super) fn read(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>, host: &str) {
    let preferred = section.text(probe.conversion, "preferred_ip_protocol");
    let falls_back = section.flag(probe.conversion, "ip_protocol_fallback");
    let version = match preferred {
        None | Some((_, "ip6")) => "6",
        Some((_, "ip4")) => "4",
        Some((node, _)) => return probe.conversion.reader.unexpected(node, "ip4 or ip6"),
    };
    if let Some((node, false)) = falls_back {
        probe.request.put("ip", word(node.place, version));
        probe.request.put("address", word(node.place, "first"));
        return;
    }
    if host.parse::<IpAddr>().is_ok() || host.contains("{{") {
        return;
    }
    match preferred {
        Some((node, "ip4")) => probe.conversion.remark(
            node,
            "preferred_ip_protocol: ip4 with a fallback: all addresses are tried, IPv6 and IPv4, until one answers",
        ),
        _ => probe.request.put("address", word(probe.place, "first")),
    }
}

/// The address that a probe comes from.
pub(super) fn source(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>) {
    if let Some((node, address)) = section.text(probe.conversion, "source_ip_address") {
        probe.request.put("source_address", text(node.place, address));
    }
}
