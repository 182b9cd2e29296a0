//! What changed, over all tests: runs that did not pass, and the first that passed again.

use super::condition::{label, sign};
use super::frame::{Frame, Section, shown};
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

/// Runs that a page looks at.
const PAGE: usize = 200;

#[derive(Template)]
#[template(path = "events.html")]
struct EventsView {
    frame: Frame,
    events: Vec<Row>,
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
    is_first: bool,
    /// How many runs in a row ended like this, this one included.
    runs: usize,
}

pub(super) async fn get(
    State(pages): State<Arc<Pages>>,
    viewer: Viewer,
    uri: Uri,
) -> Result<Response, Problem> {
    viewer.demand(&[Scope::ResultsRead])?;
    let mut query = Query::of(&uri);
    let before = query.text("cursor").and_then(|text| {
        let before = cursor::result(&text);
        if before.is_none() {
            query.wrong_cursor();
        }
        before
    });
    query.finish()?;
    let (service, is_first) = (&pages.service, before.is_none());
    let page = service.store().troubles(before, PAGE).await?;
    let now = service.now();
    let events = events(page.rows).into_iter().map(|event| Row::new(service, event, now)).collect();
    let view = EventsView {
        frame: Frame::new("Events", Section::Events, &viewer),
        events,
        next: page.next.as_ref().map(|next| format!("/events?cursor={}", cursor::of_result(next))),
        is_first,
        links_tests: viewer.may(Scope::TestsRead),
    };
    shown(&view)
}

/// What changed, the latest first. Runs of a test that ended the same way in a row are one event, that of the first of them.
fn events(troubles: Vec<Trouble>) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    // Of each test the event that runs before it may belong to.
    let mut open: HashMap<String, usize> = HashMap::new();
    for trouble in troubles {
        let Trouble { test, id, started_at, outcome, code, is_first, passed_again } = trouble;
        if let Some((id, at)) = passed_again {
            let (outcome, code) = (Outcome::Passed, None);
            events.push(Event { at, test: test.clone(), id, outcome, code, is_first: true, runs: 1 });
            open.remove(&test);
        }
        let same = open.get(&test).and_then(|place| events.get_mut(*place));
        match same.filter(|event| event.outcome == outcome && event.code == code) {
            Some(event) => {
                event.runs += 1;
                (event.at, event.id, event.is_first) = (started_at, id, is_first);
            }
            None => {
                open.insert(test.clone(), events.len());
                events.push(Event {
                    at: started_at,
                    test: test.clone(),
                    id,
                    outcome,
                    code,
                    is_first,
                    runs: 1,
                });
            }
        }
        if is_first {
            open.remove(&test);
        }
    }
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    events
}

impl Row {
    fn new(service: &Service, event: Event, now: Timestamp) -> Self {
        let Event { at, test, id, outcome, code, is_first, runs } = event;
        let kept = service.catalog().get(&test);
        let what = match (outcome, is_first, runs) {
            (Outcome::Passed, ..) => "Passed again".to_owned(),
            (outcome, _, 1) => label(outcome).to_owned(),
            (outcome, true, runs) => format!("{}, {runs} runs in a row", label(outcome)),
            (outcome, false, runs) => format!("{}, {runs} more runs", label(outcome)),
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

    #[test]
    fn runs_that_fail_the_same_way_are_one_event_until_one_passes() {
        let trouble = |test: &str, second: i64, code: &str, is_first, passed: Option<i64>| Trouble {
            test: test.to_owned(),
            id: Uuid::nil(),
            started_at: Timestamp::from_millis(second * 1_000),
            outcome: Outcome::Failed,
            code: Some(code.to_owned()),
            is_first,
            passed_again: passed.map(|second| (Uuid::nil(), Timestamp::from_millis(second * 1_000))),
        };
        let found = events(vec![
            trouble("a", 90, "TIMEOUT", false, Some(100)),
            trouble("a", 80, "TIMEOUT", false, None),
            trouble("b", 75, "DNS", true, None),
            trouble("a", 70, "CONNREFUSED", true, None),
            trouble("a", 10, "CONNREFUSED", true, Some(20)),
        ]);
        let found: Vec<_> = found
            .iter()
            .map(|event| (event.test.as_str(), event.at.millis() / 1_000, event.outcome, event.runs))
            .collect();
        let expected = [
            ("a", 100, Outcome::Passed, 1),
            ("a", 80, Outcome::Failed, 2),
            ("b", 75, Outcome::Failed, 1),
            ("a", 70, Outcome::Failed, 1),
            ("a", 20, Outcome::Passed, 1),
            ("a", 10, Outcome::Failed, 1),
        ];
        assert_eq!(found, expected);
    }
}
