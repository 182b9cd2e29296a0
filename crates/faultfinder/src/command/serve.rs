//! `faultfinder serve`: runs tests on time, keeps what happened, and answers over the HTTP API.

mod setting; // the table of settings: fields, variables, options, documentation
mod value; // from text to values, for all layers
mod options; // the options of the command line
mod config_file; // the configuration file
mod settings; // all layers together
pub(crate) mod key; // the key for secrets
mod check; // what is set, and whether the definitions are good
#[cfg(test)]
mod tests;

pub(crate) use options::Options;
pub(crate) use settings::{CONFIG, Settings, secret_key_of, variables};

use crate::exit::{Exit, Failure, Outcome};
use crate::paint::Paint;
use clap::Args;
use faultfinder_net::{Clock, Vantage};
use faultfinder_service::{Running, StartError, store};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::pin::pin;
use tracing_subscriber::EnvFilter;

/// What to serve, and where.
#[derive(Debug, Args)]
#[command(after_help = "\
Every option can also be set by its environment variable and in the configuration file. Options override variables, and \
variables override the file. docs/operations.md lists all of them.

Without an admin token (FAULTFINDER_ADMIN_TOKEN, or --admin-token-file), no call needs a token, and the service listens on \
loopback only. With one, every API call needs a token: this one, or one created with it (POST /api/v1/tokens).

SIGTERM and Ctrl-C stop it: nothing new starts, runs in progress finish, results are written. SIGHUP reloads all definitions
and the files that they refer to.

Examples:
  faultfinder serve --definitions tests/
  faultfinder serve --config /etc/faultfinder/faultfinder.toml --check
  faultfinder serve --database sqlite:///var/lib/faultfinder/faultfinder.db --definitions /etc/faultfinder/tests
  FAULTFINDER_ADMIN_TOKEN=$(openssl rand -hex 32) faultfinder serve --listen 0.0.0.0:8620
  curl http://127.0.0.1:8620/api/v1/results?status=failed")]
pub(crate) struct Arguments {
    /// The configuration file, TOML [env: FAULTFINDER_CONFIG]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Read the configuration and the definitions, report every setting and all mistakes, and exit
    #[arg(long)]
    check: bool,

    #[command(flatten)]
    options: Options,
}

/// Serves until it is asked to stop.
pub(crate) async fn run(arguments: &Arguments) -> Outcome {
    let settings = Settings::read(arguments.config.as_deref(), &variables(), &arguments.options)?;
    if arguments.check {
        return check::run(&settings);
    }
    settings.config.check().map_err(Failure::usage)?;
    log(&settings);
    for warning in &settings.warnings {
        tracing::warn!("{warning}");
    }
    let store = store::open(&settings.database)
        .await
        .map_err(|error| Failure::ourselves("cannot open the database", &error))?;
    let mut settings = settings;
    if settings.config.secret_key.is_none() {
        settings.config.secret_key = key::beside(&settings.database)?;
    }
    let is_json = settings.log_format == "json";
    // Registered before anything is served, so that no signal is missed.
    let mut stopped = pin!(crate::runner::stopped());
    let mut reload = Hangups::new();
    let starting = Running::start(settings.config, store, Clock::system(), Vantage::system());
    // It may have to wait for its database.
    let running = tokio::select! {
        running = starting => running,
        () = &mut stopped => return Ok(Exit::Passed),
    };
    let running = running.map_err(|error| match error {
        StartError::Config(why) => Failure::usage(why),
        error => Failure::ourselves("cannot start", &error),
    })?;
    if !is_json {
        // For people, whatever is logged. A log in JSON has no other lines, and says it in one of its own.
        crate::output::note(&format!("listening on {}", running.url()));
    }
    loop {
        tokio::select! {
            () = &mut stopped => break,
            () = reload.next() => {
                tracing::info!("reloading all definitions");
                running.reload();
            }
        }
    }
    tracing::info!("shutting down");
    running.shut_down().await;
    Ok(Exit::Passed)
}

/// SIGHUP, which asks for everything to be read again.
struct Hangups(#[cfg(unix)] Option<tokio::signal::unix::Signal>);

impl Hangups {
    /// From now on the signal does not end this process.
    #[cfg(unix)]
    fn new() -> Self {
        Self(tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok())
    }

    #[cfg(not(unix))]
    const fn new() -> Self {
        Self()
    }

    /// Comes back at the next one.
    async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.0
            && signal.recv().await.is_some()
        {
            return;
        }
        std::future::pending().await
    }
}

/// The settings of a service that keeps its results in this database.
pub(crate) fn settings_with_database(
    config: Option<&Path>,
    database: Option<OsString>,
    variables: &BTreeMap<String, OsString>,
) -> Result<Settings, Failure> {
    let options = database.map(|url| Options::one(&setting::DATABASE, url)).unwrap_or_default();
    Settings::read(config, variables, &options)
}

/// Writes the log to standard error from now on.
fn log(settings: &Settings) {
    let filter = EnvFilter::try_new(&settings.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(Paint::for_stderr().is_on())
        .with_target(false);
    // A second one would fail; there is none.
    let _ = if settings.log_format == "json" {
        // Flat: the fields of an event beside its message, those of its request under `span`.
        lines.json().flatten_event(true).with_span_list(false).try_init()
    } else {
        lines.try_init()
    };
}
