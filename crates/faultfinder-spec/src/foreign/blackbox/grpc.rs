//! The gRPC prober: a health check.

use super::probe::Probe;
use super::{address, http, tls};
use crate::foreign::build::{text, word};
use crate::foreign::pieces::{host_and_port, literal};
use crate::foreign::section::Section;
use crate::yaml::Node;
use std::rc::Rc;

/// Ports unless the target names one, without and with TLS.
const PORT_PLAIN: u16 = 80;
const PORT_TLS: u16 = 443;

/// Fields that cannot be followed, and what they would have done.
const LEFT_OUT: &[(&str, &str)] = &[
    ("pinned_public_key_hashes", "only these public keys would have been accepted"),
    ("check_revoked", "the certificate would have been looked up in revocation lists"),
    ("valid_tls_alert_codes", "these alerts of the server would have counted as success"),
];

/// Reads the section.
pub(super) fn read(probe: &mut Probe<'_, '_, '_, '_>, node: Option<&Rc<Node>>) -> Option<()> {
    let mut section = Section::open(probe.conversion, node, "grpc");
    let target = probe.target;
    let target = target.strip_prefix("http://").or_else(|| target.strip_prefix("https://")).unwrap_or(target);
    let (host, port) = host_and_port(target.trim_end_matches('/'));
    if host.is_empty() || host.contains('/') {
        probe.bad_target("HOST:PORT");
        return None;
    }
    let secure = section.flag(probe.conversion, "tls");
    let is_secure = secure.is_some_and(|(_, secure)| secure);
    let place = probe.place;
    probe.request.put("host", text(place, host));
    let port = port
        .filter(|port| !port.is_empty())
        .map_or_else(|| if is_secure { PORT_TLS } else { PORT_PLAIN }.to_string(), str::to_owned);
    let port = probe.port(&port)?;
    probe.request.put("port", port);
    match section.text(probe.conversion, "service") {
        Some((node, service)) => probe.request.put("health", text(node.place, literal(service))),
        None => probe.request.put("health", word(place, "true")),
    }
    let metadata = http::plain_pairs(probe, &mut section, "metadata");
    if !metadata.is_empty() {
        probe.request.put("metadata", metadata.into_node(place));
    }
    let settings = section.get("tls_config");
    if is_secure {
        let settings = tls::read(probe, settings, None);
        probe.request.put("tls", settings);
    } else {
        let place = secure.map_or(place, |(node, _)| node.place);
        probe.request.put("plaintext", word(place, "true"));
    }
    address::read(probe, &mut section, host);
    section.left_out(probe.conversion, LEFT_OUT);
    section.finish(probe.conversion);
    Some(())
}
