//! TLS endpoints from options.

use super::options::{Fields, Secrets};
use super::{common::Common, target, tls::Tls};
use crate::exit::Failure;
use clap::Args;
use serde_json::Value;

/// A TLS endpoint.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  faultfinder probe ssl example.com
  faultfinder probe ssl example.com:8443 --server-name other.example.com
  faultfinder probe ssl 127.0.0.1:8443 --ca ca.pem --roots none --assert 'certificate expires_in > 14 days'
  faultfinder probe ssl mail.example.com:587 --starttls smtp
  faultfinder probe ssl example.com --assert 'tls_version is TLSv1.3'")]
pub(crate) struct Arguments {
    /// A host, HOST:PORT, or an https URL [default port: 443]
    #[arg(value_name = "TARGET")]
    target: String,

    /// The port
    #[arg(long)]
    port: Option<u16>,

    /// Ask for TLS inside this protocol: smtp, imap, pop3, ftp, ldap, postgres, mysql or xmpp
    #[arg(long, value_name = "PROTOCOL")]
    starttls: Option<String>,

    #[command(flatten)]
    tls: Tls,

    #[command(flatten)]
    pub(super) common: Common,
}

impl Arguments {
    /// The definition that says the same.
    pub(super) fn definition(&self) -> Result<Value, Failure> {
        let (host, port) = target::host_and_port(&self.target, "TARGET")?;
        let port = self.port.or(port);
        let mut request = Fields::default();
        request.set("host", Some(&host));
        request.set("port", port);
        request.set("starttls", self.starttls.as_deref());
        self.tls.add_to(&mut request);
        let name = match (port, &self.starttls) {
            (None, Some(protocol)) => format!("{protocol} {host}"),
            _ => target::shown(&host, port.unwrap_or(443)),
        };
        self.common.file("ssl", name, request, Secrets::default())
    }
}
