//! From a name to addresses.

use crate::{ClientOptions, Host, Trace, Vantage};
use faultfinder_taxonomy::{Fault, Phase};
use std::net::IpAddr;

/// The addresses of a host, in the order in which they are tried (RFC 6724 in its simple form: in the name server's
/// order, IPv6 first).
///
/// Addresses, and names with an override, are not looked up and have no resolve phase. An address that this vantage may
/// not reach denies all of them.
///
/// # Errors
///
/// `DNS` with the resolver's error; `INVALID_REQUEST` as [`Vantage::admit`].
pub async fn resolve(
    vantage: &Vantage,
    host: &Host,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<Vec<IpAddr>, Fault> {
    let addresses = match host {
        Host::Address(address) => vec![*address],
        Host::Name(name) => addresses_of(vantage, name, options, trace).await?,
    };
    vantage.admit(&addresses, "host", trace)?;
    Ok(addresses)
}

async fn addresses_of(
    vantage: &Vantage,
    name: &str,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<Vec<IpAddr>, Fault> {
    let overridden: Vec<IpAddr> = options
        .resolve
        .iter()
        .filter(|(other, _)| other.eq_ignore_ascii_case(name))
        .map(|(_, address)| *address)
        .collect();
    if !overridden.is_empty() {
        trace.facts.addresses.clone_from(&overridden);
        return Ok(overridden);
    }
    trace.enter(Phase::Resolve);
    let addresses = crate::dns::addresses(vantage, name, options, trace).await?;
    trace.facts.addresses.clone_from(&addresses);
    Ok(addresses)
}
