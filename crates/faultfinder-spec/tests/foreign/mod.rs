//! What the tests of foreign formats share: import and diagnostics as text, and files with one value replaced.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests, which the configured exemption does not see"
)]

use faultfinder_spec::{Diagnostic, ForeignFormat, Source, check_variables, import, parse};

/// Files of a format, with their names.
pub(crate) struct Corpus {
    pub(crate) format: ForeignFormat,
    pub(crate) files: &'static [(&'static str, &'static str)],
}

/// What is said of a source, as it is shown.
pub(crate) fn diagnostics(source: &Source, with_errors: bool) -> String {
    let parsed = parse(source);
    assert_eq!(parsed.has_errors(), with_errors, "{:?}\n{}", parsed.diagnostics, source.text());
    shown(source, &parsed.diagnostics)
}

fn shown(source: &Source, diagnostics: &[Diagnostic]) -> String {
    let all: Vec<String> = diagnostics.iter().map(|diagnostic| diagnostic.render(source, false)).collect();
    all.join("\n\n")
}

/// A file as a native one, which reads as the file itself does; behind it, what is warned of.
pub(crate) fn imported(corpus: &Corpus, source: &Source) -> String {
    let (text, warnings) = match import(source, corpus.format) {
        Ok(imported) => imported,
        Err(wrong) => panic!("{}", shown(source, &wrong)),
    };
    let (original, native) = (parse(source), parse(&Source::new("native.yaml", &text)));
    assert!(native.diagnostics.is_empty(), "{:?}\n{text}", native.diagnostics);
    let count =
        |parsed: &faultfinder_spec::Parsed| parsed.document.as_ref().map(|document| document.tests.len());
    assert_eq!(count(&original), count(&native));
    format!("{text}\n=== warnings\n\n{}", shown(source, &warnings))
}

/// What takes the place of a value.
const VALUES: &[&str] = &["~", "-7", "\"{{ x\"", "[1, 2]", "{ a: b }", "''"];

/// Replaces each value of a text, with all that is in it, by values of other kinds: each gives diagnostics or a document.
pub(crate) fn survives_mutation(corpus: &Corpus, text: &str, source: impl Fn(&str) -> Source) {
    let lines: Vec<&str> = text.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    for (at, line) in lines.iter().enumerate() {
        let dash = line.trim_start().strip_prefix("- ").map(|_| indent(line) + 2);
        let key = line.find(": ").map(|at| at + 2).or_else(|| line.ends_with(':').then_some(line.len()));
        for start in [dash, key].into_iter().flatten() {
            let (head, _) = line.split_at(start.min(line.len()));
            let inside = |other: &&&str| indent(other) > indent(line) && !other.trim().is_empty();
            let rest: Vec<&str> = lines[at + 1..].iter().skip_while(inside).copied().collect();
            for value in VALUES {
                let mutated = format!("{}\n{head} {value}\n{}\n", lines[..at].join("\n"), rest.join("\n"));
                survives(corpus, &source(&mutated));
            }
        }
    }
}

/// Reads a source in every way there is.
pub(crate) fn survives(corpus: &Corpus, source: &Source) {
    let parsed = parse(source);
    let mut diagnostics = parsed.diagnostics.clone();
    if let Some(document) = &parsed.document {
        diagnostics.extend(check_variables(document, &[]));
    }
    for diagnostic in &diagnostics {
        assert!(!diagnostic.render(source, false).is_empty());
    }
    // What can be imported can be read.
    if let Ok((text, _)) = import(source, corpus.format) {
        let native = parse(&Source::new("native.yaml", &text));
        let flaws: Vec<_> = native.diagnostics.iter().map(|one| &one.message).collect();
        let own: Vec<_> = parsed.diagnostics.iter().map(|one| &one.message).collect();
        assert!(native.document.is_some(), "{flaws:?} {own:?}\n{text}");
    }
}
