//! What is known of a test at load.

use crate::expectation::{Expectation, compile};
use crate::protocol::{self, ProbeRequest, place_of};
use crate::redact::Redactor;
use crate::render::Renderer;
use crate::scope::Scope;
use faultfinder_assert::Assertion;
use faultfinder_spec::{Diagnostic, Request, Retry, Source, Test};
use faultfinder_taxonomy::{Detail, Fault, Protocol};
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

/// A test that is ready to be run.
pub struct PlannedTest {
    pub(crate) test: Test,
    pub(crate) id: String,
    pub(crate) source: Arc<Source>,
    scope: Arc<Scope>,
    expectations: Vec<Expectation>,
    /// What is the same in every run, when all of it is.
    fixed: Option<Prepared>,
}

/// Everything that one run needs.
#[derive(Clone)]
pub(crate) struct Prepared {
    pub(crate) name: String,
    /// The request, or what is wrong with it.
    pub(crate) request: Result<ProbeRequest, Fault>,
    pub(crate) assertions: Vec<Assertion>,
    pub(crate) redactor: Redactor,
    pub(crate) warnings: Vec<String>,
}

impl PlannedTest {
    /// Plans a test. Its request is made ready, when it does not differ from run to run.
    pub(crate) fn new(
        test: Test,
        expectations: Vec<Expectation>,
        source: &Arc<Source>,
        scope: &Arc<Scope>,
    ) -> Self {
        let id = id(source.name(), test.name.as_written());
        let (source, scope) = (Arc::clone(source), Arc::clone(scope));
        let mut planned = Self { test, id, source, scope, expectations, fixed: None };
        let (prepared, dynamic) = planned.prepare(0, &mut || 0);
        planned.fixed = (!dynamic).then_some(prepared);
        planned
    }

    /// Its name as written.
    #[must_use]
    pub fn name(&self) -> &str {
        self.test.name.as_written()
    }

    /// Stable id: 16 hexadecimal digits of a digest of the file's name and the test's name.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Name of the file that defines it.
    #[must_use]
    pub fn file(&self) -> &str {
        self.source.name()
    }

    /// A hash of what is written of it and of the variables of its file: another one when either has changed. Means
    /// nothing to another build of this program.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.test.fingerprint ^ self.scope.fingerprint.rotate_left(1)
    }

    /// The protocol.
    #[must_use]
    pub const fn protocol(&self) -> Protocol {
        self.test.protocol()
    }

    /// How often it runs on a schedule.
    #[must_use]
    pub const fn every(&self) -> Option<Duration> {
        self.test.every
    }

    /// Words to group it by.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.test.tags.iter().map(|tag| tag.value.as_str())
    }

    /// What is wrong with its request, as far as it shows before the request is made.
    pub(crate) fn mistake(&self) -> Option<Diagnostic> {
        let prepared = self.prepared(0, &mut || 0);
        let fault = prepared.request.as_ref().err()?;
        let place = match &fault.detail {
            Detail::Definition { field, .. } => place_of(&self.test.request, field),
            _ => self.test.name.place(),
        };
        let diagnostic =
            Diagnostic::error(&self.source, place, &fault.message).with_name(fault.detail.name());
        Some(match fault.hints.first() {
            Some(hint) => diagnostic.with_help(hint.clone()),
            None => diagnostic,
        })
    }

    pub(crate) const fn retry(&self) -> Retry {
        self.test.retry
    }

    pub(crate) const fn request(&self) -> &Request {
        &self.test.request
    }

    /// What this run needs: made at load, or made for a moment in milliseconds since 1970, with random bits.
    pub(crate) fn prepared(&self, now_ms: i64, random: &mut dyn FnMut() -> u64) -> Cow<'_, Prepared> {
        match &self.fixed {
            Some(fixed) => Cow::Borrowed(fixed),
            None => Cow::Owned(self.prepare(now_ms, random).0),
        }
    }

    /// Makes ready what a run needs, and says whether it will differ in the next one.
    fn prepare(&self, now_ms: i64, random: &mut dyn FnMut() -> u64) -> (Prepared, bool) {
        let mut renderer = Renderer::new(&self.source, &self.scope, now_ms, random);
        let mut warnings = Vec::new();
        let name = renderer.text("name", &self.test.name).unwrap_or_else(|_| self.name().to_owned());
        let hide_name = renderer.is_secret(&self.test.name);
        let mut assertions = Vec::new();
        let mut wrong = None;
        for expectation in &self.expectations {
            match expectation {
                Expectation::Ready(assertion) => assertions.push(assertion.as_ref().clone()),
                Expectation::Templated(written) => match compile(written, &mut renderer) {
                    Ok(assertion) => assertions.push(assertion),
                    Err(fault) => wrong = wrong.or(Some(fault)),
                },
            }
        }
        let built = protocol::build(&self.test.request, &mut renderer, &assertions, &mut warnings);
        let request = match (built, wrong) {
            (Ok(request), None) => Ok(request),
            (Err(fault), _) | (Ok(_), Some(fault)) => Err(fault),
        };
        let dynamic = renderer.dynamic;
        let redactor = renderer.secrets.into_redactor();
        let name = if hide_name { redactor.hidden(&name).into_owned() } else { name };
        (Prepared { name, request, assertions, redactor, warnings }, dynamic)
    }
}

impl std::fmt::Debug for PlannedTest {
    /// Shows neither the request nor the variables: there may be secrets in them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlannedTest")
            .field("name", &self.name())
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A digest of two names; the byte between them is in neither.
fn id(file: &str, test: &str) -> String {
    let digest = Sha256::new().chain_update(file).chain_update([0]).chain_update(test).finalize();
    digest.iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
