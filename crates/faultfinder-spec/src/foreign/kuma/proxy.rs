//! The proxy of a monitor.

use super::draft::Monitor;
use super::fields::{flag, is_set};
use crate::foreign::build::{Fields, text};
use crate::foreign::pieces::literal;
use crate::foreign::section::Section;
use crate::text::quoted;

/// Protocols of proxies: theirs, and ours.
const PROTOCOLS: &[(&str, &str)] = &[
    ("http", "http"),
    ("https", "https"),
    ("socks", "socks5h"),
    ("socks5", "socks5"),
    ("socks5h", "socks5h"),
];

/// Reads the proxy; nothing if the monitor is left out.
pub(super) fn read(monitor: &mut Monitor<'_, '_, '_, '_>, section: &mut Section<'_>) -> Option<()> {
    let Some((id_node, id)) = section.text(monitor.conversion, "proxyId") else { return Some(()) };
    let Some(node) = monitor.directory.proxy(id) else {
        let message = format!("`proxyId` is left out: the file has no proxy {}", quoted(id));
        monitor.conversion.warn(id_node, message);
        return Some(());
    };
    let mut proxy = Section::of(monitor.conversion, node, "a proxy");
    if flag(monitor.conversion, &mut proxy, "active").is_some_and(|(_, is_active)| !is_active) {
        // Uptime Kuma connects without it.
        return Some(());
    }
    let protocol = proxy.text(monitor.conversion, "protocol").map_or("", |(_, protocol)| protocol);
    let Some((_, protocol)) = PROTOCOLS.iter().find(|(known, _)| *known == protocol) else {
        monitor.leave_out(id_node, &format!("a proxy with the protocol {} cannot be used", quoted(protocol)));
        return None;
    };
    let mut part = |field| proxy.text(monitor.conversion, field).map_or("", |(_, value)| value.trim());
    let (host, port) = (part("host"), part("port"));
    let (user, password) = (part("username"), part("password"));
    if host.is_empty() || port.is_empty() {
        monitor.leave_out(id_node, "its proxy has no host or no port");
        return None;
    }
    let host =
        if host.contains(':') && !host.starts_with('[') { format!("[{host}]") } else { host.to_owned() };
    let url = match is_set(monitor.conversion, &mut proxy, "auth") {
        // One variable for all monitors with this proxy.
        Some(_) => {
            let url = format!("{protocol}://{}:{}@{host}:{port}", encoded(user), encoded(password));
            monitor.variables.secret(&format!("proxy_{id}"), node.place, &url)
        }
        None => literal(&format!("{protocol}://{host}:{port}")),
    };
    let mut fields = Fields::default();
    fields.put("url", text(id_node.place, url));
    monitor.request.put("proxy", fields.into_node(id_node.place));
    Some(())
}

/// A user or a password as a part of a URL.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte))
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_part_of_a_url_is_encoded() {
        for (text, url) in
            [("ada", "ada"), ("p@ss:w/ord", "p%40ss%3Aw%2Ford"), ("\u{e9}", "%C3%A9"), ("", "")]
        {
            assert_eq!(encoded(text), url, "{text}");
        }
    }
}
