//! A search, step by step.
//!
//! A deterministic automaton that is made as it is needed reads a byte in one step, mostly; a transition that it does not
//! know yet costs as many as its program has states. Where it cannot go on (a word boundary next to a letter beyond ASCII),
//! the program is carried out state by state.

pub(super) use regex_automata::hybrid::dfa::Cache;
use regex_automata::hybrid::dfa::DFA;
use regex_automata::hybrid::{BuildError, LazyStateID};
use regex_automata::nfa::thompson::{NFA, State};
use regex_automata::util::primitives::StateID;
use regex_automata::{Anchored, util::start};

/// What the deterministic automaton keeps of itself during a search, in bytes; when it needs more, it begins anew.
const CACHE_BYTES_MAX: usize = 2 << 20;

/// The steps were used up before it was known whether the pattern is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unfinished;

/// Both automatons of a pattern.
#[derive(Debug)]
pub(super) struct Automaton {
    program: NFA,
    quick: DFA,
}

/// What a search by the quick automaton came to.
enum Quick {
    Ended(bool),
    /// It cannot go on.
    Stuck,
}

impl Automaton {
    pub(super) fn new(program: NFA) -> Result<Self, BuildError> {
        let config = DFA::config()
            .cache_capacity(CACHE_BYTES_MAX)
            .skip_cache_capacity_check(true)
            .unicode_word_boundary(true);
        let quick = DFA::builder().configure(config).build_from_nfa(program.clone())?;
        Ok(Self { program, quick })
    }

    /// How many bytes it has.
    pub(super) fn bytes(&self) -> usize {
        self.program
            .memory_usage()
            .saturating_add(self.quick.memory_usage())
            .saturating_add(size_of::<Self>())
    }

    pub(super) fn states(&self) -> usize {
        self.program.states().len()
    }

    /// What the quick automaton keeps of itself between two texts.
    pub(super) fn cache(&self) -> Cache {
        self.quick.create_cache()
    }

    /// Whether the pattern is in a text. `work` is how many steps are left; those that were taken are taken off.
    pub(super) fn is_match(
        &self,
        text: &[u8],
        cache: &mut Cache,
        work: &mut u64,
    ) -> Result<bool, Unfinished> {
        match self.quickly(text, cache, work)? {
            Quick::Ended(found) => Ok(found),
            Quick::Stuck => self.state_by_state(text, work),
        }
    }

    fn quickly(&self, text: &[u8], cache: &mut Cache, work: &mut u64) -> Result<Quick, Unfinished> {
        let dear = self.cost();
        let start = start::Config::new().anchored(Anchored::No);
        let Ok(mut state) = self.quick.start_state(cache, &start) else { return Ok(Quick::Stuck) };
        spend(work, dear)?;
        for byte in text {
            let Some(next) = self.next(cache, state, *byte, dear, work)? else {
                return Ok(Quick::Stuck);
            };
            state = next;
            if state.is_tagged() {
                if state.is_match() {
                    return Ok(Quick::Ended(true));
                }
                if state.is_dead() {
                    return Ok(Quick::Ended(false));
                }
                if state.is_quit() {
                    return Ok(Quick::Stuck);
                }
            }
        }
        spend(work, dear)?;
        match self.quick.next_eoi_state(cache, state) {
            Ok(state) if state.is_quit() => Ok(Quick::Stuck),
            Ok(state) => Ok(Quick::Ended(state.is_match())),
            Err(_) => Ok(Quick::Stuck),
        }
    }

    /// The state after a byte; nothing when the automaton cannot make it.
    fn next(
        &self,
        cache: &mut Cache,
        state: LazyStateID,
        byte: u8,
        dear: u64,
        work: &mut u64,
    ) -> Result<Option<LazyStateID>, Unfinished> {
        if !state.is_tagged() {
            let known = self.quick.next_state_untagged(cache, state, byte);
            if !known.is_unknown() {
                spend(work, 1)?;
                return Ok(Some(known));
            }
        }
        spend(work, dear)?;
        Ok(self.quick.next_state(cache, state, byte).ok())
    }

    /// What a transition costs that is not known yet.
    fn cost(&self) -> u64 {
        u64::try_from(self.states()).unwrap_or(u64::MAX)
    }

    /// Carries the program out: all states that it can be in, byte by byte.
    fn state_by_state(&self, text: &[u8], work: &mut u64) -> Result<bool, Unfinished> {
        let (mut here, mut next) = (States::new(self.states()), States::new(self.states()));
        for at in 0..=text.len() {
            // It may begin anywhere.
            if self.enter(self.program.start_anchored(), text, at, &mut here, work)? {
                return Ok(true);
            }
            let Some(byte) = text.get(at) else { break };
            next.clear();
            for index in 0..here.waiting.len() {
                let Some(state) = here.waiting.get(index) else { break };
                let to = match self.program.state(*state) {
                    State::ByteRange { trans } => trans.matches_byte(*byte).then_some(trans.next),
                    State::Sparse(sparse) => sparse.matches_byte(*byte),
                    State::Dense(dense) => dense.matches_byte(*byte),
                    _ => None,
                };
                spend(work, 1)?;
                if let Some(to) = to
                    && self.enter(to, text, at + 1, &mut next, work)?
                {
                    return Ok(true);
                }
            }
            std::mem::swap(&mut here, &mut next);
        }
        Ok(false)
    }

    /// Enters a state, and those that can be reached from it without a byte. Yields whether that is a match.
    fn enter(
        &self,
        state: StateID,
        text: &[u8],
        at: usize,
        states: &mut States,
        work: &mut u64,
    ) -> Result<bool, Unfinished> {
        states.stack.push(state);
        while let Some(state) = states.stack.pop() {
            spend(work, 1)?;
            if !states.insert(state) {
                continue;
            }
            match self.program.state(state) {
                State::ByteRange { .. } | State::Sparse(_) | State::Dense(_) => states.waiting.push(state),
                State::Look { look, next } => {
                    if self.program.look_matcher().matches(*look, text, at) {
                        states.stack.push(*next);
                    }
                }
                State::Union { alternates } => states.stack.extend(alternates.iter().copied()),
                State::BinaryUnion { alt1, alt2 } => states.stack.extend([*alt1, *alt2]),
                State::Capture { next, .. } => states.stack.push(*next),
                State::Match { .. } => return Ok(true),
                State::Fail => {}
            }
        }
        Ok(false)
    }
}

/// Takes steps off what is left.
fn spend(work: &mut u64, steps: u64) -> Result<(), Unfinished> {
    *work = work.checked_sub(steps).ok_or(Unfinished)?;
    Ok(())
}

/// The states that a program is in at one place of a text.
struct States {
    /// In which round each was entered last.
    entered: Vec<u32>,
    round: u32,
    /// Those that wait for a byte.
    waiting: Vec<StateID>,
    /// Those that are to be entered.
    stack: Vec<StateID>,
}

impl States {
    fn new(count: usize) -> Self {
        Self { entered: vec![0; count], round: 1, waiting: Vec::new(), stack: Vec::new() }
    }

    /// Notes a state; false when it was there.
    fn insert(&mut self, state: StateID) -> bool {
        match self.entered.get_mut(state.as_usize()) {
            Some(entered) if *entered != self.round => {
                *entered = self.round;
                true
            }
            _ => false,
        }
    }

    fn clear(&mut self) {
        self.waiting.clear();
        self.stack.clear();
        match self.round.checked_add(1) {
            Some(round) => self.round = round,
            None => {
                self.entered.fill(0);
                self.round = 1;
            }
        }
    }
}
