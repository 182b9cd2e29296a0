//! What must hold of DNS records, section by section.

use super::probe::Probe;
use crate::foreign::pieces::{any, check, line};
use crate::foreign::re2::{Subject, native};
use crate::foreign::section::Section;

/// The sections of a response, and the native subject of their records.
const SECTIONS: &[(&str, &str)] = &[
    ("validate_answer_rrs", "record"),
    ("validate_authority_rrs", "record in authority"),
    ("validate_additional_rrs", "record in additional"),
];

/// Reads the fields.
pub(super) fn read(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>) {
    for (field, subject) in SECTIONS {
        let Some(node) = section.get(field) else { continue };
        let mut rules = Section::open(probe.conversion, Some(node), field);
        read_rules(probe, &mut rules, subject);
        rules.finish(probe.conversion);
    }
}

fn read_rules(probe: &mut Probe<'_, '_, '_, '_>, rules: &mut Section<'_>, records: &str) {
    let subject = format!("{records} as text");
    let pattern = |pattern: &str| native(pattern, Subject::Record);
    let every = format!("every {subject}");
    for (node, written) in rules.texts(probe.conversion, "fail_if_matches_regexp") {
        probe.assertions.push(check(node.place, &subject, "does not match", &pattern(written)));
    }
    let all = rules.texts(probe.conversion, "fail_if_all_match_regexp");
    if let Some((first, _)) = all.first() {
        // What blackbox_exporter does is not what the name says: it fails if a record does not match.
        let text =
            "fail_if_all_match_regexp fails if a record does not match, as in blackbox_exporter itself";
        probe.conversion.remark(first, text);
    }
    for (node, written) in all {
        let none = line(node.place, format!("{records} count is 0"));
        probe
            .assertions
            .push(any(node.place, vec![none, check(node.place, &every, "matches", &pattern(written))]));
    }
    for (node, written) in rules.texts(probe.conversion, "fail_if_not_matches_regexp") {
        probe.assertions.push(check(node.place, &every, "matches", &pattern(written)));
    }
    let some = rules.texts(probe.conversion, "fail_if_none_matches_regexp");
    if let Some((first, _)) = some.first() {
        let place = first.place;
        let subject = format!("some {subject}");
        let parts =
            some.iter().map(|(node, written)| check(node.place, &subject, "matches", &pattern(written)));
        probe.assertions.push(any(place, parts.collect()));
    }
}
