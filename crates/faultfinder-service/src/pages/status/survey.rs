//! What a status page says now.

use super::condition::{self, ComponentState};
use super::days::{self, Day};
use super::incident::{self, Incident};
use crate::api::problem::Problem;
use crate::catalog::Kept;
use crate::service::Service;
use crate::silences::concerns;
use crate::status_page::StatusPage;
use crate::store::{AlertQuery, PAGE_MAX};
use crate::timestamp::Timestamp;
use faultfinder_spec::ComponentSource;
use serde::Serialize;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// Most tests of a component that count.
const TESTS_MAX: usize = 200;
/// How far incidents go back.
const INCIDENTS_FOR: Duration = Duration::from_secs(14 * 86_400);
/// How far ahead maintenance is announced.
const ANNOUNCED_FOR: Duration = Duration::from_secs(30 * 86_400);
/// Most pages of alerts that are looked through for incidents.
const ALERT_PAGES_MAX: usize = 10;

/// What a status page says.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Survey {
    pub(super) title: String,
    /// The worst state of its components.
    pub(super) state: ComponentState,
    pub(super) updated_at: Timestamp,
    pub(super) components: Vec<Component>,
    /// The latest first.
    pub(super) incidents: Vec<Incident>,
    /// The next first.
    pub(super) maintenance: Vec<Planned>,
}

/// A component.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Component {
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    pub(super) state: ComponentState,
    /// The share of runs that passed in the last 90 days, in percent.
    pub(super) uptime_percent: Option<f64>,
    pub(super) days: Vec<Day>,
}

/// A time in which components are worked on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Planned {
    pub(super) components: Vec<String>,
    pub(super) starts_at: Timestamp,
    pub(super) ends_at: Timestamp,
}

/// The tests of a component: those that it names, by name or id, and those with one of its tags.
fn tests_of(all: &[Arc<Kept>], component: &ComponentSource) -> Vec<Arc<Kept>> {
    let belongs = |kept: &&Arc<Kept>| {
        let record = &kept.record;
        let is_named = component.tests.iter().any(|name| *name == record.name || *name == record.id);
        let is_tagged = component.tags.iter().any(|tag| record.tags.contains(tag));
        (is_named || is_tagged) && !record.paused
    };
    all.iter().filter(belongs).take(TESTS_MAX).cloned().collect()
}

/// Gathers what a page says.
pub(super) async fn survey(service: &Service, page: &StatusPage) -> Result<Survey, Problem> {
    let now = service.now();
    let all = service.catalog().all();
    let of_components: Vec<Vec<Arc<Kept>>> =
        page.components.iter().map(|component| tests_of(&all, component)).collect();
    drop(all);
    let ids: HashSet<&str> = of_components.iter().flatten().map(|kept| kept.record.id.as_str()).collect();
    let alerts = alerts(service, &ids, now).await?;
    let mut components = Vec::new();
    let mut incidents = Vec::new();
    for (written, tests) in page.components.iter().zip(&of_components) {
        let states: Vec<_> = tests.iter().map(|kept| condition::of_test(service, kept, now)).collect();
        let ids: Vec<String> = tests.iter().map(|kept| kept.record.id.clone()).collect();
        let days = days::of_tests(service, &ids, now).await?;
        let of_component = alerts.iter().filter(|alert| ids.contains(&alert.test)).collect();
        incidents.extend(incident::of_component(&written.name, of_component, page.shows_cause));
        components.push(Component {
            name: written.name.clone(),
            description: written.description.clone(),
            state: condition::of_component(&states),
            uptime_percent: days::uptime(&days, days.len()),
            days,
        });
    }
    incidents.sort_by(|a, b| (b.started_at, &b.id).cmp(&(a.started_at, &a.id)));
    Ok(Survey {
        title: page.title.clone(),
        state: components.iter().map(|component| component.state).min().unwrap_or(ComponentState::Unknown),
        updated_at: now,
        maintenance: planned(service, page, &of_components, now),
        components,
        incidents,
    })
}

/// The alerts of these tests that go on or have ended lately.
async fn alerts(
    service: &Service,
    ids: &HashSet<&str>,
    now: Timestamp,
) -> Result<Vec<crate::store::AlertRecord>, Problem> {
    let from = now.before(INCIDENTS_FOR);
    let mut found = Vec::new();
    for open in [Some(true), Some(false)] {
        let mut before = None;
        for _ in 0..ALERT_PAGES_MAX {
            let query = AlertQuery { open, before, limit: PAGE_MAX, ..AlertQuery::default() };
            let listed = service.store().alerts(query).await?;
            let is_over = listed.rows.last().is_none_or(|last| last.opened_at < from);
            let is_wanted = |alert: &crate::store::AlertRecord| {
                ids.contains(alert.test.as_str()) && (alert.ended_at.is_none() || alert.opened_at >= from)
            };
            found.extend(listed.rows.into_iter().filter(is_wanted));
            before = listed.next;
            if before.is_none() || (is_over && open == Some(false)) {
                break;
            }
        }
    }
    Ok(found)
}

/// Maintenance that goes on or comes soon.
fn planned(
    service: &Service,
    page: &StatusPage,
    of_components: &[Vec<Arc<Kept>>],
    now: Timestamp,
) -> Vec<Planned> {
    let until = now.after(ANNOUNCED_FOR);
    let lasting = service.silences().lasting(now);
    let silences = lasting.iter().filter(|silence| silence.is_maintenance && silence.starts_at <= until);
    silences
        .filter_map(|silence| {
            let is_concerned = |kept: &Arc<Kept>| concerns(silence, &kept.record.id, &kept.record.tags);
            let concerned = page.components.iter().zip(of_components);
            let concerned = concerned.filter(|(_, tests)| tests.iter().any(is_concerned));
            let components: Vec<String> = concerned.map(|(written, _)| written.name.clone()).collect();
            (!components.is_empty()).then_some(Planned {
                components,
                starts_at: silence.starts_at,
                ends_at: silence.ends_at,
            })
        })
        .collect()
}
