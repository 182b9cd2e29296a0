//! Templates -> text, and values of fields.
//!
//! What is wrong is collected, not answered: see [`Renderer::faults`]. While a definition is only checked, variables that come
//! from outside have no value; a field that needs one counts as not given, and objections to it are dropped.

use crate::ids::Ids;
use crate::protocol::grpc::Schemas;
use crate::redact::Secrets;
use crate::scope::{Author, Scope, Value};
use crate::totp::password;
use faultfinder_net::{Pem, UNIX_PATH_BYTES_MAX};
use faultfinder_spec::{
    BadValue, Generator, JsonTemplate, Part, Template, Text, Totp, VARIABLE_BYTES_MAX, totp_key,
};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// How deep variables may use each other; cycles are found at load.
const DEPTH_MAX: usize = 100;

/// Most bytes of the programs of regular expressions with variables in them, in a test whose definition came over a
/// network: they are made in each run, in some milliseconds.
const FOREIGN_PROGRAMS_BYTES_MAX: usize = 1 << 20;

/// Renders the templates of one run: every variable has one value in it.
pub(crate) struct Renderer<'r> {
    scope: &'r Scope,
    moment: Moment<'r>,
    values: &'r mut Values,
    awaited: Awaited<'r>,
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
    /// What regular expressions that are made in each run have taken so far.
    program_bytes: usize,
}

/// When a run began, in milliseconds since 1970, what it is called, and what yields 64 random bits.
pub(crate) struct Moment<'r> {
    pub(crate) now_ms: i64,
    /// Nothing while a definition is only planned.
    pub(crate) ids: Option<&'r Ids<'r>>,
    pub(crate) random: &'r mut (dyn FnMut() -> u64 + 'static),
}

/// The values that variables have in a run: each is made once, and the same in all attempts and steps.
#[derive(Clone, Default)]
pub(crate) struct Values(HashMap<String, Rendered>);

impl Values {
    /// A step has taken this value out of an answer.
    pub(crate) fn set(&mut self, name: &str, text: &str, secret: bool) {
        self.0.insert(name.to_owned(), Rendered { text: text.to_owned(), secret });
    }
}

/// Variables that have no value of their own, because steps take it out of answers.
#[derive(Clone, Copy)]
pub(crate) enum Awaited<'r> {
    /// There are none.
    Nothing,
    /// A definition is planned: these get their values when it is run.
    Later(&'r HashSet<String>),
    /// A step is carried out: these should have values, and why they have none.
    Missing(&'r BTreeMap<String, String>),
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
    /// A step did not take out what this variable needs.
    Missing(String),
    /// A variable in it has no value yet.
    Unknown,
    /// No one-time password can be made.
    BadSecret(String),
}

impl<'r> Renderer<'r> {
    /// A renderer for one run.
    pub(crate) fn new(
        scope: &'r Scope,
        moment: Moment<'r>,
        values: &'r mut Values,
        awaited: Awaited<'r>,
    ) -> Self {
        Self {
            scope,
            moment,
            values,
            awaited,
            dynamic: false,
            secrets: Secrets::default(),
            faults: Vec::new(),
            warnings: Vec::new(),
            aliases: Vec::new(),
            unknown: Vec::new(),
            program_bytes: 0,
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

    /// The values of variables, for scripts; those that have none are left out.
    pub(crate) fn values_of(&mut self, names: &[String]) -> BTreeMap<String, String> {
        let mut values = BTreeMap::new();
        for name in names {
            if let Ok(rendered) = self.variable(name, 0) {
                values.insert(name.clone(), rendered.text);
            }
        }
        values
    }

    /// Whether a secret is in a text that has been rendered before.
    pub(crate) fn is_secret(&self, text: &Text) -> bool {
        text.variables().any(|name| self.values.0.get(name).is_some_and(|value| value.secret))
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
            Pem::File(path) => Some(Pem::File(self.scope.folder.join(path))),
            pem => Some(pem),
        }
    }

    /// The path of a file or folder of this host: a relative one is meant from the folder of the definition.
    pub(crate) fn file(&mut self, field: &str, text: &Text) -> Option<String> {
        if !self.admits_file(field) {
            return None;
        }
        let path = self.text(field, text)?;
        Some(self.scope.folder.join(path).to_string_lossy().into_owned())
    }

    /// The path of a Unix domain socket of this host: a relative one is meant from the folder of the definition. A test whose
    /// definition came over a network may not use one: services of this host often trust every user who reaches their sockets.
    pub(crate) fn socket(&mut self, field: &str, text: &Text) -> Option<PathBuf> {
        if self.scope.author == Author::Foreign {
            let message = format!("{field} names a socket of this host, which this definition may not use");
            let help = "put the test into a definition file of the service";
            self.faults.push(invalid("local_file", field, message).with_hint(help));
            return None;
        }
        let path = self.text(field, text)?;
        if path.starts_with("unix:") {
            let message = format!("{field} is a path, and {path:?} is a URL");
            let help = "write the path alone: /run/docker.sock";
            self.faults.push(invalid("not_a_socket", field, message).with_hint(help));
            return None;
        }
        let path = self.scope.folder.join(path);
        let bytes = path.as_os_str().len();
        if bytes > UNIX_PATH_BYTES_MAX {
            let message = format!(
                "the path of the socket has {bytes} bytes; the system takes at most {UNIX_PATH_BYTES_MAX}"
            );
            let help = "make a link with a short path to the folder of the socket";
            self.faults.push(invalid("too_long", field, message).with_hint(help));
            return None;
        }
        Some(path)
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

    /// Whether a regular expression that is made in each run may have a program of so many bytes: in a definition that came over
    /// a network, they must not keep those waiting who wait for the network.
    pub(crate) fn admits_program(&mut self, field: &str, bytes: usize) -> bool {
        self.program_bytes = self.program_bytes.saturating_add(bytes);
        let admits = self.scope.author == Author::Ours || self.program_bytes <= FOREIGN_PROGRAMS_BYTES_MAX;
        if !admits {
            let message = format!(
                "{field}: the regular expressions with variables in them compile to more than {FOREIGN_PROGRAMS_BYTES_MAX} bytes"
            );
            let fault = invalid("invalid_assertion", field, message)
                .with_hint("use fewer or smaller repetitions, or no variables in them");
            self.faults.push(fault);
        }
        admits
    }

    /// The folder of the file, from which relative paths are meant.
    pub(crate) fn folder(&self) -> &'r Path {
        &self.scope.folder
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
                let text = generator.generate(self.moment.now_ms, &mut *self.moment.random);
                Ok(Rendered { text, secret: false })
            }
            Part::Id(which) => {
                self.dynamic = true;
                let Moment { ids, random, .. } = &mut self.moment;
                // A definition that is planned has none yet; any text will do.
                let text = ids
                    .map_or_else(|| Generator::Uuid.generate(0, || 0), |ids| ids.text(*which, &mut **random));
                Ok(Rendered { text, secret: false })
            }
            Part::Variable { name, .. } => self.variable(name, depth),
        }
    }

    fn variable(&mut self, name: &str, depth: usize) -> Result<Rendered, RenderError> {
        match self.awaited {
            // Its value is that of the step, whatever the file has under this name.
            Awaited::Later(names) if names.contains(name) => {
                self.dynamic = true;
                return Err(RenderError::Unknown);
            }
            Awaited::Missing(whys) => {
                if let Some(why) = whys.get(name) {
                    return Err(RenderError::Missing(format!("the variable {name} has no value: {why}")));
                }
            }
            Awaited::Later(_) | Awaited::Nothing => {}
        }
        if let Some(known) = self.values.0.get(name) {
            if known.secret {
                self.secrets.add(&known.text);
            }
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
            Value::Totp(totp) => self.password(name, totp, depth)?,
            Value::Unknown => return Err(RenderError::Unknown),
        };
        rendered.secret |= variable.secret;
        if rendered.secret {
            self.secrets.add(&rendered.text);
        }
        self.values.0.insert(name.to_owned(), rendered.clone());
        Ok(rendered)
    }

    /// The one-time password of the moment: it is as secret as what it is made of.
    fn password(&mut self, name: &str, totp: &Totp, depth: usize) -> Result<Rendered, RenderError> {
        self.dynamic = true;
        let secret = match totp.secret.template() {
            Some(template) => self.template(template, depth + 1)?.text,
            None => totp.secret.as_written().to_owned(),
        };
        self.secrets.add(&secret);
        let key =
            totp_key(&secret).map_err(|why| RenderError::BadSecret(format!("the variable {name}: {why}")))?;
        let text = password(&key, self.moment.now_ms, totp.digits, totp.period, totp.algorithm);
        Ok(Rendered { text, secret: true })
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
            RenderError::BadSecret(why) => invalid("invalid_secret", field, format!("{field}: {why}")),
            RenderError::Missing(why) => invalid("missing_variable", field, format!("{field}: {why}")),
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
