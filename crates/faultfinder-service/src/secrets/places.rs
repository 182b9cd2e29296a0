//! Where secrets are in a definition.

use super::MASK;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Secrets by where they are in their definition, as JSON Pointers (RFC 6901).
pub(crate) type Secrets = BTreeMap<String, Value>;

/// Fields whose text is a secret, wherever they are.
const FIELDS: &[&str] =
    &["bearer", "password", "secret_key", "session_token", "client_secret", "secret", "key", "client_key"];
/// Header fields, metadata and the like whose text is a secret, in lower case.
const HEADERS: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "cookie",
    "x-api-key",
    "api-key",
    "x-auth-token",
    "x-access-token",
    "x-amz-security-token",
];
/// Fields of which only one can be there: who writes one has given up the others.
const ALTERNATIVES: &[&[&str]] = &[&["secret", "key"], &["value", "env", "default"]];
/// How a private key as PEM begins and goes on (RFC 7468).
const PEM_KEY: &str = "PRIVATE KEY-----";

/// Takes the secrets out of a definition, and puts the mask in their places.
pub(crate) fn take_out(definition: &mut Value) -> Secrets {
    let mut secrets = Secrets::new();
    walk(definition, &mut String::new(), Place::Elsewhere, &mut secrets);
    secrets
}

/// What a value stands for where it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Elsewhere,
    /// The variables of a file, by name.
    Variables,
    /// Header lines, by name.
    Headers,
    /// The text is a secret.
    Secret,
}

fn walk(value: &mut Value, path: &mut String, place: Place, secrets: &mut Secrets) {
    match value {
        Value::Object(fields) => {
            let is_secret = fields.get("secret") == Some(&Value::Bool(true));
            // A pair in a list: `{name: ..., value: ...}`.
            let pair = fields.get("name").and_then(Value::as_str).map(place_of_header);
            for (name, field) in fields.iter_mut() {
                let of_field = match place {
                    Place::Secret => Place::Secret,
                    Place::Headers if name == "value" && pair.is_some() => pair.unwrap_or(Place::Headers),
                    Place::Headers => place_of_header(name),
                    Place::Variables if field.is_object() => Place::Variables,
                    Place::Variables if is_secret && matches!(name.as_str(), "value" | "default") => {
                        Place::Secret
                    }
                    Place::Variables => Place::Elsewhere,
                    Place::Elsewhere => place_of_field(name, field),
                };
                step(field, path, name, of_field, secrets);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                step(item, path, &index.to_string(), place, secrets);
            }
        }
        Value::String(text) => {
            if let Some(mask) = masked(text, place) {
                secrets.insert(path.clone(), Value::String(std::mem::replace(text, mask)));
            }
        }
        Value::Number(_) if place == Place::Secret => {
            secrets.insert(path.clone(), std::mem::replace(value, MASK.into()));
        }
        Value::Number(_) | Value::Bool(_) | Value::Null => {}
    }
}

fn step(value: &mut Value, path: &mut String, name: &str, place: Place, secrets: &mut Secrets) {
    let length = path.len();
    path.push('/');
    path.push_str(&name.replace('~', "~0").replace('/', "~1"));
    walk(value, path, place, secrets);
    path.truncate(length);
}

fn place_of_field(name: &str, field: &Value) -> Place {
    match name {
        "variables" => Place::Variables,
        "headers" | "metadata" => Place::Headers,
        // Objects of these names are not what is meant.
        _ if FIELDS.contains(&name) && !field.is_object() => Place::Secret,
        _ => Place::Elsewhere,
    }
}

fn place_of_header(name: &str) -> Place {
    if HEADERS.contains(&name.to_ascii_lowercase().as_str()) { Place::Secret } else { Place::Headers }
}

/// The text with its secret masked; nothing when it has none.
fn masked(text: &str, place: Place) -> Option<String> {
    if text.is_empty() || text == MASK {
        return None;
    }
    if place == Place::Secret {
        return (!is_reference(text)).then(|| MASK.to_owned());
    }
    if text.contains(PEM_KEY) {
        return Some(MASK.to_owned());
    }
    // A URL with a password (RFC 3986 section 3.2.1).
    let (scheme, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let (userinfo, _) = authority.rsplit_once('@')?;
    let (user, password) = userinfo.split_once(':')?;
    if password.is_empty() || password == MASK || is_reference(password) {
        return None;
    }
    let behind = rest.get(userinfo.len()..).unwrap_or_default();
    Some(format!("{scheme}://{user}:{MASK}{behind}"))
}

/// Whether a text is nothing but variables: what they stand for is the secret.
fn is_reference(text: &str) -> bool {
    let mut rest = text.trim();
    while let Some(begin) = rest.strip_prefix("{{") {
        let Some((_, behind)) = begin.split_once("}}") else { return false };
        rest = behind.trim_start();
    }
    rest.is_empty()
}

/// Puts secrets back that an update leaves out, or has the mask for. `before` is the definition that it updates, masked.
/// Yields whether any was put back.
pub(crate) fn put_back(definition: &mut Value, before: &Value, secrets: &Secrets) -> bool {
    let mut any = false;
    for (pointer, secret) in secrets {
        if let Some(value) = definition.pointer_mut(pointer) {
            if before.pointer(pointer) == Some(&*value) {
                *value = secret.clone();
                any = true;
            }
            continue;
        }
        let Some((parent, name)) = pointer.rsplit_once('/') else { continue };
        let name = name.replace("~1", "/").replace("~0", "~");
        if let Some(Value::Object(fields)) = definition.pointer_mut(parent)
            && may_be_left_out(&name, fields)
        {
            fields.insert(name, secret.clone());
            any = true;
        }
    }
    any
}

/// Whether a field that is not there was left out, and not given up.
fn may_be_left_out(name: &str, fields: &Map<String, Value>) -> bool {
    let is_field =
        FIELDS.contains(&name) || name == "value" && fields.get("secret") == Some(&Value::Bool(true));
    let given_up = ALTERNATIVES
        .iter()
        .any(|group| group.contains(&name) && group.iter().any(|other| is_given(fields, other)));
    is_field && !given_up
}

/// Whether a field has a text: `secret: true` of a variable is none of its alternatives.
fn is_given(fields: &Map<String, Value>, name: &str) -> bool {
    fields.get(name).is_some_and(|value| !value.is_boolean())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn taken(mut definition: Value) -> (Value, Secrets) {
        let secrets = take_out(&mut definition);
        (definition, secrets)
    }

    fn full() -> Value {
        json!({
            "variables": {
                "TOKEN": { "value": "tok-1", "secret": true },
                "PIN": { "value": 1234, "secret": true },
                "OPEN": "not secret",
                "HOME": { "env": "HOME", "default": "/root", "secret": true }
            },
            "tests": [{
                "name": "a",
                "http": {
                    "url": "https://user:pw-1@shop.test/a?b=c://d:e@f",
                    "headers": { "Authorization": "Bearer b-1", "accept": "x", "X-Api-Key": "{{ TOKEN }}" },
                    "auth": { "basic": { "username": "u", "password": "p-1" } },
                    "tls": { "client_key": "-----BEGIN PRIVATE KEY-----\nabc", "ca": "x" },
                    "proxy": { "url": "http://p:pp@proxy.test:1" }
                }
            }, {
                "name": "b",
                "http": { "url": "https://shop.test", "auth": { "jwt": { "algorithm": "HS256", "secret": "s-1" } },
                          "headers": [{ "name": "cookie", "value": "sid=1" }, { "name": "x", "value": "y" }] }
            }]
        })
    }

    #[test]
    fn secrets_are_taken_out_and_everything_else_stays() {
        let (masked, secrets) = taken(full());
        let text = masked.to_string();
        for secret in ["tok-1", "1234", "/root", "pw-1", "b-1", "p-1", "BEGIN", ":pp@", "s-1", "sid=1"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        for open in [
            "not secret",
            "user:***@shop.test/a?b=c://d:e@f",
            "{{ TOKEN }}",
            "\"u\"",
            "proxy.test:1",
            "\"y\"",
        ] {
            assert!(text.contains(open), "{open}: {text}");
        }
        assert_eq!(secrets.len(), 10, "{secrets:?}");
        assert!(taken(masked.clone()).1.is_empty(), "masks are left as they are");
        let mut again = masked.clone();
        assert!(put_back(&mut again, &masked, &secrets));
        assert_eq!(again, full());
    }

    #[test]
    fn every_field_and_header_that_is_a_secret_is_masked() {
        for field in FIELDS {
            let (masked, secrets) = taken(json!({ "tests": [{ "a": { *field: "hunter2" } }] }));
            assert_eq!((masked["tests"][0]["a"][field].as_str(), secrets.len()), (Some(MASK), 1), "{field}");
        }
        // The names themselves, so that none is left out of the lists by mistake.
        for field in ["bearer", "password", "secret_key", "session_token", "client_secret", "client_key"] {
            assert!(FIELDS.contains(&field), "{field}");
        }
        for header in
            ["Authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "x-auth-token"]
        {
            for place in ["headers", "metadata"] {
                let (masked, secrets) = taken(json!({ place: { header: "hunter2" } }));
                assert_eq!(
                    (masked[place][header].as_str(), secrets.len()),
                    (Some(MASK), 1),
                    "{place} {header}"
                );
            }
        }
        for header in ["X-Access-Token", "x-amz-security-token"] {
            assert_eq!(taken(json!({ "headers": { header: "hunter2" } })).1.len(), 1, "{header}");
        }
        let (masked, _) = taken(json!({ "body": "a\n-----BEGIN RSA PRIVATE KEY-----\nabc" }));
        assert_eq!(masked, json!({ "body": MASK }));
    }

    #[test]
    fn an_update_that_leaves_secrets_out_keeps_them_and_what_it_gives_counts() {
        let (before, secrets) = taken(full());
        let mut update = before.clone();
        update["variables"]["TOKEN"] = json!({ "secret": true });
        update["variables"]["PIN"] = json!({ "value": "new", "secret": true });
        update["tests"][0]["http"]["auth"]["basic"] = json!({ "username": "other" });
        update["tests"][1]["http"]["auth"]["jwt"] = json!({ "algorithm": "RS256", "key": "k" });
        put_back(&mut update, &before, &secrets);
        assert_eq!(update["variables"]["TOKEN"]["value"], "tok-1");
        assert_eq!(update["variables"]["PIN"]["value"], "new");
        assert_eq!(
            update["tests"][0]["http"]["auth"]["basic"],
            json!({ "username": "other", "password": "p-1" })
        );
        assert_eq!(update["tests"][1]["http"]["auth"]["jwt"], json!({ "algorithm": "RS256", "key": "k" }));
        let mut removed = json!({ "tests": [{ "name": "a", "http": { "url": "https://shop.test" } }] });
        assert!(!put_back(&mut removed, &before, &secrets), "{removed}");
    }
}
