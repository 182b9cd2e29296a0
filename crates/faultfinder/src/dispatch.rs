//! From the arguments to the command.

use crate::cli::{Cli, Command};
use crate::command::{
    alerts, demo, doctor, explain, generate, import, lab, probe, rekey, run, schema, serve, validate, verify,
};
use crate::exit::Outcome;
use crate::runtime::in_runtime;
use clap::CommandFactory as _;

/// Runs the command.
pub(crate) fn run(cli: &Cli) -> Outcome {
    crate::paint::decide(cli.color);
    match &cli.command {
        Command::Probe(arguments) => probe::run(arguments),
        Command::Run(arguments) => run::run(arguments),
        Command::Validate(arguments) => validate::run(arguments),
        Command::Import(arguments) => import::run(arguments),
        Command::Alerts(arguments) => alerts::run(arguments),
        Command::Schema(arguments) => schema::run(arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Lab(arguments) => in_runtime(lab::run(arguments)),
        Command::Demo(arguments) => in_runtime(demo::run(arguments)),
        Command::Verify(arguments) => verify::run(arguments),
        Command::Serve(arguments) => in_runtime(serve::run(arguments)),
        Command::Rekey(arguments) => in_runtime(rekey::run(arguments)),
        Command::Doctor(arguments) => in_runtime(doctor::run(arguments)),
        Command::Generate(arguments) => generate::run(arguments, Cli::command()),
    }
}
