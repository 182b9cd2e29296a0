//! Where results go: standard output, or a file that appears whole or not at all.

use crate::exit::Failure;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Where the results of a command go.
pub(crate) enum Output {
    /// Standard output.
    Stdout(BufWriter<io::Stdout>),
    /// A file; it gets its name only when everything has been written.
    File { writer: BufWriter<File>, temporary: PathBuf, target: PathBuf },
}

impl Output {
    /// Standard output, or the file of that name when there is one.
    pub(crate) fn open(file: Option<&Path>) -> Result<Self, Failure> {
        let Some(target) = file else {
            return Ok(Self::Stdout(BufWriter::new(io::stdout())));
        };
        let Some(name) = target.file_name() else {
            return Err(Failure::usage(format!("{}: is not the name of a file", target.display())));
        };
        if target.is_dir() {
            return Err(Failure::usage(format!("{}: is a directory", target.display())));
        }
        let temporary = target.with_file_name(format!(".{}.{}", name.to_string_lossy(), std::process::id()));
        // Beside the target, so that renaming it does not cross file systems.
        let file = File::create(&temporary)
            .map_err(|error| Failure::usage(format!("{}: cannot be written: {error}", target.display())))?;
        Ok(Self::File { writer: BufWriter::new(file), temporary, target: target.to_owned() })
    }

    /// Whether it is standard output.
    pub(crate) const fn is_stdout(&self) -> bool {
        matches!(self, Self::Stdout(_))
    }

    /// Writes text and shows it at once.
    pub(crate) fn write(&mut self, text: &str) -> Result<(), Failure> {
        match self {
            Self::Stdout(writer) => {
                writer.write_all(text.as_bytes())?;
                writer.flush()?;
            }
            Self::File { writer, target, .. } => {
                writer.write_all(text.as_bytes()).map_err(|error| file_failure(target, &error))?;
            }
        }
        Ok(())
    }

    /// Ends the output; a file gets its name now.
    pub(crate) fn close(mut self) -> Result<(), Failure> {
        let Self::File { writer, temporary, target } = &mut self else {
            return Ok(());
        };
        let done = writer.flush().and_then(|()| std::fs::rename(&*temporary, &*target));
        done.map_err(|error| file_failure(target, &error))
    }
}

impl Drop for Output {
    /// A file that was not closed must not stay behind half written. After `close` it has another name.
    fn drop(&mut self) {
        if let Self::File { temporary, .. } = self {
            let _ = std::fs::remove_file(temporary);
        }
    }
}

fn file_failure(target: &Path, error: &io::Error) -> Failure {
    Failure::Ourselves(format!("{}: cannot be written: {error}", target.display()))
}

/// Writes text to standard output.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(())
}

/// Writes a line to standard error, and ignores failures.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// The same for text of several lines, if there is any.
pub(crate) fn note_unless_empty(text: &str) {
    if !text.is_empty() {
        note(text.trim_end());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out.json");
        let mut output = Output::open(Some(&target)).unwrap();
        output.write("half").unwrap();
        assert!(!target.exists());
        drop(output);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);

        let mut output = Output::open(Some(&target)).unwrap();
        output.write("whole").unwrap();
        output.close().unwrap();
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "whole");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let Err(Failure::Usage { message, .. }) = Output::open(Some(Path::new("/nowhere/out.json"))) else {
            panic!("it was opened");
        };
        assert!(message.starts_with("/nowhere/out.json: cannot be written: "), "{message}");
    }
}
