//! A case: the revoked certificates, the CRLs that list them, and its two scenarios.

use super::super::authority::{CRL, ROOT_CRL, Site};
use super::super::endpoint::Endpoint;
use super::super::publisher::{Publication, Publisher};
use crate::pki::{Crl, DAY, Identity, Pki, before, pem};
use crate::{Expect, Lab, LabError, Scenario};
use faultfinder_taxonomy::{Blame, Protocol, VerifyCode};
use std::time::SystemTime;

/// The URL in the CRLs of tests with files; it is never requested.
const NOWHERE: &str = "http://crl.lab.test";

/// The certificates that the server presents, and the CRLs about them.
pub(super) struct Case {
    pub(super) identity: Identity,
    /// The CRLs by the path at which they are published.
    pub(super) lists: Vec<(&'static str, Vec<Vec<u8>>)>,
    /// Which certificates are checked.
    pub(super) check: &'static str,
    /// Trusted certificates in addition to the lab's root (PEM).
    pub(super) trusted: Vec<String>,
}

impl Case {
    /// The leaf is checked against one CRL of its issuer.
    pub(super) fn new(site: &Site<'_>, list: &Crl) -> Result<Self, LabError> {
        Ok(Self::of(site.identity()?, vec![list.der()?]))
    }

    /// A leaf is checked against CRLs of its issuer.
    pub(super) fn of(identity: Identity, lists: Vec<Vec<u8>>) -> Self {
        Self { identity, lists: vec![(CRL, lists)], check: "leaf", trusted: Vec::new() }
    }

    /// The whole chain is checked, the authorities against this CRL of the root.
    pub(super) fn chain(mut self, root: &Crl) -> Result<Self, LabError> {
        self.lists.push((ROOT_CRL, vec![root.der()?]));
        self.check = "chain";
        Ok(self)
    }

    fn endpoint(&self, pki: &Pki) -> Result<Endpoint, LabError> {
        let mut trusted = vec![pki.ca_pem()];
        trusted.extend(self.trusted.iter().cloned());
        Ok(Endpoint::new(pki, &self.identity)?.with("ca", trusted).with("crl_check", self.check))
    }
}

pub(super) type Make = fn(&Site<'_>) -> Result<Case, LabError>;

/// The two scenarios of a case: `tls-cert/crl-CASE` with files, `tls-cert/crl-CASE-http` with CRLs that are fetched.
pub(super) fn both(case: &str, shows: &'static str, expect: &Expect, make: Make) -> [Scenario; 2] {
    let files = move |lab: &Lab| {
        let case = make(&Site::new(lab.pki(), NOWHERE.to_owned())?)?;
        let lists = case.lists.iter().flat_map(|(_, lists)| lists);
        let lists: Vec<String> = lists.map(|list| pem::encode("X509 CRL", list)).collect();
        case.endpoint(lab.pki())?.with("crl", lists).serve(lab)
    };
    let http = move |lab: &Lab| {
        let publisher = Publisher::start(lab)?;
        let case = make(&Site::new(lab.pki(), publisher.url())?)?;
        for (path, lists) in &case.lists {
            publisher.publish(path, publication(lists));
        }
        case.endpoint(lab.pki())?.with("crl", "fetch").serve(lab)
    };
    let id = format!("tls-cert/crl-{case}");
    // Who has brought the list has to act on it.
    let blaming = |blame| if is_about_crl(expect) { expect.clone().blaming(blame) } else { expect.clone() };
    [
        Scenario::new(Protocol::Ssl, format!("{id}-http"), shows, blaming(Blame::Target), http),
        Scenario::new(Protocol::Ssl, id, shows, blaming(Blame::Definition), files),
    ]
}

/// Whether the fault is one of a CRL, or that there is none.
fn is_about_crl(expect: &Expect) -> bool {
    let name = expect.detail.as_ref().and_then(|detail| detail["name"].as_str()).unwrap_or_default();
    VerifyCode::ALL.iter().any(|code| code.as_str() == name && code.is_about_crl())
}

/// A CRL as authorities publish it, in DER; several of them in PEM.
fn publication(lists: &[Vec<u8>]) -> Publication {
    match lists {
        [] => Publication::Status(404),
        [only] => Publication::File(only.clone()),
        several => {
            let all: String = several.iter().map(|list| pem::encode("X509 CRL", list)).collect();
            Publication::File(all.into_bytes())
        }
    }
}

/// The CRL of the leaf's issuer: nothing is revoked.
pub(super) fn empty(site: &Site<'_>) -> Crl {
    Crl::of(&site.authority, site.pki.now())
}

/// The CRL of the root: nothing is revoked.
pub(super) fn empty_root(site: &Site<'_>) -> Crl {
    Crl::of(site.pki.root(), site.pki.now())
}

/// The time of every revocation.
pub(super) fn ten_days_ago(site: &Site<'_>) -> SystemTime {
    before(site.pki.now(), DAY * 10)
}

/// An expired CRL that is otherwise valid.
pub(super) fn expired(list: Crl, now: SystemTime) -> Crl {
    list.valid(before(now, DAY * 8), before(now, DAY))
}
