//! The ClientHello of TLS 1.0 to 1.2 that asks legacy servers for their choice, and the one that asks those which speak TLS 1.3
//! alone.

/// The newest version that the field for it can name: TLS 1.2 (RFC 8446 section 4.1.2).
const NEWEST: u16 = 0x0303;
/// The version of the record: TLS 1.0, which servers of every age read (RFC 5246 appendix E.1).
const RECORD: u16 = 0x0301;

/// The suites that browsers and mail programs have offered since TLS 1.0, the stronger ones first; at the end the
/// signal of RFC 5746 section 3.3.
const SUITES: [u16; 66] = [
    // ECDHE, then DHE, with AEADs.
    0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0x009e, 0x009f, 0xccaa, 0xc0ac, 0xc0ad, 0xc0ae, 0xc0af,
    0xc09e, 0xc09f, 0xc0a2, 0xc0a3, // The same with CBC.
    0xc023, 0xc027, 0xc024, 0xc028, 0xc009, 0xc013, 0xc00a, 0xc014, 0x0067, 0x006b, 0x0033, 0x0039,
    // RSA key exchange.
    0x009c, 0x009d, 0xc09c, 0xc09d, 0xc0a0, 0xc0a1, 0x003c, 0x003d, 0x002f,
    0x0035, // Camellia, ARIA and SEED.
    0x0041, 0x0084, 0x0045, 0x0088, 0xc076, 0xc077, 0xc05c, 0xc05d, 0xc060, 0xc061, 0xc052, 0xc053, 0xc050,
    0xc051, 0x0096, // DSA keys, triple DES, RC4 and DES.
    0x0032, 0x0038, 0x0040, 0x006a, 0xc012, 0xc008, 0x0016, 0x000a, 0xc011, 0x0005, 0x0004, 0x00ff,
];

/// All suites of TLS 1.3: GCM, ChaCha20, CCM (RFC 8446 appendix B.4), and those of RFC 8998 and RFC 9150.
const SUITES_13: [u16; 9] = [0x1301, 0x1302, 0x1303, 0x1304, 0x1305, 0x00c6, 0x00c7, 0xc0b4, 0xc0b5];

/// The groups, the stronger ones first: also those that TLS 1.3 has dropped (RFC 8422 section 5.1.1, RFC 7027, RFC 7919).
const GROUPS: [u16; 24] =
    [29, 23, 24, 25, 30, 28, 27, 26, 22, 21, 19, 14, 13, 12, 11, 10, 9, 7, 6, 256, 257, 258, 259, 260];

/// The signature algorithms (RFC 5246 section 7.4.1.4.1, RFC 8446 section 4.2.3): ECDSA, RSA-PSS, EdDSA, RSA and DSA, with
/// SHA-2 and then SHA-1.
const SIGNATURES: [u16; 23] = [
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501,
    0x0601, 0x0303, 0x0301, 0x0402, 0x0502, 0x0602, 0x0302, 0x0203, 0x0201, 0x0202,
];

/// Groups of TLS 1.3 alone: brainpool (RFC 8734), SM2 (RFC 8998), ML-KEM, by itself and with a curve.
const GROUPS_13: [u16; 10] = [31, 32, 33, 41, 512, 513, 514, 0x11eb, 0x11ec, 0x11ed];

/// Signature algorithms of TLS 1.3 alone: brainpool (RFC 8734), SM2 (RFC 8998), ML-DSA and SLH-DSA.
const SIGNATURES_13: [u16; 19] = [
    0x081a, 0x081b, 0x081c, 0x0708, 0x0904, 0x0905, 0x0906, 0x0911, 0x0912, 0x0913, 0x0914, 0x0915, 0x0916,
    0x0917, 0x0918, 0x0919, 0x091a, 0x091b, 0x091c,
];

/// Which servers are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Those of TLS 1.0 to 1.2.
    UpTo12,
    /// Those of TLS 1.3. No key is shared, so that they say which group they want one of (RFC 8446 section 4.2.8).
    Only13,
}

/// Extensions: RFC 6066 (names, status request), RFC 8422, RFC 5246, RFC 7301, RFC 7627.
const SERVER_NAME: u16 = 0;
const STATUS_REQUEST: u16 = 5;
const SUPPORTED_GROUPS: u16 = 10;
const EC_POINT_FORMATS: u16 = 11;
const SIGNATURE_ALGORITHMS: u16 = 13;
const ALPN: u16 = 16;
const PADDING: u16 = 21;
const EXTENDED_MASTER_SECRET: u16 = 23;
/// RFC 8446 sections 4.2.1 and 4.2.8.
const SUPPORTED_VERSIONS: u16 = 43;
const KEY_SHARE: u16 = 51;

/// Some servers hang at hellos of 256 to 511 bytes, so that shorter ones are filled up (RFC 7685 section 4).
const HELLO_BYTES_MIN: usize = 512;

/// The record with the hello, for a server of this name that is to speak one of these protocols.
pub(super) fn client_hello(asked: Asked, server_name: Option<&str>, alpn: &[Vec<u8>]) -> Vec<u8> {
    let is_13 = asked == Asked::Only13;
    let suites = if is_13 { numbers(&SUITES_13) } else { numbers(&SUITES) };
    let with_13 = |numbers: &[u16], newer: &[u16]| {
        let newer = if is_13 { newer } else { &[] };
        self::numbers(&[numbers, newer].concat())
    };
    let mut extensions = Vec::new();
    if let Some(name) = server_name {
        // A list of one name of the type host_name.
        let entry = [&[0], &*block16(name.as_bytes())].concat();
        extensions.extend(extension(SERVER_NAME, &block16(&entry)));
    }
    // OCSP, any responder, no extensions.
    extensions.extend(extension(STATUS_REQUEST, &[1, 0, 0, 0, 0]));
    extensions.extend(extension(SUPPORTED_GROUPS, &block16(&with_13(&GROUPS, &GROUPS_13))));
    extensions.extend(extension(EC_POINT_FORMATS, &[1, 0]));
    extensions.extend(extension(SIGNATURE_ALGORITHMS, &block16(&with_13(&SIGNATURES, &SIGNATURES_13))));
    if !alpn.is_empty() {
        let names: Vec<u8> = alpn.iter().flat_map(|name| block8(name)).collect();
        extensions.extend(extension(ALPN, &block16(&names)));
    }
    if is_13 {
        extensions.extend(extension(SUPPORTED_VERSIONS, &[2, 3, 4]));
        extensions.extend(extension(KEY_SHARE, &[0, 0]));
    } else {
        extensions.extend(extension(EXTENDED_MASTER_SECRET, &[]));
    }

    let mut body = NEWEST.to_be_bytes().to_vec();
    let mut random = [0_u8; 32];
    // Nothing is kept secret with it: without a source of randomness it is as good.
    let _ = getrandom::fill(&mut random);
    body.extend(random);
    // No session is resumed.
    body.push(0);
    body.extend(block16(&suites));
    // Without compression.
    body.extend([1, 0]);
    // The message's header, the list's length and the extension's own header also count.
    let missing = HELLO_BYTES_MIN.saturating_sub(4 + body.len() + 2 + extensions.len() + 4);
    extensions.extend(extension(PADDING, &vec![0; missing]));
    body.extend(block16(&extensions));
    let [_, length @ ..] = u32::try_from(body.len()).unwrap_or_default().to_be_bytes();
    let message = [&[1], &length[..], &body].concat();
    [&[22], &RECORD.to_be_bytes()[..], &block16(&message)].concat()
}

fn extension(kind: u16, content: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes()[..], &block16(content)].concat()
}

fn numbers(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// The content behind its length in one byte.
fn block8(content: &[u8]) -> Vec<u8> {
    [&[u8::try_from(content.len()).unwrap_or_default()], content].concat()
}

/// The content behind its length in two bytes.
fn block16(content: &[u8]) -> Vec<u8> {
    [&u16::try_from(content.len()).unwrap_or_default().to_be_bytes()[..], content].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::server::Acceptor;

    #[test]
    fn the_hello_is_read_by_others() {
        use Asked::{Only13, UpTo12};
        for (asked, suites, signatures) in [
            (UpTo12, SUITES.len(), SIGNATURES.len()),
            (Only13, SUITES_13.len(), SIGNATURES.len() + SIGNATURES_13.len()),
        ] {
            is_read(asked, suites, signatures);
        }
        // With the header of the record.
        for asked in [UpTo12, Only13] {
            assert_eq!(client_hello(asked, None, &[]).len(), 5 + HELLO_BYTES_MIN);
        }
        assert_eq!(client_hello(UpTo12, Some("shop.test"), &[b"h2".to_vec()]).len(), 5 + HELLO_BYTES_MIN);
    }

    #[test]
    fn nothing_is_offered_twice() {
        for all in [
            &SUITES[..],
            &SUITES_13,
            &[GROUPS.as_slice(), &GROUPS_13].concat(),
            &[SIGNATURES.as_slice(), &SIGNATURES_13].concat(),
        ] {
            let unique: std::collections::BTreeSet<_> = all.iter().collect();
            assert_eq!(unique.len(), all.len(), "{all:x?}");
        }
    }

    fn is_read(asked: Asked, suites: usize, signatures: usize) {
        let hello = client_hello(asked, Some("shop.test"), &[b"h2".to_vec()]);
        let mut acceptor = Acceptor::default();
        acceptor.read_tls(&mut hello.as_slice()).unwrap();
        let accepted = acceptor.accept().unwrap().expect("a complete hello");
        let hello = accepted.client_hello();
        assert_eq!(hello.server_name(), Some("shop.test"));
        assert_eq!(hello.alpn().unwrap().collect::<Vec<_>>(), [b"h2"]);
        assert_eq!(hello.cipher_suites().len(), suites);
        assert_eq!(hello.signature_schemes().len(), signatures);
    }
}
