//! Nothing is wrong, or the test forgives what is.

use super::endpoint::{Endpoint, certificate, endpoint};
use crate::pki::extensions::{
    KEY_AGREEMENT, basic_constraints, extended_key_usage, key_usage, subject_alt_name,
};
use crate::pki::{DAY, Key, NAMES, Template, after, before, oids};
use crate::protocol::expectations::any_incorrect;
use crate::{Expect, Scenario};
use rustls::version::{TLS12, TLS13};

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = certificates();
    all.extend(versions());
    all.extend(forgiven());
    all
}

fn certificates() -> Vec<Scenario> {
    vec![
        endpoint("tls-cert/ok", "a certificate as public authorities issue it", Expect::pass(), |pki| {
            Ok(Endpoint::new(pki, pki.good())?
                .asserts("certificate expires_in > 14 days")
                .asserts("certificate subject contains shop.lab.test")
                .asserts("certificate issuer contains Lab Issuing CA")
                .asserts("certificate san contains *.lab.test")
                .asserts("tls_version >= TLSv1.2"))
        }),
        certificate(
            "ok-shuffled-chain",
            "the chain is complete, but in no order, and has the root",
            Expect::pass(),
            |pki| {
                let upper =
                    pki.root().subordinate(&Template::authority(pki.now(), "Upper CA", None), Key::ec()?)?;
                let lower =
                    upper.subordinate(&Template::authority(pki.now(), "Lower CA", None), Key::ec()?)?;
                let leaf = lower.issue(&Template::server(pki.now(), NAMES))?.leaf_only();
                Ok(leaf
                    .and(pki.root().certificate().clone())
                    .and(upper.certificate().clone())
                    .and(lower.certificate().clone()))
            },
        ),
        certificate("rsa2048", "an RSA key of 2048 bits", Expect::pass(), |pki| {
            pki.issuing().issue_for(&Template::server(pki.now(), NAMES), Key::rsa2048()?)
        }),
        certificate(
            "ku-no-digsig",
            "the leaf's key usage is key agreement alone, which no ECDHE suite uses",
            Expect::pass(),
            |pki| {
                pki.issuing().issue(&Template::server(pki.now(), NAMES).with_extensions(vec![
                    key_usage(&[KEY_AGREEMENT]),
                    extended_key_usage(&[oids::SERVER_AUTH]),
                    basic_constraints(false, None),
                    subject_alt_name(NAMES),
                ]))
            },
        ),
        endpoint("tls-cert/expires-soon", "a certificate with five days left", any_incorrect(), |pki| {
            let leaf = Template::server(pki.now(), NAMES)
                .valid(before(pki.now(), DAY * 85), after(pki.now(), DAY * 5));
            Ok(Endpoint::new(pki, &pki.issuing().issue(&leaf)?)?.asserts("certificate expires_in > 14 days"))
        }),
    ]
}

fn versions() -> Vec<Scenario> {
    vec![
        endpoint("tls-handshake/tls12-only", "the server knows no TLS 1.3", Expect::pass(), |pki| {
            Ok(Endpoint::new(pki, pki.good())?
                .server(|server| server.only(&TLS12))
                .asserts("tls_version is TLSv1.2"))
        }),
        endpoint("tls-handshake/tls13-only", "the server knows no TLS 1.2", Expect::pass(), |pki| {
            Ok(Endpoint::new(pki, pki.good())?
                .server(|server| server.only(&TLS13))
                .asserts("tls_version is TLSv1.3"))
        }),
        endpoint(
            "tls-handshake/tls-version-asserted",
            "TLS 1.2 where the test wants 1.3",
            any_incorrect(),
            |pki| {
                Ok(Endpoint::new(pki, pki.good())?
                    .server(|server| server.only(&TLS12))
                    .asserts("tls_version >= TLSv1.3"))
            },
        ),
        endpoint(
            "tls-handshake/alpn",
            "the server picks one of the offered protocols",
            Expect::pass(),
            |pki| {
                Ok(Endpoint::new(pki, pki.good())?
                    .server(|server| server.alpn(&["h2", "http/1.1"]))
                    .with("alpn", vec!["http/1.1", "h2"])
                    .asserts("alpn is h2"))
            },
        ),
    ]
}

fn forgiven() -> Vec<Scenario> {
    vec![
        endpoint(
            "tls-cert/accept-self-signed",
            "a self-signed certificate, which the test accepts",
            Expect::pass(),
            |pki| Ok(Endpoint::new(pki, &pki.self_signed()?)?.with("accept_self_signed", true)),
        ),
        endpoint(
            "tls-cert/insecure-expired",
            "an expired certificate, which the test only warns about",
            Expect::pass(),
            |pki| Ok(Endpoint::new(pki, &pki.expired()?)?.with("insecure", true)),
        ),
    ]
}
