//! What holds of every history, over ten thousand of them.

use faultfinder_alert::{Event, Happening, Notice, Past, Rule, Seen, Silence, State, Verdict, Watch, replay};
use faultfinder_spec::{ActiveTimes, AlertRule, Source, read_histories};
use faultfinder_taxonomy::Code;
use faultfinder_taxonomy::word::{MissingData, Word};
use proptest::prelude::*;
use std::sync::Arc;
use std::time::Duration;

const LOCATIONS: [&str; 3] = ["eu", "us", "asia"];

fn rules() -> impl Strategy<Value = Rule> {
    let counts = (1_u32..4, 0_u32..3, 1_u32..4, 1_u32..4, 0_u64..400);
    let maintenance = maintenance();
    let switches = (
        any::<bool>(),
        any::<bool>(),
        prop::sample::select(MissingData::ALL),
        prop::option::of(1_u64..10),
        prop::bool::weighted(0.05),
        prop::collection::vec(silence(), 0..2),
    );
    (counts, switches).prop_map(
        move |(
            (failures, more, passes, locations, seconds),
            (degraded, flapping, missing, remind, has_maintenance, silences),
        )| {
            let written = AlertRule {
                failures: Some(failures),
                of: Some(failures + more),
                passes: Some(passes),
                locations: Some(locations),
                failing_for: Some(Duration::from_secs(seconds)),
                degraded: Some(degraded),
                flapping: Some(flapping),
                missing: Some(missing),
                maintenance: maintenance.clone().filter(|_| has_maintenance),
                remind_every: remind.map(|minutes| Duration::from_secs(60 * minutes)),
                ..AlertRule::default()
            };
            Rule { silences: silences.into(), ..Rule::new(&written, Some(Duration::from_secs(60))) }
        },
    )
}

fn silence() -> impl Strategy<Value = Silence> {
    (0_i64..3_600, 1_i64..1_200, any::<bool>()).prop_map(|(second, seconds, is_maintenance)| Silence {
        from: second * 1_000,
        until: (second + seconds) * 1_000,
        is_maintenance,
    })
}

/// Two times of the hour in which everything happens.
fn maintenance() -> Option<Arc<ActiveTimes>> {
    let text =
        "histories: [{ name: a, alert: { maintenance: [thu 00:10-00:20, thu 00:40-00:45] }, expect: [] }]";
    let histories = read_histories(&Source::new("maintenance", text)).ok()?;
    histories.first().and_then(|history| history.alert.maintenance.clone())
}

fn events() -> impl Strategy<Value = Vec<Past>> {
    let verdicts = prop_oneof![
        4 => Just(Verdict::Passed),
        4 => Just(Verdict::Failed(Some(Code::Timeout))),
        1 => Just(Verdict::Degraded),
        1 => Just(Verdict::Ourselves),
        1 => Just(Verdict::Missed),
    ];
    let results = (0_i64..3_600, prop::sample::select(&LOCATIONS[..]), verdicts).prop_map(
        |(second, location, verdict)| {
            let location = location.to_owned();
            Past::Result(Seen { id: 0, at: second * 1_000, location, verdict })
        },
    );
    let happenings = (0_i64..3_600, prop::sample::select(Happening::ALL))
        .prop_map(|(second, happening)| Past::Happening(second * 1_000, happening));
    let event = prop_oneof![8 => results, 1 => happenings];
    prop::collection::vec(event, 0..80).prop_map(|mut events| {
        for (number, event) in (1..).zip(&mut events) {
            if let Past::Result(seen) = event {
                seen.id = number;
            }
        }
        // A test is deleted once, and nothing comes after that.
        let mut at: Vec<_> = events
            .iter()
            .filter_map(|event| match event {
                Past::Happening(at, Happening::Deleted) => Some(*at),
                _ => None,
            })
            .collect();
        at.sort_unstable();
        if let Some(end) = at.first() {
            events.retain(|event| match event {
                Past::Result(seen) => seen.at < *end,
                Past::Happening(at, happening) => at < end || (at == end && *happening == Happening::Deleted),
            });
        }
        events
    })
}

/// Every notice belongs to one alert, and alerts come one after the other.
fn check_order(notices: &[Notice]) -> Result<(), TestCaseError> {
    let mut open: Option<(u64, u32)> = None;
    let (mut latest, mut at) = (0, i64::MIN);
    for notice in notices {
        prop_assert!(notice.at >= at, "{notices:?}");
        at = notice.at;
        match (open, notice.event) {
            (None, Event::Alert) => {
                prop_assert_eq!((notice.alert, notice.number), (latest + 1, 1));
                latest = notice.alert;
                open = Some((notice.alert, 1));
            }
            (Some((alert, number)), Event::Change | Event::Reminder | Event::Recovery) => {
                prop_assert_eq!((notice.alert, notice.number), (alert, number + 1));
                open = (notice.event != Event::Recovery).then_some((alert, number + 1));
            }
            _ => prop_assert!(false, "{:?}", notices),
        }
        prop_assert_eq!(notice.end.is_some(), notice.event == Event::Recovery);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn alerts_come_one_after_the_other_and_each_recovery_has_one(rule in rules(), events in events()) {
        let locations: Vec<String> = LOCATIONS.iter().map(|&name| name.to_owned()).collect();
        let (watch, notices) = replay(&rule, &locations, (0, 4_000_000), &events);
        check_order(&notices)?;
        // An alert goes on until its recovery was sent.
        let is_open = notices.last().is_some_and(|last| last.event != Event::Recovery);
        prop_assert_eq!(watch.open().is_some(), is_open);
        if watch.trouble(&rule).is_none() {
            prop_assert!(!is_open);
            prop_assert!(!matches!(watch.state(), State::Alerting | State::Recovering | State::NoData));
        }
        // The same once more, each second, and from what was kept in between.
        let mut live = Watch::new(0, &locations);
        let mut sorted = events.clone();
        sorted.sort_by_key(|event| match event {
            Past::Result(seen) => (seen.at, 1, seen.id),
            Past::Happening(at, _) => (*at, 0, 0),
        });
        let (mut came, mut rest) = (Vec::new(), sorted.as_slice());
        for second in (0..=4_000).step_by(7) {
            let now = second * 1_000;
            while let Some((event, more)) = rest.split_first() {
                let at = match event {
                    Past::Result(seen) => seen.at,
                    Past::Happening(at, _) => *at,
                };
                if at > now {
                    break;
                }
                match event {
                    Past::Result(seen) => live.see(&rule, seen, &mut came),
                    Past::Happening(at, happening) => live.happen(&rule, *at, *happening, &mut came),
                }
                rest = more;
            }
            live.pass(&rule, now, &mut came);
            if live.is_idle(&rule) {
                let fresh = Watch::new(live.now(), &locations).after_alerts(live.alerts());
                prop_assert_eq!(fresh.state(), live.state());
            }
        }
        live.pass(&rule, 4_000_000, &mut came);
        prop_assert_eq!(came, notices);
    }

    #[test]
    fn a_silence_does_the_same_as_its_beginning_and_its_end(
        rule in rules(),
        silence in silence(),
        events in events(),
    ) {
        // An end too many would end the one that is looked at, too.
        let is_other = |event: &Past| match event {
            Past::Result(_) => true,
            Past::Happening(_, happening) => !matches!(
                happening,
                Happening::Deleted
                    | Happening::SilenceBegins
                    | Happening::SilenceEnds
                    | Happening::MaintenanceBegins
                    | Happening::MaintenanceEnds
            ),
        };
        let mut events: Vec<Past> = events.into_iter().filter(is_other).collect();
        let locations: Vec<String> = LOCATIONS.iter().map(|&name| name.to_owned()).collect();
        // The times of the week would be added to those of a silence for maintenance.
        let maintenance = rule.maintenance.clone().filter(|_| !silence.is_maintenance);
        let without = Rule { silences: Arc::new([]), maintenance, ..rule };
        let with = Rule { silences: Arc::new([silence]), ..without.clone() };
        let (_, notices) = replay(&with, &locations, (0, 5_000_000), &events);
        // Of what happens at one moment, time comes first; what is counted is settled while nothing is sent.
        let mut times = vec![(silence.from, Happening::SilenceBegins), (silence.until, Happening::SilenceEnds)];
        if silence.is_maintenance {
            times.insert(1, (silence.from, Happening::MaintenanceBegins));
            times.insert(2, (silence.until, Happening::MaintenanceEnds));
        }
        events.splice(..0, times.into_iter().map(|(at, happening)| Past::Happening(at, happening)));
        let (_, expected) = replay(&without, &locations, (0, 5_000_000), &events);
        prop_assert_eq!(notices, expected);
    }
}
