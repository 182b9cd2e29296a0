//! When tests run, how often they are tried again, and what holds for all tests of a file.

use crate::fields::{FieldSpec, Shape, Table};
use crate::mapping::Mapping;
use crate::reader::Reader;
use crate::value::{Every, Number, RetryInterval};
use crate::written::Fields;
use crate::yaml::Node;
use crate::{Retry, common};
use std::time::Duration;

/// Most retries of one run.
pub const RETRIES_MAX: u8 = 5;

/// Pause before a retry when none is given.
pub const RETRY_INTERVAL_DEFAULT: Duration = Duration::from_millis(300);

/// The fields of `defaults`.
pub(crate) const DEFAULTS: Table = Table::new("`defaults`", &[SCHEDULE, common::FIELDS]);

pub(crate) const SCHEDULE: &[FieldSpec] = &[
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
    pub(crate) every: Option<Duration>,
    pub(crate) retry: RetrySource,
    /// The fields that every request has.
    pub(crate) fields: Option<Fields>,
    pub(crate) fingerprint: u64,
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

pub(crate) fn schedule(reader: &mut Reader<'_>, mapping: &Mapping<'_>) -> (Option<Duration>, RetrySource) {
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
