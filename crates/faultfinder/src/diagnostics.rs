//! Diagnostics for people: with carets for files, with the option's name for the command line.

use crate::paint::Paint;
use faultfinder_spec::{Diagnostic, Severity, Source};

/// All diagnostics of files, each with its line and a caret, and a line with the count.
pub(crate) fn of_files(found: &[(Source, Vec<Diagnostic>)], paint: Paint) -> String {
    let mut text = String::new();
    for (source, diagnostics) in found {
        for diagnostic in diagnostics {
            text.push_str(&diagnostic.render(source, paint.is_on()));
            text.push_str("\n\n");
        }
    }
    text
}

/// How many errors and warnings there are, in words; nothing when there are none.
pub(crate) fn counts(found: &[(Source, Vec<Diagnostic>)]) -> Option<String> {
    let all = || found.iter().flat_map(|(_, diagnostics)| diagnostics);
    let errors = all().filter(|diagnostic| diagnostic.is_error()).count();
    let warnings = all().count().saturating_sub(errors);
    let mut parts = Vec::new();
    if errors > 0 {
        parts.push(plural(errors, "error", "errors"));
    }
    if warnings > 0 {
        parts.push(plural(warnings, "warning", "warnings"));
    }
    if parts.is_empty() { None } else { Some(parts.join(" and ")) }
}

/// A number with its word.
pub(crate) fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A diagnostic about a test that was put together from options; `option` gave the field.
pub(crate) fn of_option(diagnostic: &Diagnostic, option: Option<&str>, paint: Paint) -> String {
    let level = match diagnostic.severity {
        Severity::Error => paint.bad("error"),
        Severity::Warning => paint.warn("warning"),
    };
    let option = option.map(|name| format!("{name}: ")).unwrap_or_default();
    let mut text = format!("{level}: {option}{}", diagnostic.message);
    if let Some(label) = &diagnostic.label {
        text.push_str(&format!(" ({label})"));
    }
    if let Some(help) = &diagnostic.help {
        text.push_str(&format!("\n{}: {help}", paint.good("help")));
    }
    text
}
