//! How this host resolves names.

use super::hosts::{FILE_BYTES_MAX, Hosts};
use super::resolv_conf::{Configuration, Environment};
use super::watched::Watched;
use super::without_edns::WithoutEdns;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The resolver configuration of this system: name servers, search list, hosts file. Each lookup uses the files as they
/// are at that moment.
#[derive(Debug)]
pub struct SystemResolver {
    resolv_conf: Watched<Configuration>,
    environment: Environment,
    hosts: Watched<Hosts>,
    /// How many lookups there were, for `rotate`.
    lookups: AtomicUsize,
    without_edns: WithoutEdns,
}

/// The file that configures the system's resolver (resolv.conf(5)).
const RESOLV_CONF: &str = "/etc/resolv.conf";
/// The file with names that are known without a name server (hosts(5)).
const HOSTS: &str = "/etc/hosts";

impl SystemResolver {
    /// The resolver of this system.
    #[must_use]
    pub fn from_system() -> Self {
        Self::of(Path::new(RESOLV_CONF), Path::new(HOSTS), Environment::of_process())
    }

    /// The resolver that these two files and the environment configure.
    pub(super) fn of(resolv_conf: &Path, hosts: &Path, environment: Environment) -> Self {
        let with = environment.clone();
        let read = move |bytes: &[u8]| Configuration::read(bytes, &with);
        Self {
            resolv_conf: Watched::new(resolv_conf, FILE_BYTES_MAX, read),
            environment,
            hosts: Watched::new(hosts, FILE_BYTES_MAX, Hosts::read),
            lookups: AtomicUsize::new(0),
            without_edns: WithoutEdns::default(),
        }
    }

    /// The first name server.
    ///
    /// # Errors
    ///
    /// As [`servers`](Self::servers).
    pub fn first_server(&self) -> Result<SocketAddr, Fault> {
        let configuration = self.configuration()?;
        configuration.servers.first().copied().ok_or_else(|| unconfigured("it names no server"))
    }

    /// The name servers, in the order in which they are asked; 127.0.0.1 if none is configured (resolv.conf(5)).
    ///
    /// # Errors
    ///
    /// `DNS`, blamed on ourselves, when the system's configuration cannot be read.
    pub fn servers(&self) -> Result<Vec<SocketAddr>, Fault> {
        self.configuration().map(|configuration| configuration.servers.clone())
    }

    /// Whether this is one of the name servers.
    pub(crate) fn has_server(&self, server: SocketAddr) -> bool {
        self.configuration().is_ok_and(|configuration| configuration.servers.contains(&server))
    }

    /// The resolver configuration.
    pub(super) fn configuration(&self) -> Result<Arc<Configuration>, Fault> {
        self.resolv_conf.current().or_else(|error| match error.kind() {
            // The system's resolver, too, goes on without a file that is not there or not for it.
            io::ErrorKind::NotFound
            | io::ErrorKind::PermissionDenied
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::IsADirectory => Ok(Arc::new(Configuration::read(b"", &self.environment))),
            _ => Err(unconfigured(&format!("{RESOLV_CONF} cannot be read: {error}"))),
        })
    }

    /// The name servers in the order in which the next lookup asks them.
    pub(super) fn order(&self, configuration: &Configuration) -> Vec<SocketAddr> {
        configuration.order(self.lookups.fetch_add(1, Ordering::Relaxed))
    }

    /// The name servers, of this host and of tests, that do not accept EDNS.
    pub(super) const fn without_edns(&self) -> &WithoutEdns {
        &self.without_edns
    }

    /// The hosts file; an unreadable one counts as empty.
    pub(super) fn hosts(&self) -> Arc<Hosts> {
        self.hosts.current().unwrap_or_default()
    }
}

/// What a `resolv.conf` and the environment (`LOCALDOMAIN`, `RES_OPTIONS`) say about a lookup, without one: the servers that
/// are asked, and the names that they are asked for, both in order.
#[must_use]
pub fn planned_lookup(
    resolv_conf: &[u8],
    local_domain: Option<&str>,
    options: Option<&str>,
    name: &str,
) -> (Vec<SocketAddr>, Vec<String>) {
    let environment =
        Environment { local_domain: local_domain.map(str::to_owned), options: options.map(str::to_owned) };
    let configuration = Configuration::read(resolv_conf, &environment);
    (configuration.order(0), configuration.candidates(name))
}

/// The addresses that a hosts file has for a name.
#[must_use]
pub fn addresses_in_hosts(hosts: &[u8], name: &str) -> Vec<IpAddr> {
    Hosts::read(hosts).addresses(name).to_vec()
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
        .with_hint("name a server in /etc/resolv.conf of this host, or set `resolver` in the test")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder that is removed when the test ends.
    struct Folder(std::path::PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("faultfinder-system-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn resolver(&self) -> SystemResolver {
            self.resolver_in(Environment::default())
        }

        fn resolver_in(&self, environment: Environment) -> SystemResolver {
            SystemResolver::of(&self.0.join("resolv.conf"), &self.0.join("hosts"), environment)
        }

        fn write(&self, file: &str, text: &str) {
            std::fs::write(self.0.join(file), text).unwrap();
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn changes_of_the_files_are_seen_without_a_restart() {
        let folder = Folder::new("changes");
        let resolver = folder.resolver();
        assert_eq!(resolver.first_server().unwrap().to_string(), "127.0.0.1:53", "no file");
        folder.write("resolv.conf", "nameserver 192.0.2.9\n");
        folder.write("hosts", "192.0.2.1 shop.test\n");
        assert_eq!(resolver.first_server().unwrap().to_string(), "192.0.2.9:53");
        assert!(resolver.has_server("192.0.2.9:53".parse().unwrap()));
        assert_eq!(resolver.hosts().addresses("shop.test").len(), 1);
        folder.write("resolv.conf", "nameserver 192.0.2.10\n");
        folder.write("hosts", "192.0.2.1 shop.test\n192.0.2.2 shop.test\n");
        assert_eq!(resolver.first_server().unwrap().to_string(), "192.0.2.10:53");
        assert!(!resolver.has_server("192.0.2.9:53".parse().unwrap()));
        assert_eq!(resolver.hosts().addresses("shop.test").len(), 2);
    }

    #[test]
    fn the_order_moves_on_with_each_lookup() {
        let folder = Folder::new("rotate");
        folder.write("resolv.conf", "nameserver 192.0.2.1\nnameserver 192.0.2.2\noptions rotate\n");
        let resolver = folder.resolver();
        let configuration = resolver.configuration().unwrap();
        let firsts: Vec<String> =
            (0..3).map(|_| resolver.order(&configuration)[0].ip().to_string()).collect();
        assert_eq!(firsts, ["192.0.2.1", "192.0.2.2", "192.0.2.1"]);
    }

    #[test]
    fn the_environment_counts_with_and_without_a_file() {
        let folder = Folder::new("environment");
        let environment =
            Environment { local_domain: Some("env.test".to_owned()), options: Some("ndots:3".to_owned()) };
        let resolver = folder.resolver_in(environment);
        let search = || {
            let configuration = resolver.configuration().unwrap();
            (configuration.servers[0].to_string(), configuration.search.clone(), configuration.ndots)
        };
        assert_eq!(search(), ("127.0.0.1:53".to_owned(), vec!["env.test".to_owned()], 3));
        folder.write("resolv.conf", "nameserver 192.0.2.1\nsearch file.test\noptions ndots:2\n");
        assert_eq!(search(), ("192.0.2.1:53".to_owned(), vec!["env.test".to_owned()], 3));
    }
}
