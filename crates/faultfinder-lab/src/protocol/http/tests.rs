//! The scenarios are complete, and the peers say what their scripts say.

mod catalogue; // which scenarios there are
mod wire; // what HTTP/1 peers write, seen through a plain socket
mod secure; // TLS, ALPN and tunnels
mod h2_client; // what HTTP/2 peers write, seen by the h2 crate

use crate::{Exhibit, Lab, Scenario};
use std::net::SocketAddr;
use std::time::SystemTime;

/// All scenarios of this protocol whose name begins like this, being served.
fn serve(prefix: &str) -> (Lab, Vec<Exhibit>) {
    let lab = lab();
    let exhibits = super::scenarios()
        .iter()
        .filter(|scenario| scenario.id.starts_with(prefix))
        .map(|scenario| scenario.serve(&lab).unwrap())
        .collect();
    (lab, exhibits)
}

/// The scenario of that name, being served.
fn serve_one(id: &str) -> (Lab, Exhibit) {
    let (lab, exhibits) = serve(id);
    let exhibit = exhibits.into_iter().find(|exhibit| exhibit.id == id).unwrap();
    (lab, exhibit)
}

/// Where a plaintext exhibit listens.
fn address(exhibit: &Exhibit) -> SocketAddr {
    let rest = exhibit.target.strip_prefix("http://").unwrap();
    rest.split('/').next().unwrap().parse().unwrap()
}

/// A lab whose certificates are valid now: the TLS clients of these tests have no other clock.
fn lab() -> Lab {
    #[expect(clippy::disallowed_methods, reason = "rustls reads this clock too")]
    Lab::new(SystemTime::now()).unwrap()
}

fn ids(scenarios: &[Scenario]) -> Vec<&str> {
    scenarios.iter().map(|scenario| scenario.id.as_str()).collect()
}
