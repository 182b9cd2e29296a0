//! The program, and the files that it runs.

use crate::child::{self, Usage};
use crate::definitions;
use crate::greeting::Greeting;
use crate::kind::Kind;
use anyhow::{Context as _, Result, ensure};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// The file with the root's certificate.
const ROOT: &str = "root.pem";

/// The program and a folder for its files.
#[derive(Debug)]
pub(crate) struct Program {
    path: PathBuf,
    folder: TempDir,
}

impl Program {
    /// The program at this path, or the one beside this executable.
    pub(crate) fn new(path: Option<PathBuf>, greeting: &Greeting) -> Result<Self> {
        let path = match path {
            Some(path) => path,
            None => std::env::current_exe()?.with_file_name("faultfinder"),
        };
        ensure!(
            path.is_file(),
            "{} does not exist: build it with `cargo build --release --package faultfinder`, or name another one with --program",
            path.display()
        );
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join(ROOT), &greeting.root)?;
        Ok(Self { path: std::path::absolute(path)?, folder })
    }

    /// A file of the folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The file with the root's certificate.
    pub(crate) fn root(&self) -> PathBuf {
        self.file(ROOT)
    }

    /// Writes so many definitions to a file.
    pub(crate) fn write(&self, kind: Kind, greeting: &Greeting, count: usize) -> Result<PathBuf> {
        let path = self.file(&format!("{}-{count}.yaml", kind.word()));
        std::fs::write(&path, definitions::file(kind, greeting, ROOT, 0..count)?)?;
        Ok(path)
    }

    /// Runs a file of definitions, all of which must pass.
    pub(crate) fn run(&self, definitions: &Path, concurrency: usize) -> Result<Usage> {
        self.run_under(&mut Command::new(&self.path), definitions, concurrency)
    }

    /// Runs a file of definitions under another program, which gets the program behind its own arguments.
    pub(crate) fn run_with(
        &self,
        mut launcher: Command,
        definitions: &Path,
        concurrency: usize,
    ) -> Result<Usage> {
        self.run_under(launcher.arg(&self.path), definitions, concurrency)
    }

    fn run_under(&self, command: &mut Command, definitions: &Path, concurrency: usize) -> Result<Usage> {
        command.arg("run").arg(definitions).args(["--format", "jsonl"]);
        command.args(["--concurrency", &concurrency.to_string()]);
        // It writes differently for a CI system.
        command.env_remove("GITHUB_ACTIONS");
        let (results, messages) = (self.file("results.jsonl"), self.file("messages.txt"));
        command.stdout(File::create(&results)?).stderr(File::create(&messages)?);
        child::run(command).with_context(|| {
            let messages = std::fs::read_to_string(&messages).unwrap_or_default();
            let results = std::fs::read_to_string(&results).unwrap_or_default();
            let bad = results.lines().find(|line| !line.contains(r#""status":"passed""#));
            format!("not all tests passed: {messages}{}", bad.unwrap_or_default())
        })
    }
}
