//! Files -> tests that are ready to be run.

use crate::PlannedTest;
use crate::braces;
use crate::compiled::Compiled;
use crate::expectation::{Lines, Loading};
use crate::include::{include, overlay};
use crate::pattern::fits;
use crate::runs::check_runs;
use crate::scope::{Author, Outside, Scope};
use crate::script::PlannedScript;
use crate::settings::Settings;
use crate::steps::Planner;
use faultfinder_assert::script::STARTING_BYTES;
use faultfinder_spec::{
    Action, Content, Diagnostic, Document, Exchange, ExtractionSource, Repeat, ScriptSource, Source, Step,
    Steps, Test, Variable, check_variables, parse,
};
use faultfinder_taxonomy::word::nearest;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Most tests of a definition that came over a network: what is read of them takes memory.
const FOREIGN_TESTS_MAX: usize = 10_000;

/// Most bytes of the programs of all regular expressions in a definition that came over a network, with what counts as such
/// of its scripts: several definitions are read at a time, and each of them takes this memory.
const FOREIGN_PROGRAMS_BYTES_MAX: usize = 32 << 20;

/// The tests of some files, ready to be run.
#[derive(Debug, Default)]
pub struct Suite {
    tests: Vec<PlannedTest>,
    warnings: Vec<Diagnostic>,
    unused: Vec<Unused>,
}

/// A variable that the caller gave and no file uses.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: a name, and what may have been meant")]
pub struct Unused {
    /// Its name.
    pub name: String,
    /// The name most like it that a file uses or defines.
    pub nearest: Option<String>,
}

/// Everything that is wrong with some files, without the environment and without running anything: `validate`; and how many
/// tests they have, if they can be loaded.
///
/// `before` come before the variables of the files, `given` are the names of others that the caller would define. What needs a
/// value from outside is not judged.
#[must_use]
pub fn check(sources: &[Source], before: &[Variable], given: &[&str]) -> (Vec<Diagnostic>, Option<usize>) {
    match Suite::load_of(Author::Ours, sources, before, Outside::Names(given)) {
        Ok(suite) => {
            let count = suite.tests.len();
            (suite.with_objections(), Some(count))
        }
        Err(diagnostics) => (diagnostics, None),
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
        Self::load_with(sources, &[], given, environment)
    }

    /// [`load`](Self::load) with variables that come before those of the files, as [`variables_of`](crate::variables_of) reads
    /// them; `given` ones come before these.
    ///
    /// # Errors
    ///
    /// All that is wrong with all files, warnings included, when there is an error among it.
    pub fn load_with(
        sources: &[Source],
        before: &[Variable],
        given: &[(String, String)],
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Vec<Diagnostic>> {
        Self::load_of(Author::Ours, sources, before, Outside::Known { given, environment: &environment })
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
        let source = source.clone().with_tests_max(FOREIGN_TESTS_MAX);
        let suite = Self::load_of(Author::Foreign, &[source], &[], outside)?;
        if suite.tests.iter().all(|test| test.objections().is_empty()) {
            Ok(suite)
        } else {
            Err(suite.with_objections())
        }
    }

    fn load_of(
        author: Author,
        sources: &[Source],
        before: &[Variable],
        outside: Outside<'_>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let names = outside.names();
        let mut diagnostics = Vec::new();
        let mut tests = Vec::new();
        let mut settings = Settings::default();
        let mut used = BTreeSet::new();
        for source in sources {
            let Some(loaded) = read(author, source, before, &names, &mut diagnostics) else { continue };
            let Loaded { document, compiled, scripts, sound } = loaded;
            used.extend(document.references.iter().map(|reference| reference.name.clone()));
            used.extend(document.variables.iter().map(|variable| variable.name.value.clone()));
            let scope = match Scope::new(&document, outside, author, &mut diagnostics) {
                Err(missing) => {
                    diagnostics.extend(missing);
                    continue;
                }
                // Planning draws on all variables, so they have to be sound.
                Ok(_) if !sound => continue,
                Ok(scope) => Arc::new(scope),
            };
            tests.append(&mut planned(document, compiled, scripts, &scope, &mut settings));
        }
        if diagnostics.iter().any(Diagnostic::is_error) {
            for test in &tests {
                diagnostics.extend(test.objections());
            }
            braces::merge(&mut diagnostics);
            return Err(diagnostics);
        }
        let unused = names.iter().filter(|name| !used.contains(**name));
        let unused = unused.map(|name| Unused {
            name: (*name).to_owned(),
            nearest: nearest(name, used.iter().map(String::as_str)).map(str::to_owned),
        });
        Ok(Self { tests, warnings: diagnostics, unused: unused.collect() })
    }

    /// The warnings, and what is wrong with requests.
    fn with_objections(self) -> Vec<Diagnostic> {
        let mut diagnostics = self.warnings;
        for test in &self.tests {
            diagnostics.extend(test.objections());
        }
        braces::merge(&mut diagnostics);
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

    /// The variables that were given and that no file uses.
    #[must_use]
    pub fn unused(&self) -> &[Unused] {
        &self.unused
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

/// Plans the tests of a file.
fn planned(
    mut document: Document,
    compiled: Vec<Vec<Compiled>>,
    scripts: Vec<Option<PlannedScript>>,
    scope: &Arc<Scope>,
    settings: &mut Settings,
) -> Vec<PlannedTest> {
    let (source, name) = (Arc::clone(&document.source), Arc::new(document.source.without_text()));
    let mut plan = |planner: &Planner<'_>, test: &Test, compiled: &[Compiled], script| {
        let mut planned = PlannedTest::new(test, (compiled, script), &source, scope, planner, settings);
        planned.lighten(&name);
        planned
    };
    // Those with steps may carry out others, and need to look at all of them.
    let planner = Planner::new(&document, &compiled, scope);
    let written = document.tests.iter().zip(&compiled).zip(scripts);
    let of_steps: Vec<Planned> = written
        .map(|((test, compiled), script)| match test.content.steps() {
            Some(_) => Planned::Done(Box::new(plan(&planner, test, compiled, script))),
            None => Planned::Open(script),
        })
        .collect();
    // The others are given up one by one as they are planned: all of them twice would take twice the memory.
    let written = std::mem::take(&mut document.tests);
    let planner = Planner::new(&document, &[], scope);
    let all = written.into_iter().zip(compiled).zip(of_steps);
    all.map(|((test, compiled), planned)| match planned {
        Planned::Done(planned) => *planned,
        Planned::Open(script) => plan(&planner, &test, &compiled, script),
    })
    .collect()
}

/// A test of a file that is being planned.
enum Planned {
    Done(Box<PlannedTest>),
    /// Not yet; its script that sets variables.
    Open(Option<PlannedScript>),
}

/// A file that was read.
struct Loaded {
    document: Document,
    /// What must hold in each step of each test; one request is one step.
    compiled: Vec<Vec<Compiled>>,
    /// The script of each test that sets variables before anything is sent.
    scripts: Vec<Option<PlannedScript>>,
    /// Whether nothing is wrong with it so far.
    sound: bool,
}

/// Reads a file.
fn read(
    author: Author,
    source: &Source,
    before: &[Variable],
    given: &[&str],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Loaded> {
    let parsed = parse(source);
    let mut found = parsed.diagnostics;
    let (mut compiled, mut scripts) = (Vec::new(), Vec::new());
    let (mut programs, mut lines) = (0_usize, Lines::default());
    let mut document = parsed.document;
    if let Some(document) = &mut document {
        include(document, author, &mut found);
        overlay(document, before);
    }
    if let Some(document) = &document {
        // What could not be read may use the variables that seem to be unused.
        let is_read = !found.iter().any(Diagnostic::is_error);
        found.extend(check_variables(document, given).into_iter().filter(|one| is_read || one.is_error()));
        found.extend(check_runs(document));
        for test in &document.tests {
            let of_test = compile(test, source, (author, &mut lines), &mut found);
            programs = of_test.iter().map(Compiled::program_bytes).fold(programs, usize::saturating_add);
            compiled.push(of_test);
            let script = script(test, source, &mut found);
            programs = programs.saturating_add(script.as_ref().map_or(0, |_| STARTING_BYTES));
            scripts.push(script);
            if author == Author::Foreign && programs > FOREIGN_PROGRAMS_BYTES_MAX {
                found.push(too_many_programs(test, source));
                break;
            }
        }
    }
    found.sort_by_key(|diagnostic| diagnostic.place);
    let sound = !found.iter().any(Diagnostic::is_error);
    diagnostics.append(&mut found);
    document.map(|document| Loaded { document, compiled, scripts, sound })
}

/// Compiles the script of a test that sets variables.
fn script(test: &Test, source: &Source, found: &mut Vec<Diagnostic>) -> Option<PlannedScript> {
    let written = test.script.as_ref()?;
    let prefix = test.path.as_deref().map_or_else(String::new, |path| format!("{path}."));
    let planned = PlannedScript::new(written, format!("{prefix}variables_javascript"), source);
    planned.map_err(|diagnostic| found.push(*diagnostic)).ok()
}

/// Compiles what must hold in each step of a test, and what is taken out of its answer; one request is one step.
fn compile(
    test: &Test,
    source: &Source,
    (author, lines): (Author, &mut Lines),
    found: &mut Vec<Diagnostic>,
) -> Vec<Compiled> {
    let mut compile = |exchange: &Exchange,
                       repeat: Option<&Repeat>,
                       extracted: (&[ExtractionSource], Option<&ScriptSource>),
                       path: Option<&str>| {
        let mut loading = Loading::new(source, &exchange.request, author, lines);
        let compiled = Compiled::new(&exchange.assertions, repeat, extracted, path, &mut loading);
        found.append(&mut loading.found);
        compiled
    };
    match &test.content {
        Content::Exchange(exchange) => vec![compile(exchange, None, (&[], None), test.path.as_deref())],
        Content::Steps(Steps { steps, .. }) => {
            let of_step = |step: &Step| match &step.action {
                Action::Exchange(exchange) => {
                    let extracted = (step.extractions.as_slice(), step.script.as_ref());
                    compile(exchange, step.repeat.as_ref(), extracted, step.path.as_deref())
                }
                Action::Wait(_) | Action::Run(_) => Compiled::default(),
            };
            steps.iter().map(of_step).collect()
        }
        Content::Heartbeat(_) => Vec::new(),
    }
}

fn too_many_programs(test: &Test, source: &Source) -> Diagnostic {
    let message =
        format!("the regular expressions up to here compile to more than {FOREIGN_PROGRAMS_BYTES_MAX} bytes");
    Diagnostic::error(source, test.name.place(), message)
        .with_help("use fewer or smaller repetitions, or fewer tests at once")
        .at(test.path.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultfinder_spec::Severity;

    #[track_caller]
    fn diagnostics(text: &str) -> Vec<String> {
        let source = Source::new("t.yaml", text);
        let found = Suite::load(&[source], &[], |_| None).expect_err("no diagnostics");
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_probably_not_meant_in_the_file_of_a_schema_is_a_warning() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("order.json"), r#"{ "requierd": ["id"] }"#).unwrap();
        let text =
            "tests: [{ name: a, http: { url: 'http://a.test/' }, assert: [body matches schema order.json] }]";
        let source = Source::new(&folder.path().join("t.yaml").display().to_string(), text);
        let suite = Suite::load(&[source], &[], |_| None).unwrap();
        let [warning] = suite.warnings() else { panic!("{:?}", suite.warnings()) };
        assert!(warning.message.contains("unknown keyword `requierd`"), "{warning}");
    }

    #[test]
    fn a_definition_from_outside_has_fewer_tests_than_a_file() {
        let source = |count: usize| {
            let tests: String = (0..count)
                .map(|n| format!("- {{ name: t{n}, tcp: {{ host: a.test, port: 1 }} }}\n"))
                .collect();
            Source::new("t.yaml", &tests)
        };
        assert_eq!(Suite::load_foreign(&source(FOREIGN_TESTS_MAX)).unwrap().tests().len(), FOREIGN_TESTS_MAX);
        let found = Suite::load_foreign(&source(FOREIGN_TESTS_MAX + 1)).map(drop).unwrap_err();
        assert!(found[0].message.contains("at most 10000") && found.len() == 1, "{found:?}");
        let more = source(FOREIGN_TESTS_MAX + 1);
        assert_eq!(Suite::load(&[more], &[], |_| None).unwrap().tests().len(), FOREIGN_TESTS_MAX + 1);
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
        // What other tests do is a part of it where it carries them out.
        let steps = TEXT.replace("tcp: { host: a.test, port: 2 }", "steps: [ { run: other } ]");
        assert_ne!(fingerprint(&steps, &[]), fingerprint(&steps.replace("port: 1", "port: 3"), &[]));
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
    fn one_brace_in_a_field_that_is_not_valid_with_it_is_one_error() {
        let checked = |rest: &str| {
            let text = format!("variables: {{ BASE: 'http://a.test' }}\ntests:\n  - name: a\n    {rest}\n");
            let found = check(&[Source::new("t.yaml", &text)], &[], &[]).0;
            found.iter().map(|one| format!("{}:{}", one.severity == Severity::Error, one)).collect::<Vec<_>>()
        };
        let error = "true:t.yaml:4:19: `{BASE}` is plain text, and the URL cannot be read";
        let found = checked("http: { url: '{BASE}/x' }");
        assert!(found.len() == 1 && found[0].starts_with(error), "{found:?}");
        let found = checked("http: { url: '${BASE}/x', headers: { x: '{BASE}' } }");
        assert!(
            found.len() == 2 && found[0].starts_with("true:t.yaml:4:20: `{BASE}` is plain text, and"),
            "{found:?}"
        );
        assert_eq!(found[1], "false:t.yaml:4:46: `{BASE}` is plain text");
        // Where such a text is valid, it may be meant.
        let found = checked("http: { url: 'http://a.test/{BASE}' }");
        assert_eq!(found, ["false:t.yaml:4:33: `{BASE}` is plain text"]);
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
