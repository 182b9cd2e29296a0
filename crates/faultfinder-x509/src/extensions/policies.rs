//! What the four policy extensions of a certificate say (RFC 5280 sections 4.2.1.4, 4.2.1.5, 4.2.1.11, 4.2.1.14).
//!
//! Read as OpenSSL does. A defect makes the certificate's policies invalid and nothing else of it; verification asks for
//! them only when it checks policies. policyMappings and inhibitAnyPolicy are not even looked at unless the certificate
//! has policies.

use std::collections::{BTreeMap, BTreeSet};

use crate::der::{self, Class, DerFault, Reader, Tlv};
use crate::oid;

/// The policy extensions of one certificate.
#[derive(Debug, Clone, Default)]
pub(crate) struct Policies {
    /// What is wrong with them; then nothing else is reported.
    pub(crate) defect: Option<PolicyDefect>,
    /// Whether certificatePolicies is there and lists anything.
    pub(crate) present: bool,
    /// Whether anyPolicy is among them.
    pub(crate) any: bool,
    /// The policies by encoded identifier: those listed, and those that a mapping makes out of anyPolicy.
    pub(crate) named: BTreeMap<Box<[u8]>, Mapping>,
    /// requireExplicitPolicy.
    pub(crate) require_explicit: Option<i64>,
    /// inhibitPolicyMapping.
    pub(crate) inhibit_mapping: Option<i64>,
    /// inhibitAnyPolicy.
    pub(crate) inhibit_any: Option<i64>,
}

/// What one policy is mapped to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Mapping {
    /// The policies that stand for it below; empty when it is not mapped.
    pub(crate) expected: BTreeSet<Box<[u8]>>,
    /// Whether OpenSSL takes each of `expected` to be wanted below (`POLICY_DATA_FLAG_MAPPED`). The first mapping of a
    /// policy that only anyPolicy stands for does not count; a second one of the same policy does.
    pub(crate) counted: bool,
}

/// Why a certificate's policies are invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PolicyDefect {
    extension: &'static str,
    why: PolicyFlaw,
}

/// What may be wrong with a policy extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PolicyFlaw {
    Encoding(DerFault),
    ExtensionTwice,
    PolicyTwice,
    Empty,
    AnyMapped,
    Negative,
}

impl From<DerFault> for PolicyFlaw {
    fn from(fault: DerFault) -> Self {
        Self::Encoding(fault)
    }
}

impl PolicyDefect {
    /// Any defect, for tests.
    #[cfg(test)]
    pub(crate) const EXAMPLE: Self = Self { extension: "policyMappings", why: PolicyFlaw::Empty };

    /// As text for messages.
    pub(crate) fn text(&self) -> String {
        let name = self.extension;
        match self.why {
            PolicyFlaw::Encoding(fault) => format!("its {name} cannot be read: {fault}"),
            PolicyFlaw::ExtensionTwice => format!("it has more than one {name}"),
            PolicyFlaw::PolicyTwice => format!("its {name} lists a policy twice"),
            PolicyFlaw::Empty => format!("its {name} is empty"),
            PolicyFlaw::AnyMapped => format!("its {name} maps to or from anyPolicy"),
            PolicyFlaw::Negative => format!("its {name} has a negative number"),
        }
    }
}

impl Policies {
    /// Notes a mapping; one of a policy that neither stands there nor is stood for by anyPolicy means nothing.
    pub(crate) fn map(&mut self, from: &[u8], to: &[u8]) {
        if let Some(mapping) = self.named.get_mut(from) {
            mapping.counted = true;
            mapping.expected.insert(to.into());
        } else if self.any {
            let mapping = Mapping { expected: BTreeSet::from([to.into()]), counted: false };
            self.named.insert(from.into(), mapping);
        }
    }
}

/// Reads them; `find` gives the value of an extension, and an error if it is there twice.
pub(super) fn read<'a>(find: impl Fn(&[u8]) -> Result<Option<&'a [u8]>, PolicyFlaw>) -> Policies {
    let mut found = Policies::default();
    match fill(&mut found, find) {
        Ok(()) => found,
        Err(defect) => Policies { defect: Some(defect), ..Policies::default() },
    }
}

/// Fills in everything, in the order of which the first defect counts.
fn fill<'a>(
    found: &mut Policies,
    find: impl Fn(&[u8]) -> Result<Option<&'a [u8]>, PolicyFlaw>,
) -> Result<(), PolicyDefect> {
    let mut step = |kind: &[u8], extension, decode: fn(&[u8], &mut Policies) -> Result<(), PolicyFlaw>| {
        let outcome = find(kind).and_then(|value| value.map_or(Ok(()), |value| decode(value, found)));
        outcome.map(|()| found.present).map_err(|why| PolicyDefect { extension, why })
    };
    step(oid::POLICY_CONSTRAINTS, "policyConstraints", policy_constraints)?;
    if step(oid::CERTIFICATE_POLICIES, "certificatePolicies", certificate_policies)? {
        step(oid::POLICY_MAPPINGS, "policyMappings", policy_mappings)?;
        step(oid::INHIBIT_ANY_POLICY, "inhibitAnyPolicy", inhibit_any_policy)?;
    }
    Ok(())
}

/// A number of certificates. One too large for a long is as good as none.
fn count(number: &Tlv<'_>) -> Result<Option<i64>, PolicyFlaw> {
    let content = number.integer()?;
    if content.first().is_some_and(|first| first & 0x80 != 0) {
        return Err(PolicyFlaw::Negative);
    }
    Ok(der::small_integer(content))
}

fn policy_constraints(value: &[u8], found: &mut Policies) -> Result<(), PolicyFlaw> {
    let mut fields = Reader::new(value).sequence()?;
    let explicit = fields.optional(Class::Context, 0)?;
    let mapping = fields.optional(Class::Context, 1)?;
    fields.finish()?;
    if explicit.is_none() && mapping.is_none() {
        return Err(PolicyFlaw::Empty);
    }
    found.require_explicit = explicit.as_ref().map(count).transpose()?.flatten();
    found.inhibit_mapping = mapping.as_ref().map(count).transpose()?.flatten();
    Ok(())
}

fn inhibit_any_policy(value: &[u8], found: &mut Policies) -> Result<(), PolicyFlaw> {
    found.inhibit_any = count(&Reader::new(value).expect(der::INTEGER)?)?;
    Ok(())
}

/// An empty list is as good as none.
fn certificate_policies(value: &[u8], found: &mut Policies) -> Result<(), PolicyFlaw> {
    let mut list = Reader::new(value).sequence_of()?;
    let mut repeated = false;
    while !list.is_empty() {
        let mut fields = list.sequence()?;
        let policy = fields.expect(der::OBJECT)?.object()?;
        if !fields.is_empty() {
            qualifiers(fields.sequence_of()?)?;
        }
        fields.finish()?;
        found.present = true;
        repeated |= if policy == oid::ANY_POLICY {
            std::mem::replace(&mut found.any, true)
        } else {
            found.named.insert(policy.into(), Mapping::default()).is_some()
        };
    }
    if repeated { Err(PolicyFlaw::PolicyTwice) } else { Ok(()) }
}

fn policy_mappings(value: &[u8], found: &mut Policies) -> Result<(), PolicyFlaw> {
    let mut list = Reader::new(value).sequence_of()?;
    let mut pairs = Vec::new();
    while !list.is_empty() {
        let mut fields = list.sequence()?;
        let from = fields.expect(der::OBJECT)?.object()?;
        let to = fields.expect(der::OBJECT)?.object()?;
        fields.finish()?;
        pairs.push((from, to));
    }
    if pairs.is_empty() {
        return Err(PolicyFlaw::Empty);
    }
    if pairs.iter().any(|(from, to)| [from, to].contains(&&oid::ANY_POLICY)) {
        return Err(PolicyFlaw::AnyMapped);
    }
    for (from, to) in pairs {
        found.map(from, to);
    }
    Ok(())
}

/// Qualifiers mean nothing to verification, but they must be readable.
fn qualifiers(mut list: Reader<'_>) -> Result<(), DerFault> {
    while !list.is_empty() {
        let mut fields = list.sequence()?;
        match fields.expect(der::OBJECT)?.object()? {
            oid::CPS_QUALIFIER => fields.expect(IA5_STRING)?.string().map(|_| ())?,
            oid::USER_NOTICE_QUALIFIER => user_notice(fields.sequence()?)?,
            _ => fields.any()?.well_formed()?,
        }
        fields.finish()?;
    }
    Ok(())
}

fn user_notice(mut fields: Reader<'_>) -> Result<(), DerFault> {
    if let Some(reference) = fields.optional(Class::Universal, der::SEQUENCE)? {
        if !reference.constructed {
            return Err(DerFault::WrongTag);
        }
        let mut reference = reference.inside();
        display_text(&reference.any()?)?;
        let mut numbers = reference.sequence_of()?;
        while !numbers.is_empty() {
            numbers.expect(der::INTEGER)?.integer()?;
        }
        reference.finish()?;
    }
    if !fields.is_empty() {
        display_text(&fields.any()?)?;
    }
    fields.finish()
}

const IA5_STRING: u32 = 22;
const VISIBLE_STRING: u32 = 26;

/// `DisplayText`.
fn display_text(value: &Tlv<'_>) -> Result<(), DerFault> {
    let kinds = [der::UTF8_STRING, IA5_STRING, VISIBLE_STRING, der::BMP_STRING];
    if value.class == Class::Universal && kinds.contains(&value.tag) {
        value.well_formed()
    } else {
        Err(DerFault::WrongTag)
    }
}

#[cfg(test)]
mod tests;
