//! The options of `openssl verify` (3.5) under their own names, and a few more.

use clap::Args;
use clap::builder::PossibleValuesParser;
use std::net::IpAddr;
use std::path::PathBuf;

use super::values;

/// The trusted certificates, and those for building chains.
#[derive(Debug, Args)]
#[command(next_help_heading = "Trust")]
pub(super) struct TrustArguments {
    /// Trusted certificates, and CRLs in the same file; repeatable
    #[arg(long = "CAfile", value_name = "FILE")]
    pub(super) ca_file: Vec<PathBuf>,

    /// A folder of trusted certificates; all files in it are read, with any names; repeatable
    #[arg(long = "CApath", value_name = "DIR")]
    pub(super) ca_path: Vec<PathBuf>,

    /// A file or folder of trusted certificates, or its file: URI; repeatable
    #[arg(long = "CAstore", value_name = "URI")]
    pub(super) ca_store: Vec<String>,

    /// Trusted certificates, like -CAfile; repeatable
    #[arg(long, value_name = "FILE")]
    pub(super) trusted: Vec<PathBuf>,

    /// Additional roots to trust: those of this system, Mozilla's as bundled, or none
    #[arg(long, value_name = "ROOTS", value_parser = PossibleValuesParser::new(values::all_roots()), default_value = "none", hide_default_value = true)]
    pub(super) roots: String,

    /// Certificates for building chains, as a server would send them; repeatable
    #[arg(long, value_name = "FILE")]
    pub(super) untrusted: Vec<PathBuf>,

    /// Allow a chain to end at any trusted certificate, root or not
    #[arg(long = "partial_chain")]
    pub(super) partial_chain: bool,

    /// Look for issuers among the trusted certificates first; this is the default
    #[arg(long = "trusted_first", conflicts_with = "no_trusted_first")]
    pub(super) trusted_first: bool,

    /// Follow the untrusted certificates first, like OpenSSL before 1.1.0
    #[arg(long = "no_trusted_first")]
    pub(super) no_trusted_first: bool,

    /// Try no other chain if the first one fails; only with --no_trusted_first
    #[arg(long = "no_alt_chains")]
    pub(super) no_alt_chains: bool,
}

/// Requirements for a chain.
#[derive(Debug, Args)]
#[command(next_help_heading = "Checks")]
pub(super) struct CheckArguments {
    /// The purpose that the leaf must be valid for
    #[arg(long, value_name = "PURPOSE", value_parser = PossibleValuesParser::new(values::purposes()))]
    pub(super) purpose: Option<String>,

    /// The same, with the names of OpenSSL's parameter sets
    #[arg(long = "verify_name", value_name = "NAME", value_parser = PossibleValuesParser::new(values::parameter_sets()))]
    pub(super) verify_name: Option<String>,

    /// Maximum number of certificates between the leaf and the root [default: 100]
    #[arg(long = "verify_depth", value_name = "COUNT")]
    pub(super) verify_depth: Option<u32>,

    /// How strong keys and signatures must be: 0 (anything) to 5 [default: 0]
    #[arg(long = "auth_level", value_name = "LEVEL", value_parser = clap::value_parser!(u8).range(0..=5))]
    pub(super) auth_level: Option<u8>,

    /// The time of verification, in seconds since 1970 [default: now]
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, value_parser = values::seconds)]
    pub(super) attime: Option<i64>,

    /// Do not check dates, unless -attime is given
    #[arg(long = "no_check_time")]
    pub(super) no_check_time: bool,

    /// Require strict conformance with RFC 5280, without exceptions for old certificates
    #[arg(long = "x509_strict")]
    pub(super) x509_strict: bool,

    /// Ignore unsupported critical extensions
    #[arg(long = "ignore_critical")]
    pub(super) ignore_critical: bool,

    /// Also check the root's self-signature
    #[arg(long = "check_ss_sig")]
    pub(super) check_ss_sig: bool,

    /// Accept proxy certificates (RFC 3820)
    #[arg(long = "allow_proxy_certs")]
    pub(super) allow_proxy_certs: bool,

    /// Suite B (RFC 6460) with P-256 only
    #[arg(long = "suiteB_128_only", group = "suite_b")]
    pub(super) suite_b_128_only: bool,

    /// Suite B with P-256 or P-384
    #[arg(long = "suiteB_128", group = "suite_b")]
    pub(super) suite_b_128: bool,

    /// Suite B with P-384 only
    #[arg(long = "suiteB_192", group = "suite_b")]
    pub(super) suite_b_192: bool,
}

/// Names that the leaf must have.
#[derive(Debug, Args)]
#[command(next_help_heading = "Names")]
pub(super) struct NameArguments {
    /// A host name that the leaf must have; repeatable, one must match
    #[arg(long = "verify_hostname", value_name = "NAME")]
    pub(super) verify_hostname: Vec<String>,

    /// The IP address that the leaf must have
    #[arg(long = "verify_ip", value_name = "ADDRESS")]
    pub(super) verify_ip: Option<IpAddr>,

    /// The e-mail address that the leaf must have
    #[arg(long = "verify_email", value_name = "ADDRESS")]
    pub(super) verify_email: Option<String>,

    /// A star in a name is not a wildcard
    #[arg(long = "no_wildcards")]
    pub(super) no_wildcards: bool,

    /// A wildcard must be a whole label: not w*.example.com
    #[arg(long = "no_partial_wildcards")]
    pub(super) no_partial_wildcards: bool,

    /// A wildcard may cover several labels
    #[arg(long = "multi_label_wildcards")]
    pub(super) multi_label_wildcards: bool,

    /// A host name with a leading dot matches only one more label
    #[arg(long = "single_label_subdomains")]
    pub(super) single_label_subdomains: bool,

    /// Check the subject's common names even if there are subject alternative names
    #[arg(long = "always_check_subject", conflicts_with = "never_check_subject")]
    pub(super) always_check_subject: bool,

    /// Never check the subject's common names
    #[arg(long = "never_check_subject")]
    pub(super) never_check_subject: bool,
}

/// Revocation checks.
#[derive(Debug, Args)]
#[command(next_help_heading = "Revocation")]
pub(super) struct RevocationArguments {
    /// CRLs; repeatable
    #[arg(long = "CRLfile", value_name = "FILE")]
    pub(super) crl_file: Vec<PathBuf>,

    /// Check the leaf against CRLs
    #[arg(long = "crl_check")]
    pub(super) crl_check: bool,

    /// Check all certificates in the chain against CRLs
    #[arg(long = "crl_check_all")]
    pub(super) crl_check_all: bool,

    /// Accept indirect CRLs, CRLs for some reasons only, and CRLs signed by other keys
    #[arg(long = "extended_crl")]
    pub(super) extended_crl: bool,

    /// Use delta CRLs
    #[arg(long = "use_deltas")]
    pub(super) use_deltas: bool,
}

/// Policy requirements.
#[derive(Debug, Args)]
#[command(next_help_heading = "Policies")]
pub(super) struct PolicyArguments {
    /// An acceptable policy, as 1.2.3 or anyPolicy; repeatable
    #[arg(long, value_name = "OID", value_parser = values::policy)]
    pub(super) policy: Vec<String>,

    /// Check policies (RFC 5280)
    #[arg(long = "policy_check")]
    pub(super) policy_check: bool,

    /// Require an acceptable policy
    #[arg(long = "explicit_policy")]
    pub(super) explicit_policy: bool,

    /// anyPolicy does not match other policies
    #[arg(long = "inhibit_any")]
    pub(super) inhibit_any: bool,

    /// Do not map policies to others
    #[arg(long = "inhibit_map")]
    pub(super) inhibit_map: bool,
}
