//! The HTTP prober: what must hold of the response.

use super::probe::Probe;
use crate::foreign::build::text;
use crate::foreign::pieces::{any, check, line};
use crate::foreign::re2::{Subject, native};
use crate::foreign::section::Section;
use crate::yaml::Node;
use std::rc::Rc;

/// Versions of HTTP as Go writes them.
const VERSIONS: &[(&str, &str)] = &[
    ("HTTP/1.0", "1.0"),
    ("HTTP/1.1", "1.1"),
    ("HTTP/2.0", "2"),
    ("HTTP/2", "2"),
    ("HTTP/3.0", "3"),
    ("HTTP/3", "3"),
];

/// Units of sizes, in bytes.
const SIZES: &[(&str, u64)] = &[
    ("", 1),
    ("B", 1),
    ("KB", 1 << 10),
    ("KiB", 1 << 10),
    ("MB", 1 << 20),
    ("MiB", 1 << 20),
    ("GB", 1 << 30),
    ("GiB", 1 << 30),
];

/// Conditions on JSON, in a language of their own.
const CEL: &[(&str, &str)] = &[
    (
        "fail_if_body_json_matches_cel",
        "CEL is not supported; assert on the body with `jsonpath` instead. The test would have failed if the expression is true",
    ),
    (
        "fail_if_body_json_not_matches_cel",
        "CEL is not supported; assert on the body with `jsonpath` instead. The test would have failed if the expression is false",
    ),
];

/// Reads the fields.
pub(super) fn read(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>) {
    status(probe, section);
    versions(probe, section);
    if let Some((node, true)) = section.flag(probe.conversion, "fail_if_ssl") {
        probe.assertions.push(line(node.place, "url does not start with https://"));
    }
    if let Some((node, true)) = section.flag(probe.conversion, "fail_if_not_ssl") {
        probe.assertions.push(line(node.place, "url starts with https://"));
    }
    headers(probe, section, "fail_if_header_matches");
    headers(probe, section, "fail_if_header_not_matches");
    compression(probe, section);
    size(probe, section);
    for (field, operator) in
        [("fail_if_body_matches_regexp", "does not match"), ("fail_if_body_not_matches_regexp", "matches")]
    {
        for (node, pattern) in section.texts(probe.conversion, field) {
            let pattern = native(pattern, Subject::Whole);
            probe.assertions.push(check(node.place, "body", operator, &pattern));
        }
    }
    section.left_out(probe.conversion, CEL);
}

/// Those that are valid; 2xx unless the module says otherwise.
fn status(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>) {
    let valid = section.texts(probe.conversion, "valid_status_codes");
    let Some((first, _)) = valid.first() else {
        return probe.assertions.push(line(probe.place, "status is 2xx"));
    };
    for (node, code) in &valid {
        if !code.parse::<u16>().is_ok_and(|code| (100..1000).contains(&code)) {
            probe.conversion.reader.unexpected(node, "a status such as 200");
        }
    }
    let codes: Vec<&str> = valid.iter().map(|(_, code)| *code).collect();
    let operator = if codes.len() == 1 { "is" } else { "is one of" };
    probe.assertions.push(line(first.place, format!("status {operator} {}", codes.join(", "))));
}

fn versions(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>) {
    let valid = section.texts(probe.conversion, "valid_http_versions");
    let mut ours: Vec<&str> = Vec::new();
    for (node, version) in &valid {
        match VERSIONS.iter().find(|(theirs, _)| theirs == version) {
            Some((_, version)) if !ours.contains(version) => ours.push(version),
            Some(_) => {}
            None => probe.conversion.reader.unexpected(node, "a version such as HTTP/1.1 or HTTP/2.0"),
        }
    }
    if let (Some((first, _)), false) = (valid.first(), ours.is_empty()) {
        let operator = if ours.len() == 1 { "is" } else { "is one of" };
        probe.assertions.push(line(first.place, format!("http_version {operator} {}", ours.join(", "))));
    }
}

/// Headers that must match, or must not. A header that may be missing passes if it is.
fn headers(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>, field: &'static str) {
    let must_match = field == "fail_if_header_not_matches";
    for item in section.items(probe.conversion, field) {
        let mut rule = Section::open(probe.conversion, Some(item), field);
        let header = rule.text(probe.conversion, "header");
        let pattern = rule.text(probe.conversion, "regexp");
        let may_miss = rule.flag(probe.conversion, "allow_missing").is_some_and(|(_, may)| may);
        rule.finish(probe.conversion);
        let (Some((_, name)), Some((node, pattern))) = (header, pattern) else {
            let help = "write `{ header: NAME, regexp: PATTERN }`";
            probe.conversion.error(item, format!("`{field}` needs a `header` and a `regexp`"), help);
            continue;
        };
        let subject = format!("header {name}");
        let pattern = native(pattern, Subject::Whole);
        let exists = |operator: &str| text(item.place, format!("{subject} {operator}"));
        let assertions: Vec<Rc<Node>> = match (must_match, may_miss) {
            (true, true) => vec![any(
                item.place,
                vec![exists("does not exist"), check(node.place, &subject, "matches", &pattern)],
            )],
            (true, false) => vec![check(node.place, &subject, "matches", &pattern)],
            (false, true) => vec![check(node.place, &subject, "does not match", &pattern)],
            (false, false) => {
                vec![exists("exists"), check(node.place, &subject, "does not match", &pattern)]
            }
        };
        probe.assertions.extend(assertions);
    }
}

/// The body must be compressed so. Ours is decoded by what its header says, so that is what is asked.
fn compression(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>) {
    let Some((node, written)) = section.text(probe.conversion, "compression") else { return };
    match written.to_ascii_lowercase().as_str() {
        "identity" => {}
        coding @ ("gzip" | "br" | "deflate") => {
            probe.assertions.push(line(node.place, format!("header content-encoding is {coding}")));
            let text = format!(
                "compression: {coding} was tried on the body; here the response has to say so in `content-encoding`"
            );
            probe.conversion.remark(node, text);
        }
        _ => probe.conversion.reader.unexpected(node, "gzip, br, deflate or identity"),
    }
}

fn size(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>) {
    let Some((node, written)) = section.text(probe.conversion, "body_size_limit") else { return };
    let digits = written.find(|c: char| !c.is_ascii_digit()).unwrap_or(written.len());
    let (number, unit) = written.split_at_checked(digits).unwrap_or((written, ""));
    let factor = SIZES.iter().find(|(name, _)| *name == unit.trim()).map(|(_, factor)| *factor);
    let bytes =
        number.parse::<u64>().ok().zip(factor).and_then(|(number, factor)| number.checked_mul(factor));
    match bytes {
        // No limit.
        Some(0) => {}
        Some(bytes) => probe.assertions.push(line(node.place, format!("body size <= {bytes} bytes"))),
        None => probe.conversion.reader.unexpected(node, "a size such as 10MB"),
    }
}
