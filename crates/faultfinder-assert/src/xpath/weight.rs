//! What a query can cost.

use super::size::{COST_MAX, Size, VISITS_MAX};

/// Most `//` and `descendant` axes of a query.
const DESCENTS_MAX: u32 = 3;

/// What a query can cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Weight {
    /// How many axes go down to any depth.
    descents: u32,
    /// How many functions and comparisons read texts.
    readers: u64,
    /// Whether it goes to siblings or up.
    is_sideways: bool,
}

/// Axes that go elsewhere than down.
const SIDEWAYS: [&str; 8] = [
    "ancestor::",
    "ancestor-or-self::",
    "parent::",
    "following-sibling::",
    "preceding-sibling::",
    "following::",
    "preceding::",
    "..",
];

impl Weight {
    /// Weighs a query; says why it may not be used, whatever the document.
    pub(super) fn of(query: &str) -> Result<Self, String> {
        let bare = without_quotes(query);
        let descents = bare.matches("//").count() + bare.matches("descendant").count();
        let descents = u32::try_from(descents).unwrap_or(u32::MAX);
        if descents > DESCENTS_MAX {
            return Err(format!("the XPath has {descents} `//`; at most {DESCENTS_MAX} are allowed"));
        }
        // A predicate is asked again for every node.
        for inside in brackets(&bare) {
            if let Some(axis) = SIDEWAYS.iter().find(|axis| inside.contains(*axis)) {
                return Err(format!(
                    "inside of brackets, an XPath goes down only: `{axis}` is not allowed there"
                ));
            }
            if begins_at_root(&inside) {
                return Err("inside of brackets, a path of an XPath must not begin with `/`".to_owned());
            }
        }
        check_translate(query)?;
        let readers = bare.matches(['(', '=', '<', '>']).count();
        Ok(Self {
            descents,
            readers: u64::try_from(readers).unwrap_or(u64::MAX).saturating_add(1),
            is_sideways: SIDEWAYS.iter().any(|axis| bare.contains(axis)),
        })
    }

    /// How many bytes of text it can copy at the most; one that goes sideways is bounded by its visits.
    pub(super) fn cost(&self, size: &Size) -> u64 {
        let repeated = size.depth.saturating_pow(self.descents.saturating_sub(1));
        size.texts.saturating_mul(repeated).saturating_mul(self.readers)
    }

    /// How many nodes it may visit.
    pub(super) fn visits_max(&self, size: &Size) -> usize {
        if !self.is_sideways {
            return VISITS_MAX;
        }
        let each = size.texts.saturating_mul(self.readers).max(1);
        usize::try_from(COST_MAX / each).unwrap_or(usize::MAX).clamp(1000, VISITS_MAX)
    }
}

/// A query in which texts in quotes are empty.
fn without_quotes(query: &str) -> String {
    let (mut bare, mut quote) = (String::new(), None);
    for character in query.chars() {
        match quote {
            Some(open) if open == character => quote = None,
            Some(_) => {}
            None if matches!(character, '"' | '\'') => quote = Some(character),
            None => bare.push(character),
        }
    }
    bare
}

/// What is inside the outermost brackets.
fn brackets(bare: &str) -> Vec<String> {
    let (mut found, mut depth, mut inside) = (Vec::new(), 0_usize, String::new());
    for character in bare.chars() {
        match character {
            '[' => {
                depth += 1;
                inside.push(' ');
            }
            ']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    found.push(std::mem::take(&mut inside));
                }
            }
            other if depth > 0 => inside.push(other),
            _ => {}
        }
    }
    found.push(inside);
    found
}

/// Whether a path in it begins at the root: a slash with no step in front.
fn begins_at_root(inside: &str) -> bool {
    let mut before = ' ';
    for character in inside.chars() {
        let is_step =
            |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '*' | ')' | ']' | '/' | ' ');
        if character == '/' && (!is_step(before) || before == ' ') {
            return true;
        }
        before = character;
    }
    false
}

/// `translate` takes the product of two texts, so only one of them may come from the document.
fn check_translate(query: &str) -> Result<(), String> {
    for (at, _) in query.match_indices("translate") {
        let arguments =
            query.get(at..).and_then(|rest| rest.split_once('(')).map_or("", |(_, inside)| inside);
        let (mut depth, mut quote, mut starts) = (0_usize, None, Vec::new());
        for (index, character) in arguments.char_indices() {
            match (quote, character) {
                (Some(open), _) if open == character => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => quote = Some(character),
                (None, '(') => depth += 1,
                (None, ')') if depth == 0 => break,
                (None, ')') => depth -= 1,
                (None, ',') if depth == 0 => starts.push(index + 1),
                (None, _) => {}
            }
        }
        let is_text = |start: &usize| {
            arguments.get(*start..).is_some_and(|rest| rest.trim_start().starts_with(['"', '\'']))
        };
        if !starts.iter().all(is_text) {
            return Err("the second and third argument of `translate` must be texts in quotes".to_owned());
        }
    }
    Ok(())
}

/// The prefixes of names in a query.
pub(super) fn prefixes(query: &str) -> Vec<String> {
    let bare = without_quotes(query);
    let mut found = Vec::new();
    for (at, _) in bare.match_indices(':') {
        let is_axis = bare.get(at + 1..).is_some_and(|rest| rest.starts_with(':'))
            || bare.get(..at).is_some_and(|before| before.ends_with(':'));
        if is_axis {
            continue;
        }
        let before = bare.get(..at).unwrap_or_default();
        let start =
            before.rfind(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.')).map_or(0, |at| {
                at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
            });
        let prefix = before.get(start..).unwrap_or_default();
        if !prefix.is_empty() {
            found.push(prefix.to_owned());
        }
    }
    found
}
