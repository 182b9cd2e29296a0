//! The file of accepted rings: it may only shrink.

use super::find::Ring;
use crate::tidy::violation::Violation;
use anyhow::{Result, bail};
use std::collections::BTreeSet;

/// The file, in the workspace.
pub(super) const LIST: &str = "xtask/rings.txt";

/// A line of the file.
struct Listed {
    /// Its number, from 1.
    line: usize,
    /// The crate.
    package: String,
    /// The files.
    files: BTreeSet<String>,
}

impl Listed {
    /// Whether a ring is this one.
    fn is(&self, ring: &Ring) -> bool {
        self.contains(ring) && self.files.len() == ring.files.len()
    }

    /// Whether a ring is this one or a part of it.
    fn contains(&self, ring: &Ring) -> bool {
        self.package == ring.package && ring.files.iter().all(|file| self.files.contains(file))
    }
}

/// All rings that the file does not list, and all that it lists but are gone or smaller.
pub(super) fn compare(text: &str, rings: &[Ring]) -> Vec<Violation> {
    let listed = read(text);
    let violation =
        |line, what: String, advice: String| Violation { file: LIST.to_owned(), line, what, advice };
    let mut violations = Vec::new();
    for ring in rings.iter().filter(|ring| !listed.iter().any(|listed| listed.contains(ring))) {
        let arrows = ring.arrows.iter().map(|((from, to), names)| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            format!("{from} -> {to}: {}", names.join(", "))
        });
        let arrows: Vec<String> = arrows.collect();
        let what = format!("a ring of {} files is new or has grown: {}", ring.files.len(), line_of(ring));
        let advice = format!(
            "no file may use a file that uses it; the ring consists of\n    {}",
            arrows.join("\n    ")
        );
        violations.push(violation(None, what, advice));
    }
    for row in listed.iter().filter(|listed| !rings.iter().any(|ring| listed.is(ring))) {
        let left: Vec<String> = rings.iter().filter(|ring| row.contains(ring)).map(line_of).collect();
        let (what, advice) = if left.is_empty() {
            ("is gone".to_owned(), "remove the line".to_owned())
        } else {
            ("is smaller".to_owned(), format!("replace the line by\n    {}", left.join("\n    ")))
        };
        let what = format!("a listed ring of {} {what}", row.package);
        let advice = format!("{advice}\n    (`cargo xtask rings --write` does it)");
        violations.push(violation(Some(row.line), what, advice));
    }
    violations
}

/// The file with the rings of today, if none of them is new or has grown.
pub(super) fn shrunk(text: &str, rings: &[Ring]) -> Result<String> {
    let listed = read(text);
    if let Some(ring) = rings.iter().find(|ring| !listed.iter().any(|listed| listed.contains(ring))) {
        bail!("the list may only shrink, and this ring is new or has grown: {}", line_of(ring));
    }
    let comment = text.lines().filter(|line| !is_row(line)).map(str::to_owned);
    let mut rows: Vec<String> = rings.iter().map(line_of).collect();
    rows.sort();
    Ok(comment.chain(rows).map(|line| line + "\n").collect())
}

/// A ring as a line of the file.
fn line_of(ring: &Ring) -> String {
    format!("{}: {}", ring.package, ring.files.join(" "))
}

/// Whether a line lists a ring.
fn is_row(line: &str) -> bool {
    !line.trim().is_empty() && !line.starts_with('#')
}

/// The rings that the file lists.
fn read(text: &str) -> Vec<Listed> {
    let rows = text.lines().enumerate().filter(|(_, line)| is_row(line)).map(|(place, line)| {
        let (package, files) = line.split_once(':').unwrap_or((line, ""));
        let files = files.split_whitespace().map(str::to_owned).collect();
        Listed { line: place + 1, package: package.to_owned(), files }
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::{Ring, compare, shrunk};

    fn ring(package: &str, files: &[&str]) -> Ring {
        let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
        Ring { package: package.to_owned(), files, ..Ring::default() }
    }

    /// Line and first line of what is wrong.
    fn found(text: &str, rings: &[Ring]) -> Vec<(Option<usize>, String)> {
        compare(text, rings).into_iter().map(|violation| (violation.line, violation.what)).collect()
    }

    const TEXT: &str = "# About.\n\na: x y\na: p q r\n";

    #[test]
    fn the_listed_rings_pass() {
        assert_eq!(found(TEXT, &[ring("a", &["p", "q", "r"]), ring("a", &["x", "y"])]), []);
    }

    #[test]
    fn a_new_ring_and_one_that_has_grown_are_found() {
        let known = [ring("a", &["p", "q", "r"]), ring("a", &["x", "y"])];
        for new in [ring("b", &["x", "y"]), ring("a", &["x", "z"])] {
            let rings = [&known[..], &[new]].concat();
            let found = found(TEXT, &rings);
            assert!(found.len() == 1 && found[0].1.contains("is new or has grown"), "{found:?}");
            assert!(shrunk(TEXT, &rings).is_err());
        }
        let grown = found(TEXT, &[ring("a", &["p", "q", "r"]), ring("a", &["x", "y", "z"])]);
        assert_eq!(grown.len(), 2, "{grown:?}");
    }

    #[test]
    fn a_listed_ring_that_is_gone_or_smaller_is_stale() {
        let rings = [ring("a", &["p", "q"])];
        let expected = [
            (Some(3), "a listed ring of a is gone".to_owned()),
            (Some(4), "a listed ring of a is smaller".to_owned()),
        ];
        assert_eq!(found(TEXT, &rings), expected);
        assert_eq!(shrunk(TEXT, &rings).unwrap(), "# About.\n\na: p q\n");
    }
}
