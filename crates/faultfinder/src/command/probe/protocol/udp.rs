//! UDP exchanges from options.

use crate::command::probe::argument::fill;
use crate::command::probe::command::{Special, none};
use crate::command::probe::endpoint;
use faultfinder_taxonomy::Protocol;

/// A UDP exchange.
pub(super) static COMMAND: Special = Special {
    protocol: Protocol::Udp,
    about: "Send a datagram, and show what comes back",
    target: "HOST:PORT",
    examples: "\
Examples:
  faultfinder probe udp 127.0.0.1:7 --message hello --assert 'received is hello'
  faultfinder probe udp ntp.example.com:123 --message-base64 4wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
  faultfinder probe udp [::1]:5353 --message ping --timeout 500ms",
    options: |command| fill(command, &COMMAND),
    more: none,
    complete: endpoint::endpoint,
};
