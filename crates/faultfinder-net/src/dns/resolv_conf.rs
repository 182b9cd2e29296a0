//! What a `resolv.conf` and the environment say (resolv.conf(5)), read as the system's own resolver reads them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV6};
use std::time::Duration;

/// The resolver configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Configuration {
    /// The name servers, in the file's order; never empty.
    pub(super) servers: Vec<SocketAddr>,
    /// Whether the file lists none, so that [`servers`](Self::servers) is this host itself.
    pub(super) is_implied: bool,
    /// Domains that are appended to names.
    pub(super) search: Vec<String>,
    /// Names with fewer dots are first tried with the search list, others are first tried as they are.
    pub(super) ndots: usize,
    /// How long one server is waited for before the next one is asked.
    pub(super) timeout: Duration,
    /// How many times the list of servers is gone through.
    pub(super) attempts: u32,
    /// Whether each lookup begins with the next server of the list.
    pub(super) rotate: bool,
    /// Whether servers are asked over TCP.
    pub(super) use_tcp: bool,
    /// Whether no IPv6 addresses are asked for.
    pub(super) no_aaaa: bool,
}

/// What the environment says about the resolver.
#[derive(Debug, Default, Clone)]
pub(super) struct Environment {
    /// `LOCALDOMAIN`: domains, which replace those of the file.
    pub(super) local_domain: Option<String>,
    /// `RES_OPTIONS`: options, which are added to those of the file and take precedence.
    pub(super) options: Option<String>,
}

impl Environment {
    /// The environment of this process. Values that are not text are ignored.
    pub(super) fn of_process() -> Self {
        let value = |name: &str| std::env::var(name).ok();
        Self { local_domain: value("LOCALDOMAIN"), options: value("RES_OPTIONS") }
    }
}

/// How many name servers are asked (MAXNS in resolv.h): others in the file are not asked by other programs either.
const SERVERS_MAX: usize = 3;
/// How many domains are searched; the system's own resolver stops at six, or has no limit.
const SEARCH_MAX: usize = 16;
/// The longest `timeout`, in seconds (RES_MAXRETRANS in resolv.h); 0 counts as 1.
const TIMEOUT_SECONDS_MAX: u32 = 30;
/// The most `attempts` (RES_MAXRETRY in resolv.h).
const ATTEMPTS_MAX: u32 = 5;
/// The most `ndots` (RES_MAXNDOTS in resolv.h).
const NDOTS_MAX: u32 = 15;
/// The port of the name servers in the file.
const PORT: u16 = 53;

impl Configuration {
    /// The settings in a `resolv.conf`, and those of the environment. Lines that cannot be parsed are skipped, as the
    /// system's own resolver does.
    pub(super) fn read(bytes: &[u8], environment: &Environment) -> Self {
        // As the last lines of the file, where they count more than those before them.
        let mut text = bytes.to_vec();
        for (keyword, value) in [("options", &environment.options), ("search", &environment.local_domain)] {
            if let Some(value) = value {
                // One line: a value is not another keyword.
                let value = value.lines().next().unwrap_or_default();
                text.extend_from_slice(format!("\n{keyword} {value}").as_bytes());
            }
        }
        let (parsed, _) = resolv_conf::Config::parse_with_errors(&text);
        let mut servers: Vec<SocketAddr> =
            parsed.nameservers.iter().filter_map(server).take(SERVERS_MAX).collect();
        // resolv.conf(5): "If no nameserver entries are present, the default is to use the name server on the local
        // machine."
        let is_implied = servers.is_empty();
        if is_implied {
            servers.push(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), PORT));
        }
        let domains = parsed.get_last_search_or_domain();
        let search = domains.map(|domain| domain.strip_suffix('.').unwrap_or(domain).to_owned());
        Self {
            servers,
            is_implied,
            // systemd writes `search .` for "none".
            search: search.filter(|domain| !matches!(domain.as_str(), "" | "--")).take(SEARCH_MAX).collect(),
            ndots: usize::try_from(parsed.ndots.min(NDOTS_MAX)).unwrap_or_default(),
            timeout: Duration::from_secs(u64::from(parsed.timeout.clamp(1, TIMEOUT_SECONDS_MAX))),
            attempts: parsed.attempts.clamp(1, ATTEMPTS_MAX),
            rotate: parsed.rotate,
            use_tcp: parsed.use_vc,
            no_aaaa: parsed.no_aaaa,
        }
    }

    /// The servers in the order in which the lookup of this number asks them.
    pub(super) fn order(&self, lookup: usize) -> Vec<SocketAddr> {
        let mut servers = self.servers.clone();
        if self.rotate {
            // The list is never empty.
            let first = lookup % servers.len().max(1);
            servers.rotate_left(first);
        }
        servers
    }

    /// The names to ask for, in order. With fewer dots than `ndots`, a name is first tried below the domains of the
    /// search list, otherwise first as it is; a final dot excludes the search list.
    pub(super) fn candidates(&self, name: &str) -> Vec<String> {
        let as_it_is = name.to_owned();
        if name.ends_with('.') {
            return vec![as_it_is];
        }
        let mut names: Vec<String> = self.search.iter().map(|domain| format!("{name}.{domain}")).collect();
        let place = if name.matches('.').count() < self.ndots { names.len() } else { 0 };
        names.insert(place, as_it_is);
        names
    }
}

/// The address of a server; none for a link-local address with an interface that this host does not have.
fn server(written: &resolv_conf::ScopedIp) -> Option<SocketAddr> {
    match written {
        resolv_conf::ScopedIp::V4(address) => Some(SocketAddr::new(IpAddr::V4(*address), PORT)),
        resolv_conf::ScopedIp::V6(address, interface) => {
            let scope = match interface {
                Some(interface) => crate::interface_index(interface)?,
                None => 0,
            };
            Some(SocketAddrV6::new(*address, PORT, 0, scope).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Configuration {
        Configuration::read(text.as_bytes(), &Environment::default())
    }

    fn texts(servers: &[SocketAddr]) -> Vec<String> {
        servers.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_resolv_conf_says_who_is_asked_for_what_and_for_how_long() {
        let found = read(
            "# made by hand\nnameserver 192.0.2.1\nnameserver 2001:db8::1\nnonsense\nsearch a.test b.test.\noptions ndots:2 timeout:1 attempts:3 rotate use-vc no-aaaa\n",
        );
        assert_eq!(texts(&found.servers), ["192.0.2.1:53", "[2001:db8::1]:53"]);
        assert_eq!(found.search, ["a.test", "b.test"]);
        assert_eq!((found.ndots, found.timeout, found.attempts), (2, Duration::from_secs(1), 3));
        assert!(found.rotate && found.use_tcp && found.no_aaaa && !found.is_implied);
    }

    #[test]
    fn the_defaults_and_limits_are_those_of_the_system_s_resolver() {
        let found = read("nameserver 192.0.2.1\n");
        assert_eq!((found.ndots, found.timeout, found.attempts), (1, Duration::from_secs(5), 2));
        assert!(!found.rotate && !found.use_tcp && !found.no_aaaa);
        let found = read("options ndots:99 timeout:31 attempts:6\n");
        assert_eq!((found.ndots, found.timeout, found.attempts), (15, Duration::from_secs(30), 5));
        let found = read("options ndots:0 timeout:0 attempts:0\n");
        assert_eq!((found.ndots, found.timeout, found.attempts), (0, Duration::from_secs(1), 1));
        let four: String = (1..=4).map(|number| format!("nameserver 192.0.2.{number}\n")).collect();
        assert_eq!(texts(&read(&four).servers), ["192.0.2.1:53", "192.0.2.2:53", "192.0.2.3:53"]);
        assert!(read("domain a.test\nsearch .\n").search.is_empty());
    }

    #[test]
    fn the_environment_replaces_the_domains_and_adds_options() {
        let file = "nameserver 192.0.2.1\ndomain file.test\noptions ndots:2 attempts:3 rotate";
        let with = |local_domain: Option<&str>, options: Option<&str>| {
            let environment = Environment {
                local_domain: local_domain.map(str::to_owned),
                options: options.map(str::to_owned),
            };
            Configuration::read(file.as_bytes(), &environment)
        };
        let found = with(None, None);
        assert_eq!((found.search, found.ndots, found.attempts), (vec!["file.test".to_owned()], 2, 3));
        let found = with(Some("a.test b.test."), None);
        assert_eq!((found.search, found.ndots), (vec!["a.test".to_owned(), "b.test".to_owned()], 2));
        assert!(with(Some(""), None).search.is_empty(), "an empty one switches searching off");
        let found = with(None, Some("ndots:4\ttimeout:1 no-aaaa nonsense:1"));
        assert_eq!((found.ndots, found.timeout, found.attempts), (4, Duration::from_secs(1), 3));
        assert!(found.rotate && found.no_aaaa);
        assert_eq!(found.search, ["file.test"]);
        let found = with(Some("a.test\nnameserver 192.0.2.2"), Some("ndots:1\nnameserver 192.0.2.3"));
        assert_eq!(texts(&found.servers), ["192.0.2.1:53"], "a value is one line");
    }

    #[test]
    fn without_a_server_this_host_itself_is_asked() {
        for text in ["", "# nothing\n", "search a.test\n", "nameserver\n", "nameserver nonsense\n"] {
            let found = read(text);
            assert_eq!(texts(&found.servers), ["127.0.0.1:53"], "{text:?}");
            assert!(found.is_implied, "{text:?}");
        }
    }

    #[test]
    fn a_link_local_server_is_reached_through_its_interface() {
        let found = read("nameserver fe80::1%lo\nnameserver fe80::2%no-such-link\nnameserver 192.0.2.1\n");
        let scope = crate::interface_index("lo").unwrap();
        assert_eq!(texts(&found.servers), [format!("[fe80::1%{scope}]:53"), "192.0.2.1:53".to_owned()]);
    }

    #[test]
    fn each_lookup_begins_with_the_next_server_only_with_rotate() {
        let text = "nameserver 192.0.2.1\nnameserver 192.0.2.2\n";
        let rotating = read(&format!("{text}options rotate\n"));
        for (lookup, first) in [(0, "192.0.2.1:53"), (1, "192.0.2.2:53"), (2, "192.0.2.1:53")] {
            assert_eq!(texts(&rotating.order(lookup))[0], first);
            assert_eq!(texts(&read(text).order(lookup))[0], "192.0.2.1:53");
        }
    }

    #[test]
    fn the_search_list_comes_first_for_names_with_too_few_dots_and_last_for_others() {
        let with = |ndots: u32| read(&format!("search a.test b.test\noptions ndots:{ndots}\n"));
        assert_eq!(with(1).candidates("box"), ["box.a.test", "box.b.test", "box"]);
        assert_eq!(with(1).candidates("box."), ["box."]);
        assert_eq!(with(1).candidates("box.c"), ["box.c", "box.c.a.test", "box.c.b.test"]);
        assert_eq!(with(2).candidates("box.c"), ["box.c.a.test", "box.c.b.test", "box.c"]);
        assert_eq!(with(0).candidates("box"), ["box", "box.a.test", "box.b.test"]);
    }
}
