//! The responses that these scenarios start from, and their responders.

use super::super::authority::Site;
use super::super::endpoint::Endpoint;
use crate::pki::extensions::{DIGITAL_SIGNATURE, extended_key_usage, key_usage, ocsp_no_check};
use crate::pki::oids::OCSP_SIGNING;
use crate::pki::{Authority, DAY, Key, OcspResponse, Reason, Status, Template, before};
use crate::{Expect, LabError};
use faultfinder_taxonomy::{Code, Phase, VerifyCode};
use serde_json::json;
use std::time::SystemTime;

/// The code `OCSP`, with this verify code.
pub(super) fn lacks(code: VerifyCode) -> Expect {
    let detail = json!({ "kind": "verify", "name": code.as_str(), "number": code.number(), "depth": 0 });
    Expect::fault(Code::Ocsp, Phase::Tls, detail)
}

/// A server that staples a response about the usual leaf.
pub(super) fn stapling(site: &Site<'_>, answer: Vec<u8>) -> Result<Endpoint, LabError> {
    Ok(Endpoint::new(site.pki, &site.identity()?)?.server(|server| server.staples(answer)))
}

/// The usual response, but the leaf was revoked.
pub(super) fn revoked(site: &Site<'_>) -> OcspResponse {
    site.answer().saying(Status::Revoked(before(site.pki.now(), DAY * 10), Reason::KeyCompromise))
}

/// The usual response, which expired yesterday.
pub(super) fn expired(site: &Site<'_>) -> OcspResponse {
    let now: SystemTime = site.pki.now();
    site.answer().valid(before(now, DAY * 8), before(now, DAY))
}

/// A responder that is not the issuer, certified by an authority; for OCSP signing, or for nothing.
pub(super) fn responder(site: &Site<'_>, by: &Authority, may_sign: bool) -> Result<Authority, LabError> {
    let mut extensions = vec![key_usage(&[DIGITAL_SIGNATURE])];
    if may_sign {
        extensions.extend([extended_key_usage(&[OCSP_SIGNING]), ocsp_no_check()]);
    }
    let template = Template::server(site.pki.now(), &["Lab OCSP Responder"]).with_extensions(extensions);
    by.subordinate(&template, Key::ec()?)
}

/// A response of this responder.
pub(super) fn by(answer: OcspResponse, responder: &Authority) -> OcspResponse {
    answer.by(responder.key(), responder.certificate())
}
