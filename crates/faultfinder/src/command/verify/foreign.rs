//! Unsupported options of `openssl verify`: they are parsed, so that their error messages are exact.

use crate::exit::Failure;
use clap::Args;

/// Options that scripts written for `openssl verify` may use.
#[derive(Debug, Args)]
pub(super) struct Foreign {
    /// Nothing is trusted by default.
    #[arg(long = "no-CAfile", hide = true)]
    no_ca_file: bool,
    /// Nothing is trusted by default.
    #[arg(long = "no-CApath", hide = true)]
    no_ca_path: bool,
    /// Nothing is trusted by default.
    #[arg(long = "no-CAstore", hide = true)]
    no_ca_store: bool,
    /// The chain is always shown.
    #[arg(long = "show_chain", hide = true)]
    show_chain: bool,
    /// Does nothing in OpenSSL either.
    #[arg(long = "issuer_checks", hide = true)]
    issuer_checks: bool,
    /// Names are written as RFC 4514 says.
    #[arg(long, hide = true)]
    nameopt: Vec<String>,
    /// The policy tree is not printed.
    #[arg(long = "policy_print", hide = true)]
    policy_print: bool,
    /// Nothing is fetched.
    #[arg(long = "crl_download", hide = true)]
    crl_download: bool,
    /// Signature parameters (SM2).
    #[arg(long, hide = true)]
    vfyopt: Vec<String>,
    /// Other cryptography.
    #[arg(long, hide = true)]
    engine: Option<String>,
    /// Other cryptography.
    #[arg(long, hide = true)]
    provider: Vec<String>,
    /// Other cryptography.
    #[arg(long = "provider-path", hide = true)]
    provider_path: Vec<String>,
    /// Other cryptography.
    #[arg(long, hide = true)]
    propquery: Option<String>,
    /// Other cryptography.
    #[arg(long, hide = true)]
    provparam: Vec<String>,
}

impl Foreign {
    /// The warning for options that change only the output; options that change the result are rejected.
    pub(super) fn warnings(&self) -> Result<Vec<String>, Failure> {
        let cryptography = "all cryptography is built in; remove it";
        let refused = [
            (
                "-crl_download",
                self.crl_download,
                "nothing is fetched: download the CRLs and pass them with -CRLfile FILE, \
                                                  or use `faultfinder probe ssl` with `crl: fetch`",
            ),
            (
                "-vfyopt",
                !self.vfyopt.is_empty(),
                "there are no signature algorithms with parameters; remove it",
            ),
            ("-engine", self.engine.is_some(), cryptography),
            ("-provider", !self.provider.is_empty(), cryptography),
            ("-provider-path", !self.provider_path.is_empty(), cryptography),
            ("-propquery", self.propquery.is_some(), cryptography),
            ("-provparam", !self.provparam.is_empty(), cryptography),
        ];
        if let Some((name, _, help)) = refused.into_iter().find(|(_, given, _)| *given) {
            return Err(Failure::usage_with_help(format!("{name} is not supported"), help));
        }
        let mut warnings = Vec::new();
        if !self.nameopt.is_empty() {
            warnings.push("-nameopt has no effect: names are written as in RFC 4514".to_owned());
        }
        if self.policy_print {
            warnings.push("-policy_print has no effect: the policy tree is not printed".to_owned());
        }
        Ok(warnings)
    }
}
