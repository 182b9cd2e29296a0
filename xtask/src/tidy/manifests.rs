//! Versions live once, in the workspace's manifest; its settings are inherited.

use super::floors::HARNESS;
use super::graph::Graph;
use super::violation::Violation;
use anyhow::Result;
use std::path::Path;

/// What every package inherits.
const INHERITED: &[&str] = &["version", "edition", "rust-version", "license", "repository"];
/// What a package that is published says of itself, in addition.
const PUBLISHED: &[&str] = &["description", "documentation", "readme", "keywords", "categories"];

/// All members that do not inherit, and the unused rows of the workspace.
pub(crate) fn check(root: &Path, graph: &Graph) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for (_, member) in graph.members() {
        violations.extend(check_text(&member.manifest, &member.text));
        violations.extend(check_published(&member.name, &member.manifest, &member.text));
    }
    let workspace = std::fs::read_to_string(root.join("Cargo.toml"))?;
    violations.extend(unused(&workspace, graph));
    Ok(violations)
}

/// What is wrong with one manifest.
fn check_text(file: &str, text: &str) -> Vec<Violation> {
    let violation = |line: Option<usize>, what: String, advice: &str| Violation {
        file: file.to_owned(),
        line,
        what,
        advice: advice.to_owned(),
    };
    let mut violations = Vec::new();
    for key in
        INHERITED.iter().filter(|key| !text.lines().any(|line| line == format!("{key}.workspace = true")))
    {
        let what = format!("the package does not inherit its {key}");
        violations.push(violation(Some(1), what, &format!("write `{key}.workspace = true`")));
    }
    if !text.contains("[lints]\nworkspace = true") {
        let what = "the package does not inherit the lints".to_owned();
        violations.push(violation(None, what, "write `[lints]` and `workspace = true`"));
    }
    for (line, name) in versioned(text) {
        let what = format!("{name} is not taken from the workspace");
        let advice = "give its version in [workspace.dependencies] and write `workspace = true` here";
        violations.push(violation(Some(line), what, advice));
    }
    violations
}

/// What a package lacks to be published; the harness never is.
fn check_published(name: &str, file: &str, text: &str) -> Vec<Violation> {
    let violation =
        |what: String, advice: String| Violation { file: file.to_owned(), line: Some(1), what, advice };
    let has = |start: &str| text.lines().any(|line| line.starts_with(start));
    if HARNESS.contains(&name) {
        let violation = || {
            violation(
                "the harness could be published".to_owned(),
                "write `publish.workspace = true`".to_owned(),
            )
        };
        return if has("publish.workspace = true") { Vec::new() } else { vec![violation()] };
    }
    let mut violations = Vec::new();
    if !has("publish = true") {
        violations
            .push(violation("the package is not published".to_owned(), "write `publish = true`".to_owned()));
    }
    for key in PUBLISHED.iter().filter(|key| !has(&format!("{key} = "))) {
        violations.push(violation(format!("the package has no {key}"), format!("write `{key} = ...`")));
    }
    violations
}

/// The dependencies that are not taken from the workspace, with their lines.
fn versioned(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut section = "";
    // Inside an array that spans lines there are no keys.
    let mut depth = 0_i32;
    for (place, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or("").trim();
        if depth == 0 && line.starts_with('[') {
            section = line.trim_matches(['[', ']']);
        } else if depth == 0
            && section.ends_with("dependencies")
            && let Some((key, value)) = line.split_once('=')
            && !key.trim().ends_with(".workspace")
            && !value.contains("workspace = true")
        {
            found.push((place + 1, key.trim().to_owned()));
        }
        depth += brackets(line, "[{", line.starts_with('[')) - brackets(line, "]}", line.starts_with('['));
    }
    found
}

/// How many of these brackets a line has; a section's own do not count.
fn brackets(line: &str, which: &str, is_section: bool) -> i32 {
    if is_section { 0 } else { line.chars().map(|c| i32::from(which.contains(c))).sum() }
}

/// Dependencies of the workspace that no member uses any more.
fn unused(workspace: &str, graph: &Graph) -> Vec<Violation> {
    let table =
        workspace.lines().enumerate().skip_while(|(_, line)| *line != "[workspace.dependencies]").skip(1);
    let rows = table.take_while(|(_, line)| !line.starts_with('[')).filter_map(|(place, line)| {
        let (key, value) = line.split_once(" = ")?;
        let renamed = value.split_once("package = \"").and_then(|(_, rest)| rest.split('"').next());
        (!key.starts_with('#')).then(|| (place + 1, renamed.unwrap_or(key).to_owned()))
    });
    let is_used = |name: &String| {
        graph.members().any(|(_, member)| member.declared.iter().any(|declared| declared.name == *name))
    };
    rows.filter(|(_, name)| !is_used(name))
        .map(|(line, name)| Violation {
            file: "Cargo.toml".to_owned(),
            line: Some(line),
            what: format!("no member depends on {name}"),
            advice: "remove the row".to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::versioned;

    #[test]
    fn only_dependencies_with_a_version_of_their_own_are_found() {
        let text = "\
[package]
name = \"x\"
[dependencies]
a.workspace = true
b = { workspace = true, features = [
    \"one = two\",
] }
c = \"1\" # why
d = { version = \"2\" }
[target.'cfg(unix)'.dependencies]
e = \"1\"
[dev-dependencies]
f.workspace = true
[features]
g = []
";
        let found = versioned(text);
        assert_eq!(found, [(8, "c".to_owned()), (9, "d".to_owned()), (11, "e".to_owned())]);
    }
}
