//! The command line of Faultfinder: reads what is asked for, hands it to the crates below, and shows what they say.
//!
//! Nothing is judged here. `command/` has one file per command; `render/` turns results into text, JUnit XML, TAP or HTML;
//! `exit` holds the one table of exit statuses.

mod cli; // Cli: the arguments
mod exit; // Exit, Failure: how a command ends
mod finish; // why it failed, on standard error, and the exit status
mod runtime; // the one runtime of this process
mod dispatch; // from the arguments to the command
mod command; // one module per command
mod suite; // from sources to tests that can be run, all diagnostics at once
mod sources; // the files of a call, without what is not meant for us
mod foreign; // what files of other tools need and do not say
mod selection; // which tests run: by name and by tag
mod plan; // how often tests run, and in which order
mod diagnostics; // diagnostics for people
mod runner; // many tests at once, bounded, until Ctrl-C
mod output; // where results go: standard output, or a file that appears whole
mod progress; // the progress line on a terminal
mod paint; // colors
mod render; // results as text, JUnit XML, TAP, HTML and more
mod explain; // the words that `explain` knows
mod ipv6; // IPv6 addresses without brackets

use clap::Parser;
use std::process::ExitCode;

/// It gives memory back that is not used any more: definitions that are read again would otherwise stay twice.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let arguments = command::verify::openssl_style(std::env::args_os());
    match cli::Cli::try_parse_from(arguments) {
        Ok(cli) => finish::finish(dispatch::run(&cli)),
        Err(mut error) => {
            let near = cli::nearest_command(&mut error);
            // A closed pipe is not a failure: the reader of the help has seen enough of it.
            let _ = error.print();
            if let Some(near) = near {
                output::note(&format!("\n  tip: did you mean `{near}`?"));
            }
            if let Some(meant) = cli::stray_port(&error) {
                output::note(&format!("\n  tip: {meant}"));
            }
            if error.use_stderr() { exit::Exit::Usage.into() } else { exit::Exit::Passed.into() }
        }
    }
}
