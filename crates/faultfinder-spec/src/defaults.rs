//! When tests run, how often they are tried again, and what holds for all tests of a file.

use crate::active::{self, ACTIVE_TIMES_MAX, ActiveTime, ActiveTimes, Zone};
use crate::alert::{self, AlertRule};
use crate::fields::{FieldSpec, Shape, Table};
use crate::mapping::Mapping;
use crate::reader::Reader;
use crate::value::{Every, Number, RetryInterval};
use crate::written::Fields;
use crate::yaml::Node;
use crate::{Place, Retry, common, effect};
use std::time::Duration;

/// Most retries of one run.
pub const RETRIES_MAX: u8 = 5;

/// Pause before a retry when none is given.
pub const RETRY_INTERVAL_DEFAULT: Duration = Duration::from_millis(300);

/// The fields of `defaults`.
pub(crate) const DEFAULTS: Table = Table::new("`defaults`", &[SCHEDULE, common::FIELDS]);

pub(crate) const SCHEDULE: &[FieldSpec] = &[
    FieldSpec::new("every", Shape::of::<Every>(), "how often it runs on a schedule, 1s to 7d").literal(),
    FieldSpec::new(
        "active_times",
        Shape::Texts(ACTIVE_TIMES_MAX),
        "the times of the week in which it runs on a schedule, such as `mon-fri 08:00-18:00`; `22:00-06:00` ends on the next day \
         (always)",
    )
    .literal(),
    FieldSpec::new("timezone", Shape::of::<Zone>(), "the time zone of `active_times` (UTC)").literal(),
    FieldSpec::new("retry", Shape::Table(&RETRY), "what happens when it fails"),
    FieldSpec::new("alert", Shape::Table(&alert::ALERT), "when a service alerts somebody of it, and what they read"),
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
    pub(crate) schedule: Schedule,
    pub(crate) retry: RetrySource,
    pub(crate) alert: AlertRule,
    /// The fields that every request has.
    pub(crate) fields: Option<Fields>,
    pub(crate) fingerprint: u64,
}

/// What is said about when a test runs.
#[derive(Debug, Default, Clone)]
pub(crate) struct Schedule {
    pub(crate) every: Option<Duration>,
    active: Option<Vec<ActiveTime>>,
    zone: Option<Zone>,
}

impl Schedule {
    /// What is said here, or else there.
    pub(crate) fn or(self, other: &Self) -> Self {
        Self {
            every: self.every.or(other.every),
            active: self.active.or_else(|| other.active.clone()),
            zone: self.zone.or_else(|| other.zone.clone()),
        }
    }

    /// Whether it runs at certain times only.
    pub(crate) const fn has_active_times(&self) -> bool {
        self.active.is_some()
    }

    /// The times in which it runs; nothing when it always does.
    pub(crate) fn active(self) -> Option<ActiveTimes> {
        Some(ActiveTimes::new(&self.active?, self.zone.unwrap_or_default()))
    }
}

/// What is said about retries.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct RetrySource {
    count: Option<u8>,
    interval: Option<Duration>,
    /// Where an interval without a count is given.
    lonely: Option<Place>,
}

impl RetrySource {
    /// What is said here, or else there, or nowhere. A pause before retries that are asked for nowhere has no effect.
    pub(crate) fn or(self, reader: &mut Reader<'_>, other: Self) -> Retry {
        if let (Some(place), None) = (self.lonely, other.count) {
            let diagnostic = reader
                .error(place, "`interval` has no effect without `count`")
                .with_help("give the number of retries: `count: 2`");
            reader.within("retry", |reader| reader.warn(diagnostic));
        }
        Retry {
            count: self.count.or(other.count).unwrap_or(0),
            interval: self.interval.or(other.interval).unwrap_or(RETRY_INTERVAL_DEFAULT),
        }
    }
}

impl Defaults {
    pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let mapping = Mapping::open(reader, node, &DEFAULTS)?;
        let fields = Fields::of(reader, &mapping);
        effect::check_resolver(reader, &fields);
        Some(Self {
            schedule: read_schedule(reader, &mapping),
            retry: read_retry(reader, &mapping),
            alert: alert::read(reader, &mapping).unwrap_or_default(),
            fields: Some(fields),
            fingerprint: node.fingerprint(0),
        })
    }
}

/// Reads `every`, `active_times` and `timezone`.
pub(crate) fn read_schedule(reader: &mut Reader<'_>, mapping: &Mapping<'_>) -> Schedule {
    let every = mapping.read(reader, "every", Reader::literal::<Every>);
    let active = mapping.read(reader, "active_times", active::read_list);
    let zone = mapping.read(reader, "timezone", Reader::literal::<Zone>);
    Schedule { every: every.map(|every| every.value.get()), active, zone: zone.map(|zone| zone.value) }
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
            lonely: mapping.key_place("interval").filter(|_| !mapping.has("count")),
        })
    });
    retry.unwrap_or_default()
}
