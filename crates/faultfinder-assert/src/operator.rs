//! How a subject is compared.

use crate::AssertionError;
use crate::cursor::Cursor;
use crate::error::quoted;
use faultfinder_taxonomy::word::nearest;

/// How a subject is compared; each has a negated form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Is,
    Contains,
    Matches,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Exists,
}

/// Phrases, each with its operator and whether it is negated; longer ones before those they begin with.
const PHRASES: &[(&str, Operator, bool)] = &[
    ("is not", Operator::Is, true),
    ("is", Operator::Is, false),
    ("does not contain", Operator::Contains, true),
    ("not contains", Operator::Contains, true),
    ("contains", Operator::Contains, false),
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
    ("lt", "<"),
    ("lessThan", "<"),
    ("gt", ">"),
    ("moreThan", ">"),
    ("≤", "<="),
    ("≥", ">="),
];

const EXPECTED: &str =
    "is, is not, contains, does not contain, matches, does not match, <, <=, >, >=, exists or does not exist";

impl Operator {
    /// The phrase for it.
    pub(crate) const fn phrase(self, negated: bool) -> &'static str {
        match (self, negated) {
            (Self::Is, false) => "is",
            (Self::Is, true) => "is not",
            (Self::Contains, false) => "contains",
            (Self::Contains, true) => "does not contain",
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

    /// Whether it holds of two things that compare like this.
    pub(crate) fn admits(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
            Self::Is | Self::Contains | Self::Matches | Self::Exists => ordering.is_eq(),
        }
    }
}

/// Takes an operator, and whether it is negated.
pub(crate) fn read(cursor: &mut Cursor<'_>, subject: &str) -> Result<(Operator, bool), AssertionError> {
    for (phrase, operator, negated) in PHRASES {
        if cursor.take(phrase) {
            return Ok((*operator, *negated));
        }
    }
    for (sign, operator) in SIGNS {
        if cursor.take_sign(sign) {
            return Ok((*operator, false));
        }
    }
    let rest = cursor.rest();
    if rest.text.is_empty() {
        let message = format!("an operator is missing after {}", quoted(subject));
        return Err(AssertionError::new(cursor.end(), message).expected(EXPECTED));
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
    let known = PHRASES.iter().map(|(phrase, ..)| *phrase);
    Err(AssertionError::new(span, format!("unknown operator {}", quoted(span.text)))
        .expected(EXPECTED)
        .nearest(foreign.or_else(|| nearest(span.text, known))))
}
