//! The arguments of the command line.

use crate::command::{demo, doctor, explain, generate, lab, probe, run, serve, validate, verify};
use crate::paint::When;
use clap::{Parser, Subcommand};

/// Synthetic API tests that say exactly what broke.
#[derive(Debug, Parser)]
#[command(
    name = "faultfinder",
    version,
    about = "Synthetic API tests that say exactly what broke",
    long_about = "Synthetic API tests that say exactly what broke.\n\nFaultfinder plays a client over HTTP, TLS, DNS and TCP. When a test fails it answers with a fault: one code of a \
                  closed public list, the phase in which it broke, the typed detail, the evidence, who is to blame, and \
                  what to do next.",
    after_help = EXAMPLES,
    max_term_width = 110,
    disable_help_subcommand = true,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to use colours; NO_COLOR is obeyed
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        hide_possible_values = false
    )]
    pub(crate) color: When,
}

const EXAMPLES: &str = "\
Examples:
  faultfinder demo                               meet every fault there is, on loopback
  faultfinder probe http https://example.com     one request, explained
  faultfinder run tests/                         run definition files
  faultfinder explain CERT_HAS_EXPIRED           what a word in a result means

Exit status: 0 everything passed, 1 a test failed, 2 bad usage or invalid definitions, 3 our own failure, \
130 interrupted by Ctrl-C, 141 the reader of standard output went away.";

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make one ad-hoc request and explain what came of it
    Probe(probe::Arguments),
    /// Run the tests of definition files
    Run(run::Arguments),
    /// Check definition files without running them
    Validate(validate::Arguments),
    /// Print the JSON Schema of definition files, for editors
    Schema,
    /// Explain a code, or any word that stands under one in a result
    Explain(explain::Arguments),
    /// Serve the misbehaving peers on loopback until Ctrl-C
    Lab(lab::Arguments),
    /// Run one test per misbehaving peer and show what was found
    Demo(demo::Arguments),
    /// Verify a certificate chain as OpenSSL does, and list every objection
    Verify(Box<verify::Arguments>),
    /// Run tests on time, keep what happened, and answer over an HTTP API
    Serve(serve::Arguments),
    /// Check whether this host has what probes and the service need, and say what to do
    Doctor(doctor::Arguments),
    /// Generate shell completions or man pages
    Generate(generate::Arguments),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn arguments_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }
}
