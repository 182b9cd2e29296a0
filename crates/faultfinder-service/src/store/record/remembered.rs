//! Responses that are remembered by the key of their request.

use crate::store::row::{Column, Columns, FromRow, ToRow, Wrong};
use crate::timestamp::Timestamp;
use std::time::Duration;

/// A response that is given again to the same request with the same key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a row of the store")]
pub struct Remembered {
    /// The id of the token that asked; `admin` for the admin token, `local` where none is needed.
    pub owner: String,
    /// The key that it chose.
    pub key: String,
    /// The SHA-256 of the request.
    pub request: Vec<u8>,
    /// When the response was made.
    pub at: Timestamp,
    /// The response, as the API writes it down.
    pub response: String,
}

impl Remembered {
    /// How long a response is remembered.
    pub const KEPT: Duration = Duration::from_secs(86_400);
}

impl ToRow for Remembered {
    const TABLE: &'static str = "remembered";
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("owner", |row| (&row.owner).into()),
        Column::text("key", |row| (&row.key).into()),
        Column::bytes("request", |row| row.request.as_slice().into()),
        Column::int("at", |row| row.at.millis()),
        Column::int("bytes", |row| i64::try_from(row.response.len()).unwrap_or(i64::MAX)),
        Column::text("response", |row| (&row.response).into()),
    ];
}

impl FromRow for Remembered {
    const TABLE: &'static str = "remembered";

    fn name(row: &impl Columns) -> Result<String, Wrong> {
        row.text("owner")
    }

    fn read(row: &impl Columns) -> Result<Self, Wrong> {
        Ok(Self {
            owner: row.text("owner")?,
            key: row.text("key")?,
            request: row.bytes("request")?,
            at: Timestamp::from_millis(row.int("at")?),
            response: row.text("response")?,
        })
    }
}

/// How much is remembered for one owner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "plain counts")]
pub struct RememberedOf {
    /// Responses.
    pub count: u64,
    /// Their length together, in bytes.
    pub bytes: u64,
    /// When the oldest of them was made.
    pub oldest: Option<Timestamp>,
}
