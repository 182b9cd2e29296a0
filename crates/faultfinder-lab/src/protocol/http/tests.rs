//! The scenarios are complete, and the peers say what their scripts say.

mod catalogue; // which scenarios there are
mod wire; // what HTTP/1 peers write, seen through a plain socket
mod h2_client; // what HTTP/2 peers write, seen by the h2 crate

use crate::{Exhibit, Lab, Scenario};
use std::net::SocketAddr;
use std::time::{Duration, UNIX_EPOCH};

/// All scenarios of this protocol whose name begins like this, being served.
fn serve(prefix: &str) -> (Lab, Vec<Exhibit>) {
    // The year 2025; nothing here depends on it.
    let lab = Lab::new(UNIX_EPOCH + Duration::from_secs(1_750_000_000)).unwrap();
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

fn ids(scenarios: &[Scenario]) -> Vec<&str> {
    scenarios.iter().map(|scenario| scenario.id.as_str()).collect()
}
