//! The protocol that a peer speaks, known by its first bytes.

use faultfinder_taxonomy::{Code, Fact, Fault};

/// A protocol that is known by the first bytes that its servers send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: a new protocol needs its advice wherever it matters")]
pub enum Spoken {
    /// TLS: an alert, or a ServerHello (RFC 8446 section 5.1).
    Tls,
    /// HTTP/1 (RFC 9112 section 4).
    Http1,
    /// HTTP/2: SETTINGS (RFC 9113 section 3.4).
    Http2,
    /// SSH (RFC 4253 section 4.2).
    Ssh,
    /// The greeting of SMTP (RFC 5321 section 3.1) or FTP (RFC 959 section 5.4).
    SmtpOrFtp,
    /// The greeting of IMAP (RFC 3501 section 7.1).
    Imap,
    /// The greeting of POP3 (RFC 1939 section 4).
    Pop3,
    /// The greeting of MySQL: a packet with the protocol version 10.
    MySql,
    /// An error of Redis (RESP).
    Redis,
    /// The greeting of VNC (RFC 6143 section 7.1.1).
    Vnc,
}

impl Spoken {
    /// The protocol of these first bytes, if they show one.
    #[must_use]
    pub fn of(first_bytes: &[u8]) -> Option<Self> {
        const GREETINGS: &[(&[u8], Spoken)] = &[
            (b"HTTP/", Spoken::Http1),
            (b"SSH-", Spoken::Ssh),
            (b"220 ", Spoken::SmtpOrFtp),
            (b"220-", Spoken::SmtpOrFtp),
            (b"* OK", Spoken::Imap),
            (b"* BYE", Spoken::Imap),
            (b"* PREAUTH", Spoken::Imap),
            (b"+OK", Spoken::Pop3),
            (b"-ERR ", Spoken::Redis),
            (b"RFB 00", Spoken::Vnc),
        ];
        if let Some((_, spoken)) = GREETINGS.iter().find(|(greeting, _)| first_bytes.starts_with(greeting)) {
            return Some(*spoken);
        }
        match first_bytes {
            // An alert or a handshake message, of SSL 3.0 to TLS 1.3.
            [0x15 | 0x16, 3, 0..=4, ..] => Some(Self::Tls),
            // SETTINGS on stream 0, as an acknowledgment or with at most 42 settings.
            [0, 0, length, 4, 0 | 1, 0, 0, 0, 0, ..] if length % 6 == 0 => Some(Self::Http2),
            // A packet's length and number, and the version.
            [_, _, 0, 0, 10, ..] => Some(Self::MySql),
            _ => None,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tls => "TLS",
            Self::Http1 => "HTTP/1",
            Self::Http2 => "HTTP/2",
            Self::Ssh => "SSH",
            Self::SmtpOrFtp => "SMTP or FTP",
            Self::Imap => "IMAP",
            Self::Pop3 => "POP3",
            Self::MySql => "MySQL",
            Self::Redis => "Redis",
            Self::Vnc => "VNC",
        }
    }

    /// The fault of a peer that speaks this instead of what the test expects: its message names the protocol, and the
    /// first hint is `instead`, or to check the port.
    #[must_use]
    pub fn explain(self, mut fault: Fault, instead: Option<&str>) -> Fault {
        fault.message = format!("{}; the peer speaks {}", fault.message, self.name());
        match instead {
            Some(instead) => fault.with_hint(instead),
            None => fault.with_hint(format!("check the port: a server of {} listens there", self.name())),
        }
    }
}

/// The fault of a plaintext connection: if the peer ended it before it had sent a byte (evidence `bytes_received`), it
/// may expect TLS, as servers that do often end it like that. `instead` says how the test is made to use TLS.
#[must_use]
pub fn suspect_tls(fault: Fault, instead: &str) -> Fault {
    let nothing_came = fault.evidence.fact("bytes_received") == Some(&Fact::from(0_u64));
    if fault.code == Code::ConnReset && nothing_came {
        return fault.with_hint(format!("check whether this port expects TLS, and if so {instead}"));
    }
    fault
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_the_first_suspicion_where_nothing_came() {
        use faultfinder_taxonomy::{Detail, Errno, Phase};
        let ended = |bytes: u64| {
            let detail = Detail::errno(Errno::PrematureClose);
            let fault = Fault::new(Code::ConnReset, Phase::Wait, detail, "").with("bytes_received", bytes);
            suspect_tls(fault, "use an https:// URL").hints
        };
        let hints = ended(0);
        assert!(hints.len() > 1 && hints[0].starts_with("check whether this port expects TLS"), "{hints:?}");
        assert!(!ended(1).iter().any(|hint| hint.contains("TLS")));
    }

    #[test]
    fn protocols_are_known_by_their_first_bytes() {
        for (bytes, expected) in [
            (b"\x15\x03\x01\0\x02\x02\x46".as_slice(), Some(Spoken::Tls)),
            (b"\x16\x03\x03\0\x7a", Some(Spoken::Tls)),
            (b"\x15\x07\x01", None),
            (b"HTTP/1.1 400 Bad Request", Some(Spoken::Http1)),
            (b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64", Some(Spoken::Http2)),
            (b"\0\0\x13\x04\0\0\0\0\0", None),
            (b"\0\0\x12\x04\0\0\0\0\x01", None),
            (b"SSH-2.0-OpenSSH_9.6\r\n", Some(Spoken::Ssh)),
            (b"220 mail.test ESMTP\r\n", Some(Spoken::SmtpOrFtp)),
            (b"* OK ready\r\n", Some(Spoken::Imap)),
            (b"+OK ready\r\n", Some(Spoken::Pop3)),
            (b"\x4a\0\0\0\x0a8.0.36\0", Some(Spoken::MySql)),
            (b"-ERR unknown command\r\n", Some(Spoken::Redis)),
            (b"RFB 003.008\n", Some(Spoken::Vnc)),
            (b"", None),
            (b"hello", None),
        ] {
            assert_eq!(Spoken::of(bytes), expected, "{bytes:?}");
        }
    }
}
