//! The route to the target: fields that all requests share.

use super::tls;
use crate::section::Section;
use faultfinder_net::dns::default_port;
use faultfinder_net::{ClientOptions, ResolverOptions};
use faultfinder_spec::ZonedAddress;
use std::net::IpAddr;

/// The route to the target.
pub(super) fn client(section: &mut Section<'_, '_>) -> ClientOptions {
    let mut client = ClientOptions::default();
    section.set_duration("timeout", &mut client.timeout);
    section.set_duration("overall_timeout", &mut client.overall_timeout);
    section.set_word("ip", &mut client.ip);
    section.set_word("address", &mut client.address);
    client.source_address = section.value("source_address");
    client.resolver = section.section("resolver").and_then(|mut resolver| self::resolver(&mut resolver));
    client.resolve = section.values::<IpAddr>("resolve");
    client
}

/// The same over TCP.
pub(super) fn tcp_client(section: &mut Section<'_, '_>) -> ClientOptions {
    ClientOptions {
        proxy_protocol: section.word("proxy_protocol"),
        unix_socket: section.socket("unix_socket"),
        ..client(section)
    }
}

fn resolver(section: &mut Section<'_, '_>) -> Option<ResolverOptions> {
    let ZonedAddress { address, interface } = section.value("server")?;
    let mut options = ResolverOptions { interface, ..ResolverOptions::new(address) };
    section.set_word("transport", &mut options.transport);
    options.port = section.port("port").unwrap_or_else(|| default_port(options.transport));
    if let Some(path) = section.text("path") {
        options.path = path;
    }
    if let Some(mut tls) = section.section("tls") {
        *options.tls = tls::options(&mut tls);
    }
    Some(options)
}
