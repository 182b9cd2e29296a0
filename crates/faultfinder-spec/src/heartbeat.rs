//! Heartbeats: what reports by itself, such as a job, and is missed if it does not.

use crate::Text;
use crate::fields::{FieldSpec, Shape, Table};
use crate::mapping::Mapping;
use crate::reader::Reader;
use crate::value::{Grace, LongestRun};
use crate::yaml::Node;
use std::time::Duration;

/// The least time by which a heartbeat may be late without `grace`.
const GRACE_MIN: Duration = Duration::from_secs(60);

/// The fields of `heartbeat`.
pub(crate) const HEARTBEAT: Table = Table::new(
    "`heartbeat`",
    &[&[
        FieldSpec::new(
            "key",
            Shape::Text,
            "a secret of at least 10 characters: the job reports to `/heartbeat/KEY` (it reports over the API)",
        )
        .secret(),
        FieldSpec::new(
            "grace",
            Shape::of::<Grace>(),
            "how much later than `every` it may come, 1s to 7d (a tenth of `every`, at least 1m)",
        )
        .literal(),
        FieldSpec::new(
            "longest_run",
            Shape::of::<LongestRun>(),
            "how long the job may take that has said when it begins, 1s to 7d (no limit)",
        )
        .literal(),
    ]],
);

/// What reports by itself, such as a job.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: what `heartbeat` says")]
pub struct Heartbeat {
    /// The secret in the path to which it reports.
    pub key: Option<Text>,
    /// How much later than its interval it may come, 1 s to 7 d.
    pub grace: Option<Duration>,
    /// How long it may take from its beginning to its end, 1 s to 7 d.
    pub longest_run: Option<Duration>,
}

impl Heartbeat {
    /// How much later than its interval it may come.
    #[must_use]
    pub fn grace(&self, every: Duration) -> Duration {
        self.grace.unwrap_or_else(|| (every / 10).max(GRACE_MIN))
    }
}

/// Reads `heartbeat` of a test.
pub(crate) fn read(reader: &mut Reader<'_>, test: &Mapping<'_>) -> Option<Heartbeat> {
    for (field, why) in [
        ("assert", "its job says whether all is well"),
        ("retry", "a job that failed reports again when it has passed"),
        ("variables_javascript", "nothing is sent"),
    ] {
        if let Some(place) = test.key_place(field) {
            let diagnostic = reader.error(place, format!("a heartbeat has no `{field}`"));
            reader.within(field, |reader| reader.report(diagnostic.with_help(why)));
        }
    }
    test.read(reader, "heartbeat", read_heartbeat)
}

fn read_heartbeat(reader: &mut Reader<'_>, node: &Node) -> Option<Heartbeat> {
    let mapping = Mapping::open(reader, node, &HEARTBEAT)?;
    Some(Heartbeat {
        key: mapping.text(reader, "key"),
        grace: mapping.read(reader, "grace", Reader::literal::<Grace>).map(|time| time.value.get()),
        longest_run: mapping
            .read(reader, "longest_run", Reader::literal::<LongestRun>)
            .map(|time| time.value.get()),
    })
}

/// Reports a heartbeat without the interval in which it is awaited.
pub(crate) fn check(reader: &mut Reader<'_>, test: &Mapping<'_>, every: Option<Duration>) {
    if every.is_none()
        && let Some(place) = test.key_place("heartbeat")
    {
        let diagnostic = reader.error(place, "a heartbeat needs `every`: how often it is awaited");
        reader.within("heartbeat", |reader| {
            reader.report(diagnostic.with_help("give the interval: `every: 1d`"))
        });
    }
}
