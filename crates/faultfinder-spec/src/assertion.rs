//! Reads assertions: lines, mappings, groups.

use crate::fields::{FieldSpec, Shape, Table};
use crate::mapping::Mapping;
use crate::reader::Reader;
use crate::text::quoted;
use crate::value::parse_word;
use crate::written::Fields;
use crate::yaml::{Kind, Node};
use crate::{AssertionGroup, AssertionSource, Diagnostic, ScriptSource};
use faultfinder_taxonomy::word::{GroupKind, Severity, Word as _};
use std::rc::Rc;

/// Most assertions of one test, and of one group.
pub const ASSERTIONS_MAX: usize = 20;

/// Most single assertions of one test, those in its groups included.
pub const CHECKS_MAX: usize = 100;

/// Most values of the list with which an assertion compares.
pub const VALUES_MAX: usize = 100;

/// Longest name or value of a mapping that is shown as a line.
const LINE_CHARS_MAX: usize = 60;

/// How deep groups may be in each other.
pub const GROUPS_DEPTH_MAX: usize = 3;

/// The fields of an assertion that is a mapping.
pub(crate) const ASSERTION: Table = Table::new(
    "an assertion",
    &[
        &[
            FieldSpec::new("subject", Shape::Text, "what is read: `header content-type`").required(),
            FieldSpec::new("operator", Shape::Text, "how it is compared: contains").required(),
            FieldSpec::new(
                "value",
                Shape::TextOrList(VALUES_MAX),
                "what it is compared with; a list for `is one of` and `in`",
            ),
            FieldSpec::new("unit", Shape::Text, "the value's unit: ms"),
        ],
        COMMON,
    ],
);

/// The fields of a group of assertions.
pub(crate) const GROUP: Table = Table::new(
    "a group of assertions",
    &[
        &[
            FieldSpec::new("any", Shape::Assertions, "assertions of which at least one must hold"),
            FieldSpec::new("all", Shape::Assertions, "assertions that must all hold"),
            FieldSpec::new("none", Shape::Assertions, "assertions of which none may hold"),
        ],
        COMMON,
    ],
)
.one_of(GroupKind::WORDS);

/// An assertion that only warns, in short.
pub(crate) const WARNING: Table = Table::new(
    "an assertion that warns",
    &[&[FieldSpec::new("warn", Shape::Text, "an assertion whose failure is only reported").required()]],
);

/// The fields of an assertion in JavaScript.
pub(crate) const SCRIPT: Table = Table::new(
    "an assertion in JavaScript",
    &[&[
        FieldSpec::new(
            "javascript",
            Shape::Text,
            "a script that fails with `throw`, `dd.expect`, `dd.assert` or `dd.should`; templates mean nothing in it",
        )
        .required(),
        SEVERITY.literal(),
    ]],
);

const SEVERITY: FieldSpec = FieldSpec::new(
    "severity",
    Shape::word::<Severity>(),
    "whether the test fails when it does not hold, or the result only has a warning (fail)",
);

const COMMON: &[FieldSpec] =
    &[FieldSpec::new("not", Shape::of::<bool>(), "whether the opposite must hold (false)"), SEVERITY];

/// Reads the assertions of a test.
pub(crate) fn read_list(reader: &mut Reader<'_>, node: &Node) -> Option<Vec<AssertionSource>> {
    let assertions = parts(reader, node, 0)?;
    let count: usize = assertions.iter().map(AssertionSource::count).sum();
    if count > CHECKS_MAX {
        let message =
            format!("a test has at most {CHECKS_MAX} assertions with those in groups, found {count}");
        let diagnostic = reader.error(node.place, message);
        reader.report(diagnostic);
    }
    Some(assertions)
}

fn parts(reader: &mut Reader<'_>, node: &Node, depth: usize) -> Option<Vec<AssertionSource>> {
    // The line in which values are listed without quotes, and whether it was said that a comma ends them.
    let mut listing: Option<(u32, bool)> = None;
    reader.list(node, "a list of assertions", ASSERTIONS_MAX, |reader, item| {
        let plain = item.scalar().filter(|scalar| scalar.plain).map_or("", |scalar| scalar.text.as_str());
        if let Some((line, is_reported)) = listing.as_mut()
            && *line == item.place.line
            && !plain.is_empty()
            && !plain.contains(' ')
        {
            if !std::mem::replace(is_reported, true) {
                let diagnostic = reader
                    .error(item.place, "a comma in brackets ends the assertion before it")
                    .with_help("put an assertion with commas in quotes: `[ \"status is one of 200, 204\" ]`");
                reader.report(diagnostic);
            }
            return None;
        }
        let lists = [" one of ", " in "].iter().any(|word| plain.contains(word));
        listing = lists.then_some((item.place.line, false));
        AssertionSource::read(reader, item, depth)
    })
}

/// Words with which an assertion does not end.
const OPERATOR_ENDS: &[&str] =
    &["is", "not", "of", "in", "contains", "contain", "with", "matches", "match", "<", "<=", ">", ">="];

/// An assertion in a line.
fn line(reader: &mut Reader<'_>, node: &Node) -> Option<AssertionSource> {
    let text = reader.text_as(node, "an assertion such as `status is 200`")?;
    let last = text.as_written().rsplit(' ').next().unwrap_or("");
    let is_plain = node.scalar().is_some_and(|scalar| scalar.plain);
    if is_plain
        && OPERATOR_ENDS.contains(&last)
        && let Some(comment) = reader.source().glued_comment(node.place)
    {
        let message = format!("{} is a comment, and no value", quoted(comment));
        let diagnostic = reader.error(node.place, message).with_help("put the whole assertion in quotes");
        reader.report(diagnostic);
        return None;
    }
    Some(AssertionSource::Line(text))
}

impl AssertionSource {
    fn read(reader: &mut Reader<'_>, node: &Node, depth: usize) -> Option<Self> {
        let Kind::Mapping(entries) = &node.kind else {
            return line(reader, node);
        };
        let keys = || entries.iter().filter_map(|(key, _)| key.scalar()).map(|key| key.text.as_str());
        // YAML makes a mapping of `body contains a: b`.
        if let [(key, _)] = entries.as_slice()
            && key.scalar().is_some_and(|key| key.text.contains(' '))
        {
            let diagnostic = reader
                .error(key.place, "expected an assertion, found a mapping")
                .with_label("`: ` makes this a mapping")
                .with_help("put the whole assertion in quotes");
            reader.report(diagnostic);
            return None;
        }
        if keys().any(|key| GroupKind::parse(key).is_ok()) {
            return group(reader, node, depth).map(|group| Self::Group(Box::new(group)));
        }
        if keys().any(|key| key == "warn") {
            let mapping = Mapping::open(reader, node, &WARNING)?;
            return mapping.text(reader, "warn").map(Self::Warning);
        }
        if keys().any(|key| key == "javascript") {
            return script(reader, node);
        }
        if let Some(diagnostic) = of_another_form(reader, entries) {
            reader.report(diagnostic);
            return None;
        }
        let fields = Fields::read(reader, node, &ASSERTION, node.place)?;
        // What is wrong with a field was reported; that it is missing is not a second mistake.
        if !fields.unread.is_empty() {
            return None;
        }
        Some(Self::Fields(Box::new(fields)))
    }

    /// How many single assertions it has.
    fn count(&self) -> usize {
        match self {
            Self::Line(_) | Self::Fields(_) | Self::Warning(_) | Self::Script(..) => 1,
            Self::Group(group) => group.parts.iter().map(Self::count).sum(),
        }
    }
}

/// What other tools call a script, and groups.
const FORMS: &[(&str, &str)] = &[
    ("js", "javascript"),
    ("script", "javascript"),
    ("or", "any"),
    ("any_of", "any"),
    ("anyOf", "any"),
    ("and", "all"),
    ("all_of", "all"),
    ("allOf", "all"),
    ("none_of", "none"),
    ("noneOf", "none"),
];

/// What is wrong with a mapping that has none of the fields of an assertion: `{ status: 200 }`, `{ or: [..] }`.
fn of_another_form(reader: &Reader<'_>, entries: &[(Rc<Node>, Rc<Node>)]) -> Option<Diagnostic> {
    let names = || entries.iter().filter_map(|(key, value)| Some((key, key.scalar()?.text.as_str(), value)));
    if names().any(|(_, name, _)| ["subject", "operator", "value", "unit"].contains(&name)) {
        return None;
    }
    if let Some((key, ours)) = names()
        .find_map(|(key, name, _)| FORMS.iter().find(|(other, _)| *other == name).map(|row| (key, row.1)))
    {
        let message = format!("unknown field {} of an assertion", quoted(key.scalar()?.text.as_str()));
        return Some(reader.error(key.place, message).with_label(format!("here it is called `{ours}`")));
    }
    let (key, name, value) = names().find(|(_, name, _)| !["not", "severity"].contains(name))?;
    let value = value.scalar().filter(|value| !value.is_null())?;
    // Several unknown fields are another form of a mapping, not a line.
    if names().filter(|(_, name, _)| !["not", "severity"].contains(name)).count() > 1 {
        return None;
    }
    let is_fit =
        |text: &str| !text.is_empty() && text.chars().count() <= LINE_CHARS_MAX && !text.contains('\n');
    let help = match is_fit(name) && is_fit(&value.text) {
        true => format!("write a line: `- {name} is {}`", value.text),
        false => "write a line, such as `- status is 200`".to_owned(),
    };
    Some(reader.error(key.place, "expected an assertion, found a mapping without `subject`").with_help(help))
}

fn script(reader: &mut Reader<'_>, node: &Node) -> Option<AssertionSource> {
    let mapping = Mapping::open(reader, node, &SCRIPT)?;
    let code = mapping.read(reader, "javascript", Reader::verbatim)?;
    let severity = mapping.read(reader, "severity", |reader, node| {
        let text = reader.literal_text(node)?;
        parse_word(&text.value).map_err(|bad| reader.bad_value(text.place, bad)).ok()
    });
    Some(AssertionSource::Script(ScriptSource::new(code), severity.unwrap_or(Severity::Fail)))
}

fn group(reader: &mut Reader<'_>, node: &Node, depth: usize) -> Option<AssertionGroup> {
    if depth >= GROUPS_DEPTH_MAX {
        let message = format!("groups of assertions are at most {GROUPS_DEPTH_MAX} deep in each other");
        let diagnostic = reader.error(node.place, message);
        reader.report(diagnostic);
        return None;
    }
    let mapping = Mapping::open(reader, node, &GROUP)?;
    let kind = GroupKind::ALL.iter().copied().find(|kind| mapping.has(kind.as_str()))?;
    let parts = mapping.read(reader, kind.as_str(), |reader, node| {
        let parts = parts(reader, node, depth + 1)?;
        if matches!(&node.kind, Kind::Sequence(items) if items.is_empty()) {
            let diagnostic = reader.error(node.place, "a group of assertions must not be empty");
            reader.report(diagnostic);
        }
        Some(parts)
    });
    let options = Fields::of(reader, &mapping);
    Some(AssertionGroup { kind, parts: parts?, options })
}
