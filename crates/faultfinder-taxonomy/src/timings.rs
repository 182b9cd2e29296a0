//! How long each phase took.

use crate::Phase;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::time::Duration;

/// The phases of one attempt, each with its duration; the total is their sum.
///
/// Microseconds inside; as JSON an object of milliseconds with three decimals, in the order of [`Phase::ALL`], and
/// `total` at its end. A phase that was not reached is absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timings {
    micros: [Option<u64>; Phase::ALL.len()],
}

impl Timings {
    /// Adds time to a phase. The phase then counts as reached.
    pub fn add(&mut self, phase: Phase, duration: Duration) {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        if let Some(slot) = self.micros.get_mut(phase as usize) {
            *slot = Some(slot.unwrap_or(0).saturating_add(micros));
        }
    }

    /// How long a phase took; nothing if it was not reached.
    #[must_use]
    pub fn duration(&self, phase: Phase) -> Option<Duration> {
        self.micros.get(phase as usize).copied().flatten().map(Duration::from_micros)
    }

    /// The phases that were reached, in order.
    pub fn phases(&self) -> impl Iterator<Item = (Phase, Duration)> + '_ {
        Phase::ALL.into_iter().filter_map(|phase| self.duration(phase).map(|duration| (phase, duration)))
    }

    /// The sum of all phases.
    #[must_use]
    pub fn total(&self) -> Duration {
        Duration::from_micros(self.micros.iter().flatten().fold(0, |sum, micros| sum.saturating_add(*micros)))
    }
}

/// Milliseconds with three decimals, as results show them.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53 microseconds, which is 285 years")]
fn millis(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

impl Serialize for Timings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (phase, duration) in self.phases() {
            map.serialize_entry(phase.as_str(), &millis(duration))?;
        }
        map.serialize_entry("total", &millis(self.total()))?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Timings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut timings = Self::default();
        for (word, millis) in BTreeMap::<String, f64>::deserialize(deserializer)? {
            if let Some(phase) = Phase::from_word(&word) {
                let duration =
                    Duration::try_from_secs_f64(millis / 1000.0).map_err(serde::de::Error::custom)?;
                let nanos_rounded = duration.saturating_add(Duration::from_nanos(500));
                timings.add(phase, nanos_rounded);
            }
        }
        Ok(timings)
    }
}
