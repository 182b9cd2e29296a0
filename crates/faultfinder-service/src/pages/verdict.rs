//! What came of a run, in the parts that its page has.

use super::certificates::Tls;
use super::facts::{FactRow, excerpt, in_line, rows};
use super::phases::Waterfall;
use super::text::{Piece, TEXT_CHARS_MAX, cut, name, pieces, sentence, took};
use crate::timestamp::Timestamp;
use faultfinder_engine::{
    AddressResult, AssertionResult, Attempt, Observed, Status, StepResult, StepStatus, TestResult,
};
use faultfinder_taxonomy::word::Severity;
use faultfinder_taxonomy::{
    AttemptOutcome, Blame, ConnectAttempt, EdgeAnswer, Fact, Fault, HopFacts, Timings,
};
use std::collections::BTreeMap;

/// Facts of a response that are shown in a form of their own.
const ELSEWHERE: [&str; 3] = ["body", "headers", "hops"];
/// Most rows of a list.
const ROWS_MAX: usize = 500;

/// Why something failed.
#[derive(Debug)]
pub(super) struct FaultView {
    pub(super) code: &'static str,
    pub(super) detail: String,
    pub(super) phase: &'static str,
    pub(super) message: Vec<Piece>,
    pub(super) blame: &'static str,
    pub(super) hints: Vec<Vec<Piece>>,
    pub(super) evidence: Vec<FactRow>,
}

impl FaultView {
    /// Why something failed, without the evidence that is shown in a form of its own.
    fn new(fault: &Fault, observed: Option<&Observed>) -> Self {
        let text = |text: &str| pieces(&sentence(&cut(text, TEXT_CHARS_MAX)));
        let mut elsewhere = Vec::new();
        if let Some(observed) = observed {
            elsewhere.extend(observed.tls.iter().flat_map(|_| ["chain", "events"]));
            elsewhere.extend(observed.peer.iter().map(|_| "peer"));
            elsewhere.extend(observed.connects.first().map(|_| "connects"));
            elsewhere.extend(redirects(observed, Some(fault)).first().map(|_| "hops"));
        }
        Self {
            code: fault.code.as_str(),
            detail: name(fault.detail.name()),
            phase: fault.phase.as_str(),
            message: text(&fault.message),
            blame: blame(fault.blame),
            hints: fault.hints.iter().map(|hint| text(hint)).collect(),
            evidence: rows(fault.evidence.iter(), &elsewhere),
        }
    }
}

/// Who answered in place of the application.
#[derive(Debug)]
pub(super) struct EdgeView {
    /// Who it was, what it did, and what shows it.
    pub(super) message: String,
    /// What to do.
    pub(super) remedy: String,
}

impl EdgeView {
    fn new(edge: &EdgeAnswer) -> Self {
        let message = format!("{}.", cut(&sentence(&edge.to_string()), TEXT_CHARS_MAX));
        Self { message, remedy: cut(&edge.remedy, TEXT_CHARS_MAX) }
    }
}

/// Who has to act, in words.
pub(super) const fn blame(blame: Blame) -> &'static str {
    match blame {
        Blame::Target => "the target",
        Blame::Network => "the network between",
        Blame::Definition => "the definition of the test",
        Blame::Credentials => "the credentials of the test",
        Blame::Ourselves => "this service",
        _ => "unknown",
    }
}

/// One of several attempts, what one of several addresses answered, or a redirect that was followed.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) title: String,
    pub(super) class: &'static str,
    pub(super) word: &'static str,
    pub(super) sign: &'static str,
    pub(super) waterfall: Option<Waterfall>,
    pub(super) fault: Option<FaultView>,
}

/// An assertion, and what was found.
#[derive(Debug)]
pub(super) struct AssertionRow {
    pub(super) subject: String,
    pub(super) operator: String,
    pub(super) expected: String,
    pub(super) actual: String,
    pub(super) word: &'static str,
    pub(super) class: &'static str,
    pub(super) sign: &'static str,
    pub(super) message: String,
    pub(super) place: Option<String>,
}

impl AssertionRow {
    fn new(assertion: &AssertionResult) -> Self {
        let is_warning = assertion.severity == Severity::Warn;
        let (word, class, sign) = match (assertion.passed, assertion.evaluated, is_warning) {
            (true, ..) => ("holds", "passed", "✓"),
            (false, _, true) => ("warning", "error", "!"),
            (false, true, false) => ("fails", "failed", "✕"),
            (false, false, false) => ("not evaluated", "failed", "✕"),
        };
        Self {
            subject: cut(&assertion.subject, TEXT_CHARS_MAX),
            operator: cut(&assertion.operator, TEXT_CHARS_MAX),
            expected: in_line(&assertion.expected),
            actual: in_line(&assertion.actual),
            word,
            class,
            sign,
            message: if assertion.passed { String::new() } else { cut(&assertion.message, TEXT_CHARS_MAX) },
            place: assertion.place.clone(),
        }
    }
}

fn assertions(all: &[AssertionResult]) -> Vec<AssertionRow> {
    let mut sorted: Vec<&AssertionResult> = all.iter().collect();
    sorted.sort_by_key(|assertion| assertion.passed);
    sorted.into_iter().take(ROWS_MAX).map(AssertionRow::new).collect()
}

/// An attempt to connect.
#[derive(Debug)]
pub(super) struct ConnectRow {
    pub(super) address: String,
    pub(super) began: String,
    pub(super) lasted: String,
    pub(super) outcome: String,
    pub(super) class: &'static str,
    pub(super) sign: &'static str,
}

impl ConnectRow {
    fn new(attempt: &ConnectAttempt) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "exact below 2^53 microseconds")]
        let millis = |micros: u64| micros as f64 / 1000.0;
        let (outcome, class, sign) = match &attempt.outcome {
            AttemptOutcome::Established => ("connected".to_owned(), "passed", "✓"),
            AttemptOutcome::Failed(why) => (cut(why, TEXT_CHARS_MAX), "failed", "✕"),
            AttemptOutcome::Abandoned => ("given up for another one".to_owned(), "new", "○"),
            _ => ("unknown".to_owned(), "new", "○"),
        };
        Self {
            address: attempt.address.to_string(),
            began: took(millis(attempt.started_us)),
            lasted: took(millis(attempt.duration_us)),
            outcome,
            class,
            sign,
        }
    }
}

/// A router on the way.
#[derive(Debug)]
pub(super) struct HopRow {
    pub(super) hop: u8,
    pub(super) hosts: String,
    pub(super) loss: String,
    pub(super) times: String,
}

impl HopRow {
    fn new(facts: &HopFacts) -> Self {
        let host = |host: &faultfinder_taxonomy::HopHost| match &host.name {
            Some(named) => format!("{} ({})", name(named), host.address),
            None => host.address.to_string(),
        };
        let hosts: Vec<String> = facts.hosts.iter().map(host).collect();
        let times: Vec<String> = facts.round_trips_ms.iter().map(|time| took(*time)).collect();
        Self {
            hop: facts.hop,
            hosts: if hosts.is_empty() { "no answer".to_owned() } else { hosts.join(", ") },
            loss: format!("{} of {}", facts.answered, facts.sent),
            times: times.join(", "),
        }
    }
}

/// The redirects that were followed, each with its phases.
fn redirects(observed: &Observed, fault: Option<&Fault>) -> Vec<Part> {
    let hops = observed.response.get("hops").or_else(|| fault?.evidence.fact("hops"));
    let Some(Fact::List(hops)) = hops else { return Vec::new() };
    let hops = hops.iter().take(ROWS_MAX).filter_map(|hop| match hop {
        Fact::Map(hop) => Some(hop),
        _ => None,
    });
    let part = |hop: &BTreeMap<String, Fact>| {
        let text = |name: &str| hop.get(name).map(in_line).unwrap_or_default();
        let timings = hop.get("timings").and_then(|timings| serde_json::to_value(timings).ok());
        let timings: Option<Timings> = timings.and_then(|timings| serde_json::from_value(timings).ok());
        Part {
            title: format!("{} {}", text("status"), text("url")),
            class: "new",
            word: "redirect",
            sign: "→",
            waterfall: timings.and_then(|timings| Waterfall::new(&timings, None)),
            fault: None,
        }
    };
    hops.map(part).collect()
}

/// A value under a name that stays as it is.
fn named((given, value): (&String, &Fact)) -> FactRow {
    FactRow { name: name(given), ..FactRow::new("", in_line(value)) }
}

/// What was seen.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) connection: Vec<FactRow>,
    pub(super) connects: Vec<ConnectRow>,
    pub(super) hops: Vec<HopRow>,
    pub(super) tls: Option<Tls>,
    pub(super) response: Vec<FactRow>,
    pub(super) headers: Vec<FactRow>,
    /// The beginning of the body.
    pub(super) body: Option<String>,
}

impl Seen {
    fn new(observed: &Observed, at: Timestamp) -> Self {
        let mut connection = Vec::new();
        connection.extend(observed.peer.as_ref().map(|peer| FactRow::new("peer", peer.as_str())));
        if !observed.addresses.is_empty() {
            connection.push(FactRow::new("resolved to", observed.addresses.join(", ")));
        }
        let response = observed.response.iter().map(|(name, fact)| (name.as_str(), fact));
        let headers = match observed.response.get("headers") {
            Some(Fact::Map(fields)) => fields.iter().take(ROWS_MAX).map(named).collect(),
            _ => Vec::new(),
        };
        Self {
            connection,
            connects: observed.connects.iter().take(ROWS_MAX).map(ConnectRow::new).collect(),
            hops: observed.hops.iter().take(ROWS_MAX).map(HopRow::new).collect(),
            tls: observed.tls.as_ref().map(|tls| Tls::new(tls, at)),
            response: rows(response, &ELSEWHERE),
            headers,
            body: excerpt(observed.response.get("body")),
        }
    }

    /// Whether nothing was seen, or kept.
    pub(super) fn is_empty(&self) -> bool {
        self.connection.is_empty()
            && self.connects.is_empty()
            && self.hops.is_empty()
            && self.tls.is_none()
            && self.response.is_empty()
            && self.headers.is_empty()
            && self.body.is_none()
    }
}

/// A step of a test with several.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) title: String,
    pub(super) kind: &'static str,
    /// How deep it is in steps that carry out other tests.
    pub(super) depth: usize,
    pub(super) word: &'static str,
    pub(super) class: &'static str,
    pub(super) sign: &'static str,
    pub(super) took: String,
    pub(super) skipped: Option<String>,
    pub(super) allow_failure: bool,
    pub(super) run: Run,
    pub(super) extracted: Vec<FactRow>,
}

/// What a run and a step have in common.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) waterfall: Option<Waterfall>,
    pub(super) fault: Option<FaultView>,
    pub(super) edge: Option<EdgeView>,
    pub(super) assertions: Vec<AssertionRow>,
    /// The attempts before the last one.
    pub(super) attempts: Vec<Part>,
    pub(super) redirects: Vec<Part>,
    pub(super) warnings: Vec<String>,
    pub(super) seen: Seen,
}

impl Run {
    /// The parts of a result.
    pub(super) fn of(result: &TestResult, at: Timestamp) -> Self {
        Self {
            waterfall: Waterfall::new(&result.timings, result.broke_in),
            fault: result.fault.as_ref().map(|fault| FaultView::new(fault, Some(&result.observed))),
            edge: result.observed.edge.as_deref().map(EdgeView::new),
            assertions: assertions(&result.assertions),
            attempts: attempts(&result.attempts),
            redirects: redirects(&result.observed, result.fault.as_ref()),
            warnings: shortened(&result.warnings),
            seen: Seen::new(&result.observed, at),
        }
    }

    fn of_step(step: &StepResult, at: Timestamp) -> Self {
        Self {
            waterfall: Waterfall::new(&step.timings, step.broke_in),
            fault: step.fault.as_ref().map(|fault| FaultView::new(fault, Some(&step.observed))),
            edge: step.observed.edge.as_deref().map(EdgeView::new),
            assertions: assertions(&step.assertions),
            attempts: attempts(&step.attempts),
            redirects: redirects(&step.observed, step.fault.as_ref()),
            warnings: shortened(&step.warnings),
            seen: Seen::new(&step.observed, at),
        }
    }
}

fn shortened(texts: &[String]) -> Vec<String> {
    texts.iter().take(ROWS_MAX).map(|text| cut(text, TEXT_CHARS_MAX)).collect()
}

fn attempts(all: &[Attempt]) -> Vec<Part> {
    (1..).zip(all.iter().take(ROWS_MAX)).map(|(number, attempt)| attempt_part(number, attempt)).collect()
}

fn attempt_part(number: usize, attempt: &Attempt) -> Part {
    let (word, sign) = ended(attempt.status);
    Part {
        title: format!("Attempt {number}"),
        class: word,
        word,
        sign,
        waterfall: Waterfall::new(&attempt.timings, attempt.broke_in),
        fault: attempt.fault.as_ref().map(|fault| FaultView::new(fault, None)),
    }
}

/// What each address answered, when all of them were asked.
pub(super) fn addresses(all: &[AddressResult]) -> Vec<Part> {
    let part = |address: &AddressResult| {
        let (word, sign) = ended(address.status);
        Part {
            title: address.address.to_string(),
            class: word,
            word,
            sign,
            waterfall: Waterfall::new(&address.timings, address.broke_in),
            fault: address.fault.as_ref().map(|fault| FaultView::new(fault, None)),
        }
    };
    all.iter().take(ROWS_MAX).map(part).collect()
}

const fn ended(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Passed => ("passed", "✓"),
        Status::Failed => ("failed", "✕"),
        Status::Error => ("error", "!"),
    }
}

/// The steps in their order, with those that steps carried out below them.
pub(super) fn steps(all: &[StepResult], at: Timestamp) -> Vec<Step> {
    let mut rows = Vec::new();
    push_steps(&mut rows, all, 0, at);
    rows
}

/// Deepest steps that are shown.
const DEPTH_MAX: usize = 8;

fn push_steps(rows: &mut Vec<Step>, all: &[StepResult], depth: usize, at: Timestamp) {
    for step in all {
        if rows.len() >= ROWS_MAX {
            return;
        }
        rows.push(Step::new(step, depth, at));
        if depth < DEPTH_MAX {
            push_steps(rows, &step.steps, depth + 1, at);
        }
    }
}

impl Step {
    fn new(step: &StepResult, depth: usize, at: Timestamp) -> Self {
        let (word, class, sign) = match step.status {
            StepStatus::Passed => ("passed", "passed", "✓"),
            StepStatus::Failed => ("failed", "failed", "✕"),
            StepStatus::Error => ("error", "error", "!"),
            StepStatus::Skipped => ("skipped", "new", "–"),
        };
        let extracted = step.extracted.iter().take(ROWS_MAX);
        Self {
            title: name(&step.name),
            kind: step.step_type.as_str(),
            depth,
            word,
            class,
            sign,
            took: took(step.duration_ms),
            skipped: step.skipped.as_ref().map(|why| cut(why, TEXT_CHARS_MAX)),
            allow_failure: step.allow_failure,
            run: Run::of_step(step, at),
            extracted: extracted
                .map(|(variable, value)| FactRow { name: name(variable), ..FactRow::new("", value.as_str()) })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_have_their_own_phases_and_header_fields_their_own_names() {
        let timings = Fact::map([("connect", 1.5.into()), ("wait", 2.5.into()), ("total", 4.0.into())]);
        let hop = Fact::map([("url", "http://a.test/".into()), ("status", 301.into()), ("timings", timings)]);
        let headers = Fact::map([("x_id", "a: b".into())]);
        let response =
            [("hops".to_owned(), Fact::List(vec![hop, Fact::Null])), ("headers".to_owned(), headers)].into();
        let observed = Observed { response, ..Observed::default() };
        let found = redirects(&observed, None);
        assert_eq!((found.len(), found[0].title.as_str()), (1, "301 http://a.test/"));
        let waterfall = found[0].waterfall.as_ref().unwrap();
        assert_eq!((waterfall.bars.len(), waterfall.total.as_str()), (2, "4.0 ms"));
        let seen = Seen::new(&observed, Timestamp::default());
        assert_eq!((seen.headers[0].name.as_str(), seen.headers[0].lines[0].as_str()), ("x_id", "a: b"));
        assert!(seen.response.is_empty() && !seen.is_empty());
    }
}
