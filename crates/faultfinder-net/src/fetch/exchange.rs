//! One request and its response, over HTTP/1.1.

use super::{FetchError, Wanted};
use crate::http1::{Connection, Error, Head, Limits, Outgoing, head_of};
use bytes::Bytes;
use http::header::{ACCEPT, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, LOCATION, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method};
use std::io;
use tokio::io::{AsyncRead, AsyncWrite};

/// The response of a server.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Success, and its body.
    Body(Vec<u8>),
    /// A redirect.
    Redirect(String),
}

/// Sends one request and reads the response.
pub(super) async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    authority: &str,
    target: &str,
    wanted: Wanted<'_>,
) -> Result<Answer, FetchError> {
    let mut connection = Connection::new(stream, Limits::ASIDE);
    let request = request(authority, target, wanted)?;
    let head = connection.ask(request, |_| {}).await;
    let head = head.map_err(|error| unread(&error, connection.notes().read_bytes))?;
    match (head.status, location(&head)) {
        (200, _) => body(&mut connection, wanted.bytes_max).await.map(Answer::Body),
        (301 | 302 | 307 | 308, Some(location)) => Ok(Answer::Redirect(location)),
        (status, _) => Err(FetchError::Status(status)),
    }
}

fn request(authority: &str, target: &str, wanted: Wanted<'_>) -> Result<Outgoing, FetchError> {
    let host = HeaderValue::try_from(authority).map_err(|_| FetchError::Url(authority.to_owned()))?;
    let mut headers = HeaderMap::new();
    headers.insert(HOST, host);
    headers.insert(USER_AGENT, HeaderValue::from_static(crate::USER_AGENT));
    headers.insert(ACCEPT, HeaderValue::from_static(wanted.accept));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    let mut method = Method::GET;
    let mut body = Bytes::new();
    if let Some((media, bytes)) = wanted.post {
        method = Method::POST;
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
        headers.insert(CONTENT_LENGTH, bytes.len().into());
        body = Bytes::copy_from_slice(bytes);
    }
    Ok(Outgoing { head: head_of(&method, target, &headers), body, is_head: false })
}

fn location(head: &Head) -> Option<String> {
    Some(head.headers.get(LOCATION)?.to_str().ok()?.trim().to_owned())
}

/// Why there is no response, or only a part of one.
fn unread(error: &Error, read_bytes: u64) -> FetchError {
    match error {
        Error::Broken(violation) => FetchError::NotHttp(violation.what.to_owned()),
        Error::TooLarge(what) => FetchError::NotHttp(format!("its head is too large, {what}")),
        Error::Ended(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            FetchError::NotHttp(match read_bytes {
                0 => "the connection was closed without a response".to_owned(),
                _ => "it ends too early".to_owned(),
            })
        }
        Error::Ended(error) => {
            let why = crate::classify_io(error);
            FetchError::Broken(why.map_or_else(|| error.to_string(), |errno| errno.text().to_owned()))
        }
    }
}

async fn body<S: AsyncRead + AsyncWrite + Unpin>(
    connection: &mut Connection<S>,
    bytes_max: usize,
) -> Result<Vec<u8>, FetchError> {
    if connection.body_left().is_some_and(|left| left > bytes_max as u64) {
        return Err(FetchError::TooLarge(bytes_max));
    }
    let mut body = Vec::new();
    loop {
        let data = connection.data().await;
        let Some(data) = data.map_err(|error| unread(&error, connection.notes().read_bytes))? else {
            return Ok(body);
        };
        if data.len() > bytes_max - body.len() {
            return Err(FetchError::TooLarge(bytes_max));
        }
        body.extend_from_slice(&data);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The result for a response whose body may have 10 bytes.
    async fn answer(bytes: &[u8]) -> Result<Answer, FetchError> {
        let (stream, mut peer) = tokio::io::duplex(1 << 20);
        tokio::io::AsyncWriteExt::write_all(&mut peer, bytes).await.unwrap();
        tokio::io::AsyncWriteExt::shutdown(&mut peer).await.unwrap();
        exchange(stream, "a.test", "/", Wanted { accept: "a/b", bytes_max: 10, post: None }).await
    }

    fn of(text: &str) -> Result<Answer, FetchError> {
        Ok(Answer::Body(text.as_bytes().to_vec()))
    }

    fn not(why: &str) -> Result<Answer, FetchError> {
        Err(FetchError::NotHttp(why.to_owned()))
    }

    #[tokio::test]
    async fn bodies_end_where_their_framing_says_and_are_bounded() {
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let rows = [
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef".to_owned(), of("abc")),
            ("HTTP/1.0 200 OK\n\nabc".to_owned(), of("abc")),
            (format!("{chunked}2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n"), of("abc")),
            ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789".to_owned(), of("0123456789")),
            ("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n".to_owned(), Err(FetchError::TooLarge(10))),
            ("HTTP/1.1 200 OK\r\n\r\n01234567890".to_owned(), Err(FetchError::TooLarge(10))),
            (format!("{chunked}6\r\n012345\r\n5\r\n01234\r\n"), Err(FetchError::TooLarge(10))),
            (format!("{chunked}ffffffffffffffff\r\n01234567890"), Err(FetchError::TooLarge(10))),
            ("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc".to_owned(), not("it ends too early")),
            (format!("{chunked}2\r\nabc\r\n"), not("a chunk is longer than its size says")),
            (format!("{chunked}\r\n"), not("a chunk's size is not a hexadecimal number")),
            (String::new(), not("the connection was closed without a response")),
            ("HTTP/1.1 200".to_owned(), not("it ends too early")),
            ("SSH-2.0-x\r\n\r\n".to_owned(), not("the response does not begin with HTTP/")),
            (
                format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "a".repeat(Limits::ASIDE.line_bytes)),
                not("its head is too large, it has more than 16384 bytes"),
            ),
            ("HTTP/1.1 404 No\r\n\r\n".to_owned(), Err(FetchError::Status(404))),
            ("HTTP/1.1 302 No\r\n\r\n".to_owned(), Err(FetchError::Status(302))),
            ("HTTP/1.1 302 No\r\nlocation: /a\r\n\r\n".to_owned(), Ok(Answer::Redirect("/a".to_owned()))),
        ];
        for (bytes, expected) in rows {
            assert_eq!(answer(bytes.as_bytes()).await, expected, "{:?}", bytes.get(..60));
        }
    }

    #[test]
    fn requests_say_what_they_want() {
        let mut wanted = Wanted { accept: "a/b", bytes_max: 1, post: None };
        let common = format!(
            "host: a.test:81\r\nuser-agent: {}\r\naccept: a/b\r\nconnection: close\r\n",
            crate::USER_AGENT
        );
        let text = |wanted| {
            let request = request("a.test:81", "/x?y", wanted).unwrap();
            String::from_utf8([request.head, request.body].concat()).unwrap()
        };
        assert_eq!(text(wanted), format!("GET /x?y HTTP/1.1\r\n{common}\r\n"));
        wanted.post = Some(("c/d", b"body"));
        let expected =
            format!("POST /x?y HTTP/1.1\r\n{common}content-type: c/d\r\ncontent-length: 4\r\n\r\nbody");
        assert_eq!(text(wanted), expected);
    }
}
