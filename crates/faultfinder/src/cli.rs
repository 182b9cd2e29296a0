//! The arguments of the command line.

use crate::command::{
    demo, doctor, explain, generate, import, lab, probe, rekey, run, schema, serve, validate, verify,
};
use crate::paint::When;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory as _, Parser, Subcommand};
use faultfinder_taxonomy::word::nearest;

/// Synthetic API tests that say exactly what broke.
#[derive(Debug, Parser)]
#[command(
    name = "faultfinder",
    version,
    about = "Synthetic API tests that say exactly what broke",
    long_about = "Synthetic API tests that say exactly what broke.\n\nFaultfinder acts as a client over HTTP, TLS, DNS, TCP, UDP, ICMP, gRPC and WebSocket. When a test fails, it reports a \
                  fault: one code from a closed public list, the phase that failed, a typed detail, the evidence, who is to \
                  blame, and what to do next.",
    after_help = EXAMPLES,
    max_term_width = 110,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to use colors; NO_COLOR is respected
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
  faultfinder demo                               see every fault, on loopback
  faultfinder probe http https://example.com     one request, explained
  faultfinder run tests/                         run definition files
  faultfinder explain CERT_HAS_EXPIRED           what a word in a result means

Exit status: 0 everything passed, 1 a test failed, 2 wrong usage or invalid definitions, 3 Faultfinder itself failed, \
130 interrupted by Ctrl-C, 141 the reader of standard output closed it.";

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make one request and explain the result
    Probe(probe::Arguments),
    /// Run the tests of definition files
    Run(run::Arguments),
    /// Check definition files without running them
    Validate(validate::Arguments),
    /// Write the tests of another tool's file as a definition file
    Import(import::Arguments),
    /// Print the JSON Schema of definition files, or of results
    Schema(schema::Arguments),
    /// Explain a code, or any detail that a result can contain
    Explain(explain::Arguments),
    /// Serve the misbehaving peers on loopback until Ctrl-C
    Lab(lab::Arguments),
    /// Run one test per misbehaving peer and show the results
    Demo(demo::Arguments),
    /// Verify a certificate chain as OpenSSL does, and report every problem
    Verify(Box<verify::Arguments>),
    /// Run tests on schedule, store results, and answer over an HTTP API
    Serve(serve::Arguments),
    /// Encrypt the secrets of a service's definitions with another key
    Rekey(rekey::Arguments),
    /// Check whether this host has what probes and the service need, and how to fix it
    Doctor(doctor::Arguments),
    /// Generate shell completions or man pages
    Generate(generate::Arguments),
}

/// The command whose name is most like the one that is unknown, where the parser itself knows none.
pub(crate) fn nearest_command(error: &clap::Error) -> Option<String> {
    if error.kind() != ErrorKind::InvalidSubcommand || error.get(ContextKind::SuggestedSubcommand).is_some() {
        return None;
    }
    let Some(ContextValue::String(found)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    let command = Cli::command();
    let near = nearest(found, command.get_subcommands().map(clap::Command::get_name))?;
    Some(near.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }
}
