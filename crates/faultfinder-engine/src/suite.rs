//! Files -> tests that are ready to be run.

use crate::PlannedTest;
use crate::expectation::Expectation;
use crate::objections::TlsChecks;
use crate::pattern::fits;
use crate::scope::{Author, Outside, Scope};
use faultfinder_spec::{Diagnostic, Document, Source, check_variables, parse};
use std::sync::Arc;

/// The tests of some files, ready to be run.
#[derive(Debug, Default)]
pub struct Suite {
    tests: Vec<PlannedTest>,
    warnings: Vec<Diagnostic>,
}

/// Everything that is wrong with some files, without the environment and without running anything: `validate`.
/// `given` are the names of variables that the caller would define. What needs a value from outside is not judged.
#[must_use]
pub fn check(sources: &[Source], given: &[&str]) -> Vec<Diagnostic> {
    match Suite::load_of(Author::Ours, sources, Outside::Names(given)) {
        Ok(suite) => suite.with_objections(),
        Err(diagnostics) => diagnostics,
    }
}

impl Suite {
    /// Reads files. `given` variables (`--var`) hide those of the files; `environment` looks a variable of the process
    /// up. The same name in two files is fine.
    ///
    /// A request that cannot be made is not an error here: a run of its test says so. See
    /// [`PlannedTest::objections`].
    ///
    /// # Errors
    ///
    /// All that is wrong with all files, warnings included, when there is an error among it.
    pub fn load(
        sources: &[Source],
        given: &[(String, String)],
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Vec<Diagnostic>> {
        Self::load_of(Author::Ours, sources, Outside::Known { given, environment: &environment })
    }

    /// Reads a definition from someone who has no access to the files and the environment of this host: it came over a
    /// network. Everything it needs is in it: certificates, keys, schemas and trust anchors as text. A request that cannot be
    /// made is an error here.
    ///
    /// # Errors
    ///
    /// All that is wrong with it, warnings included, when there is an error among it.
    pub fn load_foreign(source: &Source) -> Result<Self, Vec<Diagnostic>> {
        let outside = Outside::Known { given: &[], environment: &|_| None };
        let suite = Self::load_of(Author::Foreign, std::slice::from_ref(source), outside)?;
        if suite.tests.iter().all(|test| test.objections().is_empty()) {
            Ok(suite)
        } else {
            Err(suite.with_objections())
        }
    }

    fn load_of(author: Author, sources: &[Source], outside: Outside<'_>) -> Result<Self, Vec<Diagnostic>> {
        let names = outside.names();
        let mut diagnostics = Vec::new();
        let mut tests = Vec::new();
        let mut tls = TlsChecks::default();
        for source in sources {
            let Some(Loaded { document, expectations, sound }) = read(source, &names, &mut diagnostics)
            else {
                continue;
            };
            let scope = match Scope::new(&document, outside, author) {
                Err(missing) => {
                    diagnostics.extend(missing);
                    continue;
                }
                // Planning draws on all variables, so they have to be sound.
                Ok(_) if !sound => continue,
                Ok(scope) => Arc::new(scope),
            };
            for (test, expectations) in document.tests.into_iter().zip(expectations) {
                tests.push(PlannedTest::new(test, expectations, &document.source, &scope, &mut tls));
            }
        }
        if diagnostics.iter().any(Diagnostic::is_error) {
            for test in &tests {
                diagnostics.extend(test.objections());
            }
            return Err(diagnostics);
        }
        Ok(Self { tests, warnings: diagnostics })
    }

    /// The warnings, and what is wrong with requests.
    fn with_objections(self) -> Vec<Diagnostic> {
        let mut diagnostics = self.warnings;
        for test in &self.tests {
            diagnostics.extend(test.objections());
        }
        diagnostics
    }

    /// The tests, in the order of the files.
    #[must_use]
    pub fn tests(&self) -> &[PlannedTest] {
        &self.tests
    }

    /// The tests by themselves, in the order of the files.
    #[must_use]
    pub fn into_tests(self) -> Vec<PlannedTest> {
        self.tests
    }

    /// What is probably not meant in the files.
    #[must_use]
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// Keeps the tests whose name fits a pattern: part of the name, without regard to case, or, when there is a `*` or
    /// `?` in it, a pattern for all of it.
    pub fn keep_only(&mut self, pattern: &str) {
        self.retain(|test| fits(pattern, test.name()));
    }

    /// Keeps the tests of which something holds.
    pub fn retain(&mut self, keep: impl FnMut(&PlannedTest) -> bool) {
        self.tests.retain(keep);
    }
}

/// A file that was read.
struct Loaded {
    document: Document,
    /// The assertions of each test.
    expectations: Vec<Vec<Expectation>>,
    /// Whether nothing is wrong with it so far.
    sound: bool,
}

/// Reads a file.
fn read(source: &Source, given: &[&str], diagnostics: &mut Vec<Diagnostic>) -> Option<Loaded> {
    let parsed = parse(source);
    let mut found = parsed.diagnostics;
    let mut expectations = Vec::new();
    if let Some(document) = &parsed.document {
        found.extend(check_variables(document, given));
        for test in &document.tests {
            let mut compiled = Vec::with_capacity(test.assertions.len());
            for (index, assertion) in test.assertions.iter().enumerate() {
                let path = test.path.as_ref().map_or_else(String::new, |path| format!("{path}."));
                match Expectation::load(assertion, format!("{path}assert[{index}]"), source) {
                    Ok(expectation) => compiled.push(expectation),
                    Err(diagnostic) => found.push(diagnostic),
                }
            }
            expectations.push(compiled);
        }
    }
    found.sort_by_key(|diagnostic| diagnostic.place);
    let sound = !found.iter().any(Diagnostic::is_error);
    diagnostics.append(&mut found);
    parsed.document.map(|document| Loaded { document, expectations, sound })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn diagnostics(text: &str) -> Vec<String> {
        let source = Source::new("t.yaml", text);
        let found = Suite::load(&[source], &[], |_| None).expect_err("no diagnostics");
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_fingerprint_changes_with_the_test_its_defaults_and_its_variables_only() {
        let fingerprint = |text: &str, given: &[(String, String)]| {
            let suite = Suite::load(&[Source::new("t.yaml", text)], given, |_| None).unwrap();
            suite.into_tests().pop().unwrap().fingerprint()
        };
        const TEXT: &str = "defaults: { every: 1m }\nvariables: { A: b }\ntests:\n  - name: other\n    tcp: { host: a.test, port: 1 }\n  - name: a\n    tcp: { host: a.test, port: 2 }\n";
        for (written, instead, same) in [
            ("tests:\n", "# a comment\n\ntests:\n", true),
            ("port: 1", "port: 3", true),
            ("{ host: a.test, port: 2 }", "\n      host: a.test\n      port: 2", true),
            ("port: 2", "port: 3", false),
            ("every: 1m", "every: 2m", false),
            ("A: b", "A: c", false),
            ("A: b", "A: { value: b, secret: true }", false),
        ] {
            let changed = TEXT.replace(written, instead);
            assert_eq!(fingerprint(TEXT, &[]) == fingerprint(&changed, &[]), same, "{instead}");
        }
        let given = [("A".to_owned(), "c".to_owned())];
        assert_ne!(fingerprint(TEXT, &[]), fingerprint(TEXT, &given));
    }

    #[test]
    fn assertions_are_checked_at_load_and_pointed_at() {
        let found = diagnostics(
            "tests:\n  - name: a\n    http: { url: 'http://a.test' }\n    assert:\n      - statsu is 200\n      - 'body matches a(b'\n      - { subject: status, operator: is, value: ok }\n",
        );
        assert_eq!(
            found,
            [
                "t.yaml:5:9: unknown subject `statsu`",
                "t.yaml:6:24: bad regular expression: unclosed group",
                "t.yaml:7:49: `ok` is not a valid status code",
            ]
        );
    }

    #[test]
    fn variables_are_checked_at_load() {
        let found = diagnostics(
            "variables:\n  A: '{{ B }}'\n  B: '{{ A }}'\n  C: { env: NOT_SET }\ntests:\n  - name: a\n    http: { url: 'http://{{ HOST }}/' }\n",
        );
        assert!(found.iter().any(|text| text.contains("undefined variable `HOST`")), "{found:?}");
        assert!(found.len() >= 2, "{found:?}");
        let found = diagnostics(
            "variables:\n  C: { env: NOT_SET }\ntests:\n  - name: a\n    http: { url: 'http://a/{{ C }}' }\n",
        );
        assert_eq!(found, ["t.yaml:2:13: the environment has no variable `NOT_SET`"]);
    }
}
