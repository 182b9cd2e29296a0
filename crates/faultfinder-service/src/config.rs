//! The configuration of a service.

use crate::alerts::Notifier;
use crate::origin::{Host, Origin};
use crate::secrets::SecretKey;
use crate::status_page::StatusPage;
use crate::throttle::Rates;
use crate::tls::TlsFiles;
use crate::token::TokenHash;
use faultfinder_net::{DeniedNetworks, Network};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// The configuration of a service.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "plain settings; there is a default for each")]
pub struct Config {
    /// Where it listens; loopback unless there is an admin token.
    pub listen: SocketAddr,
    /// The certificate and key of TLS. Without them connections are plain.
    pub tls: Option<TlsFiles>,
    /// The hash of the admin token. Without one no call needs a token.
    pub admin_token: Option<TokenHash>,
    /// What secrets of definitions that come over the API are sealed with. Without one such definitions are refused.
    pub secret_key: Option<SecretKey>,
    /// How requests may name this service when no call needs a token, in addition to the names of loopback.
    pub allowed_hosts: Vec<Host>,
    /// Origins whose pages may send requests, in addition to that of this service.
    pub allowed_origins: Vec<Origin>,
    /// Proxies that are believed when they say whose request it is.
    pub trusted_proxies: Vec<Network>,
    /// Files and folders with definitions.
    pub definitions: Vec<PathBuf>,
    /// A `blackbox.yml` whose modules `/probe` carries out.
    pub modules: Option<PathBuf>,
    /// The name of this place in results.
    pub location: String,
    /// Most runs at a time, scheduled ones and others.
    pub in_flight_max: usize,
    /// How long results are kept.
    pub keep_results: Duration,
    /// How long summaries are kept.
    pub keep_summaries: Duration,
    /// What tests of tokens that are not admin may not reach. Loopback, link-local, private and metadata addresses.
    pub denied: DeniedNetworks,
    /// How often one token and one address may ask.
    pub rates: Rates,
    /// Most connections of one address at a time.
    pub connections_per_address: u32,
    /// Most tests of one token that is not admin.
    pub tests_per_token: usize,
    /// Where alerts are sent.
    pub notifiers: Vec<Notifier>,
    /// What anyone may see of tests.
    pub status_pages: Vec<StatusPage>,
    /// How long a graceful end may take.
    pub shut_down_bound: Duration,
}

impl Default for Config {
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(86_400);
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8620),
            tls: None,
            admin_token: None,
            secret_key: None,
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            definitions: Vec::new(),
            modules: None,
            location: "local".to_owned(),
            in_flight_max: 512,
            keep_results: 30 * DAY,
            keep_summaries: 400 * DAY,
            denied: DeniedNetworks::internal(),
            rates: Rates::default(),
            connections_per_address: 256,
            tests_per_token: 10_000,
            notifiers: Vec::new(),
            status_pages: Vec::new(),
            shut_down_bound: Duration::from_secs(30),
        }
    }
}

impl Config {
    /// What is wrong with it.
    ///
    /// # Errors
    ///
    /// A sentence that says what to do.
    pub fn check(&self) -> Result<(), String> {
        if self.admin_token.is_none() && !self.listen.ip().is_loopback() {
            return Err(format!(
                "{} is reachable from other hosts: set an admin token (FAULTFINDER_ADMIN_TOKEN, or admin_token_file), or listen on 127.0.0.1",
                self.listen
            ));
        }
        if self.in_flight_max == 0 {
            return Err("at least one concurrent run is required".to_owned());
        }
        if let Some(modules) = &self.modules {
            crate::modules::check(modules)?;
        }
        if let Some(files) = &self.tls {
            files.check().map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_hosts_need_a_token_with_and_without_tls() {
        let folder = tempfile::tempdir().unwrap();
        let files = TlsFiles { cert: folder.path().join("cert.pem"), key: folder.path().join("key.pem") };
        for tls in [None, Some(files.clone())] {
            let config = Config { listen: SocketAddr::from(([0, 0, 0, 0], 0)), tls, ..Config::default() };
            let wrong = config.check().unwrap_err();
            assert!(wrong.contains("set an admin token"), "{wrong}");
        }
        let wrong = Config { tls: Some(files), ..Config::default() }.check().unwrap_err();
        assert!(wrong.contains("cert.pem: cannot be read"), "{wrong}");
    }
}
