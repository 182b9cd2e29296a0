//! The arguments of the command line.

use crate::command::{
    alerts, demo, doctor, explain, generate, import, lab, probe, rekey, run, schema, serve, validate, verify,
};
use crate::paint::When;
use crate::render::text::inert;
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
    /// Test the rules of alerts, or receive the notices of a webhook
    Alerts(alerts::Arguments),
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

/// What other tools call a command, and the command here.
const MEANINGS: &[(&[&str], &str)] = &[
    (&["check", "lint", "list", "parse", "syntax", "fmt"], "validate FILE"),
    (&["test", "tests", "exec", "execute", "suite"], "run FILE"),
    (&["start", "server", "agent", "daemon", "worker", "service", "schedule", "up"], "serve"),
    (&["convert", "migrate"], "import"),
    (&["init", "new", "create"], "probe http URL --definition"),
    (&["completion", "completions", "man", "complete"], "generate"),
    (&["why", "describe", "codes", "errors"], "explain"),
    (&["healthcheck", "diagnose", "selftest", "status"], "doctor"),
    (&["example", "examples", "showcase"], "demo"),
    (&["mock", "peers"], "lab"),
    (&["openssl", "x509", "cert", "certificate", "chain"], "verify"),
    (&["rotate"], "rekey"),
    (&["version"], "--version"),
    (&["http", "https", "curl", "wget", "get", "request", "url"], "probe http URL"),
    (&["ssl", "tls", "s_client"], "probe ssl HOST"),
    (&["dns", "dig", "nslookup", "resolve", "lookup"], "probe dns NAME"),
    (&["tcp", "telnet", "nc", "connect", "port"], "probe tcp HOST:PORT"),
    (&["udp"], "probe udp HOST:PORT"),
    (&["icmp", "ping"], "probe icmp HOST"),
    (&["trace", "traceroute", "tracert", "mtr"], "probe icmp HOST --track-hops"),
    (&["grpc", "grpcurl", "grpcs"], "probe grpc HOST:PORT"),
    (&["ws", "wss", "websocket", "wscat"], "probe ws URL"),
];

/// The command that was meant by an unknown one: by its meaning in other tools, by what is given in its place, or by its spelling.
/// Nothing if the parser itself has suggested the command.
pub(crate) fn nearest_command(error: &mut clap::Error) -> Option<String> {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    let Some(ContextValue::String(found)) = error.get(ContextKind::InvalidSubcommand).cloned() else {
        return None;
    };
    if let Some(meant) = meant(&found) {
        // A similar spelling would be another advice.
        error.remove(ContextKind::SuggestedSubcommand);
        return Some(meant);
    }
    if error.get(ContextKind::SuggestedSubcommand).is_some() {
        return None;
    }
    let command = Cli::command();
    let near = nearest(&found, command.get_subcommands().map(clap::Command::get_name))?;
    Some(near.to_owned())
}

/// What was probably meant by a word too many: a port belongs to its host.
pub(crate) fn stray_port(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(found)) = error.get(ContextKind::InvalidArg) else { return None };
    let is_port = error.kind() == ErrorKind::UnknownArgument && found.parse::<u16>().is_ok();
    is_port.then(|| format!("a port is written with its host: HOST:{found}"))
}

/// What a word means that is not a command.
fn meant(word: &str) -> Option<String> {
    let lower = word.to_ascii_lowercase();
    if let Some((_, command)) = MEANINGS.iter().find(|(words, _)| words.contains(&lower.as_str())) {
        return Some((*command).to_owned());
    }
    let protocol = match lower.split_once("://").map(|(scheme, _)| scheme) {
        Some("http" | "https") => "http",
        Some("ws" | "wss") => "ws",
        Some("grpc" | "grpcs") => "grpc",
        _ if [".yaml", ".yml", ".json"].iter().any(|extension| lower.ends_with(extension)) => {
            return Some(format!("run {}", inert(word)));
        }
        _ => return None,
    };
    Some(format!("probe {protocol} {}", inert(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_other_tools_are_answered_with_the_command_that_does_the_same() {
        let command = Cli::command();
        let names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        for (words, meant) in MEANINGS {
            let first = meant.split(' ').next().unwrap();
            assert!(names.contains(&first) || *meant == "--version", "{meant}");
            assert!(words.iter().all(|word| !names.contains(word)), "{words:?}");
        }
        for (word, expected) in [
            ("check", Some("validate FILE")),
            ("test", Some("run FILE")),
            ("ping", Some("probe icmp HOST")),
            ("Start", Some("serve")),
            ("https://a.test/x", Some("probe http https://a.test/x")),
            ("shop.yaml", Some("run shop.yaml")),
            ("tset", None),
            ("valdate", None),
        ] {
            let mut error = Cli::try_parse_from(["faultfinder", word]).unwrap_err();
            assert_eq!(nearest_command(&mut error).as_deref(), expected, "{word}");
        }
    }

    #[test]
    fn arguments_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }
}
