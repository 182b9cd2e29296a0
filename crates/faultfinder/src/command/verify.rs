//! `faultfinder verify`: certificate chains, judged as OpenSSL does.
//!
//! The options are those of `openssl verify`, with one dash or two. Files become certificates and CRLs (`material`,
//! `trust`), options become settings (`settings`); what comes of a file is an `Answer`, written by `show` or `json`.
//! Nothing is judged here but by `faultfinder_x509::verify`.

mod style; // one dash or two
mod values; // what options may be
mod options; // what can be asked for
mod foreign; // what openssl has and we do not
mod arguments; // Arguments: all of them
mod settings; // options -> VerifyOptions
mod material; // files -> certificates and CRLs
mod mistaken; // what a file is that holds neither
mod trust; // what is trusted, what is sent along, and from which files
mod session; // Session: what all files are verified with
mod hints; // what else to try
mod answer; // Answer: one file verified
mod show; // the answer for people
mod json; // the answer for programs
mod batch; // cases on standard input
#[cfg(test)]
mod fixture; // certificates for the tests of this module

use crate::exit::{Exit, Failure, Outcome};
use crate::paint::Paint;
use answer::Answer;
use session::Session;
use std::io::IsTerminal;
use std::path::PathBuf;

pub(crate) use arguments::Arguments;
pub(crate) use style::openssl_style;

/// Verifies.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    if arguments.batch {
        return batch::run();
    }
    let files = files(arguments, std::io::stdin().is_terminal())?;
    let clock = faultfinder_net::Clock::system();
    let mut session = Session::open(arguments, clock.unix_seconds())?;
    if !arguments.json {
        let paint = Paint::for_stderr();
        for warning in session.warnings() {
            crate::output::note(&format!("{}: {warning}", paint.warn("warning")));
        }
    }
    let mut outcome = Exit::Passed;
    let mut good = 0_usize;
    for (place, file) in files.iter().enumerate() {
        match Answer::of(&mut session, file) {
            Ok(answer) => {
                good = good.saturating_add(usize::from(answer.is_good()));
                if !answer.is_good() && outcome == Exit::Passed {
                    outcome = Exit::Failed;
                }
                print(&answer, arguments, place)?;
            }
            Err(Failure::Usage { message, help }) => {
                outcome = Exit::Usage;
                if arguments.json {
                    crate::output::print(&json::unreadable(file, &message, help.as_deref())?)?;
                }
                crate::finish::tell(&message, help.as_deref());
            }
            Err(other) => return Err(other),
        }
    }
    if files.len() > 1 && !arguments.json {
        crate::output::print(&format!("\n{good} of {} are good\n", files.len()))?;
    }
    Ok(outcome)
}

/// The files to verify; without any it is standard input, unless somebody sits there.
fn files(arguments: &Arguments, terminal: bool) -> Result<Vec<PathBuf>, Failure> {
    if !arguments.files.is_empty() {
        return Ok(arguments.files.clone());
    }
    if terminal {
        return Err(Failure::usage_with_help(
            "no certificate is given to verify",
            "`faultfinder verify -CAfile root.pem leaf.pem`; - reads it from standard input",
        ));
    }
    Ok(vec![PathBuf::from("-")])
}

fn print(answer: &Answer, arguments: &Arguments, place: usize) -> Result<(), Failure> {
    if arguments.json {
        return crate::output::print(&json::line(answer)?);
    }
    let width = crate::render::text::terminal_width();
    let text = show::answer(answer, arguments.verbose, Paint::for_stdout(), width);
    crate::output::print(&format!("{}{text}", if place > 0 { "\n" } else { "" }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command};
    use clap::Parser;
    use std::ffi::OsString;

    /// The arguments of a command line, as `main` reads it.
    pub(super) fn arguments(line: &str) -> Result<Arguments, String> {
        let words = openssl_style(
            ["faultfinder", "verify"].into_iter().chain(line.split_whitespace()).map(OsString::from),
        );
        let cli = Cli::try_parse_from(words).map_err(|error| error.to_string())?;
        let Command::Verify(arguments) = cli.command else { panic!("another command") };
        Ok(*arguments)
    }

    #[test]
    fn every_option_of_openssl_verify_is_read_with_one_dash() {
        let switches = "-no-CAfile -no-CApath -no-CAstore -show_chain -verbose -ignore_critical -issuer_checks -crl_check \
                        -crl_check_all -policy_check -explicit_policy -inhibit_any -inhibit_map -x509_strict \
                        -extended_crl -use_deltas -policy_print -check_ss_sig -trusted_first -suiteB_128 \
                        -partial_chain -no_alt_chains -no_check_time -allow_proxy_certs";
        let values = "-CAfile a -CApath b -CAstore c -trusted d -untrusted e -CRLfile f -nameopt g -policy 1.2.3 \
                      -purpose sslserver -verify_name ssl_server -verify_depth 1 -auth_level 2 -attime 3 \
                      -verify_hostname h -verify_email i@h -verify_ip 127.0.0.1 -engine j -provider k \
                      -provider-path l -propquery m -provparam n -vfyopt o -crl_download";
        let read = arguments(&format!("{switches} {values} leaf.pem")).unwrap();
        assert_eq!(read.files, [PathBuf::from("leaf.pem")]);
        for suite in ["-suiteB_128_only", "-suiteB_192"] {
            arguments(&format!("{suite} leaf.pem")).unwrap();
        }
    }

    #[test]
    fn a_batch_takes_no_options_since_its_cases_have_them() {
        assert!(arguments("--batch").unwrap().batch);
        for line in [
            "--batch leaf.pem",
            "--batch --json",
            "--batch -x509_strict",
            "--batch -CAfile a",
            "--batch -engine a",
        ] {
            assert!(arguments(line).unwrap_err().contains("cannot be used with"), "{line}");
        }
    }

    #[test]
    fn wrong_values_are_answered_with_those_that_are_right() {
        let rows = [
            ("-purpose sslservr a", &["'sslservr'", "sslclient", "similar value exists: 'sslserver'"][..]),
            ("-verify_name sslserver a", &["code_sign", "similar", "'ssl_server'"]),
            ("-attime 2026-01-01 a", &["seconds since 1970", "1767225600"]),
            ("-attime 1767225600000 a", &["milliseconds", "1767225600"]),
            ("-verify_ip 1.2.3 a", &["IP address"]),
            ("-policy 1.2.x a", &["1.2.x", "object identifier"]),
            ("-CAfil a b", &["--CAfile"]),
            ("-auth_level 6 a", &["0..=5"]),
            ("-suiteB_128 -suiteB_192 a", &["cannot be used with"]),
        ];
        for (line, words) in rows {
            let error = arguments(line).unwrap_err();
            for word in words {
                assert!(error.contains(word), "{line}: {word} is not in {error}");
            }
        }
    }

    #[test]
    fn without_a_file_standard_input_is_read_unless_it_is_a_terminal() {
        let none = arguments("").unwrap();
        assert_eq!(files(&none, false).unwrap(), [PathBuf::from("-")]);
        assert!(matches!(files(&none, true), Err(Failure::Usage { .. })));
    }
}
