//! One result: the verdict in a sentence, then how it came about.

use super::condition::{label, sign};
use super::frame::{Frame, Section, shown};
use super::moment::Moment;
use super::text::{TEXT_CHARS_MAX, count, cut, name, span, took};
use super::verdict::{Part, Run, Step, addresses, steps};
use super::viewer::{Pages, Viewer};
use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::api::routes::results::find;
use crate::schedule::MissedReason;
use crate::store::{Outcome, ResultKey, ResultQuery, ResultRecord, Trigger};
use crate::token::Scope;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use faultfinder_engine::TestResult;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

#[derive(Template)]
#[template(path = "result.html")]
struct ResultView {
    frame: Frame,
    id: String,
    name: String,
    /// The path of its test; nothing when it has none, or the viewer may not see it.
    test: Option<String>,
    word: &'static str,
    label: &'static str,
    sign: &'static str,
    began: Moment,
    took: String,
    location: String,
    /// Who asked for it.
    trigger: &'static str,
    /// How much later it began than it should have, if that is worth a word.
    late: Option<String>,
    version: i64,
    /// The result of the same test before this one.
    before: Option<String>,
    content: Content,
}

/// What a result says.
enum Content {
    /// A run that happened.
    Run(Box<Whole>),
    /// Runs that did not happen: how many, and why.
    Missed { count: String, reason: String },
    /// What another release wrote.
    Unknown(String),
}

/// All that a run says.
struct Whole {
    kind: &'static str,
    file: Option<String>,
    run: Run,
    steps: Vec<Step>,
    addresses: Vec<Part>,
    retries_off: bool,
}

/// Runs that did not happen.
#[derive(Debug, Deserialize)]
struct MissedBody {
    reason: String,
    #[serde(default)]
    count: u64,
}

/// Less than this is not late.
const LATE_MS: f64 = 1_000.0;
/// Longest result that is shown as it is, in characters.
const RAW_CHARS_MAX: usize = 65_536;

pub(super) async fn get(
    State(pages): State<Arc<Pages>>,
    viewer: Viewer,
    Named(id): Named,
) -> Result<Response, Problem> {
    viewer.demand(&[Scope::ResultsRead])?;
    let service = &pages.service;
    let record = find(service, &id).await?;
    let before = before(&pages, &record).await?;
    let now = service.now();
    let known = service.catalog().get(&record.test);
    let body = Body::read(&record);
    let shown_name = match (&known, body.name()) {
        (Some(kept), _) => name(&kept.record.name),
        (None, Some(named)) => name(&named),
        (None, None) if record.test.is_empty() => "A run of a definition that is not kept".to_owned(),
        (None, None) => record.test.clone(),
    };
    let is_linked = known.is_some() && viewer.may(Scope::TestsRead);
    let content = body.view(&record);
    let view = ResultView {
        frame: Frame::new(format!("{}: {shown_name}", label(record.outcome)), Section::Other, &viewer),
        id: record.id.to_string(),
        name: shown_name,
        test: is_linked.then(|| format!("/tests/{}", record.test)),
        word: record.outcome.as_str(),
        label: label(record.outcome),
        sign: sign(record.outcome),
        began: Moment::new(record.started_at, now),
        took: took(record.duration_ms),
        location: name(&record.location),
        trigger: match record.trigger {
            Trigger::Schedule => "the schedule",
            Trigger::Api => "a person or the API",
        },
        late: (record.delay_ms >= LATE_MS).then(|| took(record.delay_ms)),
        version: record.test_version,
        before,
        content,
    };
    shown(&view)
}

/// The result of the same test before this one.
async fn before(pages: &Pages, record: &ResultRecord) -> Result<Option<String>, Problem> {
    if record.test.is_empty() {
        return Ok(None);
    }
    let key = ResultKey { started_at: record.started_at, id: record.id.as_bytes().to_vec() };
    let query = ResultQuery {
        test: Some(record.test.clone()),
        before: Some(key),
        limit: 1,
        ..ResultQuery::default()
    };
    let page = pages.service.store().results(query).await?;
    Ok(page.rows.first().map(|earlier| earlier.id.to_string()))
}

/// A body as it was read.
enum Body {
    Run(Box<TestResult>),
    Missed(MissedBody),
    Unknown,
}

impl Body {
    fn read(record: &ResultRecord) -> Self {
        let body = record.body.as_str();
        if record.outcome == Outcome::Missed {
            return serde_json::from_str(body).map_or(Self::Unknown, Self::Missed);
        }
        serde_json::from_str(body).map_or(Self::Unknown, Self::Run)
    }

    /// The name of the test when it ran.
    fn name(&self) -> Option<String> {
        match self {
            Self::Run(result) => Some(result.name.clone()),
            Self::Missed(_) | Self::Unknown => None,
        }
    }

    fn view(self, record: &ResultRecord) -> Content {
        match self {
            Self::Run(result) => Content::Run(Box::new(Whole::of(&result, record))),
            Self::Missed(MissedBody { reason, count: runs }) => Content::Missed {
                count: count(usize::try_from(runs.max(1)).unwrap_or(usize::MAX), "run", "runs"),
                reason: in_words(&reason),
            },
            Self::Unknown => Content::Unknown(cut(record.body.as_str(), RAW_CHARS_MAX)),
        }
    }
}

impl Whole {
    fn of(result: &TestResult, record: &ResultRecord) -> Self {
        let file = Some(result.file.as_str()).filter(|file| !file.is_empty());
        Self {
            kind: result.test_type.as_str(),
            file: file.map(|file| format!("{}:{}", cut(file, TEXT_CHARS_MAX), result.line)),
            run: Run::of(result, record.started_at),
            steps: steps(&result.steps, record.started_at),
            addresses: addresses(&result.addresses),
            retries_off: result.retries_off,
        }
    }
}

/// Why runs did not happen, in words.
fn in_words(reason: &str) -> String {
    let known = MissedReason::ALL.into_iter().find(|known| known.as_str() == reason);
    match known {
        Some(MissedReason::ClockJumped) => "the clock of this host was set forward".to_owned(),
        Some(MissedReason::HostSuspended) => "this host was suspended".to_owned(),
        Some(MissedReason::StillRunning) => "the run before it had not ended".to_owned(),
        Some(MissedReason::Overloaded) => {
            "too many runs were under way on this host, or it was too busy".to_owned()
        }
        Some(MissedReason::StoreAway) => {
            "the result could not have been kept: the database did not answer".to_owned()
        }
        Some(MissedReason::ShuttingDown) => "this service was shutting down".to_owned(),
        Some(MissedReason::NotRunning) => "this service was not running".to_owned(),
        None => cut(reason, TEXT_CHARS_MAX),
    }
}

/// How often a test runs, in words.
pub(super) fn every(every: Option<Duration>) -> String {
    every.map_or_else(|| "on demand".to_owned(), |every| format!("every {}", span(every)))
}
