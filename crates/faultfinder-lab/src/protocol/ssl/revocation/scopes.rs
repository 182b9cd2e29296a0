//! What a list covers, and what it demands of those who read it.

use super::super::authority::LEAF_SERIAL;
use super::case::{Case, both, empty, ten_days_ago};
use crate::pki::extensions::{CRL_SIGN, crl_distribution_point, extension, key_usage, subject_alt_name};
use crate::pki::{Authority, Crl, Key, NAMES, Reason, Scope, Template, der, oids};
use crate::protocol::ssl::authority::{CRL, Site};
use crate::protocol::ssl::expect::refused;
use crate::{Expect, LabError, Scenario};
use faultfinder_taxonomy::VerifyCode;

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = points();
    all.extend(indirect());
    all
}

fn points() -> Vec<Scenario> {
    [
        both("point", "the CRL covers the certificates that name its place", &Expect::pass(), |site| {
            Case::new(site, &empty(site).scoped(Scope::Point(&site.at(CRL))))
        }),
        both(
            "other-point",
            "the CRL covers the certificates that name another place: a different scope, and so no CRL",
            &refused(VerifyCode::UnableToGetCrl, 0),
            |site| Case::new(site, &empty(site).scoped(Scope::Point(&site.at("/other.crl")))),
        ),
        both(
            "only-authorities",
            "the CRL covers authorities alone: a different scope, and so no CRL",
            &refused(VerifyCode::UnableToGetCrl, 0),
            |site| Case::new(site, &empty(site).scoped(Scope::OnlyAuthorities)),
        ),
        both(
            "unknown-critical-ext",
            "the CRL has a critical extension that nobody knows",
            &refused(VerifyCode::UnhandledCriticalCrlExtension, 0),
            |site| {
                let unknown = extension(oids::UNKNOWN_EXTENSION, true, &der::null());
                Case::new(site, &empty(site).with_extension(unknown))
            },
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn indirect() -> Vec<Scenario> {
    [
        both(
            "indirect",
            "somebody else signs the CRL in the issuer's place, as the leaf says, and does not list it",
            &Expect::pass(),
            |site| {
                let list = |clerk: &Authority| Crl::of(clerk, site.pki.now());
                clerk_case(site, list)
            },
        ),
        both(
            "indirect-revoked",
            "somebody else signs the CRL in the issuer's place, as the leaf says, and lists it",
            &refused(VerifyCode::CertRevoked, 0).saying("(keyCompromise)"),
            |site| {
                let issuer = site.authority.subject();
                let at = ten_days_ago(site);
                clerk_case(site, |clerk| {
                    let list = Crl::of(clerk, site.pki.now());
                    list.revoking_of(issuer, LEAF_SERIAL, at, Reason::KeyCompromise)
                })
            },
        ),
        both(
            "indirect-other-issuer",
            "the indirect CRL lists the leaf's serial number, but of another issuer",
            &Expect::pass(),
            |site| {
                let (issuer, at) = (site.pki.stranger().subject(), ten_days_ago(site));
                clerk_case(site, |clerk| {
                    let list = Crl::of(clerk, site.pki.now());
                    list.revoking_of(issuer, LEAF_SERIAL, at, Reason::KeyCompromise)
                })
            },
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The root lets a clerk sign the list of all its authorities; the server sends the clerk's certificate too.
///
/// The clerk's certificate has the server's names: OpenSSL holds it against the host name that is asked for too.
fn clerk_case(site: &Site<'_>, list: impl Fn(&Authority) -> Crl) -> Result<Case, LabError> {
    let template = Template::authority(site.pki.now(), "Lab CRL Clerk", None)
        .with_extensions(vec![key_usage(&[CRL_SIGN]), subject_alt_name(NAMES)]);
    let clerk = site.pki.root().subordinate(&template, Key::ec()?)?;
    let leaf = site.plain_leaf().with_extension(crl_distribution_point(&site.at(CRL), Some(clerk.subject())));
    let identity = site.authority.issue(&leaf)?.and(clerk.certificate().clone());
    let list = list(&clerk).scoped(Scope::Indirect(&site.at(CRL)));
    Ok(Case::of(identity, vec![list.der()?]))
}
