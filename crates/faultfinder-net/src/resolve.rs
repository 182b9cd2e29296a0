//! From a name to addresses.

use crate::{ClientOptions, Host, Trace, Vantage, interface_index};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use std::net::IpAddr;

/// The addresses of a host, in the order in which they are tried (RFC 6724 in its simple form: in the name server's
/// order, IPv6 first).
///
/// Addresses, and names with an override, are not looked up and have no resolve phase. An address that this vantage may
/// not reach denies all of them.
///
/// # Errors
///
/// `DNS` with the resolver's error; `INVALID_REQUEST` for an interface that this host does not have; `DENIED` as
/// [`Vantage::admit`].
pub async fn resolve(
    vantage: &Vantage,
    host: &Host,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<Vec<IpAddr>, Fault> {
    trace.reach_through(0);
    let addresses = match host {
        Host::Address(address) => vec![*address],
        Host::LinkLocal(address, interface) => {
            trace.reach_through(interface_index(interface).ok_or_else(|| no_interface(host, interface))?);
            vec![(*address).into()]
        }
        Host::Name(name) => addresses_of(vantage, name, options, trace).await?,
    };
    vantage.admit(&addresses, "host", trace)?;
    Ok(addresses)
}

/// The interface of a link-local address is not one of this host.
fn no_interface(host: &Host, interface: &str) -> Fault {
    let detail = Detail::definition("ERR_INVALID_URL", "host");
    let message = format!("{host}: this host has no interface {interface}");
    Fault::new(Code::InvalidRequest, Phase::Config, detail, message)
}

async fn addresses_of(
    vantage: &Vantage,
    name: &str,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<Vec<IpAddr>, Fault> {
    let overridden = options.overrides(name);
    if !overridden.is_empty() {
        trace.facts.addresses.clone_from(&overridden);
        return Ok(overridden);
    }
    trace.enter(Phase::Resolve);
    let addresses = crate::dns::addresses(vantage, name, options, trace).await?;
    trace.facts.addresses.clone_from(&addresses);
    Ok(addresses)
}
