//! Servers of others: each with a test that passes and one that fails.

mod nginx; // HTTP/1.1, HTTP/2, TLS, client certificates
mod knot; // an authoritative name server with a signed zone
mod unbound; // a resolver that validates
mod tinyproxy; // an HTTP proxy
mod dante; // a SOCKS5 proxy
mod dovecot; // STARTTLS
mod openssl; // suites, groups and keys of old peers

use faultfinder_lab::pki::{Identity, Pki};
use faultfinder_tests::peers::file;
use std::path::Path;
use std::time::SystemTime;

/// The lab's authorities, for now: servers of others go by the clock of this host.
#[expect(clippy::disallowed_methods, reason = "as above")]
fn pki() -> Pki {
    Pki::new(SystemTime::now()).unwrap()
}

/// Writes a chain and its key, and yields their paths.
fn identity(folder: &Path, name: &str, identity: &Identity) -> (String, String) {
    (
        file(folder, &format!("{name}.pem"), &identity.certificate_pem()),
        file(folder, &format!("{name}.key"), &identity.key_pem()),
    )
}
