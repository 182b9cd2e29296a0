//! The content of the peer's first bytes, read as untrusted input.

use faultfinder_taxonomy::word::TlsVersion;

/// The numbers of TLS 1.2 and 1.3.
pub(super) const TLS_1_2: u16 = 0x0303;
pub(super) const TLS_1_3: u16 = 0x0304;

/// The content of a ServerHello.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ServerHello {
    /// The version that the peer chose: 0x0303 for TLS 1.2.
    pub(super) version: u16,
    /// The cipher suite that it chose.
    pub(super) cipher_suite: u16,
    /// The group of its key, or the one that it wants a key of, in TLS 1.3.
    pub(super) group: Option<u16>,
    /// Whether it agreed to the extended master secret of TLS 1.2 (RFC 7627).
    pub(super) has_extended_master_secret: bool,
    /// Whether it supports secure renegotiation (RFC 5746).
    pub(super) has_renegotiation_info: bool,
}

/// The type of a peer's first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FirstBytes {
    /// No bytes arrived.
    Nothing,
    /// A TLS record.
    Record,
    /// Something else: plaintext of another protocol, or garbage.
    NotTls,
}

/// Record types (RFC 8446 section 5.1) and the handshake type of a ServerHello (section 4).
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const SERVER_HELLO: u8 = 2;
/// The extension that carries the version of TLS 1.3 (RFC 8446 section 4.2.1).
const SUPPORTED_VERSIONS: u16 = 43;
/// The extension that carries its key, or the group of the key that it wants (RFC 8446 section 4.2.8).
const KEY_SHARE: u16 = 51;
const EXTENDED_MASTER_SECRET: u16 = 23;
const RENEGOTIATION_INFO: u16 = 0xff01;
/// The length of a record header and a handshake message header.
const RECORD_HEADER: usize = 5;
const MESSAGE_HEADER: usize = 4;

/// Whether the peer's first bytes are TLS at all.
pub(super) fn first_bytes(head: &[u8]) -> FirstBytes {
    match head {
        [] => FirstBytes::Nothing,
        [20..=23] | [20..=23, 3, ..] => FirstBytes::Record,
        _ => FirstBytes::NotTls,
    }
}

/// The ServerHello at the beginning of the peer's data; warning alerts may precede it.
pub(super) fn server_hello(head: &[u8]) -> Option<ServerHello> {
    let mut rest = head;
    while let [ALERT, _, _, high, low, ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        rest = rest.get(RECORD_HEADER + length..)?;
    }
    if *rest.first()? != HANDSHAKE {
        return None;
    }
    let message = rest.get(RECORD_HEADER..)?;
    if *message.first()? != SERVER_HELLO {
        return None;
    }
    hello_choice(message.get(MESSAGE_HEADER..)?)
}

/// What the body of a ServerHello says.
pub(super) fn hello_choice(body: &[u8]) -> Option<ServerHello> {
    let legacy_version = number(body, 0)?;
    let session_id_length = usize::from(*body.get(34)?);
    let suite_at = 35 + session_id_length;
    let cipher_suite = number(body, suite_at)?;
    let extensions = body.get(suite_at + 3..).unwrap_or_default();
    let version = extension(extensions, SUPPORTED_VERSIONS).and_then(|content| number(content, 0));
    Some(ServerHello {
        version: version.unwrap_or(legacy_version),
        cipher_suite,
        group: extension(extensions, KEY_SHARE).and_then(|content| number(content, 0)),
        has_extended_master_secret: extension(extensions, EXTENDED_MASTER_SECRET).is_some(),
        has_renegotiation_info: extension(extensions, RENEGOTIATION_INFO).is_some(),
    })
}

/// The content of the first extension of this type, as far as it has arrived.
fn extension(extensions: &[u8], wanted: u16) -> Option<&[u8]> {
    let total = usize::from(number(extensions, 0)?);
    let mut rest = extensions.get(2..)?;
    rest = rest.get(..total).unwrap_or(rest);
    loop {
        let kind = number(rest, 0)?;
        let length = usize::from(number(rest, 2)?);
        let content = rest.get(4..)?;
        if kind == wanted {
            return Some(content.get(..length).unwrap_or(content));
        }
        rest = content.get(length..)?;
    }
}

/// Whether the bytes are an alert record that says `close_notify`.
pub(super) fn is_close_notify(head: &[u8]) -> bool {
    matches!(head, [ALERT, 3, _, 0, 2, _, 0, ..])
}

/// The description of an alert in clear that is the last that came, unless it is `close_notify`. The library reads over those
/// of the level "warning".
pub(super) const fn last_alert(head: &[u8]) -> Option<u8> {
    match head {
        [.., ALERT, 3, _, 0, 2, 1 | 2, description] if *description != 0 => Some(*description),
        _ => None,
    }
}

/// The length that the first record announces.
pub(super) fn record_length(head: &[u8]) -> Option<u16> {
    number(head, 3)
}

/// A version as results name it: `TLSv1.3`.
#[must_use]
pub const fn protocol_name(version: TlsVersion) -> &'static str {
    match version {
        TlsVersion::Tls10 => "TLSv1",
        TlsVersion::Tls11 => "TLSv1.1",
        TlsVersion::Tls12 => "TLSv1.2",
        TlsVersion::Tls13 => "TLSv1.3",
    }
}

/// The number of a version in records and hellos.
pub(super) const fn version_number(version: TlsVersion) -> u16 {
    match version {
        TlsVersion::Tls10 => 0x0301,
        TlsVersion::Tls11 => 0x0302,
        TlsVersion::Tls12 => TLS_1_2,
        TlsVersion::Tls13 => TLS_1_3,
    }
}

/// The cipher suite with this number, by its name in the registry of IANA: `TLS_AES_128_GCM_SHA256`.
pub(super) fn cipher_suite_name(number: u16) -> String {
    match rustls::CipherSuite::from(number).as_str() {
        // rustls calls those of TLS 1.3 `TLS13_AES_128_GCM_SHA256`.
        Some(name) => name.replacen("TLS13_", "TLS_", 1),
        None => format!("{number:#06x}"),
    }
}

/// The version with this number, by its usual name.
pub(super) fn version_name(version: u16) -> String {
    match version {
        0x0002 => "SSLv2".to_owned(),
        0x0300 => "SSLv3".to_owned(),
        0x0301 => protocol_name(TlsVersion::Tls10).to_owned(),
        0x0302 => protocol_name(TlsVersion::Tls11).to_owned(),
        0x0303 => protocol_name(TlsVersion::Tls12).to_owned(),
        0x0304 => protocol_name(TlsVersion::Tls13).to_owned(),
        other => format!("{other:#06x}"),
    }
}

/// Bytes with their length in front of them, and what follows them.
pub(super) fn vector(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = usize::from(number(bytes, 0)?);
    bytes.get(2..)?.split_at_checked(length)
}

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ServerHello record with this legacy version and these extensions.
    fn hello(version: [u8; 2], extensions: &[u8]) -> Vec<u8> {
        let mut body = version.to_vec();
        body.extend([0; 32]);
        body.push(0);
        body.extend([0x13, 0x01, 0]);
        body.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
        body.extend(extensions);
        let mut record = vec![22, 3, 3, 0, 0, 2, 0, 0, u8::try_from(body.len()).unwrap()];
        record.extend(body);
        record
    }

    #[test]
    fn the_version_is_read_from_the_extension_where_there_is_one() {
        assert_eq!(server_hello(&hello([3, 2], &[])).unwrap().version, 0x0302);
        let thirteen = server_hello(&hello([3, 3], &[0, 51, 0, 1, 9, 0, 43, 0, 2, 3, 4])).unwrap();
        assert_eq!((thirteen.version, thirteen.cipher_suite), (0x0304, 0x1301));
    }

    #[test]
    fn what_the_peer_agreed_to_is_read_from_the_extensions() {
        let agreed = |extensions: &[u8]| {
            let hello = server_hello(&hello([3, 3], extensions)).unwrap();
            (hello.has_extended_master_secret, hello.has_renegotiation_info)
        };
        assert_eq!(agreed(&[]), (false, false));
        assert_eq!(agreed(&[0, 23, 0, 0]), (true, false));
        assert_eq!(agreed(&[0, 35, 0, 2, 0, 23, 0xff, 1, 0, 1, 0]), (false, true));
        assert_eq!(agreed(&[0xff, 1, 0, 1, 0, 0, 23, 0, 0]), (true, true));
        // What follows the ServerHello is not one of its extensions.
        let mut record = hello([3, 3], &[0, 11, 0, 2, 1, 0]);
        record.extend([0, 23, 0, 0]);
        assert!(!server_hello(&record).unwrap().has_extended_master_secret);
    }

    #[test]
    fn suites_have_the_names_of_the_registry() {
        assert_eq!(cipher_suite_name(0x1301), "TLS_AES_128_GCM_SHA256");
        assert_eq!(cipher_suite_name(0xc028), "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384");
        // One of those whose names rustls does not print.
        assert_eq!(cipher_suite_name(0x009e), "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256");
        assert_eq!(cipher_suite_name(0x0aff), "0x0aff");
    }

    #[test]
    fn truncated_hellos_say_nothing() {
        let whole = hello([3, 3], &[0, 43, 0, 2, 3, 4]);
        for length in 0..44 {
            assert_eq!(server_hello(&whole[..length]), None, "{length}");
        }
    }

    #[test]
    fn plaintext_is_not_tls() {
        assert_eq!(first_bytes(b"HTTP/1.1 400 Bad Request"), FirstBytes::NotTls);
        assert_eq!(first_bytes(b"220 mail"), FirstBytes::NotTls);
        assert_eq!(first_bytes(&[21, 3, 1, 0, 2, 2, 40]), FirstBytes::Record);
        assert_eq!(first_bytes(&[]), FirstBytes::Nothing);
    }
}
