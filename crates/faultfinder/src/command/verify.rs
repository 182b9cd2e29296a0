//! `faultfinder verify`: certificate chains, judged as OpenSSL does.
//!
//! The options are those of `openssl verify`, with one dash or two. They are put together to a case as `--batch` reads
//! it, and both are answered by the same function.

mod batch; // cases on standard input
mod case; // a case from options
mod show; // the answer for people

use crate::exit::Outcome;
use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;

/// Which certificate, and how it is judged.
#[derive(Debug, Args)]
#[command(
    override_usage = "faultfinder verify [OPTIONS] LEAF.pem\n       faultfinder verify --batch < cases.jsonl",
    after_help = "\
The options are those of `openssl verify`; one dash does as well as two. Every objection is listed, not only the \
first. The exit status is 1 if there is any.

Examples:
  faultfinder verify -CAfile root.pem -untrusted intermediate.pem leaf.pem
  faultfinder verify -CAfile root.pem -purpose sslserver -verify_hostname www.example.com leaf.pem
  faultfinder verify --batch < cases.jsonl > answers.jsonl"
)]
pub(crate) struct Arguments {
    /// The certificate to verify, as PEM; - for standard input
    #[arg(value_name = "LEAF.pem", required_unless_present = "batch", conflicts_with = "batch")]
    leaf: Option<PathBuf>,

    /// Read cases from standard input, one JSON object per line, and answer each with a line
    #[arg(long)]
    batch: bool,

    /// Trusted certificates
    #[arg(long = "CAfile", value_name = "FILE")]
    ca_file: Vec<PathBuf>,

    /// Trusted certificates too; repeatable
    #[arg(long, value_name = "FILE")]
    trusted: Vec<PathBuf>,

    /// Certificates that the chain may be built from; repeatable
    #[arg(long, value_name = "FILE")]
    untrusted: Vec<PathBuf>,

    /// CRLs; repeatable
    #[arg(long = "CRLfile", value_name = "FILE")]
    crl_file: Vec<PathBuf>,

    /// Check the leaf against CRLs
    #[arg(long = "crl_check")]
    crl_check: bool,

    /// Check the whole chain against CRLs
    #[arg(long = "crl_check_all")]
    crl_check_all: bool,

    /// What the leaf must be for: sslserver, sslclient, smimesign, any ...
    #[arg(long)]
    purpose: Option<String>,

    /// The host name that the leaf must have
    #[arg(long = "verify_hostname", value_name = "NAME")]
    verify_hostname: Option<String>,

    /// The IP address that the leaf must have
    #[arg(long = "verify_ip", value_name = "ADDRESS")]
    verify_ip: Option<String>,

    /// The e-mail address that the leaf must have
    #[arg(long = "verify_email", value_name = "ADDRESS")]
    verify_email: Option<String>,

    /// The time to judge by, in seconds since 1970 [default: now]
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    attime: Option<i64>,

    /// Do not look at the time
    #[arg(long = "no_check_time", conflicts_with = "attime")]
    no_check_time: bool,

    /// Be as strict as RFC 5280
    #[arg(long = "x509_strict")]
    x509_strict: bool,

    /// Let a chain end at any trusted certificate
    #[arg(long = "partial_chain")]
    partial_chain: bool,

    /// How strong keys and signatures must be, 0 to 5
    #[arg(long = "auth_level", value_name = "LEVEL")]
    auth_level: Option<u8>,

    /// Most certificates between the leaf and the root
    #[arg(long = "verify_depth", value_name = "COUNT")]
    verify_depth: Option<u32>,

    /// Answer with JSON
    #[arg(long, conflicts_with = "batch")]
    json: bool,
}

/// Verifies.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    if arguments.batch { batch::run() } else { case::run(arguments) }
}

/// The options of `openssl verify`, which have one dash there.
const OPTIONS: &[&str] = &[
    "CAfile",
    "trusted",
    "untrusted",
    "CRLfile",
    "crl_check",
    "crl_check_all",
    "purpose",
    "verify_hostname",
    "verify_ip",
    "verify_email",
    "attime",
    "no_check_time",
    "x509_strict",
    "partial_chain",
    "auth_level",
    "verify_depth",
];

/// Gives the options of `verify` their second dash.
pub(crate) fn openssl_style(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let arguments: Vec<OsString> = arguments.collect();
    let verifies = arguments.iter().skip(1).find(|word| !word.to_string_lossy().starts_with('-'));
    if verifies.is_none_or(|word| word != "verify") {
        return arguments;
    }
    let with_two = |word: OsString| {
        let text = word.to_string_lossy();
        let name = text.strip_prefix('-').map(|name| name.split('=').next().unwrap_or(name));
        if name.is_some_and(|name| OPTIONS.contains(&name)) {
            OsString::from(format!("-{text}"))
        } else {
            word
        }
    };
    arguments.into_iter().map(with_two).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[test]
    fn options_of_openssl_need_one_dash_only() {
        let line = "faultfinder verify -CAfile root.pem --untrusted a.pem -attime=0 -x509_strict leaf.pem";
        let words = openssl_style(line.split(' ').map(OsString::from));
        let cli = crate::cli::Cli::try_parse_from(words).unwrap();
        let crate::cli::Command::Verify(arguments) = cli.command else { panic!("another command") };
        assert_eq!(arguments.ca_file, [PathBuf::from("root.pem")]);
        assert_eq!(arguments.untrusted, [PathBuf::from("a.pem")]);
        assert_eq!((arguments.attime, arguments.x509_strict), (Some(0), true));
        assert_eq!(arguments.leaf, Some("leaf.pem".into()));
    }

    #[test]
    fn other_commands_are_left_alone() {
        let words: Vec<OsString> = ["faultfinder", "run", "-purpose"].map(OsString::from).into();
        assert_eq!(openssl_style(words.clone().into_iter()), words);
    }
}
