//! What files of other tools need and do not say.

use crate::exit::Failure;
use clap::Args;
use faultfinder_spec::{ForeignFormat, ForeignOptions, Source, may_have_format};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// Options for files of other tools.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Files of other tools")]
pub(crate) struct ForeignArguments {
    /// Use only this module of a blackbox.yml
    #[arg(long, value_name = "NAME")]
    module: Option<String>,

    /// What the modules of a blackbox.yml probe, such as a URL or HOST:PORT; repeatable
    #[arg(long = "target", value_name = "TARGET")]
    targets: Vec<String>,

    /// Take more targets from this file: a list as Prometheus' file_sd has it, in JSON or YAML; repeatable
    #[arg(long = "target-file", value_name = "FILE")]
    target_files: Vec<PathBuf>,

    /// The folder with files that an export of Datadog only names: certificates, keys, uploads
    #[arg(long, value_name = "DIR")]
    material: Option<PathBuf>,
}

impl ForeignArguments {
    /// What they say, for every file alike; `given` are the names of variables that have a value from outside.
    pub(crate) fn options(&self, given: BTreeSet<String>) -> Result<Arc<ForeignOptions>, Failure> {
        let mut options = ForeignOptions::default();
        options.given = given;
        options.module.clone_from(&self.module);
        options.targets.clone_from(&self.targets);
        for file in &self.target_files {
            options.targets.extend(targets(file)?);
        }
        // Paths in a definition are relative to its folder, and this one is relative to where it was given.
        let whole = |folder: &PathBuf| std::path::absolute(folder).unwrap_or_else(|_| folder.clone());
        options.material = self.material.as_ref().map(|folder| whole(folder).display().to_string());
        Ok(Arc::new(options))
    }

    /// Refuses options that mean nothing because no file has the format that they are for.
    pub(crate) fn check_use(&self, sources: &[Source]) -> Result<(), Failure> {
        let of_blackbox = [
            (self.module.is_some(), "--module"),
            (!self.targets.is_empty(), "--target"),
            (!self.target_files.is_empty(), "--target-file"),
        ];
        let given: Vec<&str> =
            of_blackbox.into_iter().filter_map(|(is_given, name)| is_given.then_some(name)).collect();
        let is_missing = |format| !sources.iter().any(|source| may_have_format(source, format));
        if let Some(first) = given.first()
            && is_missing(ForeignFormat::Blackbox)
        {
            return Err(Failure::usage_with_help(
                format!("{first} is for the modules of blackbox_exporter, and none of these files has any"),
                format!(
                    "add the file with the modules (`faultfinder run blackbox.yml --module http_2xx --target \
                     https://example.com`), or leave out {}",
                    given.join(" and ")
                ),
            ));
        }
        if self.material.is_some() && is_missing(ForeignFormat::Datadog) {
            return Err(Failure::usage_with_help(
                "--material is for exports of Datadog, and none of these files is one",
                "add the export, or leave out --material: files of other definitions are found from their own folder",
            ));
        }
        Ok(())
    }
}

/// The targets of a file.
fn targets(file: &std::path::Path) -> Result<Vec<String>, Failure> {
    let name = file.display().to_string();
    let bytes = std::fs::read(file)
        .map_err(|error| Failure::usage(format!("--target-file {name} cannot be read: {error}")))?;
    let source = Source::from_bytes(&name, &bytes);
    faultfinder_spec::read_targets(&source).map_err(|wrong| {
        let found = [(source.clone(), wrong)];
        crate::output::note_unless_empty(&crate::diagnostics::of_files(
            &found,
            crate::paint::Paint::for_stderr(),
        ));
        Failure::Invalid
    })
}
