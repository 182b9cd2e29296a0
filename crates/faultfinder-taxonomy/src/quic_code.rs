//! Error codes of QUIC and of the protocols over it.

use std::borrow::Cow;

/// An error code with which QUIC, or an application over it, ends a connection or a stream, by its number.
///
/// Transport and application have separate number spaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QuicErrorCode {
    /// Of QUIC itself (RFC 9000 section 20.1, RFC 9368 section 9.2).
    Transport(u64),
    /// Of HTTP/3 and its header compression (RFC 9114 section 8.1, RFC 9204 section 6).
    Http3(u64),
    /// Of DNS over QUIC (RFC 9250 section 4.3).
    Doq(u64),
}

/// A number, its name and what it means.
type Row = (u64, &'static str, &'static str);

const TRANSPORT: &[Row] = &[
    (0x0, "NO_ERROR", "the peer closed the connection normally"),
    (0x1, "INTERNAL_ERROR", "the peer had an internal error"),
    (0x2, "CONNECTION_REFUSED", "the peer accepts no new connection"),
    (0x3, "FLOW_CONTROL_ERROR", "more data was received than flow control allowed"),
    (0x4, "STREAM_LIMIT_ERROR", "more streams were opened than allowed"),
    (0x5, "STREAM_STATE_ERROR", "a frame was received for a stream that cannot accept it"),
    (0x6, "FINAL_SIZE_ERROR", "the length of a stream changed"),
    (0x7, "FRAME_ENCODING_ERROR", "a frame is malformed"),
    (0x8, "TRANSPORT_PARAMETER_ERROR", "a transport parameter is missing, malformed or forbidden"),
    (0x9, "CONNECTION_ID_LIMIT_ERROR", "more connection ids were provided than requested"),
    (0xa, "PROTOCOL_VIOLATION", "a QUIC rule without its own code was violated"),
    (0xb, "INVALID_TOKEN", "the token of a retry is not valid"),
    (0xc, "APPLICATION_ERROR", "the application ended the connection inside the handshake"),
    (0xd, "CRYPTO_BUFFER_EXCEEDED", "more handshake data was received than can be buffered"),
    (0xe, "KEY_UPDATE_ERROR", "keys were updated in violation of the protocol"),
    (0xf, "AEAD_LIMIT_REACHED", "the keys were used for too many packets"),
    (0x10, "NO_VIABLE_PATH", "there is no usable network path left"),
    // RFC 9368 section 9.2.
    (0x11, "VERSION_NEGOTIATION_ERROR", "there is no version of QUIC that both sides support"),
];

const HTTP3: &[Row] = &[
    (0x100, "H3_NO_ERROR", "the peer closed it normally"),
    (0x101, "H3_GENERAL_PROTOCOL_ERROR", "an HTTP/3 rule without its own code was violated"),
    (0x102, "H3_INTERNAL_ERROR", "the HTTP stack had an internal error"),
    (0x103, "H3_STREAM_CREATION_ERROR", "a stream was opened that is not allowed"),
    (0x104, "H3_CLOSED_CRITICAL_STREAM", "a stream that the connection needs was closed"),
    (0x105, "H3_FRAME_UNEXPECTED", "a frame was received where it is not allowed"),
    (0x106, "H3_FRAME_ERROR", "a frame is malformed"),
    (0x107, "H3_EXCESSIVE_LOAD", "the other side causes excessive load"),
    (0x108, "H3_ID_ERROR", "a stream or push id was used incorrectly"),
    (0x109, "H3_SETTINGS_ERROR", "the settings are malformed"),
    (0x10a, "H3_MISSING_SETTINGS", "the control stream does not begin with settings"),
    (0x10b, "H3_REQUEST_REJECTED", "the peer refused the request before processing it"),
    (0x10c, "H3_REQUEST_CANCELLED", "the request or its response is no longer needed"),
    (0x10d, "H3_REQUEST_INCOMPLETE", "the request ended before it was complete"),
    (0x10e, "H3_MESSAGE_ERROR", "a message is malformed"),
    (0x10f, "H3_CONNECT_ERROR", "the connection behind a CONNECT failed"),
    (0x110, "H3_VERSION_FALLBACK", "the peer requires HTTP/1.1 for this request"),
    (0x200, "QPACK_DECOMPRESSION_FAILED", "a header block cannot be decompressed"),
    (0x201, "QPACK_ENCODER_STREAM_ERROR", "the stream of header insertions is malformed"),
    (0x202, "QPACK_DECODER_STREAM_ERROR", "the stream of header acknowledgments is malformed"),
];

const DOQ: &[Row] = &[
    (0x0, "DOQ_NO_ERROR", "the name server closed it normally"),
    (0x1, "DOQ_INTERNAL_ERROR", "the name server had an internal error"),
    (0x2, "DOQ_PROTOCOL_ERROR", "a rule of DNS over QUIC was violated"),
    (0x3, "DOQ_REQUEST_CANCELLED", "the query is no longer needed"),
    (0x4, "DOQ_EXCESSIVE_LOAD", "the name server is overloaded"),
    (0x5, "DOQ_UNSPECIFIED_ERROR", "the name server does not say why"),
];

/// The code of a TLS alert `n` is `0x100 + n` (RFC 9001 section 4.8).
const ALERTS: std::ops::RangeInclusive<u64> = 0x100..=0x1ff;

impl QuicErrorCode {
    /// All named codes.
    pub fn all() -> impl Iterator<Item = Self> {
        let transport = TRANSPORT.iter().map(|row| Self::Transport(row.0));
        let http3 = HTTP3.iter().map(|row| Self::Http3(row.0));
        transport.chain(http3).chain(DOQ.iter().map(|row| Self::Doq(row.0)))
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::Transport(number) | Self::Http3(number) | Self::Doq(number) => number,
        }
    }

    /// Its name; `0xN` for one without.
    #[must_use]
    pub fn name(self) -> Cow<'static, str> {
        self.row().map_or_else(|| Cow::Owned(format!("{:#x}", self.number())), |row| Cow::Borrowed(row.1))
    }

    /// What it means; nothing for an unknown one.
    #[must_use]
    pub fn text(self) -> Option<&'static str> {
        self.row().map(|row| row.2)
    }

    /// The TLS alert that a transport code stands for (RFC 9001 section 4.8).
    #[must_use]
    pub fn alert(self) -> Option<crate::AlertDescription> {
        let Self::Transport(number) = self else { return None };
        let alert = ALERTS.contains(&number).then(|| u8::try_from(number & 0xff).ok()).flatten();
        alert.map(crate::AlertDescription::new)
    }

    /// What to do about it, if there is advice.
    #[must_use]
    pub fn hint(self) -> Option<&'static str> {
        hint(&self.name())
    }

    fn row(self) -> Option<&'static Row> {
        let table = match self {
            Self::Transport(_) => TRANSPORT,
            Self::Http3(_) => HTTP3,
            Self::Doq(_) => DOQ,
        };
        table.iter().find(|row| row.0 == self.number())
    }
}

/// What to do about the code of that name, if there is advice.
pub(crate) fn hint(name: &str) -> Option<&'static str> {
    Some(match name {
        "CONNECTION_REFUSED" => {
            "the server runs but refuses connections: it is overloaded, shutting down, or not allowed to serve this client"
        }
        "H3_REQUEST_REJECTED" => {
            "the peer did not process the request, so it may be sent again: the peer is shutting down or has too many streams"
        }
        "H3_EXCESSIVE_LOAD" | "DOQ_EXCESSIVE_LOAD" => {
            "the peer receives too many requests: test less often, or raise its limits"
        }
        "H3_VERSION_FALLBACK" => "the peer supports this only over HTTP/1.1: use version: 1.1",
        "H3_INTERNAL_ERROR" | "INTERNAL_ERROR" | "DOQ_INTERNAL_ERROR" => {
            "check the peer's log: it failed while it processed the request"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unique_in_their_space_and_names_everywhere() {
        let all: Vec<QuicErrorCode> = QuicErrorCode::all().collect();
        for (index, code) in all.iter().enumerate() {
            assert!(
                all.iter().skip(index + 1).all(|other| other != code && other.name() != code.name()),
                "{code:?}"
            );
        }
    }

    #[test]
    fn an_unknown_code_is_named_by_its_number() {
        assert_eq!(QuicErrorCode::Http3(0x1234).name(), "0x1234");
        assert_eq!(QuicErrorCode::Transport(0x1234).text(), None);
    }

    #[test]
    fn only_transport_codes_stand_for_alerts() {
        assert_eq!(QuicErrorCode::Transport(0x178).alert().map(|alert| alert.number()), Some(120));
        assert_eq!(QuicErrorCode::Transport(0x2).alert(), None);
        assert_eq!(QuicErrorCode::Http3(0x102).alert(), None);
    }
}
