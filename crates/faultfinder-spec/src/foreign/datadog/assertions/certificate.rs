//! Assertions on facts of certificates: `property`.

use super::super::context::Context;
use super::native::{Native, property, target};
use crate::yaml::Node;

/// Facts, and what they are here. `subject.CN` and the like are looked for in the whole name.
const FACTS: &[(&str, &str)] = &[
    ("subject", "certificate subject"),
    ("subject.CN", "certificate common_name"),
    ("issuer", "certificate issuer"),
    ("subject.altName", "certificate san"),
    ("subjectaltname", "certificate san"),
    ("altName", "certificate san"),
    ("serialNumber", "certificate serial"),
    ("fingerprint", "certificate sha1"),
    ("fingerprint256", "certificate sha256"),
    ("extKeyUsage", "certificate extended_key_usage"),
    ("ext_key_usage", "certificate extended_key_usage"),
    ("cipher", "cipher"),
];

/// The facts of a subject or an issuer that its name has, as RFC 4514 section 3 writes them.
const ATTRIBUTES: &[&str] = &["CN", "C", "L", "O", "OU", "ST", "STREET", "DC", "UID"];

/// A value in such a name: characters that mean something there are behind a backslash.
const VALUE: &str = r"(?:\\.|[^,+\\])*";
/// Where a part of a name begins and ends.
const BEGIN: &str = "(?:^|[,+])";
const END: &str = "(?:$|[,+])";

/// The native assertion.
pub(super) fn native(
    context: &mut Context<'_, '_, '_, '_>,
    one: &Node,
    operator: &'static str,
) -> Option<Native> {
    let name = property(context, one)?;
    let value = target(context, one, "target", operator)?;
    if let Some((_, subject)) = FACTS.iter().find(|(theirs, _)| *theirs == name) {
        return Some(Native { subject: (*subject).to_owned(), operator, value, unit: None });
    }
    let Some((of, attribute)) = name
        .split_once('.')
        .filter(|(of, attribute)| matches!(*of, "subject" | "issuer") && ATTRIBUTES.contains(attribute))
    else {
        let known: Vec<&str> = FACTS.iter().map(|(theirs, _)| *theirs).collect();
        let message = format!("the property `{name}` of a certificate cannot be asserted on");
        let help = format!(
            "use {}, or subject.X and issuer.X with X out of {}",
            known.join(", "),
            ATTRIBUTES.join(", ")
        );
        context.conversion.error(one, message, &help);
        return None;
    };
    let subject = format!("certificate {of}");
    let Some(value) = value else {
        let pattern = format!("{BEGIN}{attribute}=");
        return Some(Native { subject, operator: "does not match", value: Some(pattern), unit: None });
    };
    let Some(pattern) = pattern(operator, attribute, &value) else {
        let message =
            format!("this regular expression cannot be used on `{name}`, which is a part of a name here");
        context.conversion.error(one, message, "leave out alternatives, or use `contains` or `is`");
        return None;
    };
    let operator =
        if matches!(operator, "is" | "contains" | "matches") { "matches" } else { "does not match" };
    Some(Native { subject, operator, value: Some(pattern), unit: None })
}

/// A regular expression for a value of an attribute in a whole name.
fn pattern(operator: &str, attribute: &str, value: &str) -> Option<String> {
    let (before, inside, after) = match operator {
        "is" | "is not" => ("", literal(value), END),
        "contains" | "does not contain" => (VALUE, literal(value), ""),
        "matches" | "does not match" => {
            let begins = value.strip_prefix('^');
            let rest = begins.unwrap_or(value);
            let ends = rest.strip_suffix('$').filter(|rest| !rest.ends_with('\\'));
            let is_anchored = begins.is_some() || ends.is_some();
            let inside = ends.unwrap_or(rest);
            if inside.contains('|') && is_anchored {
                return None;
            }
            let before = if begins.is_some() { "" } else { VALUE };
            (before, format!("(?:{inside})"), if ends.is_some() { END } else { "" })
        }
        _ => return None,
    };
    Some(format!("{BEGIN}{attribute}={before}{inside}{after}"))
}

/// A text as a name has it, as a regular expression; templates stay.
fn literal(value: &str) -> String {
    let mut pattern = String::new();
    let mut rest = value;
    loop {
        let (before, hole) = match rest.split_once("{{") {
            Some((before, after)) => (before, Some(after)),
            None => (rest, None),
        };
        for character in before.chars() {
            // What a backslash is in front of in a name (RFC 4514 section 2.4).
            if matches!(character, ',' | '+' | '"' | '\\' | '<' | '>' | ';') {
                pattern.push_str(r"\\");
            }
            if !character.is_alphanumeric()
                && !matches!(character, ' ' | '_' | '<' | '>')
                && character.is_ascii()
            {
                pattern.push('\\');
            }
            pattern.push(character);
        }
        let Some((inside, behind)) = hole.and_then(|after| after.split_once("}}")) else { return pattern };
        pattern.push_str(&format!("{{{{{inside}}}}}"));
        rest = behind;
    }
}
