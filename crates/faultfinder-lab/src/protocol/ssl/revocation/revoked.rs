//! Lists that say that a certificate is revoked, and lists that do not.

use super::super::authority::LEAF_SERIAL;
use super::case::{Case, both, empty, empty_root, expired, ten_days_ago};
use crate::pki::extensions::freshest_crl;
use crate::pki::{Crl, Reason};
use crate::protocol::ssl::authority::{AUTHORITY_SERIAL, Site};
use crate::protocol::ssl::expect::refused;
use crate::{Expect, LabError, Scenario};
use faultfinder_taxonomy::VerifyCode;

/// A serial number that the issuer of the leaf has given to another certificate.
const OTHER_SERIAL: &[u8] = &[0x4e, 0x6f, 0x2e, 0x20, 0x32];
/// Where the changes since the last complete list are published.
const DELTA: &str = "/delta.crl";

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = complete();
    all.extend(deltas());
    all
}

fn revoked(depth: usize, says: &str) -> Expect {
    refused(VerifyCode::CertRevoked, depth).saying(says)
}

fn complete() -> Vec<Scenario> {
    [
        both("good", "the CRL does not list the leaf", &Expect::pass(), |site| {
            Case::new(site, &empty(site).revoking(OTHER_SERIAL, ten_days_ago(site), Reason::Superseded))
        }),
        both("good-chain", "no CRL lists a certificate of the chain", &Expect::pass(), |site| {
            Case::new(site, &empty(site))?.chain(&empty_root(site))
        }),
        both("revoked", "the leaf was revoked ten days ago", &revoked(0, "(keyCompromise)"), |site| {
            Case::new(site, &revoking(site, Reason::KeyCompromise))
        }),
        both("on-hold", "the leaf is on hold", &revoked(0, "(certificateHold)"), |site| {
            Case::new(site, &revoking(site, Reason::CertificateHold))
        }),
        both(
            "revoked-intermediate",
            "the intermediate was revoked ten days ago",
            &revoked(1, "(cACompromise)"),
            |site| {
                let at = ten_days_ago(site);
                let root = empty_root(site).revoking(AUTHORITY_SERIAL, at, Reason::CaCompromise);
                Case::new(site, &empty(site))?.chain(&root)
            },
        ),
        both(
            "revoked-intermediate-unchecked",
            "the intermediate was revoked, but the test looks up the leaf alone",
            &Expect::pass(),
            |site| {
                let at = ten_days_ago(site);
                let root = empty_root(site).revoking(AUTHORITY_SERIAL, at, Reason::CaCompromise);
                Ok(Case { check: "leaf", ..Case::new(site, &empty(site))?.chain(&root)? })
            },
        ),
        both(
            "revoked-and-expired",
            "the CRL that lists the leaf expired yesterday: the last finding is the revocation",
            &revoked(0, "(keyCompromise)"),
            |site| Case::new(site, &expired(revoking(site, Reason::KeyCompromise), site.pki.now())),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The list of the leaf's issuer, in which the leaf is.
fn revoking(site: &Site<'_>, reason: Reason) -> Crl {
    empty(site).revoking(LEAF_SERIAL, ten_days_ago(site), reason)
}

fn deltas() -> Vec<Scenario> {
    [
        both(
            "delta-revokes",
            "the CRL does not list the leaf, but its delta does",
            &revoked(0, "(keyCompromise)"),
            |site| {
                let delta = Crl::delta_of(&site.authority, site.pki.now());
                let delta = delta.revoking(LEAF_SERIAL, ten_days_ago(site), Reason::KeyCompromise);
                with_delta(site, &empty(site), &delta)
            },
        ),
        both(
            "delta-removes",
            "the CRL has the leaf on hold, and its delta takes that back",
            &Expect::pass(),
            |site| {
                let delta = Crl::delta_of(&site.authority, site.pki.now());
                let delta = delta.revoking(LEAF_SERIAL, ten_days_ago(site), Reason::RemoveFromCrl);
                with_delta(site, &revoking(site, Reason::CertificateHold), &delta)
            },
        ),
        both(
            "delta-renews",
            "the CRL expired yesterday, but its delta is current",
            &Expect::pass(),
            |site| {
                let delta = Crl::delta_of(&site.authority, site.pki.now());
                with_delta(site, &expired(empty(site), site.pki.now()), &delta)
            },
        ),
        both(
            "delta-alone",
            "there is a delta, but not the CRL whose changes it tells",
            &refused(VerifyCode::UnableToGetCrl, 0),
            |site| Case::new(site, &Crl::delta_of(&site.authority, site.pki.now())),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A list and what changed since, under a leaf that says where the changes are.
fn with_delta(site: &Site<'_>, complete: &Crl, delta: &Crl) -> Result<Case, LabError> {
    let leaf = site.leaf().with_extension(freshest_crl(&site.at(DELTA)));
    Ok(Case::of(site.authority.issue(&leaf)?, vec![complete.der()?, delta.der()?]))
}
