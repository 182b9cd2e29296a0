//! Text with `{{ .. }}` in it.
//!
//! Between the braces stands the name of a variable, or a [`Generator`]. Two braces that are meant literally are
//! written `{{ "{{" }}`; a `}}` without an opening pair is just text.

use crate::Generator;

mod hole;
mod parse;

pub(crate) use hole::closed;
pub(crate) use parse::{is_name, of_others, parse};

/// Text in parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template {
    parts: Vec<Part>,
}

/// A part of a [`Template`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: a renderer must know all of them")]
pub enum Part {
    /// Text.
    Literal(String),
    /// The value of a variable.
    Variable {
        /// Its name.
        name: String,
        /// Which `{{` of the text it is, from 0.
        index: usize,
    },
    /// A value made when the test runs.
    Generator(Generator),
    /// What a run is called.
    Id(RunId),
}

/// What a run is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: a renderer must know all of them")]
pub enum RunId {
    /// `public-id`: the id of the test.
    Test,
    /// `result-id`: the id of the result that the run will have.
    Result,
}

impl RunId {
    /// Their names.
    pub(crate) const NAMES: [&str; 2] = ["public-id", "result-id"];

    /// That of a name.
    pub(crate) fn of(name: &str) -> Option<Self> {
        Self::NAMES
            .into_iter()
            .zip([Self::Test, Self::Result])
            .find(|(known, _)| *known == name)
            .map(|(_, id)| id)
    }
}

impl Template {
    /// The parts in order. No two literals stand side by side.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The text, when it holds neither variables nor generators.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Names of the variables in it, in order, repeated ones repeatedly.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Variable { name, .. } => Some(name.as_str()),
            Part::Literal(_) | Part::Generator(_) | Part::Id(_) => None,
        })
    }

    /// The text with every variable and generator replaced by what `value` says of it; `value` never sees a literal.
    ///
    /// # Errors
    ///
    /// The first that `value` answers.
    pub fn render<E>(&self, mut value: impl FnMut(&Part) -> Result<String, E>) -> Result<String, E> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Variable { .. } | Part::Generator(_) | Part::Id(_) => text.push_str(&value(part)?),
            }
        }
        Ok(text)
    }
}
