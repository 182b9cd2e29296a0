//! Responses in pieces of every length, both sides of each limit, and peers that respond early.

use super::*;
use bytes::Bytes;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream, ReadBuf};

/// A peer that has already sent everything and reads nothing; its bytes arrive in pieces of this length.
struct Said {
    bytes: Bytes,
    piece: usize,
    /// The error of writing to it.
    write_error: Option<io::ErrorKind>,
}

impl AsyncRead for Said {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let count = self.piece.min(self.bytes.len()).min(buf.remaining());
        buf.put_slice(&self.bytes.split_to(count));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Said {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(self.write_error.map_or(Ok(buf.len()), |kind| Err(kind.into())))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn question() -> Outgoing {
    Outgoing { head: Bytes::from_static(b"GET / HTTP/1.1\r\n\r\n"), body: Bytes::new(), is_head: false }
}

/// The statuses of the heads, the body and the trailers.
type Read = (Vec<u16>, Vec<u8>, Vec<String>);

async fn read(bytes: &[u8], piece: usize, limits: Limits) -> Result<Read, Error> {
    let said = Said { bytes: Bytes::copy_from_slice(bytes), piece, write_error: None };
    let mut connection = Connection::new(said, limits);
    let mut statuses = Vec::new();
    let asked = connection.ask(question(), |progress| {
        if let Progress::Interim(head) = progress {
            statuses.push(head.status);
        }
    });
    let head = asked.await?;
    statuses.push(head.status);
    let mut body = Vec::new();
    while let Some(data) = connection.data().await? {
        body.extend_from_slice(&data);
    }
    let trailers = connection.take_trailers();
    let trailers =
        trailers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
    Ok((statuses, body, trailers))
}

#[tokio::test]
async fn answers_are_the_same_in_pieces_of_every_length() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (answer, statuses, body, trailers) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef".to_owned(), vec![200], "abc", vec![]),
        ("HTTP/1.1 200 OK\r\n\r\nabc".to_owned(), vec![200], "abc", vec![]),
        ("HTTP/1.1 204 No\r\nContent-Length: 3\r\n\r\nabc".to_owned(), vec![204], "", vec![]),
        (format!("{chunked}2\r\nab\r\n1 ;x=y\r\nc\r\n0\r\n\r\n"), vec![200], "abc", vec![]),
        (format!("{chunked}1\r\na\r\n0\r\nX: y\r\nZ: 1\r\n\r\n"), vec![200], "a", vec!["x: y", "z: 1"]),
        (
            format!("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 100 C\r\n\r\n{chunked}0\r\n\r\n"),
            vec![103, 100, 200],
            "",
            vec![],
        ),
        ("HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\n\u{1}".to_owned(), vec![101], "", vec![]),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: x\r\n\r\nabc".to_owned(), vec![200], "abc", vec![]),
    ] {
        for piece in 1..=answer.len() {
            let (found, bytes, fields) = read(answer.as_bytes(), piece, Limits::TARGET).await.unwrap();
            let found = (found, String::from_utf8(bytes).unwrap(), fields);
            let expected =
                (statuses.clone(), body.to_owned(), trailers.iter().map(ToString::to_string).collect());
            assert_eq!(found, expected, "{answer:?} by {piece}");
        }
    }
}

#[tokio::test]
async fn the_first_rule_that_is_broken_is_named_with_its_place_and_line() {
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let at = chunked.len() as u64;
    for (answer, name, offset, line) in [
        ("SSH-2.0-OpenSSH_9.2\r\n".to_owned(), "HPE_INVALID_CONSTANT", 0, "SSH-2.0-OpenSSH_9.2"),
        ("SSH-2.0-OpenSSH_9.2".to_owned(), "HPE_INVALID_CONSTANT", 0, "SSH-2.0-OpenSSH_9.2"),
        ("HTTP/1.1 200 OK\r\nx: y\r\nz : a\r\n".to_owned(), "HPE_INVALID_HEADER_TOKEN", 24, "z : a"),
        ("HTTP/1.1 200 OK\n\n".to_owned(), "HPE_CR_EXPECTED", 15, "HTTP/1.1 200 OK"),
        (
            "HTTP/1.1 103 E\r\n\r\nHTTP/1.1 200 OK\r\n x: y\r\n\r\n".to_owned(),
            "HPE_UNEXPECTED_SPACE",
            35,
            " x: y",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n".to_owned(),
            "HPE_UNEXPECTED_CONTENT_LENGTH",
            36,
            "content-length: 2",
        ),
        (format!("{chunked}5\nhello\r\n"), "HPE_CR_EXPECTED", at + 1, "5"),
        (format!("{chunked}zz\r\nhello"), "HPE_INVALID_CHUNK_SIZE", at, "zz"),
        (format!("{chunked}fffffffffffffffff\r\n"), "HPE_INVALID_CHUNK_SIZE", at, "fffffffffffffffff"),
        (format!("{chunked}\r\n"), "HPE_INVALID_CHUNK_SIZE", at, ""),
        (format!("{chunked}2\r\nhello\r\n"), "HPE_STRICT", at + 5, "llo\r\n"),
        (format!("{chunked}0\r\nx: y\r\nz : a\r\n\r\n"), "HPE_INVALID_HEADER_TOKEN", at + 10, "z : a"),
    ] {
        for piece in [1, 7, answer.len()] {
            let Err(Error::Broken(violation)) = read(answer.as_bytes(), piece, Limits::TARGET).await else {
                panic!("{answer:?}")
            };
            assert_eq!((violation.name, violation.offset), (name, offset), "{answer:?} by {piece}");
            if piece == answer.len() {
                assert_eq!(String::from_utf8_lossy(&violation.line), line, "{answer:?}");
            }
        }
    }
}

#[tokio::test]
async fn limits_hold_and_nothing_below_them_is_refused() {
    const LIMITS: Limits = Limits { block_bytes: 200, line_bytes: 50, lines: 10, rules: Rules::Strict };
    let with = |lines: &str| format!("HTTP/1.1 204 No\r\n{lines}\r\n");
    let line = |length: usize| format!("x: {}\r\n", "y".repeat(length - 3));
    let block = |length: usize| {
        let mut lines = line(48).repeat(3);
        let left = length - with(&lines).len();
        lines.push_str(&line(left - 2));
        with(&lines)
    };
    for (answer, expected) in [
        (with(&line(50)), None),
        (with(&line(51)), Some(TooLarge::Line(50, Some("x".to_owned())))),
        (with(&"a: b\r\n".repeat(10)), None),
        (with(&"a: b\r\n".repeat(11)), Some(TooLarge::Lines(10))),
        (block(200), None),
        (block(201), Some(TooLarge::Block(200))),
        ("HTTP/1.1 100 C\r\n\r\n".repeat(64) + &with(""), None),
        ("HTTP/1.1 100 C\r\n\r\n".repeat(65) + &with(""), Some(TooLarge::Interim(64))),
    ] {
        for piece in [1, 7, answer.len()] {
            let found = match read(answer.as_bytes(), piece, LIMITS).await {
                Ok(_) => None,
                Err(Error::TooLarge(what)) => Some(what),
                Err(error) => panic!("{error:?}"),
            };
            assert_eq!(found, expected, "{} bytes by {piece}", answer.len());
        }
    }
    let chunk = |length: usize| {
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0;{}\r\n\r\n", "x".repeat(length - 4))
    };
    let max = limits::CHUNK_LINE_BYTES_MAX;
    assert!(read(chunk(max).as_bytes(), 100, Limits::TARGET).await.is_ok());
    assert!(read(chunk(max + 1).as_bytes(), 100, Limits::TARGET).await.is_err());
}

#[tokio::test]
async fn an_answer_that_is_cut_off_ends_early() {
    for answer in [
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\nx: y",
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n",
    ] {
        let Err(Error::Ended(error)) = read(answer.as_bytes(), 5, Limits::TARGET).await else {
            panic!("{answer:?}")
        };
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "{answer:?}");
    }
}

#[tokio::test]
async fn lenient_rules_forgive_ends_of_lines_only() {
    let limits = Limits { rules: Rules::Lenient, ..Limits::TARGET };
    let answer = "HTTP/1.1 200 OK\ntransfer-encoding: chunked\n\n2\nab\n0\n\n";
    assert_eq!(read(answer.as_bytes(), 3, limits).await.unwrap().1, b"ab");
    assert!(read(b"SSH-2.0", 3, limits).await.is_err());
}

#[tokio::test]
async fn an_answer_that_came_before_writing_failed_is_an_answer() {
    let bytes = Bytes::from_static(b"HTTP/1.1 413 Large\r\ncontent-length: 2\r\n\r\nno");
    let said = Said { bytes, piece: 5, write_error: Some(io::ErrorKind::BrokenPipe) };
    let mut connection = Connection::new(said, Limits::TARGET);
    let head = connection.ask(question(), |_| {}).await.unwrap();
    assert_eq!((head.status, connection.data().await.unwrap().unwrap()), (413, Bytes::from_static(b"no")));
    assert!(!connection.is_reusable());
    // Without a response, the write error is reported.
    let said = Said { bytes: Bytes::new(), piece: 5, write_error: Some(io::ErrorKind::BrokenPipe) };
    let asked = Connection::new(said, Limits::TARGET).ask(question(), |_| {}).await;
    assert!(matches!(asked, Err(Error::Ended(error)) if error.kind() == io::ErrorKind::BrokenPipe));
}

/// The same under TLS, which makes an error of an end without close_notify.
struct Cut(Said);

impl AsyncRead for Cut {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.0.bytes.is_empty() {
            return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
        }
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Cut {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn a_reset_that_a_write_ran_into_is_not_a_missing_close_notify() {
    for (write_error, expected) in [
        (Some(io::ErrorKind::ConnectionReset), io::ErrorKind::ConnectionReset),
        (None, io::ErrorKind::UnexpectedEof),
    ] {
        let said = Said { bytes: Bytes::new(), piece: 5, write_error };
        let asked = Connection::new(Cut(said), Limits::TARGET).ask(question(), |_| {}).await;
        assert!(matches!(asked, Err(Error::Ended(error)) if error.kind() == expected), "{write_error:?}");
    }
}

/// A peer that reads a request of this length, and responds. It neither reads on nor closes.
async fn peer(mut stream: DuplexStream, length: usize, answer: &'static [u8]) -> DuplexStream {
    let mut request = vec![0; length];
    stream.read_exact(&mut request).await.unwrap();
    stream.write_all(answer).await.unwrap();
    stream
}

#[tokio::test]
async fn an_answer_is_read_while_the_request_is_still_being_sent() {
    // The peer reads the head, responds, and reads nothing of the body: sending first and reading later would wait
    // forever.
    let (ours, theirs) = tokio::io::duplex(64);
    let head = question().head;
    let answered = tokio::spawn(peer(theirs, head.len(), b"HTTP/1.1 413 Large\r\ncontent-length: 0\r\n\r\n"));
    let mut connection = Connection::new(ours, Limits::TARGET);
    let request = Outgoing { head, body: vec![0; 100_000].into(), is_head: false };
    let mut is_sent = false;
    let asked = connection.ask(request, |progress| is_sent |= matches!(progress, Progress::Sent(_)));
    let answered_in_time = tokio::time::timeout(std::time::Duration::from_secs(5), asked).await;
    assert_eq!(answered_in_time.unwrap().unwrap().status, 413);
    assert!(!is_sent && !connection.notes().is_sent);
    drop(connection);
    answered.await.unwrap();
}

#[tokio::test]
async fn a_connection_is_used_again_only_when_nothing_is_left_on_it() {
    for (answer, expected) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", true),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", true),
        ("HTTP/1.1 200 OK\r\nconnection: keep-alive, Close\r\ncontent-length: 0\r\n\r\n", false),
        ("HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n", false),
        ("HTTP/1.1 200 OK\r\n\r\n", false),
    ] {
        let said = Said { bytes: Bytes::from_static(answer.as_bytes()), piece: 9, write_error: None };
        let mut connection = Connection::new(said, Limits::TARGET);
        connection.ask(question(), |_| {}).await.unwrap();
        while connection.data().await.unwrap().is_some() {}
        assert_eq!(connection.is_reusable(), expected, "{answer:?}");
    }
}

#[tokio::test]
async fn a_head_is_read_without_what_is_behind_it() {
    let mut stream = &b"HTTP/1.1 200 OK\r\nx: y\r\n\r\nbehind"[..];
    let mut seen = Vec::new();
    let head = read_head(&mut stream, Limits::ASIDE, &mut seen).await.unwrap();
    assert_eq!((head.status, stream, seen.len()), (200, &b"behind"[..], 25));
    let mut stream = &b"SSH-2.0"[..];
    assert!(matches!(read_head(&mut stream, Limits::ASIDE, &mut seen).await, Err(Error::Broken(_))));
    assert_eq!(stream, b"SH-2.0");
}

#[tokio::test]
async fn bytes_that_came_before_the_request_are_its_answer() {
    let two = b"HTTP/1.1 204 A\r\n\r\nHTTP/1.1 408 B\r\ncontent-length: 0\r\n\r\n";
    let said = Said { bytes: Bytes::from_static(two), piece: two.len(), write_error: None };
    let mut connection = Connection::new(said, Limits::TARGET);
    connection.ask(question(), |_| {}).await.unwrap();
    assert_eq!(connection.data().await.unwrap(), None);
    assert_eq!(connection.ask(question(), |_| {}).await.unwrap().status, 408);
    let notes = connection.notes();
    assert!(notes.first_read.is_some() && notes.first_bytes.starts_with(b"HTTP/1.1 408"), "{notes:?}");
}

#[test]
fn names_of_fields_are_spelled_as_written() {
    let mut headers = http::HeaderMap::new();
    headers.insert("x-api-key", http::HeaderValue::from_static("a"));
    headers.insert("accept", http::HeaderValue::from_static("*/*"));
    let spelled = [("X-API-Key".to_owned(), "a".to_owned())];
    let head = head_spelled(&http::Method::GET, "/", &headers, &spelled);
    let text = String::from_utf8(head.to_vec()).unwrap();
    assert!(text.contains("\r\nX-API-Key: a\r\n") && text.contains("\r\naccept: */*\r\n"), "{text}");
}
