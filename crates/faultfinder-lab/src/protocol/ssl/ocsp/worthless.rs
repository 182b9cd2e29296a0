//! Stapled answers that say nothing: a warning, as it is with browsers, because nothing says that the certificate is bad.

use super::answers::{by, expired, responder, revoked, stapling};
use crate::pki::{DAY, OcspResponse, Signature, Status, after};
use crate::protocol::ssl::authority::{Site, published};
use crate::{Expect, LabError, Scenario};
use std::sync::Arc;

/// The responder is up, but cannot answer now (RFC 6960 section 4.2.1).
const TRY_LATER: u8 = 3;

/// The test passes although this answer is stapled, and warns in these words.
fn warned(
    case: &str,
    shows: &'static str,
    says: &str,
    answer: impl Fn(&Site<'_>) -> Result<Vec<u8>, LabError> + Send + Sync + 'static,
) -> Scenario {
    published(&format!("tls-cert/ocsp-{case}"), shows, Expect::pass().saying(says), move |site, _| {
        stapling(site, answer(site)?)
    })
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = contents();
    all.extend(signers());
    all
}

fn contents() -> Vec<Scenario> {
    vec![
        warned("expired", "the stapled answer expired yesterday", "the OCSP response expired", |site| {
            expired(site).der()
        }),
        warned(
            "not-yet-valid",
            "the stapled answer is good from tomorrow on",
            "thisUpdate of the OCSP response is",
            |site| {
                let now = site.pki.now();
                site.answer().valid(after(now, DAY), after(now, DAY * 5)).der()
            },
        ),
        warned(
            "produced-tomorrow",
            "the stapled answer was signed tomorrow",
            "producedAt of the OCSP response is",
            |site| {
                let produced_at = after(site.pki.now(), DAY);
                OcspResponse { produced_at, ..site.answer() }.der()
            },
        ),
        warned("unknown", "the stapled answer does not know the leaf", "does not know", |site| {
            site.answer().saying(Status::Unknown).der()
        }),
        warned(
            "other-certificate",
            "the stapled answer is about another certificate of the same issuer",
            "does not cover this certificate",
            |site| OcspResponse::of(&site.authority, &[1, 2, 3], site.pki.now()).der(),
        ),
        warned("try-later", "the server staples that its responder could not answer", "tryLater", |_| {
            Ok(OcspResponse::refusal(TRY_LATER))
        }),
        warned(
            "garbage",
            "the server staples something that is not an OCSP response",
            "cannot be read",
            |_| Ok(b"<html>502 Bad Gateway</html>".to_vec()),
        ),
    ]
}

fn signers() -> Vec<Scenario> {
    vec![
        warned(
            "wrong-signer",
            "somebody else signed the stapled answer in the issuer's name",
            "the signature of the OCSP response is not valid",
            |site| site.answer().signed(Signature::By(Arc::clone(site.pki.stranger().key()))).der(),
        ),
        warned(
            "revoked-wrong-signer",
            "somebody else says that the leaf was revoked",
            "the signature of the OCSP response is not valid",
            |site| revoked(site).signed(Signature::By(Arc::clone(site.pki.stranger().key()))).der(),
        ),
        warned(
            "signer-unknown",
            "the certificate of the responder that signed the stapled answer is not in it",
            "whose certificate is not in the response",
            |site| {
                let responder = responder(site, &site.authority, true)?;
                let answer = by(site.answer(), &responder);
                OcspResponse { certificates: Vec::new(), ..answer }.der()
            },
        ),
        warned(
            "signer-not-authorised",
            "the issuer certified the responder, but not for OCSP answers",
            "not authorized",
            |site| by(site.answer(), &responder(site, &site.authority, false)?).der(),
        ),
        warned(
            "signer-of-another",
            "the responder was certified by the root, which did not issue the leaf",
            "not authorized",
            |site| by(site.answer(), &responder(site, site.pki.root(), true)?).der(),
        ),
    ]
}
