//! A response, and whether a rule holds of it.

use super::rule::{Field, Media, Reference, Rule, Statuses, Value};
use super::text::{Text, reference};
use faultfinder_taxonomy::EdgeAnswer;
use std::cell::OnceCell;

/// What a response shows. Its body is read at the first rule that everything else fits.
pub(super) struct Seen<'r> {
    status: u16,
    headers: &'r [(String, Vec<u8>)],
    body: &'r [u8],
    text: OnceCell<Text>,
}

impl<'r> Seen<'r> {
    pub(super) const fn new(status: u16, headers: &'r [(String, Vec<u8>)], body: &'r [u8]) -> Self {
        Self { status, headers, body, text: OnceCell::new() }
    }

    /// What shows that a rule holds; nothing if it does not.
    pub(super) fn marks(&self, rule: &Rule) -> Option<Vec<String>> {
        let is_possible = rule.statuses.admit(self.status) && self.body.len() <= rule.body_bytes_max;
        if !is_possible {
            return None;
        }
        // Most rules end here: nothing is allocated before everything but the words fits.
        let fields = rule.headers.iter().map(|group| group.iter().find_map(|field| self.mark_of(field)));
        let fields: Vec<Mark<'_>> = fields.collect::<Option<_>>()?;
        if !rule.body.is_empty() && (self.body.is_empty() || !self.is(rule.media)) {
            return None;
        }
        let text = || self.text.get_or_init(|| Text::new(self.body));
        let words = rule.body.iter().map(|group| group.iter().find(|words| text().has(words)));
        let words: Vec<&&str> = words.collect::<Option<_>>()?;
        let status = match rule.statuses {
            Statuses::Telling(_) => Some(format!("status {}", self.status)),
            Statuses::Errors | Statuses::Any | Statuses::These(_) => None,
        };
        let fields = fields.iter().map(Mark::shown);
        let words = words.iter().map(|words| inert(&format!("the body has \"{words}\"")));
        Some(status.into_iter().chain(fields).chain(words).take(EdgeAnswer::EVIDENCE_MAX).collect())
    }

    /// The identifier of the request at a place.
    pub(super) fn reference(&self, place: Reference) -> Option<String> {
        match place {
            Reference::Header(name) => {
                let value = self.values(name).next()?;
                reference(std::str::from_utf8(value).ok()?.trim())
            }
            Reference::After(words) => self.text.get_or_init(|| Text::new(self.body)).reference_after(words),
        }
    }

    fn values<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'r [u8]> + 's {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_slice())
    }

    /// The field that meets a condition.
    fn mark_of(&self, field: &'static Field) -> Option<Mark<'r>> {
        let value = self.values(field.name).find(|value| field.value.admits(value))?;
        Some(Mark { name: field.name, value, is_cookie: matches!(field.value, Value::Cookie(_)) })
    }

    fn is(&self, media: Media) -> bool {
        let Some(media_type) = self.values("content-type").next() else {
            return !matches!(media, Media::Json);
        };
        let is_json = contains(media_type, "json");
        match media {
            Media::Page => contains(media_type, "html") || (begins(media_type, "text/plain") && !is_json),
            Media::Json => is_json,
            Media::Any => true,
        }
    }
}

/// A field that meets a condition.
struct Mark<'r> {
    name: &'static str,
    value: &'r [u8],
    is_cookie: bool,
}

impl Mark<'_> {
    /// Of cookies, the name only.
    fn shown(&self) -> String {
        let value = if self.is_cookie { cookie_name(self.value) } else { self.value };
        inert(&format!("{}: {}", self.name, String::from_utf8_lossy(value)))
    }
}

impl Value {
    fn admits(&self, value: &[u8]) -> bool {
        match self {
            Self::Any => true,
            Self::Is(expected) => value.trim_ascii().eq_ignore_ascii_case(expected.as_bytes()),
            Self::Begins(expected) => begins(value, expected),
            Self::Cookie(name) => contains(cookie_name(value), name),
        }
    }
}

/// The name of the cookie that a `set-cookie` sets (RFC 6265 section 5.2).
fn cookie_name(value: &[u8]) -> &[u8] {
    let end = value.iter().position(|byte| matches!(byte, b'=' | b';')).unwrap_or(value.len());
    value.get(..end).unwrap_or_default().trim_ascii()
}

fn begins(value: &[u8], expected: &str) -> bool {
    let beginning = value.trim_ascii_start().get(..expected.len());
    beginning.is_some_and(|beginning| beginning.eq_ignore_ascii_case(expected.as_bytes()))
}

fn contains(value: &[u8], expected: &str) -> bool {
    value.windows(expected.len()).any(|part| part.eq_ignore_ascii_case(expected.as_bytes()))
}

/// A piece of evidence: printable ASCII, and not longer than the limit.
pub(super) fn inert(text: &str) -> String {
    let printable = |letter: char| if matches!(letter, ' '..='~') { letter } else { '?' };
    text.chars().take(EdgeAnswer::EVIDENCE_BYTES_MAX).map(printable).collect()
}
