//! Watches, alerts, and what is sent of them.

use super::place::Place;
use super::{TEN, at, over_both};
use crate::store::{AlertChanges, AlertKey, AlertQuery, AlertRecord, Delivery, RawObject, WatchRecord};
use serde_json::json;

over_both!(
    watches_are_kept_until_there_is_nothing_to_keep,
    alerts_are_listed_from_the_latest_on,
    a_notifier_has_the_next_notice_of_each_alert_to_send,
    alerts_that_ended_are_forgotten_with_what_was_sent,
);

fn watch(test: &str, body: i64) -> WatchRecord {
    WatchRecord { test: test.to_owned(), body: RawObject::of(&json!({ "at": body })).unwrap() }
}

fn alert(id: &str, test: &str, number: i64, opened: i64, ended: Option<i64>) -> AlertRecord {
    let (id, test) = (id.to_owned(), test.to_owned());
    let body = RawObject::of(&json!({ "number": number })).unwrap();
    AlertRecord {
        id,
        test,
        number,
        opened_at: at(TEN + opened),
        ended_at: ended.map(|millis| at(TEN + millis)),
        body,
    }
}

fn delivery(alert: &str, notice: i64, notifier: &str, due: i64) -> Delivery {
    Delivery {
        alert: alert.to_owned(),
        notice,
        notifier: notifier.to_owned(),
        at: at(TEN),
        due_at: at(TEN + due),
        attempts: 0,
        ended_at: None,
        failure: None,
        body: RawObject::of(&json!({ "notice": notice })).unwrap(),
    }
}

async fn watches_are_kept_until_there_is_nothing_to_keep(place: &Place) {
    let save = |watches, idle: &[&str]| {
        let idle = idle.iter().map(|&test| test.to_owned()).collect();
        place.store.save_alerts(AlertChanges { watches, idle, ..AlertChanges::default() })
    };
    save(vec![watch("b", 1), watch("a", 1)], &[]).await.unwrap();
    save(vec![watch("b", 2)], &["a", "none"]).await.unwrap();
    assert_eq!(place.store.watches().await.unwrap().rows, [watch("b", 2)]);
}

async fn alerts_are_listed_from_the_latest_on(place: &Place) {
    let alerts = vec![
        alert("1", "a", 1, 0, Some(5)),
        alert("2", "a", 2, 10, None),
        alert("3", "b", 1, 10, None),
        alert("4", "b", 2, 20, None),
    ];
    place.store.save_alerts(AlertChanges { alerts, ..AlertChanges::default() }).await.unwrap();
    // What is known of one later is that it has ended; when it began stays.
    let ended = alert("4", "b", 2, 99, Some(30));
    place.store.save_alerts(AlertChanges { alerts: vec![ended], ..AlertChanges::default() }).await.unwrap();
    assert_eq!(place.store.alert("4".to_owned()).await.unwrap(), Some(alert("4", "b", 2, 20, Some(30))));
    assert_eq!(place.store.alert("5".to_owned()).await.unwrap(), None);
    let mut numbers = place.store.alert_numbers().await.unwrap();
    numbers.sort();
    assert_eq!(numbers, [("a".to_owned(), 2), ("b".to_owned(), 2)]);
    let list = async |query: AlertQuery| {
        let page = place.store.alerts(AlertQuery { limit: 10, ..query }).await.unwrap();
        page.rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(list(AlertQuery::default()).await, ["4", "3", "2", "1"]);
    assert_eq!(list(AlertQuery { test: Some("a".to_owned()), ..AlertQuery::default() }).await, ["2", "1"]);
    assert_eq!(list(AlertQuery { open: Some(true), ..AlertQuery::default() }).await, ["3", "2"]);
    assert_eq!(list(AlertQuery { open: Some(false), ..AlertQuery::default() }).await, ["4", "1"]);
    let first = place.store.alerts(AlertQuery { limit: 2, ..AlertQuery::default() }).await.unwrap();
    assert_eq!(first.next, Some(AlertKey { opened_at: at(TEN + 10), id: "3".to_owned() }));
    assert_eq!(list(AlertQuery { before: first.next, ..AlertQuery::default() }).await, ["2", "1"]);
}

async fn a_notifier_has_the_next_notice_of_each_alert_to_send(place: &Place) {
    let deliveries = vec![
        delivery("1", 1, "ops", 9),
        delivery("1", 2, "ops", 0),
        delivery("2", 1, "ops", 3),
        delivery("1", 1, "chat", 1),
    ];
    place.store.save_alerts(AlertChanges { deliveries, ..AlertChanges::default() }).await.unwrap();
    let due = async |notifier: &str| {
        let due = place.store.due_deliveries(notifier.to_owned()).await.unwrap().rows;
        due.into_iter().map(|one| (one.alert, one.notice)).collect::<Vec<_>>()
    };
    let named = |alert: &str, notice| (alert.to_owned(), notice);
    assert_eq!(due("ops").await, [named("2", 1), named("1", 1)]);
    assert_eq!(due("chat").await, [named("1", 1)]);
    // What was written before a crash is written again, and is as it was.
    let tried = Delivery {
        due_at: at(TEN + 50),
        attempts: 1,
        failure: Some("REFUSED".to_owned()),
        ..delivery("2", 1, "ops", 3)
    };
    place.store.tried_delivery(tried.clone()).await.unwrap();
    let again = vec![delivery("2", 1, "ops", 3)];
    place.store.save_alerts(AlertChanges { deliveries: again, ..AlertChanges::default() }).await.unwrap();
    assert_eq!(place.store.deliveries("2".to_owned()).await.unwrap().rows, [tried]);
    assert_eq!(due("ops").await, [named("1", 1), named("2", 1)]);
    let delivered = Delivery { ended_at: Some(at(TEN + 60)), attempts: 1, ..delivery("1", 1, "ops", 9) };
    place.store.tried_delivery(delivered).await.unwrap();
    assert_eq!(due("ops").await, [named("1", 2), named("2", 1)]);
    let all = place.store.deliveries("1".to_owned()).await.unwrap().rows;
    let all: Vec<_> = all.into_iter().map(|one| (one.notice, one.notifier, one.ended_at.is_some())).collect();
    let expected = [(2, "ops", false), (1, "chat", false), (1, "ops", true)];
    assert_eq!(all, expected.map(|(notice, notifier, ended)| (notice, notifier.to_owned(), ended)));
}

async fn alerts_that_ended_are_forgotten_with_what_was_sent(place: &Place) {
    let changes = AlertChanges {
        alerts: vec![
            alert("1", "a", 1, 0, Some(5)),
            alert("2", "a", 2, 0, Some(50)),
            alert("3", "b", 1, 0, None),
        ],
        deliveries: ["1", "2", "3"].map(|alert| delivery(alert, 1, "ops", 0)).into(),
        ..AlertChanges::default()
    };
    place.store.save_alerts(changes).await.unwrap();
    place.store.retain(at(TEN + 100), at(0), at(TEN + 50)).await.unwrap();
    let left = place.store.alerts(AlertQuery { limit: 10, ..AlertQuery::default() }).await.unwrap().rows;
    assert_eq!(left.iter().map(|alert| alert.id.as_str()).collect::<Vec<_>>(), ["3", "2"]);
    let due = place.store.due_deliveries("ops".to_owned()).await.unwrap().rows;
    assert_eq!(due.iter().map(|one| one.alert.as_str()).collect::<Vec<_>>(), ["2", "3"]);
}
