//! Where results go: standard output, a file that appears whole or not at all, or a device or pipe.

use crate::exit::Failure;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Where the results of a command go.
pub(crate) enum Output {
    /// Standard output.
    Stdout(BufWriter<io::Stdout>),
    /// A file; it gets its name only when everything has been written.
    File { writer: BufWriter<NamedTempFile>, target: PathBuf },
    /// A device, a pipe, or anything else that is not a regular file: nothing may take its place.
    Special { writer: BufWriter<File>, target: PathBuf },
}

/// How much is written in one call, in bytes: some dozens of results.
const BUFFER_BYTES: usize = 64 << 10;

/// The mode of a new file, before the umask of this process.
const NEW_FILE_MODE: u32 = 0o666;

impl Output {
    /// Standard output, or the file of that name when there is one. `-` is standard output, too.
    ///
    /// A link is followed: the file that it leads to gets new contents, and keeps its mode and owner.
    pub(crate) fn open(file: Option<&Path>) -> Result<Self, Failure> {
        let Some(target) = file.filter(|file| *file != Path::new("-")) else {
            return Ok(Self::Stdout(BufWriter::with_capacity(BUFFER_BYTES, io::stdout())));
        };
        let cannot =
            |error: io::Error| Failure::usage(format!("{}: cannot be written: {error}", target.display()));
        let known = match fs::metadata(target) {
            Ok(known) => Some(known),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(cannot(error)),
        };
        if known.as_ref().is_some_and(Metadata::is_dir) {
            return Err(Failure::usage(format!("{}: is a directory", target.display())));
        }
        if known.is_some() {
            // Also tells whether the file may be written: its folder alone does not decide that.
            let file = OpenOptions::new().write(true).open(target).map_err(cannot)?;
            if known.as_ref().is_some_and(|known| !known.is_file()) {
                return Ok(Self::Special {
                    writer: BufWriter::with_capacity(BUFFER_BYTES, file),
                    target: target.to_owned(),
                });
            }
        }
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.exists()) {
            let why = format!("the folder {} does not exist", folder.display());
            return Err(Failure::usage(format!("{}: cannot be written: {why}", target.display())));
        }
        let target = followed(target).map_err(cannot)?;
        let temporary = beside(&target, known.as_ref()).map_err(cannot)?;
        Ok(Self::File { writer: BufWriter::with_capacity(BUFFER_BYTES, temporary), target })
    }

    /// Whether it is standard output.
    pub(crate) const fn is_stdout(&self) -> bool {
        matches!(self, Self::Stdout(_))
    }

    /// Writes text and shows it at once.
    pub(crate) fn write(&mut self, text: &str) -> Result<(), Failure> {
        self.add(text)?;
        self.flush()
    }

    /// Writes text, which may be shown later.
    pub(crate) fn add(&mut self, text: &str) -> Result<(), Failure> {
        self.add_bytes(text.as_bytes())
    }

    /// The same for text that is there as bytes.
    pub(crate) fn add_bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Stdout(writer) => Ok(writer.write_all(bytes)?),
            Self::File { writer, target } => {
                writer.write_all(bytes).map_err(|error| file_failure(target, &error))
            }
            Self::Special { writer, target } => {
                writer.write_all(bytes).map_err(|error| file_failure(target, &error))
            }
        }
    }

    /// Shows what was written. Of a file, nothing is seen before it is complete.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        match self {
            Self::Stdout(writer) => Ok(writer.flush()?),
            Self::File { .. } => Ok(()),
            Self::Special { writer, target } => writer.flush().map_err(|error| file_failure(target, &error)),
        }
    }

    /// Ends the output; a file gets its name now. One that is not ended leaves nothing behind.
    pub(crate) fn close(self) -> Result<(), Failure> {
        match self {
            Self::Stdout(_) => Ok(()),
            Self::Special { mut writer, target } => {
                writer.flush().map_err(|error| file_failure(&target, &error))
            }
            Self::File { writer, target } => {
                let temporary = writer.into_inner().map_err(io::IntoInnerError::into_error);
                let named = temporary.and_then(|temporary| Ok(temporary.persist(&target)?));
                named.map(drop).map_err(|error| file_failure(&target, &error))
            }
        }
    }
}

/// Refuses an output that is one of the files that are read: the results would take the place of what somebody wrote.
pub(crate) fn refuse_inputs<P: AsRef<Path>>(
    output: Option<&Path>,
    inputs: impl IntoIterator<Item = P>,
) -> Result<(), Failure> {
    let Some((file, whole)) = output.and_then(|file| Some((file, fs::canonicalize(file).ok()?))) else {
        return Ok(());
    };
    if inputs.into_iter().any(|input| fs::canonicalize(input).is_ok_and(|input| input == whole)) {
        let message = format!("{}: is one of the files that are read: choose another output", file.display());
        return Err(Failure::usage(message));
    }
    Ok(())
}

/// The file that a name leads to, through links, also when it is not there yet.
fn followed(target: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::read_link(target) {
            Ok(other) => Ok(target.parent().unwrap_or_else(|| Path::new("")).join(other)),
            Err(_) => Ok(target.to_owned()),
        },
        found => found,
    }
}

/// A file beside the target, so that renaming it does not cross file systems, with the mode and the owner of the one
/// whose place it will take.
fn beside(target: &Path, known: Option<&Metadata>) -> io::Result<NamedTempFile> {
    let name = target.file_name();
    let name =
        name.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it is not the name of a file"))?;
    let folder =
        target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let temporary = tempfile::Builder::new()
        .prefix(&format!(".{}.", name.to_string_lossy()))
        .permissions(fs::Permissions::from_mode(NEW_FILE_MODE))
        .tempfile_in(folder)?;
    if let Some(known) = known {
        // Only a privileged process can give files away, and only it needs to.
        let _ = std::os::unix::fs::fchown(temporary.as_file(), Some(known.uid()), Some(known.gid()));
        temporary.as_file().set_permissions(known.permissions())?;
    }
    Ok(temporary)
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
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

        let mut output = Output::open(Some(&target)).unwrap();
        output.write("whole").unwrap();
        output.close().unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "whole");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    fn write(target: &Path, text: &str) {
        let mut output = Output::open(Some(target)).unwrap();
        output.write(text).unwrap();
        output.close().unwrap();
    }

    #[test]
    fn a_link_stays_and_its_file_keeps_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("real.json"), folder.path().join("link.json"));
        std::os::unix::fs::symlink("real.json", &link).unwrap();
        // The file is made through the link.
        write(&link, "one");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        write(&link, "two");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "two");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o640);
    }

    #[test]
    fn whatever_is_no_regular_file_is_written_and_not_replaced() {
        use std::io::Read as _;
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let mode = rustix::fs::Mode::RWXU;
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || {
                let mut text = String::new();
                File::open(pipe).unwrap().read_to_string(&mut text).unwrap();
                text
            }
        });
        write(&pipe, "through");
        assert_eq!(reader.join().unwrap(), "through");
        assert!(!fs::metadata(&pipe).unwrap().is_file());
        write(Path::new("/dev/null"), "nowhere");
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[test]
    fn a_dash_is_standard_output() {
        assert!(Output::open(Some(Path::new("-"))).unwrap().is_stdout());
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let Err(Failure::Usage { message, .. }) = Output::open(Some(Path::new("/nowhere/out.json"))) else {
            panic!("it was opened");
        };
        assert_eq!(message, "/nowhere/out.json: cannot be written: the folder /nowhere does not exist");
    }

    #[test]
    fn what_is_read_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let (read, link, new) =
            (folder.path().join("a.yaml"), folder.path().join("link"), folder.path().join("out.json"));
        fs::write(&read, "tests").unwrap();
        std::os::unix::fs::symlink(&read, &link).unwrap();
        assert!(refuse_inputs(Some(&new), [&read]).is_ok());
        assert!(refuse_inputs(None, [&read]).is_ok());
        for output in [&read, &link] {
            assert!(matches!(refuse_inputs(Some(output), [&read]), Err(Failure::Usage { .. })));
        }
    }
}
