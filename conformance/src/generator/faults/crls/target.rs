//! The CRL that a fault changes, and entries for it.

use super::super::super::base::revocation;
use super::super::super::dice::Dice;
use super::super::super::extension::{Body, Extension};
use super::super::super::plan::{Entry, Plan};
use super::super::super::when::{DAY, When};

/// One of the CRLs, of the leaf's issuer rather than another's; there are some from now on.
pub(super) fn target(plan: &mut Plan, dice: &mut Dice) -> usize {
    if plan.crls.is_empty() || !plan.has_flag("crl_check") {
        plan.crls.clear();
        revocation(plan, dice);
    }
    let issuer = plan.certificates[plan.leaf].parent;
    let own = plan.crls.iter().position(|crl| crl.parent == issuer);
    own.filter(|_| dice.percent(65)).unwrap_or_else(|| dice.below(plan.crls.len()))
}

/// An entry for a certificate of the plan.
pub(super) fn revoked(plan: &Plan, victim: usize, reason: Option<u8>, dice: &mut Dice) -> Entry {
    let reason = reason.map(|reason| Extension::new(dice.percent(10), Body::Reason(reason)));
    Entry {
        serial: plan.certificates[victim].serial.clone(),
        date: When::At(plan.now - dice.range(1, 90 * DAY)),
        extensions: reason.into_iter().collect(),
    }
}
