//! Values that are made when a test runs: `{{ uuid }}`, `{{ numeric(6) }}`, `{{ date(-1d, YYYY-MM-DD) }}`.
//!
//! Pure: the time and the randomness are arguments.

mod date;
mod parse;

pub use date::{DATE_FORMAT_CHARS_MAX, DATE_OFFSET_YEARS_MAX, DateFormat, DateOffset, DateUnit};
pub(crate) use parse::{NAMES, parse};

/// Most characters of `numeric`, `alphabetic` and `alphanumeric`.
pub const GENERATED_CHARS_MAX: u32 = 1024;

/// Characters of `numeric`, `alphabetic` and `alphanumeric` when no number is given.
pub const GENERATED_CHARS_DEFAULT: u32 = 8;

/// A value that is made when a test runs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: a renderer must know all of them")]
pub enum Generator {
    /// So many random digits.
    Numeric(u32),
    /// So many random letters, `a-z` and `A-Z`.
    Alphabetic(u32),
    /// So many random letters and digits.
    Alphanumeric(u32),
    /// A random UUID, version 4 (RFC 9562 section 5.4).
    Uuid,
    /// A date in UTC.
    Date {
        /// How far from now.
        offset: DateOffset,
        /// How it is written.
        format: DateFormat,
    },
    /// Time since 1970-01-01T00:00:00Z.
    Timestamp {
        /// How far from now, in `unit`.
        offset: i64,
        /// The unit.
        unit: TimestampUnit,
    },
}

/// Unit of a [`Generator::Timestamp`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: the two units that the generator knows")]
pub enum TimestampUnit {
    /// `s`
    Seconds,
    /// `ms`
    Milliseconds,
}

const DIGITS: &[u8] = b"0123456789";
const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LETTERS_AND_DIGITS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

impl Generator {
    /// Makes the value: `now` is the time in milliseconds since 1970-01-01T00:00:00Z, `random` yields 64 uniformly
    /// distributed bits.
    #[must_use]
    pub fn generate(&self, now: i64, mut random: impl FnMut() -> u64) -> String {
        match self {
            Self::Numeric(count) => pick(DIGITS, *count, random),
            Self::Alphabetic(count) => pick(LETTERS, *count, random),
            Self::Alphanumeric(count) => pick(LETTERS_AND_DIGITS, *count, random),
            Self::Uuid => uuid(random(), random()),
            Self::Date { offset, format } => format.format(offset.apply(now)),
            Self::Timestamp { offset, unit: TimestampUnit::Seconds } => {
                now.div_euclid(1000).saturating_add(*offset).to_string()
            }
            Self::Timestamp { offset, unit: TimestampUnit::Milliseconds } => {
                now.saturating_add(*offset).to_string()
            }
        }
    }
}

fn pick(alphabet: &[u8], count: u32, mut random: impl FnMut() -> u64) -> String {
    // The bias of the remainder is below 2^-57: these are test data, not keys.
    (0..count)
        .filter_map(|_| {
            let index = usize::try_from(random() % u64::try_from(alphabet.len()).ok()?).ok()?;
            alphabet.get(index).copied().map(char::from)
        })
        .collect()
}

fn uuid(high: u64, low: u64) -> String {
    // Version 4 and variant 10 (RFC 9562 sections 4.1 and 4.2).
    let high = (high & !0xf000) | 0x4000;
    let low = (low & !(0b11 << 62)) | (0b10 << 62);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}
