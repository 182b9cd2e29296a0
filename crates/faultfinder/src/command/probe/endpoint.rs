//! TARGET of a protocol that needs a host and a port.

use super::draft::Draft;
use super::target::shown;
use crate::exit::Failure;
use clap::ArgMatches;

/// Puts the host and the port of TARGET into a request that needs both.
pub(super) fn endpoint(draft: &mut Draft, _: &ArgMatches) -> Result<String, Failure> {
    let host = draft.host_and_port()?;
    let Some(port) = draft.text("port") else {
        return Err(Failure::usage_with_help(
            format!("TARGET: `{}` has no port", draft.target),
            format!("faultfinder probe {} {}:PORT", draft.protocol(), draft.target),
        ));
    };
    Ok(shown(&host, &port))
}
