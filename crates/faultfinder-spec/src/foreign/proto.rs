//! Texts of `.proto` files.

/// The text of a `.proto` file as the native format takes it: it begins with its syntax.
pub(super) fn as_source(text: &str) -> Option<String> {
    let body = without_comments(text);
    if body.starts_with("syntax") || body.starts_with("edition") {
        return Some(body.to_owned()).filter(|body| body.contains(';'));
    }
    let is_schema = ["message ", "service ", "package ", "import "].iter().any(|word| body.starts_with(word));
    // A file that does not say its syntax has the second one.
    is_schema.then(|| format!("syntax = \"proto2\";\n{body}"))
}

/// Without the comments at the beginning.
fn without_comments(text: &str) -> &str {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let behind = match rest.get(..2) {
            Some("//") => rest.split_once('\n').map(|(_, behind)| behind),
            Some("/*") => rest.split_once("*/").map(|(_, behind)| behind),
            _ => return rest,
        };
        rest = behind.unwrap_or("").trim_start();
    }
}
