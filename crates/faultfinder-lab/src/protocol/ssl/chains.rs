//! The chain as a whole is wrong: too short, too long, or it ends in the wrong place.

use super::endpoint::{Endpoint, certificate, endpoint};
use super::expect::refused;
use crate::pki::{Authority, Identity, Key, NAMES, Pki, Template};
use crate::{Expect, LabError, Scenario};
use faultfinder_taxonomy::VerifyCode;
use std::sync::Arc;

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = ends();
    all.extend(lengths());
    all
}

fn ends() -> Vec<Scenario> {
    vec![
        certificate(
            "self-signed-ca-true",
            "an authority's self-signed certificate is all the server has",
            refused(VerifyCode::DepthZeroSelfSignedCert, 0),
            |pki| {
                let server = Template::server(pki.now(), NAMES).extensions;
                // Everything a server's certificate says, and that it is an authority.
                let mut template = Template::authority(pki.now(), "Do It Yourself", None);
                template.extensions.extend(server.into_iter().skip(3));
                self_signed(&template)
            },
        ),
        certificate(
            "self-signed-leaf",
            "a server's self-signed certificate",
            refused(VerifyCode::DepthZeroSelfSignedCert, 0),
            Pki::self_signed,
        ),
        endpoint(
            "tls-cert/self-signed-in-chain",
            "the server sends its root, which nobody trusts",
            refused(VerifyCode::SelfSignedCertInChain, 2),
            |pki| {
                let identity = pki.good().clone().and(pki.root().certificate().clone());
                Ok(Endpoint::new(pki, &identity)?.trusts(pki.stranger().pem()))
            },
        ),
        endpoint(
            "tls-cert/unknown-root",
            "the chain leads to a root that nobody trusts",
            refused(VerifyCode::UnableToGetIssuerCertLocally, 1),
            |pki| Ok(Endpoint::new(pki, pki.good())?.trusts(pki.stranger().pem())),
        ),
        endpoint(
            "tls-cert/expired-and-unknown",
            "the leaf is expired and its root is not trusted: the last finding is the date",
            refused(VerifyCode::CertHasExpired, 0),
            |pki| Ok(Endpoint::new(pki, &pki.expired()?)?.trusts(pki.stranger().pem())),
        ),
        certificate(
            "missing-intermediate",
            "the server sends its leaf alone, and nobody knows who issued it",
            refused(VerifyCode::UnableToVerifyLeafSignature, 0),
            |pki| Ok(pki.good().clone().leaf_only()),
        ),
        endpoint(
            "tls-cert/trusted-intermediate-only",
            "the test trusts an intermediate whose root nobody has",
            refused(VerifyCode::UnableToGetIssuerCert, 1),
            |pki| Ok(Endpoint::new(pki, pki.good())?.trusts(pki.issuing().pem())),
        ),
    ]
}

fn self_signed(template: &Template) -> Result<Identity, LabError> {
    let key = Key::ec()?;
    let authority = Authority::root(template, key)?;
    Ok(Identity { chain: vec![authority.certificate().clone()], key: Arc::clone(authority.key()) })
}

/// A leaf below twelve intermediates.
fn twelve(pki: &Pki) -> Result<Identity, LabError> {
    let mut authority = pki.root().clone();
    for number in 1..=12 {
        let template = Template::authority(pki.now(), &format!("Lab CA {number} of 12"), None);
        authority = authority.subordinate(&template, Key::ec()?)?;
    }
    authority.issue(&Template::server(pki.now(), NAMES))
}

fn lengths() -> Vec<Scenario> {
    vec![
        certificate("chain-12", "twelve intermediates", Expect::pass(), twelve),
        endpoint(
            "tls-cert/chain-too-long",
            "twelve intermediates where the test allows three",
            refused(VerifyCode::CertChainTooLong, 4),
            |pki| Ok(Endpoint::new(pki, &twelve(pki)?)?.with("verify_depth", 3)),
        ),
    ]
}
