//! What histories do not show: the state between notices, since when it is like that, and what bounds a watch.

use faultfinder_alert::{
    End, Event, Happening, Kind, LOCATIONS_MAX, Notice, PARENTS_AWAITED, Parents, Rule, Seen, Silence, State,
    Verdict, Watch,
};
use faultfinder_spec::{AlertRule, Source, read_histories};
use faultfinder_taxonomy::Code;
use faultfinder_taxonomy::word::MissingData;
use std::time::Duration;

const MINUTE: i64 = 60_000;
const FAILED: Verdict = Verdict::Failed(Some(Code::Timeout));

/// A watch whose rule and notices come along.
struct Watched {
    rule: Rule,
    watch: Watch,
    notices: Vec<Notice>,
    results: u128,
}

impl Watched {
    fn new(written: &AlertRule, locations: &[&str]) -> Self {
        let locations: Vec<String> = locations.iter().map(|location| (*location).to_owned()).collect();
        let rule = Rule::new(written, Some(Duration::from_secs(60)));
        Self { rule, watch: Watch::new(0, &locations), notices: Vec::new(), results: 0 }
    }

    /// A result of a location at this minute, and the state after it.
    fn see(&mut self, minute: i64, location: &str, verdict: Verdict) -> State {
        self.results += 1;
        let seen = Seen { id: self.results, at: minute * MINUTE, location: location.to_owned(), verdict };
        self.watch.see(&self.rule, &seen, &mut self.notices);
        self.watch.state()
    }

    /// A failure of `eu` at each of these minutes.
    fn fail(&mut self, minutes: std::ops::Range<i64>) {
        for minute in minutes {
            self.see(minute, "eu", FAILED);
        }
    }

    fn happen(&mut self, minute: i64, happening: Happening) -> State {
        self.watch.happen(&self.rule, minute * MINUTE, happening, &mut self.notices);
        self.watch.state()
    }

    fn pass(&mut self, minute: i64) -> State {
        self.watch.pass(&self.rule, minute * MINUTE, &mut self.notices);
        self.watch.state()
    }

    fn is_idle(&self) -> bool {
        self.watch.is_idle(&self.rule)
    }

    /// What is wrong, and since which minute.
    fn trouble(&self) -> Option<(Kind, i64)> {
        self.watch.trouble(&self.rule).map(|trouble| (trouble.kind, trouble.since / MINUTE))
    }
}

fn rule(failures: u32, passes: u32, locations: u32) -> AlertRule {
    AlertRule {
        failures: Some(failures),
        passes: Some(passes),
        locations: Some(locations),
        ..AlertRule::default()
    }
}

#[test]
fn each_state_is_reached_and_left() {
    let mut one = Watched::new(&rule(2, 2, 1), &["eu"]);
    assert_eq!(one.watch.state(), State::Normal);
    assert_eq!(one.see(0, "eu", Verdict::Passed), State::Normal);
    assert_eq!(one.see(1, "eu", FAILED), State::Pending);
    assert_eq!(one.see(2, "eu", FAILED), State::Alerting);
    assert_eq!(one.see(3, "eu", Verdict::Passed), State::Recovering);
    assert_eq!(one.see(4, "eu", FAILED), State::Alerting);
    assert_eq!(one.see(5, "eu", Verdict::Passed), State::Recovering);
    assert_eq!(one.see(6, "eu", Verdict::Passed), State::Normal);
    assert_eq!(one.see(7, "eu", Verdict::Ourselves), State::Error);
    assert_eq!(one.see(8, "eu", Verdict::Missed), State::Normal);
}

#[test]
fn a_failure_of_this_host_is_a_state_only_if_all_locations_have_it() {
    let mut two = Watched::new(&AlertRule::default(), &["eu", "us"]);
    assert_eq!(two.see(0, "eu", Verdict::Ourselves), State::Normal);
    assert_eq!(two.see(0, "us", Verdict::Ourselves), State::Error);
    assert_eq!(two.see(1, "us", Verdict::Passed), State::Normal);
}

#[test]
fn a_test_recovers_when_all_locations_that_fail_do() {
    let mut two = Watched::new(&rule(1, 2, 1), &["eu", "us"]);
    two.see(0, "eu", FAILED);
    assert_eq!(two.see(0, "us", FAILED), State::Alerting);
    assert_eq!(two.see(1, "eu", Verdict::Passed), State::Alerting);
    assert_eq!(two.see(1, "us", Verdict::Passed), State::Recovering);
}

#[test]
fn it_fails_since_the_first_failure_of_those_that_count() {
    let mut one = Watched::new(&rule(3, 1, 1), &["eu"]);
    one.see(0, "eu", FAILED);
    one.see(1, "eu", Verdict::Passed);
    one.fail(2..5);
    assert_eq!(one.trouble(), Some((Kind::Down, 2)), "three failures from the second minute on");
    let notice = &one.notices[0];
    assert_eq!((notice.at, notice.trouble.since), (4 * MINUTE, 2 * MINUTE));
    one.see(5, "eu", Verdict::Passed);
    assert_eq!(one.trouble(), None);
    one.fail(6..9);
    assert_eq!(one.trouble(), Some((Kind::Down, 6)), "the second alert has its own first failure");
}

#[test]
fn with_several_locations_it_fails_since_the_first_of_those_that_still_fail() {
    let mut two = Watched::new(&rule(1, 1, 1), &["eu", "us"]);
    two.see(1, "eu", FAILED);
    two.see(2, "us", FAILED);
    assert_eq!(two.trouble(), Some((Kind::Down, 1)));
    two.see(3, "eu", Verdict::Passed);
    assert_eq!(two.trouble(), Some((Kind::Down, 2)));
}

#[test]
fn the_worst_of_the_locations_is_what_is_wrong() {
    let mut two = Watched::new(&AlertRule { degraded: Some(true), ..AlertRule::default() }, &["eu", "us"]);
    two.see(1, "eu", Verdict::Degraded);
    assert_eq!(two.trouble(), Some((Kind::Degraded, 1)));
    two.see(2, "us", FAILED);
    assert_eq!(two.trouble(), Some((Kind::Down, 1)));
    two.see(3, "us", Verdict::Passed);
    assert_eq!(two.trouble(), Some((Kind::Degraded, 1)));
}

#[test]
fn results_are_missing_since_they_were_missed() {
    let written = AlertRule { missing: Some(MissingData::Alert), ..AlertRule::default() };
    let mut one = Watched::new(&written, &["eu"]);
    one.see(1, "eu", Verdict::Passed);
    let after = one.rule.missing_after.unwrap() / MINUTE;
    assert_eq!(one.pass(1 + after), State::Alerting);
    assert_eq!(one.trouble(), Some((Kind::Missing, 1 + after)));
    one.pass(20);
    assert_eq!(one.trouble(), Some((Kind::Missing, 1 + after)), "the same at any later moment");
}

#[test]
fn a_time_of_maintenance_ends_although_nothing_comes() {
    let text = "histories: [{ name: a, alert: { missing: alert, missing_after: 2m, maintenance: thu 00:01-00:10 }, expect: [] }]";
    let written = read_histories(&Source::new("a", text)).unwrap().remove(0).alert;
    let mut one = Watched::new(&written, &["eu"]);
    one.see(0, "eu", Verdict::Passed);
    // It is brought up whenever it says, and never otherwise.
    let mut moments = Vec::new();
    while let Some(at) = one.watch.deadline(&one.rule).filter(|_| moments.len() < 3) {
        moments.push(at / MINUTE);
        one.pass(at / MINUTE);
    }
    assert_eq!(moments, [1, 10, 12], "it begins, it ends, and results are missing");
    assert_eq!(one.trouble(), Some((Kind::Missing, 12)));
}

#[test]
fn an_alert_without_results_goes_on_until_it_is_known_how_the_test_is() {
    let written = AlertRule { failures: Some(2), missing: Some(MissingData::NoData), ..AlertRule::default() };
    let mut one = Watched::new(&written, &["eu"]);
    one.see(0, "eu", Verdict::Passed);
    assert_eq!(one.pass(10), State::NoData);
    assert_eq!(one.see(11, "eu", FAILED), State::NoData, "one failure of two says neither");
    assert_eq!(one.notices.len(), 1, "{:?}", one.notices);
    assert_eq!(one.see(12, "eu", FAILED), State::Alerting);
    assert_eq!(one.notices.len(), 2, "{:?}", one.notices);
}

#[test]
fn nothing_counts_while_a_test_is_paused() {
    let mut one = Watched::new(&rule(1, 1, 1), &["eu"]);
    one.see(0, "eu", FAILED);
    assert_eq!(one.happen(1, Happening::Paused), State::Normal);
    assert_eq!(one.trouble(), None);
    assert_eq!(one.see(2, "eu", FAILED), State::Normal);
    assert_eq!(one.happen(3, Happening::Resumed), State::Normal);
    assert_eq!(one.notices.len(), 2, "{:?}", one.notices);
    assert_eq!(one.see(4, "eu", FAILED), State::Alerting);
}

#[test]
fn a_location_too_many_counts_for_nothing() {
    let most: Vec<String> = (0..LOCATIONS_MAX).map(|number| format!("{number:03}")).collect();
    let most: Vec<&str> = most.iter().map(String::as_str).collect();
    let mut many = Watched::new(&rule(1, 1, 1), &most);
    assert_eq!(many.see(0, "another", FAILED), State::Normal);
    assert_eq!(many.see(0, "199", FAILED), State::Alerting);
}

#[test]
fn a_watch_is_idle_only_if_a_new_one_would_do_the_same() {
    let mut one = Watched::new(&rule(1, 1, 1), &["eu"]);
    assert!(one.is_idle());
    one.see(0, "eu", Verdict::Passed);
    assert!(one.is_idle());
    for (begins, ends) in [
        (Happening::SilenceBegins, Happening::SilenceEnds),
        (Happening::MaintenanceBegins, Happening::MaintenanceEnds),
        (Happening::Paused, Happening::Resumed),
    ] {
        // Two of them, one in the other.
        one.happen(1, begins);
        assert!(!one.is_idle(), "{begins:?}");
        if begins != Happening::Paused {
            one.happen(1, begins);
            one.happen(2, ends);
            assert!(!one.is_idle(), "the second {begins:?} goes on");
        }
        one.happen(3, ends);
        assert!(one.is_idle(), "{ends:?}");
    }
    one.happen(4, Happening::ParentDown);
    assert!(!one.is_idle());
    one.happen(5, Happening::ParentUp);
    assert!(!one.is_idle(), "a result is awaited");
    one.see(6, "eu", FAILED);
    assert!(!one.is_idle());
    one.see(7, "eu", Verdict::Passed);
    assert!(one.is_idle());
}

#[test]
fn the_second_of_two_silences_goes_on_when_the_first_ends() {
    let mut one = Watched::new(&rule(1, 1, 1), &["eu"]);
    one.happen(0, Happening::SilenceBegins);
    one.happen(1, Happening::SilenceBegins);
    one.see(2, "eu", FAILED);
    one.happen(3, Happening::SilenceEnds);
    assert!(one.notices.is_empty(), "{:?}", one.notices);
    one.happen(4, Happening::SilenceEnds);
    assert_eq!(one.notices.len(), 1, "{:?}", one.notices);
}

/// A watch in whose rule there is a silence between these minutes.
fn silent(minutes: std::ops::Range<i64>, is_maintenance: bool) -> Watched {
    let mut watched = Watched::new(&AlertRule::default(), &["eu"]);
    let silence = Silence { from: minutes.start * MINUTE, until: minutes.end * MINUTE, is_maintenance };
    watched.rule.silences = [silence].into();
    watched
}

fn sent(watched: &Watched) -> Vec<(Event, i64)> {
    watched.notices.iter().map(|notice| (notice.event, notice.at / MINUTE)).collect()
}

#[test]
fn what_fails_in_a_silence_is_sent_at_its_end_if_it_still_fails() {
    let mut watched = silent(5..10, false);
    watched.fail(6..9);
    assert_eq!((sent(&watched), watched.pass(9)), (Vec::new(), State::Alerting));
    assert_eq!(watched.watch.deadline(&watched.rule), Some(10 * MINUTE));
    watched.pass(12);
    assert_eq!(sent(&watched), [(Event::Alert, 10)]);
}

#[test]
fn what_has_ended_in_a_silence_is_not_sent() {
    let mut watched = silent(5..10, false);
    watched.fail(6..8);
    assert_eq!(watched.see(9, "eu", Verdict::Passed), State::Normal);
    assert!(watched.is_idle(), "a watch is not kept for a silence");
    watched.pass(20);
    assert_eq!(sent(&watched), []);
}

#[test]
fn an_alert_that_was_sent_before_a_silence_ends_in_it() {
    let mut watched = silent(5..10, false);
    watched.fail(3..8);
    watched.see(9, "eu", Verdict::Passed);
    assert_eq!(sent(&watched), [(Event::Alert, 3), (Event::Recovery, 9)]);
    assert_eq!(watched.notices[1].end, Some(End::Passed));
}

#[test]
fn failures_in_a_silence_for_maintenance_do_not_count() {
    let mut watched = silent(5..10, true);
    watched.fail(6..10);
    assert_eq!(watched.pass(12), State::Normal);
    watched.fail(13..14);
    assert_eq!(sent(&watched), [(Event::Alert, 13)]);
}

#[test]
fn nothing_is_sent_in_a_silence_for_maintenance_either() {
    let mut watched = silent(5..10, true);
    watched.rule.remind_every = Some(MINUTE);
    watched.fail(3..4);
    watched.pass(9);
    // What is due at the moment at which it begins comes first.
    assert_eq!(sent(&watched), [(Event::Alert, 3), (Event::Reminder, 4), (Event::Reminder, 5)]);
    watched.pass(10);
    assert_eq!(sent(&watched)[3..], [(Event::Reminder, 10)]);
}

#[test]
fn a_silence_that_is_taken_back_ends_at_once() {
    let mut watched = silent(5..100, false);
    watched.fail(6..8);
    watched.rule.silences = [].into();
    watched.pass(9);
    assert_eq!(sent(&watched), [(Event::Alert, 7)], "at the moment up to which the watch was brought");
}

#[test]
fn an_alert_waits_for_runs_of_the_tests_that_it_depends_on() {
    let parents = |is_down, ran_at| Some(Parents { is_down, ran_at: Some(ran_at) });
    let begin = || {
        let mut watched = Watched::new(&AlertRule::default(), &["eu"]);
        watched.watch.depend(&watched.rule, 0, parents(false, 0), &mut watched.notices);
        watched.fail(1..2);
        assert!(watched.notices.is_empty() && watched.watch.awaits_parents(&watched.rule));
        watched
    };
    let depend = |watched: &mut Watched, at, parents| {
        watched.watch.depend(&watched.rule, at, parents, &mut watched.notices);
        watched.notices.iter().map(|notice| (notice.event, notice.at)).collect::<Vec<_>>()
    };
    let due = MINUTE + PARENTS_AWAITED;
    // They ran before it failed, again after it, have an alert, are not there any more.
    assert_eq!(depend(&mut begin(), MINUTE + 1, parents(false, MINUTE - 1)), []);
    assert_eq!(depend(&mut begin(), MINUTE + 1, parents(false, MINUTE)), [(Event::Alert, MINUTE + 1)]);
    assert_eq!(depend(&mut begin(), MINUTE + 1, parents(true, MINUTE)), []);
    assert_eq!(depend(&mut begin(), MINUTE + 1, None), [(Event::Alert, MINUTE + 1)]);
    // Nothing is heard of them.
    let mut watched = begin();
    assert_eq!(watched.watch.deadline(&watched.rule), Some(due));
    watched.watch.pass(&watched.rule, due - 1, &mut watched.notices);
    assert!(watched.notices.is_empty());
    watched.watch.pass(&watched.rule, due, &mut watched.notices);
    assert_eq!(watched.notices.iter().map(|notice| notice.at).collect::<Vec<_>>(), [due]);
    // It passes before anything is sent.
    let mut watched = begin();
    watched.watch.see(
        &watched.rule,
        &Seen { id: 9, at: MINUTE + 2, location: "eu".to_owned(), verdict: Verdict::Passed },
        &mut watched.notices,
    );
    watched.watch.pass(&watched.rule, due, &mut watched.notices);
    assert!(watched.notices.is_empty() && !watched.watch.is_in_trouble());
}
