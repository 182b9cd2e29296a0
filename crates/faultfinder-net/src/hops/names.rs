//! The names of addresses.

use crate::dns::{Query, QueryOptions, exchange, is_secure, reverse_name};
use crate::{ClientOptions, Vantage};
use faultfinder_taxonomy::HopFacts;
use faultfinder_taxonomy::word::{RecordType, Transport};
use futures_util::StreamExt as _;
use futures_util::stream;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use tokio::time::Instant;

/// How many names are looked up concurrently.
const AT_ONCE: usize = 8;

/// Adds the name of each address, if it has one and the name server returns it in time.
pub(super) async fn add(vantage: &Vantage, options: &ClientOptions, until: Instant, hops: &mut [HopFacts]) {
    let Some((server, transport)) = server(vantage, options) else { return };
    let mut addresses: Vec<IpAddr> =
        hops.iter().flat_map(|hop| &hop.hosts).map(|host| host.address).collect();
    addresses.sort_unstable();
    addresses.dedup();
    let mut names = HashMap::new();
    let mut found = stream::iter(addresses)
        .map(|address| async move { (address, name(vantage, address, server, transport, options).await) })
        .buffer_unordered(AT_ONCE);
    while let Ok(Some((address, name))) = tokio::time::timeout_at(until, found.next()).await {
        names.insert(address, name);
    }
    for host in hops.iter_mut().flat_map(|hop| &mut hop.hosts) {
        host.name = names.get(&host.address).cloned().flatten();
    }
}

/// The test's name server, or the first of this host. None if the test's server is reached over TLS: a session for each
/// hop would cost more than its name is worth, and the question must not be sent in plaintext.
fn server(vantage: &Vantage, options: &ClientOptions) -> Option<(SocketAddr, Transport)> {
    match &options.resolver {
        Some(own) if is_secure(own.transport) => None,
        Some(own) => own.place().ok().map(|server| (server, own.transport)),
        None => vantage.resolver().first_server().ok().map(|server| (server, Transport::Udp)),
    }
}

async fn name(
    vantage: &Vantage,
    address: IpAddr,
    server: SocketAddr,
    transport: Transport,
    options: &ClientOptions,
) -> Option<String> {
    let query = Query::new(&reverse_name(address), RecordType::PTR, &QueryOptions::default(), "host").ok()?;
    let exchange = exchange(vantage, server, transport, &query, options.source_address).await.ok()?;
    let records = exchange.answer.selected(&query).ok()?;
    records.first().map(|record| record.value.clone())
}
