//! The variables of a file.
//!
//! A variable without a generator in it, or in a variable that it uses, has its value at load. The others get theirs
//! once per run.

use crate::protocol::grpc::Schemas;
use crate::text_file::value_of;
use faultfinder_spec::{Diagnostic, Document, Source, Text, Totp, Variable as SpecVariable, VariableSource};
use fnv::FnvHasher;
use std::collections::HashMap;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

/// The variables of a file, where their values come from, and which are secret.
#[derive(Default)]
pub(crate) struct Scope {
    variables: HashMap<String, Variable>,
    /// A hash of all variables with their values, as far as these are known at load.
    pub(crate) fingerprint: u64,
    /// Schemas that its tests name.
    pub(crate) schemas: Schemas,
    /// Who wrote the file.
    pub(crate) author: Author,
    /// The folder of the file, from which relative paths in it are meant; empty where there is no file.
    pub(crate) folder: PathBuf,
}

/// Who wrote a definition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Author {
    /// Somebody who may read the files of this host.
    #[default]
    Ours,
    /// Somebody else: the definition came over a network.
    Foreign,
}

pub(crate) struct Variable {
    pub(crate) value: Value,
    /// Whether it was said to be secret itself; those that use it are found when they are rendered.
    pub(crate) secret: bool,
}

pub(crate) enum Value {
    /// Known at load: from the command line or the environment.
    Given(String),
    /// Text that may use other variables and generators.
    Template(Text),
    /// The one-time password of the moment in which the test runs.
    Totp(Totp),
    /// Known only when the test runs: the definition is merely checked.
    Unknown,
}

/// What is known of the variables that come from outside.
#[derive(Clone, Copy)]
pub(crate) enum Outside<'a> {
    /// Their values: given ones by name, which hide the file's, and those of the environment.
    Known { given: &'a [(String, String)], environment: &'a dyn Fn(&str) -> Option<String> },
    /// The names of the given ones alone.
    Names(&'a [&'a str]),
}

impl<'a> Outside<'a> {
    /// The names of the given variables.
    pub(crate) fn names(self) -> Vec<&'a str> {
        match self {
            Self::Known { given, .. } => given.iter().map(|(name, _)| name.as_str()).collect(),
            Self::Names(names) => names.to_vec(),
        }
    }

    /// The value of a variable of the file that comes from outside, if one does.
    fn value(self, variable: &SpecVariable) -> Option<Value> {
        let name = &variable.name.value;
        match self {
            Self::Known { given, environment } => {
                let given =
                    given.iter().rev().find(|(given, _)| given == name).map(|(_, value)| value.clone());
                let from_environment = || match &variable.source {
                    VariableSource::Env { name, .. } => environment(&name.value),
                    VariableSource::Literal(_) | VariableSource::File(_) | VariableSource::Totp(_) => None,
                };
                given.or_else(from_environment).map(Value::Given)
            }
            Self::Names(names) => {
                let is_outside =
                    matches!(variable.source, VariableSource::Env { .. } | VariableSource::File(_));
                (is_outside || names.contains(&name.as_str())).then_some(Value::Unknown)
            }
        }
    }
}

impl Scope {
    /// The variables of a document: those that are given hide the file's, and keep its word on secrecy.
    ///
    /// # Errors
    ///
    /// Variables whose environment variable is not set.
    pub(crate) fn new(
        document: &Document,
        outside: Outside<'_>,
        author: Author,
        warnings: &mut Vec<Diagnostic>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let folder = folder_of(&document.source).to_owned();
        let mut scope = Self { author, folder, ..Self::default() };
        let mut missing = Vec::new();
        let mut hasher = FnvHasher::default();
        for variable in &document.variables {
            let name = &variable.name.value;
            let value = outside.value(variable).or_else(|| written(&variable.source));
            (name, variable.secret).hash(&mut hasher);
            match (value, &variable.source) {
                (Some(value), source) => {
                    if let (Value::Given(text), VariableSource::Env { name: environment, .. }) =
                        (&value, source)
                        && text.is_empty()
                        && !outside.names().contains(&name.as_str())
                    {
                        let message =
                            format!("the variable `{}` of the environment is empty", environment.value);
                        let warning = Diagnostic::warning(&document.source, environment.place, message);
                        let help = "set it, or unset it to use a `default`";
                        warnings.push(warning.with_help(help).at(Some(format!("variables.{name}.env"))));
                    }
                    match &value {
                        Value::Given(text) => text.hash(&mut hasher),
                        Value::Template(text) => text.as_written().hash(&mut hasher),
                        Value::Totp(totp) => totp.secret.as_written().hash(&mut hasher),
                        Value::Unknown => {}
                    }
                    scope.variables.insert(name.clone(), Variable { value, secret: variable.secret });
                }
                (None, VariableSource::Env { name: environment, .. }) => missing.push(
                    Diagnostic::error(
                        &document.source,
                        environment.place,
                        format!("the environment has no variable `{}`", environment.value),
                    )
                    .with_help(format!("set it, add a `default`, or use --var {name}=.."))
                    .at(Some(format!("variables.{name}.env"))),
                ),
                (None, VariableSource::File(path)) => match scope.file_value(&path.value) {
                    Ok(text) => {
                        text.hash(&mut hasher);
                        let variable = Variable { value: Value::Given(text), secret: variable.secret };
                        scope.variables.insert(name.clone(), variable);
                    }
                    Err(message) => missing.push(
                        Diagnostic::error(&document.source, path.place, message)
                            .with_help(format!("write the file, or use --var {name}=.."))
                            .at(Some(format!("variables.{name}.file"))),
                    ),
                },
                (None, VariableSource::Literal(_) | VariableSource::Totp(_)) => {}
            }
        }
        match outside {
            Outside::Known { given, .. } => {
                given.hash(&mut hasher);
                for (name, value) in given {
                    let variable = || Variable { value: Value::Given(value.clone()), secret: false };
                    scope.variables.entry(name.clone()).or_insert_with(variable);
                }
            }
            Outside::Names(names) => {
                for name in names {
                    let variable = || Variable { value: Value::Unknown, secret: false };
                    scope.variables.entry((*name).to_owned()).or_insert_with(variable);
                }
            }
        }
        scope.fingerprint = hasher.finish();
        if missing.is_empty() { Ok(scope) } else { Err(missing) }
    }

    /// The value of a variable that is in a file.
    fn file_value(&self, path: &str) -> Result<String, String> {
        match self.author {
            Author::Ours => value_of(&self.folder.join(path)),
            Author::Foreign => Err("a file is named, but this definition may not read files".to_owned()),
        }
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.get(name)
    }
}

/// The folder of a file, from which relative paths in it are meant.
pub(crate) fn folder_of(source: &Source) -> &Path {
    Path::new(source.name()).parent().unwrap_or_else(|| Path::new(""))
}

/// The value that the file has for a variable.
fn written(source: &VariableSource) -> Option<Value> {
    match source {
        VariableSource::Literal(text) => Some(Value::Template(text.clone())),
        VariableSource::Env { default, .. } => default.clone().map(Value::Template),
        VariableSource::Totp(totp) => Some(Value::Totp(totp.clone())),
        VariableSource::File(_) => None,
    }
}
