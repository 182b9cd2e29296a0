//! The sentences of the events: which name, which constraint, of which certificate. All of bounded length.

use super::judge::{Fault, Objection, Presented};
use super::kinds::Value;
use super::size::PAIRS_MAX;
use crate::extensions::{NameConstraints, Subtree};
use crate::general_name::{GeneralName, printable};
use crate::oid;
use crate::subtree::{NAME_MAX, base_text, bounded};

/// The maximum number of subtrees listed one by one.
const SUBTREES_MAX: usize = 5;

/// What is wrong with a name, and by whose constraints.
pub(super) fn objection(objection: &Objection<'_>, constraints: &NameConstraints, whose: &str) -> String {
    let name = presented(&objection.name);
    let listed = |subtree: &Subtree| {
        let excluded = constraints.excluded.iter().any(|other| std::ptr::eq(other, subtree));
        if excluded { "excludes" } else { "permits" }
    };
    match &objection.fault {
        Fault::NotPermitted => {
            let permitted = subtrees(&objection.name, &constraints.permitted);
            format!("{name} is not within what \"{whose}\" permits: {permitted}")
        }
        Fault::Excluded(subtree) => {
            format!("{name} is within what \"{whose}\" excludes: {}", base_text(&subtree.base))
        }
        Fault::Bounded(subtree) => format!(
            "{name} is under a constraint with a minimum or a maximum, which is not supported: \"{whose}\" {} {}",
            listed(subtree),
            base_text(&subtree.base)
        ),
        Fault::Kind(subtree) => format!(
            "constraints for {name} are not supported: \"{whose}\" {} {}",
            listed(subtree),
            base_text(&subtree.base)
        ),
        Fault::Name(why) => {
            format!("{name} cannot be compared with the constraints of \"{whose}\": {why}")
        }
        Fault::Constraint(subtree, why) => format!(
            "{name} cannot be compared with {}, which \"{whose}\" {}: {why}",
            base_text(&subtree.base),
            listed(subtree)
        ),
        Fault::Labels(subtree) => format!(
            "{name} cannot be compared with {}, which \"{whose}\" {}: its labels are not valid Punycode, or too long",
            base_text(&subtree.base),
            listed(subtree)
        ),
        Fault::NoText => format!(
            "a common name of the leaf cannot be compared with the constraints of \"{whose}\": it is not text"
        ),
    }
}

/// More names and subtrees than are compared.
pub(super) fn too_many(names: usize, subtrees: usize, whose: &str) -> String {
    format!(
        "its {names} names and the {subtrees} constraints of \"{whose}\" are more than {PAIRS_MAX} pairs to compare"
    )
}

/// A name, and where it stands unless that is the SAN.
fn presented(name: &Presented<'_>) -> String {
    match name {
        Presented::Subject(name) => format!("the subject \"{}\"", bounded(name.text())),
        Presented::SubjectEmail(text) => {
            format!("\"email:{}\" of the subject", bounded(printable(text)))
        }
        Presented::Alternative(GeneralName::Other { kind, value, .. })
            if kind.as_bytes() == oid::SMTP_UTF8_MAILBOX =>
        {
            let text: String = String::from_utf8_lossy(value.get(..NAME_MAX).unwrap_or(value))
                .chars()
                .flat_map(char::escape_debug)
                .collect();
            format!("\"email:{}\"", bounded(text))
        }
        Presented::Alternative(name) => format!("\"{}\"", bounded(name.text())),
        Presented::CommonName(text) => {
            format!("the common name \"{}\"", bounded(printable(text.as_bytes())))
        }
    }
}

/// The subtrees of a name's kind.
fn subtrees(name: &Presented<'_>, all: &[Subtree]) -> String {
    let value = match name {
        Presented::Subject(name) => Value::Directory(name),
        Presented::SubjectEmail(text) => Value::Email(text),
        Presented::Alternative(name) => Value::of(name),
        Presented::CommonName(text) => Value::Dns(text.as_bytes()),
    };
    let mut concerned = all.iter().filter(|subtree| value.concerns(&subtree.base));
    let texts: Vec<String> =
        concerned.by_ref().take(SUBTREES_MAX).map(|subtree| base_text(&subtree.base)).collect();
    match concerned.count() {
        0 => texts.join(", "),
        more => format!("{} and {more} more", texts.join(", ")),
    }
}
