//! From a name to its addresses.

use super::resolv_conf::Configuration;
use super::servers::{Family, Secure, Servers, most_telling, one_family, timeout_fault, unasked};
use super::transport::{PATIENCE, check_transport};
use super::without_edns::WithoutEdns;
use super::{SystemResolver, fitting_hints, system};
use crate::{ClientOptions, ResolverOptions, Trace, Vantage};
use faultfinder_taxonomy::word::{AddressChoice, IpVersion, RecordType, Transport};
use faultfinder_taxonomy::{Blame, Code, Fact, Fault};
use futures_util::future::{Either, select};
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::time::Duration;
use tokio::time::Instant;

/// How long IPv6 addresses are awaited once there are IPv4 addresses: the Resolution Delay of RFC 8305 section 3.
const RESOLUTION_DELAY: Duration = Duration::from_millis(50);
/// How long the other family is awaited where its addresses are needed: IPv4 addresses behind IPv6 addresses, with which a
/// connection could begin at once, but which alone may lead nowhere; and either family when every address is tested.
const OTHER_FAMILY_GRACE: Duration = Duration::from_secs(1);
/// Most addresses of one name.
const ADDRESSES_MAX: usize = 64;

/// The addresses of a name, IPv6 first.
///
/// The hosts file applies unless the test names its own server, which is then always asked. The system's servers are
/// asked in order, the next one when one does not answer or reports a failure; the test's own is a single server.
pub(crate) async fn addresses(
    vantage: &Vantage,
    name: &str,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<Vec<IpAddr>, Fault> {
    known_or_asked(vantage, name, options, trace).await.map_err(|fault| directed(fault, name))
}

/// The fault of a lookup, with how to ask the same server without the rest of the test.
fn directed(fault: Fault, name: &str) -> Fault {
    let server = fault.evidence.fact("server").and_then(Fact::as_str).map(str::to_owned);
    let mut fault = fitting_hints(fault);
    if let (Code::Dns, Some(server)) = (fault.code, server) {
        fault
            .hints
            .push(format!("ask the name server itself: faultfinder probe dns {name} --server {server}"));
    }
    fault
}

async fn known_or_asked(
    vantage: &Vantage,
    name: &str,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<Vec<IpAddr>, Fault> {
    if options.resolver.is_none() {
        let hosts = vantage.resolver().hosts();
        let known = hosts.addresses(name);
        if known.iter().any(|address| options.admits(*address)) {
            return Ok(in_order(known.to_vec(), options));
        }
    }
    if let Some(local) = system::localhost(name) {
        return Ok(in_order(local.to_vec(), options));
    }
    if let Some(own) = &options.resolver {
        check_transport(own.transport, "resolver.transport")?;
        vantage.admit(&[own.server], "resolver.server", trace)?;
        let server = [own.place()?];
        trace.begins_at(Instant::now());
        return both_families(&of_test(vantage, own, &server, options), name, options, trace).await;
    }
    of_system(vantage.resolver(), name, options, trace).await
}

/// The test's own server: it is asked once, and patiently.
fn of_test<'a>(
    vantage: &'a Vantage,
    own: &'a ResolverOptions,
    server: &'a [SocketAddr],
    options: &'a ClientOptions,
) -> Servers<'a> {
    Servers {
        addresses: server,
        transport: own.transport,
        timeout: PATIENCE,
        attempts: 1,
        source: options.source_address,
        own: false,
        is_implied: false,
        without_edns: vantage.resolver().without_edns(),
        secure: super::is_secure(own.transport).then_some(Secure { vantage, options, resolver: own }),
    }
}

/// The servers of this host in this order, asked as it says (`resolv.conf(5)`).
fn of_host<'a>(
    configuration: &Configuration,
    order: &'a [SocketAddr],
    without_edns: &'a WithoutEdns,
    options: &ClientOptions,
) -> Servers<'a> {
    Servers {
        addresses: order,
        transport: if configuration.use_tcp { Transport::Tcp } else { Transport::Udp },
        timeout: configuration.timeout,
        attempts: configuration.attempts,
        source: options.source_address,
        own: true,
        is_implied: configuration.is_implied,
        without_edns,
        secure: None,
    }
}

/// The addresses that the servers of this host know, with its search list.
async fn of_system(
    resolver: &SystemResolver,
    name: &str,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<Vec<IpAddr>, Fault> {
    let configuration = resolver.configuration()?;
    let order = resolver.order(&configuration);
    let servers = of_host(&configuration, &order, resolver.without_edns(), options);
    let without_v6 = configuration.no_aaaa && options.ip == IpVersion::Any;
    let v4_only = without_v6.then(|| ClientOptions { ip: IpVersion::V4, ..options.clone() });
    let options = v4_only.as_ref().unwrap_or(options);
    let mut of_name: Option<Fault> = None;
    let candidates = configuration.candidates(name);
    trace.begins_at(Instant::now());
    for candidate in &candidates {
        match both_families(&servers, candidate, options, trace).await {
            Ok(addresses) => return Ok(addresses),
            // Another name helps only if this one does not exist. Of several, the fault of the name itself is reported.
            Err(missing) if matches!(missing.detail.name(), "NXDOMAIN" | "NODATA") => {
                if candidate == name {
                    let searched = candidates.len() > 1;
                    of_name =
                        Some(if searched { missing.with("asked", candidates.clone()) } else { missing });
                }
            }
            // A search domain that makes a name too long is skipped.
            Err(unfit) if unfit.detail.name() == "EBADNAME" && candidate != name => {}
            // What happens below a search domain does not change that the name itself does not exist.
            Err(other) => return Err(of_name.unwrap_or(other)),
        }
    }
    Err(of_name.unwrap_or_else(|| unasked(name)))
}

/// The addresses of a name that these servers know, IPv6 first.
pub(super) async fn both_families(
    servers: &Servers<'_>,
    name: &str,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<Vec<IpAddr>, Fault> {
    let types = match options.ip {
        IpVersion::V4 => "A",
        IpVersion::V6 => "AAAA",
        IpVersion::Any => "A and AAAA",
    };
    let list: Vec<String> = servers.addresses.iter().map(ToString::to_string).collect();
    let blame = if servers.own { Blame::Ourselves } else { Blame::Network };
    trace.awaits(format!("no answer from {} for {name} {types}", list.join(", ")), blame);
    let (v6, v4) = match options.ip {
        IpVersion::V4 => (None, Some(one_family(servers, name, RecordType::A).await)),
        IpVersion::V6 => (Some(one_family(servers, name, RecordType::AAAA).await), None),
        IpVersion::Any => in_parallel(servers, name, options).await,
    };
    let mut addresses = Vec::new();
    let mut faults = Vec::new();
    let arrived: Option<Vec<Instant>> =
        [&v6, &v4].into_iter().flatten().map(|family| family.arrived).collect();
    for family in [v6, v4].into_iter().flatten() {
        family.warnings.into_iter().for_each(|warning| trace.warn(warning));
        match family.outcome {
            Ok(found) => addresses.extend(found),
            Err(fault) => faults.push(fault),
        }
    }
    if addresses.is_empty() {
        return Err(most_telling(faults).unwrap_or_else(|| unasked(name)));
    }
    for fault in faults.iter().filter(|fault| fault.detail.name() != "NODATA") {
        trace.warn(format!("one address family could not be resolved: {}", fault.message));
    }
    if addresses.len() > ADDRESSES_MAX {
        trace.warn(format!("{name} has {} addresses, {ADDRESSES_MAX} are used", addresses.len()));
    }
    // All that happened after the later answer arrived is this process' own time.
    if let Some(last) = arrived.and_then(|arrived| arrived.into_iter().max()) {
        trace.leave_with(last);
    }
    Ok(in_order(addresses, options))
}

/// Both families at once; once the first has addresses, the second one is awaited only briefly.
async fn in_parallel(
    servers: &Servers<'_>,
    name: &str,
    options: &ClientOptions,
) -> (Option<Family>, Option<Family>) {
    let v6 = pin!(one_family(servers, name, RecordType::AAAA));
    let v4 = pin!(one_family(servers, name, RecordType::A));
    match select(v6, v4).await {
        Either::Left((v6, other)) => {
            let grace = v6.outcome.is_ok().then_some(OTHER_FAMILY_GRACE);
            let v4 = second(grace, other, name, RecordType::A).await;
            (Some(v6), Some(v4))
        }
        Either::Right((v4, other)) => {
            let delay =
                if options.address == AddressChoice::All { OTHER_FAMILY_GRACE } else { RESOLUTION_DELAY };
            let v6 = second(v4.outcome.is_ok().then_some(delay), other, name, RecordType::AAAA).await;
            (Some(v6), Some(v4))
        }
    }
}

/// The second family; without a `grace`, as long as its servers are asked.
async fn second(
    grace: Option<Duration>,
    other: impl Future<Output = Family>,
    name: &str,
    kind: RecordType,
) -> Family {
    let Some(grace) = grace else { return other.await };
    tokio::time::timeout(grace, other).await.unwrap_or_else(|_| {
        let waited = grace.as_millis();
        let message = format!("{name} {kind}: no answer within {waited} ms after the other family's");
        Family { outcome: Err(timeout_fault(message)), warnings: Vec::new(), arrived: None }
    })
}

/// IPv6 first, otherwise in the server's order; only one family when the test requires it.
fn in_order(mut addresses: Vec<IpAddr>, options: &ClientOptions) -> Vec<IpAddr> {
    addresses.retain(|address| options.admits(*address));
    addresses.sort_by_key(IpAddr::is_ipv4);
    addresses.truncate(ADDRESSES_MAX);
    addresses
}

#[cfg(test)]
mod tests {
    use super::super::resolv_conf::Environment;
    use super::*;

    #[test]
    fn the_servers_of_this_host_are_asked_as_resolv_conf_says() {
        let (without_edns, options) = (WithoutEdns::default(), ClientOptions::default());
        for (text, transport, seconds, attempts) in [
            ("", Transport::Udp, 5, 2),
            ("options timeout:3 attempts:4", Transport::Udp, 3, 4),
            ("options use-vc attempts:1", Transport::Tcp, 5, 1),
        ] {
            let text = format!("nameserver 192.0.2.1\n{text}\n");
            let configuration = Configuration::read(text.as_bytes(), &Environment::default());
            let servers = of_host(&configuration, &configuration.servers, &without_edns, &options);
            assert_eq!(
                (servers.transport, servers.timeout, servers.attempts),
                (transport, Duration::from_secs(seconds), attempts),
                "{text}"
            );
            assert_eq!(servers.addresses, ["192.0.2.1:53".parse::<SocketAddr>().unwrap()]);
            assert!(servers.own && !servers.is_implied, "{text}");
        }
    }
}
