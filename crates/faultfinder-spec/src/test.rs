//! Reads tests.

use crate::fields::{FieldSpec, Shape, Table};
use crate::mapping::Mapping;
use crate::reader::Reader;
use crate::text::quoted;
use crate::value::{Every, Number, RetryInterval};
use crate::written::Fields;
use crate::yaml::Node;
use crate::{Place, Request, Retry, Test, assertion, common, protocol};
use faultfinder_taxonomy::Protocol;
use std::collections::HashMap;
use std::time::Duration;

/// Most tags of a test.
pub const TAGS_MAX: usize = 100;

/// Most tests of one file.
pub const TESTS_MAX: usize = 10_000;

/// Most retries of one run.
pub const RETRIES_MAX: u8 = 5;

/// Pause before a retry when none is given.
pub const RETRY_INTERVAL_DEFAULT: Duration = Duration::from_millis(300);

/// The fields of a test.
pub(crate) const TABLE: Table = Table::new(
    "a test",
    &[
        &[FieldSpec::new("name", Shape::Text, "its name, unique in the file").required()],
        protocol::FIELDS,
        &[
            FieldSpec::later("steps", "several requests, one after the other"),
            FieldSpec::later("extract", "what later steps need of the answer"),
            FieldSpec::new("assert", Shape::Assertions, "what must hold of the answer"),
            FieldSpec::new("tags", Shape::TextList(TAGS_MAX), "words to group it by").literal(),
        ],
        SCHEDULE,
    ],
)
.one_of(protocol::WORDS);

/// The fields of `defaults`.
pub(crate) const DEFAULTS: Table = Table::new("`defaults`", &[SCHEDULE, common::FIELDS]);

const SCHEDULE: &[FieldSpec] = &[
    FieldSpec::new("every", Shape::of::<Every>(), "how often it runs on a schedule, 1s to 7d").literal(),
    FieldSpec::new("retry", Shape::Table(&RETRY), "what happens when it fails"),
];

const RETRY: Table = Table::new(
    "`retry`",
    &[&[
        FieldSpec::new("count", Shape::of::<Number<0, RETRIES>>(), "how often it is tried again (0)")
            .literal(),
        FieldSpec::new("interval", Shape::of::<RetryInterval>(), "pause before each, up to 60s (300ms)")
            .literal(),
    ]],
);

const RETRIES: u32 = RETRIES_MAX as u32;

/// What holds for all tests of a file that do not say otherwise.
#[derive(Debug, Default)]
pub(crate) struct Defaults {
    every: Option<Duration>,
    retry: RetrySource,
    /// The fields that every request has.
    fields: Option<Fields>,
    fingerprint: u64,
}

#[derive(Debug, Default, Clone, Copy)]
struct RetrySource {
    count: Option<u8>,
    interval: Option<Duration>,
}

impl Defaults {
    pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let mapping = Mapping::open(reader, node, &DEFAULTS)?;
        let (every, retry) = schedule(reader, &mapping);
        Some(Self {
            every,
            retry,
            fields: Some(Fields::of(reader, &mapping)),
            fingerprint: node.fingerprint(0),
        })
    }
}

fn schedule(reader: &mut Reader<'_>, mapping: &Mapping<'_>) -> (Option<Duration>, RetrySource) {
    let every = mapping.read(reader, "every", Reader::literal::<Every>).map(|every| every.value.get());
    let retry = mapping.read(reader, "retry", |reader, node| {
        let mapping = Mapping::open(reader, node, &RETRY)?;
        let count = mapping.read(reader, "count", Reader::literal::<Number<0, RETRIES>>);
        let interval = mapping.read(reader, "interval", Reader::literal::<RetryInterval>);
        Some(RetrySource {
            count: count.and_then(|count| u8::try_from(count.value.get()).ok()),
            interval: interval.map(|interval| interval.value.get()),
        })
    });
    (every, retry.unwrap_or_default())
}

/// Reads the tests of a list; the names they have had so far are in `names`.
pub(crate) fn read_list(
    reader: &mut Reader<'_>,
    node: &Node,
    defaults: &Defaults,
    most: usize,
) -> Option<Vec<Test>> {
    let mut names = HashMap::new();
    reader.list(node, "a list of tests", most, |reader, node| read(reader, node, defaults, &mut names))
}

/// Reads one test.
pub(crate) fn read(
    reader: &mut Reader<'_>,
    node: &Node,
    defaults: &Defaults,
    names: &mut HashMap<String, Place>,
) -> Option<Test> {
    let mapping = Mapping::open(reader, node, &TABLE)?;
    let name = mapping.text(reader, "name");
    if let Some(name) = &name {
        check_name(reader, name.as_written(), name.place(), names);
    }
    let request = read_request(reader, &mapping, defaults);
    let assertions = mapping.read(reader, "assert", assertion::read_list).unwrap_or_default();
    let (every, retry) = schedule(reader, &mapping);
    let tags = mapping.read(reader, "tags", |reader, node| {
        reader.list(node, "a list of tags", TAGS_MAX, Reader::literal_text)
    });
    Some(Test {
        name: name?,
        path: reader.path(),
        request: request?,
        assertions,
        every: every.or(defaults.every),
        retry: Retry {
            count: retry.count.or(defaults.retry.count).unwrap_or(0),
            interval: retry.interval.or(defaults.retry.interval).unwrap_or(RETRY_INTERVAL_DEFAULT),
        },
        tags: tags.unwrap_or_default(),
        fingerprint: node.fingerprint(defaults.fingerprint),
    })
}

fn check_name(reader: &mut Reader<'_>, name: &str, place: Place, names: &mut HashMap<String, Place>) {
    let diagnostic = if name.trim().is_empty() {
        reader.error(place, "the name of a test must not be empty")
    } else if let Some(first) = names.get(name) {
        reader
            .error(place, format!("duplicate test name {}", quoted(name)))
            .with_label(format!("first given in line {}", first.line))
            .with_help("results are found by name; give each test its own")
    } else {
        names.insert(name.to_owned(), place);
        return;
    };
    reader.within("name", |reader| reader.report(diagnostic));
}

fn read_request(reader: &mut Reader<'_>, mapping: &Mapping<'_>, defaults: &Defaults) -> Option<Request> {
    let mut request = None;
    for protocol in Protocol::ALL {
        let word = protocol.as_str();
        let Some(place) = mapping.key_place(word) else { continue };
        // All are read, so that every mistake in them is reported, though only one is allowed.
        let fields = mapping.read(reader, word, |reader, node| {
            let fields = Fields::read(reader, node, protocol::table(protocol), place)?;
            protocol::check(reader, protocol, &fields);
            Some(fields)
        });
        request = request.or_else(|| fields.map(|fields| Request { protocol, fields }));
    }
    let mut request = request?;
    if let Some(defaults) = &defaults.fields {
        request.fields.complete(defaults);
    }
    Some(request)
}
