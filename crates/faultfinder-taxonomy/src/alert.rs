//! TLS alerts.

use std::borrow::Cow;

/// A TLS alert description (RFC 8446 section 6, and the older ones of RFC 5246 and RFC 6066), by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AlertDescription(u8);

/// Number, IANA name, and the name that Node.js and OpenSSL print when a peer sends it.
const ALERTS: &[(u8, &str, Option<&str>)] = &[
    (0, "close_notify", None),
    (10, "unexpected_message", Some("ERR_SSL_SSLV3_ALERT_UNEXPECTED_MESSAGE")),
    (20, "bad_record_mac", Some("ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC")),
    (21, "decryption_failed", Some("ERR_SSL_TLSV1_ALERT_DECRYPTION_FAILED")),
    (22, "record_overflow", Some("ERR_SSL_TLSV1_ALERT_RECORD_OVERFLOW")),
    (30, "decompression_failure", Some("ERR_SSL_SSLV3_ALERT_DECOMPRESSION_FAILURE")),
    (40, "handshake_failure", Some("ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE")),
    (41, "no_certificate", Some("ERR_SSL_SSLV3_ALERT_NO_CERTIFICATE")),
    (42, "bad_certificate", Some("ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE")),
    (43, "unsupported_certificate", Some("ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE")),
    (44, "certificate_revoked", Some("ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED")),
    (45, "certificate_expired", Some("ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED")),
    (46, "certificate_unknown", Some("ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN")),
    (47, "illegal_parameter", Some("ERR_SSL_SSLV3_ALERT_ILLEGAL_PARAMETER")),
    (48, "unknown_ca", Some("ERR_SSL_TLSV1_ALERT_UNKNOWN_CA")),
    (49, "access_denied", Some("ERR_SSL_TLSV1_ALERT_ACCESS_DENIED")),
    (50, "decode_error", Some("ERR_SSL_TLSV1_ALERT_DECODE_ERROR")),
    (51, "decrypt_error", Some("ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR")),
    (60, "export_restriction", Some("ERR_SSL_TLSV1_ALERT_EXPORT_RESTRICTION")),
    (70, "protocol_version", Some("ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION")),
    (71, "insufficient_security", Some("ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY")),
    (80, "internal_error", Some("ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR")),
    (86, "inappropriate_fallback", Some("ERR_SSL_TLSV1_ALERT_INAPPROPRIATE_FALLBACK")),
    (90, "user_canceled", Some("ERR_SSL_TLSV1_ALERT_USER_CANCELLED")),
    (100, "no_renegotiation", Some("ERR_SSL_TLSV1_ALERT_NO_RENEGOTIATION")),
    (109, "missing_extension", Some("ERR_SSL_TLSV13_ALERT_MISSING_EXTENSION")),
    (110, "unsupported_extension", Some("ERR_SSL_TLSV1_UNSUPPORTED_EXTENSION")),
    (111, "certificate_unobtainable", Some("ERR_SSL_TLSV1_CERTIFICATE_UNOBTAINABLE")),
    (112, "unrecognized_name", Some("ERR_SSL_TLSV1_UNRECOGNIZED_NAME")),
    (113, "bad_certificate_status_response", Some("ERR_SSL_TLSV1_BAD_CERTIFICATE_STATUS_RESPONSE")),
    (114, "bad_certificate_hash_value", Some("ERR_SSL_TLSV1_BAD_CERTIFICATE_HASH_VALUE")),
    (115, "unknown_psk_identity", Some("ERR_SSL_TLSV1_ALERT_UNKNOWN_PSK_IDENTITY")),
    (116, "certificate_required", Some("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED")),
    (120, "no_application_protocol", Some("ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL")),
    (121, "ech_required", None),
];

impl AlertDescription {
    /// The alert of that number, known or not.
    #[must_use]
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// All named alerts.
    pub fn all() -> impl Iterator<Item = Self> {
        ALERTS.iter().map(|(number, ..)| Self(*number))
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Its IANA name; `alert_N` for one without.
    #[must_use]
    pub fn name(self) -> Cow<'static, str> {
        self.row().map_or_else(|| Cow::Owned(format!("alert_{}", self.0)), |row| Cow::Borrowed(row.1))
    }

    /// What Node.js and OpenSSL print for it.
    #[must_use]
    pub fn openssl_alias(self) -> Option<&'static str> {
        self.row().and_then(|row| row.2)
    }

    /// What to do about it, if there is advice.
    #[must_use]
    pub fn hint(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => {
                "the peer closed the session before it started: check for a limit or an access rule on its side"
            }
            10 => {
                "the peer's TLS stack received an unexpected message: a middlebox may interfere, or the peer has a bug"
            }
            20 | 21 | 51 => {
                "bytes were changed in transit, or the two sides use different keys: check for a middlebox"
            }
            22 => "the peer received a record that is too long: data other than TLS may be mixed in",
            40 => {
                "no common parameters: compare cipher suites, curves and versions with those of the peer; some peers also send this if a client certificate is missing"
            }
            41 | 116 => "the peer requires a client certificate: set `client_cert` and `client_key`",
            42 | 46 => "the peer does not accept the client certificate: its log says why",
            43 => {
                "the peer does not accept this type of client certificate: check its clientAuth usage and key type"
            }
            44 => "the client certificate is revoked: get a new one",
            45 => "the client certificate has expired (or the peer's clock is wrong): renew it",
            47 | 50 => {
                "the peer cannot read the handshake: its TLS stack is old or broken, or a middlebox rewrites it"
            }
            48 => {
                "the peer does not know the CA of the client certificate: add the CA there, or send the intermediates with `client_cert`"
            }
            49 => {
                "the peer denies access: check the access rules on its side, by client certificate or address"
            }
            70 => {
                "the peer supports only other versions of TLS: see `min_version` and `max_version`, or enable TLS 1.2 or 1.3 on the peer"
            }
            71 => "the peer requires stronger cipher suites or keys than were offered",
            80 => "the peer had an internal error: check its log at that time",
            86 => {
                "the peer detected a fallback to an older version than both sides support: raise `max_version`"
            }
            90 => "the peer canceled the handshake for its own reasons",
            109 | 110 => "the two sides disagree about an extension: the peer's TLS stack is old or broken",
            112 => {
                "the peer has no certificate for that server name: check `server_name` and the peer's virtual hosts"
            }
            113 => "the peer did not accept the certificate status: check OCSP stapling",
            115 => "the peer does not know the pre-shared key",
            120 => {
                "the peer supports none of the offered application protocols: check `alpn`, or `version` for HTTP"
            }
            121 => "the peer requires Encrypted Client Hello",
            _ => return None,
        })
    }

    fn row(self) -> Option<&'static (u8, &'static str, Option<&'static str>)> {
        ALERTS.iter().find(|(number, ..)| *number == self.0)
    }
}
