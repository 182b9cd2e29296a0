//! All arguments of `faultfinder verify`.

use super::{foreign, options};
use clap::Args;
use std::path::PathBuf;

/// Which certificates, and how they are verified.
#[derive(Debug, Args)]
#[command(
    override_usage = "faultfinder verify [OPTIONS] [CERT]...\n       faultfinder verify --batch < cases.jsonl",
    after_help = "\
The options are those of `openssl verify`, with one dash or two. Files may be PEM or DER. Every problem is \
listed, not only the first; `faultfinder explain CODE` describes a code. Nothing is trusted by default.

Exit status: 0 all certificates are valid, 1 there is a problem, 2 bad usage or an unreadable file.

Examples:
  faultfinder verify -CAfile root.pem -untrusted intermediate.pem leaf.pem
  faultfinder verify --roots system -untrusted full.pem -verify_hostname www.example.com full.pem
  faultfinder verify -CAfile root.pem -CRLfile crls.pem -crl_check_all *.pem
  faultfinder verify --batch < cases.jsonl > answers.jsonl"
)]
pub(crate) struct Arguments {
    /// The certificates to verify: the first one of each file; - or no file is standard input
    #[arg(value_name = "CERT")]
    pub(super) files: Vec<PathBuf>,

    /// Print JSON, one line per file
    #[arg(long, help_heading = "Output")]
    pub(super) json: bool,

    /// Show all details of the certificates in the chain
    #[arg(long, help_heading = "Output")]
    pub(super) verbose: bool,

    /// Read cases from standard input, one JSON object per line, and print one line for each
    #[arg(long, help_heading = "Output", conflicts_with_all = [
        "files", "json", "verbose", "TrustArguments", "CheckArguments", "NameArguments", "RevocationArguments",
        "PolicyArguments", "Foreign"
    ])]
    pub(super) batch: bool,

    #[command(flatten)]
    pub(super) trust: options::TrustArguments,

    #[command(flatten)]
    pub(super) checks: options::CheckArguments,

    #[command(flatten)]
    pub(super) names: options::NameArguments,

    #[command(flatten)]
    pub(super) revocation: options::RevocationArguments,

    #[command(flatten)]
    pub(super) policies: options::PolicyArguments,

    #[command(flatten)]
    pub(super) foreign: foreign::Foreign,
}
