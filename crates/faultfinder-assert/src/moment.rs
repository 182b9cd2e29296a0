//! Points in time, as headers, cookies and APIs write them, and durations.

/// A day, in seconds.
const DAY: i64 = 86_400;
/// From here on a number is read as milliseconds since 1970: in seconds it would be a year beyond 5000.
const MILLIS_FROM: f64 = 1e11;
/// Longest text that is read as a date or a duration, in bytes: the longest form has about 40.
const TEXT_BYTES_MAX: usize = 64;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Seconds since 1970 of a point in time: RFC 3339, a date alone, or one of the forms that HTTP allows (RFC 9110 section
/// 5.6.7), which mail has too.
pub(crate) fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.len() > TEXT_BYTES_MAX {
        return None;
    }
    iso(text).or_else(|| wordy(text))
}

/// Seconds since 1970 of a number in JSON: seconds, or milliseconds when it is that large.
pub(crate) fn of_number(number: f64) -> f64 {
    if number.abs() >= MILLIS_FROM { number / 1000.0 } else { number }
}

/// `2026-11-22`, `2026-11-22T05:39:44.5Z`, `2026-11-22 05:39+01:00`. Without a zone it is UTC.
fn iso(text: &str) -> Option<f64> {
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (text.get(..at)?, text.get(at + 1..)?),
        None => (text, ""),
    };
    let mut parts = date.split('-');
    let (year, month, day) =
        (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    if parts.next().is_some() {
        return None;
    }
    let start = days(year, month, day)? * DAY;
    if time.is_empty() {
        return (date.len() == text.len()).then(|| float(start));
    }
    let zone_at = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = (time.get(..zone_at)?.trim_end(), time.get(zone_at..)?);
    Some(float(start - offset(zone)?) + seconds_of_day(clock)?)
}

/// `Wed, 21 Oct 2015 07:28:00 GMT`, `Wed Oct 21 07:28:00 2015`, `21-Oct-15 07:28:00 GMT`.
fn wordy(text: &str) -> Option<f64> {
    let (mut day, mut month, mut year, mut clock, mut zone) = (None, None, None, None, 0);
    for word in text.split([' ', ',', '-']).filter(|word| !word.is_empty()) {
        let lower = word.to_ascii_lowercase();
        let begin = lower.get(..3).unwrap_or(&lower);
        if word.contains(':') {
            clock = Some(seconds_of_day(word)?);
        } else if let Some(found) = MONTHS.iter().position(|name| *name == begin) {
            month = i64::try_from(found + 1).ok();
        } else if WEEKDAYS.contains(&begin) || matches!(lower.as_str(), "gmt" | "utc" | "z") {
        } else if word.starts_with('+') {
            zone = offset(word)?;
        } else if day.is_none() && word.len() <= 2 {
            day = Some(digits(word, word.len())?);
        } else if year.is_none() {
            year = Some(match digits(word, word.len())? {
                // RFC 6265 section 5.1.1.
                short @ 70..=99 if word.len() == 2 => 1900 + short,
                short @ 0..=69 if word.len() == 2 => 2000 + short,
                full => full,
            });
        } else if word.len() == 4 {
            // The sign of a zone was a separator: `-0500`.
            zone = -offset(&format!("+{word}"))?;
        } else {
            return None;
        }
    }
    Some(float(days(year?, month?, day?)? * DAY - zone) + clock?)
}

/// Seconds since midnight: `05:39`, `05:39:44`, `05:39:44.123`.
fn seconds_of_day(clock: &str) -> Option<f64> {
    let mut parts = clock.split(':');
    let (hour, minute) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let second = match parts.next() {
        None => 0.0,
        Some(second) => {
            let whole = second.split(['.', ',']).next()?;
            digits(whole, 2)?;
            second.replace(',', ".").parse::<f64>().ok()?
        }
    };
    let fits = hour <= 24 && minute <= 59 && second < 61.0 && parts.next().is_none();
    fits.then(|| float(hour * 3600 + minute * 60) + second)
}

/// Seconds east of UTC: `Z`, `+01:00`, `-0500`, or nothing.
fn offset(zone: &str) -> Option<i64> {
    let (sign, rest) = match zone.split_at_checked(1) {
        None | Some(("Z" | "z", "")) => return Some(0),
        Some(("+", rest)) => (1, rest),
        Some(("-", rest)) => (-1, rest),
        Some(_) => return None,
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some(parts) => parts,
        None => rest.split_at_checked(2)?,
    };
    let minutes = if minutes.is_empty() { 0 } else { digits(minutes, 2)? };
    let seconds = digits(hours, 2)? * 3600 + minutes * 60;
    (seconds <= DAY).then_some(sign * seconds)
}

/// A number of exactly so many digits.
fn digits(text: &str, count: usize) -> Option<i64> {
    (text.len() == count && count > 0 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// Days since 1970 of a day of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) || !(0..=9999).contains(&year) {
        return None;
    }
    // Years begin in March, so that the leap day is their last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * month + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// A point in time in seconds since 1970, as RFC 3339 text in UTC.
pub(crate) fn text(seconds: i64) -> String {
    let (day, of_day) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    // The inverse of `days`: years that begin in March.
    let shifted = day + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    let year = year + era * 400;
    format!("{year:04}-{month:02}-{date:02}T{:02}:{:02}:{:02}Z", of_day / 3600, of_day / 60 % 60, of_day % 60)
}

/// Seconds of a duration as programs write them: `250ms`, `1h30m`, `1.5 s`, `PT1M30S`, `P1DT2H`.
pub(crate) fn duration(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.len() > TEXT_BYTES_MAX {
        return None;
    }
    let upper = text.to_ascii_uppercase();
    match upper.strip_prefix('P') {
        Some(rest) => iso_duration(rest),
        None => spelled_duration(text),
    }
}

/// What is behind the `P` of ISO 8601. Years and months have no fixed length, so they are not read.
fn iso_duration(rest: &str) -> Option<f64> {
    let (date, time) = rest.split_once('T').unwrap_or((rest, ""));
    let units = |in_time: bool, unit: char| match (in_time, unit) {
        (false, 'W') => Some(7.0 * float(DAY)),
        (false, 'D') => Some(float(DAY)),
        (true, 'H') => Some(3600.0),
        (true, 'M') => Some(60.0),
        (true, 'S') => Some(1.0),
        _ => None,
    };
    let mut total = 0.0;
    for (part, in_time) in [(date, false), (time, true)] {
        total += pieces(part, |unit| units(in_time, unit.chars().next()?))?;
    }
    (!date.is_empty() || !time.is_empty()).then_some(total)
}

fn spelled_duration(text: &str) -> Option<f64> {
    let starts = text.starts_with(|first: char| first.is_ascii_digit());
    let total = pieces(text, crate::unit::seconds)?;
    starts.then_some(total)
}

/// The sum of numbers with their units.
fn pieces(text: &str, unit: impl Fn(&str) -> Option<f64>) -> Option<f64> {
    let (mut rest, mut total) = (text, 0.0);
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest.get(..end)?.parse().ok()?;
        let after = rest.get(end..)?.trim_start();
        let length = after.find(|c: char| c.is_ascii_digit() || c.is_whitespace()).unwrap_or(after.len());
        // The units of ISO 8601 are letters that may be followed by a digit only.
        total += number * unit(after.get(..length)?)?;
        rest = after.get(length..)?.trim_start();
    }
    Some(total)
}

#[expect(clippy::cast_precision_loss, reason = "exact below 2^53 seconds, which is 285 million years")]
const fn float(seconds: i64) -> f64 {
    seconds as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_date_is_the_same_time() {
        for (text, seconds) in [
            ("1970-01-01", 0.0),
            ("1969-12-31", -86_400.0),
            ("2000-02-29", 951_782_400.0),
            ("2026-11-22T05:39:44Z", 1_795_325_984.0),
            ("2026-11-22T05:39:44.500Z", 1_795_325_984.5),
            ("2026-11-22t06:39:44+01:00", 1_795_325_984.0),
            ("2026-11-22 05:39:44", 1_795_325_984.0),
            ("2026-11-22T00:39:44-0500", 1_795_325_984.0),
            ("2026-11-22T05:39Z", 1_795_325_940.0),
            ("Wed, 21 Oct 2015 07:28:00 GMT", 1_445_412_480.0),
            ("Wed, 21-Oct-15 07:28:00 GMT", 1_445_412_480.0),
            ("Wednesday, 21-Oct-15 07:28:00 GMT", 1_445_412_480.0),
            ("Wed Oct 21 07:28:00 2015", 1_445_412_480.0),
            ("Wed, 21 Oct 2015 09:28:00 +0200", 1_445_412_480.0),
            ("Wed, 21 Oct 2015 02:28:00 -0500", 1_445_412_480.0),
        ] {
            assert_eq!(parse(text), Some(seconds), "{text}");
        }
        for text in [
            "",
            "x",
            "2026-13-01",
            "2026-02-29",
            "2026-11-22T",
            "2026-11-22Tx",
            "2026-11-22T25:00:00Z",
            "2026-11-22T05:39:44+99:00",
            "200",
            "1.5",
            "12:30",
            "Oct",
            "21 Oct",
            "ä-ü-ö",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(
            (of_number(1_795_325_984.0), of_number(1_795_325_984_000.0)),
            (1_795_325_984.0, 1_795_325_984.0)
        );
    }

    #[test]
    fn a_time_is_written_as_it_is_read() {
        for (seconds, written) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_325_984, "2026-11-22T05:39:44Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(text(seconds), written);
            assert_eq!(parse(written), Some(float(seconds)));
        }
    }

    #[test]
    fn durations_are_read_with_their_units() {
        for (text, seconds) in [
            ("250ms", 0.25),
            ("1.5 s", 1.5),
            ("1h30m", 5400.0),
            ("1 h 30 min", 5400.0),
            ("2 days", 172_800.0),
            ("PT1M30S", 90.0),
            ("P1DT2H", 93_600.0),
            ("pt0.5s", 0.5),
        ] {
            assert_eq!(duration(text), Some(seconds), "{text}");
        }
        for text in ["", "P", "PT", "5", "P1Y", "ms", "5 parsecs", "1h30", "-5s"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }
}
