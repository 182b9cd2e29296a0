//! The alerts of an endpoint.

use super::file::File;
use crate::alert::{ALERT_MESSAGE_BYTES_MAX, ALERT_RESULTS_MAX};
use crate::foreign::build::{Fields, text, word};
use crate::foreign::pieces::go_duration;
use crate::foreign::section::Section;
use crate::yaml::Node;
use std::rc::Rc;
use std::time::Duration;

/// How many results must fail, and pass, where an alert does not say.
const FAILURES_DEFAULT: u32 = 3;
const PASSES_DEFAULT: u32 = 2;

/// `alert` of a native test: the first alert that is enabled. The others are remarked.
pub(super) fn convert(file: &mut File<'_, '_, '_, '_>, section: &mut Section<'_>) -> Option<Rc<Node>> {
    let mut alert = None;
    for node in section.items(file.conversion, "alerts") {
        let mut fields = Section::of(file.conversion, node, "an alert");
        let kind = fields.text(file.conversion, "type").map_or("", |(_, kind)| kind);
        let is_enabled = fields.flag(file.conversion, "enabled").is_none_or(|(_, enabled)| enabled);
        fields.skip(&["provider-override", "send-on-resolved"]);
        if is_enabled && alert.is_none() {
            alert = Some(of(file, &mut fields, node));
            file.conversion.remark(node, format!("it alerted by {kind}"));
        } else if is_enabled {
            file.conversion.remark(node, format!("it alerted by {kind}, too"));
            fields.skip(&[
                "description",
                "failure-threshold",
                "success-threshold",
                "minimum-reminder-interval",
            ]);
        } else {
            continue;
        }
        fields.finish(file.conversion);
    }
    alert
}

fn of(file: &mut File<'_, '_, '_, '_>, fields: &mut Section<'_>, node: &Node) -> Rc<Node> {
    let mut alert = Fields::default();
    let failures = count(file, fields, "failure-threshold").unwrap_or(FAILURES_DEFAULT);
    let passes = count(file, fields, "success-threshold").unwrap_or(PASSES_DEFAULT);
    alert.put("failures", word(node.place, failures));
    alert.put("passes", word(node.place, passes));
    if let Some((node, written)) = fields.text(file.conversion, "minimum-reminder-interval") {
        match go_duration(written) {
            Some((native, duration)) if duration >= Duration::from_secs(60) => {
                alert.put("remind_every", word(node.place, native));
            }
            Some(_) => file.conversion.warn(node, "reminders are left out: they come at most once a minute"),
            None => file.conversion.reader.unexpected(node, "a duration such as 1h"),
        }
    }
    if let Some((node, message)) = fields.text(file.conversion, "description") {
        match message.len() > ALERT_MESSAGE_BYTES_MAX {
            true => file.conversion.warn(node, "the description of the alert is left out: it is too long"),
            false => alert.put("message", text(node.place, message)),
        }
    }
    alert.into_node(node.place)
}

/// A number of results; 0 stands for the default.
fn count(file: &mut File<'_, '_, '_, '_>, fields: &mut Section<'_>, name: &'static str) -> Option<u32> {
    let (node, written) = fields.text(file.conversion, name)?;
    match written.parse::<u32>() {
        Ok(0) => None,
        Ok(count) if count <= ALERT_RESULTS_MAX => Some(count),
        Ok(count) => {
            let message = format!("`{name}`: {count} becomes {ALERT_RESULTS_MAX}: more is not possible");
            file.conversion.warn(node, message);
            Some(ALERT_RESULTS_MAX)
        }
        Err(_) => {
            file.conversion.reader.unexpected(node, "a number of results");
            None
        }
    }
}
