//! Regular expressions within limits.
//!
//! Patterns are searched for by an automaton. Those that look around or refer back, which no automaton can, are searched for
//! way by way ([`backtrack`]).
//!
//! A search is counted in steps, not timed: a verdict must not change with the load of this host. A step is a byte of the
//! text that an automaton reads, a state that it looks at, or an instruction of a
//! pattern that looks around; [`WORK_MAX`] of them take less than half a second. A pattern whose steps cannot fit, however the text looks, is refused when it is read.

mod automaton; // the search, step by step
mod programs; // the programs of all patterns, within limits
mod backtrack; // patterns that look around or refer back
mod size; // how many places of a text a pattern can be at, at once
mod slashes; // patterns between slashes, as JavaScript writes them

use crate::AssertionError;
use crate::error::Span;
use automaton::Automaton;
pub(crate) use automaton::Unfinished;
pub(crate) use backtrack::Backtracker;
use regex_automata::nfa::thompson;
use regex_syntax::ParserBuilder;
use regex_syntax::ast::ErrorKind;
use regex_syntax::hir::Hir;
pub(crate) use slashes::Slashes;
use std::sync::Arc;

/// Longest pattern, in bytes.
pub const PATTERN_BYTES_MAX: usize = 4096;
/// Largest compiled pattern, in bytes; `\w{100}` has about half of it.
const PROGRAM_BYTES_MAX: usize = 4 << 20;
/// Deepest nesting of a pattern.
const NESTING_MAX: u32 = 50;
/// Most steps of the searches of one assertion: less than half a second on a processor of 2020.
pub(crate) const WORK_MAX: u64 = 25_000_000;
/// Most bytes of a text times the places that a pattern can be at, at once: what no text needs is not counted, so this is
/// far more than [`WORK_MAX`].
const WORST_CASE_MAX: u64 = 5_000_000_000;

/// What it costs to compile a pattern, and what each state of its program adds to that, in steps.
const STEPS_TO_COMPILE: u64 = 1_000;
const STEPS_TO_COMPILE_STATE: u64 = 5;

/// A regular expression that is ready to be looked for.
#[derive(Clone)]
pub(crate) struct Pattern {
    written: String,
    engine: Engine,
    /// How it was read, if it stands between slashes.
    slashes: Option<Slashes>,
}

/// How a pattern is searched for.
#[derive(Clone)]
enum Engine {
    /// At all places at once: with the program of this pattern, which has so many states and bytes.
    Automaton { pattern: Arc<str>, places: u64, states: u64, program_bytes: usize },
    /// One way after the other.
    Backtracker(Arc<Backtracker>),
}

impl Pattern {
    /// Compiles a pattern that will be looked for in texts of at most `text_bytes_max`. `span` is where it was written;
    /// when `literal`, its text is the pattern as it stands, so that a mistake can be pointed at.
    pub(crate) fn compile(
        written: &str,
        span: Span<'_>,
        literal: bool,
        text_bytes_max: usize,
    ) -> Result<Self, AssertionError> {
        if written.len() > PATTERN_BYTES_MAX {
            let message = format!(
                "the regular expression has {} bytes; at most {PATTERN_BYTES_MAX} are allowed",
                written.len()
            );
            return Err(AssertionError::new(span, message));
        }
        let slashes = Slashes::of(written);
        let pattern = slashes.as_ref().map_or(written, |slashes| slashes.pattern(written));
        let literal = literal && pattern == written;
        let engine = match parser().parse(pattern) {
            Ok(hir) => {
                let places = size::places(&hir);
                check_size(places, span, text_bytes_max)?;
                let pattern: Arc<str> = pattern.into();
                let program = programs::program(&pattern, || program(&hir)).map_err(|why| match why {
                    NoProgram::TooLarge => {
                        too_large(span, format!("it compiles to more than {PROGRAM_BYTES_MAX} bytes"))
                    }
                    NoProgram::Failed(why) => {
                        AssertionError::new(span, format!("bad regular expression: {why}"))
                    }
                })?;
                let states = u64::try_from(program.states()).unwrap_or(u64::MAX);
                Engine::Automaton { pattern, places, states, program_bytes: program.bytes() }
            }
            Err(error) if needs_backtracking(&error) => {
                let compiled = Backtracker::compile(pattern, "").map_err(|error| {
                    let place = if literal { span.part(error.at, 1) } else { span };
                    AssertionError::new(place, format!("bad regular expression: {}", error.message))
                })?;
                if compiled.bytes() > PROGRAM_BYTES_MAX {
                    let why = format!("it compiles to more than {PROGRAM_BYTES_MAX} bytes");
                    return Err(too_large(span, why));
                }
                Engine::Backtracker(Arc::new(compiled))
            }
            Err(error) => return Err(syntax_error(&error.to_string(), pattern, span, literal)),
        };
        Ok(Self { written: written.to_owned(), engine, slashes })
    }

    /// How it was read, if it stands between slashes.
    pub(crate) const fn slashes(&self) -> Option<&Slashes> {
        self.slashes.as_ref()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.written
    }

    /// The pattern that is looked for: without the slashes around it.
    pub(crate) fn as_searched(&self) -> &str {
        self.slashes.as_ref().map_or(&self.written, |slashes| slashes.pattern(&self.written))
    }

    /// What searches for it, if that tries one way after the other.
    pub(crate) fn backtracker(&self) -> Option<Arc<Backtracker>> {
        match &self.engine {
            Engine::Backtracker(backtracker) => Some(Arc::clone(backtracker)),
            Engine::Automaton { .. } => None,
        }
    }

    /// What it costs to compile it once more, in steps; nothing for one that only this crate can search for.
    pub(crate) fn compiling(&self) -> Option<u64> {
        let Engine::Automaton { states, .. } = &self.engine else { return None };
        Some(states.saturating_mul(STEPS_TO_COMPILE_STATE).saturating_add(STEPS_TO_COMPILE))
    }

    /// How many bytes its program has.
    pub(crate) fn program_bytes(&self) -> usize {
        match &self.engine {
            Engine::Automaton { program_bytes, .. } => *program_bytes,
            Engine::Backtracker(backtracker) => backtracker.bytes(),
        }
    }

    /// How many places of a text it can be at, at once.
    pub(crate) const fn places(&self) -> u64 {
        match self.engine {
            Engine::Automaton { places, .. } => places,
            Engine::Backtracker(_) => WORK_MAX,
        }
    }

    /// How many steps it can take at the most in texts of so many bytes together.
    pub(crate) fn work_max(&self, bytes: u64) -> u64 {
        let searching = self.places().saturating_mul(bytes.max(1)).min(WORK_MAX);
        searching.saturating_add(self.compiling().unwrap_or(0))
    }

    /// A search in any number of texts, which may take so many steps in all.
    pub(crate) fn search(&self, work: u64) -> Search<'_> {
        let way = match &self.engine {
            Engine::Automaton { pattern, .. } => {
                let again = || {
                    let parsed = parser().parse(pattern);
                    parsed.map_err(|error| NoProgram::Failed(error.to_string())).and_then(|hir| program(&hir))
                };
                // It was made before, and nothing about it has changed.
                match programs::program(pattern, again) {
                    Ok(automaton) => {
                        let cache = Box::new(automaton.cache());
                        Way::Automaton(automaton, cache)
                    }
                    Err(NoProgram::TooLarge | NoProgram::Failed(_)) => Way::None,
                }
            }
            Engine::Backtracker(backtracker) => Way::Backtracker(backtracker, backtrack::Memory::default()),
        };
        Search { way, work }
    }
}

/// How patterns are read.
fn parser() -> regex_syntax::Parser {
    ParserBuilder::new().nest_limit(NESTING_MAX).build()
}

/// Why a pattern has no program.
enum NoProgram {
    TooLarge,
    Failed(String),
}

/// Makes the program of a pattern.
fn program(hir: &Hir) -> Result<Automaton, NoProgram> {
    let config = thompson::Config::new()
        .nfa_size_limit(Some(PROGRAM_BYTES_MAX))
        .which_captures(thompson::WhichCaptures::None);
    let program = thompson::Compiler::new().configure(config).build_from_hir(hir);
    let program = program.map_err(|error| match error.size_limit() {
        Some(_) => NoProgram::TooLarge,
        None => NoProgram::Failed(error.to_string()),
    })?;
    Automaton::new(program).map_err(|error| NoProgram::Failed(error.to_string()))
}

/// Whether a pattern has what no automaton can search for.
fn needs_backtracking(error: &regex_syntax::Error) -> bool {
    match error {
        regex_syntax::Error::Parse(error) => match error.kind() {
            ErrorKind::UnsupportedLookAround | ErrorKind::UnsupportedBackreference => true,
            // `\k<name>`
            ErrorKind::EscapeUnrecognized => error.pattern().contains("\\k<"),
            _ => false,
        },
        _ => false,
    }
}

/// A search for a pattern in any number of texts. What was learned from one serves for the next.
pub(crate) struct Search<'p> {
    way: Way<'p>,
    /// How many steps are left.
    work: u64,
}

enum Way<'p> {
    Automaton(Arc<Automaton>, Box<automaton::Cache>),
    Backtracker(&'p Backtracker, backtrack::Memory),
    None,
}

impl Search<'_> {
    /// How many steps are left.
    pub(crate) const fn left(&self) -> u64 {
        self.work
    }

    /// Whether the pattern is in a text.
    pub(crate) fn finds(&mut self, text: &str) -> Result<bool, Unfinished> {
        match &mut self.way {
            Way::Automaton(automaton, cache) => automaton.is_match(text.as_bytes(), cache, &mut self.work),
            Way::Backtracker(backtracker, memory) => backtracker.is_match(text, memory, &mut self.work),
            Way::None => Err(Unfinished),
        }
    }
}

impl std::fmt::Debug for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Pattern").field(&self.written).finish()
    }
}

/// Refuses a pattern that can be at too many places for the longest text.
fn check_size(places: u64, span: Span<'_>, text_bytes_max: usize) -> Result<(), AssertionError> {
    let places_max = WORST_CASE_MAX / u64::try_from(text_bytes_max.max(1)).unwrap_or(u64::MAX);
    if places <= places_max {
        return Ok(());
    }
    let why = format!(
        "it has {places} positions once its repetitions are written out, and at most {places_max} can be looked for in a text of up to {text_bytes_max} bytes"
    );
    Err(too_large(span, why))
}

fn too_large(span: Span<'_>, why: String) -> AssertionError {
    AssertionError::new(span, format!("the regular expression is too large: {why}"))
        .expected("fewer or smaller repetitions")
}

/// The report is for terminals: the pattern, a line with carets below it, and `error: ` with the reason.
fn syntax_error(report: &str, pattern: &str, span: Span<'_>, literal: bool) -> AssertionError {
    let reason =
        report.lines().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or("it cannot be read");
    let mut place = span;
    if literal
        && let Some(line) = report.lines().find(|line| line.trim_start().starts_with('^'))
        && let Some(column) = line.chars().position(|c| c == '^').and_then(|at| at.checked_sub(4))
        && let Some((start, _)) = pattern.char_indices().nth(column)
    {
        let carets = line.chars().filter(|c| *c == '^').count();
        let length =
            pattern.get(start..).map_or(0, |rest| rest.chars().take(carets).map(char::len_utf8).sum());
        place = span.part(start, length);
    }
    AssertionError::new(place, format!("bad regular expression: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Piece;
    use faultfinder_taxonomy::BODY_BYTES_MAX;

    fn compile(pattern: &str, text_bytes_max: usize) -> Result<Pattern, AssertionError> {
        let span = Span::whole(Piece::Line, pattern);
        Pattern::compile(pattern, span, true, text_bytes_max)
    }

    fn search(pattern: &str, text: &str, work: u64) -> Result<bool, Unfinished> {
        compile(pattern, BODY_BYTES_MAX).unwrap().search(work).finds(text)
    }

    #[test]
    fn a_pattern_is_found_where_it_is() {
        for (pattern, text, found) in [
            ("", "", true),
            ("b+c", "aabbbc", true),
            ("^b", "ab", false),
            ("b$", "ab", true),
            ("b$", "ab\n", false),
            ("(?m)^b$", "a\nb\nc", true),
            ("(?i)straße", "eine STRAßE", true),
            ("\\bok\\b", "all ok.", true),
            ("\\bok\\b", "book", false),
            // Word boundaries next to letters beyond ASCII take another way.
            ("\\bok\\b", "ä ok ü", true),
            ("\\bok\\b", "äoküx ok", true),
            ("\\bok\\b", "äok oké", false),
            ("^(ä|ok)\\b.*\\bü$", "ä und ü", true),
            ("\\Bk\\b", "ä ok", true),
            ("日本.語", "日本の語", true),
            ("[^a]", "aaaa", false),
            ("x{3,}$", "xxyxx", false),
        ] {
            assert_eq!(search(pattern, text, WORK_MAX), Ok(found), "{pattern} in {text}");
        }
    }

    #[test]
    fn a_search_ends_when_its_steps_are_used_up() {
        let long = "a".repeat(BODY_BYTES_MAX);
        assert_eq!(search("b", &long, WORK_MAX), Ok(false));
        assert_eq!(search("b", &long, 1_000), Err(Unfinished));
        // As large as it may be, and the text is what makes it the slowest.
        let heavy = "(a{1,30}){1,30}b";
        assert_eq!(search(heavy, &long, WORK_MAX), Ok(false), "one state serves for the rest");
        let mixed = "aab".repeat(BODY_BYTES_MAX / 3);
        assert_eq!(search("(a|ab|b){150}c{150}", &mixed, WORK_MAX), Ok(false));
        let beyond = format!("ä{}", "ab ".repeat(1_000_000));
        assert_eq!(search("\\b(a{0,20}b? ?){0,40}c\\b", &beyond, WORK_MAX), Err(Unfinished));
    }

    #[test]
    fn the_steps_are_for_all_texts_together() {
        let pattern = compile("b", BODY_BYTES_MAX).unwrap();
        let text = "a".repeat(1_000);
        let mut search = pattern.search(10_000);
        let found: Vec<_> = (0..12).map(|_| search.finds(&text)).collect();
        let whole = found.iter().take_while(|found| **found == Ok(false)).count();
        assert!((8..10).contains(&whole), "{found:?}");
        assert!(found[whole..].iter().all(|found| *found == Err(Unfinished)), "{found:?}");
    }

    #[test]
    fn a_pattern_that_cannot_fit_is_refused_with_its_place() {
        let error = compile("(a{1,100}){1,100}b", BODY_BYTES_MAX).unwrap_err();
        assert!(error.message.contains("has 10001 positions"), "{}", error.message);
        assert!(compile("(a{1,100}){1,100}b", 64 << 10).is_ok(), "a header is short");
        assert!(compile("^[\\w-]{64}$", BODY_BYTES_MAX).is_ok());
        assert!(compile("((((((a{99}){99}){99}){99}){99}){99}){99}", 1).is_err());
    }
}
