//! TLS options.

use super::options::Fields;
use clap::Args;

/// How TLS is spoken, and whom it trusts.
#[derive(Debug, Args)]
#[command(next_help_heading = "TLS")]
pub(super) struct Tls {
    /// Trust the certificates of this PEM file too; repeatable
    #[arg(long, value_name = "FILE")]
    ca: Vec<String>,

    /// Which roots to trust besides: bundled, system or none
    #[arg(long, value_name = "ROOTS")]
    roots: Option<String>,

    /// Tell what is wrong with the certificates, but do not fail for it
    #[arg(long)]
    insecure: bool,

    /// Accept a self-signed certificate
    #[arg(long)]
    accept_self_signed: bool,

    /// The name to ask for (SNI), which the certificate must have
    #[arg(long, value_name = "NAME")]
    server_name: Option<String>,

    /// Our certificate with its chain, as a PEM file
    #[arg(long, value_name = "FILE", requires = "client_key")]
    client_cert: Option<String>,

    /// Our private key, as a PEM file
    #[arg(long, value_name = "FILE", requires = "client_cert")]
    client_key: Option<String>,

    /// The oldest version to speak: 1.2 or 1.3
    #[arg(long, value_name = "VERSION")]
    min_version: Option<String>,

    /// The newest version to speak: 1.2 or 1.3
    #[arg(long, value_name = "VERSION")]
    max_version: Option<String>,

    /// Application protocols to offer, such as h2,http/1.1
    #[arg(long, value_name = "PROTOCOL", value_delimiter = ',')]
    alpn: Vec<String>,

    /// Look certificates up in the CRLs of this file; or fetch, from where the certificates say; repeatable
    #[arg(long, value_name = "FILE")]
    crl: Vec<String>,

    /// Which certificates to look up in CRLs: off, leaf or chain
    #[arg(long, value_name = "WHICH")]
    crl_check: Option<String>,

    /// Fetch certificates of issuers that the server does not send: off or fetch
    #[arg(long, value_name = "MODE")]
    aia: Option<String>,

    /// What to do with OCSP answers: off, staple, require or query
    #[arg(long, value_name = "MODE")]
    ocsp: Option<String>,

    /// Most intermediate certificates, 0 to 100
    #[arg(long, value_name = "COUNT")]
    verify_depth: Option<u32>,

    /// How strong keys and signatures must be, 0 to 5, as OpenSSL counts
    #[arg(long, value_name = "LEVEL")]
    auth_level: Option<u32>,

    /// What the certificate must be for, such as sslserver
    #[arg(long, value_name = "PURPOSE")]
    purpose: Option<String>,
}

impl Tls {
    /// Adds the options that were given.
    pub(super) fn add_to(&self, tls: &mut Fields) {
        tls.list("ca", &self.ca);
        tls.set("roots", self.roots.as_deref());
        tls.switch("insecure", self.insecure);
        tls.switch("accept_self_signed", self.accept_self_signed);
        tls.set("server_name", self.server_name.as_deref());
        tls.set("client_cert", self.client_cert.as_deref());
        tls.set("client_key", self.client_key.as_deref());
        tls.set("min_version", self.min_version.as_deref());
        tls.set("max_version", self.max_version.as_deref());
        tls.list("alpn", &self.alpn);
        tls.list("crl", &self.crl);
        tls.set("crl_check", self.crl_check.as_deref());
        tls.set("aia", self.aia.as_deref());
        tls.set("ocsp", self.ocsp.as_deref());
        tls.set("verify_depth", self.verify_depth);
        tls.set("auth_level", self.auth_level);
        tls.set("purpose", self.purpose.as_deref());
    }

    /// Sets the field `tls` of a request: if any option was given, or in any case.
    pub(super) fn set_in(&self, request: &mut Fields, in_any_case: bool) {
        let mut tls = Fields::default();
        self.add_to(&mut tls);
        request.set("tls", (in_any_case || !tls.is_empty()).then(|| tls.into_value()));
    }
}
