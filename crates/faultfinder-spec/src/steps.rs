//! Reads the steps of a test.

use crate::defaults::{Defaults, RETRY, RetrySource, read_retry};
use crate::exchange::{read_assertions, read_exchange};
use crate::fields::{FieldSpec, Shape, Table};
use crate::keys::{duplicate_name, unique};
use crate::mapping::Mapping;
use crate::reader::Reader;
use crate::template::is_name;
use crate::text::quoted;
use crate::value::{Number, OverallTimeout, RepeatInterval, StepWait};
use crate::yaml::{Kind, Node};
use crate::{Action, ExtractionSource, Repeat, ScriptSource, Spanned, Step, Steps, generator, protocol};
use faultfinder_taxonomy::word::one_of;
use std::time::Duration;

/// Most steps of a test.
pub const STEPS_MAX: usize = 100;

/// How long the steps of a test may take together when nothing is said.
pub const STEPS_TIME_DEFAULT: Duration = Duration::from_secs(30 * 60);

/// Most steps that a test carries out, with those of the tests that it carries out as steps.
pub const TEST_STEPS_MAX: usize = 1_000;

/// Most steps that the tests of a file carry out in all, counted like those of a test: each is planned by itself.
pub const FILE_STEPS_MAX: usize = 10_000;

/// How deep tests may be carried out as steps of others.
pub const SUB_TESTS_DEPTH_MAX: usize = 2;

/// Most values that a step extracts.
pub const EXTRACTIONS_MAX: usize = 20;

/// Most times that a step is repeated.
pub const REPEATS_MAX: u32 = 1_000;

/// How often a step is repeated, and the pause between, when nothing is said.
const REPEATS_DEFAULT: u32 = 10;
const REPEAT_INTERVAL_DEFAULT: Duration = Duration::from_secs(1);

/// The fields of a step.
pub(crate) const STEP: Table = Table::new(
    "a step of a test",
    &[
        &[FieldSpec::new("name", Shape::Text, "its name, unique in the test")],
        protocol::FIELDS,
        &[
            FieldSpec::new("wait", Shape::of::<StepWait>(), "a pause instead of a request, up to 1h")
                .literal(),
            FieldSpec::new(
                "run",
                Shape::Text,
                "the name of another test of this file, whose steps are carried out",
            )
            .literal(),
            FieldSpec::new("assert", Shape::Assertions, "what must hold of the answer"),
            FieldSpec::new(
                "extract",
                Shape::Extractions,
                "what later steps need of the answer, by the name of a variable",
            ),
            FieldSpec::new(
                "extract_javascript",
                Shape::Text,
                "a script that makes variables of the answer with `dd.variable.set`",
            ),
            FieldSpec::new("retry", Shape::Table(&RETRY), "what happens when it fails"),
            FieldSpec::new("repeat", Shape::Table(&REPEAT), "carries it out again until something holds"),
            FieldSpec::new(
                "allow_failure",
                Shape::of::<bool>(),
                "whether the next step follows even if this one fails (false)",
            )
            .literal(),
            FieldSpec::new(
                "critical",
                Shape::of::<bool>(),
                "with `allow_failure`: whether the test fails in the end if this step does (false)",
            )
            .literal(),
            FieldSpec::new(
                "exit_if_succeed",
                Shape::of::<bool>(),
                "whether the test ends, and passes, if this step passes (false)",
            )
            .literal(),
            FieldSpec::new(
                "always_run",
                Shape::of::<bool>(),
                "whether it is carried out even if the test has ended before it (false)",
            )
            .literal(),
        ],
    ],
)
.one_of(ACTIONS);

/// Fields of which a step has one: what it does.
const ACTIONS: &[&str] = &["http", "ssl", "dns", "tcp", "udp", "icmp", "grpc", "ws", "wait", "run"];

/// The fields of `repeat`.
const REPEAT: Table = Table::new(
    "`repeat`",
    &[&[
        FieldSpec::new("until", Shape::Assertions, "what is waited for").required(),
        FieldSpec::new(
            "times",
            Shape::of::<Number<1, REPEATS_MAX>>(),
            "how often it is carried out at most (10)",
        )
        .literal(),
        FieldSpec::new("interval", Shape::of::<RepeatInterval>(), "pause between, up to 10m (1s)").literal(),
    ]],
);

/// What an answer has, for extractions: fields with the word of a subject, and what the subject is of.
const SUBJECTS: &[&str] = &[
    "from",
    "body",
    "jsonpath",
    "xpath",
    "header",
    "cookie",
    "trailer",
    "status",
    "received",
    "record",
    "certificate",
    "grpc_message",
    "metadata",
];

/// The fields of an extraction.
pub(crate) const EXTRACTION: Table = Table::new(
    "an extraction",
    &[&[
        FieldSpec::new("from", Shape::Text, "any subject of an assertion: `certificate serial`").literal(),
        FieldSpec::new("body", Shape::TextOrTrue, "`true`: the body").literal(),
        FieldSpec::new("jsonpath", Shape::Text, "a place in a JSON body: `$.token`").literal(),
        FieldSpec::new("xpath", Shape::Text, "a place in an XML or HTML body").literal(),
        FieldSpec::new("header", Shape::Text, "the name of a header").literal(),
        FieldSpec::new("cookie", Shape::Text, "the name of a cookie that the answer sets").literal(),
        FieldSpec::new("trailer", Shape::Text, "the name of a trailer").literal(),
        FieldSpec::new("status", Shape::TextOrTrue, "`true`: the status").literal(),
        FieldSpec::new("received", Shape::TextOrTrue, "`true`: what came over TCP, UDP or a WebSocket")
            .literal(),
        FieldSpec::new("record", Shape::Text, "the type of a DNS record: `MX`").literal(),
        FieldSpec::new("certificate", Shape::Text, "a field of the certificate").literal(),
        FieldSpec::new("grpc_message", Shape::TextOrTrue, "`true`: the text of the gRPC status").literal(),
        FieldSpec::new("metadata", Shape::Text, "the name of gRPC metadata").literal(),
        FieldSpec::new("regex", Shape::Text, "a regular expression that takes a part of it").literal(),
        FieldSpec::new("group", Shape::Text, "the group of the regular expression, by number or name (1)")
            .literal(),
        FieldSpec::new("secret", Shape::of::<bool>(), "whether the value is never shown (false)").literal(),
    ]],
)
.at_most_one_of(SUBJECTS);

/// Reads the steps of a test.
pub(crate) fn read(reader: &mut Reader<'_>, test: &Mapping<'_>, defaults: &Defaults) -> Option<Steps> {
    if let Some(place) = test.key_place("assert") {
        let diagnostic = reader
            .error(place, "`assert` cannot be combined with `steps`")
            .with_help("put it into the step whose answer it is about");
        reader.within("assert", |reader| reader.report(diagnostic));
    }
    let steps = test.read(reader, "steps", |reader, node| {
        let steps =
            reader.list(node, "a list of steps", STEPS_MAX, |reader, node| read_step(reader, node, defaults));
        if matches!(&node.kind, Kind::Sequence(items) if items.is_empty()) {
            let diagnostic = reader.error(node.place, "the list of steps is empty");
            reader.report(diagnostic);
        }
        // Nobody knows what they would have extracted.
        reader.has_more_variables |= steps.is_none();
        steps
    })?;
    check_names(reader, &steps);
    let overall_timeout = test.read(reader, "overall_timeout", Reader::literal::<OverallTimeout>);
    Some(Steps {
        steps,
        overall_timeout: overall_timeout.map_or(STEPS_TIME_DEFAULT, |time| time.value.get()),
        persist_cookies: flag(reader, test, "persist_cookies"),
    })
}

/// A field that only tests with steps have.
pub(crate) fn needs_steps(reader: &mut Reader<'_>, test: &Mapping<'_>, field: &str) {
    let Some(place) = test.key_place(field) else { return };
    let diagnostic = reader
        .error(place, format!("`{field}` here is for tests with `steps`"))
        .with_help(format!("put `{field}` into the request"));
    reader.within(field, |reader| reader.report(diagnostic));
}

fn flag(reader: &mut Reader<'_>, mapping: &Mapping<'_>, field: &str) -> bool {
    mapping.read(reader, field, Reader::literal::<bool>).is_some_and(|flag| flag.value)
}

fn read_step(reader: &mut Reader<'_>, node: &Node, defaults: &Defaults) -> Option<Step> {
    let Some(mapping) = Mapping::open(reader, node, &STEP) else {
        reader.has_more_variables = true;
        return None;
    };
    let name = mapping.text(reader, "name");
    let action = if mapping.has("wait") {
        only_requests(
            reader,
            &mapping,
            "wait",
            &["assert", "extract", "extract_javascript", "retry", "repeat"],
        );
        mapping.read(reader, "wait", Reader::literal::<StepWait>).map(|wait| Action::Wait(wait.value.get()))
    } else if mapping.has("run") {
        only_requests(reader, &mapping, "run", &["assert", "extract", "extract_javascript", "repeat"]);
        mapping.read(reader, "run", Reader::literal_text).map(Action::Run)
    } else {
        read_exchange(reader, &mapping, defaults).map(Action::Exchange)
    };
    let retry = read_retry(reader, &mapping).or(reader, RetrySource::default());
    let extractions = mapping.read(reader, "extract", read_extractions).unwrap_or_default();
    let script = mapping.read(reader, "extract_javascript", Reader::verbatim).map(ScriptSource::new);
    let repeat = mapping.read(reader, "repeat", read_repeat);
    let [allow_failure, critical, exit_if_succeed, always_run] =
        ["allow_failure", "critical", "exit_if_succeed", "always_run"]
            .map(|field| flag(reader, &mapping, field));
    if let (true, false, Some(place)) = (critical, allow_failure, mapping.key_place("critical")) {
        let diagnostic = reader.error(place, "`critical` needs `allow_failure`").with_help(
            "a step that may not fail ends the test; leave `critical` out, or add `allow_failure: true`",
        );
        reader.within("critical", |reader| reader.report(diagnostic));
    }
    let Some(action) = action else {
        lose_variables(reader, &extractions, script.as_ref());
        return None;
    };
    Some(Step {
        name,
        place: node.place,
        path: reader.path(),
        action,
        retry,
        extractions,
        script,
        repeat,
        allow_failure,
        critical,
        exit_if_succeed,
        always_run,
    })
}

/// Notes the variables of a step that could not be read.
pub(crate) fn lose_variables(
    reader: &mut Reader<'_>,
    extractions: &[ExtractionSource],
    script: Option<&ScriptSource>,
) {
    let extracted = extractions.iter().map(|extraction| extraction.name.value.clone());
    reader.unread_variables.extend(extracted.chain(script.map(ScriptSource::sets).unwrap_or_default()));
}

/// Refuses fields that need a request of the step itself.
fn only_requests(reader: &mut Reader<'_>, mapping: &Mapping<'_>, action: &str, fields: &[&str]) {
    for field in fields {
        let Some(place) = mapping.key_place(field) else { continue };
        let diagnostic = reader
            .error(place, format!("`{field}` cannot be combined with `{action}`"))
            .with_help("it is for steps that send a request");
        reader.within(field, |reader| reader.report(diagnostic));
    }
}

fn read_repeat(reader: &mut Reader<'_>, node: &Node) -> Option<Repeat> {
    let mapping = Mapping::open(reader, node, &REPEAT)?;
    let until = read_assertions(reader, &mapping, "until");
    let times = mapping.read(reader, "times", Reader::literal::<Number<1, REPEATS_MAX>>);
    let interval = mapping.read(reader, "interval", Reader::literal::<RepeatInterval>);
    Some(Repeat {
        until,
        times: times.map_or(REPEATS_DEFAULT, |times| times.value.get()),
        interval: interval.map_or(REPEAT_INTERVAL_DEFAULT, |interval| interval.value.get()),
    })
    .filter(|_| mapping.complete)
}

/// Reads `extract`: names, each with a subject, or with a mapping.
fn read_extractions(reader: &mut Reader<'_>, node: &Node) -> Option<Vec<ExtractionSource>> {
    let Kind::Mapping(entries) = &node.kind else {
        let help =
            matches!(node.kind, Kind::Sequence(_)).then(|| "write `NAME: { jsonpath: .. }`, without a dash");
        reader.unexpected_with(node, "a mapping of names to what is extracted", help.map(str::to_owned));
        reader.has_more_variables = true;
        return None;
    };
    let mut extractions = Vec::new();
    for (name, key, value) in unique(reader, entries, "variable") {
        if extractions.len() == EXTRACTIONS_MAX {
            let message = format!("a step extracts at most {EXTRACTIONS_MAX} values");
            let diagnostic = reader.error(key.place, message);
            reader.report(diagnostic);
            reader.has_more_variables = true;
            break;
        }
        if !is_name(name) || generator::NAMES.contains(&name) {
            let diagnostic = reader
                .error(key.place, format!("{} cannot name a variable", quoted(name)))
                .with_help("a name has letters, digits and underscores, does not begin with a digit, and is not that of a generator");
            reader.report(diagnostic);
            continue;
        }
        let spanned = Spanned::new(name.to_owned(), key.place);
        match reader.within(name, |reader| read_extraction(reader, spanned, value)) {
            Some(extraction) => extractions.push(extraction),
            None => reader.unread_variables.push(name.to_owned()),
        }
    }
    Some(extractions)
}

fn read_extraction(reader: &mut Reader<'_>, name: Spanned<String>, node: &Node) -> Option<ExtractionSource> {
    if node.scalar().is_some() {
        let subject = reader.literal_text(node)?;
        return Some(ExtractionSource { name, subject, regex: None, group: None, secret: false });
    }
    let mapping = Mapping::open_named(reader, node, &EXTRACTION, name.place)?;
    let mut subject = None;
    for word in SUBJECTS {
        let read = mapping.read(reader, word, |reader, node| match node.scalar() {
            Some(scalar) if scalar.plain && scalar.text == "true" => {
                Some(Spanned::new((*word).to_owned(), node.place))
            }
            _ => {
                let of = reader.literal_text(node)?;
                Some(Spanned::new(line_of(word, &of.value), of.place))
            }
        });
        subject = subject.or(read);
    }
    let regex = mapping.read(reader, "regex", Reader::literal_text);
    // A regular expression alone is looked for in the body.
    let of_body = || regex.as_ref().map(|regex| Spanned::new("body".to_owned(), regex.place));
    let subject = subject.or_else(of_body);
    let group = mapping.read(reader, "group", Reader::literal_text);
    if let (None, Some(place)) = (&regex, mapping.key_place("group")) {
        let diagnostic = reader.error(place, "`group` needs `regex`").with_help("it is a group of it");
        reader.report(diagnostic);
    }
    let secret = flag(reader, &mapping, "secret");
    // A subject that could not be read was reported.
    let has_subject = SUBJECTS.iter().chain(&["regex"]).any(|word| mapping.has(word));
    if !has_subject && mapping.complete && !mapping.has_unknown {
        let message = format!("an extraction needs regex, or one of {}", one_of(SUBJECTS));
        let diagnostic = reader.error(name.place, message);
        reader.report(diagnostic);
    }
    Some(ExtractionSource { name, subject: subject?, regex, group, secret }).filter(|_| mapping.complete)
}

/// The subject that a field of an extraction stands for.
fn line_of(word: &str, of: &str) -> String {
    match word {
        "from" => of.to_owned(),
        "record" => format!("some {of} record"),
        _ => format!("{word} {of}"),
    }
}

/// Names tell steps apart.
fn check_names(reader: &mut Reader<'_>, steps: &[Step]) {
    for (index, step) in steps.iter().enumerate() {
        let Some(name) = &step.name else { continue };
        let mut earlier =
            steps.iter().take(index).filter_map(|other| Some((other.name.as_ref()?, other.place)));
        let diagnostic = if name.as_written().trim().is_empty() {
            reader
                .error(name.place(), "the name of a step must not be empty")
                .with_help("give it a name, or leave it out")
        } else if let Some((first, holder)) =
            earlier.find(|(other, _)| other.as_written() == name.as_written())
        {
            duplicate_name(reader, "step", name, (first.place(), holder), step.place)
        } else {
            continue;
        };
        reader.report(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultfinder_taxonomy::Protocol;

    #[test]
    fn a_step_does_one_thing_of_those_that_are_its_fields() {
        let requests: Vec<&str> = Protocol::ALL.iter().map(|protocol| protocol.as_str()).collect();
        assert_eq!(ACTIONS, [requests.as_slice(), &["wait", "run"]].concat());
        assert!(
            ACTIONS
                .iter()
                .chain(SUBJECTS)
                .all(|name| STEP.find(name).or_else(|| EXTRACTION.find(name)).is_some())
        );
    }
}
