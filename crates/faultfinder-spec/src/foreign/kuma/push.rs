//! Monitors that wait for what others report.

use super::draft::Monitor;
use crate::foreign::section::Section;

/// Fewest characters of a key.
const KEY_CHARS_MIN: usize = 10;

/// A heartbeat with the token of the monitor as its key: reports go to `/api/push/TOKEN` as before.
pub(super) fn read(monitor: &mut Monitor<'_, '_, '_, '_>, section: &mut Section<'_>) {
    match section.text(monitor.conversion, "pushToken") {
        Some((node, token)) if token.len() >= KEY_CHARS_MIN => {
            let key = monitor.secret(node, "key", token);
            monitor.request.put("key", key);
        }
        found => {
            let message = "`pushToken` is missing or has fewer than 10 characters: the heartbeat has no key";
            let node = found.map(|(node, _)| node.clone());
            let node = node.unwrap_or_else(|| crate::foreign::build::text(monitor.place, ""));
            monitor.conversion.warn(&node, message.to_owned());
        }
    }
}
