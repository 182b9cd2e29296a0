//! Options of the command line: names, each with a value.

use anyhow::{Context as _, Result, bail};

/// What was given.
#[derive(Debug)]
pub(crate) struct Options<'a> {
    values: Vec<(&'a str, &'a str)>,
}

impl<'a> Options<'a> {
    /// Takes only options of these names.
    pub(crate) fn new(words: &[&'a str], names: &[&str]) -> Result<Self> {
        let mut values = Vec::new();
        let mut words = words.iter().copied();
        while let Some(name) = words.next() {
            if !names.contains(&name) {
                bail!("unknown option {name}; there are {}", names.join(", "));
            }
            values.push((name, words.next().with_context(|| format!("{name} needs a value"))?));
        }
        Ok(Self { values })
    }

    /// The value of an option.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.values.iter().find(|(given, _)| *given == name).map(|(_, value)| *value)
    }

    /// The value of an option that is a number.
    pub(crate) fn number(&self, name: &str, default: usize) -> Result<usize> {
        match self.text(name) {
            None => Ok(default),
            Some(value) => value.parse().with_context(|| format!("{name} needs a number, found {value:?}")),
        }
    }
}
