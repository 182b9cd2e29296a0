//! Reads tests.

use crate::alert::{self, AlertRule};
use crate::defaults::{Defaults, SCHEDULE, read_retry, read_schedule};
use crate::dependency::{check_itself, check_rings};
use crate::exchange::read_exchange;
use crate::fields::{FieldSpec, Shape, Table};
use crate::keys::duplicate_name;
use crate::mapping::Mapping;
use crate::reader::Reader;
use crate::value::OverallTimeout;
use crate::yaml::Node;
use crate::{Content, Place, ScriptSource, Test, Text, heartbeat, protocol, steps};
use std::collections::HashMap;
use std::sync::Arc;

/// Most tags of a test.
pub const TAGS_MAX: usize = 100;

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
            FieldSpec::new(
                "heartbeat",
                Shape::Table(&heartbeat::HEARTBEAT),
                "instead of a request: a job reports by itself, and is missed if it does not",
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
            FieldSpec::new(
                "variables_javascript",
                Shape::Text,
                "a script that sets variables with `dd.variable.set` before anything is sent",
            ),
            FieldSpec::new("tags", Shape::TextList(TAGS_MAX), "words to group it by").literal(),
            FieldSpec::new(
                "paused",
                Shape::of::<bool>(),
                "whether a service leaves it off its schedule; `run` runs it all the same (false)",
            )
            .literal(),
        ],
        SCHEDULE,
    ],
)
.one_of(CONTENTS);

/// Fields of which a test has one: what it does.
pub(crate) const CONTENTS: &[&str] =
    &["http", "ssl", "dns", "tcp", "udp", "icmp", "grpc", "ws", "steps", "heartbeat"];

/// The names of the tests so far: where each is given, and where its test begins.
pub(crate) type Names = HashMap<String, (Place, Place)>;

/// Reads the tests of a list; the names they have had so far are in `names`.
pub(crate) fn read_list(reader: &mut Reader<'_>, node: &Node, defaults: &Defaults) -> Option<Vec<Test>> {
    let mut names = Names::new();
    let most = reader.source().tests_max();
    let tests = reader
        .list(node, "a list of tests", most, |reader, node| read(reader, node, defaults, &mut names))?;
    check_rings(reader, &tests);
    Some(tests)
}

/// Reads one test.
pub(crate) fn read(
    reader: &mut Reader<'_>,
    node: &Node,
    defaults: &Defaults,
    names: &mut Names,
) -> Option<Test> {
    let mapping = Mapping::open(reader, node, &TABLE)?;
    if mapping.is_spilled {
        // Nobody knows what its steps would have extracted.
        reader.has_more_variables = true;
        return None;
    }
    let name = mapping.text(reader, "name");
    if let Some(name) = &name {
        check_name(reader, name, mapping.place, names);
    }
    let content = match (mapping.has("steps"), mapping.has("heartbeat")) {
        (true, _) => steps::read(reader, &mapping, defaults).map(Content::Steps),
        (false, true) => heartbeat::read(reader, &mapping).map(Content::Heartbeat),
        (false, false) => {
            for field in ["overall_timeout", "persist_cookies"] {
                steps::needs_steps(reader, &mapping, field);
            }
            read_exchange(reader, &mapping, defaults).map(Content::Exchange)
        }
    };
    let script = mapping.read(reader, "variables_javascript", Reader::verbatim).map(ScriptSource::new);
    let schedule = read_schedule(reader, &mapping).or(&defaults.schedule);
    heartbeat::check(reader, &mapping, schedule.every);
    let retry = read_retry(reader, &mapping).or(reader, defaults.retry);
    if schedule.every.is_none()
        && let Some(place) = mapping.key_place("active_times")
    {
        let diagnostic = reader
            .error(place, "`active_times` has no effect without `every`")
            .with_help("give the interval: `every: 5m`");
        reader.within("active_times", |reader| reader.warn(diagnostic));
    }
    if !schedule.has_active_times()
        && !mapping.has("active_times")
        && let Some(place) = mapping.key_place("timezone")
    {
        let diagnostic = reader
            .error(place, "`timezone` has no effect without `active_times`")
            .with_help("it is the time zone of these times");
        reader.within("timezone", |reader| reader.warn(diagnostic));
    }
    let alert = alert::read(reader, &mapping).unwrap_or_default();
    if let Some(name) = &name {
        check_itself(reader, name, &alert);
    }
    let alert = alert.or(&defaults.alert);
    let paused = mapping.read(reader, "paused", Reader::literal::<bool>);
    let tags = mapping.read(reader, "tags", |reader, node| {
        reader.list(node, "a list of tags", TAGS_MAX, Reader::literal_text)
    });
    if name.is_none() || content.is_none() {
        lose_variables(reader, content.as_ref(), script.as_ref());
    }
    Some(Test {
        name: name?,
        path: reader.path(),
        content: content?,
        script,
        every: schedule.every,
        active: schedule.active().map(Arc::new),
        paused: paused.is_some_and(|paused| paused.value),
        retry,
        alert: (alert != AlertRule::default()).then(|| Arc::new(alert)),
        tags: tags.unwrap_or_default(),
        fingerprint: node.fingerprint(defaults.fingerprint),
    })
}

/// Notes the variables of a test that could not be read.
fn lose_variables(reader: &mut Reader<'_>, content: Option<&Content>, script: Option<&ScriptSource>) {
    steps::lose_variables(reader, &[], script);
    for step in content.and_then(Content::steps).map_or(&[][..], |steps| &steps.steps) {
        steps::lose_variables(reader, &step.extractions, step.script.as_ref());
    }
}

fn check_name(reader: &mut Reader<'_>, name: &Text, holder: Place, names: &mut Names) {
    let diagnostic = if name.as_written().trim().is_empty() {
        reader.error(name.place(), "the name of a test must not be empty")
    } else if let Some(first) = names.get(name.as_written()) {
        duplicate_name(reader, "test", name, *first, holder)
    } else {
        names.insert(name.as_written().to_owned(), (name.place(), holder));
        return;
    };
    reader.within("name", |reader| reader.report(diagnostic));
}
