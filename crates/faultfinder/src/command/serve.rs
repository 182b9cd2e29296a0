//! `faultfinder serve`: runs tests on time, keeps what happened, and answers over the HTTP API.

use crate::exit::{Exit, Failure, Outcome};
use clap::{Args, ValueEnum};
use faultfinder_net::{Clock, Vantage};
use faultfinder_service::{Config, Rates, Running, StartError, TokenHash, store};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use tracing_subscriber::EnvFilter;

/// The variable that holds the admin token: not an option, which every user of the host could read.
const ADMIN_TOKEN: &str = "FAULTFINDER_ADMIN_TOKEN";
/// Shortest admin token, in characters: what is shorter can be guessed.
const ADMIN_TOKEN_CHARS_MIN: usize = 16;

/// What to serve, and where.
#[derive(Debug, Args)]
#[command(after_help = "\
Without FAULTFINDER_ADMIN_TOKEN in the environment no call needs a token, and the service listens on loopback only. With \
it every call of the API needs a token: this one, or one made with it (POST /api/v1/tokens).

SIGTERM and Ctrl-C end it: nothing new begins, what runs may end for 30 s, results are written.

Examples:
  faultfinder serve --definitions tests/
  faultfinder serve --database sqlite:///var/lib/faultfinder/faultfinder.db --definitions /etc/faultfinder
  FAULTFINDER_ADMIN_TOKEN=$(openssl rand -hex 32) faultfinder serve --listen 0.0.0.0:8620
  curl http://127.0.0.1:8620/api/v1/results?status=failed")]
pub(crate) struct Arguments {
    /// Where to listen: IP:PORT
    #[arg(long, value_name = "ADDRESS", env = "FAULTFINDER_LISTEN", default_value = "127.0.0.1:8620")]
    listen: SocketAddr,

    /// Where to keep what happened: sqlite://PATH or postgres://USER@HOST/NAME
    #[arg(
        long,
        value_name = "URL",
        env = "FAULTFINDER_DATABASE",
        hide_env_values = true,
        default_value = "sqlite://faultfinder.db"
    )]
    database: String,

    /// Files and folders with definitions, read again when they change; repeatable
    #[arg(long, value_name = "PATH")]
    definitions: Vec<PathBuf>,

    /// The name of this place in results
    #[arg(long, value_name = "NAME", env = "FAULTFINDER_LOCATION", default_value = "local")]
    location: String,

    /// How many runs may be under way at once
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = super::run::concurrency)]
    concurrency: usize,

    /// How many requests per second one token and one address may make on average
    #[arg(long, value_name = "N", default_value_t = Rates::default().per_second)]
    rate_per_second: NonZeroU32,

    /// How many of them at once
    #[arg(long, value_name = "N", default_value_t = Rates::default().burst)]
    rate_burst: NonZeroU32,

    /// How to write the log, on standard error; which of it says FAULTFINDER_LOG (info)
    #[arg(long, value_enum, default_value_t)]
    log_format: LogFormat,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    /// For people
    #[default]
    Pretty,
    /// One JSON object per line
    Json,
}

/// Serves until somebody wants it to end.
pub(crate) async fn run(arguments: &Arguments) -> Outcome {
    log(arguments.log_format);
    let config = Config {
        listen: arguments.listen,
        admin_token: admin_token()?,
        definitions: arguments.definitions.clone(),
        location: arguments.location.clone(),
        in_flight_max: arguments.concurrency,
        rates: Rates { per_second: arguments.rate_per_second, burst: arguments.rate_burst },
        ..Config::default()
    };
    config.check().map_err(Failure::usage)?;
    let store = store::open(&arguments.database)
        .await
        .map_err(|error| Failure::ourselves("cannot open the database", &error))?;
    // Registered before anything is served, so that no signal is missed.
    let stopped = crate::runner::stopped();
    let running = Running::start(config, store, Clock::system(), Vantage::system()).await;
    let running = running.map_err(|error| match error {
        StartError::Config(why) => Failure::usage(why),
        error => Failure::ourselves("cannot start", &error),
    })?;
    crate::output::note(&format!("listening on http://{}", running.address()));
    stopped.await;
    crate::output::note("shutting down");
    running.shut_down().await;
    Ok(Exit::Passed)
}

fn admin_token() -> Result<Option<TokenHash>, Failure> {
    let token = match std::env::var(ADMIN_TOKEN) {
        Ok(token) => token,
        Err(std::env::VarError::NotPresent) => return Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            return Err(Failure::usage(format!("{ADMIN_TOKEN} is not UTF-8")));
        }
    };
    if token.trim() != token || token.chars().count() < ADMIN_TOKEN_CHARS_MIN {
        return Err(Failure::usage(format!(
            "{ADMIN_TOKEN} must have at least {ADMIN_TOKEN_CHARS_MIN} characters and no space around it"
        )));
    }
    Ok(Some(TokenHash::of(&token)))
}

/// Writes the log to standard error from now on.
fn log(format: LogFormat) {
    let filter = EnvFilter::try_from_env("FAULTFINDER_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let lines =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    // A second one would fail; there is none.
    let _ = match format {
        LogFormat::Pretty => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
}
