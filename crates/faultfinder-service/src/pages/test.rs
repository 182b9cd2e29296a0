//! One test: how it is, since when, how it was, and what it does.

use super::alerts::{notice, summary};
use super::condition::{Condition, label, sign};
use super::frame::{Frame, Section, left_out, shown};
use super::latency::Latency;
use super::marks::{Marks, median_passed};
use super::moment::Moment;
use super::phases::{Run, Stacks};
use super::result::every;
use super::silences;
use super::text::{TEXT_CHARS_MAX, cut, encoded, grouped, name, took};
use super::uptime::{Uptime, uptimes};
use super::viewer::{Pages, Viewer};
use crate::api::cursor;
use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::routes::test_resources::known;
use crate::catalog::Kept;
use crate::service::Service;
use crate::store::{
    AlertQuery, Origin, Outcome, RecentRun, ResultKey, ResultQuery, ResultRecord, TestRecord,
};
use crate::timestamp::Timestamp;
use crate::token::Scope;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use faultfinder_engine::PlannedTest;
use faultfinder_taxonomy::{BrokeIn, Timings};
use http::Uri;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// Runs that the chart of durations is made of.
const MEASURED: usize = 1_500;
/// Runs that are shown as marks.
const MARKED: usize = 60;
/// Runs whose phases are shown.
const STACKED: usize = 40;
/// Results of a page of the list.
const LISTED: usize = 25;
/// For how long codes are counted.
const COUNTED: Duration = Duration::from_secs(7 * 86_400);
/// Longest definition that is shown, in characters.
const DEFINITION_CHARS_MAX: usize = 65_536;

#[derive(Template)]
#[template(path = "test.html")]
struct TestView {
    frame: Frame,
    csrf: String,
    id: String,
    name: String,
    condition: Condition,
    since: Option<Moment>,
    code: Option<String>,
    /// The last result: where it is, when it began.
    last: Option<(String, Moment)>,
    retries_off: Option<(String, Moment)>,
    facts: Facts,
    tags: Vec<(String, String)>,
    paused: bool,
    /// Until when nothing is sent about it, and whether failures do not count either.
    silence: Option<(Moment, bool)>,
    /// The tests that it depends on and that have an alert: nothing is sent about it. Ids and names.
    parents: Vec<(String, String)>,
    /// What it depends on and what is not there.
    unknown: Vec<String>,
    can_silence: bool,
    can_run: bool,
    can_pause: bool,
    /// What results say; nothing if the viewer may not see them.
    history: Option<History>,
    definition: Option<String>,
}

/// What the definition says.
struct Facts {
    kind: &'static str,
    target: Option<String>,
    every: String,
    /// The file, or that it came over the API.
    origin: String,
    version: i64,
    updated: Moment,
    active: Option<&'static str>,
}

/// What results say.
struct History {
    uptimes: Vec<Uptime>,
    marks: Marks,
    median: Option<String>,
    latency: Option<Latency>,
    stacks: Option<Stacks>,
    codes: Vec<(String, String)>,
    alert: Option<AlertView>,
    results: Vec<ResultRow>,
    left_out: Option<String>,
    shown: &'static str,
    filters: Vec<(&'static str, String, bool)>,
    next: Option<String>,
    is_first: bool,
}

struct AlertView {
    since: Moment,
    summary: String,
}

struct ResultRow {
    id: String,
    word: &'static str,
    label: &'static str,
    sign: &'static str,
    began: Moment,
    took: String,
    code: Option<String>,
    text: String,
}

/// The part of a result that the list and the phases show.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Short {
    fault: Option<ShortFault>,
    timings: Timings,
    broke_in: Option<BrokeIn>,
    observed: ShortObserved,
    reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ShortFault {
    phase: String,
    message: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ShortObserved {
    peer: Option<String>,
}

fn short(record: &ResultRecord) -> Short {
    serde_json::from_str(record.body.as_str()).unwrap_or_default()
}

/// Which results are listed, and from where on.
struct Wanted {
    outcome: Option<Outcome>,
    before: Option<ResultKey>,
}

impl Wanted {
    fn read(uri: &Uri) -> Result<Self, Problem> {
        let mut query = Query::of(uri);
        let status = |text: &str| match text {
            "all" => Some(None),
            text => Outcome::from_name(text).map(Some),
        };
        let outcome = query.one_of("status", "all, passed, failed, error or missed", status).flatten();
        let before = query.cursor(cursor::result);
        query.finish()?;
        Ok(Self { outcome, before })
    }
}

pub(super) async fn get(
    State(pages): State<Arc<Pages>>,
    viewer: Viewer,
    uri: Uri,
    Named(id): Named,
) -> Result<Response, Problem> {
    viewer.demand(&[Scope::TestsRead])?;
    let wanted = Wanted::read(&uri)?;
    let service = &pages.service;
    let record = known(service, &id).await?;
    let kept = service.catalog().get(&id);
    let now = service.now();
    let mut peer = None;
    let history = match viewer.may(Scope::ResultsRead) {
        true => Some(history(service, &id, &wanted, now, &mut peer).await?),
        false => None,
    };
    let state = service.states().of(&id);
    let condition = match &kept {
        Some(kept) => Condition::of(kept, state.as_ref(), now),
        // It is stored and cannot run.
        None => Condition::Error,
    };
    let shown_name = name(&record.name);
    let moment = |at| Moment::new(at, now);
    let off = service.retries_off().of(&id);
    let tag = |tag: &String| (cut(tag, 40), format!("/tests?tag={}", encoded(tag)));
    let view = TestView {
        frame: Frame::new(format!("{}: {shown_name}", condition.label()), Section::Tests, &viewer).live(),
        csrf: viewer.csrf.to_string(),
        name: shown_name,
        condition,
        since: state.as_ref().map(|state| moment(state.since)),
        code: state.as_ref().and_then(|state| state.last.code.clone()),
        last: state
            .filter(|_| history.is_some())
            .map(|state| (state.last.id.to_string(), moment(state.last.started_at))),
        retries_off: off.map(|off| (cut(&off.message, TEXT_CHARS_MAX), moment(off.since))),
        facts: facts(&record, kept.as_deref(), peer, now),
        tags: record.tags.iter().map(tag).collect(),
        paused: record.paused,
        silence: silences::over(&pages.service, &record.id, &record.tags, now),
        parents: parents(service, &id),
        unknown: service.dependencies().unknown(&id).iter().map(|text| name(text)).collect(),
        can_silence: viewer.may(Scope::TestsWrite) && viewer.may(Scope::ResultsRead),
        can_run: viewer.may(Scope::RunsExecute) && kept.as_ref().is_some_and(|kept| !kept.is_heartbeat()),
        can_pause: viewer.may(Scope::TestsWrite) && record.origin == Origin::Api,
        history,
        definition: record.definition.as_ref().map(|text| cut(&pretty(text.as_str()), DEFINITION_CHARS_MAX)),
        id,
    };
    shown(&view)
}

/// The tests that a test depends on and that have an alert.
fn parents(service: &Service, id: &str) -> Vec<(String, String)> {
    let parents = service.parents_in_trouble(id);
    parents.iter().map(|parent| (parent.record.id.clone(), name(&parent.record.name))).collect()
}

/// A definition in lines; it has masks in the places of its secrets.
fn pretty(json: &str) -> String {
    let value: Result<serde_json::Value, _> = serde_json::from_str(json);
    value.and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or_else(|_| json.to_owned())
}

fn facts(record: &TestRecord, kept: Option<&Kept>, peer: Option<String>, now: Timestamp) -> Facts {
    let planned = kept.and_then(Kept::planned);
    Facts {
        kind: planned.map_or("unknown", |test| test.test_type().as_str()),
        target: record.definition.as_ref().and_then(|text| target(text.as_str())).or(peer),
        every: every(record.every),
        origin: match &record.origin {
            Origin::Api => "the API".to_owned(),
            Origin::File(file) => {
                let line = planned.map(|test| format!(":{}", test.line())).unwrap_or_default();
                format!("{}{line}", cut(file, TEXT_CHARS_MAX))
            }
        },
        version: record.version,
        updated: Moment::new(record.updated_at, now),
        active: planned.and_then(PlannedTest::active_times).map(|active| {
            if active.at(now.millis()).0 {
                "in its active times now"
            } else {
                "outside of its active times now"
            }
        }),
    }
}

/// The target as a definition names it, whose secrets are masked.
fn target(definition: &str) -> Option<String> {
    let definition: serde_json::Value = serde_json::from_str(definition).ok()?;
    let test = definition.get("tests")?.get(0)?.as_object()?;
    let text = |request: &serde_json::Value, name: &str| {
        let value = request.get(name)?;
        value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|number| number.to_string()))
    };
    test.values().find_map(|request| {
        let found = text(request, "url").or_else(|| {
            let host = text(request, "host")?;
            Some(text(request, "port").map_or_else(|| host.clone(), |port| format!("{host}:{port}")))
        });
        found.or_else(|| text(request, "name")).map(|target| cut(&target, TEXT_CHARS_MAX))
    })
}

async fn history(
    service: &Service,
    id: &str,
    wanted: &Wanted,
    now: Timestamp,
    peer: &mut Option<String>,
) -> Result<History, Problem> {
    let store = service.store();
    let uptimes = uptimes(service, id, now).await?;
    let runs = store.recent_runs(vec![id.to_owned()], MEASURED).await?.rows;
    let of_test = |limit| ResultQuery { test: Some(id.to_owned()), limit, ..ResultQuery::default() };
    let latest = store.results(of_test(STACKED)).await?.rows;
    let shorts: Vec<Short> = latest.iter().map(short).collect();
    *peer =
        shorts.iter().find_map(|short| short.observed.peer.clone()).map(|peer| cut(&peer, TEXT_CHARS_MAX));
    let stacked: Vec<Run> =
        latest.iter().zip(shorts).filter_map(|(record, short)| stacked(record, short)).collect();
    let query = ResultQuery { outcome: wanted.outcome, before: wanted.before.clone(), ..of_test(LISTED) };
    let page = store.results(query).await?;
    let codes = store.fault_codes(id.to_owned(), now.before(COUNTED)).await?;
    let open = AlertQuery { test: Some(id.to_owned()), open: Some(true), limit: 1, ..AlertQuery::default() };
    let alert = store.alerts(open).await?.rows.into_iter().next();
    let marked: Vec<&RecentRun> = runs.iter().take(MARKED).collect();
    let status = wanted.outcome.map_or("all", Outcome::as_str);
    let url = |status: &str| format!("/tests/{id}?status={status}#results");
    let filters = [
        ("all", "All"),
        ("failed", "Failed"),
        ("error", "Errors"),
        ("missed", "Did not run"),
        ("passed", "Passed"),
    ];
    Ok(History {
        uptimes,
        median: median_passed(&marked).map(took),
        marks: Marks::new(&marked, MARKED),
        latency: Latency::new(&runs),
        stacks: Stacks::new(&stacked),
        codes: codes
            .into_iter()
            .map(|(code, runs)| (code, grouped(usize::try_from(runs).unwrap_or(usize::MAX))))
            .collect(),
        alert: alert.map(|alert| AlertView {
            since: Moment::new(alert.opened_at, now),
            summary: summary(notice(&alert).as_ref()),
        }),
        left_out: left_out(&page.damaged),
        results: page.rows.iter().map(|record| row(record, now)).collect(),
        shown: status,
        filters: filters.into_iter().map(|(word, label)| (label, url(word), word == status)).collect(),
        next: page
            .next
            .as_ref()
            .map(|next| format!("/tests/{id}?status={status}&cursor={}#results", cursor::of_result(next))),
        is_first: wanted.before.is_none(),
    })
}

fn stacked(record: &ResultRecord, short: Short) -> Option<Run> {
    (record.outcome != Outcome::Missed).then(|| Run {
        id: record.id.to_string(),
        started_at: record.started_at,
        passed: record.outcome == Outcome::Passed,
        timings: short.timings,
        broke_in: short.broke_in,
    })
}

fn row(record: &ResultRecord, now: Timestamp) -> ResultRow {
    let short = short(record);
    let text = match (short.fault, short.reason) {
        (Some(fault), _) => format!("{}: {}", fault.phase, fault.message),
        (None, Some(reason)) => reason.replace('_', " "),
        (None, None) => String::new(),
    };
    ResultRow {
        id: record.id.to_string(),
        word: record.outcome.as_str(),
        label: label(record.outcome),
        sign: sign(record.outcome),
        began: Moment::new(record.started_at, now),
        took: if record.outcome == Outcome::Missed { String::new() } else { took(record.duration_ms) },
        code: record.code.clone(),
        text: cut(&text, 300),
    }
}
