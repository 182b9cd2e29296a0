//! The search: one way after the other, and back.

use super::super::Unfinished;
use super::program::{Op, Program};
use std::ops::Range;

/// Most places to return to; each takes 24 bytes.
const PLACES_MAX: usize = 1 << 20;

/// What a search keeps; its memory serves for the next one.
#[derive(Debug, Default)]
pub(in crate::pattern) struct Memory {
    back: Vec<Back>,
    slots: Vec<Option<usize>>,
}

/// What is done when a way fails.
#[derive(Debug, Clone, Copy)]
enum Back {
    /// Goes on there.
    Branch { at: usize, place: usize },
    /// Forgets a noted place.
    Restore { slot: usize, was: Option<usize> },
}

struct Machine<'m> {
    program: &'m Program,
    text: &'m str,
    memory: &'m mut Memory,
    work: &'m mut u64,
}

impl Memory {
    /// What a group has found in the last search, as bytes of the text; nothing when it took no part.
    pub(super) fn group(&self, number: usize) -> Option<Range<usize>> {
        let slot = |index: usize| self.slots.get(index).copied().flatten();
        let (start, end) = (slot(number.checked_mul(2)?)?, slot(number.checked_mul(2)?.checked_add(1)?)?);
        Some(start..end)
    }
}

/// What a program finds in a text first, beginning anywhere.
pub(super) fn find(
    program: &Program,
    text: &str,
    memory: &mut Memory,
    work: &mut u64,
) -> Result<Option<Range<usize>>, Unfinished> {
    memory.back.clear();
    memory.slots.clear();
    memory.slots.resize(program.slots, None);
    let mut machine = Machine { program, text, memory, work };
    let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    // A way that fails forgets what it noted: nothing is cleared between two starts, which would cost more than a step.
    for start in starts {
        if let Some(end) = machine.run(0, start, start)? {
            return Ok(Some(start..end));
        }
    }
    Ok(None)
}

impl Machine<'_> {
    /// Carries the program out from an instruction at a place on; yields where it ends. `look` is where the innermost look
    /// behind began. What it leaves behind is only noted places.
    fn run(&mut self, mut at: usize, mut place: usize, look: usize) -> Result<Option<usize>, Unfinished> {
        let base = self.memory.back.len();
        let program = self.program;
        loop {
            *self.work = self.work.checked_sub(1).ok_or(Unfinished)?;
            let next = match program.ops.get(at) {
                None => None,
                Some(Op::Found) => {
                    self.forget_branches(base);
                    return Ok(Some(place));
                }
                Some(op) => self.step(op, at, place, look)?,
            };
            (at, place) = match next {
                Some(next) => next,
                None => match self.back(base) {
                    Some(next) => next,
                    None => return Ok(None),
                },
            };
        }
    }

    /// One instruction: where it goes on.
    fn step(
        &mut self,
        op: &Op,
        at: usize,
        place: usize,
        look: usize,
    ) -> Result<Option<(usize, usize)>, Unfinished> {
        let stay = |holds: bool| holds.then_some((at + 1, place));
        Ok(match op {
            Op::Set(ranges) => {
                let next = self.text.get(place..).and_then(|rest| rest.chars().next());
                next.filter(|one| has(ranges, *one)).map(|one| (at + 1, place + one.len_utf8()))
            }
            Op::Start { of_line } => stay(place == 0 || (*of_line && self.before(place) == Some('\n'))),
            Op::End { of_line } => {
                stay(place == self.text.len() || (*of_line && self.behind(place) == Some('\n')))
            }
            Op::Boundary(wanted) => {
                let is_word = |one: Option<char>| one.is_some_and(|one| one.is_alphanumeric() || one == '_');
                stay((is_word(self.before(place)) != is_word(self.behind(place))) == *wanted)
            }
            Op::Split(first, second) => {
                self.push(Back::Branch { at: *second, place })?;
                Some((*first, place))
            }
            Op::Jump(to) => Some((*to, place)),
            Op::Save(slot) => {
                self.save(*slot, place)?;
                Some((at + 1, place))
            }
            Op::Progress(slot) => stay(self.memory.slots.get(*slot).copied().flatten() != Some(place)),
            Op::Ahead { is_negated, next } => {
                let base = self.memory.back.len();
                let found = self.run(at + 1, place, look)?.is_some();
                self.after_look(found, *is_negated, base).then_some((*next, place))
            }
            Op::Behind { is_negated, next, min, max } => {
                let base = self.memory.back.len();
                let found = self.look_behind(at + 1, place, *min, *max)?;
                self.after_look(found, *is_negated, base).then_some((*next, place))
            }
            Op::AtLook => stay(place == look),
            Op::Reference { group, ignores_case } => self.reference(*group, *ignores_case, at, place)?,
            Op::Found => None,
        })
    }

    /// Whether a text that ends here is found, beginning so many characters before.
    fn look_behind(
        &mut self,
        at: usize,
        place: usize,
        min: usize,
        max: Option<usize>,
    ) -> Result<bool, Unfinished> {
        *self.work = self.work.checked_sub(u64::try_from(min).unwrap_or(u64::MAX)).ok_or(Unfinished)?;
        let text = self.text;
        let before = text.get(..place).unwrap_or("");
        let starts = std::iter::once(place).chain(before.char_indices().rev().map(|(at, _)| at));
        let count = max.map_or(usize::MAX, |max| max.saturating_sub(min).saturating_add(1));
        for start in starts.skip(min).take(count) {
            if self.run(at, start, place)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether it goes on after a look; what a failed one noted is forgotten.
    fn after_look(&mut self, found: bool, is_negated: bool, base: usize) -> bool {
        if found && is_negated {
            // Nothing but noted places is left.
            let _ = self.back(base);
        }
        found != is_negated
    }

    /// Takes once more what a group has found; nothing if it has found nothing.
    fn reference(
        &mut self,
        group: usize,
        ignores_case: bool,
        at: usize,
        place: usize,
    ) -> Result<Option<(usize, usize)>, Unfinished> {
        let slot = |index: usize| self.memory.slots.get(index).copied().flatten();
        let (Some(start), Some(end)) = (slot(2 * group), slot(2 * group + 1)) else {
            return Ok(Some((at + 1, place)));
        };
        let wanted = self.text.get(start..end).unwrap_or("");
        let cost = u64::try_from(wanted.len()).unwrap_or(u64::MAX);
        *self.work = self.work.checked_sub(cost).ok_or(Unfinished)?;
        let found = self.text.get(place..place + wanted.len());
        let is_same = found.is_some_and(|found| {
            found == wanted || (ignores_case && found.to_lowercase() == wanted.to_lowercase())
        });
        Ok(is_same.then_some((at + 1, place + wanted.len())))
    }

    fn save(&mut self, slot: usize, place: usize) -> Result<(), Unfinished> {
        let was = self.memory.slots.get(slot).copied().flatten();
        self.push(Back::Restore { slot, was })?;
        if let Some(noted) = self.memory.slots.get_mut(slot) {
            *noted = Some(place);
        }
        Ok(())
    }

    fn push(&mut self, back: Back) -> Result<(), Unfinished> {
        if self.memory.back.len() >= PLACES_MAX {
            return Err(Unfinished);
        }
        self.memory.back.push(back);
        Ok(())
    }

    /// Back to the last branch that is left above a base.
    fn back(&mut self, base: usize) -> Option<(usize, usize)> {
        while self.memory.back.len() > base {
            match self.memory.back.pop()? {
                Back::Branch { at, place } => return Some((at, place)),
                Back::Restore { slot, was } => {
                    if let Some(noted) = self.memory.slots.get_mut(slot) {
                        *noted = was;
                    }
                }
            }
        }
        None
    }

    /// Drops the branches above a base: what was found stays found.
    fn forget_branches(&mut self, base: usize) {
        let kept = self.memory.back.split_off(base);
        self.memory.back.extend(kept.into_iter().filter(|back| matches!(back, Back::Restore { .. })));
    }

    fn before(&self, place: usize) -> Option<char> {
        self.text.get(..place)?.chars().next_back()
    }

    fn behind(&self, place: usize) -> Option<char> {
        self.text.get(place..)?.chars().next()
    }
}

/// Whether a character is in ranges that are in order.
fn has(ranges: &[(char, char)], one: char) -> bool {
    ranges
        .binary_search_by(|(from, to)| match () {
            () if *to < one => std::cmp::Ordering::Less,
            () if *from > one => std::cmp::Ordering::Greater,
            () => std::cmp::Ordering::Equal,
        })
        .is_ok()
}
