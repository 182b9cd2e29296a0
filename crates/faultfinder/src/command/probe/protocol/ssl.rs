//! TLS endpoints from options.

use crate::command::probe::argument::fill;
use crate::command::probe::command::{Special, none};
use crate::command::probe::draft::Draft;
use crate::command::probe::target;
use crate::exit::Failure;
use clap::ArgMatches;
use faultfinder_taxonomy::Protocol;

/// A TLS endpoint.
pub(super) static COMMAND: Special = Special {
    protocol: Protocol::Ssl,
    about: "Look at a TLS endpoint: the chain, what is negotiated, what verification objects to",
    target: "A host, HOST:PORT, or an https URL [default port: 443]",
    examples: "\
Examples:
  faultfinder probe ssl example.com
  faultfinder probe ssl example.com --verbose
  faultfinder probe ssl example.com:8443 --server-name other.example.com
  faultfinder probe ssl 127.0.0.1:8443 --ca ca.pem --roots none --assert 'certificate expires_in > 14 days'
  faultfinder probe ssl mail.example.com:587 --starttls smtp
  faultfinder probe ssl example.com --assert 'tls_version is TLSv1.3'",
    options: |command| fill(command, &COMMAND),
    more: none,
    complete,
};

fn complete(draft: &mut Draft, _: &ArgMatches) -> Result<String, Failure> {
    let host = draft.host_and_port()?;
    let port = draft.text("port");
    Ok(match (port, draft.text("starttls")) {
        (None, Some(protocol)) => format!("{protocol} {host}"),
        (port, _) => target::shown(&host, port.as_deref().unwrap_or("443")),
    })
}
