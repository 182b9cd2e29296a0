//! From a name to its addresses.

use super::exchange::within;
use super::failure::as_verdict;
use super::transport::{PATIENCE, check_transport};
use super::{Answer, Channel, Exchange, Query, QueryOptions, Server, answer_fault, system};
use crate::{ClientOptions, ResolverOptions, Trace, Vantage};
use faultfinder_taxonomy::word::{IpVersion, RecordType, Transport};
use faultfinder_taxonomy::{Blame, Code, Detail, Fault, Phase};
use futures_util::future::{Either, select};
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::time::Duration;

/// How long to wait for the second family once the first one has addresses. RFC 8305 section 3 suggests 50 ms;
/// here a late family should still be probed, and one that never arrives must not use up the test's budget.
const OTHER_FAMILY_GRACE: Duration = Duration::from_secs(1);
/// Most addresses of one name.
const ADDRESSES_MAX: usize = 64;

/// The servers to ask, in order, and how.
pub(super) struct Servers<'a> {
    pub(super) addresses: &'a [SocketAddr],
    pub(super) transport: Transport,
    pub(super) patience: Duration,
    pub(super) source: Option<IpAddr>,
    /// Whether they are this host's own servers, so that a failure of all of them is ours.
    pub(super) own: bool,
    /// What a transport with TLS needs in addition.
    pub(super) secure: Option<Secure<'a>>,
}

/// What a transport with TLS needs.
#[derive(Clone, Copy)]
pub(super) struct Secure<'a> {
    pub(super) vantage: &'a Vantage,
    pub(super) options: &'a ClientOptions,
    pub(super) resolver: &'a ResolverOptions,
}

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
    if options.resolver.is_none() {
        let known = vantage.resolver().hosts().addresses(name);
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
        let servers = Servers {
            addresses: &[SocketAddr::new(own.server, own.port)],
            transport: own.transport,
            patience: PATIENCE,
            source: options.source_address,
            own: false,
            secure: super::is_secure(own.transport).then_some(Secure { vantage, options, resolver: own }),
        };
        return both_families(&servers, name, options, trace).await;
    }
    let configuration = vantage.resolver().configuration()?;
    let servers = Servers {
        addresses: &configuration.servers,
        transport: Transport::Udp,
        patience: configuration.patience,
        source: options.source_address,
        own: true,
        secure: None,
    };
    let mut fault = None;
    for candidate in candidates(name, &configuration.search, configuration.ndots) {
        match both_families(&servers, &candidate, options, trace).await {
            Ok(addresses) => return Ok(addresses),
            // Another name helps only if this one does not exist.
            Err(missing) if matches!(missing.detail.name(), "NXDOMAIN" | "NODATA") => fault = Some(missing),
            // A search domain that makes a name too long is skipped.
            Err(unfit) if unfit.detail.name() == "EBADNAME" && candidate != name => {}
            Err(other) => return Err(other),
        }
    }
    // The name itself is the last candidate, so its failure is reported.
    Err(fault.unwrap_or_else(|| unasked(name)))
}

/// The names to ask for, the given name last; the search list applies to names with too few dots.
fn candidates(name: &str, search: &[String], ndots: usize) -> Vec<String> {
    let mut names = Vec::new();
    if !name.ends_with('.') && name.matches('.').count() < ndots {
        names.extend(search.iter().map(|domain| format!("{name}.{domain}")));
    }
    names.push(name.to_owned());
    names
}

/// The addresses of a name that these servers know, IPv6 first.
pub(super) async fn both_families(
    servers: &Servers<'_>,
    name: &str,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<Vec<IpAddr>, Fault> {
    let (v6, v4) = match options.ip {
        IpVersion::V4 => (None, Some(one_family(servers, name, RecordType::A).await)),
        IpVersion::V6 => (Some(one_family(servers, name, RecordType::AAAA).await), None),
        IpVersion::Any => in_parallel(servers, name).await,
    };
    let mut addresses = Vec::new();
    let mut faults = Vec::new();
    for family in [v6, v4].into_iter().flatten() {
        match family {
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
    Ok(in_order(addresses, options))
}

type Family = Result<Vec<IpAddr>, Fault>;

/// Both families at once; once the first has addresses, the second one is awaited only briefly.
async fn in_parallel(servers: &Servers<'_>, name: &str) -> (Option<Family>, Option<Family>) {
    let v6 = pin!(one_family(servers, name, RecordType::AAAA));
    let v4 = pin!(one_family(servers, name, RecordType::A));
    match select(v6, v4).await {
        Either::Left((v6, other)) => {
            let v4 = second(v6.is_ok(), other, name, RecordType::A).await;
            (Some(v6), Some(v4))
        }
        Either::Right((v4, other)) => {
            let v6 = second(v4.is_ok(), other, name, RecordType::AAAA).await;
            (Some(v6), Some(v4))
        }
    }
}

async fn second(
    first_is_ok: bool,
    other: impl Future<Output = Family>,
    name: &str,
    kind: RecordType,
) -> Family {
    if !first_is_ok {
        return other.await;
    }
    tokio::time::timeout(OTHER_FAMILY_GRACE, other).await.unwrap_or_else(|_| {
        let waited = OTHER_FAMILY_GRACE.as_millis();
        Err(timeout_fault(format!("{name} {kind}: no answer within {waited} ms after the other family's")))
    })
}

/// The addresses of one family, from the first server that has an answer.
async fn one_family(servers: &Servers<'_>, name: &str, record_type: RecordType) -> Family {
    let mut failed = Vec::new();
    for server in servers.addresses {
        // Each server gets a question with a new id and port.
        let query = Query::new(name, record_type, &QueryOptions::default(), "host")?;
        let asked = match servers.secure {
            Some(secure) => over_tls(&secure, &query).await,
            None => within(servers.patience, *server, servers.transport, &query, servers.source)
                .await
                .map_err(|failed| failed.into_fault(&query)),
        };
        match asked {
            Ok(exchange) => match answer_fault(&exchange.answer, &query, *server) {
                None => return Ok(found(&exchange.answer, &query)),
                // A definite answer about the name.
                Some(fault) if matches!(fault.detail.name(), "NXDOMAIN" | "NODATA") => return Err(fault),
                Some(fault) => failed.push((true, fault)),
            },
            Err(fault) => failed.push((false, fault)),
        }
    }
    let none_answered = failed.iter().all(|(answered, _)| !answered);
    let fault =
        most_telling(failed.into_iter().map(|(_, fault)| fault).collect()).unwrap_or_else(|| unasked(name));
    if servers.own && none_answered && fault.code == Code::Dns {
        return Err(fault
            .blamed_on(Blame::Ourselves)
            .with_hint("no name server of this host answers: check its network and /etc/resolv.conf"));
    }
    Err(fault)
}

/// Asks over a separate connection. Every failure is a verdict on the resolver; an untrusted certificate is reported in
/// its evidence.
async fn over_tls(secure: &Secure<'_>, query: &Query) -> Result<Exchange, Fault> {
    let server = Server::of_resolver(secure.resolver);
    let address = server.address;
    // Its phases and facts are not the target's.
    let mut trace = Trace::start();
    let asking = async {
        let mut channel = Channel::open(secure.vantage, &server, secure.options, &mut trace)
            .await
            .map_err(|fault| as_verdict(fault, query).in_phase(Phase::Resolve))?;
        channel.ask(query).await.map_err(|failed| failed.into_fault(query))
    };
    let silent = || timeout_fault(format!("{query}: no answer from the name server {address}"));
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| Err(silent()))
}

fn found(answer: &Answer, query: &Query) -> Vec<IpAddr> {
    answer.selected(query).into_iter().flatten().filter_map(|record| record.address).collect()
}

/// IPv6 first, otherwise in the server's order; only one family when the test requires it.
fn in_order(mut addresses: Vec<IpAddr>, options: &ClientOptions) -> Vec<IpAddr> {
    addresses.retain(|address| options.admits(*address));
    addresses.sort_by_key(IpAddr::is_ipv4);
    addresses.truncate(ADDRESSES_MAX);
    addresses
}

/// The failure that says most about the name: that it does not exist, then an error response, then an unreadable one.
fn most_telling(faults: Vec<Fault>) -> Option<Fault> {
    faults.into_iter().min_by_key(|fault| match fault.detail.name() {
        "EBADNAME" | "EADDRNOTAVAIL" => 0,
        "NXDOMAIN" => 1,
        // Malformed answers for one family say more than the absence of the other.
        "NODATA" => 7,
        "MALFORMED" | "TRUNCATED" | "TLS_FAILED" | "HTTP_STATUS" | "CONTENT_TYPE" => 3,
        "CONNECTION_REFUSED" | "CONNECTION_RESET" => 4,
        "UNREACHABLE" => 5,
        "TIMEOUT" => 6,
        _ => 2,
    })
}

fn timeout_fault(message: String) -> Fault {
    Fault::new(Code::Dns, Phase::Resolve, Detail::dns("TIMEOUT", "ETIMEOUT"), message)
}

fn unasked(name: &str) -> Fault {
    timeout_fault(format!("{name}: there is no name server to ask")).blamed_on(Blame::Ourselves)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_search_list_applies_to_names_with_too_few_dots() {
        let search = ["a.test".to_owned(), "b.test".to_owned()];
        assert_eq!(candidates("box", &search, 1), ["box.a.test", "box.b.test", "box"]);
        assert_eq!(candidates("box.", &search, 1), ["box."]);
        assert_eq!(candidates("box.c", &search, 1), ["box.c"]);
        assert_eq!(candidates("box.c", &search, 2), ["box.c.a.test", "box.c.b.test", "box.c"]);
    }
}
