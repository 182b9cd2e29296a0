//! Which tests run, how often, and in which order.

use crate::exit::Failure;
use crate::suite::Test;

/// Most runs of one test.
pub(crate) const REPEAT_MAX: u32 = 1_000;

/// Most runs of one call: each has a place in memory before it begins (some 40 bytes), and a line of the report afterwards.
pub(crate) const RUNS_MAX: usize = 1_000_000;

/// The runs of one call.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Every run, in the order of the report: that of the definitions, and the runs of one test next to each other.
    pub(crate) tests: Vec<Test>,
    /// The places of the runs in that list, in the order in which they begin.
    pub(crate) order: Vec<usize>,
    /// What the order was made from, if the tests are shuffled.
    pub(crate) seed: Option<u64>,
}

impl Plan {
    /// Each test once, in order.
    pub(crate) fn once(tests: Vec<Test>) -> Self {
        let order = (0..tests.len()).collect();
        Self { tests, order, seed: None }
    }

    /// Each test as often as asked for, round by round, so that the runs of one test are far apart; each round shuffled by
    /// itself if there is a seed.
    pub(crate) fn new(tests: Vec<Test>, repeat: Option<u32>, seed: Option<u64>) -> Result<Self, Failure> {
        let count = tests.len();
        let rounds = repeat.unwrap_or(1);
        let each = usize::try_from(rounds).unwrap_or(usize::MAX);
        let runs = count.saturating_mul(each);
        if runs > RUNS_MAX {
            return Err(Failure::usage_with_help(
                format!(
                    "--repeat: {count} tests, {rounds} times each, are {runs} runs; the maximum is {RUNS_MAX}"
                ),
                "repeat less often, or select fewer tests with --only or --tag",
            ));
        }
        let mut random = seed.map(Random);
        let mut order = Vec::with_capacity(runs);
        for round in 0..each {
            let mut places: Vec<usize> = (0..count).collect();
            if let Some(random) = &mut random {
                random.shuffle(&mut places);
            }
            order.extend(places.into_iter().map(|place| place.saturating_mul(each).saturating_add(round)));
        }
        let repeated = |test: Test| (1..=rounds).map(move |number| test.clone().repeated(number));
        let tests = match repeat {
            Some(_) => tests.into_iter().flat_map(repeated).collect(),
            None => tests,
        };
        Ok(Self { tests, order, seed })
    }
}

/// Reads `--repeat`.
pub(crate) fn repeat(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(count) if (1..=REPEAT_MAX).contains(&count) => Ok(count),
        _ => Err(format!("must be a number from 1 to {REPEAT_MAX}")),
    }
}

/// Reads `--shuffle`: a seed, or the word for one that is drawn.
pub(crate) fn seed(text: &str) -> Result<u64, String> {
    if text == "random" {
        // Short enough to be typed again.
        return Ok(drawn() & u64::from(u32::MAX));
    }
    text.parse().map_err(|_| format!("must be a number from 0 to {}, or `random`", u64::MAX))
}

/// 64 bits that nobody else knows: the keys of a hash table, which the system makes up.
pub(crate) fn drawn() -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _, RandomState};
    RandomState::new().build_hasher().finish()
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same numbers for a seed in every version of this program, so that an order can
/// be had again.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another one. Without correction for the remainder: with fewer than 2^32 places, nobody can tell.
    fn below(&mut self, count: usize) -> usize {
        let count = u64::try_from(count).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % count).unwrap_or(0)
    }

    /// Fisher and Yates.
    fn shuffle(&mut self, places: &mut [usize]) {
        for last in (1..places.len()).rev() {
            places.swap(last, self.below(last.saturating_add(1)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(count: usize, seed: u64) -> Vec<usize> {
        let mut places: Vec<usize> = (0..count).collect();
        Random(seed).shuffle(&mut places);
        places
    }

    #[test]
    fn a_seed_is_one_order_for_ever() {
        // These orders are promised: a seed that was noted gives the same order later.
        assert_eq!(order(8, 42), [3, 1, 6, 2, 4, 0, 7, 5]);
        assert_ne!(order(8, 42), order(8, 43));
        let mut sorted = order(100, 7);
        assert_ne!(sorted, (0..100).collect::<Vec<_>>());
        sorted.sort_unstable();
        assert_eq!(sorted, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn numbers_are_those_of_the_published_generator() {
        let mut random = Random(1_234_567);
        let found: Vec<u64> = (0..3).map(|_| random.next()).collect();
        assert_eq!(found, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn bounds_are_told() {
        assert_eq!((repeat("1"), repeat("1000")), (Ok(1), Ok(REPEAT_MAX)));
        for wrong in ["0", "1001", "-1", "many", ""] {
            assert!(repeat(wrong).unwrap_err().contains("from 1 to 1000"), "{wrong}");
        }
        assert_eq!(seed("18446744073709551615"), Ok(u64::MAX));
        assert!(seed("random").unwrap() <= u64::from(u32::MAX));
        assert!(seed("yes").unwrap_err().contains("`random`"));
    }
}
