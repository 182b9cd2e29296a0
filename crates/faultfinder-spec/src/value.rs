//! The types of fields that are not text.

use crate::text::quoted;
use crate::{BadValue, FromText, RETRY_INTERVAL_MAX, duration};
use faultfinder_taxonomy::word::{
    AddressChoice, Aia, Compression, CredentialsIn, CrlCheck, Dnssec, HttpVersion, IpVersion, JwtAlgorithm,
    NtlmVersion, Ocsp, Purpose, RecordType, Roots, StartTls, TlsVersion, TrackHops, Transport, UnknownWord,
    Word, nearest, one_of,
};
use std::net::IpAddr;
use std::time::Duration;

/// Longest `timeout` and `overall_timeout`.
pub const TIMEOUT_MAX: Duration = Duration::from_secs(3600);

/// Words of the taxonomy as values of fields.
macro_rules! words {
    ($($name:ident),+ $(,)?) => {
        $(impl FromText for $name {
            fn expected() -> String {
                <Self as Word>::expected()
            }

            fn from_text(text: &str) -> Result<Self, BadValue> {
                Self::parse(text).map_err(|unknown| unknown_word::<Self>(text, unknown))
            }
        })+
    };
}

words! {
    AddressChoice, Aia, Compression, CredentialsIn, CrlCheck, Dnssec, HttpVersion, IpVersion, JwtAlgorithm, NtlmVersion,
    Ocsp, Purpose, Roots, StartTls, TlsVersion, TrackHops, Transport,
}

fn unknown_word<W: Word + FromText>(text: &str, unknown: UnknownWord) -> BadValue {
    if unknown.later {
        let bad = BadValue::new(format!("{} is not supported yet", quoted(text)))
            .label(Some("not supported yet".to_owned()))
            .help(format!("use {}", one_of(W::WORDS)));
        return BadValue { later: true, ..bad };
    }
    BadValue::expected::<W>(text).label(unknown.nearest.map(|word| format!("did you mean `{word}`?")))
}

impl FromText for RecordType {
    fn expected() -> String {
        Self::EXPECTED.to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        Self::parse(text).map_err(|unknown| {
            let label = unknown.nearest.map(|word| format!("did you mean `{word}`?"));
            BadValue::expected::<Self>(text).label(label)
        })
    }
}

/// A port, 1 to 65535.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port(std::num::NonZeroU16);

impl Port {
    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0.get()
    }
}

impl FromText for Port {
    fn expected() -> String {
        "a port from 1 to 65535".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        // `parse` would accept a plus sign.
        if text.starts_with('+') {
            return Err(bad_port(text));
        }
        text.parse().map(Self).map_err(|_| bad_port(text))
    }
}

fn bad_port(text: &str) -> BadValue {
    BadValue::expected::<Port>(text).name("ERR_SOCKET_BAD_PORT")
}

/// A time limit: more than 0, at most [`TIMEOUT_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timeout(Duration);

impl Timeout {
    /// The time.
    #[must_use]
    pub const fn get(self) -> Duration {
        self.0
    }
}

impl FromText for Timeout {
    fn expected() -> String {
        "a time limit such as 500ms".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let time = duration::parse(text)?;
        if time.is_zero() {
            return Err(BadValue::new(format!("a time limit must be more than 0, found {}", quoted(text))));
        }
        if time > TIMEOUT_MAX {
            return Err(BadValue::new(format!("a time limit is at most 1h, found {}", quoted(text))));
        }
        Ok(Self(time))
    }
}

/// For how long a token that we make is valid: 1 s to 1 d.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lifetime(Duration);

/// Shortest and longest [`Lifetime`].
const LIFETIME: std::ops::RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(86_400);

impl Lifetime {
    /// The time.
    #[must_use]
    pub const fn get(self) -> Duration {
        self.0
    }
}

impl FromText for Lifetime {
    fn expected() -> String {
        "a duration from 1s to 1d".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let lifetime = duration::parse(text)?;
        if LIFETIME.contains(&lifetime) { Ok(Self(lifetime)) } else { Err(BadValue::expected::<Self>(text)) }
    }
}

impl FromText for Duration {
    fn expected() -> String {
        "a duration such as 500ms".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        duration::parse(text)
    }
}

impl FromText for bool {
    fn expected() -> String {
        "true or false".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        match text {
            "true" | "True" | "TRUE" => Ok(true),
            "false" | "False" | "FALSE" => Ok(false),
            // YAML 1.1 read these as booleans, YAML 1.2 does not.
            "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y" => Err(not_a_bool(text, "true")),
            "no" | "No" | "NO" | "off" | "Off" | "OFF" | "n" | "N" => Err(not_a_bool(text, "false")),
            _ => {
                let near = nearest(text, ["true", "false"]).map(|word| format!("did you mean `{word}`?"));
                Err(BadValue::expected::<Self>(text).label(near))
            }
        }
    }
}

fn not_a_bool(text: &str, meant: &str) -> BadValue {
    BadValue::expected::<bool>(text).label(Some(format!("write `{meant}`")))
}

impl FromText for IpAddr {
    fn expected() -> String {
        "an IP address".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        bare.parse().map_err(|_| {
            let bad = BadValue::expected::<Self>(text);
            if text.parse::<std::net::SocketAddr>().is_ok() {
                return bad.help("give the port in a field of its own");
            }
            bad
        })
    }
}

/// A whole number from `MIN` to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Number<MIN, MAX> {
    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl<const MIN: u32, const MAX: u32> FromText for Number<MIN, MAX> {
    fn expected() -> String {
        format!("a whole number from {MIN} to {MAX}")
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BadValue::expected::<Self>(text));
        }
        match text.parse() {
            Ok(number) if (MIN..=MAX).contains(&number) => Ok(Self(number)),
            _ => Err(BadValue::expected::<Self>(text)),
        }
    }
}

/// How often a test runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Every(pub(crate) Duration);

/// Shortest and longest `every`.
const EVERY: std::ops::RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(7 * 86_400);

impl FromText for Every {
    fn expected() -> String {
        "a duration from 1s to 7d".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let every = duration::parse(text)?;
        if EVERY.contains(&every) { Ok(Self(every)) } else { Err(BadValue::expected::<Self>(text)) }
    }
}

/// The pause before a retry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RetryInterval(pub(crate) Duration);

impl FromText for RetryInterval {
    fn expected() -> String {
        format!("a duration up to {}", duration::display(RETRY_INTERVAL_MAX))
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let interval = duration::parse(text)?;
        if interval <= RETRY_INTERVAL_MAX {
            Ok(Self(interval))
        } else {
            Err(BadValue::expected::<Self>(text))
        }
    }
}

/// Time between two echo requests, from 1 ms to 60 s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EchoInterval(Duration);

impl EchoInterval {
    const RANGE: std::ops::RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_secs(60);

    /// The time.
    #[must_use]
    pub const fn get(self) -> Duration {
        self.0
    }
}

impl FromText for EchoInterval {
    fn expected() -> String {
        "a duration from 1ms to 60s".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let interval = duration::parse(text)?;
        if Self::RANGE.contains(&interval) {
            Ok(Self(interval))
        } else {
            Err(BadValue::expected::<Self>(text))
        }
    }
}

/// The version of the format.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FormatVersion;

impl FromText for FormatVersion {
    fn expected() -> String {
        "version 1".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        if text == "1" { Ok(Self) } else { Err(BadValue::expected::<Self>(text)) }
    }
}

/// Most characters of a method.
pub const METHOD_CHARS_MAX: usize = 64;

/// An HTTP method: a token (RFC 9110 section 9.1), sent as written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Method(String);

impl Method {
    /// The methods that are proposed when a spelling is close.
    pub(crate) const KNOWN: &'static [&'static str] =
        &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

    /// The method.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromText for Method {
    fn expected() -> String {
        "an HTTP method such as GET".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        if is_token(text) && text.len() <= METHOD_CHARS_MAX {
            return Ok(Self(text.to_owned()));
        }
        Err(BadValue::expected::<Self>(text).name("ERR_INVALID_HTTP_TOKEN"))
    }
}

/// Whether a text is a token (RFC 9110 section 5.6.2).
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
