//! What is read from a body.

use super::actual::Actual;
use crate::assertion::Check;
use crate::jsonpath::JsonPath;
use crate::number::Number;
use crate::operator::Operator;
use crate::subject::{Aspect, Reading, Subject};
use crate::unit::Dimension;
use crate::value::Value;
use crate::xpath::{Found, XPath};
use crate::{Observation, hash};
use faultfinder_taxonomy::word::HashAlgorithm;
use std::borrow::Cow;

/// Most values of a query that are compared.
const VALUES_MAX: usize = 100_000;

const MISSING: &str = "body is missing";
const CUT: &str = "body is longer than the part that is kept";

pub(super) fn values<'a>(check: &Check, seen: &'a Observation<'_>) -> Result<Vec<Actual<'a>>, String> {
    match &check.reading.subject {
        Subject::JsonPath(path) => json(path, &check.reading, seen),
        Subject::XPath(path) => markup(path, seen),
        Subject::Hash(algorithm) => Ok(vec![Actual::text(digest(*algorithm, seen)?)]),
        // A schema judges JSON, not text.
        _ if check.operator == Operator::MatchesSchema => {
            if seen.body_truncated {
                return Err(CUT.to_owned());
            }
            let document = seen.document()?;
            Ok(vec![Actual::json(Cow::Borrowed(document.value()), "$".to_owned(), document.long())])
        }
        _ => match (seen.body, seen.body_bytes.filter(|_| is_about_size(check))) {
            (None, _) => Err(MISSING.to_owned()),
            (Some(_), Some(size)) => Ok(vec![Actual::size(size)]),
            (Some(_), None) if seen.body_truncated => Err(CUT.to_owned()),
            (Some(body), None) => Ok(vec![bytes(body)]),
        },
    }
}

/// Whether it needs nothing of a text but its size.
fn is_about_size(check: &Check) -> bool {
    check.reading.aspect == Some(Aspect::Size)
        || matches!(check.value, Value::Quantity { dimension: Dimension::Size, .. })
}

/// A text that was received, as UTF-8 with replacement characters.
pub(super) fn bytes(bytes: &[u8]) -> Actual<'_> {
    let size = u32::try_from(bytes.len()).map(f64::from).unwrap_or(f64::MAX);
    Actual { amount: Some(size), ..Actual::text(String::from_utf8_lossy(bytes)) }
}

/// The digits of a hash: as it was made when the body came, or of the body as it is kept.
fn digest(algorithm: HashAlgorithm, seen: &Observation<'_>) -> Result<String, String> {
    if let Some((_, digits)) = seen.body_hashes.iter().find(|(known, _)| *known == algorithm) {
        return Ok(digits.clone());
    }
    let body = seen.raw_body.or(seen.body).ok_or(MISSING)?;
    if seen.body_truncated {
        return Err(CUT.to_owned());
    }
    Ok(hash::digest(algorithm, body))
}

fn json<'a>(
    path: &JsonPath,
    reading: &Reading,
    seen: &'a Observation<'_>,
) -> Result<Vec<Actual<'a>>, String> {
    if seen.body_truncated {
        return Err(CUT.to_owned());
    }
    let document = seen.document()?;
    let (found, long) = (path.select(document)?, document.long());
    // A quantifier is about the items of a list, whether the query leads to each of them or to the list.
    let items = match (found.as_slice(), reading.quantifier) {
        ([only], Some(_)) if path.is_singular() => match &only.value {
            Cow::Borrowed(serde_json::Value::Array(items)) => Some((items, &only.path)),
            _ => None,
        },
        _ => None,
    };
    check_count(items.map_or(found.len(), |(items, _)| items.len()))?;
    Ok(match items {
        Some((items, path)) => {
            let items = items.iter().zip(0_usize..);
            items.map(|(item, at)| Actual::json(Cow::Borrowed(item), format!("{path}[{at}]"), long)).collect()
        }
        None => found.into_iter().map(|found| Actual::json(found.value, found.path, long)).collect(),
    })
}

/// Refuses more values than are compared: each takes some hundred bytes.
fn check_count(count: usize) -> Result<(), String> {
    match count > VALUES_MAX {
        true => Err(format!("{count} values were found, and at most {VALUES_MAX} are compared")),
        false => Ok(()),
    }
}

/// What an XPath finds in XML or HTML.
fn markup<'a>(path: &XPath, seen: &Observation<'_>) -> Result<Vec<Actual<'a>>, String> {
    let body = seen.body.ok_or(MISSING)?;
    if seen.body_truncated {
        return Err(CUT.to_owned());
    }
    let found = path.select(body, is_html(seen, body))?;
    check_count(found.len())?;
    let actual = |(found, at): (Found, usize)| {
        let actual = match found {
            Found::Text(text) => Actual { number: Number::parse(text.trim()), ..Actual::text(text) },
            Found::Boolean(value) => Actual::text(value.to_string()),
            Found::Number(number) => {
                let text = number.to_string();
                Actual { number: Number::parse(&text), ..Actual::text(text) }
            }
        };
        Actual { path: Some(format!("result {at}")), ..actual }
    };
    Ok(found.into_iter().zip(1..).map(actual).collect())
}

/// Whether a body is HTML: as its media type says, or as it begins.
fn is_html(seen: &Observation<'_>, body: &[u8]) -> bool {
    let mut headers = seen.headers.unwrap_or_default().iter();
    let media_type = headers
        .find(|(name, _)| name == "content-type")
        .map(|(_, value)| String::from_utf8_lossy(value).to_ascii_lowercase());
    if let Some(media_type) = media_type.filter(|media_type| !media_type.contains("xhtml")) {
        if media_type.contains("html") {
            return true;
        }
        if media_type.contains("xml") {
            return false;
        }
    }
    let begin = body.trim_ascii_start();
    let begin = begin.get(..14).unwrap_or(begin).to_ascii_lowercase();
    begin.starts_with(b"<!doctype html") || begin.starts_with(b"<html")
}
