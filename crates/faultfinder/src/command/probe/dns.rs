//! DNS questions from options.

use super::options::{Fields, Secrets};
use super::{Shared, common::Common, target};
use crate::exit::Failure;
use clap::Args;
use serde_json::Value;

/// A DNS question.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  faultfinder probe dns example.com
  faultfinder probe dns example.com --type MX --assert 'some MX record matches ^10 '
  faultfinder probe dns example.com --server 127.0.0.1:5353 --transport tcp
  faultfinder probe dns nowhere.example.com --assert 'rcode is NXDOMAIN'")]
pub(crate) struct Arguments {
    /// The name to ask for
    #[arg(value_name = "TARGET")]
    name: String,

    /// The type of record: A, AAAA, CNAME, MX, NS, TXT, SOA, SRV, PTR or CAA [default: A]
    #[arg(long, short = 't', value_name = "TYPE")]
    r#type: Option<String>,

    /// The name server to ask [default: the system's]
    #[arg(long, short = 's', value_name = "ADDRESS[:PORT]")]
    server: Option<String>,

    /// The name server's port [default: 53]
    #[arg(long)]
    port: Option<u16>,

    /// How to ask: udp (and tcp when the answer is truncated), or tcp
    #[arg(long, value_name = "TRANSPORT")]
    transport: Option<String>,

    /// Whether to ask for recursion [default: true]
    #[arg(long, value_name = "BOOL")]
    recursion_desired: Option<bool>,

    /// The size of answers over UDP to announce with EDNS
    #[arg(long, value_name = "BYTES")]
    edns_size: Option<u32>,

    #[command(flatten)]
    common: Common,

    #[command(flatten)]
    pub(super) shared: Shared,
}

impl Arguments {
    /// The definition that says the same.
    pub(super) fn definition(&self) -> Result<Value, Failure> {
        let mut request = Fields::default();
        request.set("name", Some(&self.name));
        request.set("type", self.r#type.as_deref());
        if let Some(server) = &self.server {
            let (host, port) = target::host_and_port(server, "--server")?;
            request.set("server", Some(host));
            request.set("port", port);
        }
        request.set("port", self.port);
        request.set("transport", self.transport.as_deref());
        request.set("recursion_desired", self.recursion_desired);
        request.set("edns_size", self.edns_size);
        self.common.add_to(&mut request)?;
        let name = format!("{} {}", self.r#type.as_deref().unwrap_or("A"), self.name);
        Ok(super::file("dns", name, request, Secrets::default(), &self.shared))
    }
}
