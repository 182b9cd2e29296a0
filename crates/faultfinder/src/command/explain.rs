//! `faultfinder explain`: what a word in a result means.

use crate::exit::{Exit, Failure, Outcome};
use crate::explain::{Entry, all, find, nearest};
use crate::paint::Paint;
use crate::render::text::{inert, pad, terminal_width, wrapped};
use clap::Args;
use faultfinder_taxonomy::Phase;

/// Which word, and the output format.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  faultfinder explain                    all codes, one line each
  faultfinder explain SSL                a code
  faultfinder explain CERT_HAS_EXPIRED   an X.509 code
  faultfinder explain ECONNREFUSED       a system error; also NXDOMAIN,
                                         handshake_failure, UNAVAILABLE, 1009 ...
  faultfinder explain --all              every word, one line each
  faultfinder explain --all --json       the same for programs")]
pub(crate) struct Arguments {
    /// A code, or any detail that a result can contain
    #[arg(value_name = "CODE", conflicts_with = "all")]
    word: Option<String>,

    /// Every word, not only the codes
    #[arg(long)]
    all: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Explains.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let entries = match &arguments.word {
        Some(word) => meant(word)?,
        None => all().into_iter().filter(|entry| arguments.all || entry.kind == "code").collect(),
    };
    let text = if arguments.json {
        let text = serde_json::to_string_pretty(&entries)
            .map_err(|error| Failure::ourselves("cannot write the explanation", &error))?;
        format!("{text}\n")
    } else if arguments.word.is_some() {
        let paint = Paint::for_stdout();
        let texts: Vec<String> =
            entries.iter().map(|entry| in_full(entry, paint, terminal_width())).collect();
        texts.join("\n")
    } else {
        list(&entries, Paint::for_stdout())
    };
    crate::output::print(&text)?;
    Ok(Exit::Passed)
}

/// The entries that a word means, or the nearest spellings as an error.
fn meant(word: &str) -> Result<Vec<Entry>, Failure> {
    const LISTS: &str = "`faultfinder explain` lists the codes, `faultfinder explain --all` every word";
    if word.trim().is_empty() {
        return Err(Failure::usage_with_help("there is no word to explain: the text is empty", LISTS));
    }
    let found = find(word);
    if !found.is_empty() {
        return Ok(found);
    }
    let near = nearest(word);
    let help = if let Some(known) = elsewhere(word.trim()) {
        known
    } else if near.is_empty() {
        LISTS.to_owned()
    } else {
        format!("did you mean {}?", near.join(" or "))
    };
    Err(Failure::usage_with_help(format!("`{}` is not a code or a word of a result", inert(word)), help))
}

/// What a word is that results have in other places than a code or a detail.
fn elsewhere(word: &str) -> Option<String> {
    if Phase::from_word(word).is_some() {
        return Some(format!("`{word}` is a phase of a test: docs/errors.md lists them"));
    }
    let is_number = word.len() <= 5 && word.bytes().all(|byte| byte.is_ascii_digit());
    match word.parse::<u16>() {
        Ok(100..=599) if is_number => Some(format!(
            "{word} is an HTTP status: it is the detail of TUNNEL if a proxy answers with it; \
             `faultfinder explain status` is about assertions on it"
        )),
        Ok(3000..=4999) if is_number => Some(format!(
            "{word} is a WebSocket close code that applications choose for themselves (RFC 6455 section 7.4.2): \
             ask the owner of the service"
        )),
        _ => None,
    }
}

/// Everything about one word.
fn in_full(entry: &Entry, paint: Paint, width: usize) -> String {
    let number = entry.number.map(|number| format!(" {number}")).unwrap_or_default();
    let mut text =
        format!("{}  {}\n", paint.strong(&entry.name), paint.faint(&format!("{}{number}", entry.family)));
    text.push_str(&wrapped(&format!("{}.", capital(&entry.title)), 2, width));
    if !entry.description.is_empty() {
        text.push('\n');
        text.push_str(&wrapped(&entry.description, 2, width));
    }
    text.push('\n');
    let codes: Vec<&str> = entry.codes.iter().map(|code| code.as_str()).collect();
    if entry.kind != "code" {
        text.push_str(&fact("code", &codes.join(", "), paint));
    }
    if !entry.aliases.is_empty() {
        text.push_str(&fact("also called", &entry.aliases.join(", "), paint));
    }
    text.push_str(&fact("protocols", &entry.protocols.join(", "), paint));
    text.push_str(&fact("phases", &entry.phases.join(", "), paint));
    text.push_str(&fact("blame", entry.blame.as_str(), paint));
    text.push_str(&fact("retry", entry.retry.as_str(), paint));
    text.push_str(&format!("\n  {}\n", paint.faint("what to do")));
    for hint in &entry.hints {
        text.push_str(&crate::render::text::bullet(hint, 2, width));
    }
    text
}

fn fact(name: &str, value: &str, paint: Paint) -> String {
    if value.is_empty() { String::new() } else { format!("  {}  {value}\n", paint.faint(&pad(name, 11))) }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// One line per word, grouped by family when there are several.
fn list(entries: &[Entry], paint: Paint) -> String {
    let width = entries.iter().map(|entry| entry.name.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    let mut family = "code";
    for entry in entries {
        if entry.family != family {
            family = entry.family;
            text.push_str(&format!("\n{}\n", paint.faint(family)));
        }
        text.push_str(&format!("{}  {}\n", paint.strong(&pad(&entry.name, width)), entry.title));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_explained_with_its_code_and_what_to_do() {
        let found = find("ENOTFOUND");
        let text = in_full(found.first().unwrap(), Paint::plain(), 100);
        assert!(text.starts_with("NXDOMAIN  DNS response code 3\n"), "{text}");
        assert!(text.contains("  code         DNS\n"), "{text}");
        assert!(text.contains("  also called  ENOTFOUND\n"), "{text}");
        assert!(text.contains("  → "), "{text}");
    }

    #[test]
    fn an_unknown_word_is_answered_with_the_nearest_ones() {
        let Err(Failure::Usage { message, help }) = meant("CERT_HAS_EXPIRD") else { panic!("it was found") };
        assert_eq!(message, "`CERT_HAS_EXPIRD` is not a code or a word of a result");
        assert!(help.unwrap().starts_with("did you mean CERT_HAS_EXPIRED"));
    }

    #[test]
    fn a_word_that_is_something_else_is_answered_with_what_it_is() {
        for (word, message, advice) in [
            ("", "there is no word to explain", "`faultfinder explain --all`"),
            (" ", "there is no word to explain", "`faultfinder explain --all`"),
            ("resolve", "`resolve` is not a code", "is a phase of a test"),
            ("503", "`503` is not a code", "an HTTP status"),
            ("4000", "`4000` is not a code", "that applications choose"),
            ("qqqqqq", "`qqqqqq` is not a code", "`faultfinder explain --all`"),
        ] {
            let Err(Failure::Usage { message: found, help }) = meant(word) else {
                panic!("{word} was found")
            };
            let help = help.unwrap();
            assert!(found.starts_with(message) && help.contains(advice), "{word}: {found}: {help}");
        }
    }
}
