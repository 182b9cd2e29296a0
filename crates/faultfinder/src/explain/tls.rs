//! What can be wrong with a peer's TLS bytes, by OpenSSL's names.

use super::Entry;
use faultfinder_taxonomy::{Code, Detail};

const REASONS: &[(&str, &str, &str)] = &[
    ("wrong_version_number", "ERR_SSL_WRONG_VERSION_NUMBER", "the peer answered with something that is not TLS"),
    ("unsupported_protocol", "ERR_SSL_UNSUPPORTED_PROTOCOL", "the peer picked a version of TLS that cannot be used"),
    ("bad_signature", "ERR_SSL_BAD_SIGNATURE", "the peer's signature in the handshake is wrong"),
    ("length_mismatch", "ERR_SSL_LENGTH_MISMATCH", "a handshake message has lengths that contradict each other"),
    ("header_too_long", "ERR_SSL_HEADER_TOO_LONG", "what the peer sent as a certificate is none"),
    ("packet_length_too_long", "ERR_SSL_PACKET_LENGTH_TOO_LONG", "a TLS record is longer than allowed"),
    ("bad_record_mac", "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "a TLS record was changed on its way, or is no TLS"),
    ("no_application_protocol", "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL", "no common application protocol (ALPN)"),
];

/// One entry per reason.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    REASONS.iter().filter(|(name, ..)| *name != "bad_record_mac" && *name != "no_application_protocol").map(
        |(name, alias, title)| {
            Entry::detail("tls", "TLS failure", name, Code::Ssl, title)
                .alias(Some(alias))
                .hint(Detail::tls(name, None).hint())
        },
    )
}
