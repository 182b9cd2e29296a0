//! Is the responder authorized, and is its response current?

use super::fault::OcspFault;
use super::request::CertId;
use super::response::{Basic, Content, ResponderId, Response, Single};
use super::status::CertStatus;
use crate::certificate::Certificate;
use crate::event::Event;
use crate::issuing::could_issue;
use crate::key::PublicKey;
use crate::oid;
use crate::raw::RawFields;
use crate::signature::{Digest, SignatureFault};
use crate::time::{Asn1Time, format_time};
use faultfinder_taxonomy::VerifyCode;

/// By how much the clocks of a responder and of the caller may differ, in seconds; OpenSSL's and curl's default.
pub const SKEW_SECONDS: i64 = 300;
/// How old an answer without nextUpdate may be, in seconds: ten days, the longest that public CAs may let an answer
/// live (CA/Browser Forum Baseline Requirements section 4.9.10).
pub const AGE_SECONDS_MAX: i64 = 10 * 86_400;

/// The content of a trustworthy response.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OcspAnswer {
    /// The status of the certificate.
    pub status: CertStatus,
    /// When the status was determined (thisUpdate), in seconds since 1970.
    pub this_update: i64,
    /// When a newer status will be available (nextUpdate), in seconds since 1970.
    pub next_update: Option<i64>,
    /// When the response was signed, in seconds since 1970.
    pub produced_at: i64,
    /// Who signed it: the subject of the issuer or of the responder's certificate.
    pub responder: String,
}

impl OcspAnswer {
    /// Until when it may be relied upon, in seconds since 1970, without any allowance for clocks.
    #[must_use]
    pub fn expires(&self) -> i64 {
        self.next_update.unwrap_or_else(|| self.this_update.saturating_add(AGE_SECONDS_MAX))
    }
}

/// The event of a certificate that an answer says is revoked, at a time in seconds since 1970; nothing for any other status.
///
/// OpenSSL 3.5 does not evaluate OCSP responses when it verifies, so no phase raises it. The caller of the responder puts it
/// before the verdict's other events; there, all of them except name mismatches take precedence.
#[must_use]
pub fn revocation(leaf: &Certificate, answer: &OcspAnswer, now: i64) -> Option<Event> {
    let CertStatus::Revoked { .. } = answer.status else { return None };
    let expired = match answer.expires() {
        until if until < now => format!(" (in a response that expired on {})", format_time(until)),
        _ => String::new(),
    };
    let why =
        format!("the OCSP responder \"{}\" says{expired} that it is {}", answer.responder, answer.status);
    Some(Event::new(0, VerifyCode::CertRevoked.into(), leaf, why))
}

/// Evaluates a response about a certificate that this issuer issued, at a time in seconds since 1970.
///
/// # Errors
///
/// Why the response is unusable: unreadable, refused by the responder, about something else, not signed by an authorized
/// signer, not current. A status of "revoked" or "unknown" is not an error, and neither is the age of a response that says
/// "revoked" for good ([`CertStatus::is_final`]).
pub fn check(
    der: &[u8],
    leaf: &Certificate,
    issuer: &Certificate,
    now: i64,
) -> Result<OcspAnswer, OcspFault> {
    let response = Response::from_der(der).map_err(OcspFault::Malformed)?;
    check_response(&response, leaf, issuer, now)
}

/// The same for an answer that was decoded before.
///
/// # Errors
///
/// As [`check`].
pub fn check_response(
    response: &Response,
    leaf: &Certificate,
    issuer: &Certificate,
    now: i64,
) -> Result<OcspAnswer, OcspFault> {
    let basic = match &response.0 {
        Content::Error(error) => return Err(OcspFault::Responder(*error)),
        Content::Unknown(kind) => return Err(OcspFault::UnknownType(kind.clone())),
        Content::Basic(basic) => basic,
    };
    let single = find(basic, leaf, issuer).ok_or(OcspFault::OtherCertificate)?;
    // What was revoked for good stays revoked when the response that says so expires: it is evaluated as of the last moment
    // at which it was current.
    let as_of = if single.status.is_final() { now.min(current_until(single).unwrap_or(now)) } else { now };
    let responder = signer(basic, issuer, as_of)?;
    times(basic, single, responder, (as_of, now))
}

/// Until when a status may be relied upon; nothing if its times cannot be read.
fn current_until(single: &Single) -> Option<i64> {
    match &single.next_update {
        Some(time) => time.lenient(),
        None => single.this_update.lenient().map(|from| from.saturating_add(AGE_SECONDS_MAX)),
    }
}

/// The first status that is about the certificate.
fn find<'a>(basic: &'a Basic, leaf: &Certificate, issuer: &Certificate) -> Option<&'a Single> {
    // The hashes of one digest, computed once however many statuses there are.
    let mut wanted: Vec<CertId> = Vec::new();
    basic.singles.iter().find(|single| {
        let Some(id) = &single.id else { return false };
        if !wanted.iter().any(|known| known.digest == id.digest) {
            wanted.extend(CertId::of(leaf, issuer, id.digest).unwrap_or_default());
        }
        wanted.contains(id)
    })
}

/// Who signed it, if it may; the subject of its certificate.
fn signer(basic: &Basic, issuer: &Certificate, now: i64) -> Result<String, OcspFault> {
    if is_named(&basic.responder, issuer) {
        signature(basic, issuer)?;
        return Ok(issuer.subject());
    }
    let mut fault = None;
    for certificate in basic.certificates.iter().filter(|found| is_named(&basic.responder, found)) {
        match signature(basic, certificate).and_then(|()| authorised(certificate, issuer, now)) {
            Ok(()) => return Ok(certificate.subject()),
            Err(why) => fault = fault.or(Some(why)),
        }
    }
    Err(fault.unwrap_or_else(|| OcspFault::SignerNotFound { responder: basic.responder.text() }))
}

/// Whether a certificate is the one that the answer names as its signer's.
fn is_named(responder: &ResponderId, certificate: &Certificate) -> bool {
    match responder {
        ResponderId::Name(name) => *name == certificate.parts().subject,
        ResponderId::Key(hash) => {
            let key = RawFields::of(certificate).ok().and_then(|fields| Digest::Sha1.hash(&[&*fields.key]));
            key.is_some_and(|key| *key == **hash)
        }
    }
}

/// Whether the answer is signed with a certificate's key.
fn signature(basic: &Basic, signer: &Certificate) -> Result<(), OcspFault> {
    let bad = |why: String| OcspFault::BadSignature { why };
    let key = usable_key(signer).map_err(bad)?;
    if let Some(unknown) = basic.unknown_algorithm() {
        return Err(bad(format!("its algorithm {unknown} is unknown")));
    }
    basic.verify(key).map_err(|fault| {
        bad(match fault {
            SignatureFault::Mismatch => {
                format!("the key of \"{}\" did not sign this response", signer.subject())
            }
            other => other.text(),
        })
    })
}

fn usable_key(certificate: &Certificate) -> Result<&PublicKey, String> {
    certificate
        .parts()
        .key
        .as_ref()
        .map_err(|fault| format!("the key of \"{}\" cannot be read: {}", certificate.subject(), fault.text()))
}

/// Whether the issuer has made that certificate's key its responder's (RFC 6960 section 4.2.2.2).
fn authorised(signer: &Certificate, issuer: &Certificate, now: i64) -> Result<(), OcspFault> {
    let refuse = |why: String| Err(OcspFault::NotAuthorised { responder: signer.subject(), why });
    let parts = signer.parts();
    if !could_issue(issuer, signer) {
        return refuse(format!(
            "its certificate was issued by \"{}\", not by the certificate's issuer \"{}\"",
            signer.issuer(),
            issuer.subject()
        ));
    }
    let usages = parts.extensions.extended_key_usage.as_ref();
    if !usages.is_some_and(|usages| usages.value.has(oid::OCSP_SIGNING)) {
        let has = usages.map_or_else(|| "nothing".to_owned(), |usages| usages.value.text());
        return refuse(format!("its certificate is for {has}, not for OCSPSigning"));
    }
    match validity(parts.not_before.seconds(), parts.not_after.seconds(), now) {
        Ok(()) => {}
        Err(why) => return refuse(why),
    }
    match issued_by(signer, issuer) {
        Ok(()) => Ok(()),
        Err(why) => refuse(format!("its certificate is not signed by the issuer: {why}")),
    }
}

/// Whether the signer's certificate is valid now; dates of certificates get no allowance.
fn validity(from: Option<i64>, until: Option<i64>, now: i64) -> Result<(), String> {
    let (Some(from), Some(until)) = (from, until) else {
        return Err("the dates of its certificate are malformed".to_owned());
    };
    if now < from {
        Err(format!("its certificate is not valid before {}", format_time(from)))
    } else if now >= until {
        Err(format!("its certificate expired on {}", format_time(until)))
    } else {
        Ok(())
    }
}

fn issued_by(signer: &Certificate, issuer: &Certificate) -> Result<(), String> {
    let parts = signer.parts();
    if !parts.algorithms_agree {
        return Err("the signature algorithms inside and outside of it differ".to_owned());
    }
    parts.verify(usable_key(issuer)?).map_err(SignatureFault::text)
}

/// A time of the answer. Fractions of seconds and offsets are taken, as by OpenSSL.
fn seconds(field: &'static str, time: &Asn1Time) -> Result<i64, OcspFault> {
    time.lenient().ok_or_else(|| OcspFault::BadTime { field, text: time.text() })
}

/// Whether the answer is current at a moment. When it was signed has nothing to do with that moment: it is held against the
/// clock.
fn times(
    basic: &Basic,
    single: &Single,
    responder: String,
    (now, clock): (i64, i64),
) -> Result<OcspAnswer, OcspFault> {
    let produced_at = seconds("producedAt", &basic.produced_at)?;
    let this_update = seconds("thisUpdate", &single.this_update)?;
    let next_update = single.next_update.as_ref().map(|time| seconds("nextUpdate", time)).transpose()?;
    for (field, from, now) in [("producedAt", produced_at, clock), ("thisUpdate", this_update, now)] {
        if from > now.saturating_add(SKEW_SECONDS) {
            return Err(OcspFault::NotYetValid { field, from, now });
        }
    }
    match next_update {
        Some(until) if until < this_update => return Err(OcspFault::EndsBeforeItBegins),
        Some(until) if until < now.saturating_sub(SKEW_SECONDS) => {
            return Err(OcspFault::Expired { until, now });
        }
        None if this_update < now.saturating_sub(AGE_SECONDS_MAX) => {
            return Err(OcspFault::TooOld { from: this_update, now });
        }
        _ => {}
    }
    Ok(OcspAnswer { status: single.status, this_update, next_update, produced_at, responder })
}
