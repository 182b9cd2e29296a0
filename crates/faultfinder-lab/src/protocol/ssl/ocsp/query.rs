//! The test asks the responder.

use super::answers::{by, expired, lacks, responder, revoked, stapling};
use crate::pki::{DAY, OcspResponse, Status, before};
use crate::protocol::ssl::authority::{OCSP, Site, published, unpublished};
use crate::protocol::ssl::endpoint::Endpoint;
use crate::protocol::ssl::expect::refused;
use crate::protocol::ssl::publisher::Publication;
use crate::{Expect, LabError, Scenario};
use faultfinder_taxonomy::VerifyCode;

/// The responder is up, but cannot answer now; it does not answer this client (RFC 6960 section 4.2.1).
const TRY_LATER: u8 = 3;
const UNAUTHORIZED: u8 = 6;
/// How long a test with a silent responder waits.
const PATIENCE: &str = "500ms";

/// The responder of the usual leaf says this.
fn asked(
    case: &str,
    shows: &'static str,
    expect: Expect,
    publication: impl Fn(&Site<'_>) -> Result<Publication, LabError> + Send + Sync + 'static,
) -> Scenario {
    published(&format!("tls-cert/ocsp-query-{case}"), shows, expect, move |site, publisher| {
        publisher.publish(OCSP, publication(site)?);
        asking(site)
    })
}

fn asking(site: &Site<'_>) -> Result<Endpoint, LabError> {
    Ok(Endpoint::new(site.pki, &site.identity()?)?.with("ocsp", "query"))
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = answers();
    all.extend(failures());
    all.extend(staples());
    all
}

fn answers() -> Vec<Scenario> {
    vec![
        asked("good", "the responder says that the leaf is good", Expect::pass(), |site| {
            Ok(Publication::Ocsp(site.answer().der()?))
        }),
        asked("good-delegated", "a delegate of the issuer answers: good", Expect::pass(), |site| {
            let responder = responder(site, &site.authority, true)?;
            Ok(Publication::Ocsp(by(site.answer(), &responder).der()?))
        }),
        asked(
            "revoked",
            "the responder says that the leaf was revoked",
            refused(VerifyCode::CertRevoked, 0).saying("reason keyCompromise"),
            |site| Ok(Publication::Ocsp(revoked(site).der()?)),
        ),
        asked(
            "revoked-expired",
            "the responder says so in a response that expired yesterday",
            refused(VerifyCode::CertRevoked, 0).saying("in a response that expired on"),
            |site| {
                let now = site.pki.now();
                let old = revoked(site).valid(before(now, DAY * 5), before(now, DAY));
                Ok(Publication::Ocsp(old.der()?))
            },
        ),
        asked(
            "unknown",
            "the responder does not know the leaf",
            lacks(VerifyCode::OcspCertUnknown),
            |site| Ok(Publication::Ocsp(site.answer().saying(Status::Unknown).der()?)),
        ),
    ]
}

fn failures() -> Vec<Scenario> {
    let failed = |says: &str| lacks(VerifyCode::OcspVerifyFailed).saying(says);
    vec![
        asked("try-later", "the responder says: try later", failed("tryLater"), |_| {
            Ok(Publication::Ocsp(OcspResponse::refusal(TRY_LATER)))
        }),
        asked("unauthorized", "the responder does not answer us", failed("unauthorized"), |_| {
            Ok(Publication::Ocsp(OcspResponse::refusal(UNAUTHORIZED)))
        }),
        asked("expired", "the responder's answer expired yesterday", failed("expired"), |site| {
            Ok(Publication::Ocsp(expired(site).der()?))
        }),
        asked("garbage", "the responder does not speak OCSP", failed("cannot be read"), |_| {
            Ok(Publication::Ocsp(b"<html>welcome</html>".to_vec()))
        }),
        asked("garbled", "the responder does not speak HTTP", failed("not HTTP"), |_| {
            Ok(Publication::Garbage)
        }),
        asked("503", "the responder is overloaded", failed("status 503"), |_| Ok(Publication::Status(503))),
        asked("too-large", "the responder's answer does not end", failed("larger than"), |_| {
            Ok(Publication::TooLarge)
        }),
        unpublished("tls-cert/ocsp-query-unreachable", "the responder is down", failed("refused"), asking),
        published(
            "tls-cert/ocsp-query-silent",
            "the responder takes the question and says nothing",
            lacks(VerifyCode::OcspVerifyFailed),
            |site, publisher| {
                publisher.publish(OCSP, Publication::Silence);
                Ok(asking(site)?.with("timeout", PATIENCE))
            },
        ),
        published(
            "tls-cert/ocsp-query-no-responder",
            "the leaf does not say who answers for it",
            lacks(VerifyCode::OcspVerifyNeeded),
            |site, _| {
                let identity = site.authority.issue(&site.plain_leaf())?;
                Ok(Endpoint::new(site.pki, &identity)?.with("ocsp", "query"))
            },
        ),
    ]
}

fn staples() -> Vec<Scenario> {
    vec![
        published(
            "tls-cert/ocsp-query-stapled",
            "nobody answers, but nobody has to be asked: a good answer is stapled",
            Expect::pass(),
            |site, _| Ok(stapling(site, site.answer().der()?)?.with("ocsp", "query")),
        ),
        published(
            "tls-cert/ocsp-query-stapled-expired",
            "the stapled answer expired, and the responder gives a good one",
            Expect::pass().saying("the OCSP response expired"),
            |site, publisher| {
                publisher.publish(OCSP, Publication::Ocsp(site.answer().der()?));
                Ok(stapling(site, expired(site).der()?)?.with("ocsp", "query"))
            },
        ),
    ]
}
