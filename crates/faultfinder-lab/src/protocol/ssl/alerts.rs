//! The server answers the ClientHello with an alert.

use super::endpoint::{ssl_peer, trusting};
use super::expect::{alert, reset};
use super::script::{self, TLS_1_2, Then, play};
use crate::{Expect, Scenario, peer};
use faultfinder_taxonomy::{Errno, Phase, Protocol};

const WARNING: u8 = 1;
const FATAL: u8 = 2;

/// Name of the case, number of the alert, what it shows.
const FATAL_ALERTS: &[(&str, u8, &str)] = &[
    ("alert-handshake-failure", 40, "alert: nothing in common"),
    ("alert-bad-certificate", 42, "alert: the certificate is broken, though none was sent"),
    ("alert-access-denied", 49, "alert: the client may not come in"),
    ("alert-decode-error", 50, "alert: the ClientHello cannot be read"),
    ("alert-protocol-version", 70, "alert: the version is too old or too new"),
    ("alert-internal-error", 80, "alert: the server is broken"),
    ("alert-unrecognized-name", 112, "alert: no such virtual host"),
    ("alert-unknown-psk", 115, "alert: the shared key is not known"),
];

pub(super) fn scenarios() -> Vec<Scenario> {
    let close_notify = scenario(
        "alert-close-notify",
        "an orderly close in place of a ServerHello",
        reset(Phase::Tls, Errno::CloseNotify),
        WARNING,
        0,
    );
    let warning = scenario(
        "alert-warning",
        "an alert that says that it is only a warning, and the end of the connection",
        alert(40),
        WARNING,
        40,
    );
    FATAL_ALERTS
        .iter()
        .map(|(case, number, shows)| scenario(case, shows, alert(*number), FATAL, *number))
        .chain([close_notify, warning])
        .collect()
}

fn scenario(case: &str, shows: &'static str, expect: Expect, level: u8, description: u8) -> Scenario {
    Scenario::new(Protocol::Ssl, format!("tls-handshake/{case}"), shows, expect, move |lab| {
        let address = peer::tcp(lab, move |stream| async move {
            play(stream, &script::alert(TLS_1_2, level, description), Then::Fin).await;
        })?;
        Ok(ssl_peer(address, trusting(&[lab.pki().ca_pem()]), &[]))
    })
}
