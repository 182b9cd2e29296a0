//! The server's answer to a ClientHello in TLS 1.0 to 1.2, read in clear as untrusted input (RFC 5246 section 7); of TLS 1.3,
//! the ServerHello or HelloRetryRequest, after which everything is encrypted (RFC 8446 section 4.1.3).

use crate::tls::wire;

/// Most bytes of handshake messages that are read: a chain of 1 MiB, and what is around it.
const FLIGHT_BYTES_MAX: usize = (1 << 20) + (64 << 10);
/// Longest record: 2^14 bytes and 2,048 for what compression and encryption add (RFC 5246 section 6.2.3).
const RECORD_BYTES_MAX: usize = (1 << 14) + 2048;
/// Most certificates of a chain that are read.
const CERTIFICATES_MAX: usize = 100;

/// Record types, and types of handshake messages.
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const SERVER_HELLO: u8 = 2;
const CERTIFICATE: u8 = 11;
const SERVER_KEY_EXCHANGE: u8 = 12;
const CERTIFICATE_REQUEST: u8 = 13;
const SERVER_HELLO_DONE: u8 = 14;
const CERTIFICATE_STATUS: u8 = 22;

/// What a server sends up to the end of its flight, as far as it has arrived.
#[derive(Debug, Default)]
pub struct Flight {
    /// Bytes of records that have not been read.
    records: Vec<u8>,
    /// Bytes of handshake messages that have not been read.
    messages: Vec<u8>,
    /// How many bytes of handshake messages have arrived.
    received: usize,
    /// What was read.
    seen: Seen,
    is_over: bool,
}

/// What a server chose and presented.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seen {
    /// The version and the cipher suite.
    pub chosen: Option<(u16, u16)>,
    /// The chain, leaf first, as DER.
    pub certificates: Vec<Vec<u8>>,
    /// The stapled OCSP response.
    pub staple: Vec<u8>,
    /// How the key is agreed.
    pub key_exchange: Option<KeyExchange>,
    /// Whether the server asks for a client certificate.
    pub asks_for_certificate: bool,
    /// Whether it knows secure renegotiation (RFC 5746).
    pub renegotiates_securely: bool,
    /// The alert with which it refused.
    pub alert: Option<u8>,
}

/// The parameters of a key exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyExchange {
    /// Diffie-Hellman with a prime of so many bits.
    FiniteField {
        /// Its bits.
        bits: usize,
    },
    /// An elliptic curve, by its number in IANA's registry of supported groups; in TLS 1.3 a group of any kind.
    Curve(u16),
}

impl Flight {
    /// Takes bytes as they arrive. Returns whether the flight is over: complete, refused with an alert, or not TLS.
    pub fn push(&mut self, bytes: &[u8]) -> bool {
        self.records.extend_from_slice(bytes);
        while !self.is_over && self.record() {}
        self.is_over
    }

    /// What has been read.
    #[must_use]
    pub fn seen(self) -> Seen {
        self.seen
    }

    /// Reads a record, if one is complete.
    fn record(&mut self) -> bool {
        let [kind, major, _, high, low, ..] = *self.records else {
            // Not even a header that could be one.
            self.is_over |= self.records.first().is_some_and(|kind| !(ALERT..=HANDSHAKE).contains(kind));
            return false;
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if !(ALERT..=HANDSHAKE).contains(&kind) || major != 3 || length > RECORD_BYTES_MAX {
            self.is_over = true;
            return false;
        }
        let Some(content) = self.records.get(5..5 + length) else { return false };
        if kind == ALERT {
            // A warning (level 1) is not the end, except close_notify (0).
            if let [level, description, ..] = *content
                && (level != 1 || description == 0)
            {
                self.seen.alert = Some(description).filter(|description| *description != 0);
                self.is_over = true;
            }
        } else {
            self.received += length;
            self.messages.extend_from_slice(content);
            self.is_over |= self.received > FLIGHT_BYTES_MAX;
        }
        self.records.drain(..5 + length);
        while !self.is_over && self.message() {}
        true
    }

    /// Reads a handshake message, if one is complete.
    fn message(&mut self) -> bool {
        let [kind, high, middle, low, ..] = *self.messages else { return false };
        let length = number24([high, middle, low]);
        let Some(body) = self.messages.get(4..4 + length) else {
            self.is_over |= length > FLIGHT_BYTES_MAX;
            return false;
        };
        let seen = &mut self.seen;
        match kind {
            SERVER_HELLO => {
                let hello = wire::hello_choice(body);
                seen.chosen = hello.map(|hello| (hello.version, hello.cipher_suite));
                seen.renegotiates_securely = hello.is_some_and(|hello| hello.has_renegotiation_info);
                let is_13 = seen.chosen.is_some_and(|(version, _)| version == wire::TLS_1_3);
                if is_13 {
                    let group = hello.and_then(|hello| hello.group);
                    seen.key_exchange = group.map(KeyExchange::Curve);
                }
                self.is_over = seen.chosen.is_none() || is_13;
            }
            CERTIFICATE => seen.certificates = certificates(body),
            CERTIFICATE_STATUS => seen.staple = staple(body).unwrap_or_default().to_vec(),
            SERVER_KEY_EXCHANGE => seen.key_exchange = seen.chosen.and_then(|_| key_exchange(body)),
            CERTIFICATE_REQUEST => seen.asks_for_certificate = true,
            SERVER_HELLO_DONE => self.is_over = true,
            // NewSessionTicket and the like say nothing here.
            _ => {}
        }
        self.messages.drain(..4 + length);
        true
    }
}

/// The certificates of a message (RFC 5246 section 7.4.2), as far as they are complete.
fn certificates(body: &[u8]) -> Vec<Vec<u8>> {
    let mut rest = body.get(3..).unwrap_or_default();
    let mut found = Vec::new();
    while let [high, middle, low, after @ ..] = rest {
        let Some((certificate, behind)) = after.split_at_checked(number24([*high, *middle, *low])) else {
            break;
        };
        if found.len() == CERTIFICATES_MAX {
            break;
        }
        found.push(certificate.to_vec());
        rest = behind;
    }
    found
}

/// The OCSP response of a message (RFC 6066 section 8).
fn staple(body: &[u8]) -> Option<&[u8]> {
    match body {
        [1, high, middle, low, rest @ ..] => rest.get(..number24([*high, *middle, *low])),
        _ => None,
    }
}

/// The parameters of a message (RFC 5246 section 7.4.3, RFC 8422 section 5.4).
fn key_exchange(body: &[u8]) -> Option<KeyExchange> {
    /// `named_curve`, the only kind of curve that RFC 8422 has left.
    const NAMED_CURVE: u8 = 3;
    // The length of a prime is at least two bytes, so its first byte is small; three begins a named curve, or a prime of
    // 768 bytes or more, which no server has.
    if let [NAMED_CURVE, high, low, ..] = *body {
        return Some(KeyExchange::Curve(u16::from_be_bytes([high, low])));
    }
    let length = usize::from(u16::from_be_bytes([*body.first()?, *body.get(1)?]));
    let prime = body.get(2..2 + length)?;
    let leading = prime.iter().take_while(|byte| **byte == 0).count();
    let first = prime.get(leading)?;
    let unused = usize::try_from(first.leading_zeros()).unwrap_or_default();
    Some(KeyExchange::FiniteField { bits: (prime.len() - leading) * 8 - unused })
}

fn number24([high, middle, low]: [u8; 3]) -> usize {
    usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let [_, length @ ..] = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&[kind], &length[..], body].concat()
    }

    fn record(kind: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[kind, 3, 1], &length[..], content].concat()
    }

    fn hello() -> Vec<u8> {
        let mut body = vec![3, 1];
        body.extend([7; 32]);
        body.extend([0, 0, 0x2f, 0, 0, 5, 0xff, 0x01, 0, 1, 0]);
        message(SERVER_HELLO, &body)
    }

    fn flight() -> Vec<u8> {
        let chain = [&[0, 0, 9][..], &[0, 0, 2, 1, 2], &[0, 0, 1, 3]].concat();
        let mut prime = vec![0, 130, 0, 0x7f];
        prime.extend([0xff; 128]);
        [
            hello(),
            message(CERTIFICATE, &chain),
            message(CERTIFICATE_STATUS, &[1, 0, 0, 2, 8, 9]),
            message(SERVER_KEY_EXCHANGE, &prime),
            message(CERTIFICATE_REQUEST, &[]),
            message(SERVER_HELLO_DONE, &[]),
        ]
        .concat()
    }

    fn expected() -> Seen {
        Seen {
            chosen: Some((0x0301, 0x002f)),
            certificates: vec![vec![1, 2], vec![3]],
            staple: vec![8, 9],
            key_exchange: Some(KeyExchange::FiniteField { bits: 1031 }),
            asks_for_certificate: true,
            renegotiates_securely: true,
            alert: None,
        }
    }

    #[test]
    fn a_flight_is_read_whatever_its_records_and_segments_are() {
        let flight = flight();
        for record_bytes in [1, 3, 64, flight.len()] {
            let records: Vec<u8> =
                flight.chunks(record_bytes).flat_map(|content| record(HANDSHAKE, content)).collect();
            for segment in [1, 7, records.len()] {
                let mut reading = Flight::default();
                let ends: Vec<bool> = records.chunks(segment).map(|bytes| reading.push(bytes)).collect();
                assert_eq!(ends.iter().filter(|end| **end).count(), 1, "{record_bytes} {segment}");
                assert_eq!(reading.seen(), expected(), "{record_bytes} {segment}");
            }
        }
    }

    #[test]
    fn a_hello_of_tls_13_ends_it() {
        // TLS_AES_128_CCM_SHA256; supported_versions, and the key_share of a HelloRetryRequest (RFC 8446 section 4.2.8).
        let mut body = vec![3, 3];
        body.extend([7; 32]);
        body.extend([0, 0x13, 0x04, 0, 0, 12, 0, 43, 0, 2, 3, 4, 0, 51, 0, 2, 0, 31]);
        let mut reading = Flight::default();
        assert!(reading.push(&record(HANDSHAKE, &message(SERVER_HELLO, &body))));
        let seen = reading.seen();
        assert_eq!(seen.chosen, Some((wire::TLS_1_3, 0x1304)));
        assert_eq!(seen.key_exchange, Some(KeyExchange::Curve(31)));
    }

    #[test]
    fn alerts_end_it_and_warnings_do_not() {
        let pushed = |bytes: &[u8]| {
            let mut reading = Flight::default();
            (reading.push(bytes), reading.seen())
        };
        let (over, seen) = pushed(&record(ALERT, &[2, 40]));
        assert_eq!((over, seen.alert), (true, Some(40)));
        // Unrecognized name, as a warning; then the flight.
        let warned = [record(ALERT, &[1, 112]), record(HANDSHAKE, &flight())].concat();
        assert_eq!(pushed(&warned), (true, expected()));
        assert_eq!(pushed(&record(ALERT, &[1, 0])), (true, Seen::default()));
        let broken = [record(HANDSHAKE, &hello()), record(ALERT, &[2, 80])].concat();
        assert_eq!(pushed(&broken).1.alert, Some(80));
        assert!(pushed(&broken).1.chosen.is_some());
    }

    #[test]
    fn what_is_no_answer_in_tls_ends_it() {
        for bytes in
            [&b"HTTP/1.1 400"[..], b"\x80\x2e", b"\x16\x02\0\0\0", b"\x16\x03\0\xff\xff", b"\x17\x03\x03\0\0"]
        {
            let mut reading = Flight::default();
            assert!(reading.push(bytes), "{bytes:?}");
            assert_eq!(reading.seen(), Seen::default());
        }
        // A message that never ends is not waited for.
        let endless = record(HANDSHAKE, &[CERTIFICATE, 0xff, 0xff, 0xff]);
        assert!(Flight::default().push(&endless));
        let mut reading = Flight::default();
        let garbage = record(HANDSHAKE, &message(99, &[0; 9_000]));
        assert!((0..200).any(|_| reading.push(&garbage)));
    }

    #[test]
    fn curves_are_told_from_primes() {
        assert_eq!(key_exchange(&[3, 0, 23, 65]), Some(KeyExchange::Curve(23)));
        assert_eq!(key_exchange(&[0, 1, 0x81]), Some(KeyExchange::FiniteField { bits: 8 }));
        for broken in [&[][..], &[0], &[0, 1], &[0, 2, 1], &[0, 1, 0]] {
            assert_eq!(key_exchange(broken), None);
        }
    }
}
