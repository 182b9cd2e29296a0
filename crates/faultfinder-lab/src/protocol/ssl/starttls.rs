//! TLS that is asked for inside another protocol.

use super::endpoint::{finish, greet, ssl_peer, trusting};
use super::expect::{reset, tls_in};
use crate::pki::Server;
use crate::protocol::expectations::timeout;
use crate::{Expect, Lab, LabError, Scenario, peer};
use faultfinder_taxonomy::{Errno, Phase, Protocol};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long a test waits for a server that says nothing.
const PATIENCE: &str = "1500ms";
/// Most bytes that a server reads before TLS.
const HEARD_BYTES_MAX: usize = 4096;

/// What a server does before TLS.
#[derive(Debug, Clone, Copy)]
pub(in super::super) enum Step {
    /// It says this.
    Say(&'static [u8]),
    /// It listens until this has come.
    Hear(&'static [u8]),
    /// It listens until so many bytes have come.
    Take(usize),
}

/// What it does then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// The handshake.
    Tls,
    /// It closes in order.
    Fin,
    /// It says nothing any more.
    Hang,
}

use Step::{Hear, Say, Take};

/// Bytes of SSLRequest of MySQL, with the packet's header.
const MYSQL_REQUEST_BYTES: usize = 36;
/// A greeting of MySQL that can do TLS (capability 0x0800), and one that cannot.
const MYSQL: [&[u8]; 2] = [
    b"\x2a\0\0\0\x0a8.4.0-lab\0\x01\0\0\0challeng\0\xff\xff\x2d\x02\0\xff\xdf\x15\0\0\0\0\0\0\0\0\0\0",
    b"\x2a\0\0\0\x0a8.4.0-lab\0\x01\0\0\0challeng\0\xff\xf7\x2d\x02\0\xff\xdf\x15\0\0\0\0\0\0\0\0\0\0",
];
const XMPP_FEATURES: &[u8] = b"<?xml version='1.0'?><stream:stream from='lab.test' id='1' version='1.0' \
    xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:features>\
    <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>";

/// A mail server up to the go-ahead.
pub(in super::super) const SMTP: &[Step] = &[
    Say(b"220-mx.lab.test ESMTP\r\n220 at your service\r\n"),
    Hear(b"EHLO "),
    Hear(b"\r\n"),
    Say(b"250-mx.lab.test\r\n250-SIZE 1000000\r\n250-STARTTLS\r\n250 8BITMIME\r\n"),
    Hear(b"STARTTLS\r\n"),
    Say(b"220 2.0.0 go ahead\r\n"),
];

pub(super) fn scenarios() -> Vec<Scenario> {
    [begins(), refuses(), turns_away(), breaks()].into_iter().flatten().collect()
}

/// What every protocol does when TLS may begin.
fn begins() -> Vec<Scenario> {
    const IMAP: &[Step] = &[
        Say(b"* OK [CAPABILITY IMAP4rev1] lab ready\r\n"),
        Hear(b"CAPABILITY\r\n"),
        Say(b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\na1 OK done\r\n"),
        Hear(b"STARTTLS\r\n"),
        Say(b"a2 OK begin TLS negotiation now\r\n"),
    ];
    const POP3: &[Step] = &[
        Say(b"+OK lab ready\r\n"),
        Hear(b"CAPA\r\n"),
        Say(b"+OK capabilities follow\r\nTOP\r\nSTLS\r\nUIDL\r\n.\r\n"),
        Hear(b"STLS\r\n"),
        Say(b"+OK begin TLS\r\n"),
    ];
    const FTP: &[Step] =
        &[Say(b"220-lab\r\n any text\r\n220 ready\r\n"), Hear(b"AUTH TLS\r\n"), Say(b"234 proceed\r\n")];
    const LDAP: &[Step] =
        &[Hear(b"1.3.6.1.4.1.1466.20037"), Say(b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00")];
    const POSTGRES: &[Step] = &[Hear(b"\x04\xd2\x16\x2f"), Say(b"S")];
    const MYSQL_TLS: &[Step] = &[Say(MYSQL[0]), Take(MYSQL_REQUEST_BYTES)];
    const XMPP: &[Step] = &[
        Hear(b"/streams'>"),
        Say(XMPP_FEATURES),
        Hear(b"/>"),
        Say(b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
    ];
    let good = |protocol, shows, steps| scenario(protocol, "ok", shows, Expect::pass(), steps, Then::Tls);
    vec![
        good("smtp", "a mail server lets TLS begin", SMTP),
        good("imap", "an IMAP server lets TLS begin", IMAP),
        good("pop3", "a POP3 server lets TLS begin", POP3),
        good("ftp", "an FTP server lets TLS begin", FTP),
        good("ldap", "a directory lets TLS begin", LDAP),
        good("postgres", "PostgreSQL lets TLS begin", POSTGRES),
        good("mysql", "MySQL lets TLS begin", MYSQL_TLS),
        good("xmpp", "a chat server lets TLS begin", XMPP),
    ]
}

/// What every protocol does when it may not.
fn refuses() -> Vec<Scenario> {
    let not_offered = |protocol, shows, steps| {
        let expect = tls_in(Phase::Open, "starttls_not_offered");
        scenario(protocol, "not-offered", shows, expect, steps, Then::Hang)
    };
    let refused = |protocol, shows, words: &str, steps| {
        let expect = tls_in(Phase::Open, "starttls_refused").saying(words);
        scenario(protocol, "refused", shows, expect, steps, Then::Hang)
    };
    vec![
        not_offered("smtp", "a mail server without STARTTLS", SMTP_WITHOUT),
        refused("smtp", "a mail server that cannot at the moment", "454 4.7.0 no certificate", SMTP_REFUSES),
        not_offered("imap", "an IMAP server without STARTTLS", IMAP_WITHOUT),
        refused("imap", "an IMAP server that says no", "a2 NO not today", IMAP_REFUSES),
        not_offered("pop3", "a POP3 server without STLS", POP3_WITHOUT),
        not_offered("ftp", "an FTP server that does not know AUTH", FTP_WITHOUT),
        refused(
            "ldap",
            "a directory that cannot at the moment",
            "result code 52 no certificate",
            LDAP_REFUSES,
        ),
        not_offered("postgres", "PostgreSQL without TLS", &[Hear(b"\x04\xd2\x16\x2f"), Say(b"N")]),
        not_offered("mysql", "MySQL without TLS", &[Say(MYSQL[1])]),
        refused("xmpp", "a chat server that says no", "<failure", XMPP_REFUSES),
    ]
}

const SMTP_WITHOUT: &[Step] = &[
    Say(b"220 mx.lab.test\r\n"),
    Hear(b"EHLO "),
    Hear(b"\r\n"),
    Say(b"250-mx.lab.test\r\n250 SIZE 1000000\r\n"),
];
const SMTP_REFUSES: &[Step] = &[
    Say(b"220 mx.lab.test\r\n"),
    Hear(b"EHLO "),
    Hear(b"\r\n"),
    Say(b"250-mx.lab.test\r\n250 STARTTLS\r\n"),
    Hear(b"STARTTLS\r\n"),
    Say(b"454 4.7.0 no certificate\r\n"),
];
const IMAP_WITHOUT: &[Step] =
    &[Say(b"* OK lab ready\r\n"), Hear(b"CAPABILITY\r\n"), Say(b"* CAPABILITY IMAP4rev1\r\na1 OK done\r\n")];
const IMAP_REFUSES: &[Step] = &[
    Say(b"* OK lab ready\r\n"),
    Hear(b"CAPABILITY\r\n"),
    Say(b"* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK done\r\n"),
    Hear(b"STARTTLS\r\n"),
    Say(b"a2 NO not today\r\n"),
];
const POP3_WITHOUT: &[Step] =
    &[Say(b"+OK lab ready\r\n"), Hear(b"CAPA\r\n"), Say(b"+OK capabilities follow\r\nTOP\r\n.\r\n")];
const FTP_WITHOUT: &[Step] = &[Say(b"220 ready\r\n"), Hear(b"AUTH TLS\r\n"), Say(b"502 not implemented\r\n")];
const LDAP_REFUSES: &[Step] = &[
    Hear(b"1.3.6.1.4.1.1466.20037"),
    Say(b"\x30\x1a\x02\x01\x01\x78\x15\x0a\x01\x34\x04\x00\x04\x0eno certificate"),
];
const XMPP_REFUSES: &[Step] = &[
    Hear(b"/streams'>"),
    Say(XMPP_FEATURES),
    Hear(b"/>"),
    Say(b"<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>"),
];

/// What every protocol does with a client that it does not serve at all, whether or not TLS is asked for.
fn turns_away() -> Vec<Scenario> {
    let turned_away = |protocol, case, shows, words: &str, steps| {
        let expect = tls_in(Phase::Open, "service_refused").saying(words).omitting("refuses TLS");
        scenario(protocol, case, shows, expect, steps, Then::Fin)
    };
    vec![
        turned_away(
            "smtp",
            "busy",
            "a mail server with too many clients",
            "421 4.7.0 too many connections from you",
            &[Say(b"421 4.7.0 too many connections from you\r\n")],
        ),
        turned_away(
            "smtp",
            "no-service",
            "a mail server that does not want this client",
            "554 5.7.1 your address is on a list",
            &[Say(b"554-mx.lab.test\r\n554 5.7.1 your address is on a list\r\n")],
        ),
        turned_away(
            "smtp",
            "hello-refused",
            "a mail server that does not like the client's name",
            "550 5.7.1 helo blocked",
            &[Say(b"220 mx.lab.test\r\n"), Hear(b"EHLO "), Hear(b"\r\n"), Say(b"550 5.7.1 helo blocked\r\n")],
        ),
        turned_away(
            "smtp",
            "shuts-down",
            "a mail server that shuts down where the go-ahead should be",
            "421 4.3.2 shutting down",
            SMTP_SHUTS_DOWN,
        ),
        turned_away(
            "imap",
            "bye",
            "an IMAP server with too many clients",
            "* BYE [ALERT] Maximum number of connections",
            &[Say(b"* BYE [ALERT] Maximum number of connections\r\n")],
        ),
        turned_away(
            "imap",
            "bye-later",
            "an IMAP server that ends the session where its capabilities should be",
            "* BYE maintenance",
            &[Say(b"* OK lab ready\r\n"), Hear(b"CAPABILITY\r\n"), Say(b"* BYE maintenance\r\n")],
        ),
        turned_away(
            "pop3",
            "busy",
            "a POP3 server that does not serve this client",
            "-ERR [SYS/TEMP] try later",
            &[Say(b"-ERR [SYS/TEMP] try later\r\n")],
        ),
        turned_away(
            "ftp",
            "busy",
            "an FTP server with too many clients",
            "421 too many users",
            &[Say(b"421 too many users\r\n")],
        ),
        turned_away(
            "ldap",
            "disconnects",
            "a directory that sends the notice of disconnection",
            "result code 52 going down",
            &[
                Hear(b"1.3.6.1.4.1.1466.20037"),
                Say(b"\x30\x2d\x02\x01\x00\x78\x28\x0a\x01\x34\x04\x00\x04\x0agoing down\x8a\x151.3.6.1.4.1.1466.20036"),
            ],
        ),
        turned_away(
            "mysql",
            "blocked",
            "MySQL that has blocked this host",
            "Host is blocked",
            &[Say(b"\x18\0\0\0\xff\x69\x04#HY000Host is blocked")],
        ),
        turned_away(
            "postgres",
            "busy",
            "PostgreSQL with too many clients",
            "sorry, too many clients already",
            &[
                Hear(b"\x04\xd2\x16\x2f"),
                Say(b"E\0\0\0\x3bSFATAL\0VFATAL\0C53300\0Msorry, too many clients already\0\0"),
            ],
        ),
        turned_away(
            "xmpp",
            "host-unknown",
            "a chat server that does not serve this host",
            "<host-unknown",
            &[Hear(b"/streams'>"), Say(XMPP_HOST_UNKNOWN)],
        ),
    ]
}

const SMTP_SHUTS_DOWN: &[Step] = &[
    Say(b"220 mx.lab.test\r\n"),
    Hear(b"EHLO "),
    Hear(b"\r\n"),
    Say(b"250-mx.lab.test\r\n250 STARTTLS\r\n"),
    Hear(b"STARTTLS\r\n"),
    Say(b"421 4.3.2 shutting down\r\n"),
];
const XMPP_HOST_UNKNOWN: &[u8] = b"<?xml version='1.0'?><stream:stream id='1' version='1.0' \
    xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:error>\
    <host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>";

/// What breaks in between.
fn breaks() -> Vec<Scenario> {
    let malformed = || tls_in(Phase::Open, "starttls_malformed");
    vec![
        scenario(
            "smtp",
            "injected",
            "somebody slips an answer in between the go-ahead and the handshake",
            tls_in(Phase::Open, "starttls_injected"),
            &[
                Say(b"220 mx.lab.test\r\n"),
                Hear(b"EHLO "),
                Hear(b"\r\n"),
                Say(b"250-mx.lab.test\r\n250 STARTTLS\r\n"),
                Hear(b"STARTTLS\r\n"),
                Say(b"220 go ahead\r\n250 and trust me\r\n"),
            ],
            Then::Hang,
        ),
        scenario(
            "smtp",
            "other-protocol",
            "the port belongs to a web server, which waits to be asked and answers that it does not understand",
            malformed(),
            &[Say(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n")],
            Then::Fin,
        ),
        scenario(
            "imap",
            "fin",
            "the server closes where its greeting should be",
            reset(Phase::Open, Errno::PrematureClose),
            &[],
            Then::Fin,
        ),
        scenario(
            "pop3",
            "silent",
            "the server waits for the client, as one that uses TLS from the start does",
            timeout(Phase::Open).saying("no greeting arrived over pop3").showing("remove `starttls`"),
            &[],
            Then::Hang,
        ),
        scenario(
            "smtp",
            "stalls",
            "the server greets and says nothing more",
            timeout(Phase::Open).saying("the smtp server did not respond").omitting("remove `starttls`"),
            &[Say(b"220 mx.lab.test\r\n")],
            Then::Hang,
        ),
        scenario(
            "ldap",
            "tls-from-the-start",
            "the port expects TLS from the start",
            malformed()
                .saying("the peer speaks TLS")
                .showing("the port uses TLS from the start: remove `starttls`"),
            &[Hear(b"1.3.6.1.4.1.1466.20037"), Say(b"\x15\x03\x01\0\x02\x02\x0a")],
            Then::Fin,
        ),
        scenario(
            "postgres",
            "then-plain",
            "the server agrees, and answers the handshake in plain text",
            tls_in(Phase::Tls, "wrong_version_number"),
            &[Hear(b"\x04\xd2\x16\x2f"), Say(b"S"), Take(1), Say(b"ERROR: no TLS after all")],
            Then::Fin,
        ),
    ]
}

/// A scenario about the server of a protocol.
fn scenario(
    protocol: &'static str,
    case: &str,
    shows: &'static str,
    expect: Expect,
    steps: &'static [Step],
    then: Then,
) -> Scenario {
    Scenario::new(Protocol::Ssl, format!("starttls/{protocol}-{case}"), shows, expect, move |lab| {
        let address = match then {
            Then::Tls => tls(lab, steps, |mut stream| async move { greet(&mut stream).await })?,
            Then::Fin | Then::Hang => plain(lab, steps, then)?,
        };
        let mut fields = trusting(&[lab.pki().ca_pem()]);
        fields.insert("starttls".to_owned(), json!(protocol));
        if then == Then::Hang {
            fields.insert("timeout".to_owned(), json!(PATIENCE));
        }
        Ok(ssl_peer(address, fields, &[]))
    })
}

/// A server that takes these steps, then TLS, and serves what is inside with `serve`.
pub(in super::super) fn tls<F, Fut>(
    lab: &Lab,
    steps: &'static [Step],
    serve: F,
) -> Result<SocketAddr, LabError>
where
    F: Fn(TlsStream<TcpStream>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let acceptor = TlsAcceptor::from(Server::new(lab.pki().good())?.config()?);
    let serve = Arc::new(serve);
    peer::tcp(lab, move |mut stream| {
        let (acceptor, serve) = (acceptor.clone(), Arc::clone(&serve));
        async move {
            if !play(&mut stream, steps).await {
                return;
            }
            match acceptor.accept(stream).into_fallible().await {
                Ok(stream) => serve(stream).await,
                Err((_, stream)) => finish(stream).await,
            }
        }
    })
}

/// A server that takes these steps and never gets to TLS.
fn plain(lab: &Lab, steps: &'static [Step], then: Then) -> Result<SocketAddr, LabError> {
    peer::tcp(lab, move |mut stream| async move {
        if play(&mut stream, steps).await && then == Then::Hang {
            peer::drain(&mut stream).await;
        } else {
            finish(stream).await;
        }
    })
}

/// Takes the steps; whether all of them could be taken.
pub(super) async fn play(stream: &mut TcpStream, steps: &[Step]) -> bool {
    for step in steps {
        let taken = match step {
            Say(bytes) => stream.write_all(bytes).await.is_ok(),
            Hear(end) => hear(stream, |heard| heard.ends_with(end)).await,
            Take(count) => hear(stream, |heard| heard.len() == *count).await,
        };
        if !taken {
            return false;
        }
    }
    true
}

/// Reads byte by byte, so that nothing of the handshake is taken; whether what was waited for has come.
async fn hear(stream: &mut TcpStream, is_complete: impl Fn(&[u8]) -> bool) -> bool {
    let mut heard = Vec::new();
    while heard.len() < HEARD_BYTES_MAX {
        match stream.read_u8().await {
            Ok(byte) => heard.push(byte),
            Err(_) => return false,
        }
        if is_complete(&heard) {
            return true;
        }
    }
    false
}
