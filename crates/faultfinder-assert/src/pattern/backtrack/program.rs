//! From a tree to instructions.

use super::parse::{Node, SyntaxError, Tree};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most instructions of a program.
const INSTRUCTIONS_MAX: usize = 20_000;

/// One instruction.
#[derive(Debug, Clone)]
pub(super) enum Op {
    /// Takes one character of these ranges.
    Set(Arc<[(char, char)]>),
    Start {
        of_line: bool,
    },
    End {
        of_line: bool,
    },
    Boundary(bool),
    /// Goes on at the first, and at the second if that fails.
    Split(usize, usize),
    Jump(usize),
    /// Notes the place.
    Save(usize),
    /// Fails if the place is the noted one: a repetition that takes nothing would go on for ever.
    Progress(usize),
    /// Looks ahead with the program behind it, which ends at an `End`; then goes on at `next`.
    Ahead {
        is_negated: bool,
        next: usize,
    },
    /// Looks behind with the program behind it, for texts of so many characters.
    Behind {
        is_negated: bool,
        next: usize,
        min: usize,
        max: Option<usize>,
    },
    /// Fails unless the place is where the innermost look behind began.
    AtLook,
    /// Takes what a group has found.
    Reference {
        group: usize,
        ignores_case: bool,
    },
    /// It is found.
    Found,
}

/// Instructions, and how many places they note.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) ops: Vec<Op>,
    pub(super) slots: usize,
}

/// Compiles a tree.
pub(super) fn compile(tree: &Tree) -> Result<Program, SyntaxError> {
    let mut program = Program { ops: Vec::new(), slots: 2 * (tree.groups + 1) };
    program.node(&tree.root)?;
    program.ops.push(Op::Found);
    Ok(program)
}

impl Program {
    /// How many bytes it has. Repetitions share the characters that they take.
    pub(super) fn bytes(&self) -> usize {
        let sets: BTreeMap<*const (char, char), usize> = self
            .ops
            .iter()
            .filter_map(|op| match op {
                Op::Set(ranges) => Some((ranges.as_ptr(), size_of_val::<[_]>(ranges))),
                _ => None,
            })
            .collect();
        self.ops.len() * size_of::<Op>() + sets.values().sum::<usize>()
    }

    fn push(&mut self, op: Op) -> Result<usize, SyntaxError> {
        if self.ops.len() >= INSTRUCTIONS_MAX {
            let message = format!("it is too large: more than {INSTRUCTIONS_MAX} instructions");
            return Err(SyntaxError { at: 0, message });
        }
        self.ops.push(op);
        Ok(self.ops.len() - 1)
    }

    fn set(&mut self, at: usize, op: Op) {
        if let Some(slot) = self.ops.get_mut(at) {
            *slot = op;
        }
    }

    fn node(&mut self, node: &Node) -> Result<(), SyntaxError> {
        match node {
            Node::Empty => {}
            Node::Set(ranges) => {
                self.push(Op::Set(Arc::clone(ranges)))?;
            }
            Node::Start { of_line } => {
                self.push(Op::Start { of_line: *of_line })?;
            }
            Node::End { of_line } => {
                self.push(Op::End { of_line: *of_line })?;
            }
            Node::Boundary(is_one) => {
                self.push(Op::Boundary(*is_one))?;
            }
            Node::Concat(nodes) => {
                for node in nodes {
                    self.node(node)?;
                }
            }
            Node::Alternatives(nodes) => self.alternatives(nodes)?,
            Node::Repeat { node, min, max, is_greedy } => self.repeat(node, *min, *max, *is_greedy)?,
            Node::Group(number, node) => {
                self.push(Op::Save(2 * number))?;
                self.node(node)?;
                self.push(Op::Save(2 * number + 1))?;
            }
            Node::Look { node, is_ahead, is_negated } => self.look(node, *is_ahead, *is_negated)?,
            Node::Reference { group, ignores_case } => {
                self.push(Op::Reference { group: *group, ignores_case: *ignores_case })?;
            }
        }
        Ok(())
    }

    fn alternatives(&mut self, nodes: &[Node]) -> Result<(), SyntaxError> {
        let mut jumps = Vec::new();
        for (index, node) in nodes.iter().enumerate() {
            if index + 1 == nodes.len() {
                self.node(node)?;
                break;
            }
            let split = self.push(Op::Jump(0))?;
            self.node(node)?;
            jumps.push(self.push(Op::Jump(0))?);
            self.set(split, Op::Split(split + 1, self.ops.len()));
        }
        for jump in jumps {
            self.set(jump, Op::Jump(self.ops.len()));
        }
        Ok(())
    }

    fn repeat(
        &mut self,
        node: &Node,
        min: u32,
        max: Option<u32>,
        is_greedy: bool,
    ) -> Result<(), SyntaxError> {
        for _ in 0..min {
            self.node(node)?;
        }
        let Some(max) = max else { return self.star(node, is_greedy) };
        let mut splits = Vec::new();
        for _ in min..max {
            splits.push(self.push(Op::Jump(0))?);
            self.node(node)?;
        }
        let end = self.ops.len();
        for split in splits {
            self.set(split, if is_greedy { Op::Split(split + 1, end) } else { Op::Split(end, split + 1) });
        }
        Ok(())
    }

    fn star(&mut self, node: &Node, is_greedy: bool) -> Result<(), SyntaxError> {
        let slot = self.slots;
        self.slots += 1;
        let split = self.push(Op::Jump(0))?;
        self.push(Op::Save(slot))?;
        self.node(node)?;
        self.push(Op::Progress(slot))?;
        self.push(Op::Jump(split))?;
        let end = self.ops.len();
        self.set(split, if is_greedy { Op::Split(split + 1, end) } else { Op::Split(end, split + 1) });
        Ok(())
    }

    fn look(&mut self, node: &Node, is_ahead: bool, is_negated: bool) -> Result<(), SyntaxError> {
        let look = self.push(Op::Jump(0))?;
        self.node(node)?;
        if !is_ahead {
            self.push(Op::AtLook)?;
        }
        self.push(Op::Found)?;
        let next = self.ops.len();
        self.set(
            look,
            match is_ahead {
                true => Op::Ahead { is_negated, next },
                false => {
                    let (min, max) = width(node);
                    Op::Behind { is_negated, next, min, max }
                }
            },
        );
        Ok(())
    }
}

/// How many characters a tree takes: at the least, and at the most if there is a most.
fn width(node: &Node) -> (usize, Option<usize>) {
    let add = |left: (usize, Option<usize>), right: (usize, Option<usize>)| {
        let most = left.1.zip(right.1).map(|(left, right)| left.saturating_add(right));
        (left.0.saturating_add(right.0), most)
    };
    match node {
        Node::Empty | Node::Start { .. } | Node::End { .. } | Node::Boundary(_) | Node::Look { .. } => {
            (0, Some(0))
        }
        Node::Set(_) => (1, Some(1)),
        Node::Concat(nodes) => nodes.iter().map(width).fold((0, Some(0)), add),
        Node::Alternatives(nodes) => {
            let widths: Vec<_> = nodes.iter().map(width).collect();
            let least = widths.iter().map(|width| width.0).min().unwrap_or(0);
            let most =
                widths.iter().map(|width| width.1).try_fold(0, |most, one| one.map(|one| most.max(one)));
            (least, most)
        }
        Node::Repeat { node, min, max, .. } => {
            let (least, most) = width(node);
            let times = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
            let most = most.zip(*max).map(|(most, max)| most.saturating_mul(times(max)));
            (least.saturating_mul(times(*min)), most)
        }
        Node::Group(_, node) => width(node),
        Node::Reference { .. } => (0, None),
    }
}
