//! Finding and reading definition files.
//!
//! A folder stands for the `*.yaml`, `*.yml` and `*.json` files in it and below, ordered by path; what begins with a
//! dot is skipped, and links to folders are not followed (they may lead in circles). `-` is standard input.

use faultfinder_spec::{DEFINITION_BYTES_MAX, Source};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// How deep folders are searched.
const DEPTH_MAX: usize = 32;

/// Most files below one folder.
const FILES_MAX: usize = 10_000;

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

/// Reads all files and folders; either all of them, or all that is wrong with them.
///
/// # Errors
///
/// What is wrong with each file and folder that cannot be read, beginning with its path.
pub fn read_sources(arguments: &[PathBuf], empty: EmptyFolder) -> Result<Vec<Source>, Vec<String>> {
    let mut problems = Vec::new();
    let mut sources = Vec::new();
    for path in find(arguments, empty, &mut problems) {
        match read_one(&path) {
            Ok(source) => sources.push(source),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(sources) } else { Err(problems) }
}

/// The files that the arguments stand for, in order, each once.
fn find(arguments: &[PathBuf], empty: EmptyFolder, problems: &mut Vec<String>) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for argument in arguments {
        let mut here = Vec::new();
        if argument.is_dir() {
            if let Err(problem) = search(argument, DEPTH_MAX, &mut here) {
                problems.push(problem);
            } else if here.is_empty() && empty == EmptyFolder::IsWrong {
                problems.push(format!("{}: has no *.yaml, *.yml or *.json file", argument.display()));
            }
        } else {
            here.push(argument.clone());
        }
        found.extend(here);
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|path| seen.insert(path.clone()));
    found
}

/// Collects the definition files of a folder, ordered by path.
fn search(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let unreadable = |error: io::Error| format!("{}: cannot be read: {error}", folder.display());
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            entries.push((entry.path(), entry.file_type().map_err(unreadable)?));
        }
    }
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    for (path, kind) in entries {
        if kind.is_dir() {
            if depth == 0 {
                return Err(format!("{}: is more than {DEPTH_MAX} folders deep", path.display()));
            }
            search(&path, depth.saturating_sub(1), found)?;
        } else if is_definition(&path) {
            if found.len() >= FILES_MAX {
                return Err(format!("{}: more than {FILES_MAX} definition files", folder.display()));
            }
            found.push(path);
        }
    }
    Ok(())
}

fn is_definition(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
    EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// Reads one file, at most a byte more than a definition may have.
fn read_one(path: &Path) -> Result<Source, String> {
    if path == Path::new("-") {
        return read_from("standard input", io::stdin().lock());
    }
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("{name}: there is no such file"),
        _ => format!("{name}: cannot be read: {error}"),
    })?;
    read_from(&name, file)
}

fn read_from(name: &str, reader: impl Read) -> Result<Source, String> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(DEFINITION_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(limit).read_to_end(&mut bytes).map_err(|error| format!("{name}: cannot be read: {error}"))?;
    Ok(Source::from_bytes(name, &bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path, files: &[&str]) -> Result<Vec<String>, Vec<String>> {
        for file in files {
            let path = folder.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "tests: []").unwrap();
        }
        let relative = |source: &Source| {
            Path::new(source.name()).strip_prefix(folder).unwrap().to_string_lossy().into_owned()
        };
        read_sources(&[folder.to_owned()], EmptyFolder::IsWrong)
            .map(|sources| sources.iter().map(relative).collect())
    }

    #[test]
    fn a_folder_stands_for_its_definition_files_ordered_by_path() {
        let folder = tempfile::tempdir().unwrap();
        let files = ["b.yml", "a/z.json", "a.YAML", "notes.txt", ".git/config.yaml", ".hidden.yaml"];
        assert_eq!(names(folder.path(), &files).unwrap(), ["a/z.json", "a.YAML", "b.yml"]);
    }

    #[test]
    fn a_folder_without_any_is_an_error_unless_files_are_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let problems = names(folder.path(), &["notes.txt"]).unwrap_err();
        assert!(problems.first().unwrap().ends_with("has no *.yaml, *.yml or *.json file"), "{problems:?}");
        assert_eq!(read_sources(&[folder.path().to_owned()], EmptyFolder::IsFine).unwrap(), []);
    }

    #[test]
    fn every_missing_file_is_named_at_once() {
        let problems =
            read_sources(&["/nowhere/a.yaml".into(), "/nowhere/b.yaml".into()], EmptyFolder::IsFine)
                .unwrap_err();
        assert_eq!(
            problems,
            ["/nowhere/a.yaml: there is no such file", "/nowhere/b.yaml: there is no such file"]
        );
    }
}
