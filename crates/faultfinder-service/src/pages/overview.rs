//! All tests: what is wrong now first, with the latest runs of each.

use super::condition::Condition;
use super::frame::{Frame, Section, shown};
use super::marks::{Marks, median_passed};
use super::moment::Moment;
use super::result::every;
use super::text::{count, cut, encoded, grouped, name, took};
use super::viewer::{Pages, Viewer};
use crate::api::elsewhere::elsewhere;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::catalog::Kept;
use crate::service::Service;
use crate::state::State as TestState;
use crate::store::RecentRun;
use crate::timestamp::Timestamp;
use crate::token::Scope;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use faultfinder_taxonomy::Code;
use http::Uri;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Tests of a page.
const PAGE: usize = 100;
/// Runs of a test that are shown.
const RUNS: usize = 20;
/// Tags of a test that are shown.
const TAGS_MAX: usize = 5;
/// Longest tag that is shown, in characters.
const TAG_CHARS_MAX: usize = 40;
/// Tags that are proposed.
const PROPOSED_MAX: usize = 200;

/// Which tests are asked for.
#[derive(Debug, Clone, Default)]
struct Filter {
    condition: Option<Condition>,
    /// Only tests that somebody should look at.
    is_trouble: bool,
    tag: String,
    code: String,
    search: String,
    by_tag: bool,
}

impl Filter {
    /// The filter and the number of the page, from 1, of a query string.
    fn read(uri: &Uri) -> Result<(Self, usize), Problem> {
        let mut query = Query::of(uri);
        let mut text = |name: &str| query.text(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        let (tag, code, search, state) = (text("tag"), text("code"), text("search"), text("state"));
        let is_trouble = state == "trouble";
        let condition = Condition::from_word(&state);
        if condition.is_none() && !is_trouble && !state.is_empty() {
            query.wrong("state", "must be trouble, failed, error, stale, new, passed or paused");
        }
        let by_tag = query.one_of("group", "tag", |text| matches!(text, "tag" | "").then_some(text == "tag"));
        let page = query.one_of("page", "a number of at least 1", |text| {
            text.parse().ok().filter(|page: &usize| (1..=1_000_000).contains(page))
        });
        query.finish()?;
        let filter = Self { condition, is_trouble, tag, code, search, by_tag: by_tag.unwrap_or_default() };
        Ok((filter, page.unwrap_or(1)))
    }

    fn state(&self) -> &'static str {
        match (self.is_trouble, self.condition) {
            (true, _) => "trouble",
            (false, Some(condition)) => condition.word(),
            (false, None) => "",
        }
    }

    /// Whether all tests are asked for.
    fn is_empty(&self) -> bool {
        self.state().is_empty() && self.tag.is_empty() && self.code.is_empty() && self.search.is_empty()
    }

    /// The URL of a page with this filter.
    fn url(&self, page: usize) -> String {
        let number = if page > 1 { page.to_string() } else { String::new() };
        let group = if self.by_tag { "tag" } else { "" };
        let parameters = [
            ("state", self.state()),
            ("tag", &self.tag),
            ("code", &self.code),
            ("search", &self.search),
            ("group", group),
            ("page", &number),
        ];
        let given = parameters.iter().filter(|(_, value)| !value.is_empty());
        let given: Vec<String> = given.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        if given.is_empty() { "/tests".to_owned() } else { format!("/tests?{}", given.join("&")) }
    }
}

/// A test with how it is now.
struct Found {
    /// The tag that it is listed under, if tests are grouped.
    group: Option<String>,
    condition: Condition,
    kept: Arc<Kept>,
    state: Option<TestState>,
}

/// What was found of all tests.
struct Survey {
    counts: Vec<(Condition, usize)>,
    all: usize,
    found: usize,
    /// Of each group: its tests, and those that somebody should look at.
    groups: BTreeMap<Option<String>, (usize, usize)>,
    page: Vec<Found>,
    tags: BTreeSet<String>,
}

/// Looks at all tests, which are in memory.
fn survey(service: &Service, filter: &Filter, page: usize, now: Timestamp) -> Survey {
    let mut states = service.states().ended_tests();
    let search = filter.search.to_lowercase();
    let mut counts: HashMap<Condition, usize> = HashMap::new();
    let (mut all, mut tags, mut found) = (0, BTreeSet::new(), Vec::new());
    for kept in service.catalog().all() {
        let state = states.remove(&kept.record.id);
        let condition = Condition::of(&kept, state.as_ref(), now);
        all += 1;
        *counts.entry(condition).or_default() += 1;
        if tags.len() < PROPOSED_MAX {
            tags.extend(kept.record.tags.iter().map(|tag| cut(tag, TAG_CHARS_MAX)));
        }
        let record = &kept.record;
        let code = state.as_ref().and_then(|state| state.last.code.as_deref());
        let is_wanted = filter.condition.is_none_or(|wanted| wanted == condition)
            && (!filter.is_trouble || condition.is_trouble())
            && (filter.tag.is_empty() || record.tags.contains(&filter.tag))
            && (filter.code.is_empty() || code == Some(&filter.code))
            && (search.is_empty() || record.name.to_lowercase().contains(&search));
        if !is_wanted {
            continue;
        }
        if filter.by_tag && !record.tags.is_empty() {
            let of_tag = |tag: &String| Found {
                group: Some(tag.clone()),
                condition,
                kept: Arc::clone(&kept),
                state: state.clone(),
            };
            found.extend(record.tags.iter().map(of_tag));
        } else {
            found.push(Found { group: None, condition, kept, state });
        }
    }
    let mut groups: BTreeMap<Option<String>, (usize, usize)> = BTreeMap::new();
    if filter.by_tag {
        for one in &found {
            let of_group = groups.entry(one.group.clone()).or_default();
            of_group.0 += 1;
            of_group.1 += usize::from(one.condition.is_trouble());
        }
    }
    found.sort_by(|one, other| place(one).cmp(&place(other)));
    let count = found.len();
    let page = found.into_iter().skip(page.saturating_sub(1).saturating_mul(PAGE)).take(PAGE).collect();
    let counts = Condition::ALL.into_iter().map(|of| (of, counts.get(&of).copied().unwrap_or_default()));
    Survey { counts: counts.collect(), all, found: count, groups, page, tags }
}

/// Where a test is in the list: those without a tag behind the groups, what is wrong first, and of that what began last.
fn place(found: &Found) -> (bool, Option<&str>, Condition, std::cmp::Reverse<i64>, &str, &str) {
    let since = match found.condition.is_trouble() {
        true => found.state.as_ref().map_or(i64::MIN, |state| state.since.millis()),
        false => i64::MIN,
    };
    let record = &found.kept.record;
    let group = found.group.as_deref();
    (group.is_none(), group, found.condition, std::cmp::Reverse(since), &record.name, &record.id)
}

/// A number of tests in a condition, with the page that lists them.
struct Count {
    word: &'static str,
    label: &'static str,
    sign: &'static str,
    meaning: &'static str,
    number: String,
    url: String,
    is_here: bool,
}

/// A line of the list.
struct Row {
    /// The group that begins with it.
    group: Option<Group>,
    id: String,
    name: String,
    tags: Vec<(String, String)>,
    condition: Condition,
    since: Option<Moment>,
    code: Option<String>,
    /// The last result: where it is, and when it began.
    last: Option<(String, Moment)>,
    every: String,
    marks: Option<Marks>,
    median: Option<String>,
}

struct Group {
    name: String,
    summary: String,
}

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewView {
    frame: Frame,
    heading: String,
    counts: Vec<Count>,
    filter: Filter,
    state: &'static str,
    tags: Vec<String>,
    codes: Vec<&'static str>,
    conditions: Vec<(&'static str, &'static str)>,
    rows: Vec<Row>,
    has_results: bool,
    found: String,
    previous: Option<String>,
    next: Option<String>,
    pages: String,
    is_filtered: bool,
    /// How many tests there are at all.
    all: usize,
    /// That files have mistakes: their tests are not among these, or not as they are written now.
    bad_files: Option<String>,
}

pub(super) async fn get(
    State(pages): State<Arc<Pages>>,
    viewer: Viewer,
    uri: Uri,
) -> Result<Response, Problem> {
    viewer.demand(&[Scope::TestsRead])?;
    let (filter, page) = Filter::read(&uri)?;
    let service = &pages.service;
    let now = service.now();
    let (of, wanted) = (Arc::clone(service), filter.clone());
    let surveyed = elsewhere(service, &viewer.actor, 0, move || Ok(survey(&of, &wanted, page, now))).await?;
    let may_see_results = viewer.may(Scope::ResultsRead);
    let runs = if may_see_results { recent(service, &surveyed.page).await? } else { Vec::new() };
    let view = view(&viewer, filter, page, surveyed, may_see_results.then_some(runs), now);
    shown(&OverviewView { bad_files: bad_files(service), ..view })
}

/// How many files have mistakes, if any.
fn bad_files(service: &Service) -> Option<String> {
    let loaded = service.loaded()?;
    let bad = loaded.files.iter().filter(|file| !file.is_good()).count();
    (bad > 0).then(|| count(bad, "definition file has", "definition files have"))
}

/// The latest runs of the tests of a page.
async fn recent(service: &Service, page: &[Found]) -> Result<Vec<RecentRun>, Problem> {
    let ids: BTreeSet<String> = page.iter().map(|found| found.kept.record.id.clone()).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(service.store().recent_runs(ids.into_iter().collect(), RUNS).await?.rows)
}

fn view(
    viewer: &Viewer,
    filter: Filter,
    page: usize,
    surveyed: Survey,
    runs: Option<Vec<RecentRun>>,
    now: Timestamp,
) -> OverviewView {
    let Survey { counts, all, found, groups, page: listed, tags } = surveyed;
    let mut by_test: HashMap<&str, Vec<&RecentRun>> = HashMap::new();
    for run in runs.iter().flatten() {
        by_test.entry(&run.test).or_default().push(run);
    }
    let trouble: usize = counts.iter().filter(|(of, _)| of.is_trouble()).map(|(_, count)| *count).sum();
    let heading = match (all, trouble) {
        (0, _) => "No tests yet".to_owned(),
        (_, 0) => format!("{}, none in trouble", count(all, "test", "tests")),
        _ => format!("{} of {} in trouble", grouped(trouble), count(all, "test", "tests")),
    };
    let mut rows: Vec<Row> = Vec::new();
    let mut last_group: Option<Option<String>> = None;
    for one in listed {
        let begins = filter.by_tag && last_group.as_ref() != Some(&one.group);
        let group = begins.then(|| group(&one.group, &groups));
        last_group = Some(one.group.clone());
        let of_test = by_test.get(one.kept.record.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        rows.push(Row::new(&one, group, runs.is_some().then_some(of_test), now));
    }
    let last_page = found.div_ceil(PAGE).max(1);
    let first = (page - 1).saturating_mul(PAGE) + 1;
    let counts = counts.into_iter().map(|(of, number)| Count {
        word: of.word(),
        label: of.label(),
        sign: of.sign(),
        meaning: of.meaning(),
        number: grouped(number),
        url: Filter { condition: Some(of), ..Filter::default() }.url(1),
        is_here: filter.condition == Some(of),
    });
    OverviewView {
        frame: Frame::new(heading.clone(), Section::Tests, viewer).live(),
        heading,
        counts: counts.collect(),
        state: filter.state(),
        tags: tags.into_iter().take(PROPOSED_MAX).collect(),
        codes: Code::ALL.iter().map(|code| code.as_str()).collect(),
        conditions: Condition::ALL.iter().map(|of| (of.word(), of.label())).collect(),
        found: if rows.is_empty() {
            "No test matches.".to_owned()
        } else {
            let last = first + rows.len() - 1;
            format!("{} to {} of {}", grouped(first), grouped(last), grouped(found))
        },
        rows,
        has_results: runs.is_some(),
        previous: (page > 1).then(|| filter.url((page - 1).min(last_page))),
        next: (page < last_page).then(|| filter.url(page + 1)),
        pages: format!("Page {} of {}", grouped(page), grouped(last_page)),
        is_filtered: !filter.is_empty(),
        all,
        bad_files: None,
        filter,
    }
}

fn group(of: &Option<String>, groups: &BTreeMap<Option<String>, (usize, usize)>) -> Group {
    let (tests, trouble) = groups.get(of).copied().unwrap_or_default();
    let summary = match trouble {
        0 => format!("{}, none in trouble", count(tests, "test", "tests")),
        _ => format!("{} of {} in trouble", grouped(trouble), count(tests, "test", "tests")),
    };
    Group { name: of.as_deref().map_or_else(|| "Without a tag".to_owned(), name), summary }
}

impl Row {
    fn new(found: &Found, group: Option<Group>, runs: Option<&[&RecentRun]>, now: Timestamp) -> Self {
        let record = &found.kept.record;
        let tag = |tag: &String| {
            let url = Filter { tag: tag.clone(), ..Filter::default() }.url(1);
            (cut(tag, TAG_CHARS_MAX), url)
        };
        let state = found.state.as_ref();
        Self {
            group,
            id: record.id.clone(),
            name: name(&record.name),
            tags: record.tags.iter().take(TAGS_MAX).map(tag).collect(),
            condition: found.condition,
            since: state.map(|state| Moment::new(state.since, now)),
            code: state.and_then(|state| state.last.code.clone()),
            last: state
                .filter(|_| runs.is_some())
                .map(|state| (state.last.id.to_string(), Moment::new(state.last.started_at, now))),
            every: every(record.every),
            marks: runs.map(|runs| Marks::new(runs, RUNS)),
            median: runs.and_then(median_passed).map(took),
        }
    }
}
