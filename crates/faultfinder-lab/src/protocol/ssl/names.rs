//! Whose certificate it is.

use super::endpoint::{Endpoint, NAME, certificate, endpoint};
use super::expect::{alert, refused};
use crate::pki::extensions::{
    DIGITAL_SIGNATURE, basic_constraints, extended_key_usage, key_usage, subject_alt_name,
};
use crate::pki::{Server, Template, oids};
use crate::{Expect, Scenario};
use faultfinder_taxonomy::VerifyCode;

/// What rustls answers when it has no certificate (RFC 8446 section 6.2).
const ACCESS_DENIED: u8 = 49;

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = matching();
    all.extend(mismatching());
    all
}

fn matching() -> Vec<Scenario> {
    vec![
        endpoint("tls-cert/wildcard", "a wildcard stands for one label", Expect::pass(), |pki| {
            Ok(Endpoint::new(pki, &pki.leaf(&["*.lab.test"])?)?.with("server_name", "any.lab.test"))
        }),
        endpoint(
            "tls-cert/ip-san",
            "the certificate is for the address that is asked",
            Expect::pass(),
            |pki| Ok(Endpoint::new(pki, &pki.leaf(&["127.0.0.1"])?)?.without("server_name")),
        ),
        endpoint(
            "tls-cert/sni-sent",
            "the server has a certificate by server name only",
            Expect::pass(),
            |pki| Ok(Endpoint::new(pki, &pki.leaf(&[NAME])?)?.server(Server::needs_sni)),
        ),
        endpoint(
            "tls-cert/sni-not-sent",
            "the test sends no server name, and the server has no certificate then",
            alert(ACCESS_DENIED).showing("no server name was sent (SNI) because of `sni: false`"),
            |pki| {
                let server = Endpoint::new(pki, &pki.leaf(&[NAME])?)?.server(Server::needs_sni);
                Ok(server.with("sni", false))
            },
        ),
        endpoint(
            "tls-cert/sni-not-possible",
            "the test asks an address, and the server has no certificate then",
            alert(ACCESS_DENIED).showing("the host is an address: set `server_name`"),
            |pki| {
                let server = Endpoint::new(pki, &pki.leaf(&[NAME])?)?.server(Server::needs_sni);
                Ok(server.without("server_name"))
            },
        ),
        endpoint(
            "tls-cert/sni-not-needed",
            "the test sends no server name, and the certificate is for the name all the same",
            Expect::pass(),
            |pki| Ok(Endpoint::new(pki, &pki.leaf(&[NAME])?)?.with("sni", false)),
        ),
        certificate("san-in-capitals", "names are compared without regard to case", Expect::pass(), |pki| {
            pki.leaf(&["SHOP.Lab.Test"])
        }),
    ]
}

fn mismatching() -> Vec<Scenario> {
    let mismatch = || refused(VerifyCode::HostnameMismatch, 0);
    vec![
        certificate("wrong-host", "the certificate is for another name", mismatch(), |pki| {
            pki.leaf(&["other.lab.test"])
        }),
        certificate(
            "cn-only",
            "the name is in the subject alone, where it no longer counts",
            mismatch().saying("only the common name of the subject"),
            |pki| {
                pki.issuing().issue(&Template::server(pki.now(), &[NAME]).with_extensions(vec![
                    key_usage(&[DIGITAL_SIGNATURE]),
                    extended_key_usage(&[oids::SERVER_AUTH]),
                    basic_constraints(false, None),
                ]))
            },
        ),
        endpoint(
            "tls-cert/wildcard-two-labels",
            "a wildcard does not stand for two labels",
            mismatch().saying("*.lab.test covers a single label, and \"a.b\" has more"),
            |pki| Ok(Endpoint::new(pki, &pki.leaf(&["*.lab.test"])?)?.with("server_name", "a.b.lab.test")),
        ),
        endpoint(
            "tls-cert/wildcard-no-label",
            "a wildcard does not stand for nothing",
            mismatch().saying("*.lab.test does not cover lab.test itself"),
            |pki| Ok(Endpoint::new(pki, &pki.leaf(&["*.lab.test"])?)?.with("server_name", "lab.test")),
        ),
        endpoint(
            "tls-cert/wildcard-underscore",
            "a wildcard does not stand for a label that no host name has",
            mismatch().saying("but for the underscore in \"my_shop\""),
            |pki| Ok(Endpoint::new(pki, &pki.leaf(&["*.lab.test"])?)?.with("server_name", "my_shop.lab.test")),
        ),
        certificate(
            "san-ip-only-name",
            "the certificate is for an address, the test asks for a name",
            mismatch(),
            |pki| {
                let template = Template::server(pki.now(), &["an address"]);
                pki.issuing().issue(&template.with_extensions(vec![
                    key_usage(&[DIGITAL_SIGNATURE]),
                    extended_key_usage(&[oids::SERVER_AUTH]),
                    basic_constraints(false, None),
                    subject_alt_name(&["127.0.0.1"]),
                ]))
            },
        ),
        endpoint(
            "tls-cert/ip-not-in-san",
            "the certificate is for a name, the test asks for an address",
            refused(VerifyCode::IpAddressMismatch, 0),
            |pki| Ok(Endpoint::new(pki, &pki.leaf(&[NAME])?)?.without("server_name")),
        ),
    ]
}
