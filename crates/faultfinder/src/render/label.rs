//! What a test is called in reports.

/// The name of a test, and which of several runs of it is meant.
pub(crate) fn label(name: &str, repetition: Option<u32>) -> String {
    match repetition {
        Some(number) => format!("{name} (run {number})"),
        None => name.to_owned(),
    }
}
