//! Times in which a component did not work: the alerts of its tests.

use crate::alerts::Facts;
use crate::store::AlertRecord;
use crate::timestamp::Timestamp;
use faultfinder_alert::Kind;
use faultfinder_taxonomy::Code;
use serde::Serialize;
use std::collections::BTreeSet;

/// A time in which a component did not work: alerts of its tests that overlap are one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Incident {
    /// The id of the first alert.
    pub(super) id: String,
    pub(super) component: String,
    /// What was wrong with it: `Down`, `Degraded`, `No data`.
    pub(super) title: &'static str,
    pub(super) started_at: Timestamp,
    /// When it ended; nothing while it goes on.
    pub(super) ended_at: Option<Timestamp>,
    /// What the codes of the faults mean, if the page says so.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) causes: BTreeSet<String>,
}

/// The incidents of a component from the alerts of its tests, the latest first.
pub(super) fn of_component(
    component: &str,
    mut alerts: Vec<&AlertRecord>,
    shows_cause: bool,
) -> Vec<Incident> {
    alerts.sort_by(|a, b| (a.opened_at, &a.id).cmp(&(b.opened_at, &b.id)));
    let mut incidents: Vec<Incident> = Vec::new();
    for alert in alerts {
        let facts = serde_json::from_str::<Facts>(alert.body.as_str()).ok();
        let cause = facts.as_ref().and_then(cause).filter(|_| shows_cause);
        let title = facts.as_ref().map_or("Down", |facts| title(facts.kind));
        match incidents.last_mut() {
            Some(last) if last.ended_at.is_none_or(|ended| alert.opened_at <= ended) => {
                last.ended_at = last.ended_at.zip(alert.ended_at).map(|(one, other)| one.max(other));
                last.causes.extend(cause);
                if title == "Down" {
                    last.title = title;
                }
            }
            _ => incidents.push(Incident {
                id: alert.id.clone(),
                component: component.to_owned(),
                title,
                started_at: alert.opened_at,
                ended_at: alert.ended_at,
                causes: cause.into_iter().collect(),
            }),
        }
    }
    incidents.reverse();
    incidents
}

const fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Down => "Down",
        Kind::Degraded => "Degraded",
        Kind::Flapping => "Unstable",
        Kind::Missing | Kind::NoData => "No data",
    }
}

/// What a code means. The message of a fault is not for everyone: it may name what is inside.
fn cause(facts: &Facts) -> Option<String> {
    let fault = facts.fault.as_ref()?;
    let code = Code::from_name(&fault.code)?;
    let detail = fault.detail.as_ref().map(|detail| format!(" {detail}")).unwrap_or_default();
    Some(format!("{code}{detail}: {}", code.explanation().title))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::RawObject;

    fn alert(id: &str, opened: i64, ended: Option<i64>, body: &str) -> AlertRecord {
        AlertRecord {
            id: id.to_owned(),
            test: id.to_owned(),
            number: 1,
            opened_at: Timestamp::from_millis(opened),
            ended_at: ended.map(Timestamp::from_millis),
            body: RawObject::parse(body.to_owned()).unwrap(),
        }
    }

    fn body(kind: &str, code: Option<&str>) -> String {
        let fault = code.map(|code| serde_json::json!({ "code": code, "detail": "ECONNREFUSED", "phase": "connect", "message": "10.0.0.1", "result": "r" }));
        let mut body = serde_json::json!({
            "alert": "a", "notice": 1, "event": "alert", "at": "", "since": "", "kind": kind, "summary": "", "reason": "",
            "test": { "id": "t", "name": "internal", "tags": [] }, "locations": [],
        });
        if let Some(fault) = fault {
            body["fault"] = fault;
        }
        body.to_string()
    }

    #[test]
    fn alerts_that_overlap_are_one_incident() {
        let (refused, timeout) = (body("down", Some("CONNREFUSED")), body("down", Some("TIMEOUT")));
        let alerts = [
            alert("c", 50, None, &timeout),
            alert("a", 10, Some(30), &body("degraded", None)),
            alert("b", 30, Some(40), &refused),
            alert("d", 60, Some(70), &refused),
        ];
        let found = of_component("shop", alerts.iter().collect(), true);
        let shape: Vec<_> = found
            .iter()
            .map(|one| {
                (
                    one.id.as_str(),
                    one.title,
                    one.started_at.millis(),
                    one.ended_at.map(Timestamp::millis),
                    one.causes.len(),
                )
            })
            .collect();
        assert_eq!(shape, [("c", "Down", 50, None, 2), ("a", "Down", 10, Some(40), 1)]);
        assert!(found[1].causes.first().unwrap().starts_with("CONNREFUSED ECONNREFUSED: "), "{found:?}");
        let hidden = of_component("shop", alerts.iter().collect(), false);
        assert!(hidden.iter().all(|one| one.causes.is_empty()), "{hidden:?}");
        assert!(!format!("{found:?}").contains("10.0.0.1") && !format!("{found:?}").contains("internal"));
    }
}
