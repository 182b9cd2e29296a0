//! What there is instead of what is missing.

use super::cookie;
use crate::Observation;
use crate::subject::{Section, Subject};
use faultfinder_taxonomy::word::nearest;

/// Most names that are listed.
const NAMES_MAX: usize = 8;

/// What there is instead of a subject that was not found, for messages.
pub(super) fn near(subject: &Subject, seen: &Observation<'_>) -> Option<String> {
    match subject {
        Subject::Header(name) => fields(name, seen.headers?, "header"),
        Subject::Trailer(name) => fields(name, seen.trailers?, "trailer"),
        Subject::Metadata(name) => fields(name, seen.metadata?, "metadata"),
        Subject::Cookie { name, .. } => {
            let names = cookie::names(seen.headers?);
            match names.iter().any(|known| known == name) {
                // It is there, without that attribute.
                true => None,
                false => Some(listed(name, names.iter().map(String::as_str).collect(), "cookie")),
            }
        }
        Subject::JsonPath(path) => path.near(seen.document().ok()?),
        Subject::Redirect { number: Some(_), .. } => {
            let count = seen.redirects.as_ref()?.len();
            Some(format!("there were {count} redirects"))
        }
        Subject::Record { record_type: Some(_), section } => {
            let records = match section {
                Section::Answer => &seen.records,
                Section::Authority => &seen.authorities,
                Section::Additional => &seen.additionals,
            };
            let mut types: Vec<String> =
                records.as_ref()?.iter().map(|record| record.record_type.to_string()).collect();
            types.sort_unstable();
            types.dedup();
            match types.is_empty() {
                true => None,
                false => Some(format!("the {} section has {}", section.word(), types.join(", "))),
            }
        }
        _ => None,
    }
}

fn fields(name: &str, fields: &[(String, Vec<u8>)], what: &str) -> Option<String> {
    let mut names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    Some(listed(name, names, what))
}

/// The nearest of some names, and the names.
fn listed(wanted: &str, names: Vec<&str>, what: &str) -> String {
    let plural = if what == "metadata" { "metadata" } else { &format!("{what}s") };
    if names.is_empty() {
        return format!("the response has no {plural}");
    }
    let meant = nearest(wanted, names.iter().copied());
    let mut list = names.iter().take(NAMES_MAX).copied().collect::<Vec<_>>().join(", ");
    if names.len() > NAMES_MAX {
        list.push_str(&format!(" and {} more", names.len() - NAMES_MAX));
    }
    match meant {
        Some(name) => format!("did you mean `{name}`? the {plural} are {list}"),
        None => format!("the {plural} are {list}"),
    }
}
