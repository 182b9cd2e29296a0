//! What goes beside a message.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use faultfinder_net::Checks;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use http::header::{HeaderMap, HeaderName, HeaderValue};

/// Names that the protocol itself uses (gRPC over HTTP/2, "Requests"; RFC 9113 section 8.2.2).
const RESERVED: [&str; 12] = [
    "te",
    "content-type",
    "content-length",
    "grpc-timeout",
    "grpc-encoding",
    "grpc-accept-encoding",
    "grpc-message-type",
    "host",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "upgrade",
];

/// Base64 with or without padding, as gRPC accepts it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The metadata as header fields.
///
/// Objected to are names and values that gRPC does not allow (`INVALID_CHAR_IN_HEADER`), names that belong to the protocol,
/// and values that must be base64 and are not (`INVALID_REQUEST`).
pub(crate) fn fields(metadata: &[(String, String)], checks: &mut Checks) -> HeaderMap {
    let mut fields = HeaderMap::new();
    for (name, value) in metadata {
        let Some((name, value)) = checks.take(field(name, value)) else { continue };
        checks.take(fields.try_append(name, value).map_err(|error| {
            fault(Code::InvalidRequest, "too_long", "grpc.metadata", format!("too much metadata: {error}"))
        }));
    }
    fields
}

fn field(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Fault> {
    let lower = name.to_ascii_lowercase();
    let place = format!("grpc.metadata.{lower}");
    let key = key(&lower, &place)?;
    if RESERVED.contains(&lower.as_str()) {
        let message = format!("the metadata {lower:?} is reserved for the protocol and cannot be set");
        return Err(fault(Code::InvalidRequest, "reserved_metadata", &place, message));
    }
    Ok((key, self::value(&lower, value, &place)?))
}

/// `Header-Name → 1*( %x30-39 / %x61-7A / "_" / "-" / ".")`
fn key(name: &str, place: &str) -> Result<HeaderName, Fault> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.".contains(&byte);
    HeaderName::try_from(name).ok().filter(|_| name.bytes().all(allowed)).ok_or_else(|| {
        let message =
            format!("{name:?} is not a valid metadata name: letters, digits, `_`, `-` and `.` are allowed");
        fault(Code::InvalidCharInHeader, "ERR_INVALID_HTTP_TOKEN", place, message)
    })
}

/// `ASCII-Value → 1*( %x20-%x7E )`; base64 for names that end in `-bin`.
fn value(name: &str, text: &str, place: &str) -> Result<HeaderValue, Fault> {
    if name.ends_with("-bin") && text.split(',').any(|part| BASE64.decode(part.trim()).is_err()) {
        let message = format!("the value of {name:?} must be base64, because its name ends in -bin");
        return Err(fault(Code::InvalidRequest, "invalid_base64", place, message));
    }
    let bad = text.chars().find(|character| !(' '..='~').contains(character));
    let value = HeaderValue::try_from(text).ok().filter(|_| bad.is_none());
    let mut value = value.ok_or_else(|| {
        let code = u32::from(bad.unwrap_or_default());
        let message =
            format!("the value of {name:?} has the character U+{code:04X}; ASCII is allowed, or -bin");
        fault(Code::InvalidCharInHeader, "ERR_INVALID_CHAR", place, message)
    })?;
    value.set_sensitive(name == "authorization");
    Ok(value)
}

fn fault(code: Code, name: &str, place: &str, message: String) -> Fault {
    Fault::new(code, Phase::Config, Detail::definition(name, place), message)
}

/// The trailer that carries details of a status.
pub(crate) const DETAILS_BIN: &str = "grpc-status-details-bin";

/// The bytes of a `-bin` value.
pub(crate) fn binary(value: &[u8]) -> Option<Vec<u8>> {
    BASE64.decode(value.trim_ascii()).ok()
}

/// Bytes as a `-bin` value; gRPC prefers it without padding.
#[cfg(test)]
fn encoded(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, value: &str, expected: Result<(), (Code, &str)>) {
        let found = field(name, value);
        let found = found.as_ref().map(|_| ()).map_err(|fault| (fault.code, fault.detail.name()));
        assert_eq!(found, expected, "{name}: {value}");
    }

    #[test]
    fn metadata_is_checked_before_anything_is_sent() {
        check("X-Trace", "a b", Ok(()));
        check("x-data-bin", "AQI", Ok(()));
        check("x-data-bin", "AQI=", Ok(()));
        check("x-data-bin", "AQI=,AAA", Ok(()));
        check("x-data-bin", "a b", Err((Code::InvalidRequest, "invalid_base64")));
        check("x a", "1", Err((Code::InvalidCharInHeader, "ERR_INVALID_HTTP_TOKEN")));
        check("", "1", Err((Code::InvalidCharInHeader, "ERR_INVALID_HTTP_TOKEN")));
        check("x", "a\r\nb", Err((Code::InvalidCharInHeader, "ERR_INVALID_CHAR")));
        check("x", "ä", Err((Code::InvalidCharInHeader, "ERR_INVALID_CHAR")));
        check("grpc-timeout", "1S", Err((Code::InvalidRequest, "reserved_metadata")));
    }

    #[test]
    fn binary_values_are_read_with_and_without_padding() {
        assert_eq!(binary(encoded(&[1, 2]).as_bytes()), Some(vec![1, 2]));
        assert_eq!(binary(b"AQI="), Some(vec![1, 2]));
        assert_eq!(binary(b"?"), None);
    }
}
