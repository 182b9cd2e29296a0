//! References of a schema, replaced by pointers into it. What refers elsewhere is refused: nothing is fetched.

use super::compiled::{DATA, Draft};
use serde_json::Value;
use std::collections::HashMap;

/// Keywords that refer to another schema.
const REFERENCES: [&str; 3] = ["$ref", "$dynamicRef", "$recursiveRef"];

/// The identifiers of schemas: absolute, with the pointer of each.
type Index = HashMap<String, String>;

/// Replaces the references of a schema.
pub(super) fn resolve(root: &mut Value, draft: Draft) -> Result<(), String> {
    let mut index = Index::new();
    note(root, "", "", draft, &mut index);
    index.entry(String::new()).or_default();
    let copy = root.clone();
    replace(root, "", draft, &index, &copy)
}

/// The base of a schema inside of another base: its own `$id`, resolved. Beside a reference it counts only in the latest
/// version.
fn base_of(value: &Value, base: &str, draft: Draft) -> Option<String> {
    if draft != Draft::Latest && value.get("$ref").is_some() {
        return None;
    }
    let id = value.get("$id")?.as_str()?;
    Some(join(base, id.split('#').next().unwrap_or(id)))
}

fn note(value: &Value, pointer: &str, base: &str, draft: Draft, index: &mut Index) {
    match value {
        Value::Object(members) => {
            let own = base_of(value, base, draft);
            if let Some(own) = &own {
                index.insert(own.clone(), pointer.to_owned());
            }
            let base = own.as_deref().unwrap_or(base);
            // Draft 6 and 7 name places by an `$id` that is a fragment.
            let fragment = members.get("$id").and_then(Value::as_str).and_then(|id| id.strip_prefix('#'));
            let anchors = ["$anchor", "$dynamicAnchor"].map(|name| members.get(name).and_then(Value::as_str));
            for anchor in anchors.into_iter().flatten().chain(fragment.filter(|name| !name.is_empty())) {
                index.insert(format!("{base}#{anchor}"), pointer.to_owned());
            }
            for (name, member) in members.iter().filter(|(name, _)| !DATA.contains(&name.as_str())) {
                note(member, &format!("{pointer}/{}", escaped(name)), base, draft, index);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                note(item, &format!("{pointer}/{at}"), base, draft, index);
            }
        }
        _ => {}
    }
}

fn replace(value: &mut Value, base: &str, draft: Draft, index: &Index, root: &Value) -> Result<(), String> {
    let own = base_of(value, base, draft);
    let base = own.as_deref().unwrap_or(base);
    match value {
        Value::Object(members) => {
            for keyword in REFERENCES {
                // A property can have that name: then it is a schema.
                let Some(Value::String(reference)) = members.get_mut(keyword) else { continue };
                *reference = target(reference, base, index, root)?;
            }
            for (name, member) in members.iter_mut() {
                if !DATA.contains(&name.as_str()) {
                    replace(member, base, draft, index, root)?;
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                replace(item, base, draft, index, root)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// The pointer that a reference leads to.
fn target(reference: &str, base: &str, index: &Index, root: &Value) -> Result<String, String> {
    let (document, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    let document = if document.is_empty() { base.to_owned() } else { join(base, document) };
    let found = if fragment.is_empty() || fragment.starts_with('/') {
        // A base that no `$id` names is the whole.
        let known = index.get(&document).or_else(|| index.get("").filter(|_| document == base));
        known.map(|pointer| format!("{pointer}{}", decoded(fragment)))
    } else {
        index.get(&format!("{document}#{fragment}")).cloned()
    };
    match found {
        Some(pointer) if root.pointer(&pointer).is_some() => Ok(pointer),
        Some(_) => Err(format!("`{reference}` leads nowhere in it")),
        None => Err(format!(
            "`{reference}` refers to a schema elsewhere, and nothing is fetched: put it under $defs"
        )),
    }
}

/// A reference resolved against a base, as far as identifiers need it (RFC 3986 section 5.2).
fn join(base: &str, reference: &str) -> String {
    if reference.contains("://") || reference.starts_with("urn:") || base.is_empty() {
        return reference.to_owned();
    }
    if reference.is_empty() {
        return base.to_owned();
    }
    let authority = base.find("://").map_or(0, |at| at + 3);
    let path_at =
        base.get(authority..).and_then(|rest| rest.find('/')).map_or(base.len(), |at| authority + at);
    if reference.starts_with('/') {
        return format!("{}{reference}", base.get(..path_at).unwrap_or(base));
    }
    match base.rfind('/').filter(|at| *at >= authority) {
        Some(at) => format!("{}{reference}", base.get(..=at).unwrap_or(base)),
        None if authority > 0 => format!("{base}/{reference}"),
        None => reference.to_owned(),
    }
}

/// A name in a pointer (RFC 6901 section 3).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A fragment without its percent encoding.
fn decoded(fragment: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), fragment.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match hex.and_then(|two| u8::from_str_radix(two, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
