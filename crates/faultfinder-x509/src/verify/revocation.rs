//! Revocation by CRLs (`check_revocation`; RFC 5280 section 6.3).
//!
//! For each certificate the best CRL is chosen ([`choose`]), judged, and the certificate is looked up in it; this goes on
//! until every reason for revocation is covered. A CRL is used even if it has problems; each problem is reported.

mod choose;
mod score;

use faultfinder_taxonomy::VerifyCode;

use super::context::Context;
use super::stop::Stop;
use super::{reason, signatures, suite_b};
use crate::certificate::Certificate;
use crate::crl::{Crl, RevocationReason};
use crate::event::Finding;
use crate::extensions::{ALL_REASONS, key_usage};
use crate::time::format_time;
use choose::{Choice, Deltas, Wanted};
use score::Score;

/// Looks for CRLs of the leaf or of the whole chain, and each certificate up in them.
pub(super) fn check(context: &mut Context<'_>) -> Result<(), Stop> {
    let flags = context.options.flags;
    if !flags.crl_check {
        return Ok(());
    }
    let last = if flags.crl_check_all {
        context.chain.len() - 1
    } else if context.is_crl_path() {
        return Ok(());
    } else {
        0
    };
    for depth in 0..=last {
        context.error_depth = depth;
        check_certificate(context, depth)?;
    }
    Ok(())
}

/// Checks one certificate, as OpenSSL 3.5.5 does. If OpenSSL treated a delta CRL as a complete one, the correct result is
/// reported in addition: such a list does not contain certificates that were revoked before.
fn check_certificate(context: &mut Context<'_>, depth: usize) -> Result<(), Stop> {
    let certificate = context.certificate(depth);
    if certificate.parts().extensions.proxy.is_some() {
        return Ok(());
    }
    let was_mistaken = check_with(context, depth, &certificate, Deltas::AsComplete)?;
    if was_mistaken {
        context.tell_besides(|context| check_with(context, depth, &certificate, Deltas::Changes))?;
    }
    Ok(())
}

/// Goes through CRLs until all reasons are covered; says whether a delta was treated as a complete one.
fn check_with(
    context: &mut Context<'_>,
    depth: usize,
    certificate: &Certificate,
    deltas: Deltas,
) -> Result<bool, Stop> {
    let mut mistaken = false;
    let mut wanted = Wanted { depth, certificate, covered: 0, previous: Score::default(), deltas };
    while wanted.covered != ALL_REASONS {
        let Some(choice) = choose::choose(context, wanted)? else {
            let why = reason::missing_crl(context, certificate);
            context.raise(depth, VerifyCode::UnableToGetCrl, why);
            break;
        };
        let gained = choice.reasons != wanted.covered;
        (wanted.covered, wanted.previous) = (choice.reasons, choice.score);
        mistaken |= choice.crl.is_delta();
        check_crl(context, depth, &choice.crl, &choice)?;
        let mut removed = false;
        if let Some(delta) = &choice.delta {
            check_crl(context, depth, delta, &choice)?;
            removed = look_up(context, depth, delta, certificate)?;
        }
        if !removed {
            look_up(context, depth, &choice.crl, certificate)?;
        }
        if !gained {
            let why = "the given CRLs do not cover all reasons for a revocation";
            context.raise(depth, VerifyCode::UnableToGetCrl, why);
            break;
        }
    }
    Ok(mistaken)
}

/// Judges a CRL.
fn check_crl(context: &mut Context<'_>, depth: usize, crl: &Crl, choice: &Choice) -> Result<(), Stop> {
    let issuer = &choice.issuer;
    if !crl.is_delta() {
        let examined = choice.stranger.and_then(|index| context.examined.get(index).copied()).unwrap_or(true);
        if issuer.parts().extensions.usage_rejects(key_usage::CRL_SIGN) {
            let why = format!("the keyUsage of \"{}\" does not include cRLSign", issuer.subject());
            let raise = |context: &mut Context<'_>| context.raise(depth, VerifyCode::KeyusageNoCrlSign, why);
            if examined { raise(context) } else { context.tell_besides(raise) }
        }
        if !choice.score.in_scope {
            let why = format!("{} does not cover this certificate", crl.label());
            context.raise(depth, VerifyCode::DifferentCrlScope, why);
        }
        if !choice.score.same_path && !issuer_is_acceptable(context, depth, choice)? {
            let why = format!(
                "the certificate of \"{}\", who signed the CRL, does not lead to the same trust anchor",
                issuer.subject()
            );
            context.raise(depth, VerifyCode::CrlPathValidationError, why);
        }
    }
    if !choice.score.in_time {
        check_times(context, depth, crl, choice.score);
    }
    check_signature(context, depth, crl, issuer)
}

/// Verifies the path of a CRL issuer that is not on the chain: it must end in the same anchor.
fn issuer_is_acceptable(context: &mut Context<'_>, depth: usize, choice: &Choice) -> Result<bool, Stop> {
    if context.is_crl_path() {
        // One level is enough.
        return Ok(false);
    }
    let issuer = &choice.issuer;
    if let Some(index) = choice.stranger {
        context.examine(index);
    }
    let anchor = crl_issuer_anchor(context, depth, issuer)?;
    let own = context.chain.last().map(|link| &link.certificate);
    Ok(anchor.is_some_and(|anchor| own == Some(&anchor)))
}

/// Verifies the certificate of a CRL issuer, whose CRL is about the certificate at a depth. Gives the top of its chain if
/// there is one to judge, whatever was objected to on the way.
fn crl_issuer_anchor(
    context: &mut Context<'_>,
    depth: usize,
    issuer: &Certificate,
) -> Result<Option<Certificate>, Stop> {
    let (outcome, top) = context.nest(issuer, depth);
    match outcome {
        Ok(()) => Ok(top),
        Err(stop) if stop.is_over_budget() => Err(stop),
        Err(_) => Ok(None),
    }
}

/// Both dates, each on its own. An expired CRL is forgiven if a delta CRL brings it up to date.
fn check_times(context: &mut Context<'_>, depth: usize, crl: &Crl, score: Score) {
    use VerifyCode as V;
    let Some(now) = signatures::check_time(context) else { return };
    match crl.parts().last_update.seconds_at(now) {
        None => {
            let why = format!("lastUpdate of {} {}", crl.label(), crl.parts().last_update.flaw());
            context.raise(depth, V::ErrorInCrlLastUpdateField, why);
        }
        Some(from) if from > now => {
            let why = format!("{} is valid only from {}", crl.label(), format_time(from));
            context.raise(depth, V::CrlNotYetValid, why);
        }
        Some(_) => {}
    }
    match crl.parts().next_update.as_ref().map(|time| time.seconds_at(now).ok_or_else(|| time.flaw())) {
        Some(Err(flaw)) => {
            let why = format!("nextUpdate of {} {flaw}", crl.label());
            context.raise(depth, V::ErrorInCrlNextUpdateField, why);
        }
        Some(Ok(until)) if until <= now && !score.renewed_by_delta => {
            let why = format!("{}: {}", crl.label(), reason::expired(until, now));
            context.raise(depth, V::CrlHasExpired, why);
        }
        Some(Ok(_)) | None => {}
    }
}

fn check_signature(
    context: &mut Context<'_>,
    depth: usize,
    crl: &Crl,
    issuer: &Certificate,
) -> Result<(), Stop> {
    let key = match &issuer.parts().key {
        Ok(key) => key,
        Err(fault) => {
            let why = reason::unreadable_key(&format!("the key of \"{}\"", issuer.subject()), *fault);
            let code = VerifyCode::UnableToDecodeIssuerPublicKey;
            context.raise(depth, Finding::unless_unknown(code, fault.is_unknown()), why);
            return Ok(());
        }
    };
    if let Some(code) = suite_b::crl_violation(context.options.flags, key, crl) {
        let why = format!("{} is signed by a key or an algorithm that Suite B does not allow", crl.label());
        context.raise(depth, code, why);
    }
    context.spend_signature(key, crl.parts().tbs().len())?;
    let check = || crl.parts().verify(key);
    let remember = context.options.signatures.is_some();
    let outcome = if remember { crl.parts().remembered(issuer.spki_der(), check) } else { check() };
    if let Err(fault) = outcome {
        let code = if fault.is_undecryptable() {
            VerifyCode::UnableToDecryptCrlSignature
        } else {
            VerifyCode::CrlSignatureFailure
        };
        let why = format!(
            "{}: {}",
            crl.label(),
            reason::bad_signature(&crl.parts().signed.algorithm_name(), fault)
        );
        context.raise(depth, Finding::unless_unknown(code, fault.is_unknown()), why);
    }
    Ok(())
}

/// Looks a certificate up; says whether the CRL takes an earlier revocation back.
fn look_up(
    context: &mut Context<'_>,
    depth: usize,
    crl: &Crl,
    certificate: &Certificate,
) -> Result<bool, Stop> {
    let list = crl.parts();
    if let Some(unknown) = &list.extensions.unhandled_critical
        && !context.options.flags.ignore_critical
    {
        let name = crate::oid::label(unknown.as_bytes());
        let why = format!("the critical extension {name} of {} is not supported", crl.label());
        context.raise(depth, VerifyCode::UnhandledCriticalCrlExtension, why);
    }
    context.spend_work(1, "revoked serials")?;
    context.spend_memory(list.revoked.memory(), "indexes of CRLs")?;
    let Some(entry) = list.find(&certificate.parts().serial, &certificate.parts().issuer) else {
        return Ok(false);
    };
    if entry.reason == Some(RevocationReason::RemoveFromCrl) {
        return Ok(true);
    }
    let why = reason::revoked(list.date(entry), entry.reason, &crl.label());
    context.raise(depth, VerifyCode::CertRevoked, why);
    Ok(false)
}
