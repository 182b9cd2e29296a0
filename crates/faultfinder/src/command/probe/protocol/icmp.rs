//! ICMP echo requests from options.

use crate::command::probe::argument::fill;
use crate::command::probe::command::{Special, none};
use crate::command::probe::draft::Draft;
use crate::command::probe::target;
use crate::exit::Failure;
use crate::ipv6;
use clap::ArgMatches;
use faultfinder_taxonomy::Protocol;

/// ICMP echo requests.
pub(super) static COMMAND: Special = Special {
    protocol: Protocol::Icmp,
    about: "Send ICMP echo requests, and trace the route if wanted",
    target: "The host",
    examples: "\
Loss is a value and no fault, even when nothing comes back: assert on it.

Examples:
  faultfinder probe icmp example.com
  faultfinder probe icmp 192.0.2.1 --packets 10 --assert 'packet_loss < 10 %' --assert 'latency avg < 50 ms'
  faultfinder probe icmp 192.0.2.1 --size 1472 --dont-fragment --assert 'packets_received is 4'
  faultfinder probe icmp example.com --track-hops names --assert 'network_hops < 15'
  faultfinder probe icmp example.com --ip 6 --ttl 3",
    options: |command| fill(command, &COMMAND),
    more: none,
    complete,
};

fn complete(draft: &mut Draft, _: &ArgMatches) -> Result<String, Failure> {
    // There are no ports, so that all of an IPv6 address is the address.
    let (host, port) = match ipv6::is_address(&draft.target) {
        true => (draft.target.clone(), None),
        false => target::host_and_port(&draft.target, "TARGET")?,
    };
    if port.is_some() {
        return Err(Failure::usage_with_help(
            format!("TARGET: `{}` has a port, and ICMP has none", draft.target),
            format!("faultfinder probe icmp {host}, or faultfinder probe tcp {}", draft.target),
        ));
    }
    draft.request().insert("host".to_owned(), host.as_str().into());
    Ok(host)
}
