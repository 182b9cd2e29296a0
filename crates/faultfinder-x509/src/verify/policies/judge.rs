//! What the policies of a path come to (`X509_policy_check`).
//!
//! Three counters run down from the top, one step with each certificate that is not self-issued: until an explicit policy
//! is required, until anyPolicy means nothing, until mappings mean nothing. Certificates and options can cut them short.

use super::super::stop::Stop;
use super::tree::{Rules, Spend, Tree};
use crate::extensions::Policies;
use crate::oid;

/// What one certificate contributes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step<'a> {
    pub(super) policies: &'a Policies,
    pub(super) self_issued: bool,
}

/// What is asked of the whole path.
#[derive(Debug, Clone, Default)]
pub(super) struct Demands {
    pub(super) explicit: bool,
    pub(super) inhibit_any: bool,
    pub(super) inhibit_map: bool,
    /// Encoded identifiers.
    pub(super) acceptable: Vec<Box<[u8]>>,
}

/// How it came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Judgment {
    /// A policy is acceptable, or none is required.
    Fine,
    /// Some certificate's policies are invalid.
    Invalid,
    /// A policy is required and there is none. The depth is that of the certificate which requires it; none: the options.
    NoPolicy { missing: Missing, required_by: Option<usize> },
}

/// Why there is no policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Missing {
    /// A certificate has none.
    NoPolicies { depth: usize },
    /// None of a certificate's is left after those above it.
    NothingInCommon { depth: usize, rules: Rules },
    /// What the path has is not acceptable.
    NotAcceptable { found: Vec<Box<[u8]>> },
}

/// One of the counters: how many certificates until something holds.
#[derive(Debug, Clone, Copy)]
struct Countdown(usize);

impl Countdown {
    /// Longer than the path, unless it holds at once.
    const fn new(path: usize, at_once: bool) -> Self {
        Self(if at_once { 0 } else { path + 1 })
    }

    /// Passes one certificate; says whether the certificate cut the counter short.
    fn pass(&mut self, self_issued: bool, limit: Option<i64>) -> bool {
        if !self_issued {
            self.0 = self.0.saturating_sub(1);
        }
        match limit.and_then(|limit| usize::try_from(limit).ok()) {
            Some(limit) if limit < self.0 => {
                self.0 = limit;
                true
            }
            _ => false,
        }
    }
}

/// What the first walk over the path finds.
struct Survey {
    /// The first certificate from the top that has no policies.
    without: Option<usize>,
    explicit: bool,
    required_by: Option<usize>,
}

/// Judges a path without its anchor, leaf first.
///
/// # Errors
///
/// When the tree grows too large, or `spend` says so.
pub(super) fn judge(path: &[Step<'_>], demands: &Demands, spend: &mut Spend<'_>) -> Result<Judgment, Stop> {
    spend(0, path.len())?;
    let Some(Survey { without, explicit, required_by }) = survey(path, demands) else {
        return Ok(Judgment::Invalid);
    };
    let conclude = |missing: Option<Missing>| match missing {
        Some(missing) if explicit => Judgment::NoPolicy { missing, required_by },
        _ => Judgment::Fine,
    };
    if path.is_empty() {
        return Ok(Judgment::Fine);
    }
    if let Some(depth) = without {
        return Ok(conclude(Some(Missing::NoPolicies { depth })));
    }
    let (tree, emptied) = grow(path, demands, spend)?;
    if emptied.is_some() {
        return Ok(conclude(emptied));
    }
    user_set(tree, &demands.acceptable, spend).map(conclude)
}

/// Looks from the top down for invalid policies and for certificates without any. Nothing if it meets an invalid one; it
/// ends early once a policy is required and one certificate has none.
fn survey(path: &[Step<'_>], demands: &Demands) -> Option<Survey> {
    let mut until_explicit = Countdown::new(path.len(), demands.explicit);
    let (mut without, mut required_by) = (None, None);
    for (depth, Step { policies, self_issued }) in path.iter().enumerate().rev() {
        if until_explicit.0 == 0 && without.is_some() {
            break;
        }
        if policies.defect.is_some() {
            return None;
        }
        if !policies.present {
            without.get_or_insert(depth);
        }
        if until_explicit.0 > 0 && until_explicit.pass(*self_issued, policies.require_explicit) {
            required_by = Some(depth);
        }
    }
    Some(Survey { without, explicit: until_explicit.0 == 0, required_by })
}

/// Grows the tree level by level; tells at which certificate nothing was left.
fn grow<'a>(
    path: &[Step<'a>],
    demands: &Demands,
    spend: &mut Spend<'_>,
) -> Result<(Tree<'a>, Option<Missing>), Stop> {
    let mut tree = Tree::new();
    let mut until_no_any = Countdown::new(path.len(), demands.inhibit_any);
    let mut until_no_map = Countdown::new(path.len(), demands.inhibit_map);
    for (depth, Step { policies, self_issued }) in path.iter().enumerate().rev() {
        // Where anyPolicy means nothing, it still does in self-issued certificates above the leaf.
        let any_off = until_no_any.0 == 0 && (!self_issued || depth == 0);
        let rules = Rules { any: policies.any && !any_off, mappings: until_no_map.0 > 0 };
        for (counter, limit) in
            [(&mut until_no_any, policies.inhibit_any), (&mut until_no_map, policies.inhibit_mapping)]
        {
            if counter.0 > 0 {
                counter.pass(*self_issued, limit);
            }
        }
        tree.grow(policies, rules, spend)?;
        if !tree.prune() {
            return Ok((tree, Some(Missing::NothingInCommon { depth, rules })));
        }
    }
    Ok((tree, None))
}

/// What is missing if none of the acceptable policies is among those of the path. An empty list accepts nothing, as
/// OpenSSL has it.
fn user_set(
    mut tree: Tree<'_>,
    acceptable: &[Box<[u8]>],
    spend: &mut Spend<'_>,
) -> Result<Option<Missing>, Stop> {
    spend(0, acceptable.len())?;
    let named = tree.authority_set();
    let any = tree.ends_with_any();
    let accepted = if acceptable.iter().any(|policy| **policy == *oid::ANY_POLICY) {
        any || !named.is_empty()
    } else {
        let mut accepted = false;
        for policy in acceptable {
            let is_named = named.contains(&**policy);
            if !is_named && any {
                // OpenSSL makes a node of it, and nodes are limited.
                tree.count_node(spend)?;
            }
            accepted |= is_named || any;
        }
        accepted
    };
    let found = any.then_some(oid::ANY_POLICY).into_iter().chain(named);
    Ok((!accepted).then(|| Missing::NotAcceptable { found: found.map(Box::from).collect() }))
}
