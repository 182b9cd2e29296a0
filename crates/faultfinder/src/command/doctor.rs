//! `faultfinder doctor`: whether this host has what probes and the service need.
//!
//! Each check looks at one thing and answers with a [`Finding`]: what was found, and what to do about it. Nothing is sent
//! but one question to each name server of this host, for the servers of the root, and what it takes to look at the
//! database of a service, if one is named.

mod finding; // Finding, Status: what a check answers
mod icmp; // may this process use ICMP?
mod descriptors; // are there enough file descriptors?
mod clock; // can this be the time?
mod resolver; // do the name servers answer?
mod routes; // is there a way to IPv4 and IPv6 addresses?
mod trust; // which roots are there?
mod state; // can the state folder be written?
mod database; // could a service use its database?

use super::serve::{self, Settings};
use crate::exit::{Exit, Failure, Outcome};
use crate::ipv6;
use crate::paint::Paint;
use crate::render::text::{terminal_width, wrapped};
use clap::{Args, ValueEnum};
use finding::{Finding, Status};
use serde_json::json;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// What to check, and the output format.
#[derive(Debug, Args)]
#[command(after_help = "\
Each line is ok, a warning (some tests cannot pass from here) or a problem (most tests cannot pass, or the service would \
not start), with what was found and what to do. Exit status: 0 without a problem, 1 with one.

Sends one query to each name server of this host (for the name servers of the root), and connects to the database. It \
sends nothing else. The database is checked only if it is named: by --database, by FAULTFINDER_DATABASE, or in the \
configuration file of the service (--config, FAULTFINDER_CONFIG).

Examples:
  faultfinder doctor
  faultfinder doctor --concurrency 2000 --state /var/lib/faultfinder
  faultfinder doctor --config /etc/faultfinder/faultfinder.toml
  faultfinder doctor --database postgres://faultfinder@localhost/faultfinder
  faultfinder doctor --resolver 192.0.2.53
  faultfinder doctor --format json | jq '.checks[] | select(.status != \"ok\") | .todo'")]
pub(crate) struct Arguments {
    /// How many probes run at once [default: from the configuration, or 200]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    concurrency: Option<u32>,

    /// The configuration file of a service, for its database and concurrency [env: FAULTFINDER_CONFIG]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// The database of the service: sqlite://PATH or postgres://... [env: FAULTFINDER_DATABASE]
    #[arg(long, value_name = "URL")]
    database: Option<OsString>,

    /// The folder for the state of the service
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,

    /// The name server to check instead of those of this host: IP or IP:PORT
    #[arg(long, value_name = "ADDRESS", value_parser = server)]
    resolver: Option<SocketAddr>,

    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How findings are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Pretty,
    /// One JSON object
    Json,
}

/// How many probes are meant when nobody says it.
const CONCURRENCY: u32 = 200;

/// Where DNS servers listen.
const DNS_PORT: u16 = 53;

fn server(text: &str) -> Result<SocketAddr, String> {
    if let Some(help) = ipv6::in_doubt(text, str::to_owned) {
        return Err(format!("an IPv6 address without brackets; {help}"));
    }
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let bare = || bare.parse::<IpAddr>().map(|address| SocketAddr::new(address, DNS_PORT));
    text.parse().or_else(|_| bare()).map_err(|_| "neither an IP address nor IP:PORT".to_owned())
}

/// Checks this host.
pub(crate) async fn run(arguments: &Arguments) -> Outcome {
    let variables = serve::variables();
    let service = service(arguments, &variables)?;
    let is_configured = arguments.config.is_some() || variables.contains_key(serve::CONFIG);
    let of_service = service.as_ref().filter(|_| is_configured);
    let of_service = of_service.and_then(|service| u32::try_from(service.concurrency).ok());
    let concurrency = arguments.concurrency.or(of_service).unwrap_or(CONCURRENCY);
    let vantage = faultfinder_net::Vantage::system();
    let mut findings = vec![
        icmp::check(),
        descriptors::check(concurrency),
        clock::check(vantage.clock()),
        resolver::check(&vantage, arguments.resolver).await,
        routes::check(),
        trust::check(),
    ];
    findings.extend(arguments.state.as_deref().map(state::check));
    if let Some(service) = &service {
        findings.push(database::check(&service.database).await);
    }
    let text = match arguments.format {
        Format::Pretty => pretty(&findings, Paint::for_stdout()),
        Format::Json => json_text(&findings)?,
    };
    crate::output::print(&text)?;
    Ok(if count(&findings, Status::Problem) == 0 { Exit::Passed } else { Exit::Failed })
}

/// The settings of the service, if any is named.
fn service(
    arguments: &Arguments,
    variables: &BTreeMap<String, OsString>,
) -> Result<Option<Settings>, Failure> {
    let is_named = arguments.config.is_some()
        || arguments.database.is_some()
        || [serve::CONFIG, "FAULTFINDER_DATABASE"].iter().any(|name| variables.contains_key(*name));
    if !is_named {
        return Ok(None);
    }
    let (config, database) = (arguments.config.as_deref(), arguments.database.clone());
    serve::settings_with_database(config, database, variables).map(Some)
}

fn count(findings: &[Finding], status: Status) -> usize {
    findings.iter().filter(|finding| finding.status == status).count()
}

/// Width of the columns of the statuses and of the names.
const STATUS_WIDTH: usize = 9;
const NAME_WIDTH: usize = 13;

fn pretty(findings: &[Finding], paint: Paint) -> String {
    let indent = STATUS_WIDTH + NAME_WIDTH;
    let width = terminal_width();
    let mut text = String::new();
    for finding in findings {
        let word = format!("{:<STATUS_WIDTH$}", finding.status.as_str());
        let word = match finding.status {
            Status::Ok => paint.good(&word),
            Status::Warning => paint.warn(&word),
            Status::Problem => paint.bad(&word),
        };
        let found = wrapped(&finding.found, indent, width);
        text.push_str(&format!("{word}{:<NAME_WIDTH$}{}\n", finding.name, found.trim()));
        if let Some(todo) = &finding.todo {
            text.push_str(&format!("{}\n", wrapped(&format!("to do: {todo}"), indent, width).trim_end()));
        }
    }
    let (warnings, problems) = (count(findings, Status::Warning), count(findings, Status::Problem));
    let plural = crate::diagnostics::plural;
    let summary =
        format!("{}, {}", plural(problems, "problem", "problems"), plural(warnings, "warning", "warnings"));
    text.push_str(&format!("\n{}\n", if problems == 0 { paint.good(&summary) } else { paint.bad(&summary) }));
    text
}

fn json_text(findings: &[Finding]) -> Result<String, Failure> {
    let answer = json!({
        "version": 1,
        "summary": {
            "ok": count(findings, Status::Ok),
            "warnings": count(findings, Status::Warning),
            "problems": count(findings, Status::Problem),
        },
        "checks": findings,
    });
    let text = serde_json::to_string_pretty(&answer)
        .map_err(|error| Failure::ourselves("cannot write the findings", &error))?;
    Ok(format!("{text}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_server_is_an_address_with_or_without_a_port() {
        for (text, expected) in [
            ("192.0.2.1", "192.0.2.1:53"),
            ("192.0.2.1:5353", "192.0.2.1:5353"),
            ("2001:db8::1", "[2001:db8::1]:53"),
            ("[2001:db8::1]:54", "[2001:db8::1]:54"),
            ("[::1:53]", "[::1:53]:53"),
        ] {
            assert_eq!(server(text).unwrap().to_string(), expected);
        }
        assert!(server("::1:53").unwrap_err().contains("write [::1]:53 with a port, or [::1:53] if"));
        assert!(server("dns.example").is_err());
    }

    #[test]
    fn each_finding_is_a_line_with_what_to_do_under_it() {
        let findings = [
            Finding::ok("clock", "it is late"),
            Finding::warning("routes", "there are none", "get some"),
            Finding::problem("state", "it is full", "empty it"),
        ];
        let expected = "ok       clock        it is late\n\
                        warning  routes       there are none\n                      to do: get some\n\
                        problem  state        it is full\n                      to do: empty it\n\
                        \n1 problem, 1 warning\n";
        assert_eq!(pretty(&findings, Paint::plain()), expected);
    }
}
