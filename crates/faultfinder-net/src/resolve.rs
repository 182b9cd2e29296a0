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
/// `DNS` with the resolver's error; `INVALID_REQUEST` for a link-local address without an interface of this host; `DENIED` as
/// [`Vantage::admit`].
pub async fn resolve(
    vantage: &Vantage,
    host: &Host,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<Vec<IpAddr>, Fault> {
    trace.reach_through(0);
    let addresses = match host {
        Host::Address(IpAddr::V6(address)) if address.is_unicast_link_local() => {
            return Err(unreachable_without_interface(host));
        }
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

/// A link-local address is on every link; the system does not choose one (RFC 4007 section 6).
fn unreachable_without_interface(host: &Host) -> Fault {
    let detail = Detail::definition("ERR_INVALID_URL", "host");
    let message = format!("{host} is a link-local address and needs its interface, such as {host}%eth0");
    Fault::new(Code::InvalidRequest, Phase::Config, detail, message)
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
    // Boxed: a host that is an address needs no room for it.
    let addresses = Box::pin(crate::dns::addresses(vantage, name, options, trace)).await?;
    trace.facts.addresses.clone_from(&addresses);
    Ok(addresses)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_link_local_address_is_reached_through_its_interface() {
        let (vantage, options) = (Vantage::system(), ClientOptions::default());
        let resolved = async |text: &str| {
            let mut trace = Trace::start();
            let host = Host::parse(text, "host").unwrap();
            let addresses = resolve(&vantage, &host, &options, &mut trace).await?;
            Ok::<_, Fault>(trace.place(addresses[0], 80).to_string())
        };
        let index = interface_index("lo").unwrap();
        assert_eq!(resolved("fe80::1%lo").await.unwrap(), format!("[fe80::1%{index}]:80"));
        assert_eq!(resolved("2001:db8::1").await.unwrap(), "[2001:db8::1]:80");
        for text in ["fe80::1", "fe80::1%no-such-link"] {
            assert_eq!(resolved(text).await.unwrap_err().code, Code::InvalidRequest, "{text}");
        }
    }
}
