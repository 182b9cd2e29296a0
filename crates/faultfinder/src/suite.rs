//! From sources to tests that can be run, with all diagnostics of all files at once.

use crate::diagnostics;
use crate::exit::Failure;
use crate::paint::Paint;
use clap::Args;
use faultfinder_engine::{EmptyFolder, RunOptions, TestResult, Unused};
use faultfinder_net::Vantage;
use faultfinder_spec::{Diagnostic, Source};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;

/// `--var`.
#[derive(Debug, Default, Args)]
pub(crate) struct Variables {
    /// A value for a variable, which hides the one in the file; repeatable
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable)]
    values: Vec<(String, String)>,
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("must be NAME=VALUE".to_owned()),
    }
}

/// One test that can be run: a place in a suite.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    suite: Arc<faultfinder_engine::Suite>,
    place: usize,
}

impl Test {
    /// The file that defines it.
    pub(crate) fn file(&self) -> &str {
        self.suite.tests().get(self.place).map_or("", |test| test.file())
    }

    /// Runs it; nothing if there is no such test in its suite, which cannot be.
    pub(crate) async fn run(self, vantage: Arc<Vantage>) -> Option<TestResult> {
        let test = self.suite.tests().get(self.place)?;
        Some(faultfinder_engine::run(&vantage, test, &RunOptions::default()).await)
    }
}

/// What was found in files.
#[derive(Debug)]
pub(crate) struct Checked {
    /// Every file, with what is wrong with it.
    pub(crate) found: Vec<(Source, Vec<Diagnostic>)>,
    /// How many tests there are.
    pub(crate) tests: usize,
}

impl Checked {
    /// Whether everything can be run.
    pub(crate) fn is_valid(&self) -> bool {
        self.found.iter().flat_map(|(_, diagnostics)| diagnostics).all(|diagnostic| !diagnostic.is_error())
    }
}

/// The tests of files and folders whose name fits `only`. What is wrong is shown on standard error.
pub(crate) fn from_files(
    files: &[PathBuf],
    variables: &Variables,
    only: Option<&str>,
) -> Result<Vec<Test>, Failure> {
    let sources = read(files, EmptyFolder::IsWrong)?;
    let environment = |name: &str| std::env::var(name).ok();
    let paint = Paint::for_stderr();
    match faultfinder_engine::Suite::load(&sources, &variables.values, environment) {
        Ok(mut suite) => {
            let found = by_source(sources, suite.warnings().to_vec());
            crate::output::note_unless_empty(&diagnostics::of_files(&found, paint));
            for Unused { name, nearest } in suite.unused() {
                let meant =
                    nearest.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                let warning = format!("--var {name}: no file uses this variable{meant}");
                crate::output::note(&format!("{}: {warning}", paint.warn("warning")));
            }
            if let Some(pattern) = only {
                keep(&mut suite, pattern)?;
            }
            Ok(all(suite))
        }
        Err(wrong) => {
            let found = by_source(sources, wrong);
            crate::output::note_unless_empty(&diagnostics::of_files(&found, paint));
            let counted = diagnostics::counts(&found).unwrap_or_default();
            crate::output::note(&format!("{}: {counted}; nothing was run", paint.bad("invalid")));
            Err(Failure::Invalid)
        }
    }
}

/// What is wrong with files and folders.
pub(crate) fn check(files: &[PathBuf], variables: &Variables) -> Result<Checked, Failure> {
    let sources = read(files, EmptyFolder::IsWrong)?;
    let names: Vec<&str> = variables.values.iter().map(|(name, _)| name.as_str()).collect();
    let wrong = faultfinder_engine::check(&sources, &names);
    let tests_of =
        |source: &Source| faultfinder_spec::parse(source).document.map_or(0, |document| document.tests.len());
    let tests = sources.iter().map(tests_of).sum();
    Ok(Checked { found: by_source(sources, wrong), tests })
}

/// What is wrong with the definitions of a service, which may ask for variables of the environment.
pub(crate) fn check_served(files: &[PathBuf]) -> Result<Checked, Failure> {
    let sources = read(files, EmptyFolder::IsFine)?;
    let (tests, wrong) =
        match faultfinder_engine::Suite::load(&sources, &[], |name: &str| std::env::var(name).ok()) {
            Ok(suite) => (suite.tests().len(), suite.warnings().to_vec()),
            Err(wrong) => (0, wrong),
        };
    Ok(Checked { found: by_source(sources, wrong), tests })
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

/// Keeps the tests whose name fits a pattern; says which there are when there is none.
fn keep(suite: &mut faultfinder_engine::Suite, pattern: &str) -> Result<(), Failure> {
    /// Most characters of names that are listed.
    const NAMES_MAX: usize = 300;
    let names: Vec<String> = suite.tests().iter().map(|test| test.name().to_owned()).collect();
    suite.keep_only(pattern);
    if !suite.tests().is_empty() || names.is_empty() {
        return Ok(());
    }
    let names = crate::render::text::cut(&names.join(", "), NAMES_MAX);
    Err(Failure::usage_with_help(
        format!("--only: no test's name matches `{pattern}`"),
        format!("there are: {names}"),
    ))
}

fn all(suite: faultfinder_engine::Suite) -> Vec<Test> {
    let suite = Arc::new(suite);
    (0..suite.tests().len()).map(|place| Test { suite: Arc::clone(&suite), place }).collect()
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

fn read(files: &[PathBuf], empty: EmptyFolder) -> Result<Vec<Source>, Failure> {
    faultfinder_engine::read_sources(files, empty).map_err(|problems| {
        let paint = Paint::for_stderr();
        for problem in problems {
            crate::output::note(&format!("{}: {problem}", paint.bad("error")));
        }
        Failure::Invalid
    })
}
