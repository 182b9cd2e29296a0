//! How far our answers agree with recorded ones, and which differences are known.
//!
//! This is the one module that reads files, and nothing of a verification needs it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::case::{self, Case};

/// The parts of an answer that are compared, as [`case::compare()`] calls them.
pub const PARTS: &[&str] = &["events", "ret", "final", "strict", "chain", "untrusted"];

/// Agreement with every suite of a folder.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Report {
    /// The suites, by file name.
    pub suites: Vec<Suite>,
}

/// Agreement with one suite.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Suite {
    /// The file's name without extension.
    pub name: String,
    /// How many cases it has.
    pub cases: usize,
    /// The cases that differ.
    pub differing: Vec<Difference>,
}

/// One case that differs.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Difference {
    /// The case, or its line if it has no id.
    pub id: String,
    /// What differs.
    pub what: Vec<String>,
}

impl Suite {
    /// How many cases agree in everything.
    #[must_use]
    pub fn agreed(&self) -> usize {
        self.cases.saturating_sub(self.differing.len())
    }

    /// How many cases agree in one of the [`PARTS`] of the answer. A case that only one side could read agrees in none.
    #[must_use]
    pub fn agreed_in(&self, part: &str) -> usize {
        let differs = |difference: &&Difference| {
            let compared = |what: &String| PARTS.iter().any(|part| what.starts_with(&format!("{part}: ")));
            let here = |what: &String| what.starts_with(&format!("{part}: "));
            difference.what.iter().any(|what| here(what) || !compared(what))
        };
        self.cases.saturating_sub(self.differing.iter().filter(differs).count())
    }
}

impl Report {
    /// How many cases there are.
    #[must_use]
    pub fn cases(&self) -> usize {
        self.suites.iter().map(|suite| suite.cases).sum()
    }

    /// All cases that differ.
    pub fn differing(&self) -> impl Iterator<Item = &Difference> {
        self.suites.iter().flat_map(|suite| &suite.differing)
    }
}

/// Runs every `*.jsonl` of a folder, or one such file. Cases without `expect` are not counted.
///
/// # Errors
///
/// When the folder or a file cannot be read.
pub fn run(path: &Path) -> std::io::Result<Report> {
    let mut files = Vec::new();
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            files.push(entry?.path());
        }
        files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
        files.sort();
    } else {
        files.push(path.to_path_buf());
    }
    let mut report = Report::default();
    for file in files {
        let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        report.suites.push(suite(name, &std::fs::read_to_string(&file)?));
    }
    Ok(report)
}

/// Runs the cases of a text, one on each line.
#[must_use]
pub fn suite(name: String, text: &str) -> Suite {
    let mut suite = Suite { name, cases: 0, differing: Vec::new() };
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let (id, what) = match serde_json::from_str::<Case>(line) {
            Ok(Case { expect: None, .. }) => continue,
            Ok(case) => {
                let what = case.expect.as_ref().map(|expect| case::compare(expect, &case.answer()));
                (case.id, what.unwrap_or_default())
            }
            Err(error) => (format!("line {}", number + 1), vec![format!("not a case: {error}")]),
        };
        suite.cases += 1;
        if !what.is_empty() {
            suite.differing.push(Difference { id, what });
        }
    }
    suite
}

/// The known divergences: reasons by case.
///
/// One on each line, the case and its reason; `#` begins a heading or a remark.
#[derive(Debug, Clone, Default)]
pub struct Divergences {
    reasons: BTreeMap<String, String>,
}

/// What the list of divergences and a report disagree about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Disagreement {
    /// Cases that differ and are not listed.
    pub unlisted: Vec<String>,
    /// Cases that are listed and do not differ any more.
    pub stale: Vec<String>,
}

impl Divergences {
    /// Reads the list.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let reasons = lines.map(|line| {
            let (id, reason) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            (id.to_owned(), reason.trim().to_owned())
        });
        Self { reasons: reasons.collect() }
    }

    /// Why a case differs, if it is listed.
    #[must_use]
    pub fn reason(&self, id: &str) -> Option<&str> {
        self.reasons.get(id).map(String::as_str)
    }

    /// How many are listed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.reasons.len()
    }

    /// Whether none is listed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.reasons.is_empty()
    }

    /// Compares the list with a report. Only cases of suites that were run can be stale.
    #[must_use]
    pub fn check(&self, report: &Report, was_run: impl Fn(&str) -> bool) -> Disagreement {
        let mut found = Disagreement::default();
        let differing: Vec<&str> = report.differing().map(|difference| difference.id.as_str()).collect();
        found.unlisted.extend(
            report
                .differing()
                .filter(|difference| !self.reasons.contains_key(&difference.id))
                .map(|difference| format!("{}: {}", difference.id, difference.what.join("; "))),
        );
        found.stale.extend(
            self.reasons.keys().filter(|id| was_run(id) && !differing.contains(&id.as_str())).cloned(),
        );
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_listed_must_differ_and_what_differs_must_be_listed() {
        let list = Divergences::parse("# heading\n\na/1  because\nb/2 why not\n");
        assert_eq!((list.reason("a/1"), list.len()), (Some("because"), 2));
        let differing = vec![
            Difference { id: "a/1".to_owned(), what: vec!["x".to_owned()] },
            Difference { id: "a/3".to_owned(), what: vec!["y".to_owned()] },
        ];
        let report = Report { suites: vec![Suite { name: "a".to_owned(), cases: 5, differing }] };
        let found = list.check(&report, |_| true);
        assert_eq!(found.unlisted, ["a/3: y"]);
        assert_eq!(found.stale, ["b/2"]);
        assert_eq!(list.check(&report, |id| id.starts_with("a/")).stale, Vec::<String>::new());
    }
}
