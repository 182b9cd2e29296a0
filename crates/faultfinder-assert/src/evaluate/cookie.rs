//! Cookies that an answer sets, and their attributes (RFC 6265 section 5.2).

use super::actual::Actual;
use crate::moment;
use crate::number::Number;
use crate::subject::CookieField;
use std::borrow::Cow;

/// What a field of the cookies of a name holds, in the order of their headers.
pub(super) fn values<'a>(
    name: &str,
    field: CookieField,
    headers: &'a [(String, Vec<u8>)],
    now: Option<i64>,
) -> Result<Vec<Actual<'a>>, String> {
    let mut values = Vec::new();
    for (_, header) in headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case("set-cookie")) {
        let Some(cookie) = Cookie::parse(String::from_utf8_lossy(header)) else { continue };
        // Names of cookies are compared with regard to case.
        if cookie.name == name {
            values.extend(cookie.value_of(field, now)?);
        }
    }
    Ok(values)
}

/// The names of the cookies that an answer sets.
pub(super) fn names(headers: &[(String, Vec<u8>)]) -> Vec<String> {
    let cookies = headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case("set-cookie"));
    cookies.filter_map(|(_, value)| Cookie::parse(String::from_utf8_lossy(value))).map(|it| it.name).collect()
}

struct Cookie {
    name: String,
    value: String,
    /// Names in lower case, and values.
    attributes: Vec<(String, String)>,
}

impl Cookie {
    /// Nothing when it has no name.
    fn parse(header: Cow<'_, str>) -> Option<Self> {
        let mut parts = header.split(';');
        let (name, value) = parts.next()?.split_once('=')?;
        let name = name.trim();
        if name.is_empty() {
            return None;
        }
        let attribute = |part: &str| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (name.trim().to_ascii_lowercase(), value.trim().to_owned())
        };
        let attributes = parts.map(attribute).collect();
        Some(Self { name: name.to_owned(), value: value.trim().to_owned(), attributes })
    }

    /// The last attribute of a name counts.
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn value_of<'a>(&self, field: CookieField, now: Option<i64>) -> Result<Option<Actual<'a>>, String> {
        let flag = |name: &str| Some(Actual::text(self.attribute(name).is_some().to_string()));
        let text = |name: &str| self.attribute(name).map(|value| Actual::text(value.to_owned()));
        Ok(match field {
            CookieField::Value => Some(Actual {
                number: Number::parse(&self.value),
                counts_seconds: true,
                ..Actual::text(self.value.clone())
            }),
            CookieField::Domain => text("domain"),
            CookieField::Path => text("path"),
            CookieField::SameSite => text("samesite"),
            CookieField::Expires => text("expires"),
            CookieField::MaxAge => self.max_age().map(Actual::quantity_of),
            CookieField::ExpiresIn => self.expires_in(now)?.map(Actual::quantity_of),
            CookieField::Secure => flag("secure"),
            CookieField::HttpOnly => flag("httponly"),
            CookieField::Partitioned => flag("partitioned"),
        })
    }

    fn max_age(&self) -> Option<f64> {
        Number::parse(self.attribute("max-age")?).map(|number| number.value())
    }

    /// Seconds until it expires; nothing for a cookie of the session.
    fn expires_in(&self, now: Option<i64>) -> Result<Option<f64>, String> {
        if let Some(age) = self.max_age() {
            return Ok(Some(age));
        }
        let Some(expires) = self.attribute("expires").and_then(moment::parse) else { return Ok(None) };
        #[expect(
            clippy::cast_precision_loss,
            reason = "exact below 2^53 seconds, which is 285 million years"
        )]
        let now = now.ok_or("the time is missing")? as f64;
        Ok(Some(expires - now))
    }
}
