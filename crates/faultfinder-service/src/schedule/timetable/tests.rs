//! Where due moments lie, and that they stay there.

use super::*;

const MINUTE: Duration = Duration::from_secs(60);
/// 2026-11-22T10:00:00Z
const TEN: Timestamp = Timestamp::from_millis(1_795_341_600_000);

fn table(tests: usize, every: Duration) -> Timetable {
    let mut table = Timetable::default();
    for test in 0..tests {
        assert!(table.set(&format!("test-{test}"), every, TEN));
    }
    table
}

fn all_until(table: &mut Timetable, now: Timestamp) -> Vec<(Arc<str>, i64)> {
    let mut found = Vec::new();
    while let Some(due) = table.pop_due(now) {
        assert_eq!(due.count, 1);
        found.push((due.test, due.first.millis()));
    }
    assert!(found.is_sorted_by_key(|(_, at)| *at));
    // Those of the same moment come in any order.
    found.sort_by(|(one, at), (other, later)| (at, one).cmp(&(later, other)));
    found
}

#[test]
fn tests_are_spread_evenly_over_their_interval() {
    const TESTS: usize = 60_000;
    let mut table = table(TESTS, MINUTE);
    let mut seconds = [0_usize; 60];
    for (_, at) in all_until(&mut table, TEN.after(MINUTE)) {
        seconds[usize::try_from((at - TEN.millis() - 1) / 1_000).unwrap()] += 1;
    }
    assert_eq!(seconds.iter().sum::<usize>(), TESTS);
    let expected = (TESTS / 60) as f64;
    let chi_square: f64 = seconds.iter().map(|found| (*found as f64 - expected).powi(2) / expected).sum();
    // 59 degrees of freedom: chance goes beyond 98.3 once in a thousand times.
    assert!(chi_square < 98.3, "{chi_square} {seconds:?}");
}

#[test]
fn moments_depend_on_nothing_but_the_id_and_the_interval() {
    let mut whole = table(1_000, MINUTE);
    let of_day = all_until(&mut whole, TEN.after(MINUTE));
    // Another process, which starts in the middle of it and knows its tests in another order.
    let middle = TEN.after(MINUTE / 2);
    let mut restarted = Timetable::default();
    for test in (0..1_000).rev() {
        restarted.set(&format!("test-{test}"), MINUTE, middle);
    }
    let rest: Vec<_> = of_day.into_iter().filter(|(_, at)| *at > middle.millis()).collect();
    assert_eq!(all_until(&mut restarted, TEN.after(MINUTE)), rest);
}

#[test]
fn a_days_moments_are_exactly_their_interval_apart() {
    let mut table = table(3, Duration::from_millis(7_001));
    let mut last: HashMap<Arc<str>, i64> = HashMap::new();
    let mut now = TEN;
    let mut runs = 0;
    for step in 0..86_400_u64 {
        // Looked at in odd steps, always late.
        now = now.after(Duration::from_millis(700 + step % 601));
        while let Some(due) = table.pop_due(now) {
            if let Some(before) = last.insert(Arc::clone(&due.test), due.last.millis()) {
                assert_eq!(due.first.millis() - before, 7_001);
            }
            runs += due.count;
        }
    }
    let day = now.since(TEN).as_millis() / 7_001;
    assert!((runs as i128 - 3 * day as i128).abs() <= 3, "{runs} {day}");
}

#[test]
fn moments_that_passed_are_counted_and_not_made_up_for() {
    let mut table = table(1, MINUTE);
    let first = table.next_due().unwrap();
    let now = first.after(MINUTE * 10).after(Duration::from_millis(1));
    let due = table.pop_due(now).unwrap();
    assert_eq!((due.first, due.last, due.count), (first, first.after(MINUTE * 10), 11));
    assert_eq!(table.pop_due(now), None);
    assert_eq!(table.next_due(), Some(first.after(MINUTE * 11)));
}

#[test]
fn a_test_that_is_set_again_keeps_its_moment_unless_its_interval_changes() {
    let mut table = table(1, MINUTE);
    let first = table.next_due().unwrap();
    assert!(!table.set("test-0", MINUTE, TEN.after(MINUTE * 5)));
    assert_eq!(table.next_due(), Some(first));
    assert!(table.set("test-0", MINUTE * 2, TEN.after(MINUTE * 5)));
    assert!(table.next_due().unwrap() > TEN.after(MINUTE * 5));
    assert!(table.remove("test-0") && !table.remove("test-0"));
    assert_eq!((table.next_due(), table.len()), (None, 0));
    // The slot is used again; what is left in the heap of its former tests does not count.
    assert!(table.set("other", MINUTE, TEN));
    assert_eq!(&*table.pop_due(TEN.after(MINUTE)).unwrap().test, "other");
    assert_eq!(table.pop_due(TEN.after(MINUTE)), None);
}

#[test]
fn intervals_beyond_the_limits_are_taken_for_the_limits() {
    for (given, taken) in [
        (Duration::ZERO, EVERY_MIN),
        (EVERY_MIN, EVERY_MIN),
        (EVERY_MAX, EVERY_MAX),
        (EVERY_MAX + Duration::from_secs(1), EVERY_MAX),
    ] {
        let mut table = Timetable::default();
        table.set("a", given, TEN);
        assert_eq!(table.pop_due(TEN.after(EVERY_MAX)).unwrap().every, taken);
    }
}

#[test]
fn a_restart_of_the_table_puts_every_test_after_a_moment() {
    let mut table = table(100, MINUTE);
    let past = TEN.before(Duration::from_secs(86_400));
    table.restart(past);
    let found = all_until(&mut table, past.after(MINUTE));
    assert_eq!(found.len(), 100);
    assert!(found.iter().all(|(_, at)| *at > past.millis()));
}

#[test]
fn a_hundred_thousand_tests_take_less_than_200_bytes_each_also_after_all_were_changed() {
    const TESTS: usize = 100_000;
    let mut table = table(TESTS, MINUTE);
    for seconds in [61, 62, 63] {
        for test in 0..TESTS {
            table.set(&format!("test-{test}"), Duration::from_secs(seconds), TEN);
        }
    }
    let ids: usize = table.places.keys().map(|id| id.len() + 2 * size_of::<usize>()).sum();
    let bytes = table.heap.capacity() * size_of::<Entry>()
        + table.slots.capacity() * size_of::<Slot>()
        + table.places.capacity() * 8 / 7 * (size_of::<(Arc<str>, u32)>() + 1)
        + ids;
    assert_eq!((size_of::<Entry>(), size_of::<Slot>()), (16, 24));
    assert!(bytes / TESTS < 200, "{} bytes per test", bytes / TESTS);
}
