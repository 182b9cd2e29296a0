//! The commands, one file each.

pub(crate) mod probe;
pub(crate) mod run;
pub(crate) mod validate;
pub(crate) mod schema;
pub(crate) mod explain;
pub(crate) mod lab;
pub(crate) mod demo;
pub(crate) mod verify;
pub(crate) mod serve;
pub(crate) mod doctor;
pub(crate) mod generate;

use crate::cli::{Cli, Command};
use crate::exit::{Failure, Outcome};
use std::future::Future;

/// Runs the command.
pub(crate) fn run(cli: &Cli) -> Outcome {
    crate::paint::decide(cli.color);
    match &cli.command {
        Command::Probe(arguments) => probe::run(arguments),
        Command::Run(arguments) => run::run(arguments),
        Command::Validate(arguments) => validate::run(arguments),
        Command::Schema => schema::run(),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Lab(arguments) => in_runtime(lab::run(arguments)),
        Command::Demo(arguments) => in_runtime(demo::run(arguments)),
        Command::Verify(arguments) => verify::run(arguments),
        Command::Serve(arguments) => in_runtime(serve::run(arguments)),
        Command::Doctor(arguments) => in_runtime(doctor::run(arguments)),
        Command::Generate(arguments) => generate::run(arguments),
    }
}

/// Runs a command that needs the network in the one runtime of this process.
pub(crate) fn in_runtime(command: impl Future<Output = Outcome>) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::ourselves("cannot start the runtime", &error))?;
    let outcome = runtime.block_on(command);
    // Peers and probes that are still busy are of no interest any more.
    runtime.shutdown_background();
    outcome
}
