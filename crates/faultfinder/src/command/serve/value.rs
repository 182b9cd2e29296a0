//! From text to the values of settings: the same reader for the file, for variables and for options.

use super::setting::{Kind, Setting};
use crate::ipv6;
use faultfinder_net::{DeniedNetworks, Network};
use faultfinder_service::{Host, Origin, store};
use faultfinder_spec::{duration, quoted};
use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use tracing_subscriber::EnvFilter;

/// Most hosts, origins or proxies: each request is compared with each of them.
const LIST_MAX: usize = 100;
/// Longest name of a place, in characters.
const LOCATION_CHARS_MAX: usize = 100;

/// Why a text is not what a setting needs: a fragment, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bad {
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Bad {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    fn expected(expected: &str, found: &str) -> Self {
        Self::new(format!("expected {expected}, found {}", quoted(found)))
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Text, which must be UTF-8.
pub(super) fn text(given: &OsStr) -> Result<&str, Bad> {
    given.to_str().ok_or_else(|| Bad::new(format!("is not UTF-8: {}", quoted(&given.to_string_lossy()))))
}

pub(super) fn address(given: &OsStr) -> Result<SocketAddr, Bad> {
    let given = text(given)?;
    given.parse().map_err(|_| {
        let bad = Bad::expected("IP:PORT", given);
        if let Some(meant) = ipv6::with_port(given) {
            return bad.help(format!("write {meant}"));
        }
        bad.help("an address, not a name: 127.0.0.1:8620, [::1]:8620, or 0.0.0.0:8620 for all addresses of this host")
    })
}

/// The URL of a database, as it is.
pub(super) fn database(given: &OsStr) -> Result<String, Bad> {
    let given = text(given)?;
    store::shown(given).map(|_| given.to_owned()).map_err(|error| Bad::new(error.to_string()))
}

pub(super) fn location(given: &OsStr) -> Result<String, Bad> {
    let given = text(given)?;
    let fits = (1..=LOCATION_CHARS_MAX).contains(&given.chars().count());
    if fits && given.trim() == given && !given.chars().any(char::is_control) {
        return Ok(given.to_owned());
    }
    let expected = format!("a name of 1 to {LOCATION_CHARS_MAX} characters without space around it");
    Err(Bad::expected(&expected, given))
}

/// A filter of the log, as it is.
pub(super) fn filter(given: &OsStr) -> Result<String, Bad> {
    let given = text(given)?;
    if given.trim().is_empty() {
        return Err(Bad::expected("a log filter", given));
    }
    match EnvFilter::builder().parse(given) {
        Ok(_) => Ok(given.to_owned()),
        Err(error) => Err(Bad::new(format!("is not a log filter: {error}; found {}", quoted(given)))
            .help("a level (error, warn, info, debug, trace, off), or MODULE=LEVEL, separated by commas")),
    }
}

pub(super) fn one_of(setting: &Setting, given: &OsStr) -> Result<&'static str, Bad> {
    let given = text(given)?;
    let Kind::OneOf(words) = setting.kind else { return Err(Bad::expected("nothing", given)) };
    let found = words.iter().copied().find(|word| *word == given);
    found.ok_or_else(|| Bad::expected(&words.join(" or "), given))
}

pub(super) fn number(setting: &Setting, given: &OsStr) -> Result<usize, Bad> {
    let given = text(given)?;
    let Kind::Number { min, max } = setting.kind else { return Err(Bad::expected("no number", given)) };
    let found = given.parse().ok().filter(|number| (min..=max).contains(number));
    found.ok_or_else(|| Bad::expected(&format!("a number from {min} to {max}"), given))
}

pub(super) fn time(setting: &Setting, given: &OsStr) -> Result<Duration, Bad> {
    let given = text(given)?;
    let Kind::Duration { min, max } = setting.kind else { return Err(Bad::expected("no duration", given)) };
    let found = duration::parse(given).map_err(|bad| Bad {
        message: bad.label.map_or_else(|| bad.message.clone(), |label| format!("{}: {label}", bad.message)),
        help: bad.help,
    })?;
    if (min..=max).contains(&found) {
        return Ok(found);
    }
    let (min, max) = (duration::display(min), duration::display(max));
    Err(Bad::expected(&format!("a duration from {min} to {max}"), given))
}

pub(super) fn path(given: &OsStr) -> Result<PathBuf, Bad> {
    if given.is_empty() {
        return Err(Bad::new("expected a path, found empty text"));
    }
    Ok(PathBuf::from(given))
}

pub(super) fn host(given: &OsStr) -> Result<Host, Bad> {
    text(given)?.trim().parse().map_err(|error: faultfinder_service::HostError| Bad::new(error.to_string()))
}

pub(super) fn origin(given: &OsStr) -> Result<Origin, Bad> {
    text(given)?.trim().parse().map_err(|error: faultfinder_service::OriginError| Bad::new(error.to_string()))
}

/// An address, or a network.
pub(super) fn network(given: &OsStr) -> Result<Network, Bad> {
    text(given)?.trim().parse().map_err(|error: faultfinder_net::NetworkError| Bad::new(error.to_string()))
}

/// A list, of which each has been read and which is not too long.
pub(super) fn list<T: Clone>(list: &[T]) -> Result<Vec<T>, Bad> {
    if list.len() > LIST_MAX {
        return Err(Bad::new(format!("expected at most {LIST_MAX} values, found {}", list.len())));
    }
    Ok(list.to_vec())
}

/// All that is not the public internet.
const INTERNAL: &str = "internal";
/// No network at all; stands alone.
const NONE: &str = "none";

/// Networks that a word of the list stands for.
pub(super) fn networks(given: &OsStr) -> Result<DeniedNetworks, Bad> {
    match text(given)?.trim() {
        INTERNAL => Ok(DeniedNetworks::internal()),
        NONE => Ok(DeniedNetworks::none()),
        given => DeniedNetworks::parse([given]).map_err(|error| {
            Bad::new(error.to_string())
                .help("a network, an address, or `internal`; only `none` to deny nothing")
        }),
    }
}

/// All networks of a list, of which each has been read.
pub(super) fn all_networks(list: &[DeniedNetworks]) -> Result<DeniedNetworks, Bad> {
    if list.len() > 1 && list.iter().any(DeniedNetworks::is_empty) {
        return Err(Bad::new("`none` cannot be combined with networks").help("remove one or the other"));
    }
    let all = list.iter().fold(DeniedNetworks::none(), |all, some| all.and(some));
    let (count, most) = (all.iter().count(), DeniedNetworks::COUNT_MAX);
    if count > most {
        return Err(Bad::new(format!("expected at most {most} networks, found {count}")));
    }
    Ok(all)
}
