//! What changed, over all tests: runs that did not pass, and the first that passed again.

use super::condition::{label, sign};
use super::frame::{Frame, Section, left_out, shown};
use super::moment::Moment;
use super::text::name;
use super::viewer::{Pages, Viewer};
use crate::api::cursor;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::service::Service;
use crate::store::{Outcome, Trouble};
use crate::timestamp::Timestamp;
use crate::token::Scope;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Runs that are looked at in one go, how often, and after how many changes it is enough.
const RUNS: usize = 500;
const LOOKS_MAX: usize = 8;
const ENOUGH: usize = 60;

#[derive(Template)]
#[template(path = "events.html")]
struct EventsView {
    frame: Frame,
    events: Vec<Row>,
    left_out: Option<String>,
    next: Option<String>,
    is_first: bool,
    links_tests: bool,
}

/// Something that changed.
struct Row {
    at: Moment,
    test: String,
    name: String,
    /// Whether the test can be shown.
    is_known: bool,
    word: &'static str,
    sign: &'static str,
    what: String,
    code: Option<String>,
    result: String,
}

/// Something that changed, before it is put into words.
#[derive(Debug)]
struct Event {
    at: Timestamp,
    test: String,
    id: Uuid,
    outcome: Outcome,
    code: Option<String>,
    /// How many runs in a row ended like this from there on; nothing if that is not known.
    runs: Option<usize>,
}

pub(super) async fn get(
    State(pages): State<Arc<Pages>>,
    viewer: Viewer,
    uri: Uri,
) -> Result<Response, Problem> {
    viewer.demand(&[Scope::ResultsRead])?;
    let mut query = Query::of(&uri);
    let mut before = query.cursor(cursor::result);
    query.finish()?;
    let (service, is_first) = (&pages.service, before.is_none());
    let mut feed = Feed { is_from_now: is_first, ..Feed::default() };
    let mut damaged = Vec::new();
    for _ in 0..LOOKS_MAX {
        let page = service.store().troubles(before, RUNS).await?;
        damaged.extend(page.damaged);
        page.rows.into_iter().for_each(|trouble| feed.add(trouble));
        before = page.next;
        if before.is_none() || feed.events.len() >= ENOUGH {
            break;
        }
    }
    let now = service.now();
    let events = feed.finish(before.is_none());
    let view = EventsView {
        frame: Frame::new("Events", Section::Events, &viewer),
        events: events.into_iter().map(|event| Row::new(service, event, now)).collect(),
        left_out: left_out(&damaged),
        next: before.as_ref().map(|next| format!("/events?cursor={}", cursor::of_result(next))),
        is_first,
        links_tests: viewer.may(Scope::TestsRead),
    };
    shown(&view)
}

/// What changed, as runs that did not pass show it, from the latest on. Runs of a test that ended the same way in a row are
/// one event, that of the first of them: what goes on is not repeated.
#[derive(Debug, Default)]
struct Feed {
    /// Whether there is nothing later than the first run that is added.
    is_from_now: bool,
    events: Vec<Event>,
    /// Of each test the runs whose beginning is not seen yet.
    open: HashMap<String, Event>,
}

impl Feed {
    fn add(&mut self, trouble: Trouble) {
        let Trouble { test, id, started_at: at, outcome, code, is_first, passed_again } = trouble;
        if outcome == Outcome::Missed {
            return self.events.push(Event { at, test, id, outcome, code, runs: None });
        }
        let is_followed = passed_again.is_some();
        if let Some((id, at)) = passed_again {
            let (test, outcome, code) = (test.clone(), Outcome::Passed, None);
            self.events.push(Event { at, test, id, outcome, code, runs: None });
        }
        let event = match self.open.remove(&test) {
            Some(later) if later.outcome == outcome && later.code == code => {
                Event { at, id, runs: later.runs.map(|runs| runs.saturating_add(1)), ..later }
            }
            later => {
                let is_whole = self.is_from_now || is_followed || later.is_some();
                self.events.extend(later);
                let runs = is_whole.then_some(1);
                Event { at, test: test.clone(), id, outcome, code, runs }
            }
        };
        if is_first {
            self.events.push(event);
        } else {
            self.open.insert(test, event);
        }
    }

    /// The events, the latest first. If that was all that is kept, what has no beginning begins there.
    fn finish(mut self, is_all: bool) -> Vec<Event> {
        if is_all {
            self.events.extend(self.open.into_values());
        }
        self.events.sort_by_key(|event| std::cmp::Reverse(event.at));
        self.events
    }
}

impl Row {
    fn new(service: &Service, event: Event, now: Timestamp) -> Self {
        let Event { at, test, id, outcome, code, runs } = event;
        let kept = service.catalog().get(&test);
        let what = match (outcome, runs.unwrap_or(1)) {
            (Outcome::Passed, _) => "Passed again".to_owned(),
            (outcome, 1) => label(outcome).to_owned(),
            (outcome, runs) => format!("{}, {runs} runs in a row", label(outcome)),
        };
        Self {
            at: Moment::new(at, now),
            is_known: kept.is_some(),
            name: kept.map_or_else(|| test.clone(), |kept| name(&kept.record.name)),
            word: outcome.as_str(),
            sign: sign(outcome),
            what,
            code,
            result: id.to_string(),
            test,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trouble(test: &str, second: i64, code: &str, is_first: bool, passed: Option<i64>) -> Trouble {
        Trouble {
            test: test.to_owned(),
            id: Uuid::nil(),
            started_at: Timestamp::from_millis(second * 1_000),
            outcome: if code.is_empty() { Outcome::Missed } else { Outcome::Failed },
            code: Some(code.to_owned()),
            is_first,
            passed_again: passed.map(|second| (Uuid::nil(), Timestamp::from_millis(second * 1_000))),
        }
    }

    fn found(
        troubles: Vec<Trouble>,
        is_from_now: bool,
        is_all: bool,
    ) -> Vec<(String, i64, Outcome, Option<usize>)> {
        let mut feed = Feed { is_from_now, ..Feed::default() };
        troubles.into_iter().for_each(|trouble| feed.add(trouble));
        let events = feed.finish(is_all).into_iter();
        events.map(|event| (event.test, event.at.millis() / 1_000, event.outcome, event.runs)).collect()
    }

    #[test]
    fn runs_that_fail_the_same_way_are_one_event_until_one_passes() {
        let events = found(
            vec![
                trouble("a", 90, "TIMEOUT", false, Some(100)),
                trouble("a", 85, "", false, None),
                trouble("a", 80, "TIMEOUT", false, None),
                trouble("b", 75, "DNS", true, None),
                trouble("a", 70, "CONNREFUSED", true, None),
                trouble("c", 60, "DNS", false, None),
                trouble("a", 10, "CONNREFUSED", true, Some(20)),
            ],
            true,
            false,
        );
        let expected = [
            ("a", 100, Outcome::Passed, None),
            ("a", 85, Outcome::Missed, None),
            ("a", 80, Outcome::Failed, Some(2)),
            ("b", 75, Outcome::Failed, Some(1)),
            ("a", 70, Outcome::Failed, Some(1)),
            ("a", 20, Outcome::Passed, None),
            ("a", 10, Outcome::Failed, Some(1)),
        ];
        assert_eq!(events, expected.map(|(test, at, outcome, runs)| (test.to_owned(), at, outcome, runs)));
    }

    #[test]
    fn what_goes_on_beyond_a_page_is_an_event_where_it_began() {
        let runs = || vec![trouble("a", 90, "DNS", false, None), trouble("a", 80, "DNS", false, None)];
        assert!(found(runs(), true, false).is_empty());
        assert_eq!(found(runs(), true, true), [("a".to_owned(), 80, Outcome::Failed, Some(2))]);
        assert_eq!(found(runs(), false, true), [("a".to_owned(), 80, Outcome::Failed, None)]);
    }
}
