//! The trust settings that OpenSSL keeps beside a certificate (`TRUSTED CERTIFICATE`) object, or agree.

use super::endpoint::{Endpoint, endpoint};
use super::expect::{refused, refused_finer};
use crate::pki::oids::{EMAIL_PROTECTION, SERVER_AUTH};
use crate::{Expect, Scenario};
use faultfinder_taxonomy::VerifyCode;

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        endpoint(
            "tls-cert/root-trusted-for-purpose",
            "the root is trusted for TLS servers alone",
            Expect::pass(),
            |pki| Ok(Endpoint::new(pki, pki.good())?.trusts(pki.root().trusted_pem(&[SERVER_AUTH], &[]))),
        ),
        endpoint(
            "tls-cert/root-not-trusted-for-purpose",
            "the root is trusted for e-mail alone",
            refused_finer(VerifyCode::CertUntrusted, VerifyCode::CertRejected, 2),
            |pki| Ok(Endpoint::new(pki, pki.good())?.trusts(pki.root().trusted_pem(&[EMAIL_PROTECTION], &[]))),
        ),
        endpoint(
            "tls-cert/root-rejected-for-purpose",
            "the root is explicitly distrusted for TLS servers",
            refused(VerifyCode::CertRejected, 2),
            |pki| Ok(Endpoint::new(pki, pki.good())?.trusts(pki.root().trusted_pem(&[], &[SERVER_AUTH]))),
        ),
    ]
}
