//! From a source to its definitions.

use crate::defaults::{DEFAULTS, Defaults};
use crate::fields::{FieldSpec, Shape, Table};
use crate::mapping::Mapping;
use crate::reader::Reader;
use crate::source::Flaw;
use crate::value::FormatVersion;
use crate::yaml::{Kind, Node};
use crate::{
    DEFINITION_BYTES_MAX, Diagnostic, Document, Place, Reference, Source, Spanned, Test, Variable, foreign,
    test, variable, yaml,
};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// The fields of a file.
pub(crate) const TABLE: Table = Table::new(
    "the file",
    &[&[
        VERSION,
        FieldSpec::new(
            "defaults",
            Shape::Table(&DEFAULTS),
            "what holds for all tests that do not say otherwise",
        ),
        INCLUDE,
        VARIABLES,
        FieldSpec::new("tests", Shape::Tests(&test::TABLE), "the tests").required(),
    ]],
);

const VERSION: FieldSpec =
    FieldSpec::new("version", Shape::of::<FormatVersion>(), "version of the format: 1").literal();

const INCLUDE: FieldSpec = FieldSpec::new(
    "include",
    Shape::TextList(INCLUDES_MAX),
    "files whose variables are used here; what is under `variables` hides theirs, and a later file hides an earlier one",
)
.literal();

const VARIABLES: FieldSpec = FieldSpec::new("variables", Shape::Variables, "what `{{ NAME }}` stands for");

/// The fields of a file with variables for others.
const OF_VARIABLES: Table = Table::new("a file with variables", &[&[VERSION, INCLUDE, VARIABLES]]);

/// Most files that a file includes.
pub const INCLUDES_MAX: usize = 20;

/// A file with variables for other files.
#[derive(Debug, Clone, Default)]
#[expect(clippy::exhaustive_structs, reason = "closed: what such a file holds")]
pub struct VariableFile {
    /// The files that it includes itself.
    pub include: Vec<Spanned<String>>,
    /// Its variables, in order.
    pub variables: Vec<Variable>,
    /// Every `{{ NAME }}` in it.
    pub references: Vec<Reference>,
}

/// Reads a file with variables for others: a mapping with `variables` and `include`, or of names to values.
///
/// # Errors
///
/// All that is wrong with it.
pub fn read_variables(source: &Source) -> Result<VariableFile, Vec<Diagnostic>> {
    if let Some(flaw) = source.flaw() {
        return Err(vec![describe(source, flaw)]);
    }
    let mut reader = Reader::new(source);
    let mut file = VariableFile::default();
    match yaml::load(source.text()) {
        Ok((root, flaws)) => {
            flaws.into_iter().for_each(|flaw| report(&mut reader, flaw));
            match root {
                Some(root) if root.get("variables").is_some() || root.get("include").is_some() => {
                    if let Some(mapping) = Mapping::open(&mut reader, &root, &OF_VARIABLES) {
                        let _ = mapping.read(&mut reader, "version", Reader::literal::<FormatVersion>);
                        file.include = includes(&mut reader, &mapping);
                        file.variables =
                            mapping.read(&mut reader, "variables", variable::read).unwrap_or_default();
                    }
                }
                Some(root) => file.variables = variable::read(&mut reader, &root).unwrap_or_default(),
                None => {}
            }
        }
        Err(flaw) => report(&mut reader, flaw),
    }
    let (found, references, _) = reader.finish();
    if found.iter().any(Diagnostic::is_error) {
        return Err(found);
    }
    file.references = references;
    file.variables.iter_mut().for_each(|variable| variable.included = true);
    Ok(file)
}

fn includes(reader: &mut Reader<'_>, mapping: &Mapping<'_>) -> Vec<Spanned<String>> {
    let list = mapping.read(reader, "include", |reader, node| match &node.kind {
        Kind::Scalar(_) => reader.literal_text(node).map(|path| vec![path]),
        _ => reader.list(node, "the path of a file or a list of them", INCLUDES_MAX, Reader::literal_text),
    });
    reader.has_more_variables |= mapping.has("include") && list.is_none();
    list.unwrap_or_default()
}

/// What a source holds.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: what was read and what is wrong")]
pub struct Parsed {
    /// What could be read of it; without [`has_errors`](Self::has_errors) that is all of it.
    pub document: Option<Document>,
    /// What is wrong with it, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// Whether the source cannot be used. Its document must not be run then.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Reads definitions: YAML, or JSON. Every problem is reported at once.
///
/// A source is a mapping with `tests`, one test, or a list of tests. Variables may be given by the caller, so whether
/// those that are used exist is reported by [`check_variables`](crate::check_variables) only.
#[must_use]
pub fn parse(source: &Source) -> Parsed {
    if let Some(flaw) = source.flaw() {
        return Parsed { document: None, diagnostics: vec![describe(source, flaw)] };
    }
    let mut reader = Reader::new(source);
    if foreign::is_hurl(source.text()) {
        // Some are YAML all the same: one long text.
        let diagnostic = reader.error(Place::START, "this is a Hurl file, which cannot be read");
        return Parsed { document: None, diagnostics: vec![diagnostic] };
    }
    let content = match yaml::load(source.text()) {
        Ok((root, flaws)) => {
            flaws.into_iter().for_each(|flaw| report(&mut reader, flaw));
            read(&mut reader, root.as_deref())
        }
        Err(flaw) => {
            report(&mut reader, flaw);
            None
        }
    };
    let unread_variables = std::mem::take(&mut reader.unread_variables);
    let has_more_variables = reader.has_more_variables || reader.is_full();
    let (diagnostics, references, look_alikes) = reader.finish();
    let document = content.map(|Content { include, variables, tests }| Document {
        source: Arc::new(source.clone()),
        include,
        variables,
        unread_variables,
        has_more_variables,
        tests,
        references,
        look_alikes,
    });
    Parsed { document, diagnostics }
}

/// What a source holds as a tree; nothing if it is empty or cannot be read, which is reported.
pub(crate) fn root(reader: &mut Reader<'_>, source: &Source) -> Option<Rc<Node>> {
    if let Some(flaw) = source.flaw() {
        reader.report(describe(source, flaw));
        return None;
    }
    match yaml::load(source.text()) {
        Ok((root, flaws)) => {
            flaws.into_iter().for_each(|flaw| report(reader, flaw));
            root
        }
        Err(flaw) => {
            report(reader, flaw);
            None
        }
    }
}

/// [`parse`] of a text under a name.
#[must_use]
pub fn parse_str(name: &str, text: &str) -> Parsed {
    parse(&Source::new(name, text))
}

fn describe(source: &Source, flaw: Flaw) -> Diagnostic {
    match flaw {
        Flaw::TooLong { bytes } => Diagnostic::error(
            source,
            Place::START,
            format!("a definition file has at most {DEFINITION_BYTES_MAX} bytes, found {bytes}"),
        )
        .with_help("split it, or take large bodies and certificates from files"),
        Flaw::NotUtf8 { offset, byte, place } => {
            Diagnostic::error(source, place, format!("not UTF-8: byte 0x{byte:02x} at offset {offset}"))
                .with_help("save the file as UTF-8")
        }
    }
}

fn report(reader: &mut Reader<'_>, flaw: yaml::Flaw) {
    let mut diagnostic = reader.error(flaw.place, flaw.message);
    diagnostic.help = flaw.help;
    reader.report(diagnostic);
}

#[derive(Debug, Default)]
struct Content {
    include: Vec<Spanned<String>>,
    variables: Vec<Variable>,
    tests: Vec<Test>,
}

fn read(reader: &mut Reader<'_>, root: Option<&Node>) -> Option<Content> {
    let expected = "a mapping with `tests`, a test, or a list of tests";
    let Some(root) = root else {
        let diagnostic = reader.error(Place::START, format!("expected {expected}, found an empty file"));
        reader.report(diagnostic);
        return None;
    };
    if let Some(what) = unread(root) {
        let diagnostic = reader.error(root.place, what);
        reader.report(diagnostic);
        return None;
    }
    if let Some(format) = foreign::format(root) {
        let options = reader.source().foreign_options();
        let native = foreign::convert(reader, root, format, options)?;
        reader.is_foreign = true;
        return read_file(reader, &native);
    }
    match &root.kind {
        Kind::Sequence(_) => {
            let tests = test::read_list(reader, root, &Defaults::default())?;
            some_tests(reader, root);
            Some(Content { tests, ..Content::default() })
        }
        Kind::Mapping(_) if is_test(root) => {
            let test = test::read(reader, root, &Defaults::default(), &mut HashMap::new());
            Some(Content { tests: test.into_iter().collect(), ..Content::default() })
        }
        Kind::Mapping(_) => read_file(reader, root),
        Kind::Scalar(_) => {
            reader.unexpected(root, expected);
            None
        }
    }
}

fn read_file(reader: &mut Reader<'_>, root: &Node) -> Option<Content> {
    let mapping = Mapping::open(reader, root, &TABLE)?;
    let _ = mapping.read(reader, "version", Reader::literal::<FormatVersion>);
    let defaults = mapping.read(reader, "defaults", Defaults::read).unwrap_or_default();
    let include = includes(reader, &mapping);
    let variables = mapping.read(reader, "variables", variable::read).unwrap_or_default();
    let tests = mapping.read(reader, "tests", |reader, node| {
        some_tests(reader, node);
        test::read_list(reader, node, &defaults)
    });
    Some(Content { include, variables, tests: tests.unwrap_or_default() })
}

fn some_tests(reader: &mut Reader<'_>, node: &Node) {
    if matches!(&node.kind, Kind::Sequence(items) if items.is_empty()) {
        let diagnostic = reader.error(node.place, "the list of tests is empty");
        reader.report(diagnostic);
    }
}

/// Whether a root is a single test: it has a field of one, and is not a file.
fn is_test(root: &Node) -> bool {
    let has = |root: &Node, name: &str| root.get(name).is_some();
    !has(root, "tests") && test::TABLE.fields().any(|field| field.name != "every" && has(root, field.name))
}

/// What else a file is: a report of ours, or a file of a tool that is not read.
fn unread(root: &Node) -> Option<String> {
    if crate::nature::is_report(root) {
        return Some("this is a report of Faultfinder, not a definition file".to_owned());
    }
    foreign::unread(root).map(|what| format!("this is {what}, which cannot be read"))
}
