//! One attempt at every address of a name (`address: all`).
//!
//! The name is looked up once; then each of its addresses is probed as if the test named it alone, several at a time.

use crate::attempt::{Tried, finish, once, placed};
use crate::exchange::{PlannedExchange, Prepared};
use crate::offload::Offload;
use crate::protocol::Probe;
use crate::{AddressResult, Status, judge};
use faultfinder_net::{Host, Trace, Vantage, resolve};
use faultfinder_taxonomy::word::AddressChoice;
use faultfinder_taxonomy::{Fact, Phase, Report};
use futures_util::StreamExt as _;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

/// Most addresses of a name that are probed; a warning reports further ones.
const ADDRESSES_MAX: usize = 32;

/// How many addresses are probed at a time.
const AT_A_TIME: usize = 8;

/// Probes every address. The attempt is that of the first address that failed, in the order in which the name resolved;
/// when none did, that of the first.
pub(crate) async fn attempt(
    vantage: &Vantage,
    exchange: &PlannedExchange,
    prepared: &Prepared,
    offload: Option<&Offload>,
) -> Tried {
    let probe = prepared.built.as_ref();
    // An address stands for itself, and a socket has none.
    let host = probe.host().filter(|_| probe.client().unix_socket.is_none());
    let Some(host @ Host::Name(_)) = host else {
        return once(vantage, exchange, prepared, probe, None, offload).await;
    };
    let client = probe.client();
    let deadline = client.deadline();
    let mut trace = Trace::start();
    let resolved = deadline.limit(resolve(vantage, &host, client, &mut trace)).await;
    let resolved = resolved.unwrap_or_else(|| Err(trace.timed_out(&deadline)));
    trace.leave();
    let took = trace.timings().duration(Phase::Resolve);
    let mut addresses: Vec<IpAddr> = match resolved {
        Ok(addresses) => addresses.into_iter().filter(|address| client.admits(*address)).collect(),
        Err(fault) => return unresolved(trace.into_report(Err(fault)), exchange, prepared),
    };
    let all = addresses.len();
    addresses.truncate(ADDRESSES_MAX);
    let tried: Vec<Tried> = futures_util::stream::iter(addresses.clone())
        .map(|address| {
            let probe = pinned(probe, &host, address);
            async move { once(vantage, exchange, prepared, probe.as_ref(), took, offload).await }
        })
        .buffered(AT_A_TIME)
        .collect()
        .await;
    let Some(mut whole) = together(&addresses, tried) else {
        // None is of the family that the test asks for; the probe says so.
        return once(vantage, exchange, prepared, probe, None, offload).await;
    };
    if all > ADDRESSES_MAX {
        whole.warnings.push(format!("only {ADDRESSES_MAX} of the name's {all} addresses were probed"));
    }
    whole
}

/// The same request, to one address of its host.
fn pinned(probe: &dyn Probe, host: &Host, address: IpAddr) -> Arc<dyn Probe> {
    let mut client = probe.client().clone();
    client.address = AddressChoice::First;
    client.pin(&host.to_text(), address);
    probe.with_client(client)
}

/// The attempt as a whole, of what came of each address; nothing when there was none.
fn together(addresses: &[IpAddr], tried: Vec<Tried>) -> Option<Tried> {
    let results: Vec<AddressResult> = addresses
        .iter()
        .zip(&tried)
        .map(|(address, tried)| AddressResult {
            address: *address,
            status: tried.attempt.status,
            timings: tried.attempt.timings,
            broke_in: tried.attempt.broke_in,
            fault: tried.attempt.fault.clone(),
            assertions: tried.assertions.clone(),
            response: tried.observed.response.clone(),
        })
        .collect();
    let failed = |result: &&AddressResult| result.status != Status::Passed;
    let shown = results.iter().position(|result| failed(&result)).unwrap_or(0);
    let failures: Vec<Fact> =
        results.iter().filter(failed).map(|result| result.address.to_string().into()).collect();
    let mut warnings: Vec<String> = Vec::new();
    for warning in tried.iter().flat_map(|tried| &tried.warnings) {
        if !warnings.contains(warning) {
            warnings.push(warning.clone());
        }
    }
    let mut whole = tried.into_iter().nth(shown)?;
    whole.observed.addresses = addresses.iter().map(ToString::to_string).collect();
    if let Some(fault) = &mut whole.attempt.fault {
        fault.message =
            format!("{} of {} addresses failed; {}", failures.len(), addresses.len(), fault.message);
        fault.evidence.insert("failed_addresses", Fact::List(failures));
    }
    whole.warnings = warnings;
    whole.addresses = results;
    Some(whole)
}

/// The attempt whose name could not be looked up.
fn unresolved(report: Report<()>, exchange: &PlannedExchange, prepared: &Prepared) -> Tried {
    let Report { facts, outcome } = report;
    let fault = outcome.err().map(|fault| placed(fault, exchange));
    finish(facts, fault, judge::not_performed(&prepared.assertions), BTreeMap::new())
}
