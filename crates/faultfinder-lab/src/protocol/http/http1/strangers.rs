//! Peers that speak another protocol than the test, or speak before they are asked.

use crate::protocol::http::expectations::{closed_early, malformed};
use crate::protocol::http::frame::settings;
use crate::protocol::http::row::{Row, Site, http1};
use crate::protocol::http::script::Script;
use crate::{Expect, peer};
use faultfinder_taxonomy::{Code, Phase};
use serde_json::json;

/// The record of a TLS alert: `protocol_version` (RFC 8446 section 6.2).
const TLS_ALERT: &[u8] = b"\x15\x03\x01\x00\x02\x02\x46";

/// Greetings that come before any request: case, what it shows, the name of the protocol, and the greeting.
const GREETINGS: &[(&str, &str, &str, &[u8])] = &[
    ("ssh", "an SSH server", "SSH", b"SSH-2.0-OpenSSH_9.9\r\n"),
    ("smtp", "a mail server", "SMTP or FTP", b"220 mail.lab.test ESMTP ready\r\n"),
    ("imap", "a mailbox server", "IMAP", b"* OK [CAPABILITY IMAP4rev1] ready\r\n"),
    ("pop3", "a mailbox server of the older kind", "POP3", b"+OK ready\r\n"),
    ("mysql", "a database server", "MySQL", b"\x4a\0\0\0\x0a8.0.36\0\x0b\0\0\0"),
];

pub(super) fn rows() -> Vec<Row> {
    let greetings = GREETINGS.iter().flat_map(|&(case, shows, name, greeting)| {
        let expect =
            move |expect: Expect| expect.saying(format!("the peer speaks {name}")).showing("check the port");
        let h1 = speaks_first(
            &format!("speaks-{case}"),
            shows,
            expect(malformed("HPE_INVALID_CONSTANT")).showing("\"first_bytes\":\""),
            greeting,
        );
        let detail = json!({ "kind": "h2", "scope": "local" });
        let h2 = expect(Expect::fault(Code::Http2, Phase::Wait, detail));
        let h2 = speaks_first(&format!("speaks-{case}-h2c"), shows, h2, greeting);
        [h1, h2.with(json!({ "version": "h2c" }))]
    });
    greetings.chain(early()).chain(others()).collect()
}

/// Whole answers that come before the request.
fn early() -> [Row; 2] {
    const TIMEOUT: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    const BUSY: &[u8] =
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbusy";
    [
        speaks_first("answers-first-408", "408 as soon as a client connects", Expect::pass(), TIMEOUT)
            .assert(&["status is 408"]),
        speaks_first("answers-first-503", "503 as soon as a client connects", Expect::pass(), BUSY)
            .assert(&["status is 503", "body is busy"]),
    ]
}

fn others() -> [Row; 4] {
    [
        http1(
            "tls-alert",
            "a TLS server that answers plain HTTP with an alert",
            malformed("HPE_INVALID_CONSTANT")
                .saying("the peer speaks TLS")
                .showing("use an https:// URL: this port expects TLS"),
            Script::new().then(TLS_ALERT).fin(),
        ),
        http1(
            "http2-settings",
            "a server that speaks HTTP/2 only",
            malformed("HPE_INVALID_CONSTANT").saying("the peer speaks HTTP/2").showing("use `version: h2c`"),
            Script::new().then(settings(&[(3, 100)])).fin(),
        ),
        http1(
            "tls-server-fin",
            "a server that closes without a byte, as TLS servers do when they read plain HTTP",
            closed_early(Phase::Wait)
                .showing("check whether this port expects TLS, and if so use an https:// URL"),
            Script::new().fin(),
        ),
        http1(
            "tls-server-fin-h2c",
            "the same for HTTP/2",
            closed_early(Phase::Wait)
                .showing("check whether this port expects TLS, and if so use an https:// URL"),
            Script::new().fin(),
        )
        .with(json!({ "version": "h2c" })),
    ]
}

/// A peer that says this as soon as a client connects.
fn speaks_first(case: &str, shows: &'static str, expect: Expect, greeting: &'static [u8]) -> Row {
    Row::new(format!("http1/{case}"), shows, expect, move |lab| {
        let address = peer::tcp(lab, move |mut stream| async move {
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, greeting).await;
            peer::drain(&mut stream).await;
        })?;
        Ok(Site::at(address))
    })
}
