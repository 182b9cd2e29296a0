//! The names of one certificate under the constraints of another (`NAME_CONSTRAINTS_check`, `NAME_CONSTRAINTS_check_CN`).
//!
//! The order is OpenSSL's, for the first objection is the only one: the subject, the mail addresses in it, the alternative
//! names, the common names.

use std::borrow::Cow;

use super::common_name;
use super::comparison::Obstacle;
use super::kinds::{self, Value};
use super::size::Size;
use crate::certificate::Inner;
use crate::extensions::{NameConstraints, Subtree};
use crate::general_name::GeneralName;
use crate::name::{self, Attribute, Name};
use crate::oid;
use crate::options::HostFlags;

/// The universal tag of IA5String.
const IA5_STRING: u32 = 22;

/// All names of a certificate.
pub(super) struct Names<'a> {
    subject: &'a Name,
    emails: Vec<Attribute<'a>>,
    alternative: &'a [GeneralName],
    /// Those that are looked at.
    common: Vec<Attribute<'a>>,
    /// The subject's attributes and the alternative names, which is what OpenSSL counts.
    pub(super) size: Size,
}

impl<'a> Names<'a> {
    /// The names of a certificate; those of the leaf come with the flags that decide about its common names.
    pub(super) fn of(parts: &'a Inner, flags: Option<HostFlags>) -> Self {
        let subject = &parts.subject;
        let alternative = parts.extensions.alt_names.as_deref().unwrap_or_default();
        let named = alternative.iter().any(|name| matches!(name, GeneralName::Dns(_)));
        let wanted =
            flags.is_some_and(|flags| !flags.never_check_subject && (flags.always_check_subject || !named));
        let common = if wanted { subject.attributes(oid::COMMON_NAME) } else { Vec::new() };
        let mut size = Size::of(alternative.iter());
        size.count = size.count.saturating_add(subject.count());
        size.bytes = size.bytes.saturating_add(subject.canonical().len());
        Self { subject, emails: subject.attributes(oid::EMAIL_ADDRESS), alternative, common, size }
    }
}

/// A name, and where it stands.
#[derive(Debug, Clone)]
pub(super) enum Presented<'a> {
    Subject(&'a Name),
    SubjectEmail(Cow<'a, [u8]>),
    Alternative(&'a GeneralName),
    CommonName(String),
}

/// What is wrong with a name under constraints.
#[derive(Debug)]
pub(super) enum Fault<'a> {
    /// There are permitted subtrees of its kind, and it is in none of them.
    NotPermitted,
    Excluded(&'a Subtree),
    /// The subtree has a minimum or a maximum.
    Bounded(&'a Subtree),
    /// Names of this kind cannot be constrained.
    Kind(&'a Subtree),
    /// The name cannot be read.
    Name(&'static str),
    /// The subtree cannot be read.
    Constraint(&'a Subtree, &'static str),
    /// The subtree's A-labels cannot be decoded.
    Labels(&'a Subtree),
    /// The common name is not text: verification ends.
    NoText,
}

/// The first objection to a name.
#[derive(Debug)]
pub(super) struct Objection<'a> {
    pub(super) name: Presented<'a>,
    pub(super) fault: Fault<'a>,
}

/// Checks all names against constraints.
pub(super) fn judge<'a>(names: &Names<'a>, constraints: &'a NameConstraints) -> Result<(), Objection<'a>> {
    if !names.subject.is_empty() {
        hold(Value::Directory(names.subject), constraints)
            .map_err(|fault| Objection { name: Presented::Subject(names.subject), fault })?;
    }
    for email in &names.emails {
        // Read with the name: a string that could not be put together is not here.
        let text = email.value.string().unwrap_or_default();
        let fault = if email.value.tag == IA5_STRING {
            hold(Value::Email(&text), constraints).err()
        } else {
            Some(Fault::Name("it is not an IA5String"))
        };
        if let Some(fault) = fault {
            return Err(Objection { name: Presented::SubjectEmail(text), fault });
        }
    }
    for name in names.alternative {
        hold(Value::of(name), constraints)
            .map_err(|fault| Objection { name: Presented::Alternative(name), fault })?;
    }
    names.common.iter().try_for_each(|common| judge_common_name(common, constraints))
}

/// Checks a common name against constraints, if it is a host name.
fn judge_common_name<'a>(
    common: &Attribute<'a>,
    constraints: &'a NameConstraints,
) -> Result<(), Objection<'a>> {
    let content = common.value.string().unwrap_or_default();
    let Ok(text) = name::to_utf8(common.value.tag, &content) else {
        return Err(Objection { name: Presented::CommonName(String::new()), fault: Fault::NoText });
    };
    let fault = match common_name::host(text.as_bytes()) {
        Ok(Some(host)) => hold(Value::Dns(host), constraints).err(),
        Ok(None) => None,
        Err(why) => Some(Fault::Name(why)),
    };
    fault.map_or(Ok(()), |fault| Err(Objection { name: Presented::CommonName(text), fault }))
}

/// Checks one name against constraints (`nc_match`).
fn hold<'c>(value: Value<'_>, constraints: &'c NameConstraints) -> Result<(), Fault<'c>> {
    let mut permitted = None;
    for subtree in constraints.permitted.iter().filter(|subtree| value.concerns(&subtree.base)) {
        if subtree.bounded {
            return Err(Fault::Bounded(subtree));
        }
        if permitted != Some(true) {
            permitted = Some(is_within(value, subtree)?);
        }
    }
    if permitted == Some(false) {
        return Err(Fault::NotPermitted);
    }
    for subtree in constraints.excluded.iter().filter(|subtree| value.concerns(&subtree.base)) {
        if subtree.bounded {
            return Err(Fault::Bounded(subtree));
        }
        if is_within(value, subtree)? {
            return Err(Fault::Excluded(subtree));
        }
    }
    Ok(())
}

fn is_within<'c>(value: Value<'_>, subtree: &'c Subtree) -> Result<bool, Fault<'c>> {
    kinds::is_within(value, subtree).map_err(|obstacle| match obstacle {
        Obstacle::Kind => Fault::Kind(subtree),
        Obstacle::Name(why) => Fault::Name(why),
        Obstacle::Constraint(why) => Fault::Constraint(subtree, why),
        Obstacle::Labels => Fault::Labels(subtree),
    })
}
