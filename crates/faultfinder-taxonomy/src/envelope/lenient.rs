//! Reading what other APIs write: `null` for an empty list, seconds as a fraction or a text.

use serde::{Deserialize, Deserializer};

/// A list; `null` is an empty one.
pub(super) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Option::<Vec<T>>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A number of seconds in one of the forms that are seen in the wild.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Whole(u64),
    Fraction(f64),
    Text(String),
    Nothing(()),
}

/// A number of seconds, rounded up; nothing if the value is not a number, because a strange value must not hide the error.
pub(super) fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(match Seconds::deserialize(deserializer)? {
        Seconds::Whole(seconds) => Some(seconds),
        Seconds::Fraction(seconds) => round_up(seconds),
        Seconds::Text(text) => text.trim().parse().ok(),
        Seconds::Nothing(()) => None,
    })
}

/// The next whole number; nothing for negative ones and those no timer can hold.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both limits are checked")]
fn round_up(seconds: f64) -> Option<u64> {
    const SECONDS_MAX: f64 = 1e15;
    (0.0..=SECONDS_MAX).contains(&seconds).then(|| seconds.ceil() as u64)
}
