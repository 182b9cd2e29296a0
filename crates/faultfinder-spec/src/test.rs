//! Reads tests.

use crate::definition::{ASSERTIONS_MAX, RETRIES_MAX};
use crate::fields::{FieldSpec, Fields, Shape, Table};
use crate::protocol::{self, dns, grpc, http, icmp, ssl, tcp, udp, ws};
use crate::reader::Reader;
use crate::text::quoted;
use crate::value::{Every, Number, RetryInterval};
use crate::yaml::{Kind, Node};
use crate::{AssertionFields, AssertionSource, Common, Place, Request, Retry, Test, common};
use std::collections::HashMap;
use std::time::Duration;

/// Most tags of a test.
pub const TAGS_MAX: usize = 100;

/// The fields of a test.
pub(crate) const TABLE: Table = Table::new(
    "a test",
    &[
        &[
            FieldSpec::new("name", Shape::Text, "its name, unique in the file").required(),
            FieldSpec::new("http", Shape::Table(&http::TABLE), "an HTTP request"),
            FieldSpec::new("ssl", Shape::Table(&ssl::TABLE), "a look at a TLS endpoint"),
            FieldSpec::new("dns", Shape::Table(&dns::TABLE), "a DNS question"),
            FieldSpec::new("tcp", Shape::Table(&tcp::TABLE), "a TCP connection"),
            FieldSpec::new("udp", Shape::Table(&udp::TABLE), "a UDP exchange"),
            FieldSpec::new("icmp", Shape::Table(&icmp::TABLE), "ICMP echo requests"),
            FieldSpec::new("grpc", Shape::Table(&grpc::TABLE), "a gRPC call"),
            FieldSpec::new("ws", Shape::Table(&ws::TABLE), "a WebSocket"),
            FieldSpec::later("steps", "several requests, one after the other"),
            FieldSpec::later("extract", "what later steps need of the answer"),
            FieldSpec::new("assert", Shape::Assertions, "what must hold of the answer"),
            FieldSpec::new("tags", Shape::TextList, "words to group it by"),
        ],
        SCHEDULE,
    ],
)
.one_of(&["http", "ssl", "dns", "tcp", "udp", "icmp", "grpc", "ws"]);

/// The fields of `defaults`.
pub(crate) const DEFAULTS: Table = Table::new("`defaults`", &[SCHEDULE, common::FIELDS]);

const SCHEDULE: &[FieldSpec] = &[
    FieldSpec::new("every", Shape::LiteralDuration, "how often it runs on a schedule, 1s to 7d"),
    FieldSpec::new("retry", Shape::Table(&RETRY), "what happens when it fails"),
];

const RETRY: Table = Table::new(
    "`retry`",
    &[&[
        FieldSpec::new("count", Shape::LiteralNumber(0, RETRIES), "how often it is tried again (0)"),
        FieldSpec::new("interval", Shape::LiteralDuration, "pause before each, up to 60s (300ms)"),
    ]],
);

const RETRIES: u32 = RETRIES_MAX as u32;

/// The fields of an assertion that is a mapping.
pub(crate) const ASSERTION: Table = Table::new(
    "an assertion",
    &[&[
        FieldSpec::new("subject", Shape::Text, "what is read: `header content-type`").required(),
        FieldSpec::new("operator", Shape::Text, "how it is compared: contains").required(),
        FieldSpec::new("value", Shape::Text, "what it is compared with"),
        FieldSpec::new("unit", Shape::Text, "the value's unit: ms"),
        FieldSpec::new("not", Shape::Bool, "whether the opposite must hold (false)"),
    ]],
);

/// What holds for all tests of a file that do not say otherwise.
#[derive(Debug, Default)]
pub(crate) struct Defaults {
    every: Option<Duration>,
    retry: RetrySource,
    common: Common,
    fingerprint: u64,
}

#[derive(Debug, Default, Clone, Copy)]
struct RetrySource {
    count: Option<u8>,
    interval: Option<Duration>,
}

impl Defaults {
    pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let fields = Fields::open(reader, node, &DEFAULTS)?;
        let (every, retry) = schedule(reader, &fields);
        let common = Common::read(reader, &fields);
        Some(Self { every, retry, common, fingerprint: node.fingerprint(0) })
    }
}

fn schedule(reader: &mut Reader<'_>, fields: &Fields<'_>) -> (Option<Duration>, RetrySource) {
    let every = fields.read(reader, "every", Reader::literal::<Every>).map(|every| every.value.0);
    let retry = fields.read(reader, "retry", |reader, node| {
        let fields = Fields::open(reader, node, &RETRY)?;
        let count = fields.read(reader, "count", Reader::literal::<Number<0, RETRIES>>);
        let interval = fields.read(reader, "interval", Reader::literal::<RetryInterval>);
        Some(RetrySource {
            count: count.and_then(|count| u8::try_from(count.value.get()).ok()),
            interval: interval.map(|interval| interval.value.0),
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
    let fields = Fields::open(reader, node, &TABLE)?;
    let name = fields.text(reader, "name");
    if let Some(name) = &name {
        check_name(reader, name.as_written(), name.place(), names);
    }
    let request = read_request(reader, &fields, defaults);
    let read_assertions = |reader: &mut Reader<'_>, node: &Node| {
        reader.list(node, "a list of assertions", ASSERTIONS_MAX, AssertionSource::read)
    };
    let assertions = fields.read(reader, "assert", read_assertions).unwrap_or_default();
    let (every, retry) = schedule(reader, &fields);
    let tags = fields.read(reader, "tags", |reader, node| {
        reader.list(node, "a list of tags", TAGS_MAX, Reader::literal_text)
    });
    let standard = Retry::default();
    Some(Test {
        name: name?,
        place: fields.place,
        request: request?,
        assertions,
        every: every.or(defaults.every),
        retry: Retry {
            count: retry.count.or(defaults.retry.count).unwrap_or(standard.count),
            interval: retry.interval.or(defaults.retry.interval).unwrap_or(standard.interval),
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

fn read_request(reader: &mut Reader<'_>, fields: &Fields<'_>, defaults: &Defaults) -> Option<Request> {
    let mut request = None;
    for entry in protocol::ALL {
        let Some(place) = fields.key_place(entry.word) else { continue };
        // All are read, so that every mistake in them is told, though only one is allowed.
        let read = fields.read(reader, entry.word, |reader, node| {
            let fields = Fields::open_named(reader, node, entry.table, place)?;
            (entry.read)(reader, &fields)
        });
        request = request.or(read);
    }
    let mut request = request?;
    let common = request.common_mut();
    *common = std::mem::take(common).or(&defaults.common);
    Some(request)
}

impl AssertionSource {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let Kind::Mapping(entries) = &node.kind else {
            return reader.text_as(node, "an assertion such as `status is 200`").map(Self::Line);
        };
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
        let fields = Fields::open(reader, node, &ASSERTION)?;
        let (subject, operator) = (fields.text(reader, "subject"), fields.text(reader, "operator"));
        let (value, unit) = (fields.text(reader, "value"), fields.text(reader, "unit"));
        let not = fields.field(reader, "not");
        Some(Self::Fields(Box::new(AssertionFields {
            place: node.place,
            subject: subject?,
            operator: operator?,
            value,
            unit,
            not,
        })))
    }
}
