//! The times of the week in which a test runs.

use super::super::build::{Fields, list, text};
use super::context::Context;
use super::value;
use crate::active::{ACTIVE_TIMES_MAX, ActiveTime, Zone};
use crate::value::FromText;
use crate::yaml::Node;

/// Days by their number, from 1.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// `scheduling` becomes `active_times` and `timezone`.
pub(super) fn convert(context: &mut Context<'_, '_, '_, '_>, options: &Node, fields: &mut Fields) {
    let Some(scheduling) = value::field(options, "scheduling").cloned() else { return };
    let mut parts: Vec<(String, Vec<&str>)> = Vec::new();
    for frame in value::items(&scheduling, "timeframes") {
        let Some((day, part)) = time_of(frame) else {
            let message = "a time of `scheduling` is left out: it has a `day` from 1 to 7, and `from` and `to` as HH:MM";
            context.conversion.warn(frame, message);
            continue;
        };
        match parts.iter_mut().find(|(known, _)| *known == part) {
            Some((_, days)) => days.push(day),
            None => parts.push((part, vec![day])),
        }
    }
    if let Some(rest) = parts.get(ACTIVE_TIMES_MAX) {
        let message = format!("times from {} on are left out: a test has at most {ACTIVE_TIMES_MAX}", rest.0);
        context.conversion.warn(&scheduling, message);
        parts.truncate(ACTIVE_TIMES_MAX);
    }
    if parts.is_empty() {
        return;
    }
    let times = parts.iter().map(|(part, days)| text(scheduling.place, format!("{} {part}", days.join(","))));
    fields.put("active_times", list(scheduling.place, times.collect()));
    let Some(zone) = value::word(&scheduling, "timezone") else { return };
    match Zone::from_text(zone) {
        Ok(_) => fields.put("timezone", text(scheduling.place, zone)),
        Err(bad) => context.conversion.warn(&scheduling, format!("the times are taken as UTC: {bad}")),
    }
}

/// A day, and a part of it.
fn time_of(frame: &Node) -> Option<(&'static str, String)> {
    let day = value::word(frame, "day")?.parse::<usize>().ok()?.checked_sub(1)?;
    let day = DAYS.get(day)?;
    let until = value::word(frame, "to").map(|until| if until == "00:00" { "24:00" } else { until })?;
    let part = format!("{}-{until}", value::word(frame, "from")?);
    ActiveTime::from_text(&part).is_ok().then_some((day, part))
}
