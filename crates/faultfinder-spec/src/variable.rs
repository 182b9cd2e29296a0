//! Variables of a file.

use crate::fields::{FieldSpec, Shape, Table};
use crate::generator;
use crate::keys::unique;
use crate::mapping::Mapping;
use crate::reader::Reader;
use crate::template::is_name;
use crate::text::quoted;
use crate::yaml::{Kind, Node};
use crate::{Spanned, Text};

mod check;

pub use check::check_variables;

/// Most variables of a file.
pub const VARIABLES_MAX: usize = 1_000;

/// Most bytes that the value of a variable may have once the variables in it are replaced.
pub const VARIABLE_BYTES_MAX: usize = 1_000_000;

/// A variable of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: a name and a value")]
pub struct Variable {
    /// Its name, `[A-Za-z_][A-Za-z0-9_]*`; unique in the file.
    pub name: Spanned<String>,
    /// Where its value comes from.
    pub source: VariableSource,
    /// Whether its value is replaced by `***` wherever it would be seen.
    pub secret: bool,
}

/// Where the value of a [`Variable`] comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: each source is drawn from in its own way")]
pub enum VariableSource {
    /// From the file. It may use other variables and generators; a generator in it is drawn once per run.
    Literal(Text),
    /// From the environment of the process.
    Env {
        /// Name of the environment's variable.
        name: Spanned<String>,
        /// What is used when the environment does not have it.
        default: Option<Text>,
    },
}

impl VariableSource {
    /// The text that other variables may be used in, if there is one.
    pub(crate) const fn text(&self) -> Option<&Text> {
        match self {
            Self::Literal(text) => Some(text),
            Self::Env { default, .. } => default.as_ref(),
        }
    }
}

/// The fields of a variable that is a mapping.
pub(crate) const TABLE: Table = Table::new(
    "a variable",
    &[&[
        FieldSpec::new("value", Shape::Text, "its value"),
        FieldSpec::new("env", Shape::Text, "the environment's variable that has its value").literal(),
        FieldSpec::new("default", Shape::Text, "its value when the environment has none"),
        FieldSpec::new("secret", Shape::of::<bool>(), "whether its value is never shown (false)").literal(),
    ]],
)
.one_of(&["value", "env"]);

/// Reads `variables`.
pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Vec<Variable>> {
    let Kind::Mapping(entries) = &node.kind else {
        reader.unexpected(node, "a mapping of names to values");
        return None;
    };
    let mut variables = Vec::new();
    for (name, key, value) in unique(reader, entries, "variable") {
        if variables.len() == VARIABLES_MAX {
            let diagnostic = reader.error(key.place, format!("a file has at most {VARIABLES_MAX} variables"));
            reader.report(diagnostic);
            break;
        }
        check_name(reader, name, key);
        let name = Spanned::new(name.to_owned(), key.place);
        variables.extend(reader.within(&name.value.clone(), |reader| Variable::read(reader, name, value)));
    }
    Some(variables)
}

fn check_name(reader: &mut Reader<'_>, name: &str, key: &Node) {
    let diagnostic = if !is_name(name) {
        reader
            .error(key.place, format!("{} cannot name a variable", quoted(name)))
            .with_help("a name has letters, digits and underscores, and does not begin with a digit")
    } else if generator::NAMES.contains(&name) {
        reader
            .error(key.place, format!("`{name}` is the name of a generator"))
            .with_help("choose another name, such as one in upper case")
    } else {
        return;
    };
    reader.report(diagnostic);
}

impl Variable {
    fn read(reader: &mut Reader<'_>, name: Spanned<String>, node: &Node) -> Option<Self> {
        if !matches!(node.kind, Kind::Mapping(_)) || node.is_bare_template() {
            let source = VariableSource::Literal(reader.text(node)?);
            return Some(Self { name, source, secret: false });
        }
        let mapping = Mapping::open_named(reader, node, &TABLE, name.place)?;
        let value = mapping.text(reader, "value").map(VariableSource::Literal);
        let default = mapping.text(reader, "default");
        let env = mapping.read(reader, "env", Reader::literal_text);
        let secret =
            mapping.read(reader, "secret", Reader::literal::<bool>).is_some_and(|secret| secret.value);
        if let (Some(place), false) = (mapping.key_place("default"), mapping.has("env")) {
            let diagnostic = reader.error(place, "`default` needs `env`").with_help("call it `value`");
            reader.report(diagnostic);
        }
        if let Some(env) = env.as_ref().filter(|env| env.value.is_empty() || env.value.contains(['=', '\0']))
        {
            let message = format!("{} cannot name a variable of the environment", quoted(&env.value));
            let diagnostic = reader.error(env.place, message);
            reader.report(diagnostic);
        }
        let source = value.or_else(|| env.map(|name| VariableSource::Env { name, default }))?;
        Some(Self { name, source, secret })
    }
}
