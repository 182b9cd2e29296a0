//! What an authority may speak for, and what a chain may cost.

use super::endpoint::certificate;
use super::expect::refused;
use crate::pki::extensions::dns_name_constraints;
use crate::pki::{Identity, Key, NAMES, Pki, Template};
use crate::{Expect, LabError, Scenario};
use faultfinder_taxonomy::VerifyCode;

/// Authorities of the chain that takes too much work.
const COSTLY_AUTHORITIES: usize = 18;
/// Constraints of each of them, the shortest there are: a permitted DNS name without a letter, which permits every name.
const COSTLY_CONSTRAINTS: usize = 210;
/// Names of the leaf below them. Times the constraints of one authority they stay below 2^20, beyond which OpenSSL gives
/// up (`UNSPECIFIED`); times those of all, no client that counts its work goes on.
const COSTLY_NAMES: usize = 4_900;

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = constraints();
    all.push(certificate(
        "names-times-constraints",
        "5,000 names below 18 authorities with 210 constraints each: 18 million comparisons in 40 KB",
        refused(VerifyCode::OutOfMem, 0),
        costly,
    ));
    all
}

/// A leaf for the usual names below an authority with these constraints.
fn constrained(pki: &Pki, permitted: &[&str], excluded: &[&str]) -> Result<Identity, LabError> {
    let template = Template::authority(pki.now(), "Constrained CA", None)
        .with_extension(dns_name_constraints(permitted, excluded));
    pki.root().subordinate(&template, Key::ec()?)?.issue(&Template::server(pki.now(), NAMES))
}

fn constraints() -> Vec<Scenario> {
    vec![
        certificate(
            "name-permitted",
            "the authority may speak for the leaf's names",
            Expect::pass(),
            |pki| constrained(pki, &["lab.test", "localhost"], &["example"]),
        ),
        certificate(
            "name-not-permitted",
            "the authority may speak for other names alone",
            refused(VerifyCode::PermittedViolation, 0),
            |pki| constrained(pki, &["other.test"], &[]),
        ),
        certificate(
            "name-excluded",
            "the authority may speak for every name but the leaf's",
            refused(VerifyCode::ExcludedViolation, 0),
            |pki| constrained(pki, &[], &["lab.test"]),
        ),
    ]
}

/// Many short names below many authorities with many short constraints.
fn costly(pki: &Pki) -> Result<Identity, LabError> {
    let constraints = dns_name_constraints(&[""; COSTLY_CONSTRAINTS], &[]);
    let mut authority = pki.root().clone();
    for number in 1..=COSTLY_AUTHORITIES {
        let template =
            Template::authority(pki.now(), &format!("CA {number}"), None).with_extension(constraints.clone());
        authority = authority.subordinate(&template, Key::ec()?)?;
    }
    let mut names = NAMES.to_vec();
    names.resize(COSTLY_NAMES, "a");
    authority.issue(&Template::server(pki.now(), &names))
}
