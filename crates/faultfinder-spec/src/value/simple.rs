//! Truth, addresses, and the version of the format.

use super::bad::did_you_mean;
use super::{BadValue, FromText, ValueKind};
use faultfinder_taxonomy::word::nearest;
use std::net::IpAddr;

impl FromText for bool {
    const KIND: ValueKind = ValueKind::Bool;

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
            _ => Err(BadValue::expected(&Self::expected(), text)
                .label(did_you_mean(nearest(text, ["true", "false"])))),
        }
    }
}

fn not_a_bool(text: &str, meant: &str) -> BadValue {
    BadValue::expected(&bool::expected(), text).label(Some(format!("write `{meant}`")))
}

impl FromText for IpAddr {
    const KIND: ValueKind = ValueKind::Text;

    fn expected() -> String {
        "an IP address".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        bare.parse().map_err(|_| {
            let bad = BadValue::expected(&Self::expected(), text);
            if text.parse::<std::net::SocketAddr>().is_ok() {
                return bad.help("give the port in a field of its own");
            }
            bad
        })
    }
}

/// The version of the format.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FormatVersion;

impl FromText for FormatVersion {
    const KIND: ValueKind = ValueKind::Version;

    fn expected() -> String {
        "version 1".to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        if text == "1" { Ok(Self) } else { Err(BadValue::expected(&Self::expected(), text)) }
    }
}
