//! Patterns that look around or refer back, which no automaton can search for: a search that tries one way after the other,
//! and counts its steps.
//!
//! The syntax is that of JavaScript (ECMA-262 section 22.2) with inline flags (`(?i)`). A search takes as many steps as it
//! executes instructions; a pattern that explodes uses its steps up, and the verdict is the same on every machine.

mod machine; // the search
mod parse; // from a pattern to a tree
mod program; // from a tree to instructions

pub(super) use machine::Memory;
pub(super) use parse::SyntaxError;

use super::Unfinished;
use program::Program;

/// A pattern that is ready to be searched for.
#[derive(Debug)]
pub(crate) struct Backtracker {
    program: Program,
    groups: usize,
    /// The names of groups with their numbers.
    names: Vec<(String, usize)>,
}

impl Backtracker {
    /// Compiles a pattern.
    pub(super) fn compile(pattern: &str, flags: &str) -> Result<Self, SyntaxError> {
        let tree = parse::parse(pattern, flags)?;
        Ok(Self { program: program::compile(&tree)?, groups: tree.groups, names: tree.names })
    }

    /// How many groups it has, the whole included.
    pub(crate) const fn group_count(&self) -> usize {
        self.groups.saturating_add(1)
    }

    /// The names of its groups with their numbers.
    pub(crate) fn group_names(&self) -> &[(String, usize)] {
        &self.names
    }

    /// What a group has found where the pattern is in a text first: nothing when it is not there, and nothing inside when the
    /// group took no part. 0 is the whole.
    pub(crate) fn find_group<'t>(
        &self,
        text: &'t str,
        group: usize,
        work: &mut u64,
    ) -> Result<Option<Option<&'t str>>, Unfinished> {
        let mut memory = Memory::default();
        let Some(whole) = machine::find(&self.program, text, &mut memory, work)? else { return Ok(None) };
        let range = if group == 0 { Some(whole) } else { memory.group(group) };
        Ok(Some(range.and_then(|range| text.get(range))))
    }

    /// How many bytes its program has.
    pub(super) fn bytes(&self) -> usize {
        self.program.bytes()
    }

    /// Whether the pattern is in a text. `work` is how many steps are left; those that were taken are taken off.
    pub(super) fn is_match(
        &self,
        text: &str,
        memory: &mut Memory,
        work: &mut u64,
    ) -> Result<bool, Unfinished> {
        machine::find(&self.program, text, memory, work).map(|found| found.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn found(pattern: &str, text: &str) -> bool {
        let compiled =
            Backtracker::compile(pattern, "").unwrap_or_else(|error| panic!("{pattern}: {error:?}"));
        compiled.is_match(text, &mut Memory::default(), &mut 1_000_000).expect("steps are left")
    }

    #[test]
    fn patterns_mean_what_they_mean_in_javascript() {
        for (pattern, text, is_found) in [
            ("(?<!x)ok", "xok", false),
            ("(?<!x)ok", "a ok", true),
            ("(?<=\\$)\\d+", "costs $45", true),
            ("(?<=\\$\\d*)5", "costs $45", true),
            ("(?<=\\$)\\d+", "costs 45", false),
            ("foo(?=bar)", "foobaz", false),
            ("foo(?=bar)", "foobar", true),
            ("^(?!.*error).*$", "all well", true),
            ("^(?!.*error).*$", "an error", false),
            ("^((?!error).)*$", "an error", false),
            ("(?:[^\\\\/](?!(\\\\|/)))+$", "a/b.txt", true),
            ("^(?=.*\\d)(?=.*[a-z]).{4,}$", "abc1", true),
            ("^(?=.*\\d)(?=.*[a-z]).{4,}$", "abcd", false),
            ("(a|b)\\1", "ab", false),
            ("(a|b)\\1", "abb", true),
            ("(?<q>['\"]).*?\\k<q>", "say 'hi\" now'", true),
            ("(?<q>['\"]).*?\\k<q>", "say 'hi\" now", false),
            ("(?i)(?<!x)OK", "a ok", true),
            ("(?<!x)(?i:OK)", "a oK", true),
            ("(?m)(?<!x)^b$", "a\nb", true),
            ("(?s)(?=a.b)a", "a\nb", true),
            ("(?=a.b)a", "a\nb", false),
            ("(?<!\\w)ä+(?!\\w)", "x ää y", true),
            ("(?=(a+))a*b\\1", "baaabac", true),
            ("(a*)*(?=c)", "aaac", true),
            ("(a?){3}(?!b)", "ab", true),
            ("[^](?=b)", "\nb", true),
            ("[\\d-](?=x)", "-x", true),
            ("\\u0041(?=\\x42)", "AB", true),
            ("\\bok\\b(?!\\.)", "ok!", true),
            ("\\Bk(?!x)", "ok", true),
            ("a{2}(?!a)", "aaa", true),
            ("^a{2}(?!a)", "aaa", false),
            ("x*?y(?=z)", "xxyz", true),
            ("(?!)", "a", false),
            ("[[](?=\\])", "[]", true),
        ] {
            assert_eq!(found(pattern, text), is_found, "{pattern} in {text:?}");
        }
    }

    #[test]
    fn a_pattern_that_explodes_uses_its_steps_up() {
        let compiled = Backtracker::compile("(?=x)?^(a+)+(?!.)$", "").unwrap();
        let text = format!("{}!", "a".repeat(60));
        let mut work = 200_000;
        assert_eq!(compiled.is_match(&text, &mut Memory::default(), &mut work), Err(Unfinished));
        let mut work = 200_000;
        assert_eq!(compiled.is_match("aaa", &mut Memory::default(), &mut work), Ok(true));
        assert!(work > 199_000, "{work}");
    }

    #[test]
    fn what_is_noted_and_looked_back_at_is_counted_or_not_done() {
        // Far more places to note than steps, if each start cleared them.
        let compiled = Backtracker::compile("(?!.)(?:a*){1000}(?:a*){1000}", "").unwrap();
        let mut work = 400_000;
        let text = "b".repeat(100_000);
        let _ = compiled.is_match(&text, &mut Memory::default(), &mut work);
        assert_eq!(compiled.is_match("", &mut Memory::default(), &mut 1_000_000), Ok(true));
        let compiled = Backtracker::compile("(?<=(?:b{100}){100})x", "").unwrap();
        let mut work = 1_000_000;
        assert_eq!(compiled.is_match(&text, &mut Memory::default(), &mut work), Err(Unfinished));
    }

    #[test]
    fn repetitions_share_the_characters_that_they_take() {
        let once = Backtracker::compile(r"(?=x)\w", "").unwrap().bytes();
        let often = Backtracker::compile(r"(?=x)(?:\w{100}){100}", "").unwrap().bytes();
        assert!(once > 4_000 && often < once + 10_000 * 64, "{once} {often}");
    }

    #[test]
    fn mistakes_have_their_place() {
        for (pattern, at) in [
            ("(?=a", 0),
            ("a(?<!b", 1),
            ("(?=a))", 5),
            ("*(?=a)", 0),
            ("(?=a)[b", 5),
            ("\\2(a)", 0),
            ("(?=a){3,1}", 5),
            ("\\k<x>", 0),
        ] {
            let error = Backtracker::compile(pattern, "").expect_err(pattern);
            assert_eq!(error.at, at, "{pattern}: {}", error.message);
        }
        let deep = format!("{}a{}", "(?=".repeat(60), ")".repeat(60));
        assert!(Backtracker::compile(&deep, "").is_err());
        assert!(Backtracker::compile("(?=((a{1,500}){1,500}))", "").is_err());
    }
}
