//! Building the chain (`build_chain`).
//!
//! There are three searches: among the peer's certificates, in the trust store, and in the store for an issuer of a shorter
//! chain ("alternate"). With "trusted first" each round asks the store before the peer.

use faultfinder_taxonomy::VerifyCode;

use super::context::{Context, Link};
use super::stop::{Stop, UNSPECIFIED};
use super::{reason, signatures, trust};
use crate::certificate::Certificate;
use crate::event::Finding;
use crate::issuing::{SelfSigned, could_issue, self_signed};
use crate::pem::AuxTrust;
use trust::Trust;

/// The longest chain that is built, whatever depth is asked for. OpenSSL's default allows 102.
pub const CHAIN_MAX: usize = 1024;

/// Where to look next.
#[derive(Debug, Clone, Copy)]
struct Search {
    untrusted: bool,
    trusted: bool,
    /// How many of the peer's certificates to keep, while looking for an issuer of a shorter chain.
    alternate: Option<usize>,
}

impl Search {
    const fn is_over(&self) -> bool {
        !self.untrusted && !self.trusted && self.alternate.is_none()
    }
}

/// What came of asking the store.
enum Step {
    /// The question of trust is answered, or nothing is left to try.
    Done(Trust),
    NextRound,
    AskPeer,
}

/// Builds the chain and decides whether it is trusted.
pub(super) fn build(context: &mut Context<'_>) -> Result<(), Stop> {
    let trusted_first = context.options.is_trusted_first();
    let may_alternate = !trusted_first && !context.options.flags.no_alt_chains;
    let mut search = Search { untrusted: true, trusted: trusted_first, alternate: None };
    let places = context.untrusted.len();
    context.spend_memory(places.saturating_mul(size_of::<usize>() + 1), "certificates of the peer")?;
    let mut available: Vec<usize> = (0..places).collect();
    let max = context.depth_limit().saturating_add(1);
    let mut trust = Trust::Neutral;

    while !search.is_over() {
        if context.chain.len() > CHAIN_MAX {
            return Err(Stop::over_budget("certificates in the chain"));
        }
        // One link at most is added in a round.
        context.spend_memory(size_of::<Link<'_>>(), "certificates in the chain")?;
        context.error_depth = context.chain.len() - 1;
        if search.trusted {
            match ask_store(context, &mut search, may_alternate, max)? {
                Step::Done(found) => {
                    trust = found;
                    break;
                }
                Step::NextRound => continue,
                Step::AskPeer => {}
            }
        }
        if search.untrusted {
            ask_peer(context, &mut search, &mut available, max)?;
        }
    }
    let num = context.chain.len();
    if num <= max && trust == Trust::Neutral && num == context.num_untrusted {
        trust = trust::check(context, num);
    }
    if trust == Trust::Trusted { Ok(()) } else { conclude(context, max) }
}

/// Looks for a trusted issuer of the top, or of a certificate further down.
fn ask_store(
    context: &mut Context<'_>,
    search: &mut Search,
    may_alternate: bool,
    max: usize,
) -> Result<Step, Stop> {
    let num = context.chain.len();
    let at = search.alternate.unwrap_or(num).saturating_sub(1);
    let current = context.certificate(at);
    let found = if num > max { None } else { trusted_issuer(context, &current)? };
    if let Some((issuer, aux)) = found
        && let Some(step) =
            accept_issuer(context, search, &current, Link { certificate: issuer, trust: aux })?
    {
        return Ok(step);
    }
    if search.untrusted {
        return Ok(Step::AskPeer);
    }
    match search.alternate {
        Some(kept) if kept > 1 => {
            search.alternate = Some(kept - 1);
            Ok(Step::NextRound)
        }
        None if may_alternate && context.num_untrusted >= 2 => {
            search.alternate = Some(context.num_untrusted - 1);
            Ok(Step::NextRound)
        }
        _ => Ok(Step::Done(Trust::Neutral)),
    }
}

/// Adds an issuer from the store, or lets it take the place of its own copy; nothing if it is of no use.
fn accept_issuer<'a>(
    context: &mut Context<'a>,
    search: &mut Search,
    current: &Certificate,
    issuer: Link<'a>,
) -> Result<Option<Step>, Stop> {
    let mut top_is_root = match self_signed(current) {
        SelfSigned::Yes => true,
        SelfSigned::No => false,
        SelfSigned::Unknown => return Err(unreadable(current)),
    };
    if let Some(kept) = search.alternate.take() {
        context.chain.truncate(kept);
        context.num_untrusted = kept;
    }
    let entry = if !top_is_root {
        top_is_root = match self_signed(&issuer.certificate) {
            SelfSigned::Yes => true,
            SelfSigned::No => false,
            SelfSigned::Unknown => return Err(unreadable(&issuer.certificate)),
        };
        context.chain.push(issuer);
        context.chain.len() - 1
    } else if *current == issuer.certificate {
        context.chain.pop();
        context.chain.push(issuer);
        context.num_untrusted = context.chain.len() - 1;
        context.num_untrusted
    } else {
        // Somebody else's self-signed certificate under a trusted name.
        return Ok(None);
    };
    search.untrusted = false;
    Ok(match trust::check(context, entry) {
        Trust::Trusted => Some(Step::Done(Trust::Trusted)),
        Trust::Neutral if !top_is_root => Some(Step::NextRound),
        Trust::Neutral => None,
    })
}

fn unreadable(certificate: &Certificate) -> Stop {
    let whose = format!("the key of \"{}\"", certificate.subject());
    let (unknown, reason) = match &certificate.parts().key {
        Ok(_) => (false, format!("{whose} cannot be read")),
        Err(fault) => (fault.is_unknown(), reason::unreadable_key(&whose, *fault)),
    };
    Stop::Internal { finding: Finding::unless_unknown(UNSPECIFIED, unknown), reason }
}

/// Adds the best of the peer's certificates, or turns to the store.
fn ask_peer(
    context: &mut Context<'_>,
    search: &mut Search,
    available: &mut Vec<usize>,
    max: usize,
) -> Result<(), Stop> {
    let num = context.chain.len();
    let current = context.certificate(num - 1);
    let found = if num > max || self_signed(&current) == SelfSigned::Yes {
        None
    } else {
        untrusted_issuer(context, &current, available)?
    };
    match found.and_then(|place| available.get(place).copied().map(|index| (place, index))) {
        Some((place, index)) => {
            available.remove(place);
            if let Some(certificate) = context.untrusted.get(index) {
                context.chain.push(Link { certificate: certificate.clone(), trust: None });
                context.num_untrusted += 1;
            }
        }
        None => {
            search.untrusted = false;
            search.trusted = true;
        }
    }
    Ok(())
}

/// The best issuer so far: the first one that is valid now, else the one that expires last.
struct Best<T> {
    found: Option<(T, Option<i64>)>,
    settled: bool,
}

impl<T> Best<T> {
    const fn new() -> Self {
        Self { found: None, settled: false }
    }

    fn offer(&mut self, context: &Context<'_>, candidate: &Certificate, value: T) {
        let until = candidate.parts().not_after.lenient();
        if signatures::is_valid_now(context, candidate) {
            self.settled = true;
        } else if let Some((_, best)) = &self.found
            && !matches!((until, best), (Some(until), Some(best)) if until > *best)
        {
            return;
        }
        self.found = Some((value, until));
    }
}

/// The best issuer among the peer's certificates that are not used yet: its place among them.
fn untrusted_issuer(
    context: &mut Context<'_>,
    subject: &Certificate,
    available: &[usize],
) -> Result<Option<usize>, Stop> {
    // A lone self-issued leaf may be followed by a copy of itself.
    let duplicates_allowed = subject.parts().self_issued && context.chain.len() == 1;
    let mut best = Best::new();
    for (place, index) in available.iter().enumerate() {
        context.spend_work(1, "possible issuers")?;
        let Some(candidate) = context.untrusted.get(*index) else { continue };
        if !duplicates_allowed || candidate.parts().subject == subject.parts().issuer {
            context.examine(*index);
        }
        if !could_issue(candidate, subject) {
            continue;
        }
        if !duplicates_allowed && context.chain.iter().any(|link| link.certificate == *candidate) {
            continue;
        }
        best.offer(context, candidate, place);
        if best.settled {
            break;
        }
    }
    Ok(best.found.map(|(place, _)| place))
}

/// The best issuer in the store. Certificates of the chain are not passed over.
fn trusted_issuer<'a>(
    context: &mut Context<'a>,
    subject: &Certificate,
) -> Result<Option<(Certificate, Option<&'a AuxTrust>)>, Stop> {
    let mut best = Best::new();
    for candidate in context.store.with_subject(subject.parts().issuer.canonical()) {
        context.spend_work(1, "possible issuers")?;
        if could_issue(&candidate.certificate, subject) {
            best.offer(context, &candidate.certificate, candidate);
            if best.settled {
                break;
            }
        }
    }
    Ok(best.found.map(|(found, _)| (found.certificate.clone(), found.trust.as_ref())))
}

/// The chain is not trusted: says why.
fn conclude(context: &mut Context<'_>, max: usize) -> Result<(), Stop> {
    use VerifyCode as V;
    let num = context.chain.len();
    let top = context.certificate(num - 1);
    if let Some(error) = context.error {
        if matches!(
            error.openssl,
            V::CertNotYetValid
                | V::CertHasExpired
                | V::ErrorInCertNotBeforeField
                | V::ErrorInCertNotAfterField
        ) {
            return Err(Stop::Refused);
        }
        context.raise(num - 1, error, "no trusted chain was found, for the reason above");
        return Ok(());
    }
    if num > max {
        let limit = context.depth_limit();
        context.raise(
            num - 1,
            V::CertChainTooLong,
            format!("no trusted certificate within {limit} certificates above the leaf"),
        );
    }
    if let Some(why) = reason::unjudged_issuer(context, &top) {
        let store = context.num_untrusted < num;
        let code = if store { V::UnableToGetIssuerCert } else { V::UnableToGetIssuerCertLocally };
        context.raise(num - 1, Finding::unknown_algorithm(code), why);
        return Ok(());
    }
    let (code, why) = if self_signed(&top) == SelfSigned::Yes {
        let code = if num == 1 { V::DepthZeroSelfSignedCert } else { V::SelfSignedCertInChain };
        (code, reason::untrusted_root(context, &top))
    } else if context.num_untrusted < num {
        (V::UnableToGetIssuerCert, reason::missing_issuer(context, &top))
    } else {
        (V::UnableToGetIssuerCertLocally, reason::missing_issuer(context, &top))
    };
    context.raise(num - 1, code, why);
    Ok(())
}
