//! Paths of results, as people write them.

/// `$['items'][0]['a b']` -> `$.items[0]['a b']`.
pub(super) fn short(path: &str) -> String {
    let mut short = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once("['") {
        short.push_str(before);
        match after.split_once("']") {
            Some((name, after)) if is_plain(name) => {
                short.push('.');
                short.push_str(name);
                rest = after;
            }
            Some((name, after)) => {
                short.push_str(&format!("['{name}']"));
                rest = after;
            }
            None => {
                short.push_str("['");
                rest = after;
            }
        }
    }
    short + rest
}

/// The path of a member.
pub(super) fn member(path: &str, name: &str) -> String {
    if is_plain(name) { format!("{path}.{name}") } else { format!("{path}['{name}']") }
}

/// Whether a name needs no quotes.
fn is_plain(name: &str) -> bool {
    name.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}
