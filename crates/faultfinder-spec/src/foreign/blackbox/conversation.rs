//! What a TCP probe sends and expects, in turn.
//!
//! blackbox_exporter reads lines until one matches, as `expect_regex` does, and sends lines: what is sent gets its line end.

use super::probe::Probe;
use crate::foreign::build::{Fields, list, text, word};
use crate::foreign::pieces::literal;
use crate::foreign::re2::{Subject, groups, native};
use crate::foreign::section::Section;
use crate::yaml::{Kind, Node};
use base64::Engine as _;
use std::rc::Rc;

/// What a PostgreSQL client sends to ask for TLS (`SSLRequest`), and what a server answers that has it.
const POSTGRES_ASKS: &[u8] = &[0, 0, 0, 8, 4, 210, 22, 47];
const POSTGRES_HAS_TLS: &str = "S";

/// Reads `query_response`; whether TLS starts in it.
pub(super) fn read(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>) -> bool {
    let mut entries = section.items(probe.conversion, "query_response");
    let Some(first) = entries.first() else { return false };
    let mut starts = false;
    if let Some(rest) = postgres(probe, entries) {
        entries = rest;
        starts = true;
        probe.request.put("starttls", word(first.place, "postgres"));
    }
    let mut steps = Vec::new();
    for entry in entries {
        let step = step(probe, entry);
        starts |= step.get("starttls").is_some();
        if !matches!(&step.kind, Kind::Mapping(fields) if fields.is_empty()) {
            steps.push(step);
        }
    }
    if !steps.is_empty() {
        probe.request.put("steps", list(first.place, steps));
    }
    starts
}

/// What follows the request of PostgreSQL for TLS, if a conversation begins with it.
fn postgres<'n>(probe: &Probe<'_, '_, '_, '_>, entries: &'n [Rc<Node>]) -> Option<&'n [Rc<Node>]> {
    let (asks, rest) = entries.split_first()?;
    let bytes = binary(probe, asks.get("send")?)?.ok()?;
    if bytes != POSTGRES_ASKS {
        return None;
    }
    let (answer, rest) = rest.split_first()?;
    let starts = |entry: &Node| {
        entry.get("starttls").and_then(|node| node.scalar()).is_some_and(|is| is.text == "true")
    };
    if answer.get("expect_bytes")?.scalar()?.text != POSTGRES_HAS_TLS {
        return None;
    }
    if starts(answer) {
        return Some(rest);
    }
    let (start, rest) = rest.split_first()?;
    let is_bare = matches!(&start.kind, Kind::Mapping(fields) if fields.len() == 1);
    (is_bare && starts(start)).then_some(rest)
}

/// One entry: what is expected comes first, then what is sent, then TLS.
fn step(probe: &mut Probe<'_, '_, '_, '_>, entry: &Rc<Node>) -> Rc<Node> {
    let mut section = Section::open(probe.conversion, Some(entry), "query_response");
    let mut step = Fields::default();
    // Labels are for a metric.
    section.skip(&["labels"]);
    let expected = section.text(probe.conversion, "expect");
    if let Some((node, pattern)) = expected {
        step.put("expect_regex", text(node.place, native(pattern, Subject::Whole)));
    }
    if let Some((node, bytes)) = section.text(probe.conversion, "expect_bytes") {
        match binary(probe, node) {
            Some(bytes) => put_bytes(probe, &mut step, "expect", node, bytes),
            None => step.put("expect", text(node.place, literal(bytes))),
        }
    }
    if let Some((node, sent)) = section.text(probe.conversion, "send") {
        match (binary(probe, node), expected) {
            (Some(bytes), _) => put_bytes(
                probe,
                &mut step,
                "send",
                node,
                bytes.map(|mut bytes| {
                    bytes.push(b'\n');
                    bytes
                }),
            ),
            (None, Some((_, pattern))) => {
                let sent = expand(&literal(sent), &groups(pattern));
                step.put("send", text(node.place, format!("{sent}\n")));
            }
            (None, None) => {
                if sent.contains("${") {
                    let message = "`${..}` is replaced by what the pattern before matched; blackbox_exporter sends it as it is";
                    probe.conversion.warn(node, message);
                }
                step.put("send", text(node.place, format!("{}\n", literal(sent))));
            }
        }
    }
    if let Some((node, true)) = section.flag(probe.conversion, "starttls") {
        step.put("starttls", word(node.place, "true"));
    }
    section.finish(probe.conversion);
    step.into_node(entry.place)
}

/// Bytes of `!!binary`, if a value has that tag; the parser does not keep it.
fn binary(probe: &Probe<'_, '_, '_, '_>, node: &Node) -> Option<Result<Vec<u8>, ()>> {
    let scalar = node.scalar()?;
    let line = probe.conversion.reader.source().line(node.place.line);
    let column = usize::try_from(node.place.column).unwrap_or(usize::MAX).saturating_sub(1);
    let before: String = line.chars().take(column).collect();
    let after: String = line.chars().skip(column).collect();
    if !before.trim_end().ends_with("!!binary") && !after.starts_with("!!binary") {
        return None;
    }
    let digits: String = scalar.text.chars().filter(|c| !c.is_whitespace()).collect();
    Some(base64::engine::general_purpose::STANDARD.decode(digits).map_err(|_| ()))
}

/// Bytes as text, if they are.
fn put_bytes(
    probe: &mut Probe<'_, '_, '_, '_>,
    step: &mut Fields,
    field: &str,
    node: &Node,
    bytes: Result<Vec<u8>, ()>,
) {
    match bytes.map(String::from_utf8) {
        Ok(Ok(written)) => step.put(field, text(node.place, literal(&written))),
        Ok(Err(_)) => {
            let message =
                format!("`{field}` has bytes that are not UTF-8, and only text can be sent and expected");
            probe.conversion.error(node, message, "leave this module out with `--module`");
        }
        Err(()) => probe.conversion.reader.unexpected(node, "base64"),
    }
}

/// A text with the groups of a match as Go writes them (`$1`, `${1}`, `${name}`, `$$`), with all of them as `${1}`.
fn expand(text: &str, names: &[String]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        rest = after;
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        let (name, after) = match rest.strip_prefix('{') {
            Some(braced) => braced.split_once('}').unwrap_or(("", rest)),
            None => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                rest.split_at_checked(end).unwrap_or((rest, ""))
            }
        };
        if name.is_empty() {
            out.push('$');
            continue;
        }
        rest = after;
        let number = match name.parse::<usize>() {
            Ok(number) => Some(number).filter(|number| *number <= names.len()),
            Err(_) => names.iter().position(|known| known == name).map(|index| index + 1),
        };
        // A group that there is not is empty.
        if let Some(number) = number {
            out.push_str(&format!("${{{number}}}"));
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_numbered() {
        let names = ["".to_owned(), "nick".to_owned()];
        for (go, ours) in [
            ("PONG ${1}", "PONG ${1}"),
            ("PONG $1 x", "PONG ${1} x"),
            ("$nick and ${nick}", "${2} and ${2}"),
            ("$1x|${9}|$0", "||${0}"),
            ("5$$ $", "5$ $"),
            ("${", "${"),
        ] {
            assert_eq!(expand(go, &names), ours, "{go}");
        }
    }
}
