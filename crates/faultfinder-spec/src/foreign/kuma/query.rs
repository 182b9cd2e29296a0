//! Plain paths of JSONata (`a.b[0].c`, `$.a`, `` a.`b-c` ``) as JSONPath. Anything else of JSONata has no equivalent.

/// Words of JSONata that are operators or values.
const WORDS: &[&str] = &["and", "or", "in", "true", "false", "null", "function"];

/// The JSONPath of a plain path; nothing if it is more than one.
pub(super) fn jsonpath(written: &str) -> Option<String> {
    let written = written.trim();
    let mut path = String::from("$");
    let mut rest = match written.strip_prefix('$') {
        Some(rest) => rest,
        None => step(written, &mut path)?,
    };
    while !rest.is_empty() {
        rest = match rest.strip_prefix('.') {
            Some(rest) => step(rest, &mut path)?,
            None => index(rest, &mut path)?,
        };
    }
    (!written.is_empty()).then_some(path)
}

/// Reads the name of a member; yields what is behind it.
fn step<'t>(text: &'t str, path: &mut String) -> Option<&'t str> {
    let quote = text.chars().next().filter(|c| matches!(c, '`' | '"' | '\''));
    if let Some(quote) = quote {
        let (name, behind) = text.strip_prefix(quote)?.split_once(quote)?;
        // What an escape means depends on the quote.
        if name.is_empty() || name.contains('\\') {
            return None;
        }
        path.push_str(&format!("['{}']", name.replace('\'', "\\'")));
        return Some(behind);
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, behind) = text.split_at_checked(end)?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !is_name || WORDS.contains(&name) {
        return None;
    }
    // `.length` of a JSONPath would be how many items there are.
    path.push_str(&if name == "length" { "['length']".to_owned() } else { format!(".{name}") });
    Some(behind)
}

/// Reads an index in brackets; yields what is behind it.
fn index<'t>(text: &'t str, path: &mut String) -> Option<&'t str> {
    let (inside, behind) = text.strip_prefix('[')?.split_once(']')?;
    let index: i32 = inside.trim().parse().ok()?;
    path.push_str(&format!("[{index}]"));
    Some(behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_paths_are_taken_over() {
        for (jsonata, path) in [
            ("status", Some("$.status")),
            ("$.a.b", Some("$.a.b")),
            ("$", Some("$")),
            (" a.b[0].c ", Some("$.a.b[0].c")),
            ("$[1].x", Some("$[1].x")),
            ("items[-1]", Some("$.items[-1]")),
            ("queue.length", Some("$.queue['length']")),
            ("a.`b-c`.\"d e\"", Some("$.a['b-c']['d e']")),
            ("a.`it's`", Some("$.a['it\\'s']")),
            ("", None),
            ("a.", None),
            ("a..b", None),
            ("a-b", None),
            ("a.0", None),
            ("$count(a)", None),
            ("$sum(items.price)", None),
            ("items[price > 5].name", None),
            ("items[0", None),
            ("a = 1", None),
            ("true", None),
            ("a.*", None),
            ("**.a", None),
            ("$$.a", None),
            ("a.`b\\`", None),
            ("a.``", None),
            ("{\"x\": a}", None),
        ] {
            assert_eq!(jsonpath(jsonata).as_deref(), path, "{jsonata}");
        }
    }
}
