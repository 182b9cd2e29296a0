//! Ports, pings and DNS questions.

use super::draft::Monitor;
use super::fields::count;
use crate::foreign::build::{text, word};
use crate::foreign::pieces::{line, number};
use crate::foreign::section::Section;
use crate::yaml::Node;
use std::rc::Rc;

/// A ping sends a request each second until one is answered, for ten seconds.
const PING_REQUESTS: u32 = 10;
const PING_INTERVAL: &str = "1s";

/// Who is asked, and for what, where a monitor does not say.
const DNS_SERVER: &str = "1.1.1.1";
const DNS_TYPE: &str = "A";

type Mine<'a, 'm, 'r, 's, 'o> = &'a mut Monitor<'m, 'r, 's, 'o>;

/// The host, which a monitor must have.
fn host<'n>(monitor: Mine<'_, '_, '_, '_, '_>, section: &mut Section<'n>) -> Option<(&'n Rc<Node>, &'n str)> {
    let host = section.text(monitor.conversion, "hostname");
    if host.is_none() {
        let at = text(monitor.place, "");
        monitor.leave_out(&at, "it has no `hostname`");
    }
    host.map(|(node, host)| (node, host.trim().trim_matches(['[', ']'])))
}

/// A TCP connection.
pub(super) fn port(monitor: Mine<'_, '_, '_, '_, '_>, section: &mut Section<'_>) -> Option<()> {
    let (node, host) = host(monitor, section)?;
    let host = monitor.text(node, host);
    let Some((node, port)) = section.text(monitor.conversion, "port") else {
        monitor.leave_out(&host, "it has no `port`");
        return None;
    };
    monitor.request.put("host", host);
    monitor.request.put("port", number(node.place, port.trim()));
    Some(())
}

/// Echo requests, of which one must be answered.
pub(super) fn ping(monitor: Mine<'_, '_, '_, '_, '_>, section: &mut Section<'_>) -> Option<()> {
    let (node, host) = host(monitor, section)?;
    let host = monitor.text(node, host);
    let place = host.place;
    monitor.request.put("host", host);
    monitor.request.put("packets", word(place, PING_REQUESTS));
    monitor.request.put("interval", word(place, PING_INTERVAL));
    if let Some((node, size)) = count(monitor.conversion, section, "packetSize") {
        monitor.request.put("size", word(node.place, size));
    }
    monitor.assertions.push(line(place, "packets_received >= 1"));
    Some(())
}

/// A question. What the answer says does not count, as long as there is a record of the type.
pub(super) fn dns(monitor: Mine<'_, '_, '_, '_, '_>, section: &mut Section<'_>) -> Option<()> {
    let (node, name) = host(monitor, section)?;
    let name = monitor.text(node, name);
    let place = name.place;
    monitor.request.put("name", name);
    let kind = section.text(monitor.conversion, "dns_resolve_type");
    let (at, kind) = kind.map_or((place, DNS_TYPE), |(node, kind)| (node.place, kind));
    monitor.request.put("type", text(at, kind.trim().to_ascii_uppercase()));
    let server = section.text(monitor.conversion, "dns_resolve_server");
    let (at, servers) = server.map_or((place, DNS_SERVER), |(node, servers)| (node.place, servers));
    let (server, others) = servers.split_once(',').map_or((servers, ""), |(first, others)| (first, others));
    let at = text(at, "");
    if !others.trim().is_empty() {
        let message =
            "`dns_resolve_server`: only the first server is asked; the others would be asked if it is silent";
        monitor.conversion.warn(&at, message);
    }
    let server = monitor.text(&at, server.trim().trim_matches(['[', ']']));
    monitor.request.put("server", server);
    if let Some((node, port)) = section.text(monitor.conversion, "port") {
        monitor.request.put("port", number(node.place, port.trim()));
    }
    Some(())
}
