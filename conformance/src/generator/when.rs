//! Points in time as certificates write them.

use super::der::tlv;

const UTC: u8 = 23;
const GENERALIZED: u8 = 24;

/// A day, in seconds.
pub(super) const DAY: i64 = 86_400;

/// A point in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum When {
    /// In the form that RFC 5280 wants.
    At(i64),
    /// As GeneralizedTime, whatever the year.
    Generalized(i64),
    /// Any text under either tag.
    Text { generalized: bool, text: String },
}

/// Year, month, day, hour, minute, second.
fn civil(time: i64) -> [i64; 6] {
    let (days, seconds) = (time.div_euclid(DAY), time.rem_euclid(DAY));
    // Years begin in March, so that leap days come last; eras have 400 years.
    let shifted = days + 719_468;
    let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let month = if march < 10 { march + 3 } else { march - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    [year, month, of_year - (153 * march + 2) / 5 + 1, seconds / 3_600, seconds / 60 % 60, seconds % 60]
}

/// `YYYYMMDDhhmmssZ`.
pub(super) fn generalized(time: i64) -> String {
    let [year, month, day, hour, minute, second] = civil(time);
    format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}Z")
}

/// `YYMMDDhhmmssZ`.
pub(super) fn utc(time: i64) -> String {
    generalized(time).split_off(2)
}

impl When {
    pub(super) fn encode(&self) -> Vec<u8> {
        match self {
            Self::At(time) if (1950..2050).contains(&civil(*time)[0]) => tlv(UTC, utc(*time).as_bytes()),
            Self::At(time) | Self::Generalized(time) => tlv(GENERALIZED, generalized(*time).as_bytes()),
            Self::Text { generalized, text } => {
                tlv(if *generalized { GENERALIZED } else { UTC }, text.as_bytes())
            }
        }
    }

    /// The time, if it is one.
    pub(super) fn time(&self) -> Option<i64> {
        match self {
            Self::At(time) | Self::Generalized(time) => Some(*time),
            Self::Text { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_by_the_calendar() {
        assert_eq!(generalized(0), "19700101000000Z");
        assert_eq!(generalized(951_782_400), "20000229000000Z");
        assert_eq!(generalized(1_767_225_599), "20251231235959Z");
        assert_eq!(utc(1_767_225_600), "260101000000Z");
        assert_eq!(generalized(4_107_542_400), "21000301000000Z");
    }
}
