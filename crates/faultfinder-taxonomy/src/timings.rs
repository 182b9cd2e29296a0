//! How long each phase took.

use crate::Phase;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::time::Duration;

/// The phases that one attempt completed, each with its duration, and the total.
///
/// The total is the sum of the phases; for an attempt that failed, it also has the time in the phase in which it broke,
/// which [`BrokeIn`] describes.
///
/// Microseconds inside; as JSON an object of milliseconds with three decimals, in the order of [`Phase::ALL`], and
/// `total` at its end. A phase that was not completed is absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timings {
    micros: [Option<u64>; Phase::ALL.len()],
    /// The time that is in no completed phase.
    unfinished: u64,
}

impl Timings {
    /// Adds time to a phase. The phase then counts as completed.
    pub fn add(&mut self, phase: Phase, duration: Duration) {
        if let Some(slot) = self.micros.get_mut(phase as usize) {
            *slot = Some(slot.unwrap_or(0).saturating_add(micros(duration)));
        }
    }

    /// Says that a phase was not completed: its time then counts for the total only. A phase that was not reached had
    /// lasted 0.
    #[must_use]
    pub fn break_in(&mut self, phase: Phase) -> BrokeIn {
        let lasted = self.micros.get_mut(phase as usize).and_then(Option::take).unwrap_or(0);
        self.unfinished = self.unfinished.saturating_add(lasted);
        BrokeIn { phase, after: Duration::from_micros(lasted) }
    }

    /// How long a phase took; nothing if it was not completed.
    #[must_use]
    pub fn duration(&self, phase: Phase) -> Option<Duration> {
        self.micros.get(phase as usize).copied().flatten().map(Duration::from_micros)
    }

    /// The phases that were completed, in order.
    pub fn phases(&self) -> impl Iterator<Item = (Phase, Duration)> + '_ {
        Phase::ALL.into_iter().filter_map(|phase| self.duration(phase).map(|duration| (phase, duration)))
    }

    /// The sum of all phases, and of the time in the phase in which the attempt broke.
    #[must_use]
    pub fn total(&self) -> Duration {
        let sum =
            self.micros.iter().flatten().fold(self.unfinished, |sum, micros| sum.saturating_add(*micros));
        Duration::from_micros(sum)
    }
}

/// The phase in which an attempt broke: the phase of its fault. It is among the completed phases only if the fault was
/// found in a complete answer, such as by an assertion.
///
/// As JSON `{"phase", "after_ms"}`, in milliseconds with three decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: which phase, and how long it had lasted")]
pub struct BrokeIn {
    /// The phase.
    pub phase: Phase,
    /// How long it had lasted, to the microsecond; 0 if the fault was found before it began.
    pub after: Duration,
}

/// Whole microseconds.
fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
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
        let mut total = Duration::ZERO;
        for (word, millis) in BTreeMap::<String, f64>::deserialize(deserializer)? {
            if let Some(phase) = Phase::from_word(&word) {
                timings.add(phase, of_millis(millis)?);
            } else if word == "total" {
                total = of_millis(millis)?;
            }
        }
        timings.unfinished = micros(total).saturating_sub(micros(timings.total()));
        Ok(timings)
    }
}

/// The duration that these milliseconds mean, to the microsecond.
fn of_millis<E: serde::de::Error>(millis: f64) -> Result<Duration, E> {
    let duration = Duration::try_from_secs_f64(millis / 1000.0).map_err(E::custom)?;
    Ok(duration.saturating_add(Duration::from_nanos(500)))
}

/// The JSON form of [`BrokeIn`].
#[derive(Serialize, Deserialize)]
#[serde(rename = "BrokeIn")]
struct Written {
    phase: Phase,
    after_ms: f64,
}

impl Serialize for BrokeIn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written { phase: self.phase, after_ms: millis(self.after) }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for BrokeIn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { phase, after_ms } = Written::deserialize(deserializer)?;
        Ok(Self { phase, after: Duration::from_micros(micros(of_millis(after_ms)?)) })
    }
}
