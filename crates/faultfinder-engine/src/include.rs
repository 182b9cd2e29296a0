//! Variables of other files: those that a definition includes, and those that a caller puts before them.

use crate::scope::{Author, folder_of};
use crate::text_file::read_limited;
use faultfinder_spec::{
    DEFINITION_BYTES_MAX, Diagnostic, Document, Place, Reference, Source, VARIABLES_MAX, Variable,
    VariableFile, VariableSource, read_variables,
};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// How deep files may include each other.
const DEPTH_MAX: usize = 8;

/// Most files that are read for one file, each as often as it is named.
const FILES_MAX: usize = 100;

/// Takes over the variables of the files that a document includes; its own hide them. What is wrong with them is said where
/// they are named.
pub(crate) fn include(document: &mut Document, author: Author, found: &mut Vec<Diagnostic>) {
    if document.include.is_empty() {
        return;
    }
    let source = std::sync::Arc::clone(&document.source);
    let mut own: HashSet<String> =
        document.variables.iter().map(|variable| variable.name.value.clone()).collect();
    let mut reading = Reading::default();
    // A later file hides an earlier one.
    for (index, named) in document.include.iter().enumerate().rev() {
        let path = format!("include[{index}]");
        let error = |message: String| Diagnostic::error(&source, named.place, message).at(Some(path.clone()));
        if author == Author::Foreign {
            found.push(
                error("a file is named, but this definition may not read files".to_owned())
                    .with_help("put its variables under `variables`"),
            );
            // What it would have defined is not reported again where it is used.
            document.has_more_variables = true;
            continue;
        }
        let file = folder_of(&source).join(&named.value);
        match reading.collect(&file) {
            Ok(VariableFile { variables, references, .. }) => {
                let new = variables.into_iter().filter(|new| own.insert(new.name.value.clone()));
                document.variables.extend(new.map(|variable| placed(variable, named.place)));
                let path = Some(path.clone());
                document.references.extend(references.into_iter().map(|reference| Reference {
                    text: named.place,
                    index: 0,
                    path: path.clone(),
                    ..reference
                }));
            }
            Err(message) => {
                found.push(error(message));
                document.has_more_variables = true;
            }
        }
    }
    if document.variables.len() > VARIABLES_MAX {
        let message = format!(
            "a file has at most {VARIABLES_MAX} variables, found {} with those of included files",
            document.variables.len()
        );
        let place = document.include.first().map_or(Place::START, |named| named.place);
        found.push(Diagnostic::error(&source, place, message).at(Some("include".to_owned())));
        document.variables.truncate(VARIABLES_MAX);
    }
}

/// A variable of another file as one of this file, at a place of this file: what is wrong with it is said there.
fn placed(mut variable: Variable, place: Place) -> Variable {
    variable.name.place = place;
    match &mut variable.source {
        VariableSource::Env { name, .. } => name.place = place,
        VariableSource::File(path) => path.place = place,
        VariableSource::Literal(_) | VariableSource::Totp(_) => {}
    }
    variable
}

/// Puts variables before those of a document.
pub(crate) fn overlay(document: &mut Document, variables: &[Variable]) {
    for variable in variables {
        match document.variables.iter_mut().find(|own| own.name.value == variable.name.value) {
            Some(own) => {
                // What is secret stays so.
                let secret = own.secret || variable.secret;
                *own = Variable { secret, ..placed(variable.clone(), own.name.place) };
            }
            None => document.variables.push(placed(variable.clone(), Place::START)),
        }
    }
}

/// Files that are being read.
#[derive(Default)]
struct Reading {
    /// Those that led to the current one.
    callers: Vec<PathBuf>,
    /// How many were read so far.
    files: usize,
}

impl Reading {
    /// The variables of a file and of those that it includes.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with any of them, with its place in that file.
    fn collect(&mut self, path: &Path) -> Result<VariableFile, String> {
        let source = self.open(path)?;
        let mut file = read_variables(&source).map_err(|found| {
            let first = found.iter().find(|one| one.is_error()).map_or_else(String::new, ToString::to_string);
            format!("this file has mistakes: {first}")
        })?;
        let folder = folder_of(&source);
        for variable in &mut file.variables {
            // Its own paths are meant from its own folder.
            if let VariableSource::File(path) = &mut variable.source {
                path.value = absolute(&folder.join(&path.value));
            }
        }
        self.callers.push(path.to_owned());
        let mut own: HashSet<String> =
            file.variables.iter().map(|variable| variable.name.value.clone()).collect();
        for named in file.include.iter().rev() {
            let more = self.collect(&folder.join(&named.value))?;
            let new = more.variables.into_iter().filter(|new| own.insert(new.name.value.clone()));
            file.variables.extend(new);
            file.references.extend(more.references);
        }
        self.callers.pop();
        Ok(file)
    }

    fn open(&mut self, path: &Path) -> Result<Source, String> {
        let shown = path.display();
        if self.callers.iter().any(|caller| caller == path) {
            let ring = self.callers.iter().map(PathBuf::as_path).chain([path]);
            let ring: Vec<String> = ring.map(|path| path.display().to_string()).collect();
            return Err(format!("files include each other: {}", ring.join(" -> ")));
        }
        if self.callers.len() >= DEPTH_MAX {
            return Err(format!("files include each other more than {DEPTH_MAX} deep: {shown}"));
        }
        if self.files >= FILES_MAX {
            return Err(format!(
                "more than {FILES_MAX} files are included, each counted as often as it is named"
            ));
        }
        self.files = self.files.saturating_add(1);
        let bytes = read_limited(path, DEFINITION_BYTES_MAX)
            .map_err(|error| format!("{shown} cannot be read: {error}"))?;
        Ok(Source::from_bytes(&shown.to_string(), &bytes))
    }
}

/// A path that means the same from every folder.
fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
}

/// The variables of a file that a caller puts before those of definitions, with those that it includes.
///
/// # Errors
///
/// What is wrong with it, in words.
pub fn variables_of(path: &Path) -> Result<Vec<Variable>, String> {
    Reading::default().collect(path).map(|file| file.variables)
}
