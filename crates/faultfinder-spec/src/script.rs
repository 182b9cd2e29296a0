//! JavaScript in a definition.

use crate::{Place, Spanned};
use std::collections::BTreeSet;

/// A script as written. Whether it is JavaScript has not been looked at, and `{{ NAME }}` in it means nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptSource(Spanned<String>);

impl ScriptSource {
    pub(crate) const fn new(code: Spanned<String>) -> Self {
        Self(code)
    }

    /// The script.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0.value
    }

    /// Where it begins.
    #[must_use]
    pub const fn place(&self) -> Place {
        self.0.place
    }

    /// The variables that it sets, as far as their names are written in it: `dd.variable.set('NAME', ..)`.
    #[must_use]
    pub fn sets(&self) -> BTreeSet<String> {
        names(self.code(), "set")
    }

    /// The variables that it reads, as far as their names are written in it: `dd.variable.get('NAME')`.
    #[must_use]
    pub fn gets(&self) -> BTreeSet<String> {
        names(self.code(), "get")
    }
}

fn names(code: &str, function: &str) -> BTreeSet<String> {
    let calls = code.split("variable").skip(1);
    calls.filter_map(|behind| first_argument(behind, function)).map(str::to_owned).collect()
}

/// The text in quotes that the call of a function of `variable` begins with.
fn first_argument<'c>(behind: &'c str, function: &str) -> Option<&'c str> {
    let name = behind.trim_start().strip_prefix('.')?.trim_start();
    let argument = name.strip_prefix(function)?;
    let argument =
        argument.strip_prefix("Obfuscated").unwrap_or(argument).trim_start().strip_prefix('(')?.trim_start();
    let quote = argument.chars().next().filter(|quote| matches!(quote, '\'' | '"' | '`'))?;
    let (name, _) = argument.strip_prefix(quote)?.split_once(quote)?;
    crate::template::is_name(name).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_variables_are_found_where_they_are_written() {
        let code = "dd.variable.set('A', dd.variable.get(\"B\"));\ndd.variable\n  .set( `C`, 1); dd.variable.set('D' + x); dd.variable.set('-'); dd.variable.setObfuscated('G', 1); variable.settle('E')";
        let script = ScriptSource::new(Spanned::new(code.to_owned(), Place::START));
        assert_eq!(script.sets().into_iter().collect::<Vec<_>>(), ["A", "C", "D", "G"]);
        assert_eq!(script.gets().into_iter().collect::<Vec<_>>(), ["B"]);
    }
}
