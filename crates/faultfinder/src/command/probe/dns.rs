//! DNS questions from options.

use super::options::{Fields, Secrets};
use super::{common::Common, target, tls::Tls};
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
  faultfinder probe dns example.com --server 9.9.9.9 --transport dot --server-name dns.quad9.net
  faultfinder probe dns example.com --server https://dns.quad9.net/dns-query --type HTTPS
  faultfinder probe dns example.com --dnssec validate --assert 'dnssec is secure'
  faultfinder probe dns host.corp --dnssec validate --trust-anchor corp.ds --server 10.0.0.53
  faultfinder probe dns example.com --server all --assert 'name_servers is consistent'
  faultfinder probe dns nowhere.example.com --assert 'rcode is NXDOMAIN'")]
pub(crate) struct Arguments {
    /// The name to ask for
    #[arg(value_name = "TARGET")]
    name: String,

    /// The type of record: a mnemonic such as MX, HTTPS, DNSKEY or ANY, or TYPE and a number [default: A]
    #[arg(long, short = 't', value_name = "TYPE")]
    r#type: Option<String>,

    /// The name server to ask: an address or name, an https URL (doh), or all for every one of the zone
    /// [default: the system's]
    #[arg(long, short = 's', value_name = "SERVER[:PORT]")]
    server: Option<String>,

    /// The name server's port [default: 53; 853 for dot and doq, 443 for doh]
    #[arg(long)]
    port: Option<u16>,

    /// How to ask: udp (and tcp when the answer is truncated), tcp, dot, doh or doq
    #[arg(long, value_name = "TRANSPORT")]
    transport: Option<String>,

    /// Whether to ask for recursion [default: true]
    #[arg(long, value_name = "BOOL")]
    recursion_desired: Option<bool>,

    /// Ask the server to say if it found the answer authentic (AD)
    #[arg(long, visible_alias = "adflag")]
    authenticated_data: bool,

    /// Ask the server not to judge signatures (CD)
    #[arg(long, visible_alias = "cdflag")]
    checking_disabled: bool,

    /// What to do about signatures: off, request (DO) or validate
    #[arg(long, value_name = "MODE", num_args = 0..=1, default_missing_value = "request")]
    dnssec: Option<String>,

    /// Where trust begins besides the root's keys: a file, or a DS or DNSKEY record; repeatable
    #[arg(long, value_name = "FILE")]
    trust_anchor: Vec<String>,

    /// The size of answers over UDP to announce with EDNS [default: 1232]
    #[arg(long, value_name = "BYTES", visible_alias = "bufsize")]
    edns_size: Option<u32>,

    #[command(flatten)]
    tls: Tls,

    #[command(flatten)]
    pub(super) common: Common,
}

impl Arguments {
    /// The definition that says the same.
    pub(super) fn definition(&self) -> Result<Value, Failure> {
        let mut request = Fields::default();
        request.set("name", Some(&self.name));
        request.set("type", self.r#type.as_deref());
        if let Some(url) = self.server.as_ref().filter(|server| server.contains("://")) {
            request.set("server", Some(url));
        } else if let Some(server) = &self.server {
            let (host, port) = target::host_and_port(server, "--server")?;
            request.set("server", Some(host));
            request.set("port", port);
        }
        request.set("port", self.port);
        request.set("transport", self.transport.as_deref());
        request.set("recursion_desired", self.recursion_desired);
        request.switch("authenticated_data", self.authenticated_data);
        request.switch("checking_disabled", self.checking_disabled);
        request.set("dnssec", self.dnssec.as_deref());
        request.list("trust_anchor", &self.trust_anchor);
        request.set("edns_size", self.edns_size);
        self.tls.set_in(&mut request, false);
        let name = format!("{} {}", self.r#type.as_deref().unwrap_or("A"), self.name);
        self.common.file("dns", name, request, Secrets::default())
    }
}
