//! The message of a notice (RFC 5322).
//!
//! Names, faults and messages are texts of others: each is shortened, and becomes inert before it is in a header or a line.

use super::settings::Mailer;
use crate::alerts::notice::{Facts, inert};
use crate::timestamp::Timestamp;
use faultfinder_alert::Event;
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0};
use std::time::{Duration, SystemTime};

/// Longest subject, in characters.
const SUBJECT_CHARACTERS_MAX: usize = 200;
/// Longest fact that has a line of its own, in characters.
const LINE_CHARACTERS_MAX: usize = 2_000;
/// Longest message of a rule, in characters.
const MESSAGE_CHARACTERS_MAX: usize = 30_000;
/// Longest id of an alert in a header, in characters; it is a UUID.
const ID_CHARACTERS_MAX: usize = 64;
/// The last moment that a date can have: the end of the year 9999, in milliseconds.
const MOMENT_MAX: i64 = 253_402_300_799_000;

/// By a machine, and not in answer to anything (RFC 3834 section 5).
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");
const ALERT: HeaderName = HeaderName::new_from_ascii_str("X-Faultfinder-Alert");
/// Both are in use: the one of RFC 2156, and the one of mail programs.
const IMPORTANCE: HeaderName = HeaderName::new_from_ascii_str("Importance");
const PRIORITY: HeaderName = HeaderName::new_from_ascii_str("X-Priority");

/// The message that delivers a notice, as it is sent.
///
/// # Errors
///
/// What the message lacks.
pub(in crate::alerts) fn message(mailer: &Mailer, facts: &Facts, now: Timestamp) -> Result<Vec<u8>, String> {
    let alert: String = facts
        .alert
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .take(ID_CHARACTERS_MAX)
        .collect();
    let domain = mailer.from.email.domain();
    // Equal when a notice is sent again, so that receivers know it.
    let id = |notice: u32| format!("<{alert}.{notice}@{domain}>");
    let mut builder = Message::builder()
        .from(mailer.from.clone())
        .subject(subject(&facts.summary))
        .message_id(Some(id(facts.notice)))
        .date(date(now))
        .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned()))
        .raw_header(HeaderValue::new(ALERT, alert.clone()));
    for to in &mailer.to {
        builder = builder.to(to.clone());
    }
    if facts.notice > 1 {
        // Mail programs show the notices of an alert together.
        builder = builder.in_reply_to(id(1)).references(id(1));
    }
    if let Some(priority) = facts.priority.filter(|_| facts.event != Event::Recovery) {
        let importance = match priority {
            0..=2 => "high",
            3 => "normal",
            _ => "low",
        };
        builder = builder
            .raw_header(HeaderValue::new(IMPORTANCE, importance.to_owned()))
            .raw_header(HeaderValue::new(PRIORITY, priority.to_string()));
    }
    let message = builder.header(MIME_VERSION_1_0).header(ContentType::TEXT_PLAIN).body(body(facts));
    message
        .map(|message| message.formatted())
        .map_err(|error| format!("there is no message to send: {error}"))
}

/// A summary as a subject.
fn subject(summary: &str) -> String {
    // What looks like an encoded word would be decoded by who reads it (RFC 2047 section 5).
    shortened(&one_line(summary).replace("=?", "= ?"), SUBJECT_CHARACTERS_MAX)
}

/// The facts as people read them.
fn body(facts: &Facts) -> String {
    let mut text = line("", &facts.summary);
    if let Some(message) = &facts.message {
        let message = inert(&message.replace("\r\n", "\n").replace('\t', " "));
        text.push_str(&format!("\n{}\n", shortened(&message, MESSAGE_CHARACTERS_MAX)));
    }
    text.push('\n');
    text.push_str(&line("Reason: ", &facts.reason));
    text.push_str(&line("Test: ", &facts.test.name));
    if !facts.test.tags.is_empty() {
        text.push_str(&line("Tags: ", &facts.test.tags.join(", ")));
    }
    if let Some(fault) = &facts.fault {
        text.push_str(&line("Code: ", &fault.code));
        if let Some(detail) = &fault.detail {
            text.push_str(&line("Detail: ", detail));
        }
        text.push_str(&line("Phase: ", &fault.phase));
        text.push_str(&line("Fault: ", &fault.message));
    }
    if !facts.locations.is_empty() {
        text.push_str(&line("Locations: ", &facts.locations.join(", ")));
    }
    if !facts.dependents.is_empty() {
        text.push_str(&line("Tests that depend on it: ", &facts.dependents.join(", ")));
    }
    text.push_str(&line("Since: ", &facts.since));
    if let Some(priority) = facts.priority {
        text.push_str(&format!("Priority: {priority}\n"));
    }
    if let Some(fault) = &facts.fault {
        text.push_str(&line("Result: ", &fault.result));
    }
    text.push_str(&line("Alert: ", &facts.alert));
    text
}

/// A line with a fact.
fn line(name: &str, fact: &str) -> String {
    format!("{name}{}\n", shortened(&one_line(fact), LINE_CHARACTERS_MAX))
}

/// A text on one line, inert.
fn one_line(text: &str) -> String {
    let text = text.replace(['\r', '\n', '\t'], " ");
    inert(text.trim())
}

/// The beginning of a text: at most so many characters.
fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// A moment as a date can have it: from 1970 to 9999.
fn date(now: Timestamp) -> SystemTime {
    let millis = u64::try_from(now.millis().clamp(0, MOMENT_MAX)).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::mail::settings::test_mailer;
    use crate::alerts::notice::FaultFacts;
    use crate::alerts::subject::TestFacts;
    use faultfinder_alert::Kind;

    /// A notice with this text everywhere.
    fn facts(text: &str) -> Facts {
        Facts {
            alert: text.to_owned(),
            notice: 2,
            event: Event::Reminder,
            at: text.to_owned(),
            since: text.to_owned(),
            kind: Kind::Down,
            summary: text.to_owned(),
            reason: text.to_owned(),
            message: Some(text.to_owned()),
            priority: Some(5),
            test: TestFacts { id: text.to_owned(), name: text.to_owned(), tags: vec![text.to_owned()] },
            locations: vec![text.to_owned()],
            fault: Some(FaultFacts {
                code: text.to_owned(),
                detail: Some(text.to_owned()),
                phase: text.to_owned(),
                message: text.to_owned(),
                result: text.to_owned(),
            }),
            end: None,
            dependents: vec![text.to_owned()],
        }
    }

    fn built(facts: &Facts) -> (String, String) {
        let message = message(&test_mailer(), facts, Timestamp::from_millis(0)).unwrap();
        let text = String::from_utf8(message).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    #[test]
    fn texts_of_others_add_no_header_and_no_line() {
        let (plain, _) = built(&facts("x"));
        let names = |head: &str| -> Vec<String> {
            let lines = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
            lines.map(|line| line.split_once(':').unwrap().0.to_owned()).collect()
        };
        for text in [
            "a\r\nBcc: evil@example.com\r\n\r\n<script>\r\n.\r\nMAIL FROM:<evil@example.com>",
            "a\nBcc: evil@example.com",
            "a\rBcc: evil@example.com",
            "a\u{2028}Bcc: evil@example.com\u{85}Bcc: evil@example.com",
            "\u{202e}moc.elpmaxe@live\u{2066}\0\u{7f}\u{1b}[31m",
            "=?utf-8?b?DQpCY2M6IGV2aWxAZXhhbXBsZS5jb20=?=",
            "\u{e4}\r\nBcc: evil@example.com",
        ] {
            let (head, _) = built(&facts(text));
            assert_eq!(names(&head), names(&plain), "{head}");
            assert!(head.is_ascii() && !head.contains("=?utf-8?b?DQ"), "{head}");
            assert!(head.replace("\r\n", "").chars().all(|c| !c.is_control()), "{head:?}");
            // Only the message of the rule has lines of its own.
            let text = body(&Facts { message: None, ..facts(text) });
            assert!(!text.lines().any(|line| line.starts_with("Bcc:") || line == "."), "{text}");
            assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
            assert!(!text.contains(['\u{202e}', '\u{2066}']), "{text:?}");
        }
        // RFC 5322 section 2.3: CR and LF only together.
        let text = message(&test_mailer(), &facts("a\rb\nc"), Timestamp::from_millis(0)).unwrap();
        let text = String::from_utf8(text).unwrap().replace("\r\n", "");
        assert!(!text.contains(['\r', '\n']), "{text:?}");
    }

    #[test]
    fn what_is_long_is_shortened() {
        for text in ["a".repeat(100_000), "\u{1f6d2} ".repeat(50_000), "b\n".repeat(50_000)] {
            let (head, body) = built(&facts(&text));
            assert!(head.len() < 4_000, "{}", head.len());
            assert!(body.len() < 400_000, "{}", body.len());
            let longest = head.split("\r\n").chain(body.split("\r\n")).map(str::len).max();
            assert!(longest < Some(998), "RFC 5322 section 2.1.1: {longest:?}");
        }
        assert_eq!(subject(&"a".repeat(SUBJECT_CHARACTERS_MAX)), "a".repeat(SUBJECT_CHARACTERS_MAX));
        let long = subject(&"a".repeat(SUBJECT_CHARACTERS_MAX + 1));
        assert_eq!((long.chars().count(), long.ends_with('\u{2026}')), (SUBJECT_CHARACTERS_MAX, true));
    }

    #[test]
    fn a_date_is_one_whatever_the_clock_says() {
        for (millis, expected) in [
            (0, "Date: Thu, 01 Jan 1970 00:00:00 +0000"),
            (-1, "Date: Thu, 01 Jan 1970 00:00:00 +0000"),
            (1_796_292_000_000, "Date: Thu, 03 Dec 2026 10:00:00 +0000"),
            (i64::MAX, "Date: Fri, 31 Dec 9999 23:59:59 +0000"),
        ] {
            let message = message(&test_mailer(), &facts("x"), Timestamp::from_millis(millis)).unwrap();
            let message = String::from_utf8(message).unwrap();
            assert!(message.lines().any(|line| line == expected), "{expected}: {message}");
        }
    }
}
