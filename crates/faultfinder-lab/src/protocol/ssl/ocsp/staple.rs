//! The server staples an answer, or should.

use super::answers::{by, expired, lacks, responder, revoked, stapling};
use crate::pki::{DAY, Reason, Status, before};
use crate::protocol::ssl::authority::{Site, published};
use crate::protocol::ssl::endpoint::Endpoint;
use crate::protocol::ssl::expect::refused;
use crate::{Expect, LabError, Scenario};
use faultfinder_taxonomy::VerifyCode;

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = answers();
    all.extend(demanded_by_the_certificate());
    all.extend(demanded_by_the_test());
    all
}

fn answers() -> Vec<Scenario> {
    vec![
        published(
            "tls-cert/ocsp-good",
            "the server staples an OCSP answer: the leaf is good",
            Expect::pass(),
            |site, _| stapling(site, site.answer().der()?),
        ),
        published(
            "tls-cert/ocsp-good-delegated",
            "the stapled answer comes from a responder that the issuer certified for it",
            Expect::pass(),
            |site, _| {
                let responder = responder(site, &site.authority, true)?;
                stapling(site, by(site.answer(), &responder).der()?)
            },
        ),
        published(
            "tls-cert/ocsp-revoked",
            "the server staples that its own certificate was revoked ten days ago",
            refused(VerifyCode::CertRevoked, 0).saying("reason keyCompromise"),
            |site, _| stapling(site, revoked(site).der()?),
        ),
        published(
            "tls-cert/ocsp-revoked-expired",
            "the stapled answer that says so expired yesterday, which makes nothing good again",
            refused(VerifyCode::CertRevoked, 0).saying("in a response that expired on"),
            |site, _| {
                let now = site.pki.now();
                stapling(site, revoked(site).valid(before(now, DAY * 5), before(now, DAY)).der()?)
            },
        ),
        published(
            "tls-cert/ocsp-held-expired",
            "the stapled answer says that the leaf is on hold, and expired yesterday",
            Expect::pass().saying("the OCSP response expired"),
            |site, _| {
                let now = site.pki.now();
                let held =
                    site.answer().saying(Status::Revoked(before(now, DAY * 5), Reason::CertificateHold));
                stapling(site, held.valid(before(now, DAY * 5), before(now, DAY)).der()?)
            },
        ),
        published(
            "tls-cert/ocsp-revoked-delegated",
            "a responder that the issuer certified says that the leaf was replaced",
            refused(VerifyCode::CertRevoked, 0).saying("reason superseded"),
            |site, _| {
                let responder = responder(site, &site.authority, true)?;
                let status = Status::Revoked(site.pki.now(), Reason::Superseded);
                stapling(site, by(site.answer().saying(status), &responder).der()?)
            },
        ),
        published(
            "tls-cert/ocsp-revoked-ignored",
            "the stapled answer says that the leaf was revoked, but the test looks at none",
            Expect::pass(),
            |site, _| Ok(stapling(site, revoked(site).der()?)?.with("ocsp", "off")),
        ),
    ]
}

/// A server that staples an answer, or none, for a leaf that demands one.
fn must_staple(site: &Site<'_>, answer: Option<Vec<u8>>) -> Result<Endpoint, LabError> {
    let endpoint = Endpoint::new(site.pki, &site.authority.issue(&site.must_staple_leaf())?)?;
    Ok(match answer {
        Some(answer) => endpoint.server(|server| server.staples(answer)),
        None => endpoint,
    })
}

fn demanded_by_the_certificate() -> Vec<Scenario> {
    vec![
        published(
            "tls-cert/ocsp-must-staple",
            "the certificate demands a stapled answer, and there is none",
            lacks(VerifyCode::OcspVerifyNeeded),
            |site, _| must_staple(site, None),
        ),
        published(
            "tls-cert/ocsp-must-staple-good",
            "the certificate demands a stapled answer, and there is a good one",
            Expect::pass(),
            |site, _| must_staple(site, Some(site.answer().der()?)),
        ),
        published(
            "tls-cert/ocsp-must-staple-expired",
            "the certificate demands a stapled answer, and the one that is there expired yesterday",
            lacks(VerifyCode::OcspVerifyFailed).saying("expired"),
            |site, _| must_staple(site, Some(expired(site).der()?)),
        ),
        published(
            "tls-cert/ocsp-must-staple-ignored",
            "the certificate demands a stapled answer, but the test looks at none",
            Expect::pass(),
            |site, _| Ok(must_staple(site, None)?.with("ocsp", "off")),
        ),
    ]
}

fn demanded_by_the_test() -> Vec<Scenario> {
    vec![
        published(
            "tls-cert/ocsp-required",
            "the test demands a stapled answer, and there is a good one",
            Expect::pass(),
            |site, _| Ok(stapling(site, site.answer().der()?)?.with("ocsp", "require")),
        ),
        published(
            "tls-cert/ocsp-required-missing",
            "the test demands a stapled answer, and there is none",
            lacks(VerifyCode::OcspVerifyNeeded),
            |site, _| Ok(Endpoint::new(site.pki, &site.identity()?)?.with("ocsp", "require")),
        ),
        published(
            "tls-cert/ocsp-required-expired",
            "the test demands a stapled answer, and the one that is there expired yesterday",
            lacks(VerifyCode::OcspVerifyFailed).saying("expired"),
            |site, _| Ok(stapling(site, expired(site).der()?)?.with("ocsp", "require")),
        ),
        published(
            "tls-cert/ocsp-required-unknown",
            "the test demands a stapled answer, and the one that is there does not know the leaf",
            lacks(VerifyCode::OcspCertUnknown),
            |site, _| {
                let answer = site.answer().saying(Status::Unknown).der()?;
                Ok(stapling(site, answer)?.with("ocsp", "require"))
            },
        ),
        published(
            "tls-cert/ocsp-required-revoked",
            "the test demands a stapled answer, and the one that is there says \"revoked\"",
            refused(VerifyCode::CertRevoked, 0),
            |site, _| Ok(stapling(site, revoked(site).der()?)?.with("ocsp", "require")),
        ),
    ]
}
