//! The variables of a file.
//!
//! A variable without a generator in it, or in a variable that it uses, has its value at load. The others get theirs
//! once per run.

use crate::protocol::grpc::Schemas;
use faultfinder_spec::{Diagnostic, Document, Template, Text, VariableSource};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

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
    Template(Template),
}

impl Scope {
    /// The variables of a document: those that are `given` hide the file's, and keep its word on secrecy.
    ///
    /// # Errors
    ///
    /// Variables whose environment variable is not set.
    pub(crate) fn new(
        document: &Document,
        given: &[(String, String)],
        environment: &dyn Fn(&str) -> Option<String>,
        author: Author,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut scope = Self { author, ..Self::default() };
        let mut missing = Vec::new();
        let mut hasher = DefaultHasher::new();
        for variable in &document.variables {
            let name = &variable.name.value;
            let given = given.iter().rev().find(|(given, _)| given == name).map(|(_, value)| value.clone());
            let template = |text: &Text| Value::Template(text.template().clone());
            let value = match (&variable.source, given) {
                (_, Some(given)) => Some(Value::Given(given)),
                (VariableSource::Literal(text), None) => Some(template(text)),
                (VariableSource::Env { name, default }, None) => {
                    environment(&name.value).map(Value::Given).or_else(|| default.as_ref().map(template))
                }
                _ => None,
            };
            (name, variable.secret).hash(&mut hasher);
            match (&value, &variable.source) {
                (Some(Value::Given(text)), _) => text.hash(&mut hasher),
                (_, VariableSource::Literal(text)) => text.as_written().hash(&mut hasher),
                (_, VariableSource::Env { default, .. }) => {
                    default.as_ref().map(Text::as_written).hash(&mut hasher);
                }
                _ => {}
            }
            match (value, &variable.source) {
                (Some(value), _) => {
                    scope.variables.insert(name.clone(), Variable { value, secret: variable.secret });
                }
                (None, VariableSource::Env { name: environment, .. }) => missing.push(
                    Diagnostic::error(
                        &document.source,
                        environment.place,
                        format!("the environment has no `{}`", environment.value),
                    )
                    .with_help(format!("set it, give a `default`, or give --var {name}=..")),
                ),
                (None, _) => {}
            }
        }
        given.hash(&mut hasher);
        scope.fingerprint = hasher.finish();
        for (name, value) in given {
            let variable = || Variable { value: Value::Given(value.clone()), secret: false };
            scope.variables.entry(name.clone()).or_insert_with(variable);
        }
        if missing.is_empty() { Ok(scope) } else { Err(missing) }
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.get(name)
    }
}
