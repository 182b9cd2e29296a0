//! What single extensions say.

use std::sync::OnceLock;

use crate::general_name::GeneralName;
use crate::name::Name;
use crate::oid::{self, Oid};

/// A fact of one extension and whether that extension is critical.
#[derive(Debug, Clone)]
pub(crate) struct Marked<T> {
    pub(crate) value: T,
    pub(crate) critical: bool,
}

/// extKeyUsage.
#[derive(Debug, Clone)]
pub(crate) struct ExtendedKeyUsage {
    pub(super) usages: Vec<Oid>,
}

impl ExtendedKeyUsage {
    pub(crate) fn has(&self, usage: &[u8]) -> bool {
        self.usages.iter().any(|oid| oid.as_bytes() == usage)
    }

    pub(crate) fn has_any(&self, usages: &[&[u8]]) -> bool {
        usages.iter().any(|usage| self.has(usage))
    }

    /// As text for messages.
    pub(crate) fn text(&self) -> String {
        let names: Vec<String> = self.usages.iter().map(|oid| oid::label(oid.as_bytes())).collect();
        if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
    }
}

/// authorityKeyIdentifier.
#[derive(Debug, Clone)]
pub(crate) struct AuthorityKeyId {
    pub(crate) key_id: Option<Box<[u8]>>,
    /// The first directoryName among the issuer's names.
    pub(crate) issuer: Option<Name>,
    pub(crate) serial: Option<Box<[u8]>>,
}

/// One subtree of nameConstraints.
#[derive(Debug, Clone)]
pub(crate) struct Subtree {
    pub(crate) base: GeneralName,
    /// Whether it has a minimum other than zero or any maximum.
    pub(crate) bounded: bool,
    /// The base with its A-labels decoded, once a mailbox in UTF-8 was compared with it; nothing if they are broken.
    pub(crate) unicode: OnceLock<Option<Box<[u8]>>>,
}

impl Subtree {
    pub(crate) const fn new(base: GeneralName, bounded: bool) -> Self {
        Self { base, bounded, unicode: OnceLock::new() }
    }
}

/// nameConstraints.
#[derive(Debug, Clone)]
pub(crate) struct NameConstraints {
    pub(crate) permitted: Vec<Subtree>,
    pub(crate) excluded: Vec<Subtree>,
}

/// proxyCertInfo.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProxyInfo {
    pub(crate) path_length: Option<i64>,
}
