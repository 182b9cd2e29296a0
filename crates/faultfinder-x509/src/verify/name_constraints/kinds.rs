//! One name against one subtree of its kind (`nc_match_single`).
//!
//! # Decisions
//!
//! * A subtree of DNS names that begins with a dot covers longer names only, an empty one everything; RFC 5280 knows
//!   neither. `*` is an ordinary character.
//! * The mask of an address is taken as it is, with holes if it has any.
//! * Nothing covers x400Address, ediPartyName, registeredID and any otherName but mailboxes in UTF-8 (RFC 8398 section 6):
//!   a subtree of such a kind cannot be obeyed, so a name of that kind is refused.

use super::comparison::{Obstacle, before_suffix};
use super::{mailbox, uri};
use crate::der;
use crate::extensions::Subtree;
use crate::general_name::GeneralName;
use crate::name::Name;
use crate::oid::{self, Oid};

/// A name by the kind of subtree that concerns it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Directory(&'a Name),
    Email(&'a [u8]),
    /// A mailbox in an otherName: subtrees of mail addresses concern it. Nothing if it is not in UTF-8.
    Mailbox(Option<&'a [u8]>),
    Dns(&'a [u8]),
    Uri(&'a [u8]),
    Ip(&'a [u8]),
    Other(&'a Oid),
    X400,
    EdiParty,
    RegisteredId,
}

impl<'a> Value<'a> {
    pub(super) fn of(name: &'a GeneralName) -> Self {
        match name {
            GeneralName::Other { kind, tag, value } if kind.as_bytes() == oid::SMTP_UTF8_MAILBOX => {
                Self::Mailbox((*tag == der::UTF8_STRING).then_some(value))
            }
            GeneralName::Other { kind, .. } => Self::Other(kind),
            GeneralName::Email(text) => Self::Email(text),
            GeneralName::Dns(text) => Self::Dns(text),
            GeneralName::X400 => Self::X400,
            GeneralName::Directory(name) => Self::Directory(name),
            GeneralName::EdiParty => Self::EdiParty,
            GeneralName::Uri(text) => Self::Uri(text),
            GeneralName::Ip(bytes) => Self::Ip(bytes),
            GeneralName::RegisteredId(_) => Self::RegisteredId,
        }
    }

    /// Whether a subtree is about names of this kind.
    pub(super) fn concerns(self, base: &GeneralName) -> bool {
        match base {
            GeneralName::Other { kind, .. } => matches!(self, Self::Other(own) if own == kind),
            GeneralName::Email(_) => matches!(self, Self::Email(_) | Self::Mailbox(_)),
            GeneralName::Dns(_) => matches!(self, Self::Dns(_)),
            GeneralName::X400 => matches!(self, Self::X400),
            GeneralName::Directory(_) => matches!(self, Self::Directory(_)),
            GeneralName::EdiParty => matches!(self, Self::EdiParty),
            GeneralName::Uri(_) => matches!(self, Self::Uri(_)),
            GeneralName::Ip(_) => matches!(self, Self::Ip(_)),
            GeneralName::RegisteredId(_) => matches!(self, Self::RegisteredId),
        }
    }
}

/// Whether a name is in a subtree of its kind.
pub(super) fn is_within(value: Value<'_>, subtree: &Subtree) -> Result<bool, Obstacle> {
    match (value, &subtree.base) {
        (Value::Directory(name), GeneralName::Directory(base)) => Ok(name.starts_with(base)),
        (Value::Email(text), GeneralName::Email(base)) => mailbox::is_within(text, base),
        (Value::Mailbox(text), GeneralName::Email(base)) => {
            mailbox::is_unicode_within(text, base, &subtree.unicode)
        }
        (Value::Dns(text), GeneralName::Dns(base)) => Ok(is_host_within(text, base)),
        (Value::Uri(text), GeneralName::Uri(base)) => uri::is_within(text, base),
        (Value::Ip(bytes), GeneralName::Ip(base)) => is_address_within(bytes, base),
        _ => Err(Obstacle::Kind),
    }
}

fn is_host_within(host: &[u8], base: &[u8]) -> bool {
    let Some(before) = before_suffix(host, base) else { return false };
    before.is_empty() || base.is_empty() || base.starts_with(b".") || before.ends_with(b".")
}

fn is_address_within(address: &[u8], base: &[u8]) -> Result<bool, Obstacle> {
    if !matches!(address.len(), 4 | 16) {
        return Err(Obstacle::Name("it is neither an IPv4 nor an IPv6 address"));
    }
    if !matches!(base.len(), 8 | 32) {
        return Err(Obstacle::Constraint("it is not an IPv4 or IPv6 address with a mask"));
    }
    let (network, mask) = base.split_at(base.len() / 2);
    let mut bits = address.iter().zip(network).zip(mask);
    Ok(address.len() == network.len() && bits.all(|((own, base), mask)| own & mask == base & mask))
}

/// The bytes that a comparison may have to read.
pub(super) fn length(name: &GeneralName) -> usize {
    match name {
        GeneralName::Other { value: text, .. }
        | GeneralName::Email(text)
        | GeneralName::Dns(text)
        | GeneralName::Uri(text)
        | GeneralName::Ip(text) => text.len(),
        GeneralName::Directory(name) => name.canonical().len(),
        GeneralName::RegisteredId(kind) => kind.as_bytes().len(),
        GeneralName::X400 | GeneralName::EdiParty => 0,
    }
}
