//! Templates -> text, and values of fields.
//!
//! What is wrong is collected, not answered: see [`Renderer::faults`]. While a definition is only checked, variables that come
//! from outside have no value; a field that needs one counts as not given, and objections to it are dropped.

use crate::protocol::grpc::Schemas;
use crate::redact::Secrets;
use crate::scope::{Author, Scope, Value};
use faultfinder_net::Pem;
use faultfinder_spec::{BadValue, JsonTemplate, Part, Template, Text, VARIABLE_BYTES_MAX};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use std::collections::HashMap;
use std::ops::Range;

/// How deep variables may use each other; cycles are found at load.
const DEPTH_MAX: usize = 100;

/// Renders the templates of one run: every variable has one value in it.
pub(crate) struct Renderer<'r> {
    scope: &'r Scope,
    now_ms: i64,
    random: &'r mut dyn FnMut() -> u64,
    values: HashMap<String, Rendered>,
    /// Whether anything was made that will differ in the next run.
    pub(crate) dynamic: bool,
    /// What must never be shown.
    pub(crate) secrets: Secrets,
    /// What is wrong, in the order in which the fields were read.
    pub(crate) faults: Vec<Fault>,
    /// What people should know although nothing is wrong.
    pub(crate) warnings: Vec<String>,
    /// Fields that probes call by another name: theirs, and that of the definition.
    pub(crate) aliases: Vec<(String, String)>,
    /// Fields whose value is not known: a variable in them comes from outside.
    pub(crate) unknown: Vec<String>,
}

/// A text, and whether a secret is in it.
#[derive(Debug, Clone)]
struct Rendered {
    text: String,
    secret: bool,
}

/// Why a text cannot be rendered.
enum RenderError {
    TooLong,
    Undefined(String),
    /// A variable in it has no value yet.
    Unknown,
}

impl<'r> Renderer<'r> {
    /// A renderer for one run that begins at `now_ms`, in milliseconds since 1970; `random` yields 64 random bits.
    pub(crate) fn new(scope: &'r Scope, now_ms: i64, random: &'r mut dyn FnMut() -> u64) -> Self {
        Self {
            scope,
            now_ms,
            random,
            values: HashMap::new(),
            dynamic: false,
            secrets: Secrets::default(),
            faults: Vec::new(),
            warnings: Vec::new(),
            aliases: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// A text. Secrets in it are noted by themselves.
    pub(crate) fn text(&mut self, field: &str, text: &Text) -> Option<String> {
        self.rendered(field, text).map(|rendered| rendered.text)
    }

    /// A text, and which parts of it are values of variables or generators. Secrets in it are noted by themselves.
    pub(crate) fn with_values(&mut self, field: &str, text: &Text) -> Option<(String, Vec<Range<usize>>)> {
        let Some(template) = text.template() else {
            return Some((text.as_written().to_owned(), Vec::new()));
        };
        let (mut line, mut values) = (String::new(), Vec::new());
        for part in template.parts() {
            let rendered = self.part(part, 0).map_err(|error| self.failed(field, error)).ok()?;
            if !matches!(part, Part::Literal(_)) {
                values.push(line.len()..line.len() + rendered.text.len());
            }
            line.push_str(&rendered.text);
            if line.len() > VARIABLE_BYTES_MAX {
                self.failed(field, RenderError::TooLong);
                return None;
            }
        }
        Some((line, values))
    }

    /// A text that is as secret as what is in it: a header's value, a body, a password.
    pub(crate) fn confidential(&mut self, field: &str, text: &Text) -> Option<String> {
        let rendered = self.rendered(field, text)?;
        if rendered.secret {
            self.secrets.add(&rendered.text);
        }
        Some(rendered.text)
    }

    /// Whether a secret is in a text that has been rendered before.
    pub(crate) fn is_secret(&self, text: &Text) -> bool {
        text.variables().any(|name| self.values.get(name).is_some_and(|value| value.secret))
    }

    /// What is read from a text; `read` says what is wrong with it.
    pub(crate) fn value<T>(
        &mut self,
        field: &str,
        text: &Text,
        read: impl FnOnce(&str) -> Result<T, BadValue>,
    ) -> Option<T> {
        let rendered = self.rendered(field, text)?;
        match read(&rendered.text) {
            Ok(value) => Some(value),
            Err(bad) => {
                let fault = invalid(bad.name.unwrap_or("invalid_value"), field, bad.message);
                self.faults.push(match bad.help.or(bad.label) {
                    Some(help) => fault.with_hint(help),
                    None => fault,
                });
                None
            }
        }
    }

    /// PEM text, or the file that holds it.
    pub(crate) fn pem(&mut self, field: &str, text: &Text) -> Option<Pem> {
        let pem = Pem::from_text(&self.confidential(field, text)?);
        match pem {
            Pem::File(_) if !self.admits_file(field) => None,
            pem => Some(pem),
        }
    }

    /// The path of a file or folder of this host.
    pub(crate) fn file(&mut self, field: &str, text: &Text) -> Option<String> {
        if self.admits_file(field) { self.text(field, text) } else { None }
    }

    /// Whether a test may name a file or folder of this host: not when its definition came over a network.
    pub(crate) fn admits_file(&mut self, field: &str) -> bool {
        match self.scope.author {
            Author::Ours => true,
            Author::Foreign => {
                let message = format!("{field} names a file, but this definition may not read files");
                let fault = invalid("local_file", field, message)
                    .with_hint("put the contents of the file here instead of its name");
                self.faults.push(fault);
                false
            }
        }
    }

    /// The schemas of the file.
    pub(crate) const fn schemas(&self) -> &'r Schemas {
        &self.scope.schemas
    }

    /// A JSON body; it is as secret as what is in it.
    pub(crate) fn json(&mut self, field: &str, json: &JsonTemplate) -> Option<String> {
        let mut secret = false;
        let result = json.render(|part| {
            let rendered = self.part(part, 0)?;
            secret |= rendered.secret;
            Ok::<_, RenderError>(rendered.text)
        });
        let text = result.map_err(|error| self.failed(field, error)).ok()?;
        if secret {
            self.secrets.add(&text);
        }
        Some(text)
    }

    /// Objects to a field.
    pub(crate) fn object(&mut self, detail: &str, field: &str, message: impl Into<String>) {
        self.faults.push(invalid(detail, field, message));
    }

    fn rendered(&mut self, field: &str, text: &Text) -> Option<Rendered> {
        if let Some(literal) = text.literal() {
            return Some(Rendered { text: literal.to_owned(), secret: false });
        }
        let template = text.template()?;
        self.template(template, 0).map_err(|error| self.failed(field, error)).ok()
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
            Value::Template(text) => match text.template() {
                Some(template) => self.template(template, depth + 1)?,
                None => Rendered { text: text.as_written().to_owned(), secret: false },
            },
            Value::Unknown => return Err(RenderError::Unknown),
        };
        rendered.secret |= variable.secret;
        if rendered.secret {
            self.secrets.add(&rendered.text);
        }
        self.values.insert(name.to_owned(), rendered.clone());
        Ok(rendered)
    }

    fn failed(&mut self, field: &str, error: RenderError) {
        let fault = match error {
            RenderError::Unknown => {
                self.unknown.push(field.to_owned());
                return;
            }
            RenderError::TooLong => {
                let message = format!(
                    "{field} has more than {VARIABLE_BYTES_MAX} bytes after its variables are replaced"
                );
                invalid("too_long", field, message)
            }
            RenderError::Undefined(name) => {
                invalid("undefined_variable", field, format!("undefined variable `{name}`"))
            }
        };
        self.faults.push(fault);
    }
}

/// A fault of the definition.
pub(crate) fn invalid(detail: &str, field: &str, message: impl Into<String>) -> Fault {
    Fault::new(Code::InvalidRequest, Phase::Config, Detail::definition(detail, field), message)
}
