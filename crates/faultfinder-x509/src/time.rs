//! Times of certificates: what they say, and whether they say it as they must.
//!
//! A malformed time is a fact about the certificate, not a reason to refuse it, so an [`Asn1Time`] keeps what was
//! written. There are two readings: the strict one of RFC 5280 section 4.1.2.5, by which validity is judged, and a lenient
//! one (offsets, fractions), by which OpenSSL picks the latest of several expired issuers.

use crate::der::{DerFault, GENERALIZED_TIME, Tlv, UTC_TIME};

/// The seconds since 1970 that a `GeneralizedTime` can express: the years 0 to 9999.
const EXPRESSIBLE: std::ops::RangeInclusive<i64> = -62_167_219_200..=253_402_300_799;

/// A `UTCTime` or a `GeneralizedTime`, readable or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asn1Time {
    text: Box<[u8]>,
    strict: Option<i64>,
    lenient: Option<i64>,
}

impl Asn1Time {
    /// Reads it from a value. Contents that are shorter than the type's shortest form are refused, as by OpenSSL.
    pub(crate) fn read(value: &Tlv<'_>) -> Result<Self, DerFault> {
        if value.class != crate::der::Class::Universal {
            return Err(DerFault::WrongTag);
        }
        let (generalized, shortest) = match value.tag {
            UTC_TIME => (false, 13),
            GENERALIZED_TIME => (true, 15),
            _ => return Err(DerFault::WrongTag),
        };
        let text = value.string()?;
        if text.len() < shortest {
            return Err(DerFault::TimeTooShort);
        }
        let lenient = read_lenient(&text, generalized);
        let (last, digits) = text.split_last().ok_or(DerFault::TimeTooShort)?;
        let well_formed = text.len() == shortest && *last == b'Z' && digits.iter().all(u8::is_ascii_digit);
        Ok(Self { strict: lenient.filter(|_| well_formed), lenient, text: text.into() })
    }

    /// Seconds since 1970, if it is written as RFC 5280 section 4.1.2.5 demands.
    pub(crate) const fn seconds(&self) -> Option<i64> {
        self.strict
    }

    /// The same as far as it can be compared with a time: beyond what a certificate can say, OpenSSL compares nothing and takes
    /// every date for malformed.
    pub(crate) fn seconds_at(&self, now: i64) -> Option<i64> {
        self.strict.filter(|_| EXPRESSIBLE.contains(&now))
    }

    /// What is wrong with a time that has no [`Self::seconds_at`].
    pub(crate) fn flaw(&self) -> String {
        match self.strict {
            None => format!("is malformed: \"{}\"", self.text()),
            Some(_) => "cannot be compared with a check time outside of the years 0 to 9999".to_owned(),
        }
    }

    /// Seconds since 1970 by the lenient reading.
    pub(crate) const fn lenient(&self) -> Option<i64> {
        self.lenient
    }

    /// What is written there, for messages: at most 40 characters, anything unprintable escaped.
    pub(crate) fn text(&self) -> String {
        self.text.iter().take(40).flat_map(|byte| std::ascii::escape_default(*byte)).map(char::from).collect()
    }
}

/// Two digits at a place.
fn pair(text: &[u8], at: usize) -> Option<i64> {
    match text.get(at..at + 2)? {
        [tens, ones] if tens.is_ascii_digit() && ones.is_ascii_digit() => {
            Some(i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
        }
        _ => None,
    }
}

/// Two digits at a place, which must lie in a range.
fn bounded(text: &[u8], at: usize, least: i64, most: i64) -> Option<i64> {
    pair(text, at).filter(|value| (least..=most).contains(value))
}

/// The lenient reading: seconds may be missing, fractions of a second and offsets may be there.
fn read_lenient(text: &[u8], generalized: bool) -> Option<i64> {
    let two = pair(text, 0)?;
    let (year, mut at) = match (generalized, two) {
        (true, century) => (century * 100 + pair(text, 2)?, 4),
        (false, year @ 50..) => (1900 + year, 2),
        (false, year) => (2000 + year, 2),
    };
    let month = bounded(text, at, 1, 12)?;
    let day = bounded(text, at + 2, 1, days_in_month(year, month))?;
    let hour = bounded(text, at + 4, 0, 23)?;
    let minute = bounded(text, at + 6, 0, 59)?;
    at += 8;
    let mut second = 0;
    if !matches!(text.get(at)?, b'Z' | b'+' | b'-') {
        second = bounded(text, at, 0, 59)?;
        at += 2;
    }
    if generalized && text.get(at) == Some(&b'.') {
        let digits = text.get(at + 1..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        at += 1 + digits;
    }
    let offset = match text.get(at..)? {
        b"Z" => 0,
        [sign @ (b'+' | b'-'), digits @ ..] if digits.len() == 4 => {
            let offset = bounded(digits, 0, 0, 12)? * 3600 + bounded(digits, 2, 0, 59)? * 60;
            if *sign == b'-' { offset } else { -offset }
        }
        _ => return None,
    };
    Some(days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second + offset)
}

const fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar.
const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// `2026-01-02T03:04:05Z` of seconds since 1970.
#[must_use]
pub fn format_time(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days.saturating_add(719_468);
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

/// A span of time in the largest unit that says enough: `41 days`, `3 hours`, `1 second`.
pub(crate) fn format_span(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7200 => (seconds / 60, "minute"),
        7200..172_800 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::der::{Reader, write};

    #[track_caller]
    fn read(tag: u8, text: &str) -> Result<Asn1Time, DerFault> {
        let mut der = Vec::new();
        write(&mut der, tag, text.as_bytes());
        Asn1Time::read(&Reader::new(&der).any().unwrap())
    }

    #[test]
    fn only_the_forms_of_rfc_5280_are_readable() {
        let rows = [
            (23, "260102030405Z", Some("2026-01-02T03:04:05Z")),
            (23, "500101000000Z", Some("1950-01-01T00:00:00Z")),
            (23, "491231235959Z", Some("2049-12-31T23:59:59Z")),
            (24, "20260102030405Z", Some("2026-01-02T03:04:05Z")),
            (24, "99991231235959Z", Some("9999-12-31T23:59:59Z")),
            (24, "20240229000000Z", Some("2024-02-29T00:00:00Z")),
            (24, "20230229000000Z", None),
            (24, "21000229000000Z", None),
            (23, "260102030460Z", None),
            (23, "261302030405Z", None),
            (23, "260102240405Z", None),
            (23, "260102030405z", None),
            (23, "2601020304+0100", None),
            (24, "20260102030405.5Z", None),
            (23, "2601 2030405Z", None),
            (23, "20260102030405Z", None),
        ];
        for (tag, text, expected) in rows {
            let seconds = read(tag, text).unwrap().seconds();
            assert_eq!(seconds.map(format_time).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn nothing_is_compared_with_a_time_that_no_certificate_can_say() {
        let time = read(23, "260102030405Z").unwrap();
        for (now, compared) in [
            (253_402_300_799, true),
            (253_402_300_800, false),
            (-62_167_219_200, true),
            (-62_167_219_201, false),
        ] {
            assert_eq!(time.seconds_at(now).is_some(), compared, "{now}");
        }
        assert_eq!(time.flaw(), "cannot be compared with a check time outside of the years 0 to 9999");
        assert_eq!(read(23, "261302030405Z").unwrap().flaw(), "is malformed: \"261302030405Z\"");
    }

    #[test]
    fn too_short_times_are_refused_when_read() {
        assert_eq!(read(23, "2601020304Z"), Err(DerFault::TimeTooShort));
        assert_eq!(read(24, "202601020304Z"), Err(DerFault::TimeTooShort));
        assert_eq!(read(19, "260102030405Z"), Err(DerFault::WrongTag));
    }

    #[test]
    fn lenient_reading_knows_offsets_and_fractions() {
        for (tag, text, expected) in [
            (24, "20260102030405.25Z", Some("2026-01-02T03:04:05Z")),
            (24, "20260102030405+0130", Some("2026-01-02T01:34:05Z")),
            (23, "2601020304-0100", Some("2026-01-02T04:04:00Z")),
            (24, "20260102030405.Z", None),
            (24, "20260102030405+01", None),
        ] {
            assert_eq!(read(tag, text).unwrap().lenient().map(format_time).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn spans_use_the_largest_unit_that_says_enough() {
        for (seconds, text) in [
            (1, "1 second"),
            (119, "119 seconds"),
            (3600, "60 minutes"),
            (86_400, "24 hours"),
            (3_542_400, "41 days"),
        ] {
            assert_eq!(format_span(seconds), text);
        }
    }
}
