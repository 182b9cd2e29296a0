//! How this host resolves names.

use super::exchange::PATIENCE;
use super::hosts::{FILE_BYTES_MAX, Hosts};
use faultfinder_taxonomy::{Blame, Code, Detail, Fault, Phase};
use hickory_resolver::system_conf::read_system_conf;
use std::io::Read as _;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

/// The resolver that this system is configured with: name servers, search list, hosts file. Read once.
#[derive(Debug)]
pub struct SystemResolver {
    configuration: Result<Configuration, String>,
    hosts: Hosts,
}

/// What a resolver is configured with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Configuration {
    /// The name servers in the order in which they are asked.
    pub(super) servers: Vec<SocketAddr>,
    /// Domains that are appended to names with too few dots.
    pub(super) search: Vec<String>,
    /// Names with fewer dots are searched for first.
    pub(super) ndots: usize,
    /// How long each server is asked.
    pub(super) patience: Duration,
}

/// How many name servers are asked; the system's own resolver asks three.
const SERVERS_MAX: usize = 8;
/// How many domains are searched; the system's own resolver stops at six, or has no limit.
const SEARCH_MAX: usize = 16;
/// A server gets at least this long.
const PATIENCE_MIN: Duration = Duration::from_secs(1);

impl SystemResolver {
    /// Reads the system's configuration; where it cannot be read, every look-up says so.
    #[must_use]
    pub fn from_system() -> Self {
        Self { configuration: system_configuration(), hosts: system_hosts() }
    }

    /// The first name server.
    ///
    /// # Errors
    ///
    /// `DNS`, blamed on ourselves, when the system's configuration names none.
    pub fn first_server(&self) -> Result<SocketAddr, Fault> {
        self.servers()?.first().copied().ok_or_else(|| unconfigured("it names no server"))
    }

    /// The name servers, in the order in which they are asked.
    ///
    /// # Errors
    ///
    /// `DNS`, blamed on ourselves, when the system's configuration cannot be read.
    pub fn servers(&self) -> Result<&[SocketAddr], Fault> {
        self.configuration().map(|configuration| configuration.servers.as_slice())
    }

    /// Whether this is one of the name servers.
    pub(crate) fn has_server(&self, server: SocketAddr) -> bool {
        self.configuration.as_ref().is_ok_and(|configuration| configuration.servers.contains(&server))
    }

    /// What it is configured with.
    pub(super) fn configuration(&self) -> Result<&Configuration, Fault> {
        self.configuration.as_ref().map_err(|why| unconfigured(why))
    }

    /// The hosts file.
    pub(super) const fn hosts(&self) -> &Hosts {
        &self.hosts
    }
}

fn system_configuration() -> Result<Configuration, String> {
    let (config, options) = read_system_conf().map_err(|error| error.to_string())?;
    let server = |server: &hickory_resolver::config::NameServerConfig| {
        let port = server.connections.first().map_or(53, |connection| connection.port);
        SocketAddr::new(server.ip, port)
    };
    let attempts = u32::try_from(options.attempts).unwrap_or(u32::MAX).max(1);
    Ok(Configuration {
        servers: config.name_servers().iter().map(server).take(SERVERS_MAX).collect(),
        search: config.search().iter().map(super::wire::presentation).take(SEARCH_MAX).collect(),
        ndots: options.ndots,
        // The system's tries have equal distances, ours grow; what is kept is how long a server gets at the most.
        patience: options.timeout.saturating_mul(attempts).clamp(PATIENCE_MIN, PATIENCE),
    })
}

/// The hosts file of this system; one that cannot be read is as good as an empty one.
fn system_hosts() -> Hosts {
    let path = if cfg!(windows) { r"C:\Windows\System32\drivers\etc\hosts" } else { "/etc/hosts" };
    let mut bytes = Vec::new();
    if let Ok(file) = std::fs::File::open(Path::new(path)) {
        // A part that was read before an error is still true.
        let _ = file.take(FILE_BYTES_MAX).read_to_end(&mut bytes);
    }
    Hosts::parse(&String::from_utf8_lossy(&bytes))
}

/// The addresses of `localhost` and the names under it, which no server is asked for (RFC 6761 section 6.3).
pub(super) fn localhost(name: &str) -> Option<[IpAddr; 2]> {
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    let is_local = name == "localhost" || name.ends_with(".localhost");
    is_local.then_some([IpAddr::V6(std::net::Ipv6Addr::LOCALHOST), IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)])
}

fn unconfigured(why: &str) -> Fault {
    let detail = Detail::dns("UNCONFIGURED", "ECONNREFUSED");
    Fault::new(Code::Dns, Phase::Resolve, detail, format!("the resolver of this host cannot be used: {why}"))
        .blamed_on(Blame::Ourselves)
        .with_hint("name a server in /etc/resolv.conf of this host, or give the test a `resolver` of its own")
}
