//! How this host resolves names.

use super::hosts::{FILE_BYTES_MAX, Hosts};
use super::transport::PATIENCE;
use faultfinder_taxonomy::{Blame, Code, Detail, Fault, Phase};
use std::io::Read as _;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

/// The resolver configuration of this system: name servers, search list, hosts file. Read once.
#[derive(Debug)]
pub struct SystemResolver {
    configuration: Result<Configuration, String>,
    hosts: Hosts,
}

/// The resolver configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Configuration {
    /// The name servers in the order in which they are asked.
    pub(super) servers: Vec<SocketAddr>,
    /// Domains that are appended to names with too few dots.
    pub(super) search: Vec<String>,
    /// Names with fewer dots are first tried with the search list.
    pub(super) ndots: usize,
    /// How long each server is asked.
    pub(super) patience: Duration,
}

/// The file that configures the system's resolver (resolv.conf(5)).
const RESOLV_CONF: &str = "/etc/resolv.conf";
/// How many name servers are asked; the system's own resolver asks three.
const SERVERS_MAX: usize = 8;
/// How many domains are searched; the system's own resolver stops at six, or has no limit.
const SEARCH_MAX: usize = 16;
/// A server gets at least this long.
const PATIENCE_MIN: Duration = Duration::from_secs(1);

impl SystemResolver {
    /// Reads the system's configuration; if it cannot be read, every lookup reports that.
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

    /// The resolver configuration.
    pub(super) fn configuration(&self) -> Result<&Configuration, Fault> {
        self.configuration.as_ref().map_err(|why| unconfigured(why))
    }

    /// The hosts file.
    pub(super) const fn hosts(&self) -> &Hosts {
        &self.hosts
    }
}

fn system_configuration() -> Result<Configuration, String> {
    let unreadable = |error: std::io::Error| format!("{RESOLV_CONF} cannot be read: {error}");
    let mut bytes = Vec::new();
    let file = std::fs::File::open(RESOLV_CONF).map_err(unreadable)?;
    file.take(FILE_BYTES_MAX).read_to_end(&mut bytes).map_err(unreadable)?;
    configuration(&bytes)
}

/// The settings in a `resolv.conf`. Lines that cannot be parsed are skipped, as the system's own resolver does.
fn configuration(bytes: &[u8]) -> Result<Configuration, String> {
    let (parsed, _) = resolv_conf::Config::parse_with_errors(bytes);
    let servers: Vec<SocketAddr> = parsed
        .nameservers
        .iter()
        .map(|server| SocketAddr::new(server.into(), 53))
        .take(SERVERS_MAX)
        .collect();
    if servers.is_empty() {
        return Err(format!("{RESOLV_CONF} names no server"));
    }
    let domains = parsed.get_last_search_or_domain();
    let search = domains.map(|domain| domain.strip_suffix('.').unwrap_or(domain).to_owned());
    let timeout = Duration::from_secs(u64::from(parsed.timeout));
    Ok(Configuration {
        servers,
        // systemd writes `search .` for "none".
        search: search.filter(|domain| !matches!(domain.as_str(), "" | "--")).take(SEARCH_MAX).collect(),
        ndots: usize::try_from(parsed.ndots).unwrap_or(usize::MAX),
        // The system retries at equal intervals, this client at growing ones; what is kept is the maximum time per
        // server.
        patience: timeout.saturating_mul(parsed.attempts.max(1)).clamp(PATIENCE_MIN, PATIENCE),
    })
}

/// The hosts file of this system; an unreadable one counts as empty.
fn system_hosts() -> Hosts {
    let path = if cfg!(windows) { r"C:\Windows\System32\drivers\etc\hosts" } else { "/etc/hosts" };
    let mut bytes = Vec::new();
    if let Ok(file) = std::fs::File::open(Path::new(path)) {
        // A part that was read before an error is still valid.
        let _ = file.take(FILE_BYTES_MAX).read_to_end(&mut bytes);
    }
    Hosts::parse(&String::from_utf8_lossy(&bytes))
}

/// The addresses of `localhost` and the names under it, which are never sent to a server (RFC 6761 section 6.3).
pub(super) fn localhost(name: &str) -> Option<[IpAddr; 2]> {
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    let is_local = name == "localhost" || name.ends_with(".localhost");
    is_local.then_some([IpAddr::V6(std::net::Ipv6Addr::LOCALHOST), IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)])
}

fn unconfigured(why: &str) -> Fault {
    let detail = Detail::dns("UNCONFIGURED", "ECONNREFUSED");
    Fault::new(Code::Dns, Phase::Resolve, detail, format!("the resolver of this host cannot be used: {why}"))
        .blamed_on(Blame::Ourselves)
        .with_hint("name a server in /etc/resolv.conf of this host, or set `resolver` in the test")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resolv_conf_says_who_is_asked_for_what_and_for_how_long() {
        let read = |text: &str| configuration(text.as_bytes());
        let text = "# made by hand\nnameserver 192.0.2.1\nnameserver fe80::1%eth0\nnonsense\nsearch a.test b.test.\noptions ndots:2 timeout:1 attempts:3 rotate\n";
        let servers = ["192.0.2.1:53", "[fe80::1]:53"].map(|text| text.parse().unwrap()).to_vec();
        let search = vec!["a.test".to_owned(), "b.test".to_owned()];
        assert_eq!(
            read(text),
            Ok(Configuration { servers, search, ndots: 2, patience: Duration::from_secs(3) })
        );
        let text = "domain a.test\nnameserver 192.0.2.1\nsearch .\noptions timeout:30\n";
        let servers = vec!["192.0.2.1:53".parse().unwrap()];
        assert_eq!(read(text), Ok(Configuration { servers, search: vec![], ndots: 1, patience: PATIENCE }));
        assert_eq!(read("search a.test\n"), Err("/etc/resolv.conf names no server".to_owned()));
    }
}
