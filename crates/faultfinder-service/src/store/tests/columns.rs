//! The columns of the tables, and those that records are written into.

use super::over_both;
use super::place::{Inside, Place};
use crate::store::record::{
    AuditEntry, HashedToken, Remembered, ResultRecord, RetriesOff, SilenceRecord, StatusSince, TestRecord,
};
use crate::store::row::{ToRow, names};

over_both!(the_columns_of_a_table_are_those_of_its_record);

/// The columns of a table that a record writes, as the database has them.
async fn columns<R: ToRow>(place: &Place) -> String {
    let sql = match place.inside {
        Inside::Sqlite(_) => {
            format!("SELECT group_concat(name, ', ') FROM pragma_table_info('{}')", R::TABLE)
        }
        Inside::Postgres(_) => format!(
            "SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) FROM information_schema.columns \
             WHERE table_name = '{}'",
            R::TABLE
        ),
    };
    place.text(sql).await
}

async fn the_columns_of_a_table_are_those_of_its_record(place: &Place) {
    assert_eq!(columns::<TestRecord>(place).await, names::<TestRecord>());
    assert_eq!(columns::<ResultRecord>(place).await, names::<ResultRecord>());
    assert_eq!(columns::<HashedToken>(place).await, names::<HashedToken>());
    assert_eq!(columns::<RetriesOff>(place).await, names::<RetriesOff>());
    assert_eq!(columns::<Remembered>(place).await, names::<Remembered>());
    assert_eq!(columns::<SilenceRecord>(place).await, names::<SilenceRecord>());
    assert_eq!(columns::<StatusSince>(place).await, names::<StatusSince>());
    // It counts its rows by itself.
    assert_eq!(columns::<AuditEntry>(place).await, format!("number, {}", names::<AuditEntry>()));
}
