//! `faultfinder lab`: serves the misbehaving peers on loopback.

use crate::exit::{Exit, Failure, Outcome};
use crate::output::note;
use crate::paint::Paint;
use crate::render::text::{inert, pad};
use clap::Args;
use faultfinder_lab::{Exhibit, Lab, Manifest, NotServed, Scenario, scenarios};
use std::sync::Arc;

/// Which peers, and the output format.
#[derive(Debug, Args)]
#[command(after_help = "\
Every peer listens on 127.0.0.1 with a port of the kernel's choice, and shows one fault. The list says where, and \
what a test of it must say. Point faultfinder at them, or your own monitoring.

Examples:
  faultfinder lab --only http1/
  faultfinder lab --json > manifest.json &
  faultfinder lab --json | head -c 65536 | jq .scenarios[0]")]
pub(crate) struct Arguments {
    /// Print the manifest: every scenario with its target, its definition and the expected result
    #[arg(long)]
    json: bool,

    /// Only the scenarios whose name contains this
    #[arg(long, value_name = "PATTERN")]
    only: Option<String>,
}

/// Serves until Ctrl-C.
pub(crate) async fn run(arguments: &Arguments) -> Outcome {
    let mut stop = std::pin::pin!(crate::runner::stopped());
    let served = serve(arguments.only.as_deref())?;
    served.complain();
    let not_served = not_served(&served);
    if arguments.json {
        let manifest = Manifest::new(served.exhibits, not_served);
        let text = serde_json::to_string_pretty(&manifest)
            .map_err(|error| Failure::ourselves("cannot write the manifest", &error))?;
        crate::output::print(&format!("{text}\n"))?;
    } else {
        crate::output::print(&table(&served.exhibits, Paint::for_stdout()))?;
    }
    note("serving until Ctrl-C");
    (&mut stop).await;
    drop(served.lab);
    Ok(Exit::Passed)
}

/// What is being served.
#[derive(Debug)]
pub(crate) struct Served {
    /// Serves until it is dropped.
    pub(crate) lab: Arc<Lab>,
    /// The peers.
    pub(crate) exhibits: Vec<Exhibit>,
    /// The scenarios that could not be served, and why.
    pub(crate) missing: Vec<(String, String)>,
    /// The scenarios that need their own network, which cannot be reached from outside.
    pub(crate) apart: Vec<Scenario>,
}

impl Served {
    /// Says which scenarios could not be served.
    pub(crate) fn complain(&self) {
        let paint = Paint::for_stderr();
        for (id, why) in &self.missing {
            note(&format!("{}: {id} cannot be served: {why}", paint.warn("warning")));
        }
    }
}

/// Serves the scenarios whose name contains `only`. One that cannot be served does not keep the others from it.
pub(crate) fn serve(only: Option<&str>) -> Result<Served, Failure> {
    let now = faultfinder_net::Clock::system().now();
    let lab = Lab::new(now).map_err(|error| Failure::ourselves("cannot start the lab", &error))?;
    let mut wanted = scenarios();
    wanted.retain(|scenario| only.is_none_or(|part| scenario.id.contains(part)));
    if let (Some(part), true) = (only, wanted.is_empty()) {
        return Err(Failure::usage_with_help(
            format!("--only: no scenario's name contains `{part}`"),
            "`faultfinder lab` lists them all",
        ));
    }
    let (apart, wanted): (Vec<Scenario>, Vec<Scenario>) =
        wanted.into_iter().partition(|scenario| scenario.network().is_some());
    let (mut exhibits, mut missing) = (Vec::new(), Vec::new());
    for scenario in wanted {
        match scenario.serve(&lab) {
            Ok(exhibit) => exhibits.push(exhibit),
            Err(error) => missing.push((scenario.id, error.to_string())),
        }
    }
    Ok(Served { lab: Arc::new(lab), exhibits, missing, apart })
}

/// Reports which scenarios are not served because they could not be reached.
fn not_served(served: &Served) -> Vec<NotServed> {
    /// Why.
    const WHY: &str = "it has its own network, together with its test: `faultfinder demo` runs both";
    let names: Vec<&str> = served.apart.iter().map(|scenario| scenario.id.as_str()).collect();
    if !names.is_empty() {
        let many = crate::diagnostics::plural(names.len(), "scenario is", "scenarios are");
        note(&format!("{many} not served ({WHY}): {}", names.join(", ")));
    }
    names.into_iter().map(|name| NotServed::new(name.to_owned(), WHY.to_owned())).collect()
}

/// A line per peer: scenario, target, what is expected, what it shows.
fn table(exhibits: &[Exhibit], paint: Paint) -> String {
    let width =
        |cell: fn(&Exhibit) -> String| exhibits.iter().map(|exhibit| cell(exhibit).chars().count()).max();
    let ids = width(|exhibit| exhibit.id.clone()).unwrap_or(0);
    let targets = width(target).unwrap_or(0);
    let expected = width(|exhibit| super::demo::expected(&exhibit.expect)).unwrap_or(0);
    let mut text = String::new();
    let mut protocol = None;
    for exhibit in exhibits {
        if protocol != Some(exhibit.protocol) {
            let space = if protocol.is_some() { "\n" } else { "" };
            text.push_str(&format!("{space}{}\n", paint.strong(exhibit.protocol.as_str())));
            protocol = Some(exhibit.protocol);
        }
        text.push_str(&format!(
            "  {}  {}  {}  {}\n",
            pad(&exhibit.id, ids),
            pad(&target(exhibit), targets),
            pad(&super::demo::expected(&exhibit.expect), expected),
            paint.faint(&exhibit.shows),
        ));
    }
    text
}

/// Targets of scenarios may be as wrong as they like, and as long.
fn target(exhibit: &Exhibit) -> String {
    crate::render::text::cut(&inert(&exhibit.target), 44)
}
