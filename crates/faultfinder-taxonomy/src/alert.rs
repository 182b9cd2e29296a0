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

    /// All alerts that have a name.
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

    /// What to do about it, where something can be said.
    #[must_use]
    pub fn hint(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => {
                "the peer ends the session in order before it began: look for a limit or an access rule on its side"
            }
            10 => {
                "the peer's TLS stack lost the thread: a middlebox may speak in between, or the peer has a bug"
            }
            20 | 21 | 51 => {
                "bytes were changed on the way, or the two sides use different keys: look for a middlebox"
            }
            22 => "the peer got a record that is too long: something else than TLS may be mixed in",
            40 => {
                "no common ground: compare cipher suites, curves and versions with the peer's; some peers also say this when a client certificate is missing"
            }
            41 | 116 => "the peer demands a client certificate: set `client_cert` and `client_key`",
            42 | 46 => "the peer does not accept our client certificate: its log says why",
            43 => {
                "our client certificate is of a kind that the peer does not accept: check its clientAuth usage and key type"
            }
            44 => "our client certificate is revoked: get a new one",
            45 => "our client certificate has expired (or the peer's clock is wrong): renew it",
            47 | 50 => {
                "the peer cannot read our handshake: an old or broken TLS stack, or a middlebox that rewrites it"
            }
            48 => {
                "the peer does not know the CA of our client certificate: add the CA there, or send the intermediates with `client_cert`"
            }
            49 => {
                "the peer understood and refuses: an access rule on its side, by client certificate or address"
            }
            70 => {
                "the peer speaks other versions of TLS only: see `min_version` and `max_version`, or switch TLS 1.2 or 1.3 on at the peer"
            }
            71 => "the peer demands stronger cipher suites or keys than it was offered",
            80 => "the peer failed inside: look into its log at that time",
            86 => "the peer saw a fallback to an older version than both sides speak: raise `max_version`",
            90 => "the peer gave up the handshake for reasons of its own",
            109 | 110 => "the two sides disagree about an extension: an old or broken TLS stack at the peer",
            112 => {
                "the peer has no certificate for that server name: check `server_name` and the peer's virtual hosts"
            }
            113 => "the peer did not like the certificate status: check OCSP stapling",
            115 => "the peer does not know the pre-shared key",
            120 => {
                "the peer speaks none of the offered application protocols: check `alpn`, or `version` for HTTP"
            }
            121 => "the peer demands Encrypted Client Hello",
            _ => return None,
        })
    }

    fn row(self) -> Option<&'static (u8, &'static str, Option<&'static str>)> {
        ALERTS.iter().find(|(number, ..)| *number == self.0)
    }
}
