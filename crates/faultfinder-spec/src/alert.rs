//! When somebody is alerted of a test, and what they read.

use crate::active::{self, ACTIVE_TIMES_MAX, ActiveTime, ActiveTimes, Zone};
use crate::fields::{FieldSpec, Shape, Table};
use crate::mapping::Mapping;
use crate::reader::Reader;
use crate::value::{FailingFor, MissingAfter, Number, RemindEvery};
use crate::yaml::Node;
use crate::{Place, Spanned};
use faultfinder_taxonomy::Code;
use faultfinder_taxonomy::word::{MissingData, nearest};
use std::sync::Arc;
use std::time::Duration;

/// Most results that an alert counts.
pub const ALERT_RESULTS_MAX: u32 = 100;

/// Most notifiers of a test.
pub const NOTIFY_MAX: usize = 20;

/// Most tests that a test depends on.
pub const DEPENDS_ON_MAX: usize = 20;

/// Longest message of an alert, in bytes.
pub const ALERT_MESSAGE_BYTES_MAX: usize = 10_000;

/// The fields of `alert`.
pub(crate) const ALERT: Table = Table::new(
    "`alert`",
    &[&[
        FieldSpec::new(
            "failures",
            Shape::of::<Count>(),
            "how many results must fail, in a row unless `of` is given (1)",
        )
        .literal(),
        FieldSpec::new(
            "of",
            Shape::of::<Count>(),
            "of how many of the last results so many must fail (as many as `failures`)",
        )
        .literal(),
        FieldSpec::new("passes", Shape::of::<Count>(), "how many results must pass in a row to end it (1)")
            .literal(),
        FieldSpec::new(
            "failing_for",
            Shape::of::<FailingFor>(),
            "how long the test must fail without a break, up to 7d (0s)",
        )
        .literal(),
        FieldSpec::new(
            "locations",
            Shape::of::<Count>(),
            "in how many locations at once it must fail at some moment of that time (1)",
        )
        .literal(),
        FieldSpec::new(
            "codes",
            Shape::TextList(Code::ALL.len()),
            "the codes that count; results with other codes change nothing (all)",
        )
        .literal(),
        FieldSpec::new(
            "degraded",
            Shape::of::<bool>(),
            "whether a result that passes with warnings fails (false)",
        )
        .literal(),
        FieldSpec::new(
            "missing",
            Shape::word::<MissingData>(),
            "what it means if no results come: `alert`, `normal`, `keep` or `no_data` (keep)",
        )
        .literal(),
        FieldSpec::new(
            "missing_after",
            Shape::of::<MissingAfter>(),
            "how long after the last result results are missing, 1s to 30d (three times `every`)",
        )
        .literal(),
        FieldSpec::new(
            "flapping",
            Shape::of::<bool>(),
            "whether one alert replaces many if results change too often (false)",
        )
        .literal(),
        FieldSpec::new(
            "remind_every",
            Shape::of::<RemindEvery>(),
            "how often it is sent again, 1m to 7d (never)",
        )
        .literal(),
        FieldSpec::new(
            "maintenance",
            Shape::Texts(ACTIVE_TIMES_MAX),
            "times of the week in which failures do not count, as in `active_times` (never)",
        )
        .literal(),
        FieldSpec::new("timezone", Shape::of::<Zone>(), "the time zone of `maintenance` (UTC)").literal(),
        FieldSpec::new("message", Shape::Text, "what those who are alerted read").literal(),
        FieldSpec::new("reminder", Shape::Text, "what they read when it is sent again (`message`)").literal(),
        FieldSpec::new("priority", Shape::of::<Number<1, 5>>(), "how urgent it is, from 1 (most) to 5")
            .literal(),
        FieldSpec::new(
            "notify",
            Shape::TextList(NOTIFY_MAX),
            "the notifiers that send it; `[]` for none (all)",
        )
        .literal(),
        FieldSpec::new(
            "depends_on",
            Shape::TextList(DEPENDS_ON_MAX),
            "names or ids of tests; while one of them has an alert, nothing but recoveries is sent (none)",
        )
        .literal(),
    ]],
);

/// A number of results or locations.
type Count = Number<1, ALERT_RESULTS_MAX>;

/// When somebody is alerted of a test, and what they read: as written. What is not given depends on the test.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: what `alert` says")]
pub struct AlertRule {
    /// How many results must fail, 1 to 100.
    pub failures: Option<u32>,
    /// Of how many of the last results, 1 to 100.
    pub of: Option<u32>,
    /// How many must pass in a row to end it, 1 to 100.
    pub passes: Option<u32>,
    /// How long it must fail without a break, up to 7 d.
    pub failing_for: Option<Duration>,
    /// In how many locations at once, 1 to 100.
    pub locations: Option<u32>,
    /// The codes that count; all if there are none.
    pub codes: Vec<Code>,
    /// Whether warnings count as failures.
    pub degraded: Option<bool>,
    /// What missing results mean.
    pub missing: Option<MissingData>,
    /// How long after the last result they are missing, 1 s to 30 d.
    pub missing_after: Option<Duration>,
    /// Whether flapping is detected.
    pub flapping: Option<bool>,
    /// How often it is sent again, 1 min to 7 d.
    pub remind_every: Option<Duration>,
    /// The times of the week in which failures do not count.
    pub maintenance: Option<Arc<ActiveTimes>>,
    /// What those who are alerted read.
    pub message: Option<String>,
    /// What they read when it is sent again.
    pub reminder: Option<String>,
    /// How urgent it is, 1 to 5.
    pub priority: Option<u8>,
    /// The names of the notifiers that send it; nothing for all of them.
    pub notify: Option<Vec<String>>,
    /// The names or ids of the tests that it depends on: while one of them has an alert, nothing but recoveries is sent.
    pub depends_on: Option<Vec<Spanned<String>>>,
}

impl AlertRule {
    /// What is said here, or else there.
    pub(crate) fn or(self, other: &Self) -> Self {
        let has_count = self.failures.is_some();
        Self {
            failures: self.failures.or(other.failures),
            // `of` belongs to the number beside it.
            of: self.of.or(if has_count { None } else { other.of }),
            passes: self.passes.or(other.passes),
            failing_for: self.failing_for.or(other.failing_for),
            locations: self.locations.or(other.locations),
            codes: if self.codes.is_empty() { other.codes.clone() } else { self.codes },
            degraded: self.degraded.or(other.degraded),
            missing: self.missing.or(other.missing),
            missing_after: self.missing_after.or(other.missing_after),
            flapping: self.flapping.or(other.flapping),
            remind_every: self.remind_every.or(other.remind_every),
            maintenance: self.maintenance.or_else(|| other.maintenance.clone()),
            message: self.message.or_else(|| other.message.clone()),
            reminder: self.reminder.or_else(|| other.reminder.clone()),
            priority: self.priority.or(other.priority),
            notify: self.notify.or_else(|| other.notify.clone()),
            depends_on: self.depends_on.or_else(|| other.depends_on.clone()),
        }
    }
}

/// Reads `alert`.
pub(crate) fn read(reader: &mut Reader<'_>, mapping: &Mapping<'_>) -> Option<AlertRule> {
    mapping.read(reader, "alert", read_rule)
}

/// Reads what `alert` holds.
pub(crate) fn read_rule(reader: &mut Reader<'_>, node: &Node) -> Option<AlertRule> {
    let mapping = Mapping::open(reader, node, &ALERT)?;
    let number = |reader: &mut Reader<'_>, name: &str| {
        let number = mapping.read(reader, name, Reader::literal::<Count>);
        number.map(|number| number.value.get())
    };
    let flag = |reader: &mut Reader<'_>, name: &str| {
        mapping.read(reader, name, Reader::literal::<bool>).map(|flag| flag.value)
    };
    let rule = AlertRule {
        failures: number(reader, "failures"),
        of: number(reader, "of"),
        passes: number(reader, "passes"),
        failing_for: mapping
            .read(reader, "failing_for", Reader::literal::<FailingFor>)
            .map(|time| time.value.get()),
        locations: number(reader, "locations"),
        codes: mapping
            .read(reader, "codes", |reader, node| {
                reader.list(node, "a list of codes", Code::ALL.len(), read_code)
            })
            .unwrap_or_default(),
        degraded: flag(reader, "degraded"),
        missing: mapping.read(reader, "missing", Reader::word),
        missing_after: mapping
            .read(reader, "missing_after", Reader::literal::<MissingAfter>)
            .map(|time| time.value.get()),
        flapping: flag(reader, "flapping"),
        remind_every: mapping
            .read(reader, "remind_every", Reader::literal::<RemindEvery>)
            .map(|time| time.value.get()),
        maintenance: read_maintenance(reader, &mapping),
        message: mapping.read(reader, "message", read_message),
        reminder: mapping.read(reader, "reminder", read_message),
        priority: mapping
            .read(reader, "priority", Reader::literal::<Number<1, 5>>)
            .and_then(|number| u8::try_from(number.value.get()).ok()),
        notify: mapping.read(reader, "notify", |reader, node| {
            let names = reader.list(node, "a list of notifiers", NOTIFY_MAX, Reader::literal_text)?;
            Some(names.into_iter().map(|name| name.value).collect())
        }),
        depends_on: mapping.read(reader, "depends_on", |reader, node| {
            reader.list(node, "a list of tests", DEPENDS_ON_MAX, Reader::literal_text)
        }),
    };
    check(reader, &mapping, &rule);
    Some(rule)
}

/// Reads `maintenance` and its `timezone`.
fn read_maintenance(reader: &mut Reader<'_>, mapping: &Mapping<'_>) -> Option<Arc<ActiveTimes>> {
    let times = mapping.read(reader, "maintenance", active::read_list);
    let zone = mapping.read(reader, "timezone", Reader::literal::<Zone>);
    if let Some(place) = mapping.key_place("timezone").filter(|_| !mapping.has("maintenance")) {
        let diagnostic = reader.error(place, "`timezone` has no effect without `maintenance`");
        reader.within("timezone", |reader| {
            reader.warn(diagnostic.with_help("it is the time zone of these times"))
        });
    }
    let times: Vec<ActiveTime> = times?;
    Some(Arc::new(ActiveTimes::new(&times, zone.map(|zone| zone.value).unwrap_or_default())))
}

/// Reports what has no effect, and what can never hold.
fn check(reader: &mut Reader<'_>, mapping: &Mapping<'_>, rule: &AlertRule) {
    let mut report = |field: &str, place: Place, message: String, help: &str, is_error: bool| {
        let diagnostic = reader.error(place, message).with_help(help);
        reader.within(field, |reader| match is_error {
            true => reader.report(diagnostic),
            false => reader.warn(diagnostic),
        });
    };
    if let (Some(of), Some(place)) = (rule.of, mapping.key_place("of")) {
        match rule.failures {
            Some(failures) if failures > of => {
                let message = format!("{failures} of the last {of} results can never fail");
                report("of", place, message, "give at least as many as `failures`", true);
            }
            Some(_) => {}
            None if mapping.has("failures") => {}
            None => {
                let message = "`of` has no effect without `failures`".to_owned();
                report("of", place, message, "give how many of them must fail: `failures: 3`", false);
            }
        }
    }
    if let Some(place) = mapping.key_place("reminder").filter(|_| !mapping.has("remind_every")) {
        let message = "`reminder` has no effect without `remind_every`".to_owned();
        report("reminder", place, message, "give how often it is sent: `remind_every: 1h`", false);
    }
}

fn read_code(reader: &mut Reader<'_>, node: &Node) -> Option<Code> {
    let name = reader.literal_text(node)?;
    let code = Code::from_name(&name.value);
    if code.is_none() {
        let codes = || Code::ALL.iter().map(|code| code.as_str());
        let upper = name.value.to_ascii_uppercase();
        let mut diagnostic =
            reader.error(node.place, format!("`{}` is not a code of the taxonomy", name.value));
        diagnostic.label = nearest(&upper, codes()).map(|code| format!("did you mean `{code}`?"));
        reader.report(diagnostic.with_help("`faultfinder explain` lists the codes"));
    }
    code
}

/// A message has templates of its own, which are filled in when it is sent.
fn read_message(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let Some(scalar) = node.scalar() else {
        reader.unexpected(node, "text");
        return None;
    };
    if scalar.text.len() > ALERT_MESSAGE_BYTES_MAX {
        let message =
            format!("a message has at most {ALERT_MESSAGE_BYTES_MAX} bytes, found {}", scalar.text.len());
        let diagnostic = reader.error(node.place, message).with_help("link to the longer text");
        reader.report(diagnostic);
        return None;
    }
    Some(scalar.text.clone())
}
