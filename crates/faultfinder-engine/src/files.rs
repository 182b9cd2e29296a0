//! Finding and reading definition files.
//!
//! A folder stands for the `*.yaml`, `*.yml` and `*.json` files in it and below, ordered by path; what begins with a
//! dot and `node_modules` are skipped, and links to folders are not followed (they may lead in circles). `-` is standard input.
//! A file that is reached by several paths is read once, under the first of them.

use faultfinder_spec::{DEFINITION_BYTES_MAX, Source};
use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// How deep folders are searched.
const DEPTH_MAX: usize = 32;

/// Most files below one folder.
const FILES_MAX: usize = 10_000;

/// The path that means standard input.
const STANDARD_INPUT: &str = "-";

/// Folders that are not searched, in addition to those that begin with a dot: packages of others, by the thousand.
const SKIPPED_FOLDERS: [&str; 1] = ["node_modules"];

/// What definition files are called.
const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// What a folder without definition files is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: it is a mistake, or not")]
pub enum EmptyFolder {
    /// A mistake: for who is about to run what is in it.
    IsWrong,
    /// Nothing special: for who waits for files to come.
    IsFine,
}

/// Files that were read.
#[derive(Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "closed: the files, and where they came from")]
pub struct ReadSources {
    /// All of them, in order.
    pub sources: Vec<Source>,
    /// The names of those that were found in a folder, and that no argument names.
    pub found: HashSet<String>,
}

/// A file or folder that cannot be read.
#[derive(Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: which one, and why")]
pub struct UnreadFile {
    /// Its path as it was given or found.
    pub path: PathBuf,
    /// Why it cannot be read.
    pub why: String,
}

impl std::fmt::Display for UnreadFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.why)
    }
}

/// Reads all files and folders, each file once; either all of them, or all that is wrong with them.
///
/// # Errors
///
/// What is wrong with each file and folder that cannot be read.
pub fn read_sources(arguments: &[PathBuf], empty: EmptyFolder) -> Result<ReadSources, Vec<UnreadFile>> {
    let mut problems = Vec::new();
    let mut read = ReadSources::default();
    let mut seen = HashSet::new();
    let named: HashSet<PathBuf> = arguments.iter().map(|path| real_path(path)).collect();
    for argument in arguments {
        let FoundFiles { files, problems: wrong } = find_files(argument);
        if files.is_empty() && wrong.is_empty() && empty == EmptyFolder::IsWrong {
            let why = "has no *.yaml, *.yml or *.json file".to_owned();
            problems.push(UnreadFile { path: argument.clone(), why });
        }
        problems.extend(wrong.into_iter().map(|(path, why)| UnreadFile { path, why: why.to_string() }));
        for path in files {
            let real = real_path(&path);
            let is_named = named.contains(&real);
            if !seen.insert(real) {
                continue;
            }
            match read_source(&path) {
                Ok(source) => {
                    if !is_named {
                        read.found.insert(source.name().to_owned());
                    }
                    read.sources.push(source);
                }
                Err(why) => problems.push(UnreadFile { path, why: why.to_string() }),
            }
        }
    }
    if problems.is_empty() { Ok(read) } else { Err(problems) }
}

/// The path by which a file is known, whatever links and dots lead to it; of one that cannot be looked at, the path as it is.
#[must_use]
pub fn real_path(path: &Path) -> PathBuf {
    if path == Path::new(STANDARD_INPUT) {
        return path.to_owned();
    }
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// What a path stands for.
#[derive(Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "closed: what was found, and what could not be looked at")]
pub struct FoundFiles {
    /// The definition files, in order.
    pub files: Vec<PathBuf>,
    /// What is missing or cannot be searched. The other files are found all the same.
    pub problems: Vec<(PathBuf, Unreadable)>,
}

/// Why a file or folder cannot be read.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "closed: what can be wrong with a path")]
pub enum Unreadable {
    /// There is nothing at the path.
    Missing,
    /// The system does not let us.
    Failed(io::Error),
    /// The folder is inside of more than 32 others; it was not searched.
    TooDeep,
    /// The folder has more than 10,000 files in it and below; only the first were found.
    TooMany,
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("there is no such file"),
            Self::Failed(error) => write!(f, "cannot be read: {error}"),
            Self::TooDeep => write!(f, "is more than {DEPTH_MAX} folders deep"),
            Self::TooMany => write!(f, "more than {FILES_MAX} definition files"),
        }
    }
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            _ => Self::Failed(error),
        }
    }
}

/// The definition files that a file or folder stands for.
#[must_use]
pub fn find_files(argument: &Path) -> FoundFiles {
    let mut found = FoundFiles::default();
    if argument == Path::new(STANDARD_INPUT) {
        found.files.push(argument.to_owned());
        return found;
    }
    match std::fs::metadata(argument) {
        Err(error) => found.problems.push((argument.to_owned(), error.into())),
        Ok(metadata) if metadata.is_dir() => {
            if search(argument, DEPTH_MAX, &mut found).is_err() {
                found.problems.push((argument.to_owned(), Unreadable::TooMany));
            }
        }
        Ok(_) => found.files.push(argument.to_owned()),
    }
    found
}

/// A folder has more than [`FILES_MAX`] files.
struct TooMany;

/// Collects the definition files of a folder, ordered by path.
fn search(folder: &Path, depth: usize, found: &mut FoundFiles) -> Result<(), TooMany> {
    let mut entries = Vec::new();
    match std::fs::read_dir(folder) {
        Err(error) => found.problems.push((folder.to_owned(), error.into())),
        Ok(all) => {
            for entry in all {
                match entry.and_then(|entry| entry.file_type().map(|kind| (entry, kind))) {
                    Ok((entry, _)) if entry.file_name().to_string_lossy().starts_with('.') => {}
                    Ok((entry, kind)) if kind.is_dir() && is_skipped(&entry.file_name()) => {}
                    Ok((entry, kind)) => entries.push((entry.path(), kind)),
                    Err(error) => found.problems.push((folder.to_owned(), error.into())),
                }
            }
        }
    }
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    for (path, kind) in entries {
        if kind.is_dir() {
            if depth == 0 {
                found.problems.push((path, Unreadable::TooDeep));
            } else {
                search(&path, depth.saturating_sub(1), found)?;
            }
        } else if is_definition(&path) {
            if found.files.len() >= FILES_MAX {
                return Err(TooMany);
            }
            found.files.push(path);
        }
    }
    Ok(())
}

fn is_skipped(folder: &OsStr) -> bool {
    SKIPPED_FOLDERS.iter().any(|skipped| folder == *skipped)
}

fn is_definition(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
    EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// Reads one file, at most a byte more than a definition may have.
///
/// # Errors
///
/// Why it cannot be read. What is wrong with its text is reported when it is parsed.
pub fn read_source(path: &Path) -> Result<Source, Unreadable> {
    if path == Path::new(STANDARD_INPUT) {
        return read_from("standard input", io::stdin().lock()).map_err(Unreadable::Failed);
    }
    Ok(read_from(&path.display().to_string(), File::open(path)?)?)
}

fn read_from(name: &str, reader: impl Read) -> io::Result<Source> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(DEFINITION_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(limit).read_to_end(&mut bytes)?;
    Ok(Source::from_bytes(name, &bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path, files: &[&str]) -> Result<Vec<String>, Vec<UnreadFile>> {
        for file in files {
            let path = folder.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "tests: []").unwrap();
        }
        let relative = |source: &Source| {
            Path::new(source.name()).strip_prefix(folder).unwrap().to_string_lossy().into_owned()
        };
        read_sources(&[folder.to_owned()], EmptyFolder::IsWrong)
            .map(|read| read.sources.iter().map(relative).collect())
    }

    #[test]
    fn a_folder_stands_for_its_definition_files_ordered_by_path() {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            "b.yml",
            "a/z.json",
            "a.YAML",
            "notes.txt",
            ".git/config.yaml",
            ".hidden.yaml",
            "node_modules/a/package.json",
        ];
        assert_eq!(names(folder.path(), &files).unwrap(), ["a/z.json", "a.YAML", "b.yml"]);
    }

    #[test]
    fn a_folder_without_any_is_an_error_unless_files_are_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let problems = names(folder.path(), &["notes.txt"]).unwrap_err();
        assert_eq!(problems.first().unwrap().why, "has no *.yaml, *.yml or *.json file");
        assert_eq!(read_sources(&[folder.path().to_owned()], EmptyFolder::IsFine).unwrap().sources, []);
    }

    #[test]
    fn a_folder_that_cannot_be_searched_does_not_hide_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let deep = "d/".repeat(DEPTH_MAX + 1);
        let files = ["a.yaml", &format!("{deep}too-deep.yaml"), "z.yaml"];
        let problems = names(folder.path(), &files).unwrap_err();
        assert_eq!(problems.first().unwrap().why, "is more than 32 folders deep");
        let found = find_files(folder.path());
        assert_eq!(found.files, [folder.path().join("a.yaml"), folder.path().join("z.yaml")]);
        let [(path, Unreadable::TooDeep)] = &found.problems[..] else { panic!("{found:?}") };
        assert_eq!(path, &folder.path().join(deep.trim_end_matches('/')));
    }

    #[test]
    fn of_too_many_files_the_first_are_found() {
        let folder = tempfile::tempdir().unwrap();
        for at in 0..=FILES_MAX {
            File::create(folder.path().join(format!("{at:05}.yaml"))).unwrap();
        }
        let found = find_files(folder.path());
        assert_eq!(found.files.len(), FILES_MAX);
        assert!(found.files.last().unwrap().ends_with("09999.yaml"));
        let [(path, Unreadable::TooMany)] = &found.problems[..] else { panic!("{:?}", found.problems) };
        assert_eq!(path, folder.path());
        std::fs::remove_file(folder.path().join("00000.yaml")).unwrap();
        assert!(find_files(folder.path()).problems.is_empty());
    }

    #[test]
    fn a_file_that_is_named_is_not_one_that_was_found() {
        let folder = tempfile::tempdir().unwrap();
        let (named, other) = (folder.path().join("a.yaml"), folder.path().join("b.yaml"));
        for path in [&named, &other] {
            std::fs::write(path, "tests: []").unwrap();
        }
        let read = read_sources(&[folder.path().to_owned(), named], EmptyFolder::IsWrong).unwrap();
        assert_eq!(read.sources.len(), 2);
        assert_eq!(read.found, HashSet::from([other.display().to_string()]));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_is_reached_by_several_paths_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let (folder, at) = (folder.path(), |name: &str| folder.path().join(name));
        for path in [at("a.yaml"), at("b.yaml")] {
            std::fs::write(path, "tests: []").unwrap();
        }
        std::fs::create_dir(at("more")).unwrap();
        std::os::unix::fs::symlink(at("a.yaml"), at("more/link.yaml")).unwrap();
        let rows: [(&[PathBuf], &[PathBuf]); 4] = [
            (&[folder.to_owned(), at("a.yaml")], &[at("a.yaml"), at("b.yaml")]),
            (&[at("more/../a.yaml"), at("a.yaml")], &[at("more/../a.yaml")]),
            (&[at("more"), at("a.yaml")], &[at("more/link.yaml")]),
            (&[at("more"), at("b.yaml")], &[at("more/link.yaml"), at("b.yaml")]),
        ];
        for (arguments, expected) in rows {
            let read = read_sources(arguments, EmptyFolder::IsWrong).unwrap();
            let names: Vec<PathBuf> = read.sources.iter().map(|source| source.name().into()).collect();
            assert_eq!(names, expected, "{arguments:?}");
        }
        // Named by another path than that by which it was found.
        let read = read_sources(&[at("more"), at("a.yaml")], EmptyFolder::IsWrong).unwrap();
        assert_eq!(read.found, HashSet::new());
    }

    #[test]
    fn every_missing_file_is_named_at_once() {
        let problems =
            read_sources(&["/nowhere/a.yaml".into(), "/nowhere/b.yaml".into()], EmptyFolder::IsFine)
                .unwrap_err();
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            problems,
            ["/nowhere/a.yaml: there is no such file", "/nowhere/b.yaml: there is no such file"]
        );
    }
}
