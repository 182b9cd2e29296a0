//! Alerts: the watches over tests, the alerts that there were, and what was sent of them.

use crate::store::object::RawObject;
use crate::store::row::{Column, Columns, FromRow, ToRow, Wrong};
use crate::timestamp::Timestamp;

/// What is kept of the watch over a test.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a row of the store")]
pub struct WatchRecord {
    /// The id of the test.
    pub test: String,
    /// The watch as JSON.
    pub body: RawObject,
}

impl ToRow for WatchRecord {
    const TABLE: &'static str = "watches";
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("test", |row| (&row.test).into()),
        Column::text("body", |row| row.body.as_str().into()),
    ];
}

impl FromRow for WatchRecord {
    const TABLE: &'static str = "watches";

    fn name(row: &impl Columns) -> Result<String, Wrong> {
        row.text("test")
    }

    fn read(row: &impl Columns) -> Result<Self, Wrong> {
        Ok(Self { test: row.text("test")?, body: body(row)? })
    }
}

/// An alert.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a row of the store")]
pub struct AlertRecord {
    /// A UUID, as text.
    pub id: String,
    /// The id of the test.
    pub test: String,
    /// Its number among those of the test.
    pub number: i64,
    /// When it began.
    pub opened_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The latest notice of it, as JSON.
    pub body: RawObject,
}

impl ToRow for AlertRecord {
    const TABLE: &'static str = "alerts";
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("id", |row| (&row.id).into()),
        Column::text("test", |row| (&row.test).into()),
        Column::int("number", |row| row.number),
        Column::int("opened_at", |row| row.opened_at.millis()),
        Column::maybe_int("ended_at", |row| row.ended_at.map(|at| at.millis())),
        Column::text("body", |row| row.body.as_str().into()),
    ];
}

impl FromRow for AlertRecord {
    const TABLE: &'static str = "alerts";

    fn name(row: &impl Columns) -> Result<String, Wrong> {
        row.text("id")
    }

    fn read(row: &impl Columns) -> Result<Self, Wrong> {
        Ok(Self {
            id: row.text("id")?,
            test: row.text("test")?,
            number: row.int("number")?,
            opened_at: Timestamp::from_millis(row.int("opened_at")?),
            ended_at: row.maybe_int("ended_at")?.map(Timestamp::from_millis),
            body: body(row)?,
        })
    }
}

/// A notice on its way to a notifier.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a row of the store")]
pub struct Delivery {
    /// The id of the alert.
    pub alert: String,
    /// The number of the notice among those of the alert.
    pub notice: i64,
    /// The name of the notifier.
    pub notifier: String,
    /// When the notice came about.
    pub at: Timestamp,
    /// When it is tried next.
    pub due_at: Timestamp,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was delivered or given up.
    pub ended_at: Option<Timestamp>,
    /// Why the latest attempt failed.
    pub failure: Option<String>,
    /// The notice as JSON.
    pub body: RawObject,
}

impl ToRow for Delivery {
    const TABLE: &'static str = "deliveries";
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("alert", |row| (&row.alert).into()),
        Column::int("notice", |row| row.notice),
        Column::text("notifier", |row| (&row.notifier).into()),
        Column::int("at", |row| row.at.millis()),
        Column::int("due_at", |row| row.due_at.millis()),
        Column::int("attempts", |row| row.attempts),
        Column::maybe_int("ended_at", |row| row.ended_at.map(|at| at.millis())),
        Column::maybe_text("failure", |row| row.failure.as_ref().map(Into::into)),
        Column::text("body", |row| row.body.as_str().into()),
    ];
}

impl FromRow for Delivery {
    const TABLE: &'static str = "deliveries";

    fn name(row: &impl Columns) -> Result<String, Wrong> {
        row.text("alert")
    }

    fn read(row: &impl Columns) -> Result<Self, Wrong> {
        Ok(Self {
            alert: row.text("alert")?,
            notice: row.int("notice")?,
            notifier: row.text("notifier")?,
            at: Timestamp::from_millis(row.int("at")?),
            due_at: Timestamp::from_millis(row.int("due_at")?),
            attempts: row.int("attempts")?,
            ended_at: row.maybe_int("ended_at")?.map(Timestamp::from_millis),
            failure: row.maybe_text("failure")?,
            body: body(row)?,
        })
    }
}

fn body(row: &impl Columns) -> Result<RawObject, Wrong> {
    RawObject::parse(row.text("body")?).map_err(|error| Wrong::column("body", error))
}

/// What has changed about alerts, which is written as a whole.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "rows of the store")]
pub struct AlertChanges {
    /// Watches that are other ones now.
    pub watches: Vec<WatchRecord>,
    /// Tests of which there is nothing to keep any more.
    pub idle: Vec<String>,
    /// Alerts that are new or have changed.
    pub alerts: Vec<AlertRecord>,
    /// Notices that are to be sent.
    pub deliveries: Vec<Delivery>,
}
