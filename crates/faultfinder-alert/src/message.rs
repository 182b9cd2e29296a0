//! The message of an alert: text with parts for certain notices, and facts in braces.

use crate::machine::Kind;
use crate::notice::{Event, Notice};

/// Longest message that is made, in bytes.
const BYTES_MAX: usize = 20_000;

/// Fills in a message: `{{ name }}` is a fact of this name, and `{{#is_recovery}}..{{/is_recovery}}` a part that is only there
/// for a recovery (`{{^is_recovery}}` for all but that). The conditions are those of Datadog: `is_alert`, `is_recovery`,
/// `is_renotify`, `is_no_data`, `is_warning`. What is not known stays as it is.
#[must_use]
pub fn render(template: &str, notice: &Notice, fact: &dyn Fn(&str) -> Option<String>) -> String {
    let mut text = String::new();
    // Parts that are open: the condition, and whether what is in it is there.
    let mut open: Vec<(&str, bool)> = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let is_there = open.iter().all(|(_, is_there)| *is_there);
        if is_there {
            push(&mut text, before);
        }
        let Some((inside, behind)) = after.split_once("}}") else {
            rest = after;
            if is_there {
                push(&mut text, "{{");
            }
            continue;
        };
        rest = behind;
        let inside = inside.trim();
        let (sign, name) = inside.split_at(inside.chars().next().map_or(0, char::len_utf8));
        let condition = holds(name.trim(), notice);
        match (sign, condition) {
            ("#", Some(holds)) => open.push((name.trim(), holds)),
            ("^", Some(holds)) => open.push((name.trim(), !holds)),
            ("/", Some(_)) if open.last().is_some_and(|(last, _)| *last == name.trim()) => drop(open.pop()),
            _ if !is_there => {}
            _ => match fact(inside) {
                Some(value) => push(&mut text, &value),
                None => push(&mut text, &format!("{{{{{inside}}}}}")),
            },
        }
    }
    if open.iter().all(|(_, is_there)| *is_there) {
        push(&mut text, rest);
    }
    text.trim().to_owned()
}

/// Adds a text, as far as there is room.
fn push(text: &mut String, more: &str) {
    let room = BYTES_MAX.saturating_sub(text.len());
    let end = more.floor_char_boundary(room);
    text.push_str(more.get(..end).unwrap_or_default());
}

/// Whether a condition holds; nothing for one that is not known.
fn holds(condition: &str, notice: &Notice) -> Option<bool> {
    let kind = notice.trouble.kind;
    Some(match condition {
        "is_alert" => matches!(notice.event, Event::Alert | Event::Change | Event::Reminder),
        "is_recovery" | "is_alert_recovery" => notice.event == Event::Recovery,
        "is_renotify" => notice.event == Event::Reminder,
        "is_no_data" => notice.event != Event::Recovery && matches!(kind, Kind::NoData | Kind::Missing),
        "is_warning" => notice.event != Event::Recovery && kind == Kind::Degraded,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Trouble;

    fn rendered(template: &str, event: Event) -> String {
        let locations = vec!["local".to_owned()];
        let trouble = Trouble { kind: Kind::Down, since: 0, code: None, failures: (1, 1), locations };
        let notice = Notice { event, at: 0, alert: 1, opened_at: 0, number: 1, trouble, end: None };
        render(template, &notice, &|name| (name == "name").then(|| "shop {{code}}".to_owned()))
    }

    #[test]
    fn parts_are_there_for_their_notices() {
        let text = "{{ name }}{{#is_alert}} down{{#is_renotify}} still{{/is_renotify}}{{/is_alert}}{{^is_alert}} up{{/is_alert}} @ops";
        assert_eq!(rendered(text, Event::Alert), "shop {{code}} down @ops", "a fact is not a template");
        assert_eq!(rendered(text, Event::Reminder), "shop {{code}} down still @ops");
        assert_eq!(rendered(text, Event::Recovery), "shop {{code}} up @ops");
    }

    #[test]
    fn what_is_not_known_or_not_closed_stays_as_it_is() {
        assert_eq!(
            rendered("{{x}} {{#is_priority 'P1'}}a{{/is_priority}} {{", Event::Alert),
            "{{x}} {{#is_priority 'P1'}}a{{/is_priority}} {{"
        );
        assert_eq!(rendered("a{{#is_recovery}}b", Event::Alert), "a");
        assert_eq!(rendered("{{é}}{{}}", Event::Alert), "{{é}}{{}}");
        assert_eq!(rendered(&"é".repeat(20_000), Event::Alert).len(), BYTES_MAX);
    }
}
