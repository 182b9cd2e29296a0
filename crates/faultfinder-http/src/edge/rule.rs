//! One row of the rules: what a product sends when it answers in place of the application.

use faultfinder_taxonomy::{EdgeConfidence, EdgeFinding, EdgeProvider};

/// A rule: it holds if everything in it holds.
pub(super) struct Rule {
    /// Who has answered then.
    pub(super) provider: EdgeProvider,
    /// What it has done.
    pub(super) finding: EdgeFinding,
    /// How sure that is: marks that other software can send as well are at most likely, and never alone.
    pub(super) confidence: EdgeConfidence,
    /// The statuses with which it is sent.
    pub(super) statuses: Statuses,
    /// What the body is.
    pub(super) media: Media,
    /// Header fields; one of each group.
    pub(super) headers: &'static [&'static [Field]],
    /// Words of the body in lower case; one of each group.
    pub(super) body: &'static [&'static [&'static str]],
    /// The longest body that is looked at, in bytes; for rules of successful responses that no header field supports.
    pub(super) body_bytes_max: usize,
    /// Where the identifier of the request may be.
    pub(super) reference: &'static [Reference],
}

/// Statuses with which something is sent.
#[derive(Clone, Copy)]
pub(super) enum Statuses {
    /// 400 to 599.
    Errors,
    /// 200 to 599.
    Any,
    /// One of these.
    These(&'static [u16]),
    /// One of these, which are part of the evidence.
    Telling(&'static [u16]),
}

/// What a body is, by its `content-type`.
#[derive(Clone, Copy)]
pub(super) enum Media {
    /// HTML or plain text, or it does not say what it is.
    Page,
    /// JSON.
    Json,
    /// Anything.
    Any,
}

/// A condition on a header field.
pub(super) struct Field {
    /// Its name in lower case.
    pub(super) name: &'static str,
    pub(super) value: Value,
}

/// A condition on the value of a field. Case does not matter.
pub(super) enum Value {
    /// It is there.
    Any,
    /// It is this.
    Is(&'static str),
    /// It begins with this, in lower case.
    Begins(&'static str),
    /// A cookie whose name has this in it is set, in lower case. Its value is never shown.
    Cookie(&'static str),
}

/// Where the identifier of a request is.
#[derive(Clone, Copy)]
pub(super) enum Reference {
    /// The value of this field.
    Header(&'static str),
    /// Behind these words of the body, in lower case.
    After(&'static str),
}

/// Longest page of a successful response that is looked at without support by a header field, in bytes. The pages of
/// firewalls that answer with 200 have fewer than 3,300.
pub(super) const SMALL: usize = 4 << 10;

/// A rule about pages of error responses that nothing meets yet: header fields or words belong into it.
pub(super) const fn rule(provider: EdgeProvider, finding: EdgeFinding, confidence: EdgeConfidence) -> Rule {
    Rule {
        provider,
        finding,
        confidence,
        statuses: Statuses::Errors,
        media: Media::Page,
        headers: &[],
        body: &[],
        body_bytes_max: usize::MAX,
        reference: &[],
    }
}

/// A field with a value that is this.
pub(super) const fn is(name: &'static str, value: &'static str) -> Field {
    Field { name, value: Value::Is(value) }
}

/// A field with a value that begins with this.
pub(super) const fn begins(name: &'static str, value: &'static str) -> Field {
    Field { name, value: Value::Begins(value) }
}

/// A field that is there.
pub(super) const fn has(name: &'static str) -> Field {
    Field { name, value: Value::Any }
}

/// A cookie that is set, by a part of its name.
pub(super) const fn sets_cookie(name: &'static str) -> Field {
    Field { name: "set-cookie", value: Value::Cookie(name) }
}

impl Statuses {
    /// Whether a status is one of these.
    pub(super) fn admit(self, status: u16) -> bool {
        match self {
            Self::Errors => matches!(status, 400..=599),
            Self::Any => matches!(status, 200..=599),
            Self::These(statuses) | Self::Telling(statuses) => statuses.contains(&status),
        }
    }
}
