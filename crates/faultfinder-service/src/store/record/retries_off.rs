//! Tests whose automatic retries are off.

use crate::store::row::{Column, Columns, FromRow, ToRow, Wrong};
use crate::timestamp::Timestamp;

/// That the automatic retries of a test are off: its target refused its credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a row of the store")]
pub struct RetriesOff {
    /// The id of the test.
    pub test: String,
    /// Of the definition, with the secrets that it uses, that was refused: retries are off until it is another one.
    ///
    /// 32 bits are enough to notice a change, and too few to confirm a guess of a secret.
    pub fingerprint: u32,
    /// When the run began whose credentials were refused.
    pub since: Timestamp,
    /// The message of its fault.
    pub message: String,
}

impl ToRow for RetriesOff {
    const TABLE: &'static str = "retries_off";
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("test", |row| (&row.test).into()),
        Column::int("fingerprint", |row| row.fingerprint.into()),
        Column::int("since", |row| row.since.millis()),
        Column::text("message", |row| (&row.message).into()),
    ];
}

impl FromRow for RetriesOff {
    const TABLE: &'static str = "retries_off";

    fn name(row: &impl Columns) -> Result<String, Wrong> {
        row.text("test")
    }

    fn read(row: &impl Columns) -> Result<Self, Wrong> {
        Ok(Self {
            test: row.text("test")?,
            fingerprint: u32::try_from(row.int("fingerprint")?)
                .map_err(|_| Wrong::column("fingerprint", "is not a number of 32 bits"))?,
            since: Timestamp::from_millis(row.int("since")?),
            message: row.text("message")?,
        })
    }
}
