//! TARGET of a protocol that needs a host and a port.

use super::draft::Draft;
use super::target::shown;
use crate::exit::Failure;
use crate::ipv6::with_port;
use clap::ArgMatches;

/// Puts the host and the port of TARGET into a request that needs both.
pub(super) fn endpoint(draft: &mut Draft, _: &ArgMatches) -> Result<String, Failure> {
    let has_own = draft.text("port").is_some();
    let is_local = draft.text("unix_socket").is_some();
    if let Some(meant) = with_port(&draft.target).filter(|_| !has_own && !is_local) {
        let target = &draft.target;
        let help = format!(
            "write {meant} if the last number is the port, or [{target}]:PORT if all of it is the address"
        );
        return Err(Failure::usage_with_help(format!("TARGET: `{target}` has no port"), help));
    }
    let host = draft.host_and_port()?;
    if is_local {
        // A socket has no port: that of TARGET belongs to the name.
        if !has_own {
            draft.request().remove("port");
        }
        return Ok(host);
    }
    let Some(port) = draft.text("port") else {
        let help = format!("faultfinder probe {} {}", draft.protocol(), shown(&host, "PORT"));
        return Err(Failure::usage_with_help(format!("TARGET: `{}` has no port", draft.target), help));
    };
    Ok(shown(&host, &port))
}
