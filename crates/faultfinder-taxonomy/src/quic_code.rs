//! Error codes of QUIC and of what is spoken over it.

use std::borrow::Cow;

/// An error code with which QUIC, or an application over it, ends a connection or a stream, by its number.
///
/// Transport and application have number spaces of their own.
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
    (0x0, "NO_ERROR", "the peer ends the connection in order"),
    (0x1, "INTERNAL_ERROR", "the peer failed inside"),
    (0x2, "CONNECTION_REFUSED", "the peer accepts no new connection"),
    (0x3, "FLOW_CONTROL_ERROR", "more data came than the flow control allowed"),
    (0x4, "STREAM_LIMIT_ERROR", "more streams were opened than allowed"),
    (0x5, "STREAM_STATE_ERROR", "a frame came for a stream that cannot take it"),
    (0x6, "FINAL_SIZE_ERROR", "the length of a stream changed"),
    (0x7, "FRAME_ENCODING_ERROR", "a frame is malformed"),
    (0x8, "TRANSPORT_PARAMETER_ERROR", "a transport parameter is missing, malformed or forbidden"),
    (0x9, "CONNECTION_ID_LIMIT_ERROR", "more connection ids were given than asked for"),
    (0xa, "PROTOCOL_VIOLATION", "a rule of QUIC was broken that has no code of its own"),
    (0xb, "INVALID_TOKEN", "the token of a retry is not valid"),
    (0xc, "APPLICATION_ERROR", "the application ended the connection inside the handshake"),
    (0xd, "CRYPTO_BUFFER_EXCEEDED", "more of the handshake came than can be kept"),
    (0xe, "KEY_UPDATE_ERROR", "keys were changed against the rules"),
    (0xf, "AEAD_LIMIT_REACHED", "the keys were used for too many packets"),
    (0x10, "NO_VIABLE_PATH", "no way through the network is left"),
    // RFC 9368 section 9.2.
    (0x11, "VERSION_NEGOTIATION_ERROR", "no version of QUIC is spoken by both sides"),
];

const HTTP3: &[Row] = &[
    (0x100, "H3_NO_ERROR", "the peer ends it in order"),
    (0x101, "H3_GENERAL_PROTOCOL_ERROR", "a rule of HTTP/3 was broken that has no code of its own"),
    (0x102, "H3_INTERNAL_ERROR", "the HTTP stack failed inside"),
    (0x103, "H3_STREAM_CREATION_ERROR", "a stream was opened that may not be"),
    (0x104, "H3_CLOSED_CRITICAL_STREAM", "a stream was closed that the connection needs"),
    (0x105, "H3_FRAME_UNEXPECTED", "a frame came where it may not stand"),
    (0x106, "H3_FRAME_ERROR", "a frame is malformed"),
    (0x107, "H3_EXCESSIVE_LOAD", "the other side causes too much work"),
    (0x108, "H3_ID_ERROR", "a stream or push id was used against the rules"),
    (0x109, "H3_SETTINGS_ERROR", "the settings are malformed"),
    (0x10a, "H3_MISSING_SETTINGS", "the control stream does not begin with settings"),
    (0x10b, "H3_REQUEST_REJECTED", "the peer refused the request before it did anything with it"),
    (0x10c, "H3_REQUEST_CANCELLED", "the request or its answer is not wanted any more"),
    (0x10d, "H3_REQUEST_INCOMPLETE", "the request ended before it was complete"),
    (0x10e, "H3_MESSAGE_ERROR", "a message is malformed"),
    (0x10f, "H3_CONNECT_ERROR", "the connection behind a CONNECT failed"),
    (0x110, "H3_VERSION_FALLBACK", "the peer wants HTTP/1.1 for this request"),
    (0x200, "QPACK_DECOMPRESSION_FAILED", "a header block cannot be decompressed"),
    (0x201, "QPACK_ENCODER_STREAM_ERROR", "the stream of header insertions is malformed"),
    (0x202, "QPACK_DECODER_STREAM_ERROR", "the stream of header acknowledgements is malformed"),
];

const DOQ: &[Row] = &[
    (0x0, "DOQ_NO_ERROR", "the name server ends it in order"),
    (0x1, "DOQ_INTERNAL_ERROR", "the name server failed inside"),
    (0x2, "DOQ_PROTOCOL_ERROR", "a rule of DNS over QUIC was broken"),
    (0x3, "DOQ_REQUEST_CANCELLED", "the query is not wanted any more"),
    (0x4, "DOQ_EXCESSIVE_LOAD", "the name server has too much to do"),
    (0x5, "DOQ_UNSPECIFIED_ERROR", "the name server does not say why"),
];

/// The code of a TLS alert `n` is `0x100 + n` (RFC 9001 section 4.8).
const ALERTS: std::ops::RangeInclusive<u64> = 0x100..=0x1ff;

impl QuicErrorCode {
    /// All codes that have a name.
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

    /// What to do about it, where something can be said.
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

/// What to do about the code of that name, where something can be said.
pub(crate) fn hint(name: &str) -> Option<&'static str> {
    Some(match name {
        "CONNECTION_REFUSED" => {
            "the server runs and refuses: it is overloaded, shutting down, or not allowed to serve you"
        }
        "H3_REQUEST_REJECTED" => {
            "the peer did nothing with the request, so it may be sent again: it is shutting down or has too many streams"
        }
        "H3_EXCESSIVE_LOAD" | "DOQ_EXCESSIVE_LOAD" => {
            "the peer sees a flood: test less often, or raise its limits"
        }
        "H3_VERSION_FALLBACK" => "the peer serves this over HTTP/1.1 only: use version: 1.1",
        "H3_INTERNAL_ERROR" | "INTERNAL_ERROR" | "DOQ_INTERNAL_ERROR" => {
            "look into the peer's log: it failed while it answered"
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
