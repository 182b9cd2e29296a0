//! The tree of valid policies (RFC 5280 section 6.1.2, figure 3), with OpenSSL's limit on its nodes.
//!
//! Nodes lie in one list and know their parents by index; a level is a list of indexes. Nodes that are pruned leave their
//! level and stay in the list, since the limit counts every node ever made. No step here costs more than the size of the
//! certificate's extensions and the number of nodes.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use faultfinder_taxonomy::VerifyCode;

use super::super::stop::Stop;
use crate::extensions::{Mapping, Policies};
use crate::oid;

/// The most nodes of a tree (`OPENSSL_POLICY_TREE_NODES_MAX`): mappings can double them with every certificate.
pub(super) const NODES_MAX: usize = 1000;

/// Takes bytes and steps from the budget.
pub(super) type Spend<'s> = dyn FnMut(usize, usize) -> Result<(), Stop> + 's;

/// What counts at one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rules {
    /// Its anyPolicy stands for every policy from above.
    pub(super) any: bool,
    /// Its mappings hold.
    pub(super) mappings: bool,
}

/// One policy below one policy.
#[derive(Debug, Clone, Copy)]
struct Node<'a> {
    policy: &'a [u8],
    /// Its entry in the certificate; none for anyPolicy and what was made out of it.
    mapping: Option<&'a Mapping>,
    parent: Option<usize>,
    /// How many children are left.
    children: usize,
}

/// The nodes of one certificate.
#[derive(Debug)]
struct Level {
    named: Vec<usize>,
    any: Option<usize>,
    mappings: bool,
}

/// The tree as far as it has grown.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    levels: Vec<Level>,
}

impl<'a> Node<'a> {
    /// The policies that stand for it one level below, if it is mapped to others.
    fn expected(&self, mappings: bool) -> Option<&'a BTreeSet<Box<[u8]>>> {
        self.mapping.filter(|_| mappings).map(|mapping| &mapping.expected).filter(|set| !set.is_empty())
    }

    /// The same, if each of them must get a child.
    fn wanted(&self, mappings: bool) -> Option<&'a BTreeSet<Box<[u8]>>> {
        self.expected(mappings).filter(|_| self.mapping.is_some_and(|mapping| mapping.counted))
    }
}

/// The policies of a certificate that continue a node.
fn continuing<'a>(policies: &'a Policies, node: &Node<'a>, mappings: bool) -> Vec<(&'a [u8], &'a Mapping)> {
    let entry =
        |policy: &[u8]| policies.named.get_key_value(policy).map(|(policy, mapping)| (&**policy, mapping));
    match node.expected(mappings) {
        None => entry(node.policy).into_iter().collect(),
        // More than the limit need not be found: each becomes a node.
        Some(expected) => expected.iter().filter_map(|policy| entry(policy)).take(NODES_MAX).collect(),
    }
}

impl<'a> Tree<'a> {
    /// The anchor's level: anyPolicy.
    pub(super) fn new() -> Self {
        let root = Node { policy: oid::ANY_POLICY, mapping: None, parent: None, children: 0 };
        Self { nodes: vec![root], levels: vec![Level { named: Vec::new(), any: Some(0), mappings: true }] }
    }

    /// Counts one more node.
    ///
    /// # Errors
    ///
    /// When there are too many.
    pub(super) fn count_node(&mut self, spend: &mut Spend<'_>) -> Result<(), Stop> {
        self.push(Node { policy: oid::ANY_POLICY, mapping: None, parent: None, children: 0 }, spend)
            .map(|_| ())
    }

    fn push(&mut self, node: Node<'a>, spend: &mut Spend<'_>) -> Result<usize, Stop> {
        if self.nodes.len() >= NODES_MAX {
            let reason = format!("the policy tree has more than {NODES_MAX} nodes");
            return Err(Stop::Internal { finding: VerifyCode::OutOfMem.into(), reason });
        }
        // With its place in a level.
        spend(size_of::<Node<'_>>() + size_of::<usize>(), 1)?;
        if let Some(parent) = node.parent.and_then(|parent| self.nodes.get_mut(parent)) {
            parent.children += 1;
        }
        self.nodes.push(node);
        Ok(self.nodes.len() - 1)
    }

    fn node(&self, at: usize) -> Option<Node<'a>> {
        self.nodes.get(at).copied()
    }

    /// Adds the level of the next certificate (RFC 5280 section 6.1.3, d).
    ///
    /// # Errors
    ///
    /// When there are too many nodes.
    pub(super) fn grow(
        &mut self,
        policies: &'a Policies,
        rules: Rules,
        spend: &mut Spend<'_>,
    ) -> Result<(), Stop> {
        spend(size_of::<Level>(), 1)?;
        let Some(above) = self.levels.pop() else { return Ok(()) };
        let mut level = Level { named: Vec::new(), any: None, mappings: rules.mappings };
        let grown = self
            .link_named(policies, &above, &mut level, spend)
            .and_then(|()| if rules.any { self.link_any(&above, &mut level, spend) } else { Ok(()) });
        self.levels.extend([above, level]);
        grown
    }

    /// Hangs the certificate's policies below those that they continue, else below anyPolicy.
    fn link_named(
        &mut self,
        policies: &'a Policies,
        above: &Level,
        level: &mut Level,
        spend: &mut Spend<'_>,
    ) -> Result<(), Stop> {
        // Equal nodes of different parents continue alike; they are looked up once.
        let mut looked_up = BTreeMap::new();
        let mut linked = BTreeSet::new();
        for parent in above.named.iter().copied() {
            let Some(node) = self.node(parent) else { continue };
            let children = match looked_up.entry((node.policy, node.mapping.is_some())) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    spend(0, node.expected(above.mappings).map_or(1, BTreeSet::len))?;
                    new.insert(continuing(policies, &node, above.mappings))
                }
            };
            for (policy, mapping) in children.iter().copied() {
                let child = Node { policy, mapping: Some(mapping), parent: Some(parent), children: 0 };
                level.named.push(self.push(child, spend)?);
                linked.insert(policy);
            }
        }
        if above.any.is_some() {
            for (policy, mapping) in policies.named.iter().filter(|(policy, _)| !linked.contains(&***policy))
            {
                let child = Node { policy, mapping: Some(mapping), parent: above.any, children: 0 };
                level.named.push(self.push(child, spend)?);
            }
        }
        Ok(())
    }

    /// The certificate's anyPolicy stands for every policy from above that has not been continued, and for itself.
    fn link_any(&mut self, above: &Level, level: &mut Level, spend: &mut Spend<'_>) -> Result<(), Stop> {
        let has: BTreeSet<(Option<usize>, &[u8])> = level
            .named
            .iter()
            .filter_map(|at| self.node(*at))
            .map(|child| (child.parent, child.policy))
            .collect();
        for at in above.named.iter().copied() {
            let Some(node) = self.node(at) else { continue };
            let made = |policy| Node { policy, mapping: None, parent: Some(at), children: 0 };
            match node.wanted(above.mappings) {
                None if node.children > 0 => {}
                None => level.named.push(self.push(made(node.policy), spend)?),
                Some(wanted) => {
                    for policy in wanted.iter().filter(|policy| !has.contains(&(Some(at), policy))) {
                        level.named.push(self.push(made(policy), spend)?);
                    }
                }
            }
        }
        if above.any.is_some() {
            let any = Node { policy: oid::ANY_POLICY, mapping: None, parent: above.any, children: 0 };
            level.any = Some(self.push(any, spend)?);
        }
        Ok(())
    }

    /// Removes what is mapped where mappings do not hold, then everything above the last level that leads nowhere. Says
    /// whether anything is left.
    pub(super) fn prune(&mut self) -> bool {
        let Self { nodes, levels } = self;
        let Some((last, above)) = levels.split_last_mut() else { return false };
        if !last.mappings {
            last.named.retain(|at| {
                let mapped = nodes.get(*at).is_some_and(|node| node.expected(true).is_some());
                if mapped {
                    drop_child(nodes, *at);
                }
                !mapped
            });
        }
        let is_dead = |nodes: &[Node<'_>], at: usize| nodes.get(at).is_none_or(|node| node.children == 0);
        for level in above.iter_mut().rev() {
            level.named.retain(|at| {
                let dead = is_dead(nodes, *at);
                if dead {
                    drop_child(nodes, *at);
                }
                !dead
            });
            if let Some(at) = level.any.take_if(|at| is_dead(nodes, *at)) {
                drop_child(nodes, at);
            }
        }
        above.first().is_some_and(|root| root.any.is_some())
    }

    /// Whether the leaf still has anyPolicy.
    pub(super) fn ends_with_any(&self) -> bool {
        self.levels.last().is_some_and(|level| level.any.is_some())
    }

    /// The policies that the path is valid for, as the certificate nearest to the anchor calls them: those that hang below
    /// anyPolicy (RFC 5280 section 6.1.5, g, iii).
    pub(super) fn authority_set(&self) -> BTreeSet<&'a [u8]> {
        let mut set = BTreeSet::new();
        for (above, level) in self.levels.iter().zip(self.levels.iter().skip(1)) {
            let Some(any) = above.any else { break };
            let below = level.named.iter().filter_map(|at| self.node(*at));
            set.extend(below.filter(|node| node.parent == Some(any)).map(|node| node.policy));
        }
        set
    }
}

/// A node is gone: its parent has one child less.
fn drop_child(nodes: &mut [Node<'_>], at: usize) {
    let parent = nodes.get(at).and_then(|node| node.parent);
    if let Some(parent) = parent.and_then(|parent| nodes.get_mut(parent)) {
        parent.children = parent.children.saturating_sub(1);
    }
}
