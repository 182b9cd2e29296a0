//! Name constraints, from the top to the leaf (`check_name_constraints`; RFC 5280 section 4.2.1.10).
//!
//! The names of every certificate are checked against the constraints of all certificates above it, including the trust
//! anchor. Self-issued certificates are skipped, unless they are the leaf. A pair of certificates has one event at most,
//! at the depth of the one whose names they are.
//!
//! # Decisions
//!
//! * OpenSSL's reading of every kind of name is kept, also where RFC 5280 has another: see [`kinds`], [`mailbox`], [`uri`].
//! * More than [`PAIRS_MAX`] names times subtrees in one pair is OpenSSL's `UNSPECIFIED`; below it every comparison, and
//!   every byte that it reads, comes out of the budget.

mod a_label; // internationalized host names
mod common_name; // common names that are host names
mod comparison; // why a comparison is impossible, and the ends of names
mod judge; // the names of one certificate under the constraints of another
mod kinds; // one name against one subtree
mod mailbox; // mail addresses
mod proxy; // the names of proxy certificates
mod size; // how much there is to compare
mod text; // sentences for people
mod uri; // hosts of URIs

use faultfinder_taxonomy::VerifyCode;

use super::context::Context;
use super::stop::{Stop, UNSPECIFIED};
use crate::certificate::Certificate;
use crate::extensions::NameConstraints;
use crate::subtree::bounded;
use judge::{Fault, Names};
use size::{PAIRS_MAX, Size};

/// A certificate with constraints.
struct Limiter<'a> {
    depth: usize,
    /// Its subject, for people.
    name: String,
    constraints: &'a NameConstraints,
    size: Size,
}

/// Checks every name of every certificate against the constraints of those above it.
pub(super) fn check(context: &mut Context<'_>) -> Result<(), Stop> {
    let chain: Vec<Certificate> = context.chain.iter().map(|link| link.certificate.clone()).collect();
    let limiters: Vec<Limiter<'_>> = chain.iter().enumerate().rev().filter_map(limiter).collect();
    for (depth, certificate) in chain.iter().enumerate().rev() {
        let parts = certificate.parts();
        if depth > 0 && parts.self_issued {
            continue;
        }
        if parts.extensions.proxy.is_some()
            && let Some(why) = proxy::violation(&parts.subject, &parts.issuer)
        {
            context.raise(depth, VerifyCode::ProxySubjectNameViolation, why);
        }
        let mut above = limiters.iter().take_while(|limiter| limiter.depth > depth).peekable();
        if above.peek().is_none() {
            continue;
        }
        let flags = (depth == 0).then_some(context.options.host_flags);
        let names = Names::of(parts, flags);
        for limiter in above {
            check_pair(context, depth, &names, limiter)?;
        }
    }
    Ok(())
}

fn limiter((depth, certificate): (usize, &Certificate)) -> Option<Limiter<'_>> {
    let constraints = certificate.parts().extensions.name_constraints.as_ref()?;
    let all = constraints.permitted.iter().chain(&constraints.excluded);
    let size = Size::of(all.map(|subtree| &subtree.base));
    Some(Limiter { depth, name: bounded(certificate.subject()), constraints, size })
}

/// The names of one certificate under the constraints of another; at most one event.
fn check_pair(
    context: &mut Context<'_>,
    depth: usize,
    names: &Names<'_>,
    limiter: &Limiter<'_>,
) -> Result<(), Stop> {
    let subtrees = limiter.size.count;
    if PAIRS_MAX.checked_div(names.size.count).is_some_and(|most| subtrees > most) {
        let why = text::too_many(names.size.count, subtrees, &limiter.name);
        context.raise(depth, VerifyCode::Unspecified, why);
        return Ok(());
    }
    context.spend_work(names.size.steps(limiter.size), "names under constraints")?;
    let Err(objection) = judge::judge(names, limiter.constraints) else { return Ok(()) };
    let reason = text::objection(&objection, limiter.constraints, &limiter.name);
    let code = match objection.fault {
        Fault::NotPermitted => VerifyCode::PermittedViolation,
        Fault::Excluded(_) => VerifyCode::ExcludedViolation,
        Fault::Bounded(_) => VerifyCode::SubtreeMinmax,
        Fault::Kind(_) => VerifyCode::UnsupportedConstraintType,
        Fault::Name(_) | Fault::Constraint(..) => VerifyCode::UnsupportedNameSyntax,
        Fault::Labels(_) => VerifyCode::Unspecified,
        Fault::NoText => return Err(Stop::KeepingError { finding: UNSPECIFIED.into(), reason }),
    };
    context.raise(depth, code, reason);
    Ok(())
}

#[cfg(test)]
mod tests;
