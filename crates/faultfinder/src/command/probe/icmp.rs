//! ICMP echo requests from options.

use super::options::{Fields, Secrets};
use super::{common::Common, target};
use crate::exit::Failure;
use clap::Args;
use serde_json::Value;

/// ICMP echo requests.
#[derive(Debug, Args)]
#[command(after_help = "\
Loss is a value and no fault, even when nothing comes back: assert on it.

Examples:
  faultfinder probe icmp example.com
  faultfinder probe icmp 192.0.2.1 --packets 10 --assert 'packet_loss < 10 %' --assert 'latency avg < 50 ms'
  faultfinder probe icmp 192.0.2.1 --size 1472 --dont-fragment --assert 'packets_received is 4'
  faultfinder probe icmp example.com --track-hops names --assert 'network_hops < 15'
  faultfinder probe icmp example.com --ip 6 --ttl 3")]
pub(crate) struct Arguments {
    /// The host
    #[arg(value_name = "TARGET")]
    target: String,

    /// How many echo requests to send, 0 to 10 [default: 4]
    #[arg(long, short = 'c', value_name = "COUNT")]
    packets: Option<u32>,

    /// Time between two requests, 1ms to 60s [default: 200ms]
    #[arg(long, short = 'i', value_name = "DURATION")]
    interval: Option<String>,

    /// Bytes of payload of a request, 0 to 65507 [default: 56]
    #[arg(long, short = 's', value_name = "BYTES")]
    size: Option<u32>,

    /// How many hops a request may make, 1 to 255 [default: the system's setting]
    #[arg(long, short = 't', value_name = "HOPS")]
    ttl: Option<u32>,

    /// Do not let requests be fragmented
    #[arg(long)]
    dont_fragment: bool,

    /// Trace the route: off, on, or names for the routers' names too
    #[arg(long, value_name = "CHOICE", num_args = 0..=1, default_missing_value = "on")]
    track_hops: Option<String>,

    #[command(flatten)]
    pub(super) common: Common,
}

impl Arguments {
    /// The definition that says the same.
    pub(super) fn definition(&self) -> Result<Value, Failure> {
        let (host, port) = target::host_and_port(&self.target, "TARGET")?;
        if port.is_some() {
            return Err(Failure::usage_with_help(
                format!("TARGET: `{}` has a port, and ICMP has none", self.target),
                format!("faultfinder probe icmp {host}, or faultfinder probe tcp {}", self.target),
            ));
        }
        let mut request = Fields::default();
        request.set("host", Some(&host));
        request.set("packets", self.packets);
        request.set("interval", self.interval.as_deref());
        request.set("size", self.size);
        request.set("ttl", self.ttl);
        request.switch("dont_fragment", self.dont_fragment);
        request.set("track_hops", self.track_hops.as_deref());
        self.common.file("icmp", host, request, Secrets::default())
    }
}
