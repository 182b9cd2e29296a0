//! `faultfinder probe`: one ad-hoc request, explained.
//!
//! The options are made from the fields of definitions (`field`), with the rows of exceptions (`row`). What is given is put
//! together to the definition that a file would hold, and that is run: there is no second way.

mod command; // Special: what a protocol's command has in addition to its fields
mod row; // exceptions: fields whose option does not follow from the field
mod field; // the fields of a test, each with its path
mod choice; // an option: its name, what it needs, what it excludes
mod syntax; // the forms of values
mod argument; // options as clap has them
mod draft; // the test that options make
mod origin; // which option gave a field
mod credentials; // credentials that options give in another place
mod target; // TARGET: a URL, a host, a host and a port
mod endpoint; // TARGET of a protocol that needs a port
mod shared; // options that are not about the test
mod protocol; // the commands of the protocols, a file each
mod asked; // the subcommands

#[cfg(test)]
mod tests;

use crate::exit::{Failure, Outcome};
use crate::paint::Paint;
use crate::plan::Plan;
use crate::runner::{KeepAll, Manner};
use asked::{Asked, Request};
use clap::Args;
use faultfinder_spec::{Diagnostic, Source};
use faultfinder_taxonomy::{Detail, Fault, Protocol};
use shared::{Format, Shared};

/// Which protocol, and what to ask.
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    after_help = "\
Examples:
  faultfinder probe http https://example.com --assert 'status is 200'
  faultfinder probe http https://example.com --version 3 --assert 'alpn is h3'
  faultfinder probe http https://example.com --proxy socks5h://127.0.0.1:1080
  faultfinder probe ssl example.com --assert 'certificate expires_in > 14 days'
  faultfinder probe dns example.com --type MX --server 9.9.9.9
  faultfinder probe tcp mail.example.com:25 --expect '220 '
  faultfinder probe icmp example.com --assert 'packet_loss < 10 %'
  faultfinder probe grpc grpcs://api.example.com:443 --health
  faultfinder probe ws wss://example.com/echo --message hello"
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    asked: Asked,
}

/// Runs the request.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let request = match &arguments.asked {
        Asked::Request(request) => request,
        Asked::Other(words) => return Err(no_protocol(words)),
    };
    let text = serde_json::to_string_pretty(&request.definition()?)
        .map_err(|error| Failure::ourselves("cannot write the definition", &error))?;
    let origin = |path: &str| request.origin(path);
    if request.shared.definition {
        let parsed = faultfinder_spec::parse(&Source::new("command line", &text));
        let wrong: Vec<Diagnostic> = parsed.diagnostics.into_iter().filter(Diagnostic::is_error).collect();
        if !wrong.is_empty() {
            crate::suite::note_options(&wrong, origin);
            return Err(Failure::Invalid);
        }
        crate::output::print(&format!("{text}\n"))?;
        return Ok(crate::exit::Exit::Passed);
    }
    let tests = crate::suite::from_options(&text, origin)?;
    crate::runtime::on_this_thread(carry_out(tests, request))
}

async fn carry_out(tests: Vec<crate::suite::Test>, request: &Request) -> Outcome {
    let shared: &Shared = &request.shared;
    let mut output = crate::output::Output::open(shared.output.as_deref())?;
    let mut done = crate::runner::run(Plan::once(tests), Manner::all(1), &mut KeepAll).await?;
    for fault in done.report.results.iter_mut().filter_map(|result| result.fault.as_mut()) {
        name_option(fault, request);
    }
    let text = match shared.format {
        Format::Json => super::run::json(&done.report)?,
        Format::Pretty => {
            let paint = if output.is_stdout() { Paint::for_stdout() } else { Paint::plain() };
            let style = crate::render::style::Style {
                paint,
                width: crate::render::text::terminal_width(),
                full: true,
                verbose: shared.verbose,
                places: crate::render::style::Places::Never,
            };
            done.report.results.iter().map(|result| crate::render::result::result(result, style)).collect()
        }
    };
    output.write(&text)?;
    output.close()?;
    Ok(done.exit())
}

/// A fault of the definition is in an option, not in a line of a file.
fn name_option(fault: &mut Fault, request: &Request) {
    let Detail::Definition { field, .. } = &fault.detail else { return };
    if let Some(option) = request.origin(&format!("tests[0].{field}")) {
        fault.evidence.insert("place", option);
    }
}

/// What was probably meant by a word that is not a protocol.
fn no_protocol(words: &[String]) -> Failure {
    let word = words.first().map_or("", String::as_str);
    let rest = words.join(" ");
    let all: Vec<&str> = Protocol::ALL.iter().map(|protocol| protocol.as_str()).collect();
    let help = match word.split_once("://").map(|(scheme, _)| scheme) {
        Some("http" | "https") => format!("faultfinder probe http {rest}"),
        Some("tcp") => format!("faultfinder probe tcp {rest}"),
        Some("dns") => format!("faultfinder probe dns {}", rest.trim_start_matches("dns://")),
        Some("tls" | "ssl") => {
            format!("faultfinder probe ssl {}", rest.split_once("://").map_or("", |(_, rest)| rest))
        }
        Some("ws" | "wss") => format!("faultfinder probe ws {rest}"),
        Some("udp") => format!("faultfinder probe udp {}", rest.trim_start_matches("udp://")),
        Some("grpc" | "grpcs") => format!("faultfinder probe grpc {rest}"),
        _ if word == "ping" => format!("faultfinder probe icmp {}", rest.trim_start_matches("ping ")),
        _ if word == "https" => format!("faultfinder probe http {}", rest.trim_start_matches("https ")),
        _ if word == "tls" => format!("faultfinder probe ssl {}", rest.trim_start_matches("tls ")),
        _ if word.contains('.') || word.contains(':') => {
            format!(
                "say which protocol: faultfinder probe http {rest}, or {}",
                all.get(1..).unwrap_or_default().join(", ")
            )
        }
        _ => format!("the protocols are {}", all.join(", ")),
    };
    Failure::usage_with_help(format!("`{word}` is not a protocol"), help)
}
