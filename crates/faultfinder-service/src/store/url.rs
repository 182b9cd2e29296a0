//! URLs of databases.

use super::opening::OpenError;
use sqlx::postgres::PgConnectOptions;
use std::path::{Path, PathBuf};

/// The parameters that a URL of PostgreSQL may have.
const PARAMETERS: &[&str] = &[
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

/// Where a database is.
pub(super) enum Place {
    /// In this file.
    File(PathBuf),
    /// On a server.
    Server(Box<PgConnectOptions>),
}

impl Place {
    /// Reads a URL.
    pub(super) fn parse(url: &str) -> Result<Self, OpenError> {
        match url.split_once(':') {
            Some(("sqlite", rest)) => file(rest.strip_prefix("//").unwrap_or(rest)),
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => server(url),
            // Nothing behind the first colon is shown: it may be a password.
            Some((scheme, _)) => Err(bad(format!("{:?} and more", format!("{}:", short(scheme))))),
            None if url.is_empty() => Err(bad("empty")),
            None => Err(bad(format!("{:?}", short(url)))),
        }
    }
}

/// Where the key for secrets of a database is if no other place is named: beside its file. Nothing for a database of a server,
/// and for what is none.
#[must_use]
pub fn key_file(url: &str) -> Option<PathBuf> {
    match Place::parse(url) {
        Ok(Place::File(path)) => {
            let mut name = path.into_os_string();
            name.push("-key");
            Some(name.into())
        }
        Ok(Place::Server(_)) | Err(_) => None,
    }
}

/// As a URL without its password.
impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "sqlite://{}", path.display()),
            Self::Server(options) => {
                let name = options.get_database().unwrap_or_else(|| options.get_username());
                let user = options.get_username();
                match options.get_socket() {
                    Some(socket) => write!(f, "postgres://{user}@/{name}?host={}", socket.display()),
                    None => {
                        write!(f, "postgres://{user}@{}:{}/{name}", options.get_host(), options.get_port())
                    }
                }
            }
        }
    }
}

fn bad(found: impl Into<String>) -> OpenError {
    OpenError::Url { found: found.into() }
}

fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

fn file(path: &str) -> Result<Place, OpenError> {
    if path.is_empty() {
        Err(bad("a SQLite URL without a path"))
    } else if path.starts_with(":memory:") {
        Err(bad("in memory, where nothing is stored"))
    } else if path.contains(['?', '\0']) {
        Err(bad("a SQLite URL with parameters, which are not supported"))
    } else {
        Ok(Place::File(Path::new(path).to_owned()))
    }
}

fn server(url: &str) -> Result<Place, OpenError> {
    let parameters = url.split_once('?').map_or("", |(_, parameters)| parameters);
    for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
        let name = parameter.split('=').next().unwrap_or_default();
        let known = name.split('[').next().unwrap_or_default();
        if !PARAMETERS.contains(&known) {
            return Err(bad(format!("a PostgreSQL URL with the unknown parameter {:?}", short(name))));
        }
    }
    let options = url.parse::<PgConnectOptions>();
    let options = options.map_err(|error| bad(format!("a PostgreSQL URL that cannot be read ({error})")))?;
    Ok(Place::Server(Box::new(options)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(url: &str) -> String {
        match Place::parse(url).unwrap() {
            Place::File(path) => path.to_string_lossy().into_owned(),
            Place::Server(options) => options.get_host().to_owned(),
        }
    }

    #[test]
    fn a_url_names_a_file_or_a_server() {
        for (url, place) in [
            ("sqlite://data.db", "data.db"),
            ("sqlite:data.db", "data.db"),
            ("sqlite:///var/lib/a b%20.db", "/var/lib/a b%20.db"),
            ("postgres://user:hunter2@db.example:5433/ff?sslmode=disable", "db.example"),
            ("postgresql://db.example/ff?options[search_path]=ff", "db.example"),
        ] {
            assert_eq!(path(url), place);
        }
    }

    #[test]
    fn a_url_is_shown_without_its_password() {
        for (url, shown) in [
            ("sqlite:data.db", "sqlite://data.db"),
            ("postgres://ff:hunter2@db.example/faults", "postgres://ff@db.example:5432/faults"),
            ("postgres://ff@db.example:6432?password=hunter2", "postgres://ff@db.example:6432/ff"),
            (
                "postgres://ff@%2Fvar%2Frun%2Fpostgresql/faults",
                "postgres://ff@/faults?host=/var/run/postgresql",
            ),
        ] {
            assert_eq!(Place::parse(url).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn a_bad_url_is_told_with_what_was_found_and_no_password() {
        for (url, found) in [
            ("", "is empty;"),
            ("/var/lib/ff.db", "is \"/var/lib/ff.db\";"),
            ("mysql://root:hunter2@host/db", "is \"mysql:\" and more;"),
            ("postgres:ff:hunter2@host", "is \"postgres:\" and more;"),
            ("sqlite://", "without a path;"),
            ("sqlite::memory:", "in memory, where nothing is stored;"),
            ("sqlite://a.db?mode=ro", "with parameters"),
            ("postgres://u:hunter2@host/db?pasword=hunter2", "the unknown parameter \"pasword\";"),
            (
                "postgres://u:hunter2@host:99999/db",
                "cannot be read (error with configuration: invalid port number);",
            ),
            ("postgres://u:hunter2@host/db?sslmode=perhaps", "cannot be read"),
        ] {
            let Err(error) = Place::parse(url) else { panic!("{url} is accepted") };
            let told = format!("{error} {error:?}");
            assert!(told.contains(found) && told.contains("expected sqlite://PATH or"), "{told}");
            assert!(!told.contains("hunter2"), "{told}");
        }
    }
}
