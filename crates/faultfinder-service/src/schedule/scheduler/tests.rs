//! What the scheduler does, with a clock that the tests move.

use super::*;
use futures_util::future::BoxFuture;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
/// 2026-11-22T10:00:00Z
const TEN_MS: i64 = 1_795_341_600_000;

/// A host whose monotonic clock is tokio's, and whose wall clock can be set.
#[derive(Debug, Clone, Default)]
struct Host {
    ahead_ms: Arc<AtomicI64>,
    suspended_s: Arc<AtomicU64>,
}

impl Host {
    fn clock(&self) -> Clock {
        let (began, ahead) = (Instant::now(), Arc::clone(&self.ahead_ms));
        Clock::from_fn(move || {
            let base = TEN_MS + ahead.load(Ordering::Relaxed);
            let base = Duration::from_millis(u64::try_from(base).unwrap());
            std::time::SystemTime::UNIX_EPOCH + base + began.elapsed()
        })
    }

    fn options(&self) -> Options {
        let suspended = Arc::clone(&self.suspended_s);
        let suspension = Suspension::from_fn(move || Duration::from_secs(suspended.load(Ordering::Relaxed)));
        Options { suspension, ..Options::default() }
    }

    fn set_clock(&self, seconds: i64) {
        self.ahead_ms.fetch_add(seconds * 1_000, Ordering::Relaxed);
    }

    fn suspend(&self, seconds: u64) {
        self.suspended_s.fetch_add(seconds, Ordering::Relaxed);
        self.set_clock(i64::try_from(seconds).unwrap());
    }
}

/// Records its calls.
#[derive(Debug, Default)]
struct Recorder {
    takes: Duration,
    away: AtomicBool,
    runs: Mutex<Vec<(Due, Instant)>>,
    missed: Mutex<Vec<Missed>>,
}

impl Carrier for Recorder {
    fn begin(&self, due: Due) -> Option<BoxFuture<'static, ()>> {
        if self.away.load(Ordering::Relaxed) {
            return None;
        }
        self.runs.lock().unwrap().push((due, Instant::now()));
        Some(Box::pin(tokio::time::sleep(self.takes)))
    }

    fn share(&self, test: &Arc<str>) -> Share {
        Share::of_target(test)
    }

    fn missed(&self, missed: Missed) {
        self.missed.lock().unwrap().push(missed);
    }
}

impl Recorder {
    fn taking(takes: Duration) -> Arc<Self> {
        Arc::new(Self { takes, ..Self::default() })
    }

    fn runs(&self) -> Vec<Due> {
        self.runs.lock().unwrap().iter().map(|(due, _)| due.clone()).collect()
    }

    /// Runs since this was asked last.
    fn new_runs(&self) -> Vec<Due> {
        std::mem::take(&mut *self.runs.lock().unwrap()).into_iter().map(|(due, _)| due).collect()
    }

    fn missed(&self) -> Vec<Missed> {
        self.missed.lock().unwrap().clone()
    }

    fn most_in_any_second(&self) -> usize {
        let mut seconds = HashMap::new();
        let first = self.runs.lock().unwrap().first().map(|(_, began)| *began);
        for (_, began) in self.runs.lock().unwrap().iter() {
            *seconds.entry(began.duration_since(first.unwrap()).as_secs()).or_insert(0) += 1;
        }
        seconds.values().copied().max().unwrap_or(0)
    }
}

fn start(host: &Host, carrier: &Arc<Recorder>, tests: usize, every: Duration) -> Scheduler {
    start_with(host, carrier, tests, every, host.options())
}

fn start_with(
    host: &Host,
    carrier: &Arc<Recorder>,
    tests: usize,
    every: Duration,
    options: Options,
) -> Scheduler {
    let scheduler = Scheduler::start(Arc::clone(carrier) as Arc<dyn Carrier>, host.clock(), options);
    for test in 0..tests {
        scheduler.set(&format!("test-{test}"), every);
    }
    scheduler
}

/// All moments of these runs, which must be different ones.
#[track_caller]
fn moments(runs: &[Due]) -> HashSet<(Arc<str>, Timestamp)> {
    let moments: HashSet<_> = runs.iter().map(|due| (Arc::clone(&due.test), due.at)).collect();
    assert_eq!(moments.len(), runs.len(), "a moment was run twice");
    moments
}

#[tokio::test(start_paused = true)]
async fn each_test_runs_once_per_interval_on_time_and_evenly_spread() {
    let (host, carrier) = (Host::default(), Recorder::taking(SECOND / 10));
    let scheduler = start(&host, &carrier, 1_200, MINUTE);
    tokio::time::sleep(MINUTE * 10).await;
    let runs = carrier.runs();
    assert_eq!(moments(&runs).len(), 12_000);
    assert!(runs.iter().all(|due| due.delay <= Duration::from_millis(2)), "late");
    assert!(carrier.most_in_any_second() < 50, "20 are expected, found {}", carrier.most_in_any_second());
    let stats = scheduler.stats();
    assert_eq!((stats.tests, stats.started, stats.delays.count), (1_200, 12_000, 12_000));
    assert_eq!(stats.missed, [0; 7]);
}

#[tokio::test(start_paused = true)]
async fn a_simulated_day_does_not_drift() {
    let (host, carrier) = (Host::default(), Recorder::taking(SECOND));
    let _scheduler = start(&host, &carrier, 2, MINUTE);
    tokio::time::sleep(HOUR * 24).await;
    let runs = carrier.runs();
    assert_eq!(moments(&runs).len(), 2 * 24 * 60);
    for test in ["test-0", "test-1"] {
        let own: Vec<i64> =
            runs.iter().filter(|due| &*due.test == test).map(|due| due.at.millis() % 60_000).collect();
        assert!(own.iter().all(|offset| *offset == own[0]), "{test}");
    }
    assert!(runs.iter().all(|due| due.delay <= Duration::from_millis(2)));
}

#[tokio::test(start_paused = true)]
async fn fewer_runs_are_in_flight_while_the_loop_is_late() {
    let (host, carrier) = (Host::default(), Recorder::taking(SECOND * 100));
    let options = Options { in_flight_max: 128, ..host.options() };
    let scheduler = start_with(&host, &carrier, 0, MINUTE, options);
    tokio::time::sleep(SECOND).await;
    assert_eq!(scheduler.stats().open, 128);
    for open in [64, 32, 32] {
        // Something else takes the thread while the loop is to be woken.
        tokio::time::advance(LOOK_EVERY + SECOND / 10).await;
        tokio::task::yield_now().await;
        assert_eq!(scheduler.stats().open, open);
    }
    (0..256).for_each(|test| scheduler.set(&format!("test-{test}"), MINUTE));
    tokio::time::advance(MINUTE).await;
    tokio::task::yield_now().await;
    // Targets that are new take two thirds of the places that may be taken.
    assert_eq!(scheduler.stats().in_flight, 22, "{:?}", scheduler.stats());
    tokio::time::sleep(LOOK_EVERY * 16).await;
    assert_eq!(scheduler.stats().open, 128);
}

#[tokio::test(start_paused = true)]
async fn a_test_runs_soon_if_it_is_asked_for_and_at_its_moments_as_before() {
    let (host, carrier) = (Host::default(), Recorder::taking(SECOND));
    let scheduler = start(&host, &carrier, 1, HOUR);
    for test in ["test-0", "unknown"] {
        scheduler.soon(test);
    }
    tokio::time::sleep(SECOND / 2).await;
    // It runs already.
    scheduler.soon("test-0");
    tokio::time::sleep(SECOND * 2).await;
    let first = carrier.new_runs();
    assert_eq!(first.len(), 1, "{first:?}");
    assert_eq!(carrier.missed(), []);
    assert_eq!((&*first[0].test, first[0].delay), ("test-0", Duration::ZERO));
    tokio::time::sleep(HOUR * 2).await;
    let (host, others) = (Host::default(), Recorder::taking(SECOND));
    let _without = start(&host, &others, 1, HOUR);
    tokio::time::sleep(HOUR * 2).await;
    let offsets =
        |runs: Vec<Due>| -> Vec<i64> { runs.iter().map(|due| due.at.millis() % 3_600_000).collect() };
    let found = offsets(carrier.runs());
    assert_eq!(found[..2], offsets(others.runs())[..2]);
}

#[tokio::test(start_paused = true)]
async fn a_restart_changes_no_moment_and_makes_no_burst() {
    let (host, carrier) = (Host::default(), Recorder::taking(Duration::ZERO));
    let clock = host.clock();
    let begin = || {
        let scheduler =
            Scheduler::start(Arc::clone(&carrier) as Arc<dyn Carrier>, clock.clone(), host.options());
        (0..600).for_each(|test| scheduler.set(&format!("test-{test}"), MINUTE));
        scheduler
    };
    let scheduler = begin();
    tokio::time::sleep(MINUTE).await;
    let first = carrier.new_runs();
    assert_eq!(scheduler.shut_down(SECOND).await, 0);
    tokio::time::sleep(SECOND * 30).await;
    let _scheduler = begin();
    tokio::time::sleep(MINUTE).await;
    assert!(carrier.most_in_any_second() < 30, "10 are expected");
    let second = carrier.new_runs();
    let offsets = |runs: &[Due]| -> HashSet<(Arc<str>, i64)> {
        runs.iter().map(|due| (Arc::clone(&due.test), due.at.millis() % 60_000)).collect()
    };
    assert_eq!(offsets(&first), offsets(&second));
    assert_eq!(carrier.missed(), []);
}

#[tokio::test(start_paused = true)]
async fn what_a_clock_that_is_set_forward_skips_is_missed_and_not_made_up_for() {
    for (suspended, reason) in [(false, MissedReason::ClockJumped), (true, MissedReason::HostSuspended)] {
        let (host, carrier) = (Host::default(), Recorder::taking(Duration::ZERO));
        let scheduler = start(&host, &carrier, 600, MINUTE);
        tokio::time::sleep(MINUTE).await;
        assert_eq!(carrier.new_runs().len(), 600);
        if suspended {
            host.suspend(600)
        } else {
            host.set_clock(600)
        }
        tokio::time::sleep(MINUTE).await;
        let runs = carrier.runs();
        assert!(carrier.most_in_any_second() < 30, "10 are expected");
        assert!((590..=610).contains(&runs.len()), "{}", runs.len());
        assert!(runs.iter().all(|due| due.delay <= Duration::from_millis(2)));
        // Ten moments of each test lie in the ten minutes that never were, and few when the jump was noticed.
        let missed = carrier.missed();
        let count = missed.iter().map(|missed| missed.count).sum::<u64>();
        assert!((6_000..=6_010).contains(&count), "{count}");
        assert!(missed.iter().all(|missed| missed.reason == reason && missed.count >= 10), "{missed:?}");
        assert_eq!(scheduler.stats().missed_by(reason), count);
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_back_does_not_silence_the_schedule() {
    for (times, back) in (1..).zip([2, 180, 300, 86_400]) {
        let (host, carrier) = (Host::default(), Recorder::taking(Duration::ZERO));
        let scheduler = start(&host, &carrier, 60, MINUTE);
        tokio::time::sleep(MINUTE).await;
        assert_eq!(carrier.new_runs().len(), 60);
        host.set_clock(-back);
        tokio::time::sleep(MINUTE + SECOND).await;
        let runs = carrier.runs();
        assert!((58..=63).contains(&runs.len()), "{times}: {}", runs.len());
        assert!(carrier.most_in_any_second() < 10);
        assert_eq!((carrier.missed(), scheduler.stats().set_back), (Vec::new(), 1), "{back} s");
    }
}

#[tokio::test(start_paused = true)]
async fn a_test_that_comes_after_the_clock_was_set_back_is_due_from_then_on() {
    let (host, carrier) = (Host::default(), Recorder::taking(Duration::ZERO));
    let scheduler = start(&host, &carrier, 0, MINUTE);
    tokio::time::sleep(MINUTE).await;
    host.set_clock(-600);
    tokio::time::sleep(SECOND * 2).await;
    scheduler.set("new", MINUTE);
    tokio::time::sleep(MINUTE + SECOND).await;
    assert!(!carrier.runs().is_empty());
}

#[tokio::test(start_paused = true)]
async fn small_corrections_of_the_clock_are_no_jumps() {
    let (host, carrier) = (Host::default(), Recorder::taking(Duration::ZERO));
    let _scheduler = start(&host, &carrier, 10, MINUTE);
    for correction in [900, -900, 400, -400] {
        host.ahead_ms.fetch_add(correction, Ordering::Relaxed);
        tokio::time::sleep(MINUTE).await;
    }
    assert_eq!(moments(&carrier.runs()).len(), 40);
    assert_eq!(carrier.missed(), []);
}

#[tokio::test(start_paused = true)]
async fn a_test_that_still_runs_misses_its_next_moment() {
    let (host, carrier) = (Host::default(), Recorder::taking(SECOND * 25));
    let scheduler = start(&host, &carrier, 1, SECOND * 10);
    tokio::time::sleep(MINUTE * 5).await;
    let runs = moments(&carrier.runs()).len();
    let missed = carrier.missed();
    assert_eq!(runs, 10);
    assert!((19..=20).contains(&missed.len()), "{}", missed.len());
    assert!(missed.iter().all(|missed| missed.reason == MissedReason::StillRunning));
    assert_eq!(scheduler.stats().missed_by(MissedReason::StillRunning), missed.len() as u64);
}

#[tokio::test(start_paused = true)]
async fn what_waits_too_long_is_missed_and_every_test_gets_its_turn() {
    let (host, carrier) = (Host::default(), Recorder::taking(SECOND * 2));
    // Twice as much work as there is room for: 10 places, 2 s each, for 10 runs a second.
    let options = Options { in_flight_max: 10, ..host.options() };
    let scheduler = start_with(&host, &carrier, 100, SECOND * 10, options);
    tokio::time::sleep(MINUTE * 10).await;
    let runs = carrier.runs();
    let missed: u64 = carrier.missed().iter().map(|missed| missed.count).sum();
    // One that begins late may still run when its next moment comes.
    let overload = [MissedReason::Overloaded, MissedReason::StillRunning];
    assert!(carrier.missed().iter().all(|missed| overload.contains(&missed.reason)));
    assert_eq!(moments(&runs).len() as u64 + missed + scheduler.stats().queued as u64, 6_000);
    assert!(runs.iter().all(|due| due.delay <= SECOND * 10), "ran after it had waited for too long");
    assert!((2_950..=3_000).contains(&runs.len()), "the places were not used: {}", runs.len());
    let mut turns: HashMap<Arc<str>, usize> = HashMap::new();
    runs.iter().for_each(|due| *turns.entry(Arc::clone(&due.test)).or_default() += 1);
    let (least, most) = (turns.values().min().unwrap(), turns.values().max().unwrap());
    assert!(turns.len() == 100 && *least >= 25 && *most <= 35, "unfair: {least} to {most} turns");
}

#[tokio::test(start_paused = true)]
async fn runs_in_flight_are_bounded_and_those_of_the_api_take_part_in_the_bound() {
    let (host, carrier) = (Host::default(), Recorder::taking(HOUR));
    let options = Options { in_flight_max: 3, waiting_max: 1, ..host.options() };
    let scheduler = Arc::new(start_with(&host, &carrier, 5, SECOND, options));
    let permit = scheduler.admit(Share::of_target("x")).await.unwrap();
    tokio::time::sleep(SECOND * 2).await;
    let stats = scheduler.stats();
    assert_eq!((stats.in_flight, stats.started, stats.queued), (3, 2, 3));
    let waiter = tokio::spawn({
        let scheduler = Arc::clone(&scheduler);
        async move { scheduler.admit(Share::of_target("x")).await }
    });
    tokio::time::sleep(SECOND).await;
    assert_eq!(scheduler.admit(Share::of_target("x")).await.unwrap_err(), NotAdmitted::Full);
    // The line was served last, so the place is the waiter's.
    drop(permit);
    let permit = waiter.await.unwrap().unwrap();
    assert_eq!(scheduler.stats().started, 2);
    drop(permit);
    tokio::time::sleep(SECOND / 10).await;
    assert_eq!(scheduler.stats().started, 3);
    // Waiting callers are notified at shutdown.
    let (left, refused) = tokio::join!(scheduler.shut_down(SECOND), scheduler.admit(Share::of_target("x")));
    assert_eq!((left, refused.unwrap_err()), (3, NotAdmitted::ShuttingDown));
}

#[tokio::test(start_paused = true)]
async fn a_waiter_that_gives_up_takes_no_place() {
    let (host, carrier) = (Host::default(), Recorder::taking(Duration::ZERO));
    let options = Options { in_flight_max: 1, waiting_max: 1, ..host.options() };
    let scheduler = start_with(&host, &carrier, 0, MINUTE, options);
    let permit = scheduler.admit(Share::of_target("x")).await.unwrap();
    for _ in 0..3 {
        assert!(
            tokio::time::timeout(SECOND, scheduler.admit(Share::of_target("x"))).await.is_err(),
            "nobody gave a place back"
        );
    }
    drop(permit);
    tokio::time::timeout(SECOND, scheduler.admit(Share::of_target("x"))).await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_place_that_comes_after_its_waiter_has_left_is_free_again() {
    let (host, carrier) = (Host::default(), Recorder::taking(Duration::ZERO));
    let options = Options { in_flight_max: 1, waiting_max: 9, ..host.options() };
    let scheduler = start_with(&host, &carrier, 0, MINUTE, options);
    let permit = scheduler.admit(Share::of_target("x")).await.unwrap();
    let waited = tokio::time::timeout(SECOND, scheduler.admit(Share::of_target("x"))).await;
    assert!(waited.is_err(), "nobody gave a place back");
    drop(permit);
    tokio::time::timeout(SECOND, scheduler.admit(Share::of_target("x"))).await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn runs_whose_result_could_not_be_kept_are_missed() {
    let (host, carrier) = (Host::default(), Recorder::taking(Duration::ZERO));
    let scheduler = start(&host, &carrier, 60, MINUTE);
    carrier.away.store(true, Ordering::Relaxed);
    tokio::time::sleep(MINUTE).await;
    carrier.away.store(false, Ordering::Relaxed);
    tokio::time::sleep(MINUTE).await;
    assert_eq!((carrier.runs().len(), carrier.missed().len()), (60, 60));
    assert!(carrier.missed().iter().all(|missed| missed.reason == MissedReason::StoreAway));
    assert_eq!((scheduler.stats().started, scheduler.stats().in_flight), (60, 0));
}

#[tokio::test(start_paused = true)]
async fn a_test_that_was_paused_goes_on_at_its_old_moments() {
    let (host, carrier) = (Host::default(), Recorder::taking(Duration::ZERO));
    let scheduler = start(&host, &carrier, 1, MINUTE);
    tokio::time::sleep(MINUTE).await;
    scheduler.remove("test-0");
    tokio::time::sleep(MINUTE * 10).await;
    assert_eq!((carrier.runs().len(), scheduler.stats().tests), (1, 0));
    scheduler.set("test-0", MINUTE);
    tokio::time::sleep(MINUTE).await;
    let runs = carrier.runs();
    assert_eq!((runs.len(), runs[1].at), (2, runs[0].at.after(MINUTE * 11)));
    assert_eq!(carrier.missed(), []);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_waits_for_runs_within_its_bound_and_tells_what_it_broke_off() {
    for (takes, bound, left) in [(SECOND * 20, MINUTE, 0), (HOUR, MINUTE, 2)] {
        let (host, carrier) = (Host::default(), Recorder::taking(takes));
        let options = Options { in_flight_max: 2, ..host.options() };
        let scheduler = start_with(&host, &carrier, 3, SECOND * 10, options);
        tokio::time::sleep(SECOND * 10).await;
        let began = Instant::now();
        assert_eq!(scheduler.shut_down(bound).await, left);
        assert!(began.elapsed() <= bound + SECOND && began.elapsed() >= takes.min(bound) - SECOND * 10);
        let missed: Vec<Missed> = carrier
            .missed()
            .into_iter()
            .filter(|missed| missed.reason == MissedReason::ShuttingDown)
            .collect();
        // One waited for a place.
        assert_eq!(missed.len(), left + 1, "{missed:?}");
        assert_eq!(carrier.runs().len(), 2);
        assert_eq!(scheduler.shut_down(bound).await, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_panics_gives_its_place_back() {
    #[derive(Debug)]
    struct Panics(AtomicU64);
    impl Carrier for Panics {
        fn begin(&self, _: Due) -> Option<BoxFuture<'static, ()>> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Some(Box::pin(async { panic!("on purpose") }))
        }
        fn share(&self, test: &Arc<str>) -> Share {
            Share::of_target(test)
        }
        fn missed(&self, missed: Missed) {
            panic!("{missed:?}");
        }
    }
    let (host, carrier) = (Host::default(), Arc::new(Panics(AtomicU64::new(0))));
    let options = Options { in_flight_max: 1, ..host.options() };
    let scheduler = Scheduler::start(Arc::clone(&carrier) as Arc<dyn Carrier>, host.clock(), options);
    scheduler.set("test", SECOND);
    tokio::time::sleep(SECOND * 10).await;
    assert_eq!((carrier.0.load(Ordering::Relaxed), scheduler.stats().in_flight), (10, 0));
}
