//! How a subject is compared.

use crate::AssertionError;
use crate::cursor::Cursor;
use crate::error::quoted;
use crate::kind::Kind;
use faultfinder_taxonomy::word::nearest;

/// How a subject is compared; each has a negated form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Is,
    /// Whether it is one of several values.
    OneOf,
    /// Whether it is of a type, or has a form.
    IsA,
    Contains,
    StartsWith,
    EndsWith,
    Matches,
    /// Whether it is valid by a JSON Schema.
    MatchesSchema,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Exists,
}

/// Phrases, each with its operator and whether it is negated; longer ones before those they begin with.
const PHRASES: &[(&str, Operator, bool)] = &[
    ("is not one of", Operator::OneOf, true),
    ("is one of", Operator::OneOf, false),
    ("is not in", Operator::OneOf, true),
    ("is in", Operator::OneOf, false),
    ("not in", Operator::OneOf, true),
    ("in", Operator::OneOf, false),
    ("is not", Operator::Is, true),
    ("is", Operator::Is, false),
    ("does not contain", Operator::Contains, true),
    ("not contains", Operator::Contains, true),
    ("contains", Operator::Contains, false),
    ("does not start with", Operator::StartsWith, true),
    ("starts with", Operator::StartsWith, false),
    ("does not end with", Operator::EndsWith, true),
    ("ends with", Operator::EndsWith, false),
    ("does not match schema", Operator::MatchesSchema, true),
    ("matches schema", Operator::MatchesSchema, false),
    ("does not match", Operator::Matches, true),
    ("not matches", Operator::Matches, true),
    ("matches", Operator::Matches, false),
    ("does not exist", Operator::Exists, true),
    ("not exists", Operator::Exists, true),
    ("exists", Operator::Exists, false),
];

/// Signs; longer ones before those they begin with.
const SIGNS: &[(&str, Operator)] = &[
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("<", Operator::Less),
    (">", Operator::Greater),
];

/// What people write in other languages, and what it is called here.
const FOREIGN: &[(&str, &str)] = &[
    ("=", "is"),
    ("==", "is"),
    ("===", "is"),
    ("equals", "is"),
    ("eq", "is"),
    ("!=", "is not"),
    ("isn't", "is not"),
    ("ne", "is not"),
    ("~", "matches"),
    ("=~", "matches"),
    ("includes", "contains"),
    ("include", "contains"),
    ("has", "contains"),
    ("between", "is one of"),
    ("less", "<"),
    ("greater", ">"),
    ("more", ">"),
    ("startsWith", "starts with"),
    ("endsWith", "ends with"),
    ("oneOf", "is one of"),
    ("isInMoreThan", ">"),
    ("isInLessThan", "<"),
    ("isUndefined", "does not exist"),
    ("validatesJSONSchema", "matches schema"),
    ("doesNotContain", "does not contain"),
    ("doesNotMatch", "does not match"),
    ("doesNotExist", "does not exist"),
    ("moreThanOrEqual", ">="),
    ("lessThanOrEqual", "<="),
    ("isNot", "is not"),
    ("lt", "<"),
    ("lessThan", "<"),
    ("gt", ">"),
    ("moreThan", ">"),
    ("≤", "<="),
    ("≥", ">="),
];

const EXPECTED: &str = "is, is not, is one of, contains, does not contain, starts with, ends with, matches, does not match, <, <=, >, >=, exists or does not exist";

impl Operator {
    /// The phrase for it.
    pub(crate) const fn phrase(self, negated: bool) -> &'static str {
        match (self, negated) {
            (Self::Is, false) => "is",
            (Self::Is, true) => "is not",
            (Self::OneOf, false) => "is one of",
            (Self::OneOf, true) => "is not one of",
            (Self::IsA, false) => "is",
            (Self::IsA, true) => "is not",
            (Self::StartsWith, false) => "starts with",
            (Self::StartsWith, true) => "does not start with",
            (Self::EndsWith, false) => "ends with",
            (Self::EndsWith, true) => "does not end with",
            (Self::Contains, false) => "contains",
            (Self::Contains, true) => "does not contain",
            (Self::MatchesSchema, false) => "matches schema",
            (Self::MatchesSchema, true) => "does not match schema",
            (Self::Matches, false) => "matches",
            (Self::Matches, true) => "does not match",
            (Self::Less, false) => "<",
            (Self::Less, true) => "not <",
            (Self::LessOrEqual, false) => "<=",
            (Self::LessOrEqual, true) => "not <=",
            (Self::Greater, false) => ">",
            (Self::Greater, true) => "not >",
            (Self::GreaterOrEqual, false) => ">=",
            (Self::GreaterOrEqual, true) => "not >=",
            (Self::Exists, false) => "exists",
            (Self::Exists, true) => "does not exist",
        }
    }

    /// Whether it compares sizes.
    pub(crate) const fn orders(self) -> bool {
        matches!(self, Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual)
    }

    /// Whether it compares a value with what is expected, rather than ask what it is.
    pub(crate) const fn compares(self) -> bool {
        !matches!(self, Self::IsA | Self::MatchesSchema | Self::Exists)
    }

    /// Whether it holds of two things that compare like this.
    pub(crate) fn admits(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
            Self::Is
            | Self::OneOf
            | Self::IsA
            | Self::Contains
            | Self::StartsWith
            | Self::EndsWith
            | Self::Matches
            | Self::MatchesSchema
            | Self::Exists => ordering.is_eq(),
        }
    }
}

/// The phrases, longer ones before those they begin with.
pub(crate) fn phrases() -> impl Iterator<Item = (&'static str, Operator)> {
    PHRASES.iter().map(|(phrase, operator, _)| (*phrase, *operator))
}

/// The signs, likewise.
pub(crate) fn signs() -> impl Iterator<Item = (&'static str, Operator)> {
    SIGNS.iter().copied()
}

/// Takes an operator, and whether it is negated. In front of a type (`is a number`) only `is` is taken.
pub(crate) fn read(cursor: &mut Cursor<'_>, subject: &str) -> Result<(Operator, bool), AssertionError> {
    if let Some(negated) = take_is_of_a_kind(cursor) {
        return Ok((Operator::IsA, negated));
    }
    for (phrase, operator, negated) in PHRASES {
        let mut ahead = *cursor;
        if !ahead.take(phrase) {
            continue;
        }
        // `jsonpath $.state is in progress` compares with a text.
        let rest = ahead.rest().text;
        if (*phrase == "in" || phrase.ends_with(" in")) && !rest.is_empty() && !rest.starts_with('[') {
            continue;
        }
        *cursor = ahead;
        return Ok((*operator, *negated));
    }
    for (sign, operator) in SIGNS {
        if cursor.take_sign(sign) {
            return Ok((*operator, false));
        }
    }
    unknown(cursor, subject)
}

/// Takes the `is` in front of a type that goes to the end; yields whether it is negated.
fn take_is_of_a_kind(cursor: &mut Cursor<'_>) -> Option<bool> {
    let mut ahead = *cursor;
    if !ahead.take("is") {
        return None;
    }
    let negated = ahead.take("not");
    let rest = ahead.rest();
    Kind::parse(rest.text).filter(|_| !rest.is_guarded(0))?;
    *cursor = ahead;
    Some(negated)
}

/// `in a, b`, which lacks its brackets.
fn open_list(cursor: &Cursor<'_>) -> Option<AssertionError> {
    let phrase = ["not in", "in"].into_iter().find(|phrase| {
        let mut ahead = *cursor;
        ahead.take(phrase)
    })?;
    let whole = cursor.rest();
    let mut ahead = *cursor;
    ahead.take(phrase);
    let items = ahead.rest().text;
    let error = AssertionError::new(whole, format!("`{phrase}` takes a list in square brackets"));
    Some(error.nearest((!items.is_empty()).then(|| format!("{phrase} [{items}]"))))
}

fn unknown(cursor: &Cursor<'_>, subject: &str) -> Result<(Operator, bool), AssertionError> {
    let rest = cursor.rest();
    if rest.text.is_empty() {
        let message = format!("an operator is missing after {}", quoted(subject));
        return Err(AssertionError::new(cursor.end(), message).expected(EXPECTED));
    }
    if let Some(error) = open_list(cursor) {
        return Err(error);
    }
    let words = usize::from(matches!(cursor.peek(), Some(word) if matches!(word.text, "is" | "not")))
        + 2 * usize::from(matches!(cursor.peek(), Some(word) if word.text == "does"));
    let mut ahead = *cursor;
    let mut length = rest.text.len();
    for _ in 0..=words {
        if let Some(word) = ahead.word() {
            length = word.offset + word.text.len() - rest.offset;
        }
    }
    let span = rest.part(0, length);
    let foreign = FOREIGN.iter().find(|(word, _)| *word == span.text).map(|(_, ours)| *ours);
    // Only in front of a bracket: nobody means it who writes something else.
    let known = PHRASES.iter().map(|(phrase, ..)| *phrase).filter(|phrase| *phrase != "in");
    let expected = match subject.split_once(' ') {
        Some(("jsonpath" | "xpath", _)) => format!("{EXPECTED}; a query that has spaces must be in quotes"),
        _ => EXPECTED.to_owned(),
    };
    Err(AssertionError::new(span, format!("unknown operator {}", quoted(span.text)))
        .expected(expected)
        .nearest(foreign.or_else(|| nearest(span.text, known))))
}
