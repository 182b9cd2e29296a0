//! Reads tests.

use crate::fields::{FieldSpec, Shape, Table};
use crate::mapping::Mapping;
use crate::reader::Reader;
use crate::text::quoted;
use crate::value::{Every, Number, OverallTimeout, RetryInterval};
use crate::written::Fields;
use crate::yaml::Node;
use crate::{
    AssertionSource, Content, Exchange, Place, Request, Retry, Test, assertion, common, protocol, steps,
};
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
            FieldSpec::new(
                "steps",
                Shape::Tables(&steps::STEP, steps::STEPS_MAX),
                "several steps instead of one request, one after the other",
            ),
            FieldSpec::new("assert", Shape::Assertions, "what must hold of the answer"),
            FieldSpec::new(
                "overall_timeout",
                Shape::of::<OverallTimeout>(),
                "with `steps`: how long all of them may take together, up to 24h (30m)",
            )
            .literal(),
            FieldSpec::new(
                "persist_cookies",
                Shape::of::<bool>(),
                "with `steps`: whether cookies that HTTP answers set are sent in later steps (false)",
            )
            .literal(),
            FieldSpec::new("tags", Shape::TextList(TAGS_MAX), "words to group it by").literal(),
        ],
        SCHEDULE,
    ],
)
.one_of(CONTENTS);

/// Fields of which a test has one: what it does.
pub(crate) const CONTENTS: &[&str] = &["http", "ssl", "dns", "tcp", "udp", "icmp", "grpc", "ws", "steps"];

/// The fields of `defaults`.
pub(crate) const DEFAULTS: Table = Table::new("`defaults`", &[SCHEDULE, common::FIELDS]);

const SCHEDULE: &[FieldSpec] = &[
    FieldSpec::new("every", Shape::of::<Every>(), "how often it runs on a schedule, 1s to 7d").literal(),
    FieldSpec::new("retry", Shape::Table(&RETRY), "what happens when it fails"),
];

pub(crate) const RETRY: Table = Table::new(
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

/// What is said about retries.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct RetrySource {
    count: Option<u8>,
    interval: Option<Duration>,
}

impl RetrySource {
    /// What is said here, or else there, or nowhere.
    pub(crate) fn or(self, other: Self) -> Retry {
        Retry {
            count: self.count.or(other.count).unwrap_or(0),
            interval: self.interval.or(other.interval).unwrap_or(RETRY_INTERVAL_DEFAULT),
        }
    }
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
    (every, read_retry(reader, mapping))
}

/// Reads `retry`.
pub(crate) fn read_retry(reader: &mut Reader<'_>, mapping: &Mapping<'_>) -> RetrySource {
    let retry = mapping.read(reader, "retry", |reader, node| {
        let mapping = Mapping::open(reader, node, &RETRY)?;
        let count = mapping.read(reader, "count", Reader::literal::<Number<0, RETRIES>>);
        let interval = mapping.read(reader, "interval", Reader::literal::<RetryInterval>);
        Some(RetrySource {
            count: count.and_then(|count| u8::try_from(count.value.get()).ok()),
            interval: interval.map(|interval| interval.value.get()),
        })
    });
    retry.unwrap_or_default()
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
    let content = match mapping.has("steps") {
        true => steps::read(reader, &mapping, defaults).map(Content::Steps),
        false => {
            for field in ["overall_timeout", "persist_cookies"] {
                steps::needs_steps(reader, &mapping, field);
            }
            read_exchange(reader, &mapping, defaults).map(Content::Exchange)
        }
    };
    let (every, retry) = schedule(reader, &mapping);
    let tags = mapping.read(reader, "tags", |reader, node| {
        reader.list(node, "a list of tags", TAGS_MAX, Reader::literal_text)
    });
    Some(Test {
        name: name?,
        path: reader.path(),
        content: content?,
        every: every.or(defaults.every),
        retry: retry.or(defaults.retry),
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

/// Reads a request and what must hold of its answer.
pub(crate) fn read_exchange(
    reader: &mut Reader<'_>,
    mapping: &Mapping<'_>,
    defaults: &Defaults,
) -> Option<Exchange> {
    let request = read_request(reader, mapping, defaults);
    let assertions = read_assertions(reader, mapping, "assert");
    Some(Exchange { request: request?, assertions })
}

/// Reads a list of assertions.
pub(crate) fn read_assertions(
    reader: &mut Reader<'_>,
    mapping: &Mapping<'_>,
    field: &str,
) -> Vec<AssertionSource> {
    mapping.read(reader, field, assertion::read_list).unwrap_or_default()
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
