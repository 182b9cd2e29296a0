//! External endpoints, which report by themselves: heartbeats.

use super::endpoint::{interval, is_disabled, name, tags};
use super::file::File;
use super::{alert, values};
use crate::foreign::build::{Fields, text, word};
use crate::foreign::section::Section;
use crate::text::quoted;
use crate::yaml::Node;
use std::rc::Rc;

/// Fewest characters of a key.
const KEY_CHARS_MIN: usize = 10;

/// Gatus waits for the interval and no longer; this is the least.
const GRACE: &str = "1s";

/// How often something is awaited that need never come.
const EVERY_DEFAULT: &str = "7d";

/// The heartbeat of an external endpoint.
pub(super) fn test(file: &mut File<'_, '_, '_, '_>, node: &Rc<Node>) -> Option<Rc<Node>> {
    let mut section = Section::of(file.conversion, node, "an external endpoint");
    let name = name(file, &mut section, node)?;
    if is_disabled(file, &mut section, "external endpoint", name) {
        return None;
    }
    let group = section.text(file.conversion, "group").map_or("", |(_, group)| group);
    let alert = alert::convert(file, &mut section);
    section.skip(&["ui", "extra-labels", "maintenance-windows"]);
    let every = section.get("heartbeat").and_then(|heartbeat| {
        let mut fields = Section::of(file.conversion, heartbeat, "`heartbeat`");
        let every = interval(file, &mut fields);
        fields.finish(file.conversion);
        every
    });
    if every.is_none() {
        let message = format!(
            "the external endpoint {} need never report: it is missed after 7 days, which is the longest interval",
            quoted(name)
        );
        file.conversion.warn(node, message);
    }
    let mut heartbeat = Fields::default();
    if let Some(key) = key(file, &mut section, node, name) {
        heartbeat.put("key", key);
    }
    heartbeat.put("grace", word(node.place, GRACE));
    section.finish(file.conversion);
    let shown = if group.is_empty() { name.to_owned() } else { format!("{group}/{name}") };
    let shown = values::native(file, None, node.place, &shown);
    let mut test = Fields::default();
    test.put("name", text(node.place, shown));
    test.put("heartbeat", heartbeat.into_node(node.place));
    tags(&mut test, node.place, group);
    test.put("every", every.unwrap_or_else(|| word(node.place, EVERY_DEFAULT)));
    if let Some(alert) = alert {
        test.put("alert", alert);
    }
    Some(test.into_node(node.place))
}

/// The token as a key: reports go to `/heartbeat/TOKEN`.
fn key(
    file: &mut File<'_, '_, '_, '_>,
    section: &mut Section<'_>,
    node: &Rc<Node>,
    name: &str,
) -> Option<Rc<Node>> {
    let token = section.text(file.conversion, "token");
    let Some((at, token)) = token.filter(|(_, token)| token.contains('$') || token.len() >= KEY_CHARS_MIN)
    else {
        let message = "its `token` is missing or has fewer than 10 characters: the heartbeat has no key";
        let place = token.map_or(node, |(at, _)| at);
        file.conversion.warn(place, format!("the external endpoint {}: {message}", quoted(name)));
        return None;
    };
    Some(match values::plain(token) {
        Some(plain) => text(at.place, file.variables.secret(&format!("{name}_key"), at.place, &plain)),
        None => text(at.place, values::native(file, None, at.place, token)),
    })
}
