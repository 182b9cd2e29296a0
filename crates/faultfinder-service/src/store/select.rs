//! Questions whose form depends on what is asked: both databases understand the same words.

use super::columns::{self, kept, outcome_number};
use super::error::StoreError;
use super::query::{PAGE_MAX, Page, ResultQuery, TestQuery};
use sqlx::{Database, Encode, QueryBuilder, Type};

/// A statement with its parts in `WHERE`.
pub(super) struct Select<DB: Database> {
    builder: QueryBuilder<DB>,
    parts: usize,
}

impl<DB: Database> Select<DB>
where
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> Vec<u8>: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
{
    fn new(head: &str) -> Self {
        Self { builder: QueryBuilder::new(head), parts: 0 }
    }

    fn and(&mut self, part: &str) {
        self.builder.push(if self.parts == 0 { " WHERE " } else { " AND " });
        self.builder.push(part);
        self.parts += 1;
    }

    fn and_text(&mut self, part: &str, value: Option<String>) {
        if let Some(value) = value {
            self.and(part);
            self.builder.push_bind(kept(value));
        }
    }

    fn and_int(&mut self, part: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.and(part);
            self.builder.push_bind(value);
        }
    }

    /// The tests that are asked for, and one more.
    pub(super) fn tests(query: TestQuery) -> QueryBuilder<DB> {
        let mut select = Self::new(&format!("SELECT {} FROM tests", columns::TEST));
        select.and("deleted_at IS NULL");
        select.and_text("id > ", query.after);
        select.and_int("paused = ", query.paused.map(i64::from));
        if let Some(tag) = query.tag {
            select.and("id IN (SELECT test FROM test_tags WHERE tag = ");
            select.builder.push_bind(kept(tag));
            select.builder.push(")");
        }
        select.builder.push(" ORDER BY id LIMIT ");
        select.builder.push_bind(one_more(query.limit));
        select.builder
    }

    /// The results that are asked for, and one more.
    pub(super) fn results(query: ResultQuery) -> QueryBuilder<DB> {
        let mut select = Self::new(&format!("SELECT {} FROM results", columns::RESULT));
        select.and_text("test = ", query.test);
        select.and_text("location = ", query.location);
        if let Some(outcome) = query.outcome {
            // As a literal: with a parameter SQLite does not know that the index of what did not pass will do.
            select.and(&format!("outcome = {}", outcome_number(outcome)));
        }
        select.and_text("code = ", query.code);
        select.and_int("started_at >= ", query.from.map(|from| from.millis()));
        select.and_int("started_at < ", query.to.map(|to| to.millis()));
        if let Some((at, id)) = query.before {
            select.and("(started_at, id) < (");
            select.builder.push_bind(at.millis());
            select.builder.push(", ");
            select.builder.push_bind(id.as_bytes().to_vec());
            select.builder.push(")");
        }
        select.builder.push(" ORDER BY started_at DESC, id DESC LIMIT ");
        select.builder.push_bind(one_more(query.limit));
        select.builder
    }
}

fn one_more(limit: usize) -> i64 {
    i64::try_from(limit.min(PAGE_MAX) + 1).unwrap_or(i64::MAX)
}

/// The page of rows of which there may be one more.
pub(super) fn page<R, T>(
    rows: &[R],
    limit: usize,
    read: impl Fn(&R) -> Result<T, StoreError>,
) -> Result<Page<T>, StoreError> {
    let limit = limit.min(PAGE_MAX);
    let more = rows.len() > limit;
    Ok(Page { rows: rows.iter().take(limit).map(read).collect::<Result<_, _>>()?, more })
}
