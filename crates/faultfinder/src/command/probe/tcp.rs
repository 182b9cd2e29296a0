//! TCP connections from options.

use super::options::{Fields, Secrets};
use super::{common::Common, target::Endpoint, tls::Tls};
use crate::exit::Failure;
use clap::Args;
use serde_json::Value;

/// A TCP connection.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  faultfinder probe tcp example.com:22 --expect SSH-2.0
  faultfinder probe tcp 127.0.0.1:25 --assert 'connection is established'
  faultfinder probe tcp example.com:993 --tls --expect '* OK'
  faultfinder probe tcp example.com:443 --track-hops names --assert 'network_hops < 15'
  faultfinder probe tcp 127.0.0.1:1 --assert 'connection is refused'")]
pub(crate) struct Arguments {
    #[command(flatten)]
    endpoint: Endpoint,

    /// Ask for TLS inside this protocol: smtp, imap, pop3, ftp, ldap, postgres, mysql or xmpp
    #[arg(long, value_name = "PROTOCOL")]
    starttls: Option<String>,

    /// Text to send
    #[arg(long, value_name = "TEXT")]
    send: Option<String>,

    /// Text to wait for
    #[arg(long, value_name = "TEXT")]
    expect: Option<String>,

    /// Speak TLS from the start
    #[arg(long = "tls")]
    with_tls: bool,

    /// Trace the route: off, on, or names for the routers' names too
    #[arg(long, value_name = "CHOICE", num_args = 0..=1, default_missing_value = "on")]
    track_hops: Option<String>,

    #[command(flatten)]
    tls: Tls,

    #[command(flatten)]
    pub(super) common: Common,
}

impl Arguments {
    /// The definition that says the same.
    pub(super) fn definition(&self) -> Result<Value, Failure> {
        let mut request = Fields::default();
        let name = self.endpoint.set_in(&mut request, "tcp")?;
        request.set("starttls", self.starttls.as_deref());
        request.set("send", self.send.as_deref());
        request.set("expect", self.expect.as_deref());
        self.tls.set_in(&mut request, self.with_tls);
        request.set("track_hops", self.track_hops.as_deref());
        self.common.file("tcp", name, request, Secrets::default())
    }
}
