//! Proxies of HTTP probes.

use super::probe::Probe;
use crate::foreign::build::{Fields, list, text};
use crate::foreign::pieces::literal;
use crate::foreign::section::Section;
use std::net::IpAddr;

/// Reads the fields, for a target at this host and port.
pub(super) fn read(
    probe: &mut Probe<'_, '_, '_, '_>,
    section: &mut Section<'_>,
    host: &str,
    port: Option<&str>,
) {
    // The name is not resolved here where a proxy does that, whatever this says.
    section.skip(&["skip_resolve_phase_with_proxy", "use_proxy_dns"]);
    let url = section.text(probe.conversion, "proxy_url");
    let exceptions = section.text(probe.conversion, "no_proxy");
    let headers = section.pairs(probe.conversion, "proxy_connect_header");
    section.left_out(
        probe.conversion,
        &[("proxy_from_environment", "a proxy that the environment names is not used; give `proxy_url`")],
    );
    let Some((node, url)) = url else { return };
    if exceptions.is_some_and(|(_, list)| is_excepted(list, host, port)) {
        probe.conversion.remark(node, format!("{host} is reached without a proxy: it is in `no_proxy`"));
        return;
    }
    let mut proxy = Fields::default();
    let url = if url.contains('@') {
        probe.secret("proxy_url", node.place, url)
    } else {
        text(node.place, literal(url))
    };
    proxy.put("url", url);
    let mut sent = Fields::default();
    for (name, values) in headers {
        let items = match &values.kind {
            crate::yaml::Kind::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(values),
        };
        let of = format!("proxy_{name}");
        let secrets = items.iter().filter_map(|item| {
            let value = crate::foreign::section::text_of(probe.conversion, item, "proxy_connect_header")?;
            Some(probe.secret(&of, item.place, value))
        });
        let secrets = secrets.collect();
        sent.put(name, list(values.place, secrets));
    }
    if !sent.is_empty() {
        proxy.put("headers", sent.into_node(node.place));
    }
    probe.request.put("proxy", proxy.into_node(node.place));
}

/// Whether a host is in a list of exceptions: names with the names below them, addresses, networks, `*`.
fn is_excepted(list: &str, host: &str, port: Option<&str>) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).any(|entry| {
        if entry == "*" {
            return true;
        }
        if let (Some((network, bits)), Ok(address)) = (entry.split_once('/'), host.parse::<IpAddr>()) {
            return is_in(network, bits, address);
        }
        let (name, wanted) = crate::foreign::pieces::host_and_port(entry);
        if wanted.is_some() && wanted != port {
            return false;
        }
        let name = name.to_ascii_lowercase();
        match name.strip_prefix('.') {
            Some(_) => host.ends_with(&name),
            None => host == name || host.strip_suffix(&name).is_some_and(|before| before.ends_with('.')),
        }
    })
}

/// Whether an address is in a network.
fn is_in(network: &str, bits: &str, address: IpAddr) -> bool {
    let Ok(bits) = bits.parse::<u32>() else { return false };
    match (network.parse::<IpAddr>(), address) {
        (Ok(IpAddr::V4(network)), IpAddr::V4(address)) if bits <= 32 => {
            (u32::from(network) ^ u32::from(address)).checked_shr(32 - bits).unwrap_or(0) == 0
        }
        (Ok(IpAddr::V6(network)), IpAddr::V6(address)) if bits <= 128 => {
            (u128::from(network) ^ u128::from(address)).checked_shr(128 - bits).unwrap_or(0) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_excepted_by_name_address_and_network() {
        for (list, host, port, excepted) in [
            ("a.test", "a.test", None, true),
            ("a.test", "www.a.test", None, true),
            ("a.test", "ba.test", None, false),
            (".a.test", "a.test", None, false),
            (".a.test", "www.A.test", None, true),
            ("a.test:80", "a.test", Some("80"), true),
            ("a.test:80", "a.test", Some("81"), false),
            ("10.0.0.0/8", "10.1.2.3", None, true),
            ("10.0.0.0/8", "11.1.2.3", None, false),
            ("0.0.0.0/0", "11.1.2.3", None, true),
            ("fe80::/10", "fe80::1", None, true),
            ("10.0.0.0/99", "10.0.0.0", None, false),
            ("b.test, *", "a.test", None, true),
            ("", "a.test", None, false),
        ] {
            assert_eq!(is_excepted(list, host, port), excepted, "{list} {host}");
        }
    }
}
