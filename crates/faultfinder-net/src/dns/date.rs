//! Times of signatures as calendar dates.

/// `YYYYMMDDHHmmSS` of a time in seconds since 1970, modulo 2^32 (RFC 4034 section 3.2).
pub(super) fn timestamp(seconds: u32) -> String {
    let [year, month, day, hour, minute, second] = calendar(seconds);
    format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}")
}

/// The same in readable form: `2026-01-31T12:00:00Z`.
#[must_use]
pub fn date(seconds: u32) -> String {
    let [year, month, day, hour, minute, second] = calendar(seconds);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

fn calendar(seconds: u32) -> [u32; 6] {
    // Days since 0000-03-01, in eras of 400 years.
    let (days, time) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let (date, month) = (of_year - (153 * shifted + 2) / 5 + 1, (shifted + 2) % 12 + 1);
    let year = era * 400 + year + u32::from(month <= 2);
    [year, month, date, time / 3600, time / 60 % 60, time % 60]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_calendar_dates() {
        for (seconds, text) in [
            (0, "19700101000000"),
            (951_782_400, "20000229000000"),
            (1_767_225_599, "20251231235959"),
            (1_767_225_600, "20260101000000"),
            (u32::MAX, "21060207062815"),
        ] {
            assert_eq!(timestamp(seconds), text);
        }
        assert_eq!(date(1_767_225_600), "2026-01-01T00:00:00Z");
    }
}
