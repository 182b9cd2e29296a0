//! Nothing is wrong, or the test forgives what is.

use super::endpoint::{Endpoint, certificate, endpoint};
use crate::pki::extensions::{
    KEY_AGREEMENT, basic_constraints, extended_key_usage, key_usage, subject_alt_name,
};
use crate::pki::{DAY, Identity, Key, NAMES, Template, after, before, oids};
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
                .asserts("chain expires_in > 14 days")
                .asserts("chain length is 3")
                .asserts("certificate issuer contains Lab Issuing CA")
                .asserts("certificate san contains *.lab.test")
                .asserts("tls_version >= TLSv1.2"))
        }),
        certificate(
            "ok-shuffled-chain",
            "the chain is complete, but in no order, and has the root",
            Expect::pass().saying("certificate 2 is not in its place"),
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
        certificate(
            "ok-root-sent",
            "the server sends the root too, which nobody needs",
            Expect::pass().saying("self-signed root (certificate 2)"),
            |pki| Ok(pki.good().clone().and(pki.root().certificate().clone())),
        ),
        certificate(
            "ok-sent-twice",
            "the server sends its intermediate twice",
            Expect::pass().saying("more than once: number 2"),
            |pki| Ok(pki.good().clone().and(pki.issuing().certificate().clone())),
        ),
        certificate(
            "ok-stranger-sent",
            "the server sends a certificate that has nothing to do with its own",
            Expect::pass().saying("does not belong to the chain: number 2"),
            |pki| {
                let other = pki.leaf(&["other.lab.test"])?;
                Ok(other.chain.first().cloned().into_iter().fold(pki.good().clone(), Identity::and))
            },
        ),
        certificate(
            "ok-intermediate-ends",
            "the leaf is good for long, but its issuer expires in five days",
            Expect::pass().saying("(CN=Short CA,O=Faultfinder Lab) expires in 5 days, before the leaf"),
            |pki| {
                // Not on the day: the test may run in the second in which the certificate is made, or in the next one.
                let template = Template::authority(pki.now(), "Short CA", Some(0))
                    .valid(before(pki.now(), DAY * 85), after(pki.now(), DAY * 5 + DAY / 2));
                let short = pki.root().subordinate(&template, Key::ec()?)?;
                short.issue(&Template::server(pki.now(), NAMES))
            },
        ),
        endpoint(
            "tls-cert/chain-expires-soon",
            "the same with an assertion on the whole chain",
            any_incorrect(),
            |pki| {
                let template = Template::authority(pki.now(), "Short CA", Some(0))
                    .valid(before(pki.now(), DAY * 85), after(pki.now(), DAY * 5));
                let short = pki.root().subordinate(&template, Key::ec()?)?;
                let leaf = short.issue(&Template::server(pki.now(), NAMES))?;
                Ok(Endpoint::new(pki, &leaf)?.asserts("chain expires_in > 14 days"))
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
