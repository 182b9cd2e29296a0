//! Between records and rows.
//!
//! A record names its columns once: what each is called, of which kind it is, and what of the record goes into it.
//! Statements, types and placeholders are made of that, by each database in its own words. What is read goes through
//! [`Columns`], and what cannot be read is [`Wrong`], which becomes [`Damage`] with the name of the row.

use super::error::{Damage, StoreError};
use std::borrow::Cow;
use std::fmt::Display;
use uuid::Uuid;

/// A record that is written as a row.
pub(in crate::store) trait ToRow: Sized + Sync + 'static {
    /// Its table.
    const TABLE: &'static str;
    /// The columns that are written, in this order.
    const COLUMNS: &'static [Column<Self>];
}

/// A record that is read from a row.
pub(in crate::store) trait FromRow: Sized {
    /// Its table.
    const TABLE: &'static str;

    /// What names a row of it, to operators and clients.
    fn name(row: &impl Columns) -> Result<String, Wrong>;

    /// The record of a row.
    fn read(row: &impl Columns) -> Result<Self, Wrong>;
}

/// The record of a row, or what is damaged.
pub(in crate::store) fn read<R: FromRow>(row: &impl Columns) -> Result<R, Damage> {
    R::read(row).map_err(|wrong| {
        let name = R::name(row).unwrap_or_else(|_| "without a name".to_owned());
        Damage::new(R::TABLE, &name, wrong.0)
    })
}

/// The record of a row, if there is one.
///
/// # Errors
///
/// [`StoreError::Damaged`] when it cannot be read.
pub(in crate::store) fn read_maybe<R: FromRow>(row: Option<&impl Columns>) -> Result<Option<R>, StoreError> {
    Ok(row.map(read).transpose()?)
}

/// A column of a table, and what of a record goes into it.
#[derive(Debug)]
pub(in crate::store) struct Column<R> {
    pub(in crate::store) name: &'static str,
    pub(in crate::store) value: Value<R>,
}

/// What of a record goes into a column; each kind has a type of each database.
#[derive(Debug)]
pub(in crate::store) enum Value<R> {
    Int(fn(&R) -> i64),
    MaybeInt(fn(&R) -> Option<i64>),
    Float(fn(&R) -> f64),
    Text(fn(&R) -> Cow<'_, str>),
    MaybeText(fn(&R) -> Option<Cow<'_, str>>),
    Bytes(fn(&R) -> Cow<'_, [u8]>),
}

impl<R> Column<R> {
    pub(in crate::store) const fn int(name: &'static str, of: fn(&R) -> i64) -> Self {
        Self { name, value: Value::Int(of) }
    }

    pub(in crate::store) const fn maybe_int(name: &'static str, of: fn(&R) -> Option<i64>) -> Self {
        Self { name, value: Value::MaybeInt(of) }
    }

    pub(in crate::store) const fn float(name: &'static str, of: fn(&R) -> f64) -> Self {
        Self { name, value: Value::Float(of) }
    }

    pub(in crate::store) const fn text(name: &'static str, of: fn(&R) -> Cow<'_, str>) -> Self {
        Self { name, value: Value::Text(of) }
    }

    pub(in crate::store) const fn maybe_text(name: &'static str, of: fn(&R) -> Option<Cow<'_, str>>) -> Self {
        Self { name, value: Value::MaybeText(of) }
    }

    pub(in crate::store) const fn bytes(name: &'static str, of: fn(&R) -> Cow<'_, [u8]>) -> Self {
        Self { name, value: Value::Bytes(of) }
    }
}

/// The names of columns, with commas between.
pub(in crate::store) fn names<R: ToRow>() -> String {
    R::COLUMNS.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
}

/// What sets columns to what is given for them, in their order; those that are `lasting` are left as they are.
pub(in crate::store) fn assignments<R: ToRow>(lasting: &[&str]) -> String {
    let all = (1..).zip(R::COLUMNS).filter(|(_, column)| !lasting.contains(&column.name));
    all.map(|(place, column)| format!("{} = ${place}", column.name)).collect::<Vec<_>>().join(", ")
}

/// A row of either database.
pub(in crate::store) trait Columns {
    /// A number.
    fn int(&self, name: &str) -> Result<i64, Wrong>;
    /// A number, or nothing.
    fn maybe_int(&self, name: &str) -> Result<Option<i64>, Wrong>;
    /// A number with a fraction.
    fn float(&self, name: &str) -> Result<f64, Wrong>;
    /// A text.
    fn text(&self, name: &str) -> Result<String, Wrong>;
    /// A text, or nothing.
    fn maybe_text(&self, name: &str) -> Result<Option<String>, Wrong>;
    /// Bytes.
    fn bytes(&self, name: &str) -> Result<Vec<u8>, Wrong>;

    /// A UUID, which is kept as its bytes.
    fn uuid(&self, name: &str) -> Result<Uuid, Wrong> {
        Uuid::from_slice(&self.bytes(name)?).map_err(|_| Wrong::column(name, "is not a UUID"))
    }
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct Wrong(String);

impl Wrong {
    /// This is wrong with a column.
    pub(in crate::store) fn column(name: &str, what: impl Display) -> Self {
        Self(format!("`{name}` {what}"))
    }
}

impl From<Wrong> for StoreError {
    fn from(wrong: Wrong) -> Self {
        Self::Broken(wrong.0)
    }
}

impl Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that both databases keep: PostgreSQL has none with a zero in it.
pub(in crate::store) fn kept(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{fffd}").into() } else { text }
}

/// A number that both databases keep; one that is none is 0.
pub(in crate::store) const fn finite(number: f64) -> f64 {
    if number.is_finite() { number } else { 0.0 }
}
