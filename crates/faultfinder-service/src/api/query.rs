//! Query strings, with everything that is wrong with them.

use super::problem::{Problem, quoted};
use crate::timestamp::Timestamp;
use faultfinder_taxonomy::{ConstraintViolation, ParameterLocation};
use http::Uri;
use std::collections::BTreeMap;

/// The parameters of a query string, read one by one; all problems are reported at once.
#[derive(Debug)]
pub(crate) struct Query {
    values: BTreeMap<String, String>,
    violations: Vec<ConstraintViolation>,
    /// A page's token is another kind of mistake than the rest.
    bad_cursor: bool,
}

impl Query {
    /// Reads the query string of a URI.
    pub(crate) fn of(uri: &Uri) -> Self {
        Self::read(uri.query().unwrap_or_default())
    }

    /// Reads a text in the form of a query string; the body of a form has the same.
    pub(crate) fn read(text: &str) -> Self {
        let mut query = Self { values: BTreeMap::new(), violations: Vec::new(), bad_cursor: false };
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match (decoded(name), decoded(value)) {
                (Some(name), Some(value)) => {
                    if query.values.insert(name.clone(), value).is_some() {
                        query.wrong(&name, "is given more than once");
                    }
                }
                _ => query.wrong(name, "is not percent-encoded UTF-8"),
            }
        }
        query
    }

    /// Notes what is wrong with a parameter.
    pub(crate) fn wrong(&mut self, name: &str, message: impl Into<String>) {
        let name: String = name.chars().take(100).collect();
        self.violations.push(ConstraintViolation::new(name, message, ParameterLocation::Query));
    }

    /// From where on a list goes on, if it is not its first page; `read` knows the cursors of this list.
    pub(crate) fn cursor<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.text("cursor")?;
        let place = read(&text);
        if place.is_none() {
            self.bad_cursor = true;
            self.wrong("cursor", "is not a cursor of this list: start again without one");
        }
        place
    }

    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        self.values.remove(name)
    }

    /// A value that `read` knows; `expected` says which there are.
    pub(crate) fn one_of<T>(
        &mut self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name)?;
        let value = read(&text);
        if value.is_none() {
            self.wrong(name, format!("must be {expected}, found {}", quoted(&text)));
        }
        value
    }

    pub(crate) fn moment(&mut self, name: &str) -> Option<Timestamp> {
        self.one_of(name, "an RFC 3339 time, such as 2026-11-22T10:00:00Z", Timestamp::parse)
    }

    pub(crate) fn version(&mut self) -> Option<i64> {
        let read = |text: &str| text.parse().ok().filter(|version| *version >= 1);
        self.one_of("version", "a number of at least 1", read)
    }

    /// How many rows are asked for, and the number that was given when it was more than there can be.
    pub(crate) fn limit(&mut self, default: usize, most: usize) -> (usize, Option<u64>) {
        // Nothing but digits; a number that is too large for us is clamped like any other that is too large.
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let read = |text: &str| {
            let number = digits(text).then(|| text.parse::<u64>().unwrap_or(u64::MAX));
            number.filter(|limit| *limit >= 1)
        };
        let Some(asked) = self.one_of("limit", &format!("a number from 1 to {most}"), read) else {
            return (default, None);
        };
        match usize::try_from(asked) {
            Ok(asked) if asked <= most => (asked, None),
            _ => (most, Some(asked)),
        }
    }

    /// Ends the reading: parameters that nobody took are not known.
    ///
    /// # Errors
    ///
    /// 400 with everything that is wrong.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        for name in std::mem::take(&mut self.values).into_keys() {
            self.wrong(&name, "is unknown");
        }
        if self.violations.is_empty() {
            return Ok(());
        }
        let word = if self.bad_cursor { "InvalidPaginationToken" } else { "InvalidRequest" };
        Err(Problem::violations(word, self.violations))
    }
}

fn decoded(text: &str) -> Option<String> {
    let text = text.replace('+', " ");
    let bytes = text.as_bytes();
    let sound = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%').all(|(at, _)| {
        bytes.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    if !sound {
        return None;
    }
    percent_encoding::percent_decode_str(&text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let mut query = Query::of(&Uri::from_static("/?limit=0&from=now&a=1&a=2&b=%zz&c=%ff&d=x+y"));
        assert_eq!(query.limit(50, 500), (50, None));
        assert_eq!(query.moment("from"), None);
        assert_eq!(query.text("d").as_deref(), Some("x y"));
        let problem = query.finish().unwrap_err();
        let told: Vec<_> = problem.violations.iter().filter_map(|one| one.path.as_deref()).collect();
        assert_eq!(told, ["a", "b", "c", "limit", "from", "a"]);
    }

    #[test]
    fn more_than_there_can_be_is_clamped() {
        let mut query = Query::of(&Uri::from_static("/?limit=99999999999999"));
        assert_eq!(query.limit(50, 500), (500, Some(99_999_999_999_999)));
        assert!(query.finish().is_ok());
        let huge = format!("/?limit={}", "9".repeat(30));
        let mut query = Query::of(&huge.parse().unwrap());
        assert_eq!(query.limit(50, 500), (500, Some(u64::MAX)));
        let mut query = Query::of(&Uri::from_static("/?limit=%2B5"));
        assert_eq!(query.limit(50, 500), (50, None));
        assert!(query.finish().is_err());
    }
}
