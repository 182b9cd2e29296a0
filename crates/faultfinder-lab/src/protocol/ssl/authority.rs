//! An authority with its own web server, and a leaf that says where everything about it is published.

use super::endpoint::Endpoint;
use super::publisher::{Publication, Publisher};
use crate::pki::extensions::{authority_info_access, crl_distribution_point, must_staple};
use crate::pki::oids::{ACCESS_CA_ISSUERS, ACCESS_OCSP};
use crate::pki::{Authority, Identity, Key, NAMES, OcspResponse, Pki, Template};
use crate::{Expect, Lab, LabError, Scenario, peer};
use faultfinder_taxonomy::Protocol;

/// The serial number of the leaf.
pub(super) const LEAF_SERIAL: &[u8] = &[0x4c, 0x65, 0x61, 0x66, 0x20, 0x6e, 0x6f, 0x2e, 0x20, 0x31];
/// The serial number of the authority's certificate.
pub(super) const AUTHORITY_SERIAL: &[u8] =
    &[0x41, 0x75, 0x74, 0x68, 0x2e, 0x20, 0x6e, 0x6f, 0x2e, 0x20, 0x31];
/// Where the root publishes its CRL.
pub(super) const ROOT_CRL: &str = "/root.crl";
/// Where the authority publishes its CRL.
pub(super) const CRL: &str = "/issuing.crl";
/// Where the authority's certificate is.
pub(super) const CERTIFICATE: &str = "/issuing.crt";
/// Where the authority answers questions.
pub(super) const OCSP: &str = "/ocsp";

/// An authority below the lab's root, and what its certificates say of the places at which it publishes.
pub(super) struct Site<'a> {
    pub(super) pki: &'a Pki,
    /// The root of its web server.
    pub(super) url: String,
    pub(super) authority: Authority,
}

impl<'a> Site<'a> {
    /// An authority with a P-256 key that publishes below a URL.
    pub(super) fn new(pki: &'a Pki, url: String) -> Result<Self, LabError> {
        Self::with_key(pki, url, Key::ec()?)
    }

    /// The same with another key.
    pub(super) fn with_key(pki: &'a Pki, url: String, key: Key) -> Result<Self, LabError> {
        let template = Self::template(pki, &url);
        Ok(Self { pki, authority: pki.root().subordinate(&template, key)?, url })
    }

    /// What the authority's certificate says.
    pub(super) fn template(pki: &Pki, url: &str) -> Template {
        Template::authority(pki.now(), "Lab Publishing CA", Some(0))
            .numbered(AUTHORITY_SERIAL)
            .with_extension(crl_distribution_point(&format!("{url}{ROOT_CRL}"), None))
    }

    /// Where something is.
    pub(super) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// What the leaf says, without any place.
    pub(super) fn plain_leaf(&self) -> Template {
        Template::server(self.pki.now(), NAMES).numbered(LEAF_SERIAL)
    }

    /// What the leaf says, with the places of its CRL, its issuer and its status.
    pub(super) fn leaf(&self) -> Template {
        let (issuer, ocsp) = (self.at(CERTIFICATE), self.at(OCSP));
        let places = [(ACCESS_OCSP, ocsp.as_str()), (ACCESS_CA_ISSUERS, issuer.as_str())];
        self.plain_leaf()
            .with_extension(crl_distribution_point(&self.at(CRL), None))
            .with_extension(authority_info_access(&places))
    }

    /// The same, and that the server must staple an OCSP answer.
    pub(super) fn must_staple_leaf(&self) -> Template {
        self.leaf().with_extension(must_staple())
    }

    /// The chain with a leaf that says where everything is.
    pub(super) fn identity(&self) -> Result<Identity, LabError> {
        self.authority.issue(&self.leaf())
    }

    /// A good OCSP answer about the leaf.
    pub(super) fn answer(&self) -> OcspResponse {
        OcspResponse::of(&self.authority, LEAF_SERIAL, self.pki.now())
    }
}

/// A scenario whose authority has a web server; nothing is published on it unless `make` does.
pub(super) fn published(
    id: &str,
    shows: &'static str,
    expect: Expect,
    make: impl Fn(&Site<'_>, &Publisher) -> Result<Endpoint, LabError> + Send + Sync + 'static,
) -> Scenario {
    let serve = move |lab: &Lab| {
        let publisher = Publisher::start(lab)?;
        make(&Site::new(lab.pki(), publisher.url())?, &publisher)?.serve(lab)
    };
    Scenario::new(Protocol::Ssl, id, shows, expect, serve)
}

/// A scenario whose authority's web server is down: nothing listens on its port.
pub(super) fn unpublished(
    id: &str,
    shows: &'static str,
    expect: Expect,
    make: impl Fn(&Site<'_>) -> Result<Endpoint, LabError> + Send + Sync + 'static,
) -> Scenario {
    let serve = move |lab: &Lab| {
        let closed = peer::closed_tcp(lab)?;
        make(&Site::new(lab.pki(), format!("http://{closed}"))?)?.serve(lab)
    };
    Scenario::new(Protocol::Ssl, id, shows, expect, serve)
}

/// Publishes a file.
pub(super) fn publish(publisher: &Publisher, path: &str, bytes: Vec<u8>) {
    publisher.publish(path, Publication::File(bytes));
}
