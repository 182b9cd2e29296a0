//! The conditions and messages of alerts.

use super::super::build::{Fields, text, word};
use super::context::Context;
use super::{typed, value};
use crate::alert::ALERT_MESSAGE_BYTES_MAX;
use crate::yaml::Node;
use std::rc::Rc;

/// Longest `failing_for` and `remind_every` of a native test, in seconds.
const SECONDS_MAX: f64 = 604_800.0;

/// Most `locations` of a native test.
const LOCATIONS_MAX: f64 = 100.0;

/// `alert` of a native test, if anything is said that is not the default.
pub(super) fn convert(context: &mut Context<'_, '_, '_, '_>, test: &Node) -> Option<Rc<Node>> {
    let mut alert = Fields::default();
    let options = value::field(test, "options").cloned();
    if let Some(options) = &options {
        if let Some((node, seconds)) = number(context, options, "min_failure_duration", SECONDS_MAX) {
            alert.put("failing_for", word(node.place, value::seconds(seconds)));
        }
        if let Some((node, count)) = number(context, options, "min_location_failed", LOCATIONS_MAX)
            && count > 1.0
        {
            alert.put("locations", word(node.place, value::plain(count.trunc())));
        }
    }
    message(context, test, "message", &mut alert, "message");
    if let Some(options) = &options {
        if let Some(monitor) = value::field(options, "monitor_options").cloned()
            && let Some((node, minutes)) = number(context, &monitor, "renotify_interval", SECONDS_MAX / 60.0)
        {
            alert.put("remind_every", word(node.place, value::seconds(minutes * 60.0)));
            message(context, &monitor, "escalation_message", &mut alert, "reminder");
        }
        if let Some((node, priority)) = number(context, options, "monitor_priority", 5.0) {
            alert.put("priority", word(node.place, value::plain(priority.trunc())));
        }
    }
    (!alert.is_empty()).then(|| alert.into_node(test.place))
}

/// A number that is not 0, which stands for nothing.
fn number(
    context: &mut Context<'_, '_, '_, '_>,
    of: &Node,
    name: &str,
    most: f64,
) -> Option<(Rc<Node>, f64)> {
    let node = value::field(of, name).cloned()?;
    let number = typed::number(context, &node).filter(|number| *number >= 1.0)?;
    if number > most {
        let (number, most) = (value::plain(number), value::plain(most));
        context.conversion.warn(&node, format!("`{name}`: {number} becomes {most}: more is not possible"));
    }
    Some((node, number.min(most)))
}

fn message(context: &mut Context<'_, '_, '_, '_>, of: &Node, theirs: &str, alert: &mut Fields, ours: &str) {
    let Some(written) = value::word(of, theirs).map(str::trim).filter(|message| !message.is_empty()) else {
        return;
    };
    if written.len() > ALERT_MESSAGE_BYTES_MAX {
        let message = format!(
            "`{theirs}` is left out: it has {} bytes, and a message has at most {ALERT_MESSAGE_BYTES_MAX}",
            written.len()
        );
        context.conversion.warn(of, message);
        return;
    }
    let place = value::field(of, theirs).map_or(of.place, |node| node.place);
    alert.put(ours, text(place, written));
}
