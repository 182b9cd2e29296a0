//! UDP exchanges from options.

use super::options::{Fields, Secrets};
use super::{common::Common, target::Endpoint};
use crate::exit::Failure;
use clap::Args;
use serde_json::Value;

/// A UDP exchange.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  faultfinder probe udp 127.0.0.1:7 --message hello --assert 'received is hello'
  faultfinder probe udp ntp.example.com:123 --message-base64 4wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
  faultfinder probe udp [::1]:5353 --message ping --timeout 500ms")]
pub(crate) struct Arguments {
    #[command(flatten)]
    endpoint: Endpoint,

    /// Text to send [default: an empty datagram]
    #[arg(long, value_name = "TEXT", conflicts_with = "message_base64")]
    message: Option<String>,

    /// Bytes to send, in base64
    #[arg(long, value_name = "BASE64")]
    message_base64: Option<String>,

    #[command(flatten)]
    pub(super) common: Common,
}

impl Arguments {
    /// The definition that says the same.
    pub(super) fn definition(&self) -> Result<Value, Failure> {
        let mut request = Fields::default();
        let name = self.endpoint.set_in(&mut request, "udp")?;
        request.set("message", self.message.as_deref());
        request.set("message_base64", self.message_base64.as_deref());
        self.common.file("udp", name, request, Secrets::default())
    }
}
