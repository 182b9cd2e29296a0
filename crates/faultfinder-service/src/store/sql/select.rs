//! Questions whose form depends on what is asked.

use super::dialect::Dialect;
use super::statement::Statement;
use crate::store::error::StoreError;
use crate::store::query::{
    AlertQuery, AuditQuery, Listed, PAGE_BYTES_MAX, PAGE_MAX, Page, ResultQuery, TestQuery,
};
use crate::store::record::{ResultRecord, TestRecord};
use crate::store::row::{Columns, FromRow, names, read};

/// The tests that are asked for, and one more.
pub(super) fn tests<D: Dialect>(query: TestQuery) -> Statement<D> {
    select_tests(names::<TestRecord>(), query)
}

/// How long the definitions are of the tests that are asked for, and of one more.
pub(super) fn sizes_of_tests<D: Dialect>(query: TestQuery) -> Statement<D> {
    select_tests(size("definition"), query)
}

fn select_tests<D: Dialect>(columns: String, query: TestQuery) -> Statement<D> {
    Select::new(format!("SELECT {columns} FROM tests"))
        .and("deleted_at IS NULL")
        .and_text("id > ?", query.after)
        .and_int("paused = ?", query.paused.map(i64::from))
        .and_text("id IN (SELECT test FROM test_tags WHERE tag = ?)", query.tag)
        .ordered("id", query.limit)
}

/// The results that are asked for, and one more.
pub(super) fn results<D: Dialect>(query: ResultQuery) -> Statement<D> {
    select_results(names::<ResultRecord>(), query)
}

/// How long the bodies are of the results that are asked for, and of one more.
pub(super) fn sizes_of_results<D: Dialect>(query: ResultQuery) -> Statement<D> {
    select_results(size("body"), query)
}

fn select_results<D: Dialect>(columns: String, query: ResultQuery) -> Statement<D> {
    let mut select = Select::new(format!("SELECT {columns} FROM results"))
        .and_text("test = ?", query.test)
        .and_text("location = ?", query.location);
    if let Some(outcome) = query.outcome {
        // As a literal: with a parameter SQLite does not know that the index of what did not pass will do.
        select = select.and(&format!("outcome = {}", outcome.number()));
    }
    select = select
        .and_text("code = ?", query.code)
        .and_int("started_at >= ?", query.from.map(|from| from.millis()))
        .and_int("started_at < ?", query.to.map(|to| to.millis()));
    if let Some(before) = query.before {
        select = select.and("(started_at, id) < (?, ?)");
        select.statement = select.statement.int(before.started_at.millis()).bytes(&before.id);
    }
    select.ordered("started_at DESC, id DESC", query.limit)
}

/// The length of a column in bytes. Neither database reads the column for it.
fn size(column: &str) -> String {
    format!("CAST(octet_length({column}) AS BIGINT) AS size")
}

/// How many of the rows of these sizes make a page: at most so many as are asked for, at least one.
pub(super) async fn fitting<D: Dialect>(
    sizes: Statement<D>,
    limit: usize,
    connection: &mut D::Connection,
) -> Result<usize, StoreError> {
    let mut left = PAGE_BYTES_MAX;
    let mut count = 0;
    for row in sizes.all(connection).await?.iter().take(bounded(limit)) {
        let size = row.maybe_int("size")?.and_then(|size| usize::try_from(size).ok()).unwrap_or(0);
        let Some(rest) = left.checked_sub(size) else { break };
        (left, count) = (rest, count + 1);
    }
    Ok(count.max(1))
}

/// The entries of the audit log that are asked for, and one more.
pub(super) fn audited<D: Dialect>(query: AuditQuery) -> Statement<D> {
    let mut select = Select::new("SELECT * FROM audit".to_owned())
        .and_text("actor = ?", query.actor)
        .and_text("action = ?", query.action)
        .and_text("subject = ?", query.subject)
        .and_int("at >= ?", query.from.map(|from| from.millis()))
        .and_int("at < ?", query.to.map(|to| to.millis()));
    if let Some(before) = query.before {
        select = select.and("(at, number) < (?, ?)");
        select.statement = select.statement.int(before.at.millis()).int(before.number);
    }
    select.ordered("at DESC, number DESC", query.limit)
}

/// The alerts that are asked for, and one more.
pub(super) fn alerts<D: Dialect>(query: AlertQuery) -> Statement<D> {
    let mut select = Select::new("SELECT * FROM alerts".to_owned()).and_text("test = ?", query.test);
    match query.open {
        Some(true) => select = select.and("ended_at IS NULL"),
        Some(false) => select = select.and("ended_at IS NOT NULL"),
        None => {}
    }
    if let Some(before) = query.before {
        select = select.and("(opened_at, id) < (?, ?)");
        select.statement = select.statement.int(before.opened_at.millis()).text(&before.id);
    }
    select.ordered("opened_at DESC, id DESC", query.limit)
}

/// The page of rows of which there may be one more. The next one begins behind the last of these rows, also when it is
/// damaged; `behind` says where that is, and nothing when all that is behind is damaged, too.
pub(super) fn page<Row: Columns, R: FromRow, K>(
    rows: &[Row],
    limit: usize,
    behind: impl Fn(&Row) -> Option<K>,
) -> Page<R, K> {
    let limit = bounded(limit);
    let Listed { rows: sound, damaged } = rows.iter().take(limit).map(read).collect();
    let last = rows.get(limit - 1).filter(|_| rows.len() > limit);
    Page { rows: sound, damaged, next: last.and_then(behind) }
}

/// How many rows a page has at most.
fn bounded(limit: usize) -> usize {
    limit.clamp(1, PAGE_MAX)
}

/// A question with its conditions.
struct Select<D: Dialect> {
    sql: String,
    conditions: usize,
    given: usize,
    statement: Statement<D>,
}

impl<D: Dialect> Select<D> {
    fn new(sql: String) -> Self {
        Self { sql, conditions: 0, given: 0, statement: Statement::new("") }
    }

    /// Adds a text; each `?` in it becomes the number of the next argument.
    fn push(&mut self, text: &str) {
        for (number, part) in text.split('?').enumerate() {
            if number > 0 {
                self.given += 1;
                self.sql.push_str(&format!("${}", self.given));
            }
            self.sql.push_str(part);
        }
    }

    /// Adds a condition.
    fn and(mut self, condition: &str) -> Self {
        self.push(if self.conditions == 0 { " WHERE " } else { " AND " });
        self.push(condition);
        self.conditions += 1;
        self
    }

    /// Adds a condition on a text, if one is given.
    fn and_text(self, condition: &str, value: Option<String>) -> Self {
        let Some(value) = value else { return self };
        let select = self.and(condition);
        Self { statement: select.statement.text(&value), ..select }
    }

    /// Adds a condition on a number, if one is given.
    fn and_int(self, condition: &str, value: Option<i64>) -> Self {
        let Some(value) = value else { return self };
        let select = self.and(condition);
        Self { statement: select.statement.int(value), ..select }
    }

    /// The whole statement: rows in this order, one more than are asked for.
    fn ordered(mut self, order: &str, limit: usize) -> Statement<D> {
        self.push(&format!(" ORDER BY {order} LIMIT ?"));
        self.statement.int(i64::try_from(bounded(limit) + 1).unwrap_or(i64::MAX)).saying(self.sql)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::record::Outcome;
    use crate::store::sql::sqlite::SqliteStore;
    use sqlx::{AssertSqlSafe, Postgres, Row as _, Sqlite};

    #[test]
    fn what_is_given_is_named_in_its_order() {
        let query = TestQuery {
            tag: Some("x".to_owned()),
            after: Some("a".to_owned()),
            paused: Some(true),
            limit: 7,
        };
        let statement = tests::<Postgres>(query);
        let (_, conditions) = statement.sql().split_once(" WHERE ").unwrap();
        assert_eq!(
            conditions,
            "deleted_at IS NULL AND id > $1 AND paused = $2 \
             AND id IN (SELECT test FROM test_tags WHERE tag = $3) ORDER BY id LIMIT $4"
        );
    }

    #[tokio::test]
    async fn what_did_not_pass_is_found_without_reading_what_did() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("a.db")).await.unwrap();
        let query = ResultQuery { outcome: Some(Outcome::Failed), limit: 5, ..ResultQuery::default() };
        let sql = format!("EXPLAIN QUERY PLAN {}", results::<Sqlite>(query).sql());
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(6).fetch_all(store.writer()).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        assert!(plan.len() == 1 && plan[0].contains("results_not_passed"), "{plan:?}");
    }
}
