//! What is known of a test at load.

use crate::expectation::{Expectation, compile};
use crate::objections::{Objections, TlsChecks};
use crate::place::Placed;
use crate::protocol::{self, Probe};
use crate::redact::Redactor;
use crate::render::Renderer;
use crate::scope::Scope;
use crate::section::Section;
use faultfinder_assert::Assertion;
use faultfinder_spec::{Diagnostic, Retry, Source, Test};
use faultfinder_taxonomy::{Fault, Protocol};
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
    /// What is wrong with its request, as far as it shows at load.
    objections: Vec<Fault>,
    /// The first thing that is wrong with its TLS settings, which are checked at load only.
    tls_objection: Option<Fault>,
}

/// Everything that one run needs.
#[derive(Clone)]
pub(crate) struct Prepared {
    pub(crate) name: String,
    /// The request. It must not be sent when there is an objection.
    pub(crate) built: Arc<dyn Probe>,
    /// What is wrong with the request.
    pub(crate) objection: Option<Fault>,
    pub(crate) assertions: Arc<[Assertion]>,
    pub(crate) redactor: Redactor,
    pub(crate) warnings: Vec<String>,
    /// Fields that the probe calls by another name: its own, and that of the definition.
    aliases: Vec<(String, String)>,
}

impl PlannedTest {
    /// Plans a test: its request is made and checked, and kept when it does not differ from run to run.
    pub(crate) fn new(
        test: Test,
        expectations: Vec<Expectation>,
        source: &Arc<Source>,
        scope: &Arc<Scope>,
        tls: &mut TlsChecks,
    ) -> Self {
        let id = id(source.name(), test.name.as_written());
        let (source, scope) = (Arc::clone(source), Arc::clone(scope));
        let mut planned = Self {
            test,
            id,
            source,
            scope,
            expectations,
            fixed: None,
            objections: Vec::new(),
            tls_objection: None,
        };
        let (mut prepared, mut objections, dynamic) = planned.prepare(0, &mut || 0);
        planned.tls_objection = objections.add_tls(prepared.built.as_ref(), tls);
        planned.objections = objections.into_faults();
        prepared.objection = planned.objections.first().cloned();
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

    /// Name of the file that defines it as results show it: `run .` and `run a.yaml` name the same file alike.
    #[must_use]
    pub fn shown_file(&self) -> &str {
        let name = self.file();
        name.strip_prefix("./").filter(|rest| !rest.is_empty()).unwrap_or(name)
    }

    /// The line of its name in that file, from 1.
    #[must_use]
    pub const fn line(&self) -> u32 {
        self.test.name.place().line
    }

    /// A hash of what is written of it and of the variables of its file: another one when either has changed. The same
    /// in every process, so that it can be stored. It is not cryptographic: who knows all of it can guess a secret in it.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.test.fingerprint ^ self.scope.fingerprint.rotate_left(1)
    }

    /// The protocol.
    #[must_use]
    pub const fn protocol(&self) -> Protocol {
        self.test.request.protocol
    }

    /// How often it runs on a schedule.
    #[must_use]
    pub const fn every(&self) -> Option<Duration> {
        self.test.every
    }

    /// The host and the port that it is about, as far as they are the same in every run and known.
    #[must_use]
    pub fn target(&self) -> Option<String> {
        let probe = &self.fixed.as_ref()?.built;
        let host = probe.host()?.to_text();
        Some(match probe.port() {
            Some(port) => format!("{host}:{port}"),
            None => host,
        })
    }

    /// Words to group it by.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.test.tags.iter().map(|tag| tag.value.as_str())
    }

    /// What is wrong with its request, as far as it shows at load: fields that cannot be, files that cannot be read,
    /// settings that contradict each other. A run of the test ends with the first of them.
    #[must_use]
    pub fn objections(&self) -> Vec<Diagnostic> {
        self.objections.iter().map(|fault| self.place(fault).diagnostic(fault, &self.source)).collect()
    }

    /// Where a fault of the definition is.
    pub(crate) fn place(&self, fault: &Fault) -> Placed {
        Placed::of(fault, &self.test, self.aliases())
    }

    /// Fields that the probe calls by another name, when they are the same in every run.
    pub(crate) fn aliases(&self) -> &[(String, String)] {
        self.fixed.as_ref().map_or(&[], |fixed| &fixed.aliases)
    }

    pub(crate) const fn retry(&self) -> Retry {
        self.test.retry
    }

    /// What this run needs: made at load, or made for a moment in milliseconds since 1970, with random bits.
    pub(crate) fn prepared(&self, now_ms: i64, random: &mut dyn FnMut() -> u64) -> Cow<'_, Prepared> {
        match &self.fixed {
            Some(fixed) => Cow::Borrowed(fixed),
            None => {
                let (mut prepared, objections, _) = self.prepare(now_ms, random);
                prepared.objection =
                    objections.into_faults().into_iter().next().or_else(|| self.tls_objection.clone());
                Cow::Owned(prepared)
            }
        }
    }

    /// Makes what a run needs, what is wrong with it, and whether it will differ in the next one.
    fn prepare(&self, now_ms: i64, random: &mut dyn FnMut() -> u64) -> (Prepared, Objections, bool) {
        let mut renderer = Renderer::new(&self.scope, now_ms, random);
        let name = renderer.text("name", &self.test.name).unwrap_or_else(|| self.name().to_owned());
        let hide_name = renderer.is_secret(&self.test.name);
        let mut assertions = Vec::new();
        for (index, expectation) in self.expectations.iter().enumerate() {
            match expectation {
                Expectation::Ready(assertion) => assertions.push(assertion.as_ref().clone()),
                Expectation::Templated(written) => {
                    assertions.extend(compile(written, &format!("assert[{index}]"), &mut renderer));
                }
            }
        }
        let protocol = self.protocol();
        let path = protocol.as_str().to_owned();
        let mut section = Section::new(&mut renderer, &self.test.request.fields, path);
        let built = protocol::build(protocol, &mut section, &assertions);
        let Renderer { dynamic, secrets, faults, warnings, aliases, unknown, .. } = renderer;
        let objections = Objections::new(faults, unknown, &aliases, built.as_ref(), protocol);
        let redactor = secrets.into_redactor();
        let name = if hide_name { redactor.hidden(&name).into_owned() } else { name };
        let assertions = assertions.into();
        let prepared = Prepared { name, built, objection: None, assertions, redactor, warnings, aliases };
        (prepared, objections, dynamic)
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
