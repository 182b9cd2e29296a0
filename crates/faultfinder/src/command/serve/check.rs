//! `faultfinder serve --check`: what is set, by whom, and whether the definitions are good. Nothing is opened or begun.

use super::settings::{Settings, Shown};
use crate::diagnostics::{counts, of_files, plural};
use crate::exit::{Exit, Failure, Outcome};
use crate::paint::Paint;
use crate::suite::Checked;

/// Says what is set, and what is wrong.
pub(super) fn run(settings: &Settings) -> Outcome {
    crate::output::print(&table(&settings.shown))?;
    let paint = Paint::for_stderr();
    for warning in &settings.warnings {
        crate::output::note(&format!("{}: {warning}", paint.warn("warning")));
    }
    settings.config.check().map_err(Failure::usage)?;
    let checked = crate::suite::check_served(&settings.config.definitions)?;
    crate::output::note_unless_empty(&of_files(&checked.found, paint));
    if !checked.is_valid() {
        let wrong = counts(&checked.found).unwrap_or_default();
        crate::output::note(&format!("{}: {wrong} in the definitions", paint.bad("invalid")));
        return Ok(Exit::Usage);
    }
    crate::output::print(&format!("\n{}: {}\n", Paint::for_stdout().good("ok"), in_words(&checked)))?;
    Ok(Exit::Passed)
}

fn in_words(checked: &Checked) -> String {
    match checked.found.len() {
        0 => "no definitions; tests may come over the API".to_owned(),
        files => {
            format!("{} in {}", plural(checked.tests, "test", "tests"), plural(files, "file", "files"))
        }
    }
}

/// A line for each setting: what it is, and who says so.
fn table(shown: &[Shown]) -> String {
    let width = |of: fn(&Shown) -> &str| shown.iter().map(|one| of(one).chars().count()).max().unwrap_or(0);
    let (fields, values) = (width(|one| one.field), width(|one| &one.value));
    let mut text = String::new();
    for Shown { field, value, from } in shown {
        text.push_str(&format!("{field:<fields$}  {value:<values$}  {from}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_shown_with_who_says_so() {
        let one =
            |field, value: &str, from: &str| Shown { field, value: value.to_owned(), from: from.to_owned() };
        let shown = [one("listen", "127.0.0.1:1", "default"), one("log", "info", "--log")];
        assert_eq!(table(&shown), "listen  127.0.0.1:1  default\nlog     info         --log\n");
    }
}
