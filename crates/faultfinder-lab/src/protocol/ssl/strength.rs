//! Keys and digests are too weak for the security level that the test demands.

use super::endpoint::{Endpoint, endpoint};
use super::expect::refused;
use crate::pki::{Authority, Digest, Identity, Key, NAMES, Pki, Template};
use crate::{LabError, Scenario};
use faultfinder_taxonomy::VerifyCode;
use rustls::version::TLS12;

/// 112 bits of security: RSA of 2048 bits and SHA-224 are enough, nothing below is.
const AUTH_LEVEL: u8 = 2;

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        endpoint(
            "tls-cert/rsa512-leaf",
            "the leaf's RSA key has 512 bits",
            refused(VerifyCode::EeKeyTooSmall, 0),
            |pki| {
                let identity =
                    pki.issuing().issue_for(&Template::server(pki.now(), NAMES), Key::rsa512()?)?;
                Ok(demanding(pki, &identity)?.server(|server| server.only(&TLS12)))
            },
        ),
        endpoint(
            "tls-cert/rsa512-intermediate",
            "the intermediate's RSA key has 512 bits",
            refused(VerifyCode::CaKeyTooSmall, 1),
            |pki| {
                let authority = pki
                    .root()
                    .subordinate(&Template::authority(pki.now(), "Tiny CA", None), Key::rsa512()?)?;
                demanding(pki, &authority.issue(&Template::server(pki.now(), NAMES))?)
            },
        ),
        endpoint(
            "tls-cert/md5-leaf",
            "the leaf is signed over MD5",
            refused(VerifyCode::CaMdTooWeak, 0),
            |pki| {
                let authority = pki
                    .root()
                    .subordinate(&Template::authority(pki.now(), "RSA CA", None), Key::rsa2048()?)?;
                let leaf = Template::server(pki.now(), NAMES).digest(Digest::Md5);
                demanding(pki, &authority.issue(&leaf)?)
            },
        ),
        endpoint(
            "tls-cert/md5-intermediate",
            "the intermediate is signed over MD5",
            refused(VerifyCode::CaMdTooWeak, 1),
            |pki| {
                let root =
                    Authority::root(&Template::authority(pki.now(), "RSA Root", None), Key::rsa2048()?)?;
                let template = Template::authority(pki.now(), "Weakly Signed CA", None).digest(Digest::Md5);
                let authority = root.subordinate(&template, Key::ec()?)?;
                let identity = authority.issue(&Template::server(pki.now(), NAMES))?;
                Ok(demanding(pki, &identity)?.trusts(root.pem()))
            },
        ),
    ]
}

fn demanding(pki: &Pki, identity: &Identity) -> Result<Endpoint, LabError> {
    Ok(Endpoint::new(pki, identity)?.with("auth_level", AUTH_LEVEL))
}
