//! `faultfinder generate`: shell completions and man pages.

use crate::exit::{Exit, Failure, Outcome};
use clap::{Args, Subcommand};
use clap_complete::Shell;
use std::path::{Path, PathBuf};

/// What to generate.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  faultfinder generate completions bash > ~/.local/share/bash-completion/completions/faultfinder
  faultfinder generate completions zsh > ~/.zfunc/_faultfinder
  faultfinder generate man > faultfinder.1
  faultfinder generate man /usr/local/share/man/man1")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Completions for a shell, on standard output
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Man pages: the main one on standard output, or one per command into a folder
    Man {
        /// The folder; created if it does not exist
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
}

/// Generates, for this command line.
pub(crate) fn run(arguments: &Arguments, mut command: clap::Command) -> Outcome {
    match &arguments.what {
        What::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut command, "faultfinder", &mut text);
            crate::output::print(&String::from_utf8_lossy(&text))?;
        }
        What::Man { folder: None } => {
            crate::output::print(&page(command)?)?;
        }
        What::Man { folder: Some(folder) } => {
            std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
            // One page per command: faultfinder-probe-http.1
            clap_mangen::generate_to(command, folder).map_err(|error| unwritable(folder, &error))?;
            crate::output::note(&format!("wrote the man pages into {}", folder.display()));
        }
    }
    Ok(Exit::Passed)
}

fn page(command: clap::Command) -> Result<String, Failure> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command).render(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(format!("{}: cannot be written: {error}", path.display()))
}
