//! What must hold of an HTTP response.

use super::draft::Monitor;
use super::fields::is_set;
use super::kind::Kind;
use super::query;
use crate::foreign::build::{Fields, text};
use crate::foreign::pieces::{check, line, literal};
use crate::foreign::section::Section;
use crate::text::quoted;
use crate::yaml::Node;
use std::rc::Rc;

/// Statuses that are accepted where a monitor does not say.
const STATUS_DEFAULT: &str = "200-299";

/// The status of responses that there can be.
const STATUSES: std::ops::RangeInclusive<u32> = 100..=999;

/// How long before a certificate expires Uptime Kuma begins to notify, by default.
const EXPIRES_IN: &str = "21 days";

/// What shows that a keyword is a part of JSON: Uptime Kuma looks for it in JSON without white space.
const JSON_PARTS: &[&str] = &["\":", "\",", "{\"", "[\""];

type Mine<'a, 'm, 'r, 's, 'o> = &'a mut Monitor<'m, 'r, 's, 'o>;

/// Reads what must hold; nothing if the monitor is left out.
pub(super) fn read(monitor: Mine<'_, '_, '_, '_, '_>, section: &mut Section<'_>, kind: Kind) -> Option<()> {
    status(monitor, section)?;
    match kind {
        Kind::Keyword => {
            if let Some(node) = keyword(monitor, section)
                && JSON_PARTS.iter().any(|part| node.scalar().is_some_and(|it| it.text.contains(part)))
            {
                let message = "`keyword` is looked for in the body as it comes: Uptime Kuma looks for it in JSON without \
                     white space";
                monitor.conversion.warn(node, message);
            }
            Some(())
        }
        Kind::JsonQuery => json_query(monitor, section),
        _ => Some(()),
    }
}

/// The statuses that are accepted.
fn status(monitor: Mine<'_, '_, '_, '_, '_>, section: &mut Section<'_>) -> Option<()> {
    let given = section.texts(monitor.conversion, "accepted_statuscodes");
    let Some((first, _)) = given.first() else {
        monitor.assertions.push(line(monitor.place, format!("status is one of {STATUS_DEFAULT}")));
        return Some(());
    };
    let mut accepted: Vec<String> = Vec::new();
    for (node, written) in &given {
        match statuses(written) {
            Some(statuses) => accepted.push(statuses),
            None => {
                let written = quoted(written);
                let message = format!("the status {written} is left out: it is neither a status nor a range");
                monitor.conversion.warn(node, message);
            }
        }
    }
    let place = first.place;
    let assertion = match accepted.as_slice() {
        [] => {
            monitor.leave_out(first, "no status is accepted");
            return None;
        }
        [one] if !one.contains('-') => format!("status is {one}"),
        all => format!("status is one of {}", all.join(", ")),
    };
    monitor.assertions.push(line(place, assertion));
    Some(())
}

/// A status, or a range of them.
fn statuses(written: &str) -> Option<String> {
    let code = |text: &str| text.trim().parse::<u32>().ok().filter(|code| STATUSES.contains(code));
    match written.split_once('-') {
        Some((from, to)) => {
            let (from, to) = (code(from)?, code(to)?);
            (from <= to).then(|| format!("{from}-{to}"))
        }
        None => code(written).map(|code| code.to_string()),
    }
}

/// A word that the body must have, or must not have.
pub(super) fn keyword<'n>(
    monitor: Mine<'_, '_, '_, '_, '_>,
    section: &mut Section<'n>,
) -> Option<&'n Rc<Node>> {
    let inverted = is_set(monitor.conversion, section, "invertKeyword");
    let Some((node, keyword)) = section.text(monitor.conversion, "keyword") else {
        let at = text(monitor.place, "");
        monitor.conversion.warn(&at, "the monitor has no `keyword`: nothing is looked for in the body");
        return None;
    };
    let operator = if inverted.is_some() { "does not contain" } else { "contains" };
    monitor.assertions.push(check(node.place, "body", operator, &literal(keyword)));
    Some(node)
}

/// A value in a body of JSON.
fn json_query(monitor: Mine<'_, '_, '_, '_, '_>, section: &mut Section<'_>) -> Option<()> {
    let expected = section.text(monitor.conversion, "expectedValue");
    let Some((node, written)) = section.text(monitor.conversion, "jsonPath") else {
        let at = text(monitor.place, "");
        monitor.leave_out(&at, "it has no `jsonPath`");
        return None;
    };
    let Some(path) = query::jsonpath(written) else {
        let name = quoted(monitor.name);
        let message = format!(
            "the monitor {name} is left out: its `jsonPath` is more of JSONata than a path: {}",
            quoted(written)
        );
        let help = "write an assertion with `jsonpath`, which is that of RFC 9535, or with `javascript`";
        monitor.conversion.warn_with_help(node, message, help);
        return None;
    };
    let Some((expected_node, expected)) = expected else {
        monitor.leave_out(node, "it has no `expectedValue`");
        return None;
    };
    let subject = format!("jsonpath {}", literal(&path));
    monitor.assertions.push(check(expected_node.place, &subject, "is", &literal(expected)));
    Some(())
}

/// A warning when the certificate is about to expire.
pub(super) fn expiry(
    monitor: Mine<'_, '_, '_, '_, '_>,
    section: &mut Section<'_>,
    url: &str,
    is_insecure: bool,
) {
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    if let Some(node) = is_set(monitor.conversion, section, "expiryNotification")
        && scheme.eq_ignore_ascii_case("https")
        && !is_insecure
    {
        let mut warning = Fields::default();
        warning.put("warn", line(node.place, format!("certificate expires_in > {EXPIRES_IN}")));
        monitor.assertions.push(warning.into_node(node.place));
        let remark = "that its certificate is about to expire is a warning, of which `alert: { degraded: true }` alerts";
        monitor.conversion.remark(node, remark);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_codes_and_ranges() {
        for (written, native) in [
            ("200", Some("200")),
            (" 200 - 299 ", Some("200-299")),
            ("299-200", None),
            ("99", None),
            ("2xx", None),
            ("", None),
            ("200-", None),
        ] {
            assert_eq!(statuses(written).as_deref(), native, "{written}");
        }
    }
}
