//! Rules on the text of sources.

use super::violation::Violation;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Folders that are not sources.
const SKIPPED: &[&str] = &["target", ".git", "corpus", "artifacts"];
/// Kinds of files that are looked at.
const TEXTS: &[&str] = &["rs", "toml", "md", "yaml", "yml", "json", "sh"];
/// Longer files are data.
const BYTES_MAX: u64 = 1024 * 1024;

/// A rule: what finds a violation in a line, what is wrong, and what to do.
struct Rule {
    /// Whether it is for Rust only.
    rust_only: bool,
    finds: fn(&str) -> bool,
    what: &'static str,
    advice: &'static str,
}

// The patterns are cut in two so that this file keeps its own rules.
const RULES: &[Rule] = &[
    Rule {
        rust_only: false,
        finds: |line| {
            [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:")]
                .iter()
                .any(|mark| has_word(line, mark))
        },
        what: "a note to self",
        advice: "do it now, or write down why it is as it is",
    },
    Rule {
        rust_only: true,
        finds: |line| line.contains(concat!("to", "do!(")) || line.contains(concat!("unimple", "mented!(")),
        what: "code that is not written",
        advice: "write it",
    },
    Rule {
        rust_only: true,
        finds: |line| line.contains(concat!("#[al", "low(")) || line.contains(concat!("#![al", "low(")),
        what: "a lint is silenced permanently",
        advice: "use #[expect(.., reason = \"..\")], which complains once it is no longer needed",
    },
    Rule {
        rust_only: true,
        // A function that others call may well begin with the word.
        finds: |line| line.contains(concat!("fn te", "st_")) && !line.trim_start().starts_with("pub"),
        what: "a test that is named for being a test",
        advice: "say the rule that it checks: `wildcard_covers_exactly_one_label`",
    },
    Rule {
        rust_only: false,
        finds: names_a_machine,
        what: "a path of one machine",
        advice: "use a path relative to the workspace, or a temporary folder",
    },
];

/// All violations in all sources.
pub(crate) fn check(root: &Path) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for path in files(root)? {
        let file = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        // A file that is not UTF-8 is not a source.
        if let Ok(text) = std::fs::read_to_string(&path) {
            violations.extend(check_text(&file, &text));
        }
    }
    Ok(violations)
}

/// All violations in one source.
fn check_text(file: &str, text: &str) -> Vec<Violation> {
    let is_rust = has_extension(file, "rs");
    let mut violations = Vec::new();
    let mut push = |line, what: &str, advice: &str| {
        let (what, advice) = (what.to_owned(), advice.to_owned());
        violations.push(Violation { file: file.to_owned(), line: Some(line), what, advice });
    };
    if is_rust && !opens_with_docs(text) {
        push(1, "the module does not open with `//!`", "say what it is for and what it leaves to others");
    }
    for (place, line) in text.lines().enumerate() {
        for rule in RULES.iter().filter(|rule| is_rust || !rule.rust_only) {
            if (rule.finds)(line) {
                push(place + 1, rule.what, rule.advice);
            }
        }
    }
    violations
}

/// Whether the first thing of a source, inner attributes aside, is its documentation.
fn opens_with_docs(text: &str) -> bool {
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty() && !line.starts_with("#![") && !line.starts_with("// "));
    first.is_some_and(|line| line.starts_with("//!"))
}

/// Whether a line has a word that is not part of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(place, _)| {
        let before = line.get(..place).and_then(|text| text.chars().next_back());
        let after = line.get(place + word.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(part_of_word) && !after.is_some_and(part_of_word)
    })
}

/// Whether a line has an absolute path into someone's folders.
fn names_a_machine(line: &str) -> bool {
    let roots = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/tm", "p/t/")];
    roots.iter().any(|root| {
        line.match_indices(root).any(|(place, _)| {
            let before = line.get(..place).and_then(|text| text.chars().next_back());
            before.is_none_or(|c| c.is_whitespace() || "\"'`(=:[<,".contains(c))
        })
    })
}

/// All files to look at.
pub(super) fn files(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries =
            std::fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            let name = entry.file_name().to_string_lossy().into_owned();
            if kind.is_dir() && !SKIPPED.contains(&name.as_str()) {
                folders.push(path);
            } else if kind.is_file() && is_text(&name) && entry.metadata()?.len() <= BYTES_MAX {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a file is looked at, by its name.
fn is_text(name: &str) -> bool {
    name == "run" || TEXTS.iter().any(|extension| has_extension(name, extension))
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found == extension)
}

#[cfg(test)]
mod tests {
    use super::check_text;

    /// The lines and texts of the violations in a source.
    fn found(file: &str, text: &str) -> Vec<(usize, String)> {
        check_text(file, text).into_iter().map(|found| (found.line.unwrap_or(0), found.what)).collect()
    }

    #[test]
    fn clean_sources_pass() {
        assert_eq!(found("a.rs", "#![no_main]\n//! Docs.\nfn wildcard_covers_one_label() {}\n"), []);
        assert_eq!(found("a.md", "TODOS are not notes; https://host/home/page is not a path\n"), []);
    }

    #[test]
    fn every_rule_finds_its_violation_on_its_line() {
        let rows = [
            (concat!("// TO", "DO later"), "a note to self"),
            (concat!("// (FIX", "ME)"), "a note to self"),
            (concat!("to", "do!()"), "code that is not written"),
            (concat!("#[al", "low(dead_code)]"), "a lint is silenced permanently"),
            (concat!("fn te", "st_it() {}"), "a test that is named for being a test"),
            (concat!("const P: &str = \"/ho", "me/me/x\";"), "a path of one machine"),
        ];
        for (line, what) in rows {
            let text = format!("//! Docs.\n\n{line}\n");
            assert_eq!(found("a.rs", &text), [(3, what.to_owned())], "{line}");
        }
    }

    #[test]
    fn a_module_without_docs_is_found() {
        assert_eq!(found("a.rs", "fn f() {}\n"), [(1, "the module does not open with `//!`".to_owned())]);
        assert_eq!(found("a.rs", "").len(), 1);
    }
}
