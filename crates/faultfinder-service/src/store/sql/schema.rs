//! The tables, and how a database of an earlier version comes to have them.

use super::dialect::{Dialect, Lock, Types, begin};
use super::statement::Statement;
use crate::store::error::StoreError;
use crate::store::opening::{OpenError, State};
use crate::store::record::{
    AlertRecord, AuditEntry, Delivery, HashedToken, Remembered, ResultRecord, RetriesOff, SilenceRecord,
    StatusSince, TestRecord, WatchRecord,
};
use crate::store::row::{Columns as _, ToRow, names};
use sqlx::{AssertSqlSafe, Connection as _, Pool, SqlSafeStr as _};

/// What leads from each version to the next, from an empty database on. What was released is not changed any more.
///
/// Types are in braces (`{int}`, `{float}`, `{text}`, `{key}`, `{bytes}`), in which each database says its own word; a
/// line that begins with `@sqlite` or `@postgres` is for that one alone.
const MIGRATIONS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("retries_off.sql"),
    include_str!("ownership.sql"),
    include_str!("life.sql"),
    include_str!("sealed.sql"),
    include_str!("statuses.sql"),
    include_str!("audit.sql"),
    include_str!("remembered.sql"),
    include_str!("alerts.sql"),
    include_str!("silences.sql"),
];

/// A migration in the words of a database.
fn in_words(types: &Types, migration: &str) -> String {
    let mut sql = String::with_capacity(migration.len());
    for line in migration.lines() {
        let line = match line.strip_prefix(types.only) {
            Some(line) => line,
            None if line.starts_with('@') => continue,
            None => line,
        };
        sql.push_str(line);
        sql.push('\n');
    }
    [
        ("{int}", types.int),
        ("{float}", types.float),
        ("{text}", types.text),
        ("{key}", types.key),
        ("{bytes}", types.bytes),
    ]
    .iter()
    .fold(sql, |sql, (kind, word)| sql.replace(kind, word))
}

/// Brings a database to the version that this program knows.
pub(super) async fn migrate<D: Dialect>(pool: &Pool<D>) -> Result<(), OpenError> {
    let mut transaction = begin(pool, Lock::Alone).await?;
    let table = "CREATE TABLE IF NOT EXISTS schema_version (version {int} NOT NULL)";
    let table = Statement::<D>::composed(in_words(&D::TYPES, table));
    table.execute(&mut transaction).await?;
    let found = version::<D>(&mut transaction).await?;
    for (version, migration) in steps(found, MIGRATIONS)? {
        let sql = AssertSqlSafe(in_words(&D::TYPES, migration)).into_sql_str();
        D::script(&mut transaction, sql).await.map_err(StoreError::from)?;
        let version = Statement::<D>::new("INSERT INTO schema_version (version) VALUES ($1)").int(version);
        version.execute(&mut transaction).await?;
    }
    transaction.commit().await.map_err(StoreError::from)?;
    verify(pool).await
}

/// Refuses a database that says to be of this version and lacks a column.
async fn verify<D: Dialect>(pool: &Pool<D>) -> Result<(), OpenError> {
    let mut connection = pool.acquire().await.map_err(StoreError::from)?;
    for (table, columns) in [
        (<TestRecord as ToRow>::TABLE, names::<TestRecord>()),
        (<ResultRecord as ToRow>::TABLE, names::<ResultRecord>()),
        (<HashedToken as ToRow>::TABLE, names::<HashedToken>()),
        (<AuditEntry as ToRow>::TABLE, names::<AuditEntry>()),
        (<RetriesOff as ToRow>::TABLE, names::<RetriesOff>()),
        (<Remembered as ToRow>::TABLE, names::<Remembered>()),
        (<StatusSince as ToRow>::TABLE, names::<StatusSince>()),
        (<WatchRecord as ToRow>::TABLE, names::<WatchRecord>()),
        (<AlertRecord as ToRow>::TABLE, names::<AlertRecord>()),
        (<Delivery as ToRow>::TABLE, names::<Delivery>()),
        (<SilenceRecord as ToRow>::TABLE, names::<SilenceRecord>()),
        ("life", "alive_at".to_owned()),
        ("pings", "count".to_owned()),
        ("summed_up", "hour, test".to_owned()),
        ("test_tags", "tag, test".to_owned()),
        ("summaries", "test, period, begins, passed, failed, errors, missed, durations".to_owned()),
    ] {
        let look = Statement::<D>::composed(format!("SELECT {columns} FROM {table} LIMIT 0"));
        look.all(&mut connection).await.map_err(|error| match error {
            StoreError::Unavailable(why) => StoreError::Unavailable(why),
            error => StoreError::Broken(format!("the table {table} is not as this program made it: {error}")),
        })?;
    }
    Ok(())
}

/// The migrations from the version that was found on, each with the version that it leads to.
fn steps(found: i64, all: &[&'static str]) -> Result<impl Iterator<Item = (i64, &'static str)>, OpenError> {
    refuse_later(found, all)?;
    let done = usize::try_from(found).unwrap_or(0);
    Ok((1..).zip(all.iter().copied()).skip(done))
}

/// Refuses a version behind the last migration, and yields which that is.
fn refuse_later(found: i64, all: &[&str]) -> Result<i64, OpenError> {
    let known = i64::try_from(all.len()).unwrap_or(i64::MAX);
    if found > known { Err(OpenError::Newer { found, known }) } else { Ok(known) }
}

async fn version<D: Dialect>(connection: &mut D::Connection) -> Result<i64, StoreError> {
    let version = Statement::<D>::new("SELECT coalesce(max(version), 0) AS version FROM schema_version");
    Ok(version.one(connection).await?.int("version")?)
}

/// The version of a database, if it has our tables. What is written to see whether that works is rolled back.
pub(super) async fn found<D: Dialect>(connection: &mut D::Connection) -> Result<Option<i64>, StoreError> {
    let mut transaction = connection.begin_with(D::BEGIN).await?;
    let tables = Statement::<D>::new(D::VERSION_TABLES).one(&mut transaction).await?.int("tables")?;
    let found = if tables > 0 {
        let found = version::<D>(&mut transaction).await?;
        Statement::<D>::new("UPDATE pings SET count = count + 1").execute(&mut transaction).await?;
        Some(found)
    } else {
        if let Some(table) = D::TRY_TABLE {
            Statement::<D>::new(table).execute(&mut transaction).await?;
        }
        None
    };
    transaction.rollback().await?;
    Ok(found)
}

/// What a database of the version that was found is to us.
pub(super) fn state(found: Option<i64>) -> Result<State, OpenError> {
    let Some(found) = found else { return Ok(State::Empty) };
    Ok(State::Version { found, known: refuse_later(found, MIGRATIONS)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::{Postgres, Sqlite};

    #[test]
    fn a_database_of_a_later_version_is_refused() {
        let all = ["one", "two"];
        let steps = |found| steps(found, &all).map(|steps| steps.map(|(to, _)| to).collect::<Vec<_>>());
        assert_eq!(steps(0).unwrap(), [1, 2]);
        assert_eq!(steps(1).unwrap(), [2]);
        assert!(steps(2).unwrap().is_empty());
        assert!(matches!(steps(3), Err(OpenError::Newer { found: 3, known: 2 })));
    }

    #[test]
    fn a_migration_is_written_in_the_words_of_each_database() {
        let migration = "A {key} {int} {float}\n@sqlite B {bytes}\n@postgres C {bytes}\nD {text}\n";
        assert_eq!(in_words(&Sqlite::TYPES, migration), "A TEXT INTEGER REAL\n B BLOB\nD TEXT\n");
        let words = "A TEXT COLLATE \"C\" BIGINT DOUBLE PRECISION\n C BYTEA\nD TEXT\n";
        assert_eq!(in_words(&Postgres::TYPES, migration), words);
        for types in [Sqlite::TYPES, Postgres::TYPES] {
            let left = MIGRATIONS.iter().map(|migration| in_words(&types, migration));
            assert!(left.into_iter().all(|sql| !sql.contains(['{', '}', '@'])));
        }
    }
}
