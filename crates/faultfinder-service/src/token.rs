//! Tokens: what they may do, and how they are kept.

use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

/// Owners that no share is kept for: files, who needs no token, and the admin token.
pub(crate) const ADMINISTRATORS: [&str; 3] = ["", "local", "admin"];

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(clippy::exhaustive_enums, reason = "closed: the contract names these five")]
pub enum Scope {
    /// Read tests.
    #[serde(rename = "tests:read")]
    TestsRead,
    /// Create, replace, pause and delete tests.
    #[serde(rename = "tests:write")]
    TestsWrite,
    /// Run tests now, also such as are not kept.
    #[serde(rename = "runs:execute")]
    RunsExecute,
    /// Read results and uptime.
    #[serde(rename = "results:read")]
    ResultsRead,
    /// Everything, also tokens.
    #[serde(rename = "admin")]
    Admin,
}

impl Scope {
    /// All of them.
    pub const ALL: &[Self] =
        &[Self::TestsRead, Self::TestsWrite, Self::RunsExecute, Self::ResultsRead, Self::Admin];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TestsRead => "tests:read",
            Self::TestsWrite => "tests:write",
            Self::RunsExecute => "runs:execute",
            Self::ResultsRead => "results:read",
            Self::Admin => "admin",
        }
    }

    /// The scope of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.as_str() == name)
    }
}

/// A token as it is kept: what it may do, never what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a row of the store")]
pub struct Token {
    /// Names it in lists and in the audit log.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is refused; never when there is none.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// The SHA-256 of a token. A token has 256 random bits, so nothing slower is needed, and looking one up by its hash tells
/// nothing about it by the time that it takes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The shortest token of an administrator that cannot be guessed, in bytes.
    pub const ADMIN_BYTES_MIN: usize = 16;

    /// The longest token that is looked up, in bytes: no longer one is ever accepted.
    pub const BYTES_MAX: usize = 256;

    /// The hash of a token as its owner writes it.
    #[must_use]
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    /// Whether both are of the same token; takes the same time whatever they are.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).fold(0, |different, (one, other)| different | (one ^ other)) == 0
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenHash(..)")
    }
}
