//! The OCSP status of the leaf: stapled, or requested from the responder.
//!
//! A revoked certificate is an event of the chain, `CERT_REVOKED` under `SSL`, from a CRL or an OCSP response, also from one that
//! has expired. The code `OCSP` is for responses that a test requires and that are missing, unreadable, or
//! not to be trusted; it counts only when the chain and the name have no problem.

use super::capture::Capture;
use super::fetching::Fetching;
use crate::Trace;
use crate::fetch::{self, Turn, Wanted};
use faultfinder_taxonomy::word::Ocsp;
use faultfinder_taxonomy::{Code, Detail, Fact, Fault, OcspFacts, Phase, VerifyCode};
use faultfinder_x509::Certificate;
use faultfinder_x509::ocsp::{self, CertStatus, OcspAnswer};
use std::sync::Arc;

/// Why there is no good response: the code under `OCSP`, and the text.
struct Lack {
    code: VerifyCode,
    text: String,
}

impl Lack {
    fn new(code: VerifyCode, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }

    /// The problem of a response that is neither "good" nor "revoked".
    fn unknown(source: &str, answer: &OcspAnswer) -> Self {
        let text = format!("{source} says that \"{}\" does not know the certificate", answer.responder);
        Self::new(VerifyCode::OcspCertUnknown, text)
    }

    fn fault(self, subject: &str, because: &str) -> Fault {
        let detail = Detail::verify(self.code, self.code, 0, subject);
        Fault::new(Code::Ocsp, Phase::Tls, detail, format!("{because}{}", self.text))
    }
}

/// Checks a stapled response, and its absence if the test or the certificate requires one.
pub(super) fn staple(capture: &Capture, trace: &mut Trace) {
    let mode = capture.options().ocsp;
    let Some(leaf) = capture.leaf().filter(|_| mode != Ocsp::Off) else { return };
    let lack = match judge_staple(capture, &leaf) {
        Ok(()) => return,
        Err(lack) => lack,
    };
    let subject = leaf.subject();
    if mode == Ocsp::Require {
        capture.object(lack.fault(&subject, "the test requires a good stapled OCSP response, but "));
    } else if leaf.requires_stapling() {
        let because = "the certificate requires a stapled OCSP response (must-staple), but ";
        capture.object(lack.fault(&subject, because));
    } else if capture.has_staple() {
        trace.warn(lack.text);
    }
}

/// Whether a stapled response settles the status: it says "good" or "revoked".
fn judge_staple(capture: &Capture, leaf: &Certificate) -> Result<(), Lack> {
    let Some(bytes) = capture.staple() else {
        return Err(Lack::new(VerifyCode::OcspVerifyNeeded, "the server staples none"));
    };
    let checked = match capture.issuer() {
        Some(issuer) => ocsp::check(&bytes, leaf, &issuer, capture.time()).map_err(|fault| fault.to_string()),
        None => Err("the certificate's issuer is not known".to_owned()),
    };
    capture.set_ocsp(facts("stapled", None, &checked));
    match checked {
        Err(why) => {
            let text = format!("the OCSP response that the server staples is unusable: {why}");
            Err(Lack::new(VerifyCode::OcspVerifyFailed, text))
        }
        Ok(answer) if answer.status == CertStatus::Unknown => {
            Err(Lack::unknown("the OCSP response that the server staples", &answer))
        }
        Ok(answer) => {
            note_revocation(capture, leaf, &answer);
            Ok(())
        }
    }
}

fn note_revocation(capture: &Capture, leaf: &Certificate, answer: &OcspAnswer) {
    if let Some(event) = ocsp::revocation(leaf, answer, capture.time()) {
        capture.add_event(event);
    }
}

/// Checks a stapled response, and asks the responder when there is no good one.
pub(super) async fn query(fetching: &Fetching<'_>, trace: &mut Trace) {
    staple(fetching.capture, trace);
    let Some(leaf) = fetching.capture.leaf().filter(|_| !fetching.capture.is_ocsp_settled()) else { return };
    let asked = match fetching.capture.issuer() {
        Some(issuer) => ask(fetching, &leaf, &issuer, trace).await,
        None => Err(Lack::new(VerifyCode::OcspVerifyNeeded, "the certificate's issuer is not known")),
    };
    let lack = match asked {
        Ok(answer) if answer.status == CertStatus::Unknown => Lack::unknown("the OCSP response", &answer),
        Ok(answer) => return note_revocation(fetching.capture, &leaf, &answer),
        Err(lack) => lack,
    };
    fetching
        .capture
        .object(lack.fault(&leaf.subject(), "the test requires the certificate's OCSP status, but "));
}

/// The first trustworthy response of a responder.
async fn ask(
    fetching: &Fetching<'_>,
    leaf: &Certificate,
    issuer: &Certificate,
    trace: &mut Trace,
) -> Result<Arc<OcspAnswer>, Lack> {
    let shelf = &fetching.vantage.fetched().answers;
    let key = (leaf.sha256(), issuer.sha256());
    let now = fetching.now();
    if let Some(kept) = shelf.get(&key, now) {
        return Ok(known(fetching, kept));
    }
    let urls: Vec<String> = leaf.ocsp_urls().into_iter().filter(|url| fetch::is_http(url)).collect();
    if urls.is_empty() {
        let text = "the certificate names no OCSP responder with an HTTP URL";
        return Err(Lack::new(VerifyCode::OcspVerifyNeeded, text));
    }
    trace.enter(Phase::Ocsp);
    let _turn = match shelf.turn(&key, now).await {
        Turn::Kept(kept) => {
            trace.enter(Phase::Tls);
            return Ok(known(fetching, kept));
        }
        turn => turn,
    };
    let request = ocsp::request(leaf, issuer);
    let wanted = Wanted {
        accept: ocsp::media::ANSWER,
        bytes_max: fetch::ANSWER_BYTES_MAX,
        post: Some((ocsp::media::REQUEST, &request)),
    };
    let mut failures = Vec::new();
    for url in urls {
        fetching.capture.fetching(&url);
        let answered = fetching.fetch(Phase::Ocsp, &url, wanted, trace).await;
        fetching.capture.fetched();
        let checked = answered
            .map_err(|error| error.to_string())
            .and_then(|bytes| ocsp::check(&bytes, leaf, issuer, now).map_err(|fault| fault.to_string()));
        fetching.capture.set_ocsp(facts("responder", Some(&url), &checked));
        match checked {
            Ok(answer) => {
                let answer = Arc::new(answer);
                if answer.status != CertStatus::Unknown {
                    let bytes = size_of::<OcspAnswer>().saturating_add(answer.responder.len());
                    shelf.put(key, Arc::clone(&answer), bytes, now, Some(answer.expires()));
                }
                return Ok(answer);
            }
            Err(why) => failures.push(format!("{url}: {why}")),
        }
    }
    let text = format!("no OCSP responder gives a good response: {}", failures.join("; "));
    Err(Lack::new(VerifyCode::OcspVerifyFailed, text))
}

/// A cached response.
fn known(fetching: &Fetching<'_>, kept: Arc<OcspAnswer>) -> Arc<OcspAnswer> {
    fetching.capture.set_ocsp(facts("responder", None, &Ok(OcspAnswer::clone(&kept))));
    kept
}

/// The fault of a responder that has not responded when time runs out.
pub(super) fn unanswered(leaf: &Certificate, url: &str) -> Fault {
    let text = format!("time ran out before the OCSP responder {url} answered");
    let because = "the test requires the certificate's OCSP status, but ";
    Lack::new(VerifyCode::OcspVerifyFailed, text).fault(&leaf.subject(), because)
}

fn facts(source: &str, url: Option<&str>, checked: &Result<OcspAnswer, String>) -> OcspFacts {
    let mut facts = OcspFacts::default();
    facts.source = source.to_owned();
    facts.url = url.map(str::to_owned);
    match checked {
        Err(why) => facts.error = Some(why.clone()),
        Ok(answer) => {
            let status = match answer.status {
                CertStatus::Good => "good",
                CertStatus::Revoked { at, reason } => {
                    facts.revoked_at = at;
                    facts.reason = reason.map(|reason| reason.to_string());
                    "revoked"
                }
                _ => "unknown",
            };
            facts.status = Some(status.to_owned());
            facts.this_update = Some(answer.this_update);
            facts.next_update = answer.next_update;
            facts.signer = Some(answer.responder.clone());
        }
    }
    facts
}

/// The facts as evidence.
pub(super) fn evidence(facts: &OcspFacts) -> Fact {
    let text = |text: &Option<String>| text.as_deref().map_or(Fact::Null, Fact::from);
    Fact::map([
        ("source", facts.source.as_str().into()),
        ("url", text(&facts.url)),
        ("status", text(&facts.status)),
        ("revoked_at", facts.revoked_at.into()),
        ("reason", text(&facts.reason)),
        ("this_update", facts.this_update.into()),
        ("next_update", facts.next_update.into()),
        ("signer", text(&facts.signer)),
        ("error", text(&facts.error)),
    ])
}
