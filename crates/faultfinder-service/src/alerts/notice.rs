//! What is sent of an alert: the same facts to all notifiers.

use super::subject::{Subject, TestFacts};
use crate::timestamp::Timestamp;
use faultfinder_alert::{Event, Kind, Notice};
use faultfinder_engine::TestResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Longest text of a fault that is sent, in bytes.
const FAULT_BYTES_MAX: usize = 2_000;
/// Longest name of a detail that is sent, in bytes.
const DETAIL_BYTES_MAX: usize = 64;
/// Names of tests that a text lists.
const LISTED: usize = 10;

/// The facts of a notice, as they are kept, sent and shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Facts {
    /// The id of the alert: the same in all of its notices.
    pub(crate) alert: String,
    /// The number of the notice among those of the alert.
    pub(crate) notice: u32,
    /// `alert`, `change`, `reminder`, `recovery`.
    pub(crate) event: Event,
    /// When it came about.
    pub(crate) at: String,
    /// Since when it is like that.
    pub(crate) since: String,
    /// `down`, `degraded`, `missing`, `no_data`, `flapping`.
    pub(crate) kind: Kind,
    /// One line for people.
    pub(crate) summary: String,
    /// Why it fires, for people.
    pub(crate) reason: String,
    /// The message of the test's rule, filled in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
    /// How urgent it is, 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) priority: Option<u8>,
    /// The test.
    pub(crate) test: TestFacts,
    /// The locations that fail.
    pub(crate) locations: Vec<String>,
    /// What broke, in the latest result that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fault: Option<FaultFacts>,
    /// Why it ended, for a recovery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) end: Option<String>,
    /// The names of tests that depend on it, of which nothing is sent meanwhile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) dependents: Vec<String>,
}

/// What broke.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FaultFacts {
    pub(crate) code: String,
    /// The fact under the code, such as `CERT_HAS_EXPIRED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<String>,
    pub(crate) phase: String,
    pub(crate) message: String,
    /// The id of the result.
    pub(crate) result: String,
}

impl FaultFacts {
    /// What broke in a result, if something did.
    pub(crate) fn of(id: Uuid, result: &TestResult) -> Option<Self> {
        let fault = result.fault.as_ref()?;
        let message = fault.message.as_str();
        let message = message.get(..message.floor_char_boundary(FAULT_BYTES_MAX)).unwrap_or_default();
        Some(Self {
            code: fault.code.as_str().to_owned(),
            detail: Some(fault.detail.name()).filter(|name| is_word(name)).map(str::to_owned),
            phase: fault.phase.as_str().to_owned(),
            message: inert(message),
            result: id.to_string(),
        })
    }
}

/// Whether the name of a detail is a word of a protocol or a library: some are texts of their own.
fn is_word(name: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    (1..=DETAIL_BYTES_MAX).contains(&name.len()) && name.chars().all(fits)
}

/// The id of an alert: a UUID of the test and the number, the same whenever it is made.
pub(crate) fn alert_id(test: &str, number: u64) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, format!("{number} {test}").as_bytes());
    let mut bytes = [0_u8; 16];
    bytes.iter_mut().zip(digest.as_ref()).for_each(|(byte, of)| *byte = *of);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

/// The facts of a notice.
pub(crate) fn facts(subject: &Subject, notice: &Notice, fault: Option<FaultFacts>) -> Facts {
    let trouble = &notice.trouble;
    let fault = fault.filter(|_| matches!(trouble.kind, Kind::Down | Kind::Flapping));
    let mut facts = Facts {
        alert: alert_id(&subject.id, notice.alert),
        notice: notice.number,
        event: notice.event,
        at: Timestamp::from_millis(notice.at).to_string(),
        since: Timestamp::from_millis(trouble.since).to_string(),
        kind: trouble.kind,
        summary: String::new(),
        reason: reason(subject, notice),
        message: None,
        priority: subject.written.priority,
        test: TestFacts {
            id: subject.id.clone(),
            name: inert(&subject.name),
            tags: subject.tags.iter().map(|tag| inert(tag)).collect(),
        },
        locations: trouble.locations.clone(),
        fault,
        end: notice.end.map(|end| end.as_str().to_owned()),
        dependents: subject.dependents.iter().map(|name| inert(name)).collect(),
    };
    facts.summary = summary(&facts);
    let written = match notice.event {
        Event::Reminder => subject.written.reminder.as_ref().or(subject.written.message.as_ref()),
        Event::Alert | Event::Change | Event::Recovery => subject.written.message.as_ref(),
    };
    let message =
        written.map(|written| faultfinder_alert::render(written, notice, &|name| fact(&facts, name)));
    facts.message = message.filter(|message| !message.is_empty());
    facts
}

/// A fact by the name that messages use; those of Datadog mean the same.
fn fact(facts: &Facts, name: &str) -> Option<String> {
    let fault = facts.fault.as_ref();
    Some(match name {
        "name" | "synthetics.attributes.test.name" => facts.test.name.clone(),
        "test" | "synthetics.attributes.test.id" => facts.test.id.clone(),
        "code" | "synthetics.attributes.result.failure.code" => fault?.code.clone(),
        "phase" => fault?.phase.clone(),
        "fault" | "synthetics.attributes.result.failure.message" => fault?.message.clone(),
        "result" | "synthetics.attributes.result.id" => fault?.result.clone(),
        "status" | "synthetics.attributes.result.status" => facts.kind.as_str().to_owned(),
        "since" => facts.since.clone(),
        "at" => facts.at.clone(),
        "alert" => facts.alert.clone(),
        "reason" => facts.reason.clone(),
        "locations" => facts.locations.join(", "),
        _ => return None,
    })
}

/// Why it fires, or why it ended.
fn reason(subject: &Subject, notice: &Notice) -> String {
    let trouble = &notice.trouble;
    let since = Timestamp::from_millis(trouble.since);
    if let Some(end) = notice.end {
        return match end {
            faultfinder_alert::End::Passed if subject.rule.passes > 1 => {
                format!("{} results in a row passed", subject.rule.passes)
            }
            faultfinder_alert::End::Passed => "the latest result passed".to_owned(),
            faultfinder_alert::End::Missing => "results are missing, which counts as passing".to_owned(),
            faultfinder_alert::End::Paused => "the test was paused".to_owned(),
            faultfinder_alert::End::Deleted => "the test was deleted".to_owned(),
        };
    }
    let (failed, of) = trouble.failures;
    let with = trouble.code.map(|code| format!(" with {code}")).unwrap_or_default();
    match trouble.kind {
        Kind::Down => format!("{failed} of {of} runs failed{with} since {since}"),
        Kind::Degraded => format!("{failed} of {of} runs passed with warnings since {since}"),
        Kind::Missing | Kind::NoData => format!("there are no results since {since}"),
        Kind::Flapping => format!("results change between passed and failed since {since}"),
    }
}

fn summary(facts: &Facts) -> String {
    let name = &facts.test.name;
    if facts.event == Event::Recovery {
        return match facts.end.as_deref() {
            Some("passed") => format!("{name} is up again"),
            _ => format!("{name}: the alert has ended: {}", facts.reason),
        };
    }
    let still = if facts.event == Event::Reminder { "still " } else { "" };
    let what = match facts.kind {
        Kind::Down => "down",
        Kind::Degraded => "degraded",
        Kind::Missing | Kind::NoData => "without results",
        Kind::Flapping => "flapping",
    };
    match &facts.fault {
        Some(fault) => {
            format!("{name} is {still}{what}: {} in {}: {}", fault.code, fault.phase, fault.message)
        }
        None => format!("{name} is {still}{what}: {}", facts.reason),
    }
}

/// The facts as text for people.
pub(crate) fn text_of(facts: &Facts) -> String {
    let mut text = facts.summary.clone();
    if facts.fault.is_some() {
        text.push_str(&format!("\n{}", facts.reason));
    }
    if !facts.dependents.is_empty() && facts.event != Event::Recovery {
        text.push_str(&format!("\nTests that depend on it: {}", listed(&facts.dependents)));
    }
    if let Some(message) = &facts.message {
        text.push_str(&format!("\n{message}"));
    }
    text
}

/// The first names of a list, and how many more there are.
fn listed(names: &[String]) -> String {
    let first: Vec<&str> = names.iter().take(LISTED).map(String::as_str).collect();
    match names.len().checked_sub(first.len()) {
        None | Some(0) => first.join(", "),
        Some(more) => format!("{}, and {more} more", first.join(", ")),
    }
}

/// A text without what changes how others are shown: control characters and those that set the direction of writing.
pub(crate) fn inert(text: &str) -> String {
    let is_inert = |c: char| {
        let directs = matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        (!c.is_control() || c == '\n') && !directs
    };
    text.chars().map(|c| if is_inert(c) { c } else { '\u{fffd}' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_names_the_first_are_listed() {
        let names = |count: usize| (1..=count).map(|number| format!("t{number}")).collect::<Vec<_>>();
        assert_eq!(listed(&names(2)), "t1, t2");
        assert_eq!(listed(&names(10)), "t1, t2, t3, t4, t5, t6, t7, t8, t9, t10");
        assert_eq!(listed(&names(12)), "t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, and 2 more");
    }

    #[test]
    fn only_words_are_details() {
        for word in ["CERT_HAS_EXPIRED", "status", "1002", "x-y"] {
            assert!(is_word(word), "{word}");
        }
        for text in ["", "header x: 10.0.0.1", "<b>", &"A".repeat(65)] {
            assert!(!is_word(text), "{text}");
        }
    }
}
