//! What peers say, and how they stop.

use crate::protocol::expectations::{errno, overall_timeout, timeout};
use crate::protocol::transport::TCP;
use crate::{Expect, Scenario, peer};
use faultfinder_taxonomy::{Code, Phase};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What a peer greets with.
const BANNER: &[u8] = b"220 mx.zone.test ESMTP\r\n";
/// More than a probe takes in.
const FLOOD_BYTES: usize = (1 << 20) + (64 << 10);

pub(super) fn scenarios() -> Vec<Scenario> {
    [talks(), patterns(), stops()].into_iter().flatten().collect()
}

fn patterns() -> Vec<Scenario> {
    let chat = json!({ "steps": [
        { "send": "NICK probe\r\n" },
        { "expect_regex": "^PING :(?<token>[^ ]+)$", "send": "PONG ${token}\r\n" },
        { "expect_regex": ":[^ ]+ 001 " },
    ] });
    let login =
        json!({ "steps": [{ "expect_regex": "^login: $" }, { "send": "probe\r\n" }, { "expect": "Last" }] });
    let too_old = json!({ "expect_regex": "^SSH-2\\.0-", "timeout": "1500ms" });
    vec![
        TCP.scenario(
            "ok-patterns",
            "a token of the peer is matched and sent back",
            Expect::pass(),
            chat,
            &["received matches :welcome"],
            |lab| peer::tcp(lab, chat_server),
        ),
        TCP.scenario("ok-prompt", "a prompt without a line end matches", Expect::pass(), login, &[], |lab| {
            peer::tcp(lab, prompt)
        }),
        TCP.scenario(
            "pattern-mismatch",
            "no line matches the pattern",
            timeout(Phase::Receive)
                .saying("bytes within 1500 ms, but not a line that matches \"^SSH-2\\\\.0-\""),
            too_old,
            &[],
            |lab| peer::tcp(lab, greet),
        ),
        TCP.scenario(
            "pattern-closed",
            "closed before a line matches",
            errno(Code::ConnReset, Phase::Receive, "premature-close"),
            json!({ "expect_regex": "^SSH-2" }),
            &[],
            |lab| {
                peer::tcp(lab, |mut stream| async move {
                    let _ = stream.write_all(b"SSH-1.99-old\r\n").await;
                })
            },
        ),
    ]
}

fn talks() -> Vec<Scenario> {
    let brief = json!({ "expect": "250 ready", "timeout": "1500ms" });
    let steps = json!({ "steps": [
        { "expect": "220 " }, { "send": "EHLO probe.test\r\n" }, { "expect": "250 " }, { "send": "QUIT\r\n" }, { "expect": "221 " },
    ] });
    vec![
        TCP.scenario(
            "ok-echo",
            "what is sent comes back",
            Expect::pass(),
            json!({ "send": "ping", "expect": "ping" }),
            &["received contains ping", "connection is established"],
            |lab| peer::tcp(lab, echo),
        ),
        TCP.scenario("ok-steps", "a conversation of several steps", Expect::pass(), steps, &[], |lab| {
            peer::tcp(lab, mail)
        }),
        TCP.scenario(
            "banner-then-silent",
            "a greeting, then silence",
            Expect::pass(),
            json!({}),
            &[],
            |lab| peer::tcp(lab, greet),
        ),
        TCP.scenario(
            "banner-expected",
            "a greeting that is awaited",
            Expect::pass(),
            json!({ "expect": "220 mx" }),
            &[],
            |lab| peer::tcp(lab, greet),
        ),
        TCP.scenario(
            "banner-mismatch",
            "another greeting than the one that is awaited",
            timeout(Phase::Receive)
                .saying("bytes within 1500 ms, but not \"250 ready\"")
                .showing("\"received\":\"220 mx.zone.test"),
            brief.clone(),
            &[],
            |lab| peer::tcp(lab, greet),
        ),
        TCP.scenario(
            "silent-expected",
            "silence where something is awaited",
            timeout(Phase::Wait).saying("sent nothing within 1500 ms; the test expects \"250 ready\""),
            brief,
            &[],
            peer::silent_tcp,
        ),
        TCP.scenario(
            "silent-overall",
            "silence, and the attempt has less time than the request",
            overall_timeout(Phase::Wait),
            json!({ "expect": "250 ready", "overall_timeout": "1500ms" }),
            &[],
            peer::silent_tcp,
        ),
        TCP.scenario(
            "expect-too-large",
            "more than is taken in, without what is awaited",
            Expect::fault(
                Code::BodyTooLarge,
                Phase::Receive,
                json!({"kind": "definition", "name": "RECEIVED_TOO_LARGE"}),
            ),
            json!({ "expect": "needle" }),
            &[],
            |lab| peer::tcp(lab, flood),
        ),
    ]
}

fn stops() -> Vec<Scenario> {
    let stop = |case, shows, phase, name: &str, fields: Value, serve: fn(TcpStream) -> Stop| {
        TCP.scenario(case, shows, errno(Code::ConnReset, phase, name), fields, &[], move |lab| {
            peer::tcp(lab, serve)
        })
    };
    let awaited = || json!({ "expect": "250 ready" });
    let twice =
        json!({ "steps": [{ "send": "go" }, { "expect": "part" }, { "send": "on" }, { "expect": "never" }] });
    vec![
        stop(
            "rst-on-data",
            "reset as the answer to the first bytes",
            Phase::Wait,
            "ECONNRESET",
            json!({ "send": "ping", "expect": "pong" }),
            |stream| Box::pin(async move { reset_after_data(stream).await }),
        ),
        stop(
            "rst-on-data-unawaited",
            "reset as the answer to bytes that need no answer",
            Phase::Wait,
            "ECONNRESET",
            json!({ "send": "ping" }),
            |stream| Box::pin(async move { reset_after_data(stream).await }),
        ),
        stop(
            "fin-before-banner",
            "closed before the greeting",
            Phase::Wait,
            "premature-close",
            awaited(),
            |stream| Box::pin(async move { drop(stream) }),
        ),
        stop(
            "fin-mid-banner",
            "closed inside the greeting",
            Phase::Receive,
            "premature-close",
            awaited(),
            |mut stream| {
                Box::pin(async move {
                    let _ = stream.write_all(b"250 re").await;
                })
            },
        ),
        stop(
            "rst-between-steps",
            "reset after the first answer",
            Phase::Wait,
            "ECONNRESET",
            twice,
            |mut stream| {
                Box::pin(async move {
                    let mut go = [0_u8; 2];
                    if stream.read_exact(&mut go).await.is_ok() && stream.write_all(b"part").await.is_ok() {
                        reset_after_data(stream).await;
                    }
                })
            },
        ),
    ]
}

type Stop = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// Reads something, then resets.
async fn reset_after_data(mut stream: TcpStream) {
    let mut chunk = [0_u8; 64];
    let _ = stream.read(&mut chunk).await;
    peer::reset(stream);
}

async fn echo(mut stream: TcpStream) {
    let mut chunk = [0_u8; 4096];
    while let Ok(count @ 1..) = stream.read(&mut chunk).await {
        if stream.write_all(chunk.get(..count).unwrap_or_default()).await.is_err() {
            break;
        }
    }
}

/// Greets, and says nothing more.
pub(super) async fn greet(mut stream: TcpStream) {
    let _ = stream.write_all(BANNER).await;
    peer::drain(&mut stream).await;
}

/// Greets, and answers the first two lines.
pub(super) async fn mail(mut stream: TcpStream) {
    if stream.write_all(BANNER).await.is_err() {
        return;
    }
    for answer in [&b"250 mx.zone.test\r\n"[..], b"221 bye\r\n"] {
        if !read_line(&mut stream).await || stream.write_all(answer).await.is_err() {
            return;
        }
    }
}

/// A chat server, which wants its token back, in the middle of other lines and in two pieces.
async fn chat_server(mut stream: TcpStream) {
    if !read_line(&mut stream).await {
        return;
    }
    for piece in [&b":chat NOTICE * :looking up\r\nPING :a"[..], b"bc\r\n"] {
        if stream.write_all(piece).await.is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
    let mut answer = [0_u8; 10];
    let said = stream.read_exact(&mut answer).await;
    let answer = match said {
        Ok(_) if &answer == b"PONG abc\r\n" => &b":chat 001 probe :welcome\r\n"[..],
        _ => b"ERROR :wrong token\r\n",
    };
    let _ = stream.write_all(answer).await;
    peer::drain(&mut stream).await;
}

/// Asks for a name behind a prompt.
async fn prompt(mut stream: TcpStream) {
    if stream.write_all(b"zone.test\r\nlogin: ").await.is_ok() && read_line(&mut stream).await {
        let _ = stream.write_all(b"Last login: never\r\n").await;
        peer::drain(&mut stream).await;
    }
}

/// Reads to the end of a line; whether it came.
async fn read_line(stream: &mut TcpStream) -> bool {
    for _ in 0..peer::REQUEST_BYTES_MAX {
        match stream.read_u8().await {
            Ok(b'\n') => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
    false
}

async fn flood(mut stream: TcpStream) {
    let _ = stream.write_all(&vec![b'.'; FLOOD_BYTES]).await;
    peer::drain(&mut stream).await;
}
