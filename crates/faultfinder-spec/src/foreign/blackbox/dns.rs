//! The DNS prober: the target is the server that is asked.

use super::probe::Probe;
use super::{address, records, tls};
use crate::foreign::build::{text, word};
use crate::foreign::pieces::{host_and_port, line, literal, number};
use crate::foreign::section::Section;
use crate::yaml::Node;
use faultfinder_taxonomy::word::RecordType;
use std::rc::Rc;

/// The type that is asked for unless the module says otherwise.
const TYPE_DEFAULT: &str = "ANY";

/// Reads the section.
pub(super) fn read(probe: &mut Probe<'_, '_, '_, '_>, node: Option<&Rc<Node>>) -> Option<()> {
    let mut section = Section::open(probe.conversion, node, "dns");
    let (host, port) = host_and_port(probe.target);
    let place = probe.place;
    let Some((name_node, name)) = section.text(probe.conversion, "query_name") else {
        let at = node.map_or_else(|| text(place, ""), Rc::clone);
        probe.conversion.error(
            &at,
            "a DNS module needs `query_name`",
            "`query_name`: the name that is asked for",
        );
        return None;
    };
    probe.request.put("name", text(name_node.place, literal(name)));
    question(probe, &mut section);
    probe.request.put("server", text(place, host));
    if let Some(port) = port {
        let port = probe.port(port)?;
        probe.request.put("port", port);
    }
    transport(probe, &mut section);
    if let Some((node, false)) = section.flag(probe.conversion, "recursion_desired") {
        probe.request.put("recursion_desired", word(node.place, "false"));
    }
    edns(probe, &mut section);
    address::read(probe, &mut section, host);
    address::source(probe, &mut section);
    rcodes(probe, &mut section);
    records::read(probe, &mut section);
    section.left_out(
        probe.conversion,
        &[("pinned_public_key_hashes", "only these public keys would have been accepted")],
    );
    section.finish(probe.conversion);
    Some(())
}

/// The type and the class.
fn question(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>) {
    match section.text(probe.conversion, "query_type") {
        Some((node, kind)) => {
            if RecordType::parse(kind).is_err() {
                return probe.conversion.reader.unexpected(node, "a type of record such as A");
            }
            probe.request.put("type", text(node.place, kind));
        }
        None => probe.request.put("type", text(probe.place, TYPE_DEFAULT)),
    }
    if let Some((node, class)) = section.text(probe.conversion, "query_class")
        && class != "IN"
    {
        let message = format!("the class {} cannot be asked for", crate::text::quoted(class));
        probe.conversion.error(node, message, "only `query_class: IN` is supported");
    }
}

fn transport(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>) {
    let transport = section.text(probe.conversion, "transport_protocol");
    let settings = section.get("tls_config");
    if let Some((node, true)) = section.flag(probe.conversion, "dns_over_tls") {
        if transport.is_none_or(|(_, transport)| transport != "tcp") {
            let help = "add `transport_protocol: tcp`";
            probe.conversion.error(node, "`dns_over_tls` works over TCP only", help);
        }
        probe.request.put("transport", word(node.place, "dot"));
        let settings = tls::read(probe, settings, None);
        probe.request.put("tls", settings);
        return;
    }
    match transport {
        None | Some((_, "udp")) => {}
        Some((node, "tcp")) => probe.request.put("transport", word(node.place, "tcp")),
        Some((node, _)) => probe.conversion.reader.unexpected(node, "udp or tcp"),
    }
}

/// Questions have no EDNS unless the module announces a size.
fn edns(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>) {
    match section.text(probe.conversion, "edns0_udp_size") {
        Some((node, size)) if size != "0" => probe.request.put("edns_size", number(node.place, size)),
        _ => probe.request.put("edns", word(probe.place, "off")),
    }
}

fn rcodes(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>) {
    let valid = section.texts(probe.conversion, "valid_rcodes");
    let Some((first, _)) = valid.first() else {
        return probe.assertions.push(line(probe.place, "rcode is NOERROR"));
    };
    let codes: Vec<&str> = valid.iter().map(|(_, code)| *code).collect();
    let operator = if codes.len() == 1 { "is" } else { "is one of" };
    probe.assertions.push(line(first.place, format!("rcode {operator} {}", codes.join(", "))));
}
