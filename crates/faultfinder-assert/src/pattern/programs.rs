//! The programs of patterns that were used lately, by all assertions of this process.
//!
//! A program can have megabytes, and a process can have thousands of assertions. So an assertion has its pattern as text, and
//! the programs have a bounded memory together: one that has not been used for long is made again when it is needed. Equal
//! patterns have one program.

use super::automaton::Automaton;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

/// Most bytes of the programs that were used lately, and of those that were used before them.
const GENERATION_BYTES_MAX: usize = 8 << 20;

static PROGRAMS: LazyLock<Mutex<Programs>> = LazyLock::new(Mutex::default);

/// Two generations: what is used moves to the new one; when that is full, it becomes the old one, and what was in there is
/// forgotten.
#[derive(Default)]
struct Programs {
    new: HashMap<Arc<str>, Arc<Automaton>>,
    new_bytes: usize,
    old: HashMap<Arc<str>, Arc<Automaton>>,
}

impl Programs {
    fn get(&mut self, pattern: &str) -> Option<Arc<Automaton>> {
        if let Some(known) = self.new.get(pattern) {
            return Some(Arc::clone(known));
        }
        let (pattern, known) = self.old.remove_entry(pattern)?;
        self.put(pattern, &known);
        Some(known)
    }

    fn put(&mut self, pattern: Arc<str>, program: &Arc<Automaton>) {
        if self.new_bytes.saturating_add(program.bytes()) > GENERATION_BYTES_MAX {
            self.old = std::mem::take(&mut self.new);
            self.new_bytes = 0;
        }
        if self.new.insert(pattern, Arc::clone(program)).is_none() {
            self.new_bytes = self.new_bytes.saturating_add(program.bytes());
        }
    }
}

fn programs() -> MutexGuard<'static, Programs> {
    PROGRAMS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The program of a pattern: one that is known, or else what `make` makes.
pub(super) fn program<E>(
    pattern: &Arc<str>,
    make: impl FnOnce() -> Result<Automaton, E>,
) -> Result<Arc<Automaton>, E> {
    if let Some(known) = programs().get(pattern) {
        return Ok(known);
    }
    // Others go on meanwhile; if two make the same, one of them is kept.
    let made = Arc::new(make()?);
    programs().put(Arc::clone(pattern), &made);
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex_automata::nfa::thompson::NFA;

    fn automaton(pattern: &str) -> Arc<Automaton> {
        Arc::new(Automaton::new(NFA::new(pattern).unwrap()).unwrap())
    }

    #[test]
    fn programs_that_are_not_used_are_forgotten_and_their_memory_is_bounded() {
        let mut programs = Programs::default();
        let used: Arc<str> = "used".into();
        programs.put(Arc::clone(&used), &automaton(&used));
        let large = automaton(r"\w{60}");
        let count = 5 * GENERATION_BYTES_MAX / large.bytes();
        assert!(count > 30, "{count}");
        for number in 0..count {
            programs.put(number.to_string().into(), &large);
            assert!(programs.get(&used).is_some(), "{number}");
            let all = programs.new.len() + programs.old.len();
            assert!(all * large.bytes() <= 2 * GENERATION_BYTES_MAX + large.bytes(), "{number}: {all}");
        }
        assert!(programs.get("0").is_none());
    }
}
