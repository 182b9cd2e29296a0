//! A compiled assertion.

use crate::AssertionError;
use crate::error::{Piece, Span};
use crate::operator::Operator;
use crate::outcome::{NOT_PERFORMED, Outcome};
use crate::subject::{Reading, Subject};
use crate::value::Value;
use faultfinder_script::Script;
use faultfinder_taxonomy::Fact;
use faultfinder_taxonomy::word::{GroupKind, HashAlgorithm, Severity};
use std::fmt::Write as _;
use std::sync::Arc;

/// The word for assertions in JavaScript.
pub(crate) const JAVASCRIPT: &str = "javascript";

/// Most assertions of one group.
pub const PARTS_MAX: usize = 20;

/// A compiled assertion, or a group of them, which can be evaluated as often as needed.
#[derive(Debug, Clone)]
pub struct Assertion {
    /// As it was written, on one line.
    pub(crate) text: Arc<str>,
    pub(crate) node: Node,
    pub(crate) severity: Severity,
    /// Where it was written.
    pub(crate) place: Option<Place>,
    /// What is probably not meant.
    pub(crate) notes: Vec<AssertionError>,
}

/// Where an assertion was written. Nearly all tests of a file have assertions, so the file's name is there once.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    file: Arc<str>,
    line: u32,
    column: u32,
}

/// One assertion, or several. Clones share what they consist of: tests by the thousand have the same line.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    Check(Arc<Check>),
    Group(Group),
    Script(Script),
}

/// One thing that must hold.
#[derive(Debug, Clone)]
pub(crate) struct Check {
    pub(crate) reading: Reading,
    pub(crate) operator: Operator,
    /// Whether the operator is a negated one (`is not`).
    pub(crate) negated: bool,
    /// Whether the whole is negated (`not ...`).
    pub(crate) inverted: bool,
    pub(crate) value: Value,
    /// The value as it was written.
    pub(crate) written: String,
}

/// Several assertions of which some must hold.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) kind: GroupKind,
    /// Whether the whole is negated.
    pub(crate) inverted: bool,
    pub(crate) parts: Vec<Assertion>,
}

impl Check {
    /// Whether it holds only if something is there: its negations hold for what is not.
    pub(crate) const fn wants_presence(&self) -> bool {
        self.negated == self.inverted
    }
}

impl Assertion {
    pub(crate) fn new(text: String, node: Node) -> Self {
        Self { text: text.into(), node, severity: Severity::Fail, place: None, notes: Vec::new() }
    }

    /// A group of assertions; `not` is whether the opposite must hold.
    #[must_use]
    pub fn group(kind: GroupKind, parts: Vec<Self>, not: bool) -> Self {
        let texts: Vec<&str> = parts.iter().map(|part| &*part.text).collect();
        let between = if kind == GroupKind::All { " and " } else { " or " };
        let text = format!("{}{}: {}", if not { "not " } else { "" }, kind.as_str(), texts.join(between));
        Self::new(text, Node::Group(Group { kind, inverted: not, parts }))
    }

    /// An assertion in JavaScript, which holds if the script comes to its end.
    ///
    /// # Errors
    ///
    /// It is not JavaScript, or too long.
    pub fn script(code: &str) -> Result<Self, AssertionError> {
        let script = Script::new(code).map_err(|error| {
            AssertionError::new(Span::whole(Piece::Line, ""), format!("the script is not valid: {error}"))
        })?;
        if script.is_empty() {
            let error =
                AssertionError::new(Span::whole(Piece::Line, ""), "the script is empty: it always passes");
            return Err(
                error.expected("a script that can fail: dd.expect(dd.response.statusCode).to.equal(200)")
            );
        }
        Ok(Self::new(JAVASCRIPT.to_owned(), Node::Script(script)))
    }

    /// How many scripts there are in it.
    pub(crate) fn scripts(&self) -> usize {
        match &self.node {
            Node::Script(_) => 1,
            Node::Group(group) => group.parts.iter().map(Self::scripts).sum(),
            Node::Check(_) => 0,
        }
    }

    /// Whether there is a script in it that mentions a word.
    fn mentions(&self, word: &str) -> bool {
        match &self.node {
            Node::Script(script) => script.as_str().contains(word),
            Node::Group(group) => group.parts.iter().any(|part| part.mentions(word)),
            Node::Check(_) => false,
        }
    }

    /// With what follows when it does not hold.
    #[must_use]
    pub fn with_severity(self, severity: Severity) -> Self {
        Self { severity, ..self }
    }

    /// With where it was written, for results: the name of the file, line and column from 1.
    #[must_use]
    pub fn at(self, file: &Arc<str>, line: u32, column: u32) -> Self {
        Self { place: Some(Place { file: Arc::clone(file), line, column }), ..self }
    }

    /// Whether it needs a file: [`load_files`](Self::load_files).
    #[must_use]
    pub fn needs_files(&self) -> bool {
        self.checks().iter().any(|check| matches!(check.value, Value::SchemaFile(_)))
    }

    /// Compiles the JSON Schemas that it names by their files; `read` yields the text of a file, or why it cannot be read.
    ///
    /// # Errors
    ///
    /// The first file that cannot be read or used, with the place of its name.
    pub fn load_files(
        &mut self,
        read: &mut dyn FnMut(&str) -> Result<String, String>,
    ) -> Result<(), AssertionError> {
        match &mut self.node {
            Node::Check(check) => {
                if let Value::SchemaFile(file) = &check.value {
                    let text = read(&file.path).map_err(|why| file.error(why))?;
                    let compiled = file.compile(&text)?;
                    if let Value::Schema(schema) = &compiled {
                        let notes = schema.notes().iter();
                        self.notes.extend(
                            notes.map(|note| {
                                file.error(note.message.as_str()).expected(note.expected.as_str())
                            }),
                        );
                    }
                    Arc::make_mut(check).value = compiled;
                }
                Ok(())
            }
            Node::Script(_) => Ok(()),
            Node::Group(group) => group.parts.iter_mut().try_for_each(|part| part.load_files(read)),
        }
    }

    /// What follows when it does not hold.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.severity
    }

    /// Where it was written.
    #[must_use]
    pub fn place(&self) -> Option<String> {
        let Place { file, line, column } = self.place.as_ref()?;
        // With room for two numbers: it is made for each assertion of each run.
        let mut text = String::with_capacity(file.len() + 16);
        let _ = write!(text, "{file}:{line}:{column}");
        Some(text)
    }

    /// What is probably not meant: remarks in the form of errors, with their places. It can be evaluated all the same.
    #[must_use]
    pub fn notes(&self) -> &[AssertionError] {
        &self.notes
    }

    /// What it reads, in the words of a line: `header content-type`, `some MX record`.
    #[must_use]
    pub fn subject(&self) -> String {
        match &self.node {
            Node::Check(check) => check.reading.to_string(),
            Node::Script(_) => JAVASCRIPT.to_owned(),
            Node::Group(group) => format!("{} of {} assertions", group.kind.as_str(), group.parts.len()),
        }
    }

    /// The word that names the kind of its subject: `header`, `record`; of a group `any`, `all` or `none`.
    #[must_use]
    pub fn keyword(&self) -> &'static str {
        match &self.node {
            Node::Check(check) => check.reading.subject.keyword(),
            Node::Script(_) => JAVASCRIPT,
            Node::Group(group) => group.kind.as_str(),
        }
    }

    /// How it compares: `does not contain`.
    #[must_use]
    pub fn operator(&self) -> &'static str {
        match &self.node {
            Node::Check(check) => check.operator.phrase(check.negated != check.inverted),
            Node::Script(_) => "passes",
            Node::Group(Group { inverted: false, .. }) => "hold",
            Node::Group(Group { inverted: true, .. }) => "do not hold",
        }
    }

    /// What it expects; nothing for `exists`, and of a group its assertions.
    #[must_use]
    pub fn expected(&self) -> Fact {
        match &self.node {
            Node::Check(check) => check.value.fact(&check.written),
            Node::Script(_) => Fact::Null,
            Node::Group(group) => Fact::List(group.parts.iter().map(|part| (&*part.text).into()).collect()),
        }
    }

    /// All single assertions in it.
    pub(crate) fn checks(&self) -> Vec<&Check> {
        match &self.node {
            Node::Check(check) => vec![check.as_ref()],
            Node::Script(_) => Vec::new(),
            Node::Group(group) => group.parts.iter().flat_map(Self::checks).collect(),
        }
    }

    /// How many single assertions it has.
    #[must_use]
    pub fn count(&self) -> usize {
        match &self.node {
            Node::Check(_) | Node::Script(_) => 1,
            Node::Group(group) => group.parts.iter().map(Self::count).sum(),
        }
    }

    fn reads(&self, wanted: impl Fn(&Subject) -> bool) -> bool {
        self.checks().iter().any(|check| wanted(&check.reading.subject))
    }

    /// Whether it reads this, and the test fails if it does not hold. Only then can it make a value of a fault.
    fn decides(&self, wanted: impl Fn(&Subject) -> bool) -> bool {
        self.severity == Severity::Fail && self.reads(wanted)
    }

    /// Whether it reads the body of an answer, so that it cannot be judged when the body is cut.
    #[must_use]
    pub fn needs_body(&self) -> bool {
        self.reads(Subject::is_in_body) || self.mentions("body")
    }

    /// The hash functions that the body has to be hashed with.
    pub fn hashes(&self) -> impl Iterator<Item = HashAlgorithm> {
        self.checks().into_iter().filter_map(|check| match check.reading.subject {
            Subject::Hash(algorithm) => Some(algorithm),
            _ => None,
        })
    }

    /// Whether it reads what was received, so that something must be.
    #[must_use]
    pub fn reads_received(&self) -> bool {
        self.reads(|subject| matches!(subject, Subject::Received)) || self.needs_body()
    }

    /// Whether it reads how a WebSocket was closed, so that a close is a value.
    #[must_use]
    pub fn reads_close_code(&self) -> bool {
        self.decides(|subject| matches!(subject, Subject::CloseCode))
    }

    /// Whether it reads the status of an answer.
    #[must_use]
    pub fn reads_status(&self) -> bool {
        self.decides(|subject| matches!(subject, Subject::Status))
            || (self.severity == Severity::Fail && self.mentions("statusCode"))
    }

    /// Whether it reads nothing but the head of an HTTP answer, which comes before its body.
    #[must_use]
    pub fn reads_head(&self) -> bool {
        // A script may read anything.
        self.scripts() == 0
            && !self.reads(|subject| {
                !matches!(subject, Subject::Status | Subject::Header(_) | Subject::HttpVersion)
            })
    }

    /// Whether it reads the response code of a DNS answer, so that an error there is a value.
    #[must_use]
    pub fn reads_rcode(&self) -> bool {
        self.decides(|subject| matches!(subject, Subject::Rcode))
    }

    /// Whether it reads how a connection ended, so that a refused one is a value.
    #[must_use]
    pub fn reads_connection(&self) -> bool {
        self.decides(|subject| matches!(subject, Subject::Connection))
    }

    /// Whether it reads the status of a gRPC call, so that one that is not `OK` is a value.
    #[must_use]
    pub fn reads_grpc_status(&self) -> bool {
        self.decides(|subject| matches!(subject, Subject::GrpcStatus))
    }

    /// Whether it reads the answer of a gRPC health check.
    #[must_use]
    pub fn reads_health(&self) -> bool {
        self.decides(|subject| matches!(subject, Subject::Health))
    }

    /// The outcome when it cannot be evaluated, and why.
    #[must_use]
    pub fn not_performed(&self, why: &str) -> Outcome {
        Outcome {
            passed: false,
            evaluated: false,
            expected: self.expected(),
            actual: Fact::Null,
            message: format!("{NOT_PERFORMED}{why}"),
            unfinished: false,
        }
    }
}

impl std::fmt::Display for Assertion {
    /// As it was written.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.text)
    }
}
