//! The result of a validation.

use faultfinder_taxonomy::Fact;

/// How far an answer can be trusted (RFC 4033 section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "closed: the four states of RFC 4033 section 5")]
pub enum Security {
    /// Signed, from the trust anchor to the answer.
    Secure,
    /// Proven not to be signed: no DS record leads to it, or with algorithms that are not supported.
    Insecure,
    /// Unknown: a part of the chain of trust is not available, or there is no anchor above it.
    Indeterminate,
    /// It should be signed, but a signature or proof is missing or wrong.
    Bogus,
}

/// The result of a validation with its reason.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Validation {
    /// The result.
    pub status: Security,
    /// The name of the reason when the answer is not secure: a name of the registry of extended errors (RFC 8914) as the
    /// taxonomy writes it, such as `SIGNATURE_EXPIRED`.
    pub name: Option<&'static str>,
    /// The reason when the answer is not secure, as a sentence fragment.
    pub reason: Option<String>,
    /// The record set that the reason is about: `www.a.test A`.
    pub record_set: Option<String>,
    /// The zone that the reason is about.
    pub zone: Option<String>,
    /// The content of the signature that the reason is about.
    pub signature: Option<Fact>,
    /// The zones from the trust anchor downwards, each with the reason for its status.
    pub chain: Vec<String>,
    /// Zones whose signatures hold, but have an algorithm that is deprecated, so that others may treat them as unsigned:
    /// `a.test is signed with RSASHA1`.
    pub deprecated: Vec<String>,
    /// How many queries were sent in addition to the test's own.
    pub queries: u32,
    /// How many signatures were verified.
    pub verifications: u32,
}

impl Security {
    /// The word for it in results and assertions.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Secure => "secure",
            Self::Insecure => "insecure",
            Self::Indeterminate => "indeterminate",
            Self::Bogus => "bogus",
        }
    }
}

impl Validation {
    /// Secure, until a problem is found.
    #[cfg(feature = "dnssec")]
    pub(crate) const fn secure() -> Self {
        Self {
            status: Security::Secure,
            name: None,
            reason: None,
            record_set: None,
            zone: None,
            signature: None,
            chain: Vec::new(),
            deprecated: Vec::new(),
            queries: 0,
            verifications: 0,
        }
    }

    /// There is nothing to validate.
    #[cfg(feature = "dnssec")]
    pub(crate) fn impossible(reason: String) -> Self {
        Self {
            status: Security::Indeterminate,
            name: Some("DNSSEC_INDETERMINATE"),
            reason: Some(reason),
            ..Self::secure()
        }
    }

    /// The same for evidence and results.
    #[must_use]
    pub fn to_fact(&self) -> Fact {
        let text = |text: &Option<String>| text.as_deref().map(Fact::from);
        let facts = [
            ("status", Some(self.status.as_str().into())),
            ("name", self.name.map(Fact::from)),
            ("reason", text(&self.reason)),
            ("record_set", text(&self.record_set)),
            ("zone", text(&self.zone)),
            ("signature", self.signature.clone()),
            ("chain", Some(self.chain.clone().into())),
            ("queries", Some(self.queries.into())),
            ("verifications", Some(self.verifications.into())),
        ];
        Fact::Map(facts.into_iter().filter_map(|(name, fact)| Some((name.to_owned(), fact?))).collect())
    }
}
