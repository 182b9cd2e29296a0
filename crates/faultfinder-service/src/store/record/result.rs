//! Results: the record, and the row that it is kept as.

use crate::store::object::RawObject;
use crate::store::row::{Column, Columns, FromRow, ToRow, Wrong};
use crate::timestamp::Timestamp;
use uuid::Uuid;

/// What came of one run.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a row of the store")]
pub struct ResultRecord {
    /// A UUID of version 7: in the order of time.
    pub id: Uuid,
    /// The test; empty for a run of a definition that is not kept.
    pub test: String,
    /// Its version when it ran.
    pub test_version: i64,
    /// Where it ran.
    pub location: String,
    /// When it began, or should have begun.
    pub started_at: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// The code of its fault.
    pub code: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
    /// How much later it began than it should have, in milliseconds. Our own doing, never the target's.
    pub delay_ms: f64,
    /// Who asked for it.
    pub trigger: Trigger,
    /// The result as JSON; for a run that did not happen why, and how many.
    pub body: RawObject,
}

impl ResultRecord {
    /// A new result of this moment and outcome: of no test, from nowhere, by the schedule, without a delay or a body.
    #[must_use]
    pub fn new(started_at: Timestamp, outcome: Outcome) -> Self {
        Self {
            id: Uuid::now_v7(),
            test: String::new(),
            test_version: 0,
            location: String::new(),
            started_at,
            outcome,
            code: None,
            duration_ms: 0.0,
            delay_ms: 0.0,
            trigger: Trigger::Schedule,
            body: RawObject::default(),
        }
    }
}

impl ToRow for ResultRecord {
    const TABLE: &'static str = "results";
    const COLUMNS: &'static [Column<Self>] = &[
        Column::bytes("id", |row| row.id.as_bytes().into()),
        Column::text("test", |row| (&row.test).into()),
        Column::int("test_version", |row| row.test_version),
        Column::text("location", |row| (&row.location).into()),
        Column::int("started_at", |row| row.started_at.millis()),
        Column::int("outcome", |row| row.outcome.number()),
        Column::maybe_text("code", |row| row.code.as_ref().map(Into::into)),
        Column::float("duration_ms", |row| row.duration_ms),
        Column::float("delay_ms", |row| row.delay_ms),
        Column::int("triggered_by", |row| row.trigger.number()),
        Column::text("body", |row| row.body.as_str().into()),
    ];
}

impl FromRow for ResultRecord {
    const TABLE: &'static str = "results";

    fn name(row: &impl Columns) -> Result<String, Wrong> {
        let bytes = row.bytes("id")?;
        let hexadecimal = || bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Uuid::from_slice(&bytes).map_or_else(|_| hexadecimal(), |id| id.to_string()))
    }

    fn read(row: &impl Columns) -> Result<Self, Wrong> {
        Ok(Self {
            id: row.uuid("id")?,
            test: row.text("test")?,
            test_version: row.int("test_version")?,
            location: row.text("location")?,
            started_at: Timestamp::from_millis(row.int("started_at")?),
            outcome: Outcome::read(row)?,
            code: row.maybe_text("code")?,
            duration_ms: row.float("duration_ms")?,
            delay_ms: row.float("delay_ms")?,
            trigger: Trigger::read(row)?,
            body: RawObject::parse(row.text("body")?).map_err(|error| Wrong::column("body", error))?,
        })
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: the contract names these four")]
pub enum Outcome {
    /// Everything held.
    Passed,
    /// The target failed the test.
    Failed,
    /// The test could not be carried out: a failure of ours.
    Error,
    /// It did not run, because of this host.
    Missed,
}

impl Outcome {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Passed, Self::Failed, Self::Error, Self::Missed];

    /// Its name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Error => "error",
            Self::Missed => "missed",
        }
    }

    /// The outcome of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|outcome| outcome.as_str() == name)
    }

    /// It as it is kept.
    pub(in crate::store) const fn number(self) -> i64 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::Error => 2,
            Self::Missed => 3,
        }
    }

    /// The outcome of a row.
    pub(in crate::store) fn read(row: &impl Columns) -> Result<Self, Wrong> {
        let number = row.int("outcome")?;
        let known = Self::ALL.iter().copied().find(|outcome| outcome.number() == number);
        known.ok_or_else(|| Wrong::column("outcome", format!("is {number}, which is not a valid outcome")))
    }
}

/// Who asked for a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: the schedule and the API are all there is")]
pub enum Trigger {
    /// Its time had come.
    Schedule,
    /// A call of the API.
    Api,
}

impl Trigger {
    /// All of them.
    const ALL: &[Self] = &[Self::Schedule, Self::Api];

    /// It as it is kept.
    const fn number(self) -> i64 {
        match self {
            Self::Schedule => 0,
            Self::Api => 1,
        }
    }

    /// The trigger of a row.
    fn read(row: &impl Columns) -> Result<Self, Wrong> {
        let number = row.int("triggered_by")?;
        let known = Self::ALL.iter().copied().find(|trigger| trigger.number() == number);
        known.ok_or_else(|| {
            Wrong::column("triggered_by", format!("is {number}, which is not a valid trigger"))
        })
    }
}
