//! TLS.

use super::case::{Site, scenario};
use super::service::{Reply, serve_tls};
use crate::pki::Identity;
use crate::protocol::expectations::{errno, timeout};
use crate::{Expect, Lab, LabError, Scenario, peer};
use faultfinder_taxonomy::{Code, Phase};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

pub(super) fn scenarios() -> Vec<Scenario> {
    good().into_iter().chain(certificates()).chain(protocols()).chain(ends()).collect()
}

/// The request's settings: the lab's authority and no other.
fn trusting(lab: &Lab) -> Value {
    json!({ "tls": { "roots": "none", "ca": [lab.pki().ca_pem()] } })
}

/// A server that is well, with this certificate and these protocols.
fn serving(lab: &Lab, identity: &Identity, alpn: &[&str]) -> Result<Site, LabError> {
    let address = serve_tls(lab, identity.server_config(alpn)?, |_| Reply::message(b"\x08\x01"))?;
    Ok(Site::from(address).with(trusting(lab)))
}

fn good() -> Vec<Scenario> {
    vec![
        scenario(
            "tls-ok",
            "a server that is well, over TLS",
            Expect::pass(),
            json!({}),
            &["health is SERVING", "alpn is h2", "certificate expires_in > 1 day"],
            |lab| serving(lab, lab.pki().good(), &["h2"]),
        ),
        scenario(
            "tls-ok-with-http11",
            "a server that speaks HTTP/1.1 as well",
            Expect::pass(),
            json!({}),
            &["health is SERVING", "alpn is h2"],
            |lab| serving(lab, lab.pki().good(), &["http/1.1", "h2"]),
        ),
    ]
}

fn certificates() -> Vec<Scenario> {
    let verify = |name: &str| Expect::fault(Code::Ssl, Phase::Tls, json!({ "kind": "verify", "name": name }));
    vec![
        scenario(
            "tls-expired",
            "a certificate that expired yesterday",
            verify("CERT_HAS_EXPIRED"),
            json!({}),
            &[],
            |lab| serving(lab, &lab.pki().expired()?, &["h2"]),
        ),
        scenario(
            "tls-self-signed",
            "a certificate that signed itself",
            verify("DEPTH_ZERO_SELF_SIGNED_CERT"),
            json!({}),
            &[],
            |lab| serving(lab, &lab.pki().self_signed()?, &["h2"]),
        ),
        scenario(
            "tls-wrong-name",
            "a certificate for another name",
            verify("HOSTNAME_MISMATCH"),
            json!({ "host": "shop.lab.test", "resolve": { "shop.lab.test": "127.0.0.1" } }),
            &[],
            |lab| serving(lab, &lab.pki().leaf(&["other.lab.test"])?, &["h2"]),
        ),
        scenario(
            "tls-ocsp-required",
            "a server that staples no OCSP answer, which the test demands",
            Expect::fault(Code::Ocsp, Phase::Tls, json!({ "kind": "verify" })),
            json!({}),
            &[],
            |lab| {
                let site = serving(lab, lab.pki().good(), &["h2"])?;
                let tls = json!({ "roots": "none", "ca": [lab.pki().ca_pem()], "ocsp": "require" });
                Ok(site.with(json!({ "tls": tls })))
            },
        ),
    ]
}

fn protocols() -> Vec<Scenario> {
    let no_protocol =
        || Expect::fault(Code::Ssl, Phase::Tls, json!({ "kind": "tls", "name": "no_application_protocol" }));
    vec![
        scenario("tls-without-alpn", "a TLS server without ALPN", no_protocol(), json!({}), &[], |lab| {
            serving(lab, lab.pki().good(), &[])
        }),
        scenario(
            "tls-alpn-http11",
            "a TLS server whose ALPN knows HTTP/1.1 only",
            no_protocol(),
            json!({}),
            &[],
            |lab| serving(lab, lab.pki().good(), &["http/1.1"]),
        ),
        scenario(
            "tls-to-plaintext",
            "a server without TLS where the test speaks TLS",
            Expect::fault(Code::Ssl, Phase::Tls, json!({ "kind": "tls", "name": "wrong_version_number" })),
            json!({}),
            &[],
            |lab| {
                let address = super::service::serve(lab, |_| Reply::message(b"\x08\x01"))?;
                Ok(Site::from(address).with(trusting(lab)))
            },
        ),
    ]
}

fn ends() -> Vec<Scenario> {
    vec![
        scenario(
            "tls-fin",
            "FIN instead of a ServerHello",
            errno(Code::ConnReset, Phase::Tls, "premature-close"),
            json!({}),
            &[],
            |lab| {
                let address = peer::tcp(lab, |mut stream| async move {
                    let _ = stream.shutdown().await;
                    peer::drain(&mut stream).await;
                })?;
                Ok(Site::from(address).with(trusting(lab)))
            },
        ),
        scenario(
            "tls-silent",
            "a server that never answers the handshake",
            timeout(Phase::Tls),
            super::case::impatient(),
            &[],
            |lab| {
                let address = peer::silent_tcp(lab)?;
                Ok(Site::from(address).with(trusting(lab)))
            },
        ),
    ]
}
