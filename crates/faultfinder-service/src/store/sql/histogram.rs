//! How long runs took: a histogram that is small, can be merged, and is right within 2 %.
//!
//! A duration falls into a bucket by its binary exponent and the first five bits of its mantissa: 32 buckets for each
//! doubling, so a bucket is at most 1/32 wider than its lower bound, and its middle is within 1/64 (1.6 %) of all that is
//! in it. No logarithm is taken, so every machine puts a duration into the same bucket, and merging is adding counts.

use std::collections::BTreeMap;

/// Bits of the mantissa that tell buckets apart.
const SUB_BITS: u32 = 5;

/// How far a duration's bits are shifted to have its bucket.
const SHIFT: u32 = f64::MANTISSA_DIGITS - 1 - SUB_BITS;

/// The shortest duration with a bucket of its own, in milliseconds: a microsecond, about.
const SHORTEST_MS: f64 = 1.0 / 1_024.0;

/// The longest, in milliseconds: 37 hours. Together: at most 1,185 buckets.
const LONGEST_MS: f64 = 134_217_728.0;

/// The form that is written; another one is refused.
const FORM: u8 = 1;

/// Durations, counted by bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Histogram {
    counts: BTreeMap<u64, u64>,
}

impl Histogram {
    /// Counts a duration in milliseconds. What is too short, too long or no number is counted at that end.
    pub(super) fn add(&mut self, millis: f64) {
        let millis = if millis.is_nan() { SHORTEST_MS } else { millis.clamp(SHORTEST_MS, LONGEST_MS) };
        let count = self.counts.entry(millis.to_bits() >> SHIFT).or_default();
        *count = count.saturating_add(1);
    }

    /// Counts all that the other one has counted.
    pub(super) fn merge(&mut self, other: &Self) {
        for (bucket, more) in &other.counts {
            let count = self.counts.entry(*bucket).or_default();
            *count = count.saturating_add(*more);
        }
    }

    /// The durations below or at which so many of a thousand are, in milliseconds: the value of the nearest rank. Nothing
    /// when none was counted.
    pub(super) fn per_mille<const N: usize>(&self, wanted: [u64; N]) -> Option<[f64; N]> {
        let total: u64 = self.counts.values().fold(0, |sum, count| sum.saturating_add(*count));
        (total > 0).then(|| wanted.map(|share| self.at_rank(total.saturating_mul(share).div_ceil(1_000))))
    }

    fn at_rank(&self, rank: u64) -> f64 {
        let mut seen = 0_u64;
        let mut last = 0;
        for (bucket, count) in &self.counts {
            seen = seen.saturating_add(*count);
            last = *bucket;
            if seen >= rank {
                break;
            }
        }
        middle(last)
    }

    /// As bytes: a form, then for each bucket how far it is behind the one before, and its count, seven bits a byte.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![FORM];
        let mut before = 0;
        for (bucket, count) in &self.counts {
            put(&mut bytes, bucket - before);
            put(&mut bytes, *count);
            before = *bucket;
        }
        bytes
    }

    /// From bytes that [`to_bytes`](Self::to_bytes) wrote; nothing when others did.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (form, mut rest) = bytes.split_first()?;
        if *form != FORM {
            return None;
        }
        let ends = SHORTEST_MS.to_bits() >> SHIFT..=LONGEST_MS.to_bits() >> SHIFT;
        let mut counts = BTreeMap::new();
        let mut bucket = 0_u64;
        while !rest.is_empty() {
            let behind = take(&mut rest)?;
            let count = take(&mut rest)?;
            bucket = bucket.checked_add(behind)?;
            let sound = behind > 0 && count > 0 && ends.contains(&bucket);
            if !sound {
                return None;
            }
            counts.insert(bucket, count);
        }
        Some(Self { counts })
    }
}

/// The middle of a bucket, in milliseconds.
fn middle(bucket: u64) -> f64 {
    let (low, high) = (f64::from_bits(bucket << SHIFT), f64::from_bits((bucket + 1) << SHIFT));
    f64::midpoint(low, high)
}

fn put(bytes: &mut Vec<u8>, mut number: u64) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            bytes.push(low & 0x7f);
            return;
        }
        bytes.push(low | 0x80);
    }
}

fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..u64::BITS).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let part = u64::from(byte & 0x7f);
        number |= part.checked_mul(1_u64.checked_shl(shift)?)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random and are the same each time (SplitMix64).
    fn numbers(mut seed: u64) -> impl Iterator<Item = u64> {
        std::iter::repeat_with(move || {
            seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        })
    }

    /// Durations from 10 µs to 100 s, each magnitude as often.
    fn durations(seed: u64, count: usize) -> Vec<f64> {
        numbers(seed)
            .take(count)
            .map(|n| 10_f64.powf(-2.0 + 7.0 * (n >> 11) as f64 / (1_u64 << 53) as f64))
            .collect()
    }

    fn of(durations: &[f64]) -> Histogram {
        let mut histogram = Histogram::default();
        durations.iter().for_each(|millis| histogram.add(*millis));
        histogram
    }

    #[test]
    fn percentiles_are_within_two_percent_of_the_nearest_rank() {
        for (seed, count) in [(1, 1), (2, 2), (3, 99), (4, 100), (5, 101), (6, 10_000)] {
            let mut all = durations(seed, count);
            let told = of(&all).per_mille([0, 500, 950, 990, 1_000]).unwrap();
            all.sort_by(f64::total_cmp);
            for (share, told) in [0, 500, 950, 990, 1_000].into_iter().zip(told) {
                let rank = (count * share).div_ceil(1_000).max(1);
                let truth = all[rank - 1];
                assert!((told - truth).abs() <= truth * 0.02, "{share} of {count}: {told} for {truth}");
            }
        }
        assert_eq!(Histogram::default().per_mille([500]), None);
    }

    #[test]
    fn merging_parts_in_any_order_is_counting_the_whole() {
        let all = durations(7, 5_000);
        let mut merged = Histogram::default();
        for part in all.chunks(7).rev() {
            merged.merge(&of(part));
        }
        assert_eq!(merged, of(&all));
    }

    #[test]
    fn bytes_are_read_back_and_stay_small() {
        for count in [0, 1, 60, 3_600, 200_000] {
            let histogram = of(&durations(11, count));
            let bytes = histogram.to_bytes();
            assert_eq!(Histogram::from_bytes(&bytes), Some(histogram));
            assert!(bytes.len() <= 1 + 1_185 * 4, "{} bytes for {count}", bytes.len());
        }
        let far = of(&[-1.0, 0.0, f64::NAN, f64::INFINITY, 1e300]);
        assert_eq!(Histogram::from_bytes(&far.to_bytes()), Some(far));
    }

    #[test]
    fn bytes_of_others_are_refused_and_none_panics() {
        let sound = of(&durations(13, 100)).to_bytes();
        for bytes in [&b""[..], &[2], &[1, 0x80], &[1, 1, 1], &sound[..sound.len() - 1]] {
            assert_eq!(Histogram::from_bytes(bytes), None, "{bytes:?}");
        }
        for seed in 0..2_000 {
            let bytes: Vec<u8> =
                std::iter::once(1).chain(numbers(seed).take(20).map(|n| n.to_le_bytes()[0])).collect();
            if let Some(histogram) = Histogram::from_bytes(&bytes) {
                assert_eq!(Histogram::from_bytes(&histogram.to_bytes()), Some(histogram));
            }
        }
    }
}
