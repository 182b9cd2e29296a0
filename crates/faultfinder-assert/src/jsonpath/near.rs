//! What there is instead of what a query did not find.

use super::path;
use faultfinder_taxonomy::word::nearest;
use jsonpath_rust::parser::model::{JpQuery, Segment, Selector};
use jsonpath_rust::query::js_path_process;
use serde_json::Value;

/// Most names that are listed.
const NAMES_MAX: usize = 8;
/// Most names that are looked at for the nearest one: comparing takes time.
const COMPARED_MAX: usize = 1000;
/// Longest name that is listed, in bytes.
const NAME_BYTES_MAX: usize = 40;

/// What is at the last place that the names and indexes at the beginning of a query lead to; nothing when they lead to all
/// of it.
pub(super) fn near(segments: &[Segment], root: &Value) -> Option<String> {
    let mut last = (root, "$".to_owned());
    for (index, segment) in segments.iter().enumerate() {
        let Segment::Selector(selector @ (Selector::Name(_) | Selector::Index(_))) = segment else {
            return None;
        };
        // Each step leads to one place, so all of them together cost no more than the query.
        let query = JpQuery::new(segments.get(..=index)?.to_vec());
        let found = js_path_process(&query, root).ok()?;
        match found.into_iter().next() {
            Some(found) => last = (found.val, path::short(&found.path)),
            None => return Some(describe(last.0, &last.1, selector)),
        }
    }
    None
}

fn describe(value: &Value, path: &str, selector: &Selector) -> String {
    match value {
        Value::Object(members) if members.is_empty() => format!("`{path}` has no members"),
        Value::Object(members) => {
            let names = members.keys().take(COMPARED_MAX).map(String::as_str);
            let names: Vec<&str> = names.filter(|name| name.len() <= NAME_BYTES_MAX).collect();
            let meant = match selector {
                Selector::Name(name) => nearest(name.trim_matches(['\'', '"']), names.iter().copied()),
                _ => None,
            };
            let mut listed = names.iter().take(NAMES_MAX).copied().collect::<Vec<_>>().join(", ");
            if members.len() > NAMES_MAX {
                listed.push_str(&format!(" and {} more", members.len() - NAMES_MAX));
            }
            match meant {
                Some(name) => format!("did you mean `{}`? `{path}` has {listed}", path::member(path, name)),
                None => format!("`{path}` has {listed}"),
            }
        }
        Value::Array(items) => format!("`{path}` is a list of {}", items.len()),
        Value::String(_) => format!("`{path}` is a text, without members"),
        Value::Number(_) => format!("`{path}` is a number, without members"),
        Value::Bool(_) => format!("`{path}` is a boolean, without members"),
        Value::Null => format!("`{path}` is null"),
    }
}
