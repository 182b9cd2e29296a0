//! Choosing a CRL for a certificate (`get_crl_delta`, `get_crl_sk`, `get_crl_score`).

use super::score::Score;
use crate::certificate::Certificate;
use crate::crl::Crl;
use crate::extensions::{ALL_REASONS, names_agree};
use crate::general_name::GeneralName;
use crate::issuing::{key_id_agrees, serial_agrees};
use crate::verify::context::Context;
use crate::verify::signatures;
use crate::verify::stop::Stop;

/// The CRL that is used.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) crl: Crl,
    /// What brings it up to date.
    pub(super) delta: Option<Crl>,
    pub(super) issuer: Certificate,
    /// Which of the untrusted certificates the issuer is, if it is not on the chain.
    pub(super) stranger: Option<usize>,
    pub(super) score: Score,
    /// All reasons that are covered now.
    pub(super) reasons: u16,
}

/// The certificate that a CRL is chosen for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) depth: usize,
    pub(super) certificate: &'a Certificate,
    /// The reasons that are covered already.
    pub(super) covered: u16,
    /// The score of the CRL that was used before, which a delta may have renewed.
    pub(super) previous: Score,
    pub(super) deltas: Deltas,
}

/// What a delta CRL may stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deltas {
    /// Only for what changed, as RFC 5280 has it.
    Changes,
    /// For a complete CRL too, as up to OpenSSL 3.5.5: without extended support, or if it covers some reasons only.
    AsComplete,
}

/// The best CRL of those given to the verification; if it is not valid in every way, the store's compete with it.
pub(super) fn choose(context: &mut Context<'_>, wanted: Wanted<'_>) -> Result<Option<Choice>, Stop> {
    let (options, store) = (context.options, context.store);
    let given = best(context, &wanted, &options.crls, Score::default())?;
    if given.as_ref().is_some_and(|choice| choice.score.is_valid()) {
        return Ok(given);
    }
    let mut asked = wanted;
    asked.covered = given.as_ref().map_or(wanted.covered, |choice| choice.reasons);
    let start = given.as_ref().map(|choice| choice.score).unwrap_or_default();
    let stored = store.crls_of(wanted.certificate.parts().issuer.canonical());
    Ok(best(context, &asked, stored, start)?.or(given))
}

/// The best CRL of a list, if it is at least as good as the score to start with.
fn best(
    context: &mut Context<'_>,
    wanted: &Wanted<'_>,
    crls: &[Crl],
    start: Score,
) -> Result<Option<Choice>, Stop> {
    let mut best: Option<Choice> = None;
    for crl in crls {
        context.spend_work(1, "CRLs")?;
        let Some(found) = judge(context, wanted, crl)? else { continue };
        let least = best.as_ref().map_or(start, |best| best.score);
        let older = |best: &Choice| !is_newer(crl, &best.crl);
        if found.score < least || (found.score == least && best.as_ref().is_some_and(older)) {
            continue;
        }
        best = Some(found);
    }
    if let Some(choice) = &mut best {
        add_delta(context, wanted, crls, choice)?;
    }
    Ok(best)
}

/// Whether a CRL was issued later; one with an unreadable date never was.
fn is_newer(crl: &Crl, than: &Crl) -> bool {
    let issued = |crl: &Crl| crl.parts().last_update.lenient();
    matches!((issued(crl), issued(than)), (Some(one), Some(other)) if one > other)
}

/// Scores a CRL; nothing if it cannot be used at all.
fn judge(context: &mut Context<'_>, wanted: &Wanted<'_>, crl: &Crl) -> Result<Option<Choice>, Stop> {
    let covered = wanted.covered;
    let facts = &crl.parts().extensions;
    let scope = facts.scope.as_ref();
    let some_reasons = scope.and_then(|scope| scope.reasons);
    let extended = context.options.flags.extended_crl_support;
    let complete =
        !crl.is_delta() || (wanted.deltas == Deltas::AsComplete && (!extended || some_reasons.is_some()));
    if !complete || scope.is_some_and(|scope| scope.is_inconsistent()) {
        return Ok(None);
    }
    let indirect = scope.is_some_and(|scope| scope.indirect);
    if !extended {
        if indirect || some_reasons.is_some() {
            return Ok(None);
        }
    } else if some_reasons.is_some_and(|reasons| reasons & !covered == 0) {
        return Ok(None);
    }
    let issuer_name = wanted.certificate.parts().issuer == crl.parts().issuer;
    if !issuer_name && !indirect {
        return Ok(None);
    }
    let mut score = Score {
        issuer_name,
        no_critical: facts.unhandled_critical.is_none(),
        in_time: is_valid_now(context, crl, wanted.previous),
        ..Score::default()
    };
    let Some((issuer, stranger)) = find_issuer(context, wanted, crl, &mut score)? else { return Ok(None) };
    let mut reasons = covered;
    if let Some(found) = scope_of(wanted.certificate, crl, issuer_name) {
        if found & !covered == 0 {
            return Ok(None);
        }
        reasons |= found;
        score.in_scope = true;
    }
    Ok(Some(Choice { crl: crl.clone(), delta: None, issuer, stranger, score, reasons }))
}

/// Whether a CRL's dates are valid now; a malformed one says no.
fn is_valid_now(context: &Context<'_>, crl: &Crl, previous: Score) -> bool {
    let Some(now) = signatures::check_time(context) else { return true };
    let begun = crl.parts().last_update.seconds_at(now).is_some_and(|from| from <= now);
    begun
        && match crl.parts().next_update.as_ref().map(|time| time.seconds_at(now)) {
            None => true,
            Some(None) => false,
            Some(Some(until)) => now < until || previous.renewed_by_delta,
        }
}

/// Finds the certificate that signed a CRL (`crl_akid_check`).
fn find_issuer(
    context: &mut Context<'_>,
    wanted: &Wanted<'_>,
    crl: &Crl,
    score: &mut Score,
) -> Result<Option<(Certificate, Option<usize>)>, Stop> {
    let key_id = crl.parts().extensions.authority_key_id.as_ref();
    let next = (wanted.depth + 1).min(context.chain.len() - 1);
    let agrees = |candidate: &Certificate| key_id_agrees(candidate.parts(), key_id);
    let direct = context.certificate(next);
    if score.issuer_name && agrees(&direct) {
        (score.key_id, score.issuer_certificate, score.same_path) = (true, true, true);
        return Ok(Some((direct, None)));
    }
    let above = context.chain.iter().skip(next + 1).map(|link| &link.certificate);
    let has_name = |candidate: &Certificate| candidate.parts().subject == crl.parts().issuer;
    if let Some(found) = above.into_iter().find(|above| has_name(above) && agrees(above)).cloned() {
        (score.key_id, score.same_path) = (true, true);
        return Ok(Some((found, None)));
    }
    if !context.options.flags.extended_crl_support {
        return Ok(None);
    }
    context.spend_work(context.untrusted.len(), "possible issuers of CRLs")?;
    let found = context.untrusted.iter().zip(&context.examined).position(|(candidate, examined)| {
        let agrees = if *examined { agrees(candidate) } else { serial_agrees(candidate.parts(), key_id) };
        has_name(candidate) && agrees
    });
    score.key_id = found.is_some();
    Ok(found.and_then(|index| Some((context.untrusted.get(index)?.clone(), Some(index)))))
}

/// The reasons that a CRL covers for a certificate; nothing if the certificate is outside of its scope
/// (`crl_crldp_check`).
fn scope_of(certificate: &Certificate, crl: &Crl, issuer_name: bool) -> Option<u16> {
    let facts = &certificate.parts().extensions;
    let scope = crl.parts().extensions.scope.as_ref();
    if let Some(scope) = scope
        && (scope.only_attribute || (facts.is_ca && scope.only_user) || (!facts.is_ca && scope.only_ca))
    {
        return None;
    }
    let reasons = scope.and_then(|scope| scope.reasons).unwrap_or(ALL_REASONS);
    let crl_issuer = &crl.parts().issuer;
    let directories = |names: &[GeneralName]| {
        names.iter().find_map(|name| match name {
            GeneralName::Directory(name) => Some(name.clone()),
            _ => None,
        })
    };
    for point in &facts.distribution_points {
        let issued = match &point.issuers {
            None => issuer_name,
            Some(names) => {
                names.iter().any(|name| matches!(name, GeneralName::Directory(name) if name == crl_issuer))
            }
        };
        let base = point.issuers.as_deref().and_then(directories);
        let base = base.as_ref().unwrap_or_else(|| &certificate.parts().issuer);
        let named = scope
            .is_none_or(|scope| names_agree((point.name.as_ref(), base), (scope.name.as_ref(), crl_issuer)));
        if issued && named {
            return Some(reasons & point.reasons);
        }
    }
    (issuer_name && scope.is_none_or(|scope| scope.name.is_none())).then_some(reasons)
}

/// Looks for the delta that brings a CRL up to date (`get_delta_sk`).
fn add_delta(
    context: &mut Context<'_>,
    wanted: &Wanted<'_>,
    crls: &[Crl],
    choice: &mut Choice,
) -> Result<(), Stop> {
    let announced =
        wanted.certificate.parts().extensions.freshest_crl || choice.crl.parts().extensions.freshest;
    if !context.options.flags.use_deltas || !announced {
        return Ok(());
    }
    context.spend_work(crls.len(), "CRLs")?;
    choice.delta = crls.iter().find(|delta| belongs_to(delta, &choice.crl)).cloned();
    if let Some(delta) = &choice.delta
        && is_valid_now(context, delta, wanted.previous)
    {
        choice.score.renewed_by_delta = true;
    }
    Ok(())
}

/// Whether a CRL tells what changed since another one, or since one before it (`check_delta_base`).
fn belongs_to(delta: &Crl, base: &Crl) -> bool {
    let (changes, complete) = (&delta.parts().extensions, &base.parts().extensions);
    let (Some(since), Some(number)) = (&changes.base_number, &complete.number) else { return false };
    // OpenSSL up to 3.5.5 dies of a delta without a number.
    let Some(own) = &changes.number else { return false };
    base.parts().issuer == delta.parts().issuer
        && changes.authority_key_id_raw.matches(&complete.authority_key_id_raw)
        && changes.scope_raw.matches(&complete.scope_raw)
        && integer_order(since, number).is_le()
        && integer_order(own, number).is_gt()
}

/// The order of two integers, given as contents without needless leading bytes.
fn integer_order(one: &[u8], other: &[u8]) -> std::cmp::Ordering {
    let negative = |number: &[u8]| number.first().is_some_and(|first| first & 0x80 != 0);
    match (negative(one), negative(other)) {
        (false, true) => std::cmp::Ordering::Greater,
        (true, false) => std::cmp::Ordering::Less,
        (false, false) => one.len().cmp(&other.len()).then_with(|| one.cmp(other)),
        (true, true) => other.len().cmp(&one.len()).then_with(|| one.cmp(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Ordering;

    #[test]
    fn integers_are_ordered_by_value() {
        for (one, other, expected) in [
            (&[1][..], &[2][..], Ordering::Less),
            (&[0, 0x80], &[0x7f], Ordering::Greater),
            (&[0xff], &[0], Ordering::Less),
            (&[0x80], &[0xff], Ordering::Less),
            (&[0xfe, 0], &[0x80], Ordering::Less),
            (&[5], &[5], Ordering::Equal),
        ] {
            assert_eq!(integer_order(one, other), expected, "{one:02x?} {other:02x?}");
        }
    }
}
