//! From sources to tests that can be run, with all diagnostics of all files at once.

use crate::diagnostics;
use crate::exit::Failure;
use crate::paint::Paint;
use clap::Args;
use faultfinder_engine::TestResult;
use faultfinder_spec::{Diagnostic, Source};
use serde_json::Value;
use std::path::PathBuf;

/// `--var`.
#[derive(Debug, Default, Args)]
pub(crate) struct Variables {
    /// A value for a variable, before the one in the file; repeatable
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable)]
    values: Vec<(String, String)>,
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("must be NAME=VALUE".to_owned()),
    }
}

/// Tests that can be run.
#[derive(Debug)]
pub(crate) struct Suite {
    /// The tests, in the order of the files.
    pub(crate) tests: Vec<Test>,
}

/// One test that can be run.
#[derive(Debug)]
pub(crate) struct Test {
    file: String,
    name: String,
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

impl Suite {
    /// Keeps the tests whose name contains a text.
    pub(crate) fn keep(&mut self, part: &str) -> Result<(), Failure> {
        let names: Vec<String> = self.tests.iter().map(|test| test.name.clone()).collect();
        self.tests.retain(|test| test.name.contains(part));
        if !self.tests.is_empty() {
            return Ok(());
        }
        let help = match names.as_slice() {
            [] => "there is no test at all".to_owned(),
            names => format!("there are: {}", crate::render::text::cut(&names.join(", "), 300)),
        };
        Err(Failure::usage_with_help(format!("--only: no test's name contains `{part}`"), help))
    }
}

impl Test {
    /// The file that defines it.
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// Runs it.
    pub(crate) async fn run(self) -> TestResult {
        std::future::pending().await
    }
}

/// The tests of files and folders. What is wrong is shown on standard error.
pub(crate) fn from_files(files: &[PathBuf], variables: &Variables) -> Result<Suite, Failure> {
    let (checked, suite) = load(read(files)?, variables);
    let paint = Paint::for_stderr();
    let text = diagnostics::of_files(&checked.found, paint);
    if !text.is_empty() {
        crate::output::note(text.trim_end());
    }
    if checked.is_valid() {
        return Ok(suite);
    }
    let counted = diagnostics::counts(&checked.found).unwrap_or_default();
    crate::output::note(&format!("{}: {counted}; nothing was run", paint.bad("invalid")));
    Err(Failure::Invalid)
}

/// What is wrong with files and folders.
pub(crate) fn check(files: &[PathBuf], variables: &Variables) -> Result<Checked, Failure> {
    Ok(load(read(files)?, variables).0)
}

/// The test of a definition that was put together from options.
pub(crate) fn from_options(text: &str) -> Result<Suite, Failure> {
    let (checked, suite) = load(vec![Source::new("command line", text)], &Variables::default());
    let paint = Paint::for_stderr();
    for diagnostic in checked.found.iter().flat_map(|(_, diagnostics)| diagnostics) {
        crate::output::note(&diagnostics::of_options(diagnostic, paint));
    }
    if checked.is_valid() { Ok(suite) } else { Err(Failure::Invalid) }
}

/// The test of one definition of the lab, or what is wrong with it.
pub(crate) fn from_definition(name: &str, definition: &Value) -> Result<Test, Vec<Diagnostic>> {
    let (mut checked, mut suite) = load(vec![Source::new(name, &definition.to_string())], &Variables::default());
    let valid = checked.is_valid();
    match (valid, suite.tests.pop()) {
        (true, Some(test)) => Ok(test),
        _ => Err(checked.found.pop().map(|(_, diagnostics)| diagnostics).unwrap_or_default()),
    }
}

fn read(files: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    crate::files::read(files).map_err(|problems| {
        let paint = Paint::for_stderr();
        for problem in problems {
            crate::output::note(&format!("{}: {problem}", paint.bad("error")));
        }
        Failure::Invalid
    })
}

/// Reads all sources; a suite of what can be run, and everything that is wrong.
fn load(sources: Vec<Source>, _variables: &Variables) -> (Checked, Suite) {
    let mut found = Vec::new();
    let mut tests = Vec::new();
    for source in sources {
        let parsed = faultfinder_spec::parse(&source);
        for test in parsed.document.iter().flat_map(|document| &document.tests) {
            tests.push(Test { file: source.name().to_owned(), name: format!("{:?}", test.name) });
        }
        found.push((source, parsed.diagnostics));
    }
    (Checked { found, tests: tests.len() }, Suite { tests })
}
