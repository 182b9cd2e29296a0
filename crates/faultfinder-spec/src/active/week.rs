//! Times of the week as they are written: `mon-fri 08:00-18:00`.

use crate::value::{BadValue, FromText, ValueKind};

/// Minutes of a day.
const MINUTES_OF_DAY: u32 = 24 * 60;

/// Days as they are written; their first three letters are enough.
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Some days of the week, and a part of each: `mon-fri 08:00-18:00`, `sat,sun`, `22:00-06:00`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveTime {
    /// Which days, Monday first.
    days: [bool; 7],
    /// From and until, in minutes since the day began; a part that ends on the next day ends beyond it.
    part: (u32, u32),
}

impl ActiveTime {
    /// Its parts of the week, in minutes since Monday 00:00.
    pub(super) fn spans(&self) -> impl Iterator<Item = (u32, u32)> {
        let (from, until) = self.part;
        let days = (0_u32..).zip(self.days).filter_map(|(day, is)| is.then_some(day * MINUTES_OF_DAY));
        days.map(move |day| (day + from, day + until))
    }
}

impl FromText for ActiveTime {
    const KIND: ValueKind = ValueKind::Text;

    fn expected() -> String {
        "days and times such as mon-fri 08:00-18:00".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let bad = || BadValue::expected(&Self::expected(), text);
        let mut words = text.split_whitespace();
        let (days, part) = match (words.next(), words.next(), words.next()) {
            (Some(one), None, None) if one.contains(':') => ("mon-sun", one),
            (Some(days), None, None) => (days, "00:00-24:00"),
            (Some(days), Some(part), None) => (days, part),
            _ => return Err(bad()),
        };
        Ok(Self {
            days: read_days(days).map_err(|help| bad().help(help))?,
            part: read_part(part).map_err(|help| bad().help(help))?,
        })
    }
}

/// `mon-fri`, `sat,sun`, `fri-mon`.
fn read_days(text: &str) -> Result<[bool; 7], String> {
    let mut days = [false; 7];
    for range in text.split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last) = (read_day(first)?, read_day(last)?);
        // From one to the other, also over the end of the week.
        let count = (last + 7 - first) % 7;
        for day in first..=first + count {
            if let Some(day) = days.get_mut(day % 7) {
                *day = true;
            }
        }
    }
    Ok(days)
}

fn read_day(text: &str) -> Result<usize, String> {
    let lower = text.to_ascii_lowercase();
    let known = DAYS.iter().position(|day| lower.len() >= 3 && day.starts_with(&lower));
    known.ok_or_else(|| "days are mon, tue, wed, thu, fri, sat and sun".to_owned())
}

/// `08:00-18:00`; `22:00-06:00` ends on the next day.
fn read_part(text: &str) -> Result<(u32, u32), String> {
    let times = text.split_once('-').and_then(|(from, until)| Some((read_time(from)?, read_time(until)?)));
    match times {
        Some((MINUTES_OF_DAY, _)) | None => Err("times are from 00:00 to 24:00: 08:00-18:00".to_owned()),
        Some((from, until)) if from == until => Err("it ends when it begins".to_owned()),
        Some((from, until)) if until < from => Ok((from, until + MINUTES_OF_DAY)),
        Some(part) => Ok(part),
    }
}

/// `HH:MM`, in minutes since the day began.
fn read_time(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str| {
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u32>().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes).filter(|_| minutes.len() == 2)?);
    let time = hours * 60 + minutes;
    (minutes < 60 && time <= MINUTES_OF_DAY).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &str) -> Vec<(u32, u32)> {
        ActiveTime::from_text(text).unwrap().spans().collect()
    }

    #[test]
    fn days_and_times_are_read_as_people_write_them() {
        let day = |day: u32, from: u32, until: u32| (day * 1440 + from, day * 1440 + until);
        assert_eq!(spans("mon-tue 08:00-18:30"), [day(0, 480, 1110), day(1, 480, 1110)]);
        assert_eq!(spans("Sat,SUNDAY"), [day(5, 0, 1440), day(6, 0, 1440)]);
        assert_eq!(spans("sun-mon 9:00-24:00"), [day(0, 540, 1440), day(6, 540, 1440)]);
        assert_eq!(spans("fri 22:00-06:00"), [day(4, 1320, 1800)]);
        assert_eq!(spans("00:00-00:01").len(), 7);
    }

    #[test]
    fn what_is_no_time_of_the_week_is_refused() {
        for text in [
            "",
            "mo",
            "mon-",
            "weekdays",
            "mon-fri 8-18",
            "mon 24:00-25:00",
            "mon 08:00",
            "mon 08:00-08:00",
            "mon 08:00-18:60",
            "mon 08:00-18:00 UTC",
            "mon 08:00 - 18:00",
            "24:00-01:00",
            "+1:00-02:00",
            "mon 08:0-18:00",
        ] {
            assert!(ActiveTime::from_text(text).is_err(), "{text}");
        }
    }
}
