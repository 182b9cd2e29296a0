//! An answer, whatever its protocol: what assertions, results and faults read of it.

use faultfinder_assert::{Assertion, Observation};
use faultfinder_taxonomy::{ErrorBody, Fact, Fault, Phase};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

/// A complete answer.
pub(crate) trait Answer: std::fmt::Debug + Send + Sync {
    /// Shows assertions what is in the answer.
    fn observe<'a>(&'a self, seen: &mut Observation<'a>);

    /// The answer in short; more of it when the test failed.
    fn summary(&self, failed: bool) -> BTreeMap<String, Fact>;

    /// The fault of an answer that is not good enough, with what the answer says about the reason.
    fn explain(&self, fault: Fault) -> Fault {
        fault
    }

    /// The assertion that a test makes without saying so.
    fn implied(&self, _assertions: &[Assertion]) -> Option<Assertion> {
        None
    }

    /// What people should know of the answer although nothing failed.
    fn warning(&self) -> Option<String> {
        None
    }

    /// The fault that the answer's status is by itself, unless an assertion accepts it.
    fn status_fault(&self) -> Option<Fault> {
        None
    }

    /// What the tested API says of its own failure, when it says it in the platform's envelope.
    fn error_envelope(&self) -> Option<ErrorBody> {
        None
    }

    /// How long the target asks to wait before it is asked again.
    fn retry_after(&self, _now: SystemTime) -> Option<Duration> {
        None
    }

    /// What is known of a body that was longer than what is kept.
    fn cut(&self) -> Option<Cut> {
        None
    }

    /// The answer refuses the credentials that the test has.
    fn credentials_refused(&self) -> Option<Refusal<'_>> {
        None
    }
}

/// A body of which only the beginning was kept.
pub(crate) struct Cut {
    /// What it is, for people.
    pub(crate) what: &'static str,
    /// The name of the fault's detail.
    pub(crate) name: &'static str,
    /// What to do instead.
    pub(crate) hint: &'static str,
    /// The limit of its protocol, in bytes.
    pub(crate) kept: usize,
    /// What is counted, and how many bytes of it came: before a content coding was taken off or JSON made of it.
    pub(crate) received: (&'static str, u64),
}

/// An answer that refuses credentials: its status and headers, and the phase in which it came.
pub(crate) struct Refusal<'a> {
    pub(crate) status: u16,
    pub(crate) headers: &'a [(String, Vec<u8>)],
    pub(crate) phase: Phase,
    /// Why the challenge could not be answered, when that was tried.
    pub(crate) unanswerable: Option<&'a str>,
}

/// Named facts.
pub(super) fn facts<const N: usize>(entries: [(&str, Fact); N]) -> BTreeMap<String, Fact> {
    entries.into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect()
}
