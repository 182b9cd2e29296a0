//! The settings of a service: one table for the fields of the configuration file, the variables, the options and the
//! documentation.

use crate::command::run::CONCURRENCY_MAX;
use faultfinder_spec::duration;
use std::time::Duration;

/// A setting: what it is called, and what it may be.
#[derive(Debug)]
pub(super) struct Setting {
    /// Its field in the configuration file. Its variable and its option are called after it.
    pub(super) field: &'static str,
    /// What it may be.
    pub(super) kind: Kind,
    /// The default, written as in a variable. An empty list and a missing file have no default.
    pub(super) default: Option<&'static str>,
    /// The placeholder for its value in help.
    pub(super) value_name: &'static str,
    /// What it means.
    pub(super) meaning: &'static str,
}

/// What a setting may be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Text that has its own parser.
    Text,
    /// The URL of a database.
    Database,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A whole number.
    Number { min: usize, max: usize },
    /// A duration.
    Duration { min: Duration, max: Duration },
    /// The path of a file.
    Path,
    /// Paths of files and folders.
    Paths,
    /// Networks.
    Networks,
    /// Names of hosts, or origins; the example is one of them.
    Names { example: &'static str },
}

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);
/// Longest time for which anything is kept.
const KEEP_MAX: Duration = Duration::from_secs(3_650 * 86_400);
/// Most requests per second: more than one process answers.
const RATE_MAX: usize = 1_000_000;

/// What all variables begin with.
pub(super) const PREFIX: &str = "FAULTFINDER_";

pub(super) const LISTEN: Setting = Setting {
    field: "listen",
    kind: Kind::Text,
    default: Some("127.0.0.1:8620"),
    value_name: "ADDRESS",
    meaning: "Address to listen on, `IP:PORT`. Any address except loopback needs an admin token; port 0 selects a free port",
};
pub(super) const TLS_CERT: Setting = Setting {
    field: "tls_cert",
    kind: Kind::Path,
    default: None,
    value_name: "FILE",
    meaning: "The certificate of the service and those of its issuers, PEM, reloaded when the file changes. With it and \
              `tls_key`, the service uses HTTPS",
};
pub(super) const TLS_KEY: Setting = Setting {
    field: "tls_key",
    kind: Kind::Path,
    default: None,
    value_name: "FILE",
    meaning: "The private key of the certificate, PEM, not encrypted, reloaded when the file changes",
};
pub(super) const ALLOWED_HOSTS: Setting = Setting {
    field: "allowed_hosts",
    kind: Kind::Names { example: "faultfinder.example" },
    default: None,
    value_name: "HOST",
    meaning: "Without an admin token: names by which requests may call this service, in addition to `localhost`, `127.0.0.1` \
              and `[::1]`",
};
pub(super) const ALLOWED_ORIGINS: Setting = Setting {
    field: "allowed_origins",
    kind: Kind::Names { example: "https://faultfinder.example" },
    default: None,
    value_name: "ORIGIN",
    meaning: "Origins of web pages that may send requests, in addition to the service's own: `https://faultfinder.example`",
};
pub(super) const TRUSTED_PROXIES: Setting = Setting {
    field: "trusted_proxies",
    kind: Kind::Networks,
    default: None,
    value_name: "NETWORK",
    meaning: "Addresses and networks of reverse proxies: their `Forwarded` or `X-Forwarded-For` names the client",
};
pub(super) const CONNECTIONS_PER_ADDRESS: Setting = Setting {
    field: "connections_per_address",
    kind: Kind::Number { min: 1, max: 4_096 },
    default: Some("256"),
    value_name: "N",
    meaning: "How many connections one address may have at once",
};
pub(super) const TESTS_PER_TOKEN: Setting = Setting {
    field: "tests_per_token",
    kind: Kind::Number { min: 1, max: 1_000_000 },
    default: Some("10000"),
    value_name: "N",
    meaning: "How many tests one token without the scope `admin` may have",
};
pub(super) const DATABASE: Setting = Setting {
    field: "database",
    kind: Kind::Database,
    default: Some("sqlite://faultfinder.db"),
    value_name: "URL",
    meaning: "Where results are stored: `sqlite://PATH` or `postgres://USER@HOST/NAME`",
};
pub(super) const DEFINITIONS: Setting = Setting {
    field: "definitions",
    kind: Kind::Paths,
    default: None,
    value_name: "PATH",
    meaning: "Files and folders with definitions, reloaded when they change",
};
pub(super) const MODULES: Setting = Setting {
    field: "modules",
    kind: Kind::Path,
    default: None,
    value_name: "FILE",
    meaning: "A `blackbox.yml`, whose modules `/probe?target=..&module=..` carries out as blackbox_exporter does",
};
pub(super) const LOCATION: Setting = Setting {
    field: "location",
    kind: Kind::Text,
    default: Some("local"),
    value_name: "NAME",
    meaning: "The name of this location in results",
};
pub(super) const CONCURRENCY: Setting = Setting {
    field: "concurrency",
    kind: Kind::Number { min: 1, max: CONCURRENCY_MAX },
    default: Some("512"),
    value_name: "N",
    meaning: "How many runs may be in progress at once",
};
pub(super) const KEEP_RESULTS: Setting = Setting {
    field: "keep_results",
    kind: Kind::Duration { min: HOUR, max: KEEP_MAX },
    default: Some("30d"),
    value_name: "TIME",
    meaning: "How long results are kept",
};
pub(super) const KEEP_SUMMARIES: Setting = Setting {
    field: "keep_summaries",
    kind: Kind::Duration { min: DAY, max: KEEP_MAX },
    default: Some("400d"),
    value_name: "TIME",
    meaning: "How long the hourly and daily summaries are kept; uptime is computed from them",
};
pub(super) const DENIED_NETWORKS: Setting = Setting {
    field: "denied_networks",
    kind: Kind::Networks,
    default: Some("internal"),
    value_name: "NETWORK",
    meaning: "Networks that tests of tokens without the scope `admin` may not reach: `10.0.0.0/8`, an address, \
              `internal` for everything outside the public internet, or `none`",
};
pub(super) const ADMIN_TOKEN_FILE: Setting = Setting {
    field: "admin_token_file",
    kind: Kind::Path,
    default: None,
    value_name: "FILE",
    meaning: "A file with the admin token. With an admin token, every API call needs a token",
};
pub(super) const SECRET_KEY_FILE: Setting = Setting {
    field: "secret_key_file",
    kind: Kind::Path,
    default: None,
    value_name: "FILE",
    meaning: "A file with the key that secrets in definitions of the API are encrypted with. Without it, SQLite has one \
              beside the database (`PATH-key`), made when it is first needed, and PostgreSQL takes no such definitions",
};
pub(super) const NOTIFIERS: Setting = Setting {
    field: "notifiers",
    kind: Kind::Path,
    default: None,
    value_name: "FILE",
    meaning: "A file with notifiers, to which alerts are sent. Without it, alerts are only recorded",
};
pub(super) const STATUS_PAGES: Setting = Setting {
    field: "status_pages",
    kind: Kind::Path,
    default: None,
    value_name: "FILE",
    meaning: "A file with status pages, which anyone may see at `/status/PATH`. Without it there are none",
};
pub(super) const RATE_PER_SECOND: Setting = Setting {
    field: "rate_per_second",
    kind: Kind::Number { min: 1, max: RATE_MAX },
    default: Some("100"),
    value_name: "N",
    meaning: "How many requests per second one token, and one address, may make on average",
};
pub(super) const RATE_BURST: Setting = Setting {
    field: "rate_burst",
    kind: Kind::Number { min: 1, max: RATE_MAX },
    default: Some("200"),
    value_name: "N",
    meaning: "How many requests one token, and one address, may make at once",
};
pub(super) const SHUTDOWN_TIMEOUT: Setting = Setting {
    field: "shutdown_timeout",
    kind: Kind::Duration { min: SECOND, max: HOUR },
    default: Some("30s"),
    value_name: "TIME",
    meaning: "How long runs and requests in progress may take to finish at shutdown, and how long writing results may \
              take after that",
};
pub(super) const LOG_FORMAT: Setting = Setting {
    field: "log_format",
    kind: Kind::OneOf(&["pretty", "json"]),
    default: Some("pretty"),
    value_name: "FORMAT",
    meaning: "How the log is written, on standard error: for people, or one JSON object per line",
};
pub(super) const LOG: Setting = Setting {
    field: "log",
    kind: Kind::Text,
    default: Some("info"),
    value_name: "FILTER",
    meaning: "What is written to the log: `error`, `warn`, `info`, `debug` or `trace`, also by module: \
              `warn,faultfinder_service::schedule=debug`",
};

/// All settings, in the order in which they are shown.
pub(super) const ALL: [&Setting; 25] = [
    &LISTEN,
    &TLS_CERT,
    &TLS_KEY,
    &DATABASE,
    &DEFINITIONS,
    &MODULES,
    &LOCATION,
    &CONCURRENCY,
    &KEEP_RESULTS,
    &KEEP_SUMMARIES,
    &ADMIN_TOKEN_FILE,
    &SECRET_KEY_FILE,
    &NOTIFIERS,
    &STATUS_PAGES,
    &ALLOWED_HOSTS,
    &ALLOWED_ORIGINS,
    &TRUSTED_PROXIES,
    &DENIED_NETWORKS,
    &RATE_PER_SECOND,
    &RATE_BURST,
    &CONNECTIONS_PER_ADDRESS,
    &TESTS_PER_TOKEN,
    &SHUTDOWN_TIMEOUT,
    &LOG_FORMAT,
    &LOG,
];

impl Setting {
    /// Its variable: `FAULTFINDER_LISTEN`.
    pub(super) fn variable(&self) -> String {
        format!("{PREFIX}{}", self.field.to_uppercase())
    }

    /// Its option, without the dashes in front: `log-format`.
    pub(super) fn option(&self) -> String {
        self.field.replace('_', "-")
    }

    /// Whether it is a list.
    pub(super) const fn is_list(&self) -> bool {
        matches!(self.kind, Kind::Paths | Kind::Networks | Kind::Names { .. })
    }

    /// Its values in the text of a variable. Paths are separated as in `PATH`, all others by commas.
    pub(super) fn split(&self, text: &std::ffi::OsStr) -> Vec<std::ffi::OsString> {
        match (self.kind, text.to_str()) {
            (Kind::Paths, _) => std::env::split_paths(text).map(Into::into).collect(),
            (Kind::Networks | Kind::Names { .. }, Some(text)) => {
                text.split(',').map(|one| one.trim().into()).collect()
            }
            _ => vec![text.to_owned()],
        }
    }

    /// The range of its values, where its meaning does not say it.
    pub(super) fn range(&self) -> String {
        match self.kind {
            Kind::Number { min, max } => format!("{min} to {max}"),
            Kind::Duration { min, max } => {
                format!("{} to {}", duration::display(min), duration::display(max))
            }
            Kind::OneOf(words) => words.join(", "),
            Kind::Text | Kind::Database | Kind::Path | Kind::Paths | Kind::Networks | Kind::Names { .. } => {
                String::new()
            }
        }
    }

    /// What the configuration file must contain.
    pub(super) fn expected(&self) -> String {
        match self.kind {
            Kind::Text | Kind::Database | Kind::Path => "text in quotes".to_owned(),
            Kind::OneOf(words) => {
                let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
                quoted.join(" or ")
            }
            Kind::Number { .. } => format!("a number from {}", self.range()),
            Kind::Duration { .. } => {
                format!("a duration in quotes: \"{}\"", self.default.unwrap_or_default())
            }
            Kind::Paths => "a list of paths: [\"tests\", \"more.yaml\"]".to_owned(),
            Kind::Networks => {
                let example = self.default.unwrap_or("192.0.2.1");
                format!("a list of networks: [\"{example}\", \"203.0.113.0/24\"]")
            }
            Kind::Names { example } => format!("a list of texts: [\"{example}\"]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of docs/operations.md.
    fn reference() -> String {
        let mut text =
            "| field | variable | option | default | range | meaning |\n| --- | --- | --- | --- | --- | --- |\n".to_owned();
        for setting in ALL {
            let default = setting.default.map(|default| format!("`{default}`")).unwrap_or_default();
            text.push_str(&format!(
                "| `{}` | `{}` | `--{}` | {default} | {} | {} |\n",
                setting.field,
                setting.variable(),
                setting.option(),
                setting.range(),
                setting.meaning
            ));
        }
        text
    }

    #[test]
    fn the_docs_list_every_setting() {
        let docs = include_str!("../../../../../docs/operations.md");
        let generated = reference();
        assert!(docs.contains(&generated), "docs/operations.md has drifted; it must contain:\n\n{generated}");
    }

    #[test]
    fn lists_of_variables_are_taken_apart() {
        let split = |setting: &Setting, text: &str| setting.split(text.as_ref());
        assert_eq!(split(&DENIED_NETWORKS, "internal, 192.0.2.0/24"), ["internal", "192.0.2.0/24"]);
        assert_eq!(split(&DEFINITIONS, "/etc/a:b,c"), ["/etc/a", "b,c"]);
        assert_eq!(split(&LOCATION, "a,b:c"), ["a,b:c"]);
    }
}
