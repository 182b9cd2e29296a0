//! From sources to tests that can be run, with all diagnostics of all files at once.

use crate::diagnostics;
use crate::exit::Failure;
use crate::foreign::ForeignArguments;
use crate::paint::Paint;
use crate::selection::Selection;
use crate::sources::{LeftOut, Sources, note_left_out};
use clap::Args;
use faultfinder_engine::{
    CutOff, EmptyFolder, NotRun, PlannedTest, RunOptions, TestResult, UnreadFile, Unused,
};
use faultfinder_net::Vantage;
use faultfinder_spec::{Diagnostic, Source, Variable};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// `--var`.
#[derive(Debug, Default, Args)]
pub(crate) struct Variables {
    /// A value for a variable, which hides the one in the file; repeatable
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable)]
    values: Vec<(String, String)>,

    /// Take variables from this file, which come before those of the definitions; repeatable, the last one counts
    #[arg(id = "vars", long = "vars", value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl Variables {
    /// Those of `--vars`; of the same name the last one.
    fn of_files(&self) -> Result<Vec<Variable>, Failure> {
        let mut all: Vec<Variable> = Vec::new();
        for file in &self.files {
            let variables = faultfinder_engine::variables_of(file)
                .map_err(|why| Failure::usage(format!("--vars {}: {why}", file.display())))?;
            all.retain(|known| variables.iter().all(|variable| variable.name.value != known.name.value));
            all.extend(variables);
        }
        Ok(all)
    }

    /// The names of all, with those of files.
    fn names(&self, of_files: &[Variable]) -> impl Iterator<Item = String> {
        let of_files = of_files.iter().map(|variable| variable.name.value.clone());
        self.values.iter().map(|(name, _)| name.clone()).chain(of_files)
    }
}

impl Variables {
    /// Warns of what is probably not meant: values that change nothing, and values that are empty.
    fn note_unmeant(&self, unused: &[Unused]) {
        for Unused { name, nearest } in unused {
            let message =
                format!("--var {name} changes nothing: no test of these files uses {{{{ {name} }}}}");
            let help = nearest.as_ref().map(|near| format!("did you mean `{near}`?"));
            crate::finish::warn(&message, help.as_deref());
        }
        let is_used = |name: &str| unused.iter().all(|unused| unused.name != name);
        let is_last = |name: &str, value: &str| {
            self.values.iter().rev().find(|(other, _)| other == name).is_some_and(|(_, last)| last == value)
        };
        let is_empty = |name: &str, value: &str| value.is_empty() && is_last(name, value) && is_used(name);
        for (name, _) in self.values.iter().filter(|(name, value)| is_empty(name, value)) {
            let message = format!(
                "--var {name} has no value: {{{{ {name} }}}} becomes empty text, whatever the file says"
            );
            let help =
                format!("give a value (`--var {name}=VALUE`), or leave the option out to use the file's");
            crate::finish::warn(&message, Some(&help));
        }
    }
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("must be NAME=VALUE".to_owned()),
    }
}

/// One run of a test: a place in a suite.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    suite: Arc<faultfinder_engine::Suite>,
    place: usize,
    /// Which of several runs of the test it is.
    repetition: Option<u32>,
}

impl Test {
    /// The same test, as one of several runs.
    pub(crate) fn repeated(mut self, number: u32) -> Self {
        self.repetition = Some(number);
        self
    }

    /// Its name as written.
    pub(crate) fn name(&self) -> &str {
        self.planned().map_or("", PlannedTest::name)
    }

    /// The file that defines it.
    pub(crate) fn file(&self) -> &str {
        self.planned().map_or("", PlannedTest::shown_file)
    }

    /// Whether it begins with TLS, or may do so.
    pub(crate) fn may_begin_with_tls(&self) -> bool {
        self.planned().is_some_and(PlannedTest::may_begin_with_tls)
    }

    fn planned(&self) -> Option<&PlannedTest> {
        self.suite.tests().get(self.place)
    }

    /// Runs it; nothing if there is no such test in its suite, which cannot be.
    pub(crate) async fn run(self, vantage: Arc<Vantage>) -> Option<TestResult> {
        let test = self.suite.tests().get(self.place)?;
        let mut result = faultfinder_engine::run(&vantage, test, &RunOptions::default()).await;
        result.repetition = self.repetition;
        Some(result)
    }

    /// What a report says of it when it has no result.
    pub(crate) fn not_run(&self, reason: CutOff) -> Option<NotRun> {
        let test = self.planned()?;
        Some(NotRun {
            name: test.name().to_owned(),
            id: test.id().to_owned(),
            file: test.shown_file().to_owned(),
            line: test.line(),
            tags: test.tags().map(str::to_owned).collect(),
            repetition: self.repetition,
            test_type: test.test_type(),
            reason,
        })
    }
}

/// What was found in files.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    /// Files of folders that are left out.
    pub(crate) left_out: Vec<LeftOut>,
    /// Files that cannot be read, and folders without tests. If there are any, nothing else was looked at.
    pub(crate) unread: Vec<UnreadFile>,
    /// Every file, with what is wrong with it.
    pub(crate) found: Vec<(Source, Vec<Diagnostic>)>,
    /// How many tests there are.
    pub(crate) tests: usize,
}

impl Checked {
    /// Whether everything can be run.
    pub(crate) fn is_valid(&self) -> bool {
        self.unread.is_empty()
            && self
                .found
                .iter()
                .flat_map(|(_, diagnostics)| diagnostics)
                .all(|diagnostic| !diagnostic.is_error())
    }
}

/// The selected tests of files and folders. What is wrong is shown on standard error.
pub(crate) fn from_files(
    files: &[PathBuf],
    variables: &Variables,
    foreign: &ForeignArguments,
    selection: &Selection,
) -> Result<Vec<Test>, Failure> {
    let of_files = variables.of_files()?;
    let of_environment = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let given = variables.names(&of_files).chain(of_environment).collect();
    let mut sources = Sources::read(files, EmptyFolder::IsWrong, foreign, given)?;
    let load = |sources: &Sources| {
        let environment = |name: &str| std::env::var(name).ok();
        faultfinder_engine::Suite::load_with(&sources.all, &of_files, &variables.values, environment)
    };
    let mut loaded = load(&sources);
    if let Err(wrong) = &loaded {
        let left_out = sources.leave_out(wrong);
        note_left_out(&left_out);
        if sources.all.is_empty() {
            return Err(Failure::usage_with_help(NO_TESTS, HOW_TO_SEE_WHY));
        }
        if !left_out.is_empty() {
            loaded = load(&sources);
        }
    }
    let paint = Paint::for_stderr();
    match loaded {
        Ok(mut suite) => {
            let found = by_source(sources.all, suite.warnings().to_vec());
            crate::output::note_unless_empty(&diagnostics::of_files(&found, paint));
            variables.note_unmeant(suite.unused());
            selection.apply(&mut suite)?;
            leave_out_heartbeats(&mut suite);
            Ok(all(suite))
        }
        Err(wrong) => {
            let found = by_source(sources.all, wrong);
            crate::output::note_unless_empty(&diagnostics::of_files(&found, paint));
            crate::output::note_unless_empty(&crate::render::github::of_files(&found));
            let counted = diagnostics::counts(&found).unwrap_or_default();
            crate::output::note(&format!("{}: {counted}; nothing was run", paint.bad("invalid")));
            Err(Failure::Invalid)
        }
    }
}

/// Leaves heartbeats out, and says so: they report by themselves.
fn leave_out_heartbeats(suite: &mut faultfinder_engine::Suite) {
    let count = suite.tests().iter().filter(|test| test.heartbeat().is_some()).count();
    if count > 0 {
        suite.retain(|test| test.heartbeat().is_none());
        let heartbeats = if count == 1 { "1 heartbeat is" } else { &format!("{count} heartbeats are") };
        let help = "`faultfinder serve` awaits what they report";
        crate::finish::warn(&format!("{heartbeats} left out: there is nothing to run"), Some(help));
    }
}

/// What is wrong with files and folders.
pub(crate) fn check(
    files: &[PathBuf],
    variables: &Variables,
    foreign: &ForeignArguments,
) -> Result<Checked, Failure> {
    let of_files = variables.of_files()?;
    let given = variables.names(&of_files).collect();
    let mut sources = match Sources::read_all(files, EmptyFolder::IsWrong, foreign, given)? {
        Ok(sources) => sources,
        Err(unread) => return Ok(Checked { unread, ..Checked::default() }),
    };
    let names: Vec<&str> = variables.values.iter().map(|(name, _)| name.as_str()).collect();
    let (mut wrong, mut tests) = faultfinder_engine::check(&sources.all, &of_files, &names);
    let left_out = sources.leave_out(&wrong);
    if sources.all.is_empty() {
        let unread = |path: &PathBuf| UnreadFile { path: path.clone(), why: NO_TESTS.to_owned() };
        return Ok(Checked { unread: files.iter().map(unread).collect(), left_out, ..Checked::default() });
    }
    if !left_out.is_empty() {
        (wrong, tests) = faultfinder_engine::check(&sources.all, &of_files, &names);
    }
    let written =
        |source: &Source| faultfinder_spec::parse(source).document.map_or(0, |document| document.tests.len());
    let tests = tests.unwrap_or_else(|| sources.all.iter().map(written).sum());
    Ok(Checked { found: by_source(sources.all, wrong), left_out, tests, ..Checked::default() })
}

/// Something must be left when files without tests are left out.
const NO_TESTS: &str = "no file there holds tests";
const HOW_TO_SEE_WHY: &str = "`faultfinder run FILE` says of a file why it is not one with tests";

/// What is wrong with the definitions of a service, which may ask for variables of the environment.
pub(crate) fn check_served(files: &[PathBuf]) -> Result<Checked, Failure> {
    let sources =
        Sources::read(files, EmptyFolder::IsFine, &ForeignArguments::default(), BTreeSet::new())?.all;
    let (tests, wrong) =
        match faultfinder_engine::Suite::load(&sources, &[], |name: &str| std::env::var(name).ok()) {
            Ok(suite) => (suite.tests().len(), suite.warnings().to_vec()),
            Err(wrong) => (0, wrong),
        };
    Ok(Checked { found: by_source(sources, wrong), tests, ..Checked::default() })
}

/// The test of a definition that was put together from options. What is wrong is shown with the name of the option, which
/// `origin` knows by the path of the field.
pub(crate) fn from_options(
    text: &str,
    origin: impl Fn(&str) -> Option<String>,
) -> Result<Vec<Test>, Failure> {
    let source = Source::new("command line", text);
    let (suite, wrong) = match faultfinder_engine::Suite::load(&[source], &[], |_| None) {
        Ok(suite) => {
            let warnings = suite.warnings().to_vec();
            (Some(suite), warnings)
        }
        Err(wrong) => (None, wrong),
    };
    note_options(&wrong, origin);
    suite.map(all).ok_or(Failure::Invalid)
}

/// Shows what is wrong with options on standard error.
pub(crate) fn note_options(wrong: &[Diagnostic], origin: impl Fn(&str) -> Option<String>) {
    for diagnostic in wrong {
        let option = diagnostic.path.as_deref().and_then(&origin);
        crate::output::note(&diagnostics::of_option(diagnostic, option.as_deref(), Paint::for_stderr()));
    }
}

/// The test of one definition of the lab, or what is wrong with it.
pub(crate) fn from_definition(name: &str, definition: &Value) -> Result<Test, Vec<Diagnostic>> {
    let source = Source::new(name, &definition.to_string());
    let suite = faultfinder_engine::Suite::load(&[source], &[], |_| None)?;
    all(suite).pop().ok_or_else(Vec::new)
}

fn all(suite: faultfinder_engine::Suite) -> Vec<Test> {
    let suite = Arc::new(suite);
    (0..suite.tests().len())
        .map(|place| Test { suite: Arc::clone(&suite), place, repetition: None })
        .collect()
}

/// Every source with the diagnostics that are about it.
fn by_source(sources: Vec<Source>, diagnostics: Vec<Diagnostic>) -> Vec<(Source, Vec<Diagnostic>)> {
    let mut found: Vec<(Source, Vec<Diagnostic>)> =
        sources.into_iter().map(|source| (source, Vec::new())).collect();
    for diagnostic in diagnostics {
        if let Some((_, of_source)) = found.iter_mut().find(|(source, _)| source.name() == diagnostic.source)
        {
            of_source.push(diagnostic);
        }
    }
    found
}
