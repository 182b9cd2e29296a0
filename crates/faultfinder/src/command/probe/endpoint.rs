//! TARGET of a protocol that needs a host and a port.

use super::draft::Draft;
use super::target::{shown, with_port};
use crate::exit::Failure;
use clap::ArgMatches;

/// Puts the host and the port of TARGET into a request that needs both.
pub(super) fn endpoint(draft: &mut Draft, _: &ArgMatches) -> Result<String, Failure> {
    let host = draft.host_and_port()?;
    let Some(port) = draft.text("port") else {
        if draft.text("unix_socket").is_some() {
            return Ok(host);
        }
        let (target, protocol) = (&draft.target, draft.protocol());
        let help = match with_port(target) {
            Some(meant) => format!(
                "write {meant} if the last number is the port, or [{target}]:PORT if all of it is the address"
            ),
            None => format!("faultfinder probe {protocol} {}", shown(&host, "PORT")),
        };
        return Err(Failure::usage_with_help(format!("TARGET: `{target}` has no port"), help));
    };
    Ok(shown(&host, &port))
}
