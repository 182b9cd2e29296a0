//! The sentences of events that need more than one fact.

use super::context::Context;
use crate::certificate::Certificate;
use crate::crl::{Crl, RevocationReason};
use crate::issuing::{Objection, SelfSigned, self_signed, why_not};
use crate::key::KeyFault;
use crate::signature::SignatureFault;
use crate::time::{format_span, format_time};

/// Why a self-signed top is not trusted.
pub(super) fn untrusted_root(context: &Context<'_>, top: &Certificate) -> String {
    let subject = top.subject();
    if context.num_untrusted < context.chain.len() {
        return format!(
            "\"{subject}\" is in the trust store, but its trust settings do not make it a trust anchor"
        );
    }
    if context.store.with_subject(top.parts().subject.canonical()).next().is_some() {
        return format!("another certificate named \"{subject}\" is trusted, not this one");
    }
    format!("\"{subject}\" is self-signed and not among the {} trusted certificates", context.store.len())
}

/// What is said of an algorithm that is not known here: it may be a good one.
const CANNOT_BE_JUDGED: &str = "this algorithm cannot be judged here";

/// Why a key cannot be used.
pub(super) fn unreadable_key(whose: &str, fault: KeyFault) -> String {
    let why = format!("{whose} cannot be read: {}", fault.text());
    if fault.is_unknown() { format!("{why}; {CANNOT_BE_JUDGED}") } else { why }
}

/// Why a signature by an algorithm does not hold.
pub(super) fn bad_signature(algorithm: &str, fault: SignatureFault) -> String {
    if fault.is_unknown() {
        return format!("its signature algorithm {algorithm} is not known; {CANNOT_BE_JUDGED}");
    }
    fault.text()
}

/// Why nobody can say whether an issuer is there: the top is signed by an algorithm that is not known, or a certificate of
/// the issuer's name has such a key. Nothing if that is not so.
pub(super) fn unjudged_issuer(context: &Context<'_>, top: &Certificate) -> Option<String> {
    if self_signed(top) == SelfSigned::Yes {
        return None;
    }
    if top.parts().inner_algorithm.is_none() {
        return Some(format!(
            "the signature algorithm {} of \"{}\" is not known; {CANNOT_BE_JUDGED}",
            top.signature_algorithm(),
            top.subject()
        ));
    }
    let mut keys = namesakes(context, top).filter_map(|(issuer, objection)| {
        let fault = issuer.parts().key.as_ref().err().filter(|fault| fault.is_unknown())?;
        (objection == Objection::KeyType)
            .then(|| unreadable_key(&format!("the key of its issuer, \"{}\",", issuer.subject()), *fault))
    });
    keys.next()
}

/// The certificates of the issuer's name, each with what speaks against it.
fn namesakes<'a>(
    context: &'a Context<'_>,
    top: &'a Certificate,
) -> impl Iterator<Item = (&'a Certificate, Objection)> {
    context
        .untrusted
        .iter()
        .chain(context.store.with_subject(top.parts().issuer.canonical()).map(|trusted| &trusted.certificate))
        .filter_map(move |candidate| why_not(candidate, top).map(|objection| (candidate, objection)))
        .filter(|(_, objection)| *objection != Objection::OtherName)
}

/// Which issuer is missing, and whether somebody of that name is there after all.
pub(super) fn missing_issuer(context: &Context<'_>, top: &Certificate) -> String {
    let issuer = top.issuer();
    let wanted = if issuer.is_empty() {
        "its issuer, whose name is empty,".to_owned()
    } else {
        format!("\"{issuer}\"")
    };
    let Some((candidate, objection)) = namesakes(context, top).next() else {
        return format!(
            "no certificate of {wanted}, which issued \"{}\", was sent or is trusted",
            top.subject()
        );
    };
    let why = match objection {
        Objection::OtherName => "its name is different".to_owned(),
        Objection::InvalidExtensions => {
            let whose = if candidate.parts().is_invalid() { candidate } else { top };
            whose.parts().extensions.invalid.as_ref().map_or_else(
                || "its extensions are invalid".to_owned(),
                |defect| {
                    if whose == top {
                        format!("in the certificate below, {}", defect.text())
                    } else {
                        defect.text()
                    }
                },
            )
        }
        Objection::KeyId => "its key identifier or serial number does not match".to_owned(),
        Objection::KeyType => match &candidate.parts().key {
            Err(fault) => format!("its key cannot be read: {}", fault.text()),
            Ok(key) => {
                format!("its {} key cannot create a {} signature", key.type_name(), top.signature_algorithm())
            }
        },
    };
    format!("there is a certificate of {wanted}, but it cannot be the issuer: {why}")
}

/// Seconds as a positive span.
fn span(from: i64, to: i64) -> String {
    format_span(to.abs_diff(from))
}

/// `expired 2026-01-02T03:04:05Z, 41 days before the check time`.
pub(super) fn expired(until: i64, now: i64) -> String {
    if until == now {
        return format!("expired {}, which is the check time", format_time(until));
    }
    format!("expired {}, {} before the check time", format_time(until), span(until, now))
}

/// `valid from 2026-01-02T03:04:05Z, 3 hours after the check time`.
pub(super) fn not_yet_valid(from: i64, now: i64) -> String {
    format!("valid from {}, {} after the check time", format_time(from), span(now, from))
}

/// Which CRL is missing.
pub(super) fn missing_crl(context: &Context<'_>, certificate: &Certificate) -> String {
    let issuer = certificate.issuer();
    let given = context.options.crls.len() + context.store.crls().count();
    if given == 0 {
        return format!("a CRL of \"{issuer}\" is needed, but none was given");
    }
    let of_issuer = |crl: &&Crl| crl.parts().issuer == certificate.parts().issuer;
    let Some(namesake) = context.options.crls.iter().chain(context.store.crls()).find(of_issuer) else {
        return format!(
            "a CRL of \"{issuer}\" is needed, but none of the {given} given CRLs is from that issuer"
        );
    };
    let facts = &namesake.parts().extensions;
    let why = if namesake.is_delta() {
        "it lists only changes since another CRL"
    } else if facts.scope.as_ref().is_some_and(|scope| scope.indirect || scope.reasons.is_some())
        && !context.options.flags.extended_crl_support
    {
        "it is indirect or covers only some reasons, which needs extended CRL support"
    } else {
        "its signer, its scope or its reasons do not match"
    };
    format!("{} was given, but it cannot be used: {why}", namesake.label())
}

/// `revoked 2026-01-02T03:04:05Z (keyCompromise) by the CRL of "CN=ca"`.
pub(super) fn revoked(date: Option<i64>, reason: Option<RevocationReason>, by: &str) -> String {
    let date = date.map_or_else(|| "at an unreadable time".to_owned(), format_time);
    let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
    format!("revoked {date}{reason} by {by}")
}
