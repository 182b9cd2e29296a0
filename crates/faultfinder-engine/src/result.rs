//! What a run yields: the stable form of results.

use faultfinder_taxonomy::word::Severity;
use faultfinder_taxonomy::{
    BrokeIn, ConnectAttempt, EdgeAnswer, Fact, Fault, HopFacts, Protocol, Timings, TlsFacts,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// One run of one test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestResult {
    /// The test's name.
    pub name: String,
    /// Stable id: a digest of the file's name and the test's name.
    pub id: String,
    /// The id of this result, if the test uses it (`{{ result-id }}`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_id: Option<String>,
    /// The file that defines it, as it was given, without a leading `./`.
    #[serde(default)]
    pub file: String,
    /// The line of its name in that file, from 1.
    #[serde(default)]
    pub line: u32,
    /// The words that it is grouped by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Which of several runs of the test this is, from 1; nothing if it was to run once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repetition: Option<u32>,
    /// What kind of test it is.
    #[serde(rename = "type")]
    pub test_type: TestType,
    /// Where it ran.
    pub location: String,
    /// How it ended.
    pub status: Status,
    /// When it began, RFC 3339 in UTC with milliseconds.
    pub started_at: String,
    /// How long the run took with all its attempts, in milliseconds.
    pub duration_ms: f64,
    /// The phases that the last attempt completed, and the total.
    pub timings: Timings,
    /// The phase in which the last attempt broke.
    pub broke_in: Option<BrokeIn>,
    /// Why the last attempt failed.
    pub fault: Option<Fault>,
    /// What was asserted, and what was found.
    pub assertions: Vec<AssertionResult>,
    /// The attempts before the last one, which is described above: empty when the first one decided.
    pub attempts: Vec<Attempt>,
    /// The steps of a multistep test, in order; those that were not carried out are `skipped`.
    pub steps: Vec<StepResult>,
    /// What each address answered in the last attempt, when the test asks all of them; in the order in which the name
    /// resolved.
    pub addresses: Vec<AddressResult>,
    /// Warnings: what people should know although the test did not fail because of it.
    pub warnings: Vec<String>,
    /// What the last attempt saw: the answer in short, the connection, the TLS session.
    pub observed: Observed,
    /// Whether automatic retries are off for this test until its definition or a secret it uses changes.
    pub retries_off: bool,
}

/// What kind of test a result is of: one request over a protocol, several steps, or a heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: one request, several steps, or a heartbeat")]
pub enum TestType {
    /// One request: `http`.
    Protocol(Protocol),
    /// Several steps: `multistep`.
    Multistep,
    /// What reports by itself: `heartbeat`.
    Heartbeat,
}

const MULTISTEP: &str = "multistep";
const HEARTBEAT: &str = "heartbeat";

impl TestType {
    /// Its word in results.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Protocol(protocol) => protocol.as_str(),
            Self::Multistep => MULTISTEP,
            Self::Heartbeat => HEARTBEAT,
        }
    }
}

impl std::fmt::Display for TestType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for TestType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for TestType {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        if word == MULTISTEP {
            return Ok(Self::Multistep);
        }
        if word == HEARTBEAT {
            return Ok(Self::Heartbeat);
        }
        Protocol::deserialize(serde::de::value::StrDeserializer::new(&word)).map(Self::Protocol)
    }
}

/// One step of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepResult {
    /// Its name; `step 2` when it has none.
    pub name: String,
    /// What it does.
    #[serde(rename = "type")]
    pub step_type: StepType,
    /// How it ended.
    pub status: StepStatus,
    /// Whether the next step follows even if it fails.
    pub allow_failure: bool,
    /// How long it took with all its attempts, in milliseconds.
    pub duration_ms: f64,
    /// The phases that its last attempt completed, and the total.
    pub timings: Timings,
    /// The phase in which its last attempt broke.
    pub broke_in: Option<BrokeIn>,
    /// Why it failed.
    pub fault: Option<Fault>,
    /// Why it was not carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
    /// What was asserted, and what was found.
    pub assertions: Vec<AssertionResult>,
    /// The attempts before the last one.
    pub attempts: Vec<Attempt>,
    /// How often it was carried out, if it was repeated until something held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeated: Option<u32>,
    /// The values that were taken out of the answer, by the name of the variable; secret ones as `***`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extracted: BTreeMap<String, String>,
    /// What people should know although the step did not fail because of it.
    pub warnings: Vec<String>,
    /// What its last attempt saw.
    pub observed: Observed,
    /// The steps of another test that it carried out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Self>,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "closed: what a step can do")]
pub enum StepType {
    /// It waits.
    Wait,
    /// It carries out another test.
    Run,
    /// It sends a request.
    #[serde(untagged)]
    Protocol(Protocol),
}

impl StepType {
    /// Its word in results.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::Run => "run",
            Self::Protocol(protocol) => protocol.as_str(),
        }
    }
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "closed: the result format names these four")]
pub enum StepStatus {
    /// Everything held.
    Passed,
    /// The target failed it.
    Failed,
    /// It could not be carried out: a failure of ours.
    Error,
    /// The test had ended before it.
    Skipped,
}

impl From<Status> for StepStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Passed => Self::Passed,
            Status::Failed => Self::Failed,
            Status::Error => Self::Error,
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "closed: the result format names these three")]
pub enum Status {
    /// Everything held.
    Passed,
    /// The target failed the test.
    Failed,
    /// The test could not be carried out: a failure of ours.
    Error,
}

/// One attempt of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// How it ended.
    pub status: Status,
    /// The phases that it completed, and the total.
    pub timings: Timings,
    /// The phase in which it broke.
    pub broke_in: Option<BrokeIn>,
    /// Why it failed.
    pub fault: Option<Fault>,
}

/// What one of several addresses answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddressResult {
    /// The address.
    pub address: IpAddr,
    /// How it ended there.
    pub status: Status,
    /// The phases that were completed; `resolve` is the same for all, as the name is looked up once.
    pub timings: Timings,
    /// The phase in which it broke there.
    pub broke_in: Option<BrokeIn>,
    /// Why it failed there.
    pub fault: Option<Fault>,
    /// What was asserted, and what was found there.
    pub assertions: Vec<AssertionResult>,
    /// The answer in short.
    pub response: BTreeMap<String, Fact>,
}

/// One assertion and what was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AssertionResult {
    /// What it reads.
    pub subject: String,
    /// How it compares.
    pub operator: String,
    /// What was expected.
    pub expected: Fact,
    /// What was found; nothing when the subject is not there.
    pub actual: Fact,
    /// Whether it holds.
    pub passed: bool,
    /// Why it does not hold, or that it does.
    pub message: String,
    /// Whether it could be evaluated: what it reads was there. If not, it does not hold.
    #[serde(default = "evaluated")]
    pub evaluated: bool,
    /// What follows when it does not hold.
    #[serde(default = "fails")]
    pub severity: Severity,
    /// Where it was written: `shop.yaml:12:9`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// What results said that were stored before they said so.
const fn evaluated() -> bool {
    true
}

/// Likewise.
const fn fails() -> Severity {
    Severity::Fail
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(milliseconds: &f64) -> bool {
    *milliseconds == 0.0
}

/// What an attempt saw.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Observed {
    /// The address that answered.
    pub peer: Option<String>,
    /// Every address that the name resolved to.
    pub addresses: Vec<String>,
    /// Every attempt to connect.
    pub connects: Vec<ConnectAttempt>,
    /// The TLS session.
    pub tls: Option<TlsFacts>,
    /// The routers on the way, and the target at the end, when `track_hops` asks for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hops: Vec<HopFacts>,
    /// How long answers lay unread because this process had other things to do, in milliseconds. No phase contains it. 0 below
    /// 1 ms.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub own_delay_ms: f64,
    /// Who answered in place of the application: a CDN, a firewall or another proxy in front of it. It explains a response
    /// and never changes how a test ends. Only for HTTP; of redirects, about the last response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edge: Option<Box<EdgeAnswer>>,
    /// The answer in short, by protocol: `status`, `version`, `url`, `hops` for HTTP; `rcode`, `flags`, `answers` for
    /// DNS; `connection` for TCP; `days_to_expiry` for TLS ...
    pub response: BTreeMap<String, Fact>,
}

/// All results of one call of `run`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunReport {
    /// Version of this format.
    pub version: u32,
    /// The counts.
    pub summary: Summary,
    /// The results, in the order of the definitions.
    pub results: Vec<TestResult>,
    /// The tests that have no result because the run was cut off, in the same order.
    #[serde(default)]
    pub not_run: Vec<NotRun>,
}

/// A test that was to run, and has no result: the run was cut off before the test began, or while it ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "closed: which test, and why it has no result")]
pub struct NotRun {
    /// The test's name, as it is written.
    pub name: String,
    /// Its id, as in a result.
    pub id: String,
    /// The file that defines it.
    pub file: String,
    /// The line of its name in that file, from 1.
    pub line: u32,
    /// The words that it is grouped by.
    pub tags: Vec<String>,
    /// Which of several runs of the test it would have been, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repetition: Option<u32>,
    /// What kind of test it is.
    #[serde(rename = "type")]
    pub test_type: TestType,
    /// What cut the run off.
    pub reason: CutOff,
}

/// What ended a run before all of its tests were done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "closed: the result format names these two")]
pub enum CutOff {
    /// Ctrl-C or SIGTERM.
    Interrupted,
    /// `--fail-fast`: another test did not pass.
    FailFast,
}

/// How many tests ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Those that were to run. More than `total` if the run was cut off.
    #[serde(default)]
    pub planned: usize,
    /// Those that have a result.
    pub total: usize,
    /// Those that passed.
    pub passed: usize,
    /// Those that failed.
    pub failed: usize,
    /// Those that could not be carried out.
    pub errors: usize,
    /// Whether Ctrl-C or SIGTERM ended the run before all tests were done.
    #[serde(default)]
    pub interrupted: bool,
    /// The seed that the order of the tests was made from, if they were shuffled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shuffle_seed: Option<u64>,
    /// How long it all took, in milliseconds.
    pub duration_ms: f64,
}

impl RunReport {
    /// The version of the format that is written.
    pub const VERSION: u32 = 1;

    /// A report of these results, which are all that were planned, with the time that they took together in milliseconds.
    #[must_use]
    pub fn new(results: Vec<TestResult>, duration_ms: f64) -> Self {
        let mut summary = Summary { planned: results.len(), duration_ms, ..Summary::default() };
        for result in &results {
            summary.count(result.status);
        }
        Self::with_summary(summary, results)
    }

    /// A report of some of the results that are counted.
    #[must_use]
    pub const fn with_summary(summary: Summary, results: Vec<TestResult>) -> Self {
        Self { version: Self::VERSION, summary, results, not_run: Vec::new() }
    }
}

impl CutOff {
    /// Why a test has no result, for people.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Interrupted => "not run: the run was interrupted",
            Self::FailFast => "not run: --fail-fast ended the run after a test that did not pass",
        }
    }
}

impl Summary {
    /// Counts a test that ended like this.
    pub const fn count(&mut self, status: Status) {
        self.total += 1;
        match status {
            Status::Passed => self.passed += 1,
            Status::Failed => self.failed += 1,
            Status::Error => self.errors += 1,
        }
    }
}
