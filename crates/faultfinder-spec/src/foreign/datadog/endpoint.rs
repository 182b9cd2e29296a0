//! TLS endpoints, TCP, UDP and ICMP.

use super::super::build::{Fields, word};
use super::context::Context;
use super::settings::{Settings, put_text, put_timeout};
use super::{assertions, material, typed, value};
use crate::yaml::Node;
use std::rc::Rc;

/// Where TLS and TCP are spoken when no port is given.
const PORT_DEFAULT: u16 = 443;

/// The fields of a native `ssl` request.
pub(super) fn ssl(context: &mut Context<'_, '_, '_, '_>, settings: Settings<'_>) -> Option<Fields> {
    let mut fields = Fields::default();
    put_host(context, settings, &mut fields);
    put_port(context, settings, &mut fields, None);
    put_text(context, settings, &mut fields, ("servername", "server_name"));
    let place = settings.request.place;
    if settings.is_set(context, "ignore_certificate_validation") {
        fields.put("insecure", word(place, true));
    }
    // In a step, the switch has the name of that of other requests.
    let accepts = settings.is_set(context, "accept_self_signed")
        || (settings.options.is_none() && settings.is_set(context, "allow_insecure"));
    if accepts {
        fields.put("accept_self_signed", word(place, true));
    }
    material::put_certificate(context, settings.request, &mut fields);
    if !settings.is_set(context, "checkCertificateRevocation") {
        fields.put("ocsp", word(place, "off"));
    }
    if !settings.is_set(context, "disableAiaIntermediateFetching") {
        fields.put("aia", word(place, "fetch"));
    }
    put_timeout(context, settings, &mut fields);
    Some(fields)
}

/// The fields of a native `tcp` request.
pub(super) fn tcp(
    context: &mut Context<'_, '_, '_, '_>,
    settings: Settings<'_>,
    written: &[Rc<Node>],
) -> Option<Fields> {
    let mut fields = Fields::default();
    put_host(context, settings, &mut fields);
    put_port(context, settings, &mut fields, Some(PORT_DEFAULT));
    put_hops(context, settings, written, &mut fields);
    put_timeout(context, settings, &mut fields);
    Some(fields)
}

/// The fields of a native `udp` request.
pub(super) fn udp(context: &mut Context<'_, '_, '_, '_>, settings: Settings<'_>) -> Option<Fields> {
    let mut fields = Fields::default();
    put_host(context, settings, &mut fields);
    put_port(context, settings, &mut fields, None);
    put_text(context, settings, &mut fields, ("message", "message"));
    put_timeout(context, settings, &mut fields);
    Some(fields)
}

/// The fields of a native `icmp` request.
pub(super) fn icmp(
    context: &mut Context<'_, '_, '_, '_>,
    settings: Settings<'_>,
    written: &[Rc<Node>],
) -> Option<Fields> {
    let mut fields = Fields::default();
    put_host(context, settings, &mut fields);
    if let Some(packets) = value::field(settings.request, "numberOfPackets").cloned() {
        fields.put("packets", word(packets.place, value::plain(typed::number(context, &packets)?)));
    }
    put_hops(context, settings, written, &mut fields);
    put_timeout(context, settings, &mut fields);
    Some(fields)
}

/// The host. Some exports have a URL there.
pub(super) fn put_host(context: &mut Context<'_, '_, '_, '_>, settings: Settings<'_>, fields: &mut Fields) {
    let Some(node) = value::filled(settings.request, "host").cloned() else { return };
    let written = node.scalar().map_or("", |host| host.text.as_str());
    let host = host_of(written);
    if host != written {
        context.conversion.remark(&node, format!("the host was written as {written}"));
    }
    let host = context.text_at(node.place, host);
    fields.put("host", host);
}

/// The host of a URL, or what is one already.
pub(super) fn host_of(written: &str) -> &str {
    let Some((_, rest)) = written.split_once("://").filter(|(scheme, _)| !scheme.contains("{{")) else {
        return written;
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or(rest);
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// The port of a host that is written as a URL; without one it is that of the scheme.
pub(super) fn port_of_host(request: &Node) -> Option<Rc<Node>> {
    let node = value::field(request, "host")?;
    let (scheme, rest) = node.scalar()?.text.split_once("://")?;
    let host = host_of(&node.scalar()?.text);
    let behind = rest.get(host.len()..)?;
    let port: String =
        behind.strip_prefix(':').unwrap_or("").chars().take_while(char::is_ascii_digit).collect();
    match (port.is_empty(), scheme) {
        (false, _) => Some(word(node.place, port)),
        (true, "https" | "grpcs") => Some(word(node.place, PORT_DEFAULT)),
        (true, _) => None,
    }
}

/// A port as a number or text; templates stay.
pub(super) fn put_port(
    context: &mut Context<'_, '_, '_, '_>,
    settings: Settings<'_>,
    fields: &mut Fields,
    default: Option<u16>,
) {
    match port(context, settings.request, "port").or_else(|| port_of_host(settings.request)) {
        Some(port) => fields.put("port", port),
        None => {
            if let Some(default) = default {
                fields.put("port", word(settings.request.place, default));
            }
        }
    }
}

/// A port of a request.
pub(super) fn port(context: &mut Context<'_, '_, '_, '_>, request: &Node, name: &str) -> Option<Rc<Node>> {
    let node = Rc::clone(value::filled(request, name)?);
    let text = context.text(&node)?;
    let written = text.scalar().map_or("", |port| port.text.as_str());
    // `443.0` and `"443"` are 443.
    match written.trim().parse::<f64>() {
        Ok(number) => Some(word(node.place, value::plain(number))),
        Err(_) => Some(text),
    }
}

/// Whether the route is traced: when the test says so, or asserts on it.
fn put_hops(
    context: &mut Context<'_, '_, '_, '_>,
    settings: Settings<'_>,
    written: &[Rc<Node>],
    fields: &mut Fields,
) {
    let is_needed = assertions::has_type(written, "networkHop");
    if settings.is_set(context, "shouldTrackHops") || is_needed {
        fields.put("track_hops", word(settings.request.place, "on"));
    }
}
