//! Tests of alerts: histories of results, with the notices that must come of them.

use crate::event::{Seen, Verdict};
use crate::notice::Notice;
use crate::replay::{Past, replay};
use crate::rule::{Rule, millis};
use faultfinder_spec::{History, Listed, Place, Spanned, duration};
use faultfinder_taxonomy::word::HistoryResult;
use std::time::Duration;

/// What came of a history otherwise than it must.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: where, and what")]
pub struct Mismatch {
    /// The line of the expectation, or of the name of the history.
    pub place: Place,
    /// What was expected and what came.
    pub message: String,
}

/// Compares the notices of a history with those that it expects.
#[must_use]
pub fn check(history: &History) -> Vec<Mismatch> {
    let rule = Rule::new(&history.alert, Some(history.every));
    let (locations, past, until) = past(history);
    let (_, notices) = replay(&rule, &locations, (history.begins, until), &past);
    compare(history, &notices)
}

/// What a history says, as a replay takes it: the locations, what happened, and when it ends.
#[must_use]
pub fn past(history: &History) -> (Vec<String>, Vec<Past>, i64) {
    let millis = |time| moment(history, time);
    let mut past = Vec::new();
    let mut id: u128 = 0;
    for (location, series) in &history.results {
        for listed in series {
            if !listed.is_repeated {
                id = id.saturating_add(1);
            }
            let (location, verdict) = (location.clone(), verdict(listed));
            past.push(Past::Result(Seen { id, at: millis(listed.at), location, verdict }));
        }
    }
    past.extend(
        history.happens.iter().map(|Spanned { value: (at, what), .. }| Past::Happening(millis(*at), *what)),
    );
    let last = past.iter().map(|past| match past {
        Past::Result(seen) => seen.at,
        Past::Happening(at, _) => *at,
    });
    let until = history.until.map(millis).or_else(|| last.max()).unwrap_or(history.begins);
    let locations = history.results.iter().map(|(location, _)| location.clone()).collect();
    (locations, past, until)
}

/// A time of a history, in milliseconds since 1970.
fn moment(history: &History, time: Duration) -> i64 {
    history.begins.saturating_add(millis(time))
}

const fn verdict(listed: &Listed) -> Verdict {
    match listed.result {
        HistoryResult::Pass => Verdict::Passed,
        HistoryResult::Warn => Verdict::Degraded,
        HistoryResult::Fail => Verdict::Failed(listed.code),
        HistoryResult::Error => Verdict::Ourselves,
        HistoryResult::Missed => Verdict::Missed,
    }
}

fn compare(history: &History, notices: &[Notice]) -> Vec<Mismatch> {
    let mut mismatches = Vec::new();
    let mut came = notices.iter();
    for expected in &history.expect {
        let (at, words) = &expected.value;
        let wanted = || format!("{} {}", shown(millis(*at)), words.join(" "));
        let Some(notice) = came.next() else {
            let message = format!("expected `{}`, and nothing came", wanted());
            mismatches.push(Mismatch { place: expected.place, message });
            continue;
        };
        let facts = facts(notice);
        let agrees = notice.at == moment(history, *at) && words.iter().all(|word| facts.contains(word));
        if !agrees {
            let message = format!("expected `{}`, found `{}`", wanted(), describe(history, notice));
            mismatches.push(Mismatch { place: expected.place, message });
        }
    }
    for notice in came {
        let message = format!("`{}` came, which is not expected", describe(history, notice));
        mismatches.push(Mismatch { place: history.name.place, message });
    }
    mismatches
}

/// What can be expected of a notice, word by word.
fn facts(notice: &Notice) -> Vec<String> {
    let trouble = &notice.trouble;
    let mut facts = vec![notice.event.as_str().to_owned(), trouble.kind.as_str().to_owned()];
    facts.extend(trouble.code.map(|code| code.as_str().to_owned()));
    facts.extend(notice.end.map(|end| end.as_str().to_owned()));
    facts.extend(trouble.locations.iter().cloned());
    facts.push(format!("#{}", notice.alert));
    facts
}

/// A notice as it would be expected: `2m alert down TIMEOUT local #1`.
fn describe(history: &History, notice: &Notice) -> String {
    format!("{} {}", shown(notice.at.saturating_sub(history.begins)), facts(notice).join(" "))
}

/// A moment of a history, as it is written there.
fn shown(millis: i64) -> String {
    match u64::try_from(millis) {
        Ok(millis) if millis > 0 => duration::display(Duration::from_millis(millis)),
        _ => "0".to_owned(),
    }
}
