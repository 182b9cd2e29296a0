//! TCP connections from options.

use crate::command::probe::argument::fill;
use crate::command::probe::command::{Special, none};
use crate::command::probe::endpoint;
use faultfinder_taxonomy::Protocol;

/// A TCP connection.
pub(super) static COMMAND: Special = Special {
    protocol: Protocol::Tcp,
    about: "Open a TCP connection, and send and expect text if wanted",
    target: "HOST:PORT",
    examples: "\
Examples:
  faultfinder probe tcp example.com:22 --expect SSH-2.0
  faultfinder probe tcp 127.0.0.1:25 --assert 'connection is established'
  faultfinder probe tcp 127.0.0.1:25 --step 'expect: 220 ' --step 'send: EHLO a.test' --step 'expect: 250'
  faultfinder probe tcp example.com:993 --tls --expect '* OK'
  faultfinder probe tcp example.com:443 --track-hops names --assert 'network_hops < 15'
  faultfinder probe tcp 127.0.0.1:1 --assert 'connection is refused'",
    options: |command| fill(command, &COMMAND),
    more: none,
    complete: endpoint::endpoint,
};
