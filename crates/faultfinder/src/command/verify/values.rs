//! The possible values of options, and their meaning.

use clap::builder::PossibleValue;
use faultfinder_taxonomy::word::{Purpose, Roots, Word};

/// The last second of 9999, the latest time in a certificate.
const LAST_SECOND: i64 = 253_402_300_799;

/// The values of `--roots`.
pub(super) fn all_roots() -> Vec<PossibleValue> {
    <Roots as Word>::ALL.iter().map(|roots| PossibleValue::new(roots.as_str())).collect()
}

/// The meaning of a value of `--roots`; none for other values.
pub(super) fn roots(word: &str) -> Roots {
    Roots::parse(word).unwrap_or(Roots::None)
}

/// OpenSSL's named parameter sets, and their purposes.
pub(super) const PARAMETER_SETS: [(&str, Option<Purpose>); 6] = [
    ("default", None),
    ("ssl_server", Some(Purpose::SslServer)),
    ("ssl_client", Some(Purpose::SslClient)),
    ("smime_sign", Some(Purpose::SmimeSign)),
    ("pkcs7", Some(Purpose::SmimeSign)),
    ("code_sign", Some(Purpose::CodeSign)),
];

/// The values of `-verify_name`.
pub(super) fn parameter_sets() -> Vec<PossibleValue> {
    let about = |purpose: Option<Purpose>| {
        purpose.map_or_else(|| "no purpose".to_owned(), |purpose| format!("-purpose {}", purpose.as_str()))
    };
    PARAMETER_SETS.into_iter().map(|(name, purpose)| PossibleValue::new(name).help(about(purpose))).collect()
}

/// The values of `-purpose`.
pub(super) fn purposes() -> Vec<PossibleValue> {
    <Purpose as Word>::ALL.iter().map(|purpose| PossibleValue::new(purpose.as_str())).collect()
}

/// Reads `-attime`.
pub(super) fn seconds(text: &str) -> Result<i64, String> {
    let Ok(seconds) = text.parse::<i64>() else {
        let day =
            midnight(text).map(|(day, seconds)| format!("; {day} begins at {seconds}")).unwrap_or_default();
        return Err(format!("expected whole seconds since 1970{day}"));
    };
    if seconds > LAST_SECOND {
        return Err(format!(
            "that is beyond the year 9999; if it is in milliseconds, use {}",
            seconds / 1000
        ));
    }
    Ok(seconds)
}

/// The day at the beginning of a text such as `2026-01-01T..`, and when it begins, in UTC.
fn midnight(text: &str) -> Option<(&str, i64)> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    let day = text.get(..10)?;
    let date = time::Date::parse(day, format).ok()?;
    Some((day, date.midnight().assume_utc().unix_timestamp()))
}

/// Reads `-policy`.
pub(super) fn policy(text: &str) -> Result<String, String> {
    if ["anyPolicy", "X509v3 Any Policy"].contains(&text) {
        return Ok("2.5.29.32.0".to_owned());
    }
    let arcs: Vec<&str> = text.split('.').collect();
    let number = |arc: &&str| arc.parse::<u64>().is_ok() && arc.bytes().all(|byte| byte.is_ascii_digit());
    let begins_well = match arcs.as_slice() {
        [first, second, ..] => match (first.parse::<u64>(), second.parse::<u64>()) {
            (Ok(0 | 1), Ok(second)) => second < 40,
            (Ok(2), Ok(_)) => true,
            _ => false,
        },
        _ => false,
    };
    if begins_well && arcs.iter().all(number) {
        return Ok(text.to_owned());
    }
    Err("expected an object identifier, such as 2.23.140.1.2.1, or anyPolicy".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_object_identifiers() {
        for (text, good) in [
            ("1.2.3", true),
            ("2.999.1", true),
            ("1.40.1", false),
            ("3.1", false),
            ("1", false),
            ("1.+2", false),
            ("", false),
        ] {
            assert_eq!(policy(text).is_ok(), good, "{text}");
        }
    }
}
