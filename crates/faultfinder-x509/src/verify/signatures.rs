//! Signatures and times, from the top to the leaf (`internal_verify`).

use faultfinder_taxonomy::VerifyCode;

use super::context::Context;
use super::reason;
use super::stop::Stop;
use crate::certificate::Certificate;
use crate::event::Finding;
use crate::extensions::key_usage;
use crate::issuing::could_issue;
use crate::key::PublicKey;
use crate::signature::SignatureCache;

/// The time at which dates are judged; nothing if they are not looked at.
pub(super) const fn check_time(context: &Context<'_>) -> Option<i64> {
    context.options.time
}

/// Whether the check time lies within a certificate's validity; a malformed date says no.
pub(super) fn is_valid_now(context: &Context<'_>, certificate: &Certificate) -> bool {
    let Some(now) = check_time(context) else { return true };
    let begun = certificate.parts().not_before.seconds_at(now).is_some_and(|from| from <= now);
    begun && certificate.parts().not_after.seconds_at(now).is_some_and(|until| now < until)
}

/// Checks every signature of the chain and every validity.
pub(super) fn check(context: &mut Context<'_>) -> Result<(), Stop> {
    let top_depth = context.chain.len() - 1;
    let top = context.certificate(top_depth);
    let mut depth = top_depth;
    let mut issuer = top.clone();
    context.error_depth = depth;
    if !could_issue(&top, &top) && !context.options.flags.partial_chain {
        if depth > 0 {
            // The top serves as issuer only: its dates are never looked at.
            depth -= 1;
            context.error_depth = depth;
        } else {
            let (unknown, why) = reason::unjudged_issuer(context, &top).map_or_else(
                || (false, format!("the certificate of its issuer, \"{}\", is missing", top.issuer())),
                |why| (true, why),
            );
            let code = VerifyCode::UnableToVerifyLeafSignature;
            context.raise(0, Finding::unless_unknown(code, unknown), why);
        }
    }
    loop {
        let subject = context.certificate(depth);
        let on_itself = depth == top_depth;
        let wanted =
            !on_itself || (context.options.flags.check_ss_signature && top.parts().marked_self_signed);
        if wanted {
            check_signature(context, depth, &subject, &issuer, on_itself)?;
        }
        check_dates(context, depth, &subject);
        context.error_depth = depth;
        if depth == 0 {
            return Ok(());
        }
        depth -= 1;
        issuer = subject;
    }
}

/// One signature, and whether the issuer's key usage allows it.
fn check_signature(
    context: &mut Context<'_>,
    depth: usize,
    subject: &Certificate,
    issuer: &Certificate,
    on_itself: bool,
) -> Result<(), Stop> {
    let issuer_depth = if on_itself { depth } else { depth + 1 };
    if !on_itself || issuer.parts().extensions.is_ca {
        let (bit, code, name) = if subject.parts().extensions.proxy.is_some() {
            (key_usage::DIGITAL_SIGNATURE, VerifyCode::KeyusageNoDigitalSignature, "digitalSignature")
        } else {
            (key_usage::CERT_SIGN, VerifyCode::KeyusageNoCertsign, "keyCertSign")
        };
        if issuer.parts().extensions.usage_rejects(bit) {
            let why = format!("the keyUsage of \"{}\" does not include {name}", issuer.subject());
            context.raise(issuer_depth, code, why);
        }
    }
    match &issuer.parts().key {
        Err(fault) => {
            let why = reason::unreadable_key(&format!("the key of \"{}\"", issuer.subject()), *fault);
            let code = VerifyCode::UnableToDecodeIssuerPublicKey;
            context.raise(issuer_depth, Finding::unless_unknown(code, fault.is_unknown()), why);
        }
        Ok(key) => {
            context.spend_signature(key, subject.parts().tbs().len())?;
            let cache = context.options.signatures.as_ref();
            if let Some((code, why)) = signature_fault(subject, (issuer, key), cache) {
                context.raise(depth, code, why);
            }
        }
    }
    Ok(())
}

/// What is wrong with a signature: the finest code and why.
fn signature_fault(
    subject: &Certificate,
    (issuer, key): (&Certificate, &PublicKey),
    cache: Option<&SignatureCache>,
) -> Option<(Finding, String)> {
    if !subject.parts().algorithms_agree {
        let why = "the signature algorithms inside and outside of the certificate differ";
        return Some((VerifyCode::CertSignatureFailure.into(), why.to_owned()));
    }
    let check = || subject.parts().verify(key);
    let outcome = cache.map_or_else(check, |cache| cache.outcome(subject, issuer, check));
    let fault = outcome.err()?;
    let code = if fault.is_undecryptable() {
        VerifyCode::UnableToDecryptCertSignature
    } else {
        VerifyCode::CertSignatureFailure
    };
    let why = reason::bad_signature(&subject.signature_algorithm(), fault);
    Some((Finding::unless_unknown(code, fault.is_unknown()), why))
}

/// Both dates, each on its own.
fn check_dates(context: &mut Context<'_>, depth: usize, certificate: &Certificate) {
    let Some(now) = check_time(context) else { return };
    match certificate.parts().not_before.seconds_at(now) {
        None => {
            let why = format!("notBefore {}", certificate.parts().not_before.flaw());
            context.raise(depth, VerifyCode::ErrorInCertNotBeforeField, why);
        }
        Some(from) if from > now => {
            context.raise(depth, VerifyCode::CertNotYetValid, reason::not_yet_valid(from, now));
        }
        Some(_) => {}
    }
    match certificate.parts().not_after.seconds_at(now) {
        None => {
            let why = format!("notAfter {}", certificate.parts().not_after.flaw());
            context.raise(depth, VerifyCode::ErrorInCertNotAfterField, why);
        }
        Some(until) if until <= now => {
            context.raise(depth, VerifyCode::CertHasExpired, reason::expired(until, now));
        }
        Some(_) => {}
    }
}
