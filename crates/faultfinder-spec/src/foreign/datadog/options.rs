//! Options of a test.

use super::super::build::{Fields, list, word};
use super::context::Context;
use super::{alert, known, scheduling, typed, value};
use crate::TAGS_MAX;
use crate::yaml::Node;
use std::rc::Rc;

/// The schedule of a native test, in seconds.
const EVERY_SECONDS: std::ops::RangeInclusive<f64> = 1.0..=604_800.0;

/// Most retries of a native test.
const RETRIES_MAX: f64 = 5.0;

/// Longest pause before a retry, in milliseconds.
const RETRY_INTERVAL_MAX: f64 = 60_000.0;

/// What all tests have: a schedule, retries, tags, alerts. What there is no field for is remarked.
pub(super) fn common(context: &mut Context<'_, '_, '_, '_>, test: &Node, fields: &mut Fields) {
    if let Some(options) = value::field(test, "options").cloned() {
        known::warn_unknown(context, &options, known::OPTIONS, "`options`");
        if let Some(every) = every(context, &options) {
            fields.put("every", every);
        }
        scheduling::convert(context, &options, fields);
        if let Some(retry) = retry(context, &options) {
            fields.put("retry", retry);
        }
        warn_ci(context, &options);
    }
    if let Some(tags) = tags(context, test) {
        fields.put("tags", tags);
    }
    match value::field(test, "status").and_then(|status| status.scalar()).map(|status| status.text.as_str()) {
        Some("paused") => fields.put("paused", word(test.place, "true")),
        Some("live") | None => {}
        Some(other) => {
            let message = format!("the status `{other}` is not known; the test runs here");
            context.conversion.warn(test, message);
        }
    }
    if let Some(locations) = Some(value::items(test, "locations")).filter(|all| !all.is_empty()) {
        let names: Vec<&str> =
            locations.iter().filter_map(|one| one.scalar()).map(|one| one.text.as_str()).collect();
        context.conversion.remark(test, format!("it ran from {}", names.join(", ")));
    }
    if let Some(alert) = alert::convert(context, test) {
        fields.put("alert", alert);
    }
}

fn every(context: &mut Context<'_, '_, '_, '_>, options: &Node) -> Option<Rc<Node>> {
    let node = Rc::clone(value::field(options, "tick_every")?);
    let seconds = typed::number(context, &node)?;
    if !EVERY_SECONDS.contains(&seconds) {
        let message =
            format!("`tick_every` is left out: {} s is not between 1 s and 7 days", value::plain(seconds));
        context.conversion.warn(&node, message);
        return None;
    }
    Some(word(node.place, value::seconds(seconds)))
}

/// `retry` of a test or a step; what is more than is possible becomes what is.
pub(super) fn retry(context: &mut Context<'_, '_, '_, '_>, of: &Node) -> Option<Rc<Node>> {
    let node = Rc::clone(value::field(of, "retry")?);
    let mut fields = Fields::default();
    let count = value::field(&node, "count").cloned();
    let count = count.and_then(|count| Some((Rc::clone(&count), typed::number(context, &count)?)))?;
    let times = limited(context, &count.0, "retries", count.1.trunc(), RETRIES_MAX);
    if times == 0.0 {
        return None;
    }
    fields.put("count", word(count.0.place, value::plain(times)));
    if let Some(interval) = value::field(&node, "interval").cloned() {
        let milliseconds = typed::number(context, &interval)?;
        let pause = limited(context, &interval, "ms between retries", milliseconds, RETRY_INTERVAL_MAX);
        fields.put("interval", word(interval.place, format!("{}ms", value::plain(pause))));
    }
    Some(fields.into_node(node.place))
}

fn limited(context: &mut Context<'_, '_, '_, '_>, node: &Node, what: &str, wanted: f64, most: f64) -> f64 {
    if wanted > most {
        let (wanted, most) = (value::plain(wanted), value::plain(most));
        context.conversion.warn(node, format!("{wanted} {what} become {most}: more are not possible"));
    }
    wanted.min(most)
}

fn tags(context: &mut Context<'_, '_, '_, '_>, test: &Node) -> Option<Rc<Node>> {
    let node = Rc::clone(value::field(test, "tags")?);
    let written = value::items(test, "tags");
    let mut tags = Vec::new();
    for tag in written.iter().filter(|tag| tag.scalar().is_some_and(|tag| !tag.text.is_empty())) {
        if tags.len() == TAGS_MAX {
            context
                .conversion
                .warn(tag, format!("tags from here on are left out: a test has at most {TAGS_MAX}"));
            break;
        }
        // Tags have no templates.
        let text = tag.scalar().map(|tag| tag.text.replace("{{", "{ {")).unwrap_or_default();
        tags.push(super::super::build::text(tag.place, text));
    }
    (!tags.is_empty()).then(|| list(node.place, tags))
}

/// What happens in CI, for which a test has no field.
fn warn_ci(context: &mut Context<'_, '_, '_, '_>, options: &Node) {
    if let Some(rule) = value::field(options, "ci").and_then(|ci| value::word(ci, "executionRule")) {
        match rule {
            "skipped" => context.conversion.warn(options, "the test is skipped in CI there, and runs here"),
            "non_blocking" => {
                context.conversion.warn(options, "a failure does not block CI there, and fails the run here");
            }
            _ => {}
        }
    }
}
