//! Templates -> text, and values of fields.

use crate::redact::Secrets;
use crate::scope::{Author, Scope, Value};
use faultfinder_net::Pem;
use faultfinder_spec::{
    BadValue, Field, FieldValue, FromText, Part, Place, Source, Template, Text, VARIABLE_BYTES_MAX,
};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use std::collections::HashMap;

/// How deep variables may use each other; cycles are found at load.
const DEPTH_MAX: usize = 100;

/// Renders the templates of one run: every variable has one value in it.
pub(crate) struct Renderer<'r> {
    source: &'r Source,
    scope: &'r Scope,
    now_ms: i64,
    random: &'r mut dyn FnMut() -> u64,
    values: HashMap<String, Rendered>,
    /// Whether anything was made that will differ in the next run.
    pub(crate) dynamic: bool,
    /// What must never be shown.
    pub(crate) secrets: Secrets,
}

/// A text, and whether a secret is in it.
#[derive(Debug, Clone)]
struct Rendered {
    text: String,
    secret: bool,
}

/// Why a text cannot be rendered.
enum RenderError {
    Bad(BadValue),
    TooLong,
    Undefined(String),
}

impl From<BadValue> for RenderError {
    fn from(bad: BadValue) -> Self {
        Self::Bad(bad)
    }
}

impl<'r> Renderer<'r> {
    /// A renderer for one run that begins at `now_ms`, in milliseconds since 1970; `random` yields 64 random bits.
    pub(crate) fn new(
        source: &'r Source,
        scope: &'r Scope,
        now_ms: i64,
        random: &'r mut dyn FnMut() -> u64,
    ) -> Self {
        let (values, secrets) = (HashMap::new(), Secrets::default());
        Self { source, scope, now_ms, random, values, dynamic: false, secrets }
    }

    /// A text. Secrets in it are noted by themselves.
    pub(crate) fn text(&mut self, field: &str, text: &Text) -> Result<String, Fault> {
        self.rendered(field, text).map(|rendered| rendered.text)
    }

    /// A text that is as secret as what is in it: a header's value, a body, a password.
    pub(crate) fn confidential(&mut self, field: &str, text: &Text) -> Result<String, Fault> {
        let rendered = self.rendered(field, text)?;
        if rendered.secret {
            self.secrets.add(&rendered.text);
        }
        Ok(rendered.text)
    }

    /// Whether a secret is in a text that has been rendered before.
    pub(crate) fn is_secret(&self, text: &Text) -> bool {
        text.template().variables().any(|name| self.values.get(name).is_some_and(|value| value.secret))
    }

    /// Lets a test name a file or folder of this host, unless its definition came over a network.
    pub(crate) fn admit_file(&self, field: &str, place: Place) -> Result<(), Fault> {
        match self.scope.author {
            Author::Ours => Ok(()),
            Author::Foreign => {
                let message = format!("{field} names a file, and this definition may not read files");
                let fault = self.invalid("local_file", field, place, message);
                Err(fault.with_hint("write what is in the file instead of its name"))
            }
        }
    }

    /// PEM text, or the file that holds it.
    pub(crate) fn pem(&mut self, field: &str, text: &Text) -> Result<Pem, Fault> {
        let written = self.confidential(field, text)?;
        let pem = Pem::from_text(&written);
        if matches!(pem, Pem::File(_)) {
            self.admit_file(field, text.place())?;
        }
        Ok(pem)
    }

    /// The schemas of the file.
    pub(crate) fn schemas(&self) -> &'r crate::protocol::grpc::Schemas {
        &self.scope.schemas
    }

    /// The value of a field.
    pub(crate) fn value<T: FromText + Clone>(&mut self, name: &str, field: &Field<T>) -> Result<T, Fault> {
        if let FieldValue::Literal(value) = &field.value {
            return Ok(value.clone());
        }
        let result = field.resolve(|template| self.template(template, 0).map(|rendered| rendered.text));
        result.map_err(|error| self.fault(name, field.place, error))
    }

    /// The value of a field that may be missing.
    pub(crate) fn option<T: FromText + Clone>(
        &mut self,
        name: &str,
        field: &Option<Field<T>>,
    ) -> Result<Option<T>, Fault> {
        field.as_ref().map(|field| self.value(name, field)).transpose()
    }

    /// A JSON body; it is as secret as what is in it.
    pub(crate) fn json(
        &mut self,
        field: &str,
        place: Place,
        json: &faultfinder_spec::JsonTemplate,
    ) -> Result<String, Fault> {
        let mut secret = false;
        let result = json.render(|part| {
            let rendered = self.part(part, 0)?;
            secret |= rendered.secret;
            Ok::<_, RenderError>(rendered.text)
        });
        let text = result.map_err(|error| self.fault(field, place, error))?;
        if secret {
            self.secrets.add(&text);
        }
        Ok(text)
    }

    fn rendered(&mut self, field: &str, text: &Text) -> Result<Rendered, Fault> {
        if let Some(literal) = text.literal() {
            return Ok(Rendered { text: literal.to_owned(), secret: false });
        }
        self.template(text.template(), 0).map_err(|error| self.fault(field, text.place(), error))
    }

    fn template(&mut self, template: &Template, depth: usize) -> Result<Rendered, RenderError> {
        let mut secret = false;
        let text = template.render(|part| {
            let rendered = self.part(part, depth)?;
            secret |= rendered.secret;
            Ok::<_, RenderError>(rendered.text)
        })?;
        if text.len() > VARIABLE_BYTES_MAX {
            Err(RenderError::TooLong)
        } else {
            Ok(Rendered { text, secret })
        }
    }

    fn part(&mut self, part: &Part, depth: usize) -> Result<Rendered, RenderError> {
        match part {
            Part::Literal(text) => Ok(Rendered { text: text.clone(), secret: false }),
            Part::Generator(generator) => {
                self.dynamic = true;
                let text = generator.generate(self.now_ms, &mut *self.random);
                Ok(Rendered { text, secret: false })
            }
            Part::Variable { name, .. } => self.variable(name, depth),
        }
    }

    fn variable(&mut self, name: &str, depth: usize) -> Result<Rendered, RenderError> {
        if let Some(known) = self.values.get(name) {
            return Ok(known.clone());
        }
        let scope = self.scope;
        let Some(variable) = scope.variable(name).filter(|_| depth < DEPTH_MAX) else {
            return Err(RenderError::Undefined(name.to_owned()));
        };
        let mut rendered = match &variable.value {
            Value::Given(text) => Rendered { text: text.clone(), secret: false },
            Value::Template(template) => self.template(template, depth + 1)?,
        };
        rendered.secret |= variable.secret;
        if rendered.secret {
            self.secrets.add(&rendered.text);
        }
        self.values.insert(name.to_owned(), rendered.clone());
        Ok(rendered)
    }

    fn fault(&self, field: &str, place: Place, error: RenderError) -> Fault {
        match error {
            RenderError::Bad(bad) => {
                let fault = self.invalid(bad.name.unwrap_or("invalid_value"), field, place, bad.message);
                match bad.help.or(bad.label) {
                    Some(help) => fault.with_hint(help),
                    None => fault,
                }
            }
            RenderError::TooLong => {
                let message = format!(
                    "{field} has more than {VARIABLE_BYTES_MAX} bytes once its variables are replaced"
                );
                self.invalid("too_long", field, place, message)
            }
            RenderError::Undefined(name) => {
                self.invalid("undefined_variable", field, place, format!("undefined variable `{name}`"))
            }
        }
    }

    /// A fault of the definition, with its place in the file.
    pub(crate) fn invalid(&self, name: &str, field: &str, place: Place, message: impl Into<String>) -> Fault {
        Fault::new(Code::InvalidRequest, Phase::Config, Detail::definition(name, field), message)
            .with("place", at(self.source, place))
    }
}

/// A place in a file, as people and editors read it.
pub(crate) fn at(source: &Source, place: Place) -> String {
    format!("{}:{place}", source.name())
}
