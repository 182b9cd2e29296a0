//! Which of the tests of some files are run: by name and by tag.

use crate::exit::Failure;
use crate::render::text::{cut, inert};
use clap::Args;
use faultfinder_engine::{PlannedTest, Suite, fits, fits_whole};
use faultfinder_taxonomy::word::nearest;
use std::collections::BTreeSet;

/// Most characters of the names and tags that a message lists.
const LISTED_CHARS_MAX: usize = 300;

/// `--only`, `--tag`, `--exclude`.
#[derive(Debug, Default, Args)]
pub(crate) struct Selection {
    /// Only the tests whose name contains this, or matches it if it has a * or ?; repeatable
    #[arg(long, value_name = "PATTERN")]
    only: Vec<String>,

    /// Only the tests with this tag (* and ? are allowed); repeatable: any of them is enough
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,

    /// Leave out the tests with this tag or exactly this name (* and ? are allowed); repeatable
    #[arg(long, value_name = "TAG|NAME")]
    exclude: Vec<String>,
}

impl Selection {
    /// Keeps the selected tests. A word that selects nothing is a warning, and nothing that is left is an error; both say
    /// which names and tags there are.
    pub(crate) fn apply(&self, suite: &mut Suite) -> Result<(), Failure> {
        if suite.tests().is_empty() {
            return Ok(());
        }
        let known = Known::of(suite);
        let unused: Vec<Failure> = self.unused(&known);
        let names_left = |test: &PlannedTest| {
            (self.only.is_empty() || self.only.iter().any(|pattern| fits(pattern, test.name())))
                && (self.tags.is_empty() || self.tags.iter().any(|tag| has(test, tag)))
                && !self.exclude.iter().any(|word| has(test, word) || fits_whole(word, test.name()))
        };
        suite.retain(names_left);
        if suite.tests().is_empty() {
            return Err(unused.into_iter().next().unwrap_or_else(|| self.nothing_left(&known)));
        }
        for warning in unused {
            if let Failure::Usage { message, help } = warning {
                crate::finish::warn(&message, help.as_deref());
            }
        }
        Ok(())
    }

    /// What is wrong with each word that no test has.
    fn unused(&self, known: &Known) -> Vec<Failure> {
        let names = |pattern: &&String| !known.names.iter().any(|name| fits(pattern, name));
        let tags = |tag: &&String| !known.tags.iter().any(|known| fits_whole(tag, known));
        let neither = |word: &&String| tags(word) && !known.names.iter().any(|name| fits_whole(word, name));
        let mut unused = Vec::new();
        for pattern in self.only.iter().filter(names) {
            let message = format!("--only: no test's name matches `{}`", inert(pattern));
            unused.push(Failure::usage_with_help(message, format!("there are: {}", known.listed_names())));
        }
        for tag in self.tags.iter().filter(tags) {
            let message = format!("--tag: no test has the tag `{}`", inert(tag));
            unused.push(Failure::usage_with_help(message, known.help_for_tag(tag)));
        }
        for word in self.exclude.iter().filter(neither) {
            let message = format!("--exclude: no test has the tag or the name `{}`", inert(word));
            unused.push(Failure::usage_with_help(message, known.help_for_exclude(word)));
        }
        unused
    }

    /// Every word is that of some test, but no test has what all of them ask for.
    fn nothing_left(&self, known: &Known) -> Failure {
        let options = [
            (!self.only.is_empty(), "--only"),
            (!self.tags.is_empty(), "--tag"),
            (!self.exclude.is_empty(), "--exclude"),
        ];
        let options: Vec<&str> =
            options.iter().filter(|(given, _)| *given).map(|(_, option)| *option).collect();
        let count = crate::diagnostics::plural(known.count, "test is", "tests are");
        Failure::usage_with_help(
            format!("none of the {count} left after {}", options.join(" and ")),
            format!("the tests are: {}; {}", known.listed_names(), known.listed_tags()),
        )
    }
}

fn has(test: &PlannedTest, tag: &str) -> bool {
    test.tags().any(|known| fits_whole(tag, known))
}

/// The names and tags of all tests.
struct Known {
    count: usize,
    names: Vec<String>,
    tags: BTreeSet<String>,
}

impl Known {
    fn of(suite: &Suite) -> Self {
        Self {
            count: suite.tests().len(),
            names: suite.tests().iter().map(|test| test.name().to_owned()).collect(),
            tags: suite.tests().iter().flat_map(PlannedTest::tags).map(str::to_owned).collect(),
        }
    }

    fn listed_names(&self) -> String {
        listed(self.names.iter())
    }

    fn listed_tags(&self) -> String {
        if self.tags.is_empty() {
            return "no test has a tag".to_owned();
        }
        format!("the tags are: {}", listed(self.tags.iter()))
    }

    fn help_for_tag(&self, tag: &str) -> String {
        match nearest(tag, self.tags.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{}`? {}", inert(near), self.listed_tags()),
            None => self.listed_tags(),
        }
    }

    fn help_for_exclude(&self, word: &str) -> String {
        let part = format!("*{word}*");
        if let Some(name) = self.names.iter().find(|name| fits_whole(&part, name)) {
            return format!("`{}` leaves out names with it, such as `{}`", inert(&part), inert(name));
        }
        let names = self.names.iter().map(String::as_str);
        match nearest(word, self.tags.iter().map(String::as_str).chain(names)) {
            Some(near) => format!("did you mean `{}`? {}", inert(near), self.listed_tags()),
            None => self.listed_tags(),
        }
    }
}

/// Names on one line, cut where there are too many.
fn listed<'n>(names: impl Iterator<Item = &'n String>) -> String {
    let mut text = String::new();
    for name in names {
        if text.len() > LISTED_CHARS_MAX {
            break;
        }
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&inert(name));
    }
    cut(&text, LISTED_CHARS_MAX)
}
