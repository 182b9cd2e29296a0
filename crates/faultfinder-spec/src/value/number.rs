//! Whole numbers and ports.

use super::{BadValue, FromText, ValueKind};
use std::num::NonZeroU16;

/// A port, 1 to 65535.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port(NonZeroU16);

impl Port {
    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0.get()
    }
}

impl FromText for Port {
    const KIND: ValueKind = ValueKind::Port;

    fn expected() -> String {
        "a port from 1 to 65535".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        // `parse` would accept a plus sign.
        let digits = !text.starts_with('+');
        let port = text.parse().ok().filter(|_| digits).map(Self);
        port.ok_or_else(|| BadValue::expected(&Self::expected(), text).name("ERR_SOCKET_BAD_PORT"))
    }
}

/// A size of answers that EDNS announces: 512 to 65535 bytes (RFC 6891 section 6.2.3), or 0 for no EDNS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdnsSize(u16);

impl EdnsSize {
    /// The smallest size that can be announced, in bytes.
    const MIN: u16 = 512;

    /// The number of bytes.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl FromText for EdnsSize {
    const KIND: ValueKind = ValueKind::Number(0, 65_535);

    fn expected() -> String {
        "0, or a whole number from 512 to 65535".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let number =
            Number::<0, 65_535>::from_text(text).ok().and_then(|number| number.get().try_into().ok());
        let size = number.filter(|size| *size == 0 || *size >= Self::MIN).map(Self);
        size.ok_or_else(|| BadValue::expected(&Self::expected(), text))
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
    const KIND: ValueKind = ValueKind::Number(MIN, MAX);

    fn expected() -> String {
        format!("a whole number from {MIN} to {MAX}")
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        // `parse` would accept a plus sign.
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|number| digits && (MIN..=MAX).contains(number));
        number.map(Self).ok_or_else(|| BadValue::expected(&Self::expected(), text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_for_edns_is_0_or_one_that_can_be_announced() {
        for (text, size) in [("0", Some(0)), ("512", Some(512)), ("65535", Some(65_535))]
            .into_iter()
            .chain(["1", "511", "65536", "-1", "a lot"].map(|text| (text, None)))
        {
            assert_eq!(EdnsSize::from_text(text).ok().map(EdnsSize::get), size, "{text}");
        }
    }
}
