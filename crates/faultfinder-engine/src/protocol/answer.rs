//! A response, for any protocol: the parts that assertions, results and faults read.

use faultfinder_assert::{Assertion, Observation};
use faultfinder_http::Unanswerable;
use faultfinder_taxonomy::{EdgeAnswer, ErrorBody, Fact, Fault, Phase};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

/// A complete response.
pub(crate) trait Answer: std::fmt::Debug + Send + Sync {
    /// Provides the response's values to assertions.
    fn observe<'a>(&'a self, seen: &mut Observation<'a>);

    /// A summary of the response; with more detail when the test failed.
    fn summary(&self, failed: bool) -> BTreeMap<String, Fact>;

    /// The fault of a response that is not good enough, with the reason that the response gives.
    fn explain(&self, fault: Fault) -> Fault {
        fault
    }

    /// The implicit assertion of a test.
    fn implied(&self, _assertions: &[Assertion]) -> Option<Assertion> {
        None
    }

    /// Who gave the response in place of the application, if anything shows that someone did.
    fn edge(&self) -> Option<EdgeAnswer> {
        None
    }

    /// Warnings about the response although nothing failed.
    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }

    /// The fault that the response's status is by itself, unless an assertion accepts it.
    fn status_fault(&self) -> Option<Fault> {
        None
    }

    /// What the response says about its status, as advice for a test that expects another one.
    fn advice(&self) -> Option<String> {
        None
    }

    /// The tested API's own description of its failure, if it uses the platform's error envelope.
    fn error_envelope(&self) -> Option<ErrorBody> {
        None
    }

    /// How long the target asks clients to wait before they retry.
    fn retry_after(&self, _now: SystemTime) -> Option<Duration> {
        None
    }

    /// What is known about a body that exceeded the limit.
    fn cut(&self) -> Option<Cut> {
        None
    }

    /// Set if the response refuses the test's credentials.
    fn credentials_refused(&self) -> Option<Refusal<'_>> {
        None
    }
}

/// A body of which only the beginning was kept.
pub(crate) struct Cut {
    /// Its name in messages.
    pub(crate) what: &'static str,
    /// The name of the fault's detail.
    pub(crate) name: &'static str,
    /// What to do instead.
    pub(crate) hint: &'static str,
    /// The protocol's limit, in bytes.
    pub(crate) kept: usize,
    /// What is counted, and how many bytes arrived: before a content coding was removed or JSON was created from it.
    pub(crate) received: (&'static str, u64),
}

/// A response that refuses credentials: its status and headers, and the phase in which it arrived.
pub(crate) struct Refusal<'a> {
    pub(crate) status: u16,
    pub(crate) headers: &'a [(String, Vec<u8>)],
    pub(crate) phase: Phase,
    /// Why the challenge could not be answered, if that was tried.
    pub(crate) unanswerable: Option<&'a Unanswerable>,
}

/// Named facts.
pub(super) fn facts<const N: usize>(entries: [(&str, Fact); N]) -> BTreeMap<String, Fact> {
    entries.into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect()
}
