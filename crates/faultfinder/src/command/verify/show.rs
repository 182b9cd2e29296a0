//! The output for people: the verdict, the chain as it was built, every problem, and what else to try.

use super::answer::{Answer, Given};
use crate::paint::Paint;
use crate::render::certificate::{key, names, or_empty, validity};
use crate::render::details::details;
use crate::render::text::{bullet, date, hanging, inert, wrapped};
use faultfinder_taxonomy::{CertificateFacts, VerifyCode};
use faultfinder_x509::{Event, format_time};

/// The indentation of a certificate's facts, and of a problem's text.
const INDENT: usize = 7;
/// The width of fact names.
const NAME_WIDTH: usize = 8;

/// `leaf.pem: OK`, or the problem; the rest follows below it.
pub(super) fn answer(answer: &Answer, verbose: bool, paint: Paint, width: usize) -> String {
    let name = inert(&answer.name);
    let mut text = match answer.verdict.decisive() {
        None => format!("{name}: {}\n", paint.good("OK")),
        Some(event) => format!("{name}: {}, {}\n", paint.bad("FAILED"), paint.bad(event.code.as_str())),
    };
    text.push_str(&chain(answer, verbose, paint, width));
    text.push_str(&objections(answer, paint, width));
    if !answer.hints.is_empty() {
        text.push('\n');
    }
    for hint in &answer.hints {
        let first = format!("  {}  ", paint.warn("hint"));
        text.push_str(&painted(&inert(hint), &first, 8, width));
    }
    text
}

/// Wrapped text after a colored word: the colors do not count.
fn painted(text: &str, first: &str, columns: usize, width: usize) -> String {
    let extra = first.chars().count().saturating_sub(columns);
    let wide = hanging(text, first, &" ".repeat(columns), width.saturating_add(extra));
    if extra == 0 || wide.lines().count() == 1 {
        return wide;
    }
    // Only the first line is longer than it looks.
    let mut lines = hanging(text, &" ".repeat(columns), &" ".repeat(columns), width);
    lines.replace_range(..columns, first);
    lines
}

fn chain(answer: &Answer, verbose: bool, paint: Paint, width: usize) -> String {
    let when = answer
        .time
        .map_or_else(|| "dates are not checked".to_owned(), |time| format!("as of {}", format_time(time)));
    let mut text = format!("\n  {}, {when}\n", paint.strong("chain"));
    let top = answer.verdict.chain.len().saturating_sub(1);
    for (depth, certificate) in answer.verdict.chain.iter().enumerate() {
        let facts = if verbose { certificate.facts_in_detail() } else { certificate.facts() };
        let about = Shown { depth, is_top: depth == top, verbose };
        text.push_str(&link(answer, &facts, &about, paint, width));
    }
    text
}

/// The certificate to show, and its level of detail.
struct Shown {
    depth: usize,
    is_top: bool,
    verbose: bool,
}

fn link(answer: &Answer, facts: &CertificateFacts, shown: &Shown, paint: Paint, width: usize) -> String {
    let mut text = format!("    {}  {}\n", shown.depth, paint.strong(&or_empty(&facts.subject)));
    let mut fact = |name: &str, value: &str| {
        let first = format!("{}{}  ", " ".repeat(INDENT), paint.faint(&format!("{name:<NAME_WIDTH$}")));
        text.push_str(&painted(value, &first, INDENT + NAME_WIDTH + 2, width));
    };
    let self_issued = facts.issuer == facts.subject;
    if shown.verbose || (shown.is_top && !self_issued) {
        fact("issuer", &or_empty(&facts.issuer));
    } else if shown.is_top {
        fact("issuer", "itself");
    }
    if (shown.depth == 0 || shown.verbose) && !facts.subject_alt_names.is_empty() {
        fact("names", &names(&facts.subject_alt_names));
    }
    fact("valid", &answer.time.map_or_else(|| dates(facts), |now| validity(facts, now, paint)));
    fact("key", &key(facts));
    if shown.verbose {
        fact("serial", &facts.serial);
        fact("sha256", &facts.sha256);
        for (name, value) in details(facts) {
            fact(name, &value);
        }
    }
    if let Some(origin) = answer.origins.get(shown.depth) {
        let file = inert(&origin.file);
        let given = format!("{file}, {}", origin.from.as_str());
        let from = match origin.from {
            Given::Leaf => file,
            Given::Untrusted => given,
            Given::Trusted => paint.good(&given),
        };
        fact("from", &from);
    }
    text
}

/// The validity period, without a note about today.
fn dates(facts: &CertificateFacts) -> String {
    let shown = |time: Option<i64>| time.map_or_else(|| "(unreadable)".to_owned(), date);
    format!("{} to {}", shown(facts.not_before), shown(facts.not_after))
}

fn objections(answer: &Answer, paint: Paint, width: usize) -> String {
    let count = answer.events().count();
    if count == 0 {
        return String::new();
    }
    let about = if count > 1 { ", in OpenSSL's order; ✗ marks the decisive one" } else { "" };
    let title = crate::diagnostics::plural(count, "problem", "problems");
    let mut text = format!("\n  {}{about}\n", paint.strong(&title));
    for event in answer.events() {
        text.push_str(&objection(event, answer.is_decisive(event), paint, width));
    }
    if let Some(internal) = &answer.verdict.internal {
        let code = answer.verdict.final_code;
        let say = if internal.is_judged() {
            format!("OpenSSL ends here without an event, with {code} {}: {}", code.number(), internal.reason)
        } else {
            format!("nothing more can be said: {}", internal.reason)
        };
        text.push_str(&wrapped(&inert(&say), INDENT, width));
    }
    text.push_str(&clients(answer, count, width));
    text
}

fn objection(event: &Event, decisive: bool, paint: Paint, width: usize) -> String {
    let mark = if decisive { paint.bad("✗") } else { paint.faint("·") };
    let code = if decisive { paint.bad(event.code.as_str()) } else { paint.warn(event.code.as_str()) };
    let mut text =
        format!("    {mark}  depth {}  {code} {}, {}\n", event.depth, event.code.number(), event.code.text());
    let mut line = |words: &str| text.push_str(&wrapped(&inert(words), INDENT, width));
    if let Some(depth) = event.crl_path_of {
        line(&format!("on the path of the issuer of a CRL for depth {depth}, whose own depth this is"));
    }
    if !event.is_judged() {
        line("what OpenSSL says here is not known");
    } else if event.openssl == VerifyCode::Ok {
        line("OpenSSL 3.5.5 reports nothing here");
    } else if event.code != event.openssl {
        let openssl = event.openssl;
        line(&format!("OpenSSL: {openssl} {}, {}", openssl.number(), openssl.text()));
    }
    line(&or_empty(&event.subject()));
    if !event.reason.is_empty() {
        line(&event.reason);
    }
    if !event.remedy.is_empty() {
        text.push_str(&bullet(&inert(&event.remedy), INDENT, width));
    }
    text
}

/// The codes that OpenSSL clients report, if they differ from the first line.
fn clients(answer: &Answer, count: usize, width: usize) -> String {
    let (strict, last) = (answer.verdict.strict.code, answer.verdict.final_code);
    // What follows from an algorithm that is not known here is not known either.
    if count < 2 || answer.verdict.unjudged().is_some() {
        return String::new();
    }
    let say = if strict == last {
        format!("OpenSSL clients report {strict} {}", strict.number())
    } else {
        format!(
            "an OpenSSL client that stops at the first reports {strict} {}, one that continues (Node.js) {last} {}",
            strict.number(),
            last.number()
        )
    };
    format!("\n{}", wrapped(&say, 4, width))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::verify::fixture::{Authority, pem, verify};

    fn shown(line: &str, files: &[(&str, String)], verbose: bool) -> String {
        answer(&verify(line, files), verbose, Paint::plain(), 100)
    }

    #[test]
    fn a_good_chain_is_shown_from_leaf_to_root() {
        let root = Authority::root("Root");
        let files = [("root.pem", pem(&root.der())), ("leaf.pem", pem(&root.issue("a.test")))];
        let text = shown("-CAfile DIR/root.pem DIR/leaf.pem", &files, false);
        assert_eq!(
            text,
            "\
DIR/leaf.pem: OK

  chain, as of 2026-01-01T00:00:00Z
    0  CN=a.test,O=Faultfinder Lab
       names     dns:a.test
       valid     2025-12-31 00:00 to 2026-03-31 00:00, 89 days left
       key       EC P-256, signed with ecdsa-with-SHA256
       from      DIR/leaf.pem
    1  CN=Root,O=Faultfinder Lab
       issuer    itself
       valid     2025-01-01 00:00 to 2035-12-30 00:00, 3650 days left
       key       EC P-256, signed with ecdsa-with-SHA256, a CA
       from      DIR/root.pem, trusted
"
        );
        let verbose = shown("-no_check_time -CAfile DIR/root.pem DIR/leaf.pem", &files, true);
        assert!(verbose.contains("chain, dates are not checked\n"), "{verbose}");
        assert_eq!(verbose.matches("       sha256    ").count(), 2, "{verbose}");
        assert!(!verbose.contains("left"), "{verbose}");
        assert_eq!(verbose.matches("       purposes  serverAuth\n").count(), 1, "{verbose}");
        assert_eq!(verbose.matches("       usage     ").count(), 2, "{verbose}");
    }

    #[test]
    fn the_end_of_a_broken_chain_names_the_issuer_that_is_missing() {
        let leaf = pem(&Authority::root("Root").issue("a.test"));
        let text = shown("DIR/leaf.pem", &[("leaf.pem", leaf)], false);
        assert!(text.starts_with("DIR/leaf.pem: FAILED, UNABLE_TO_VERIFY_LEAF_SIGNATURE\n"), "{text}");
        assert!(text.contains("       issuer    CN=Root,O=Faultfinder Lab\n"), "{text}");
        assert!(
            text.contains("    ·  depth 0  UNABLE_TO_GET_ISSUER_CERT_LOCALLY 20, unable to get local"),
            "{text}"
        );
        assert!(text.contains("    ✗  depth 0  UNABLE_TO_VERIFY_LEAF_SIGNATURE 21, "), "{text}");
    }

    #[test]
    fn a_finer_code_stands_before_openssls() {
        let root = Authority::root("Root");
        let files = [("root.pem", root.for_clients_only()), ("leaf.pem", pem(&root.issue("a.test")))];
        let text = shown("-CAfile DIR/root.pem -purpose sslserver DIR/leaf.pem", &files, false);
        assert!(text.starts_with("DIR/leaf.pem: FAILED, CERT_UNTRUSTED\n"), "{text}");
        assert!(
            text.contains(
                "    ✗  depth 1  CERT_UNTRUSTED 27, certificate not trusted\n       OpenSSL: CERT_REJECTED 28, certificate rejected\n"
            ),
            "{text}"
        );
    }

    #[test]
    fn an_error_that_openssl_has_no_event_for_is_told_too() {
        let root = Authority::root("Root");
        let files = [("root.pem", pem(&root.der())), ("leaf.pem", pem(&root.issue_without_key("a.test")))];
        let text = shown("-CAfile DIR/root.pem DIR/leaf.pem", &files, false);
        assert!(text.starts_with("DIR/leaf.pem: FAILED, UNSPECIFIED\n"), "{text}");
        assert!(text.contains("OpenSSL ends here without an event, with UNSPECIFIED 1: "), "{text}");
    }

    #[test]
    fn colours_do_not_change_where_lines_end() {
        let words = "one two three four five six seven eight nine ten";
        let plain = painted(words, "  hint  ", 8, 30);
        let coloured = painted(words, "  \u{1b}[33mhint\u{1b}[0m  ", 8, 30);
        assert_eq!(coloured.replace("\u{1b}[33m", "").replace("\u{1b}[0m", ""), plain);
    }
}
