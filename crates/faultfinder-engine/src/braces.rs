//! `{NAME}` where `{{ NAME }}` is meant, in a field that is not valid with it: one mistake, not two.

use faultfinder_spec::{Diagnostic, Severity, is_about_braces};

/// Makes one error, at the brace, of a warning about a single brace and an error about the same field.
pub(crate) fn merge(diagnostics: &mut Vec<Diagnostic>) {
    let mut index = 0;
    while let Some(warning) = diagnostics.get(index) {
        let is_same = |other: &Diagnostic| {
            let is_of_field = other.path.is_some() && other.path == warning.path;
            other.is_error() && is_of_field && other.source == warning.source
        };
        let follows = is_about_braces(warning).then(|| diagnostics.iter().position(is_same)).flatten();
        if let Some(at) = follows {
            let error = diagnostics.remove(at);
            index -= usize::from(at < index);
            if let Some(warning) = diagnostics.get_mut(index) {
                warning.severity = Severity::Error;
                warning.message = format!("{}, and {}", warning.message, error.message);
                warning.name = error.name;
            }
        }
        index += 1;
    }
}
