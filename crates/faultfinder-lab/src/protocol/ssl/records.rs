//! TLS breaks under HTTP, after the handshake.

use super::endpoint::{accept, finish, http_peer, trusting};
use super::expect::{reset, tls_in};
use super::script::{self, TLS_1_2};
use crate::pki::Server;
use crate::{Expect, Scenario, peer};
use faultfinder_taxonomy::{Errno, Phase, Protocol};
use rustls::CipherSuite;
use rustls::version::TLS12;
use std::io::Write as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// Bytes of the header of a record (RFC 5246 section 6.2.1), and of a block of AES.
const RECORD_HEADER: usize = 5;
const AES_BLOCK: usize = 16;

/// What the peer does when the handshake and the request's head are through.
type Act = fn(TlsStream<TcpStream>) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario(
            "no-close-notify-until-close",
            "a body that ends with the connection, without a close_notify",
            Expect::pass(),
            &["status is 200", "body contains complete"],
            |stream| Box::pin(no_close_notify(stream)),
        ),
        scenario(
            "fin-no-bytes-after-handshake",
            "the connection is closed in place of an answer",
            reset(Phase::Wait, Errno::PrematureClose),
            &[],
            |stream| Box::pin(finish(stream.into_inner().0)),
        ),
        scenario(
            "rst-mid-body",
            "the connection is reset in the middle of the body",
            reset(Phase::Receive, Errno::ConnReset),
            &[],
            |stream| Box::pin(rst_mid_body(stream)),
        ),
        scenario(
            "alert-after-handshake",
            "somebody on the way writes an alert into the encrypted connection",
            tls_in(Phase::Wait, "bad_record_mac"),
            &[],
            |stream| Box::pin(plain_alert(stream)),
        ),
        cbc_record("cbc-bad-mac", "the MAC of a record of a CBC suite is wrong", damaged_content),
        cbc_record("cbc-bad-padding", "the padding of a record of a CBC suite is wrong", damaged_padding),
    ]
}

/// A scenario in which the answer comes in a damaged record of a CBC suite.
fn cbc_record(case: &str, shows: &'static str, damage: fn(&mut [u8])) -> Scenario {
    let expect = tls_in(Phase::Wait, "bad_record_mac");
    Scenario::new(Protocol::Http, format!("tls-handshake/{case}"), shows, expect, move |lab| {
        let suites = &[CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256];
        let server = Server::new(lab.pki().good())?.alpn(&["http/1.1"]).only(&TLS12).suites(suites);
        let address = accept(lab, server, move |mut stream| async move {
            peer::read_head(&mut stream).await;
            damaged_answer(stream, damage).await;
        })?;
        Ok(http_peer(address, trusting(&[lab.pki().ca_pem()]), &[]))
    })
}

/// Sends an answer of which the record is damaged on the way.
async fn damaged_answer(stream: TlsStream<TcpStream>, damage: fn(&mut [u8])) {
    let (mut tcp, mut session) = stream.into_inner();
    let mut record = Vec::new();
    let _ = session.writer().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok\n");
    let _ = session.write_tls(&mut record);
    damage(&mut record);
    let _ = tcp.write_all(&record).await;
    finish(tcp).await;
}

/// A bit of the IV, so that the first byte of the content is another and everything behind it is as it was.
fn damaged_content(record: &mut [u8]) {
    if let Some(byte) = record.get_mut(RECORD_HEADER) {
        *byte ^= 1;
    }
}

/// A bit in the last block but one, so that the last byte of the last block is another.
fn damaged_padding(record: &mut [u8]) {
    let last = record.len().saturating_sub(AES_BLOCK + 1);
    if let Some(byte) = record.get_mut(last) {
        *byte ^= 0x80;
    }
}

fn scenario(
    case: &str,
    shows: &'static str,
    expect: Expect,
    assertions: &'static [&'static str],
    act: Act,
) -> Scenario {
    Scenario::new(Protocol::Http, format!("tls-handshake/{case}"), shows, expect, move |lab| {
        let server = Server::new(lab.pki().good())?.alpn(&["http/1.1"]);
        let address = accept(lab, server, move |mut stream| async move {
            peer::read_head(&mut stream).await;
            act(stream).await;
        })?;
        Ok(http_peer(address, trusting(&[lab.pki().ca_pem()]), assertions))
    })
}

async fn no_close_notify(mut stream: TlsStream<TcpStream>) {
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nall of it: complete\n").await;
    let _ = stream.flush().await;
    finish(stream.into_inner().0).await;
}

async fn rst_mid_body(mut stream: TlsStream<TcpStream>) {
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nthe first of it").await;
    let _ = stream.flush().await;
    peer::reset(stream.into_inner().0);
}

async fn plain_alert(stream: TlsStream<TcpStream>) {
    let mut tcp = stream.into_inner().0;
    let _ = tcp.write_all(&script::alert(TLS_1_2, 2, 40)).await;
    finish(tcp).await;
}
