//! Dates: how far from now, and how they are written.

/// How far a date is from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DateOffset {
    /// How many units; negative is in the past.
    pub amount: i64,
    /// The unit.
    pub unit: DateUnit,
}

/// Unit of a [`DateOffset`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: the units of the format")]
pub enum DateUnit {
    /// `s`
    Second,
    /// `m`
    Minute,
    /// `h`
    Hour,
    /// `d`
    Day,
    /// `w`
    Week,
    /// `M`; the day of the month is kept, or the last one taken.
    Month,
    /// `y`; likewise.
    Year,
}

/// Farthest from now that a date may be.
pub const DATE_OFFSET_YEARS_MAX: i64 = 1000;

/// Most characters of a [`DateFormat`].
pub const DATE_FORMAT_CHARS_MAX: usize = 100;

/// How a date is written: `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateFormat {
    parts: Vec<DatePart>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum DatePart {
    Literal(String),
    Token(&'static str),
}

/// A moment in UTC, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Civil {
    year: i64,
    month: i64,
    day: i64,
    /// 0 is Sunday.
    weekday: i64,
    hour: i64,
    minute: i64,
    second: i64,
    millisecond: i64,
    /// Milliseconds since 1970.
    epoch: i64,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// The tokens, longest first where one begins with another.
const TOKENS: &[&str] = &[
    "YYYY", "YY", "MMMM", "MMM", "MM", "M", "DD", "D", "dddd", "ddd", "HH", "H", "hh", "h", "mm", "m", "ss",
    "s", "SSS", "A", "a", "ZZ", "Z", "X", "x",
];

impl DateFormat {
    /// Reads a format: tokens, and between them anything that is not a letter; `T` stands for itself, and so does
    /// whatever is in square brackets.
    ///
    /// Nothing is returned when a letter is neither, or when it is longer than [`DATE_FORMAT_CHARS_MAX`].
    pub(super) fn new(text: &str) -> Option<Self> {
        if text.is_empty() || text.len() > DATE_FORMAT_CHARS_MAX {
            return None;
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('[') {
                let (literal, after) = after.split_once(']')?;
                parts.push(DatePart::Literal(literal.to_owned()));
                rest = after;
            } else if let Some(token) = TOKENS.iter().find(|token| rest.starts_with(**token)) {
                parts.push(DatePart::Token(token));
                rest = rest.strip_prefix(token)?;
            } else {
                let letter = rest.chars().next()?;
                if letter.is_alphabetic() && letter != 'T' {
                    return None;
                }
                parts.push(DatePart::Literal(letter.to_string()));
                rest = rest.strip_prefix(letter)?;
            }
        }
        Some(Self { parts })
    }

    /// A moment in milliseconds since 1970, as text.
    pub(super) fn format(&self, moment: i64) -> String {
        let civil = Civil::new(moment);
        let mut text = String::new();
        for part in &self.parts {
            match part {
                DatePart::Literal(literal) => text.push_str(literal),
                DatePart::Token(token) => text.push_str(&civil.token(token)),
            }
        }
        text
    }
}

impl DateOffset {
    /// An offset, unless it is farther than [`DATE_OFFSET_YEARS_MAX`].
    pub(super) fn new(amount: i64, unit: DateUnit) -> Option<Self> {
        let per_year = match unit {
            DateUnit::Second => 366 * 86_400,
            DateUnit::Minute => 366 * 1_440,
            DateUnit::Hour => 366 * 24,
            DateUnit::Day => 366,
            DateUnit::Week => 53,
            DateUnit::Month => 12,
            DateUnit::Year => 1,
        };
        (amount.unsigned_abs() <= (DATE_OFFSET_YEARS_MAX * per_year).unsigned_abs())
            .then_some(Self { amount, unit })
    }

    /// A moment moved, both in milliseconds since 1970.
    pub(super) fn apply(self, moment: i64) -> i64 {
        let milliseconds = match self.unit {
            DateUnit::Second => 1_000,
            DateUnit::Minute => 60_000,
            DateUnit::Hour => 3_600_000,
            DateUnit::Day => 86_400_000,
            DateUnit::Week => 7 * 86_400_000,
            DateUnit::Month => return add_months(moment, self.amount),
            DateUnit::Year => return add_months(moment, self.amount.saturating_mul(12)),
        };
        moment.saturating_add(self.amount.saturating_mul(milliseconds))
    }
}

fn add_months(moment: i64, months: i64) -> i64 {
    let civil = Civil::new(moment);
    let index = civil.year * 12 + (civil.month - 1) + months;
    let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
    let next =
        if month == 12 { days_from_civil(year + 1, 1, 1) } else { days_from_civil(year, month + 1, 1) };
    let first = days_from_civil(year, month, 1);
    let day = civil.day.min(next - first);
    (first + day - 1) * 86_400_000 + moment.rem_euclid(86_400_000)
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that the leap day is the last.
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}

impl Civil {
    /// Times are clamped to some ten thousand years around 1970, so that nothing overflows.
    fn new(moment: i64) -> Self {
        const RANGE: i64 = 10_000 * 366 * 86_400_000;
        let epoch = moment.clamp(-RANGE, RANGE);
        let days = epoch.div_euclid(86_400_000);
        let rest = epoch.rem_euclid(86_400_000);
        // A guess that is at most one year too high or low.
        let mut year = 1970 + days.div_euclid(366);
        while days_from_civil(year + 1, 1, 1) <= days {
            year += 1;
        }
        let mut month = 1;
        while month < 12 && days_from_civil(year, month + 1, 1) <= days {
            month += 1;
        }
        Self {
            year,
            month,
            day: days - days_from_civil(year, month, 1) + 1,
            weekday: (days + 4).rem_euclid(7),
            hour: rest / 3_600_000,
            minute: rest / 60_000 % 60,
            second: rest / 1_000 % 60,
            millisecond: rest % 1_000,
            epoch,
        }
    }

    fn token(&self, token: &str) -> String {
        let name = |names: &[&str], index: i64, length: usize| -> String {
            let name = usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or("");
            name.chars().take(length).collect()
        };
        let half = if self.hour < 12 { "am" } else { "pm" };
        let hour12 = (self.hour + 11) % 12 + 1;
        match token {
            "YYYY" => format!("{:04}", self.year),
            "YY" => format!("{:02}", self.year.rem_euclid(100)),
            "MMMM" => name(&MONTHS, self.month - 1, usize::MAX),
            "MMM" => name(&MONTHS, self.month - 1, 3),
            "MM" => format!("{:02}", self.month),
            "M" => self.month.to_string(),
            "DD" => format!("{:02}", self.day),
            "D" => self.day.to_string(),
            "dddd" => name(&WEEKDAYS, self.weekday, usize::MAX),
            "ddd" => name(&WEEKDAYS, self.weekday, 3),
            "HH" => format!("{:02}", self.hour),
            "H" => self.hour.to_string(),
            "hh" => format!("{hour12:02}"),
            "h" => hour12.to_string(),
            "mm" => format!("{:02}", self.minute),
            "m" => self.minute.to_string(),
            "ss" => format!("{:02}", self.second),
            "s" => self.second.to_string(),
            "SSS" => format!("{:03}", self.millisecond),
            "A" => half.to_uppercase(),
            "a" => half.to_owned(),
            "ZZ" => "+0000".to_owned(),
            "Z" => "+00:00".to_owned(),
            "X" => self.epoch.div_euclid(1_000).to_string(),
            "x" => self.epoch.to_string(),
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2024-02-29T13:04:05.678Z, a Thursday.
    const MOMENT: i64 = 1_709_211_845_678;

    #[test]
    fn formats_are_made_of_tokens() {
        for (format, expected) in [
            ("YYYY-MM-DD", "2024-02-29"),
            ("MMM D, YYYY", "Feb 29, 2024"),
            ("DD_MM_YYYY_HH_MM", "29_02_2024_13_02"),
            ("YYYY-MM-DDTHH:mm:ss.SSSZ", "2024-02-29T13:04:05.678+00:00"),
            ("dddd D MMMM YY h:mm a", "Thursday 29 February 24 1:04 pm"),
            ("[year] YYYY", "year 2024"),
            ("X x", "1709211845 1709211845678"),
        ] {
            assert_eq!(DateFormat::new(format).unwrap().format(MOMENT), expected, "{format}");
        }
        for format in ["", "QQQ", "yyyy", "[open", &"D".repeat(101)] {
            assert_eq!(DateFormat::new(format), None, "{format}");
        }
    }

    #[test]
    fn offsets_move_by_calendar_units() {
        let day = DateFormat::new("YYYY-MM-DD").unwrap();
        for (amount, unit, expected) in [
            (0, DateUnit::Day, "2024-02-29"),
            (1, DateUnit::Day, "2024-03-01"),
            (-60, DateUnit::Day, "2023-12-31"),
            (1, DateUnit::Year, "2025-02-28"),
            (-2, DateUnit::Month, "2023-12-29"),
            (12, DateUnit::Month, "2025-02-28"),
            (1, DateUnit::Week, "2024-03-07"),
            (11, DateUnit::Hour, "2024-03-01"),
        ] {
            let offset = DateOffset::new(amount, unit).unwrap();
            assert_eq!(day.format(offset.apply(MOMENT)), expected, "{amount} {unit:?}");
        }
        assert_eq!(DateOffset::new(1001, DateUnit::Year), None);
        assert_eq!(DateOffset::new(i64::MIN, DateUnit::Second), None);
    }

    #[test]
    fn dates_before_1970_and_far_ones_do_not_overflow() {
        let day = DateFormat::new("YYYY-MM-DD ddd").unwrap();
        assert_eq!(day.format(-1), "1969-12-31 Wed");
        for moment in [i64::MIN, i64::MAX] {
            let _ = day.format(DateOffset::new(1000, DateUnit::Year).unwrap().apply(moment));
        }
    }
}
