//! One request and its answer, over HTTP/1.1 (RFC 9112).

use super::{FetchError, Wanted};
use tokio::io::{
    AsyncBufRead, AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _,
    BufReader,
};

/// Longest head of an answer, in bytes; also of the trailers of a chunked one.
const HEAD_BYTES_MAX: usize = 16 << 10;
/// Most header lines of an answer.
const HEADERS_MAX: usize = 64;
/// Longest line that announces a chunk, in bytes.
const CHUNK_LINE_BYTES_MAX: usize = 256;
/// Most interim answers (1xx) before the final one.
const INTERIM_MAX: usize = 4;

/// What a place answers.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Success, and its body.
    Body(Vec<u8>),
    /// Another place.
    Redirect(String),
}

/// What the head of an answer says.
struct Head {
    status: u16,
    location: Option<String>,
    framing: Framing,
}

/// Where the body ends.
enum Framing {
    Length(usize),
    Chunked,
    Close,
}

/// Sends one request and reads the answer.
pub(super) async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    authority: &str,
    target: &str,
    wanted: Wanted<'_>,
) -> Result<Answer, FetchError> {
    let broken = |error: std::io::Error| broken("sending the request", &error);
    stream.write_all(&request(authority, target, wanted)).await.map_err(broken)?;
    stream.flush().await.map_err(broken)?;
    read(&mut BufReader::new(stream), wanted.bytes_max).await
}

fn request(authority: &str, target: &str, wanted: Wanted<'_>) -> Vec<u8> {
    let method = if wanted.post.is_some() { "POST" } else { "GET" };
    let mut head = format!(
        "{method} {target} HTTP/1.1\r\nhost: {authority}\r\nuser-agent: faultfinder/{}\r\naccept: {}\r\n\
         connection: close\r\n",
        env!("CARGO_PKG_VERSION"),
        wanted.accept
    );
    if let Some((media, body)) = wanted.post {
        head.push_str(&format!("content-type: {media}\r\ncontent-length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(wanted.post.map(|(_, body)| body).unwrap_or_default());
    bytes
}

fn broken(step: &'static str, error: &std::io::Error) -> FetchError {
    let why = crate::classify_io(error).map_or_else(|| error.to_string(), |errno| errno.text().to_owned());
    FetchError::Broken { step, why }
}

fn unread(error: &std::io::Error) -> FetchError {
    broken("reading the answer", error)
}

/// Reads an answer.
async fn read<R: AsyncBufRead + Unpin>(reader: &mut R, bytes_max: usize) -> Result<Answer, FetchError> {
    for _ in 0..=INTERIM_MAX {
        let head = parse(&read_head(reader).await?)?;
        match (head.status, head.location) {
            (100..=199, _) => {}
            (200, _) => return body(reader, head.framing, bytes_max).await.map(Answer::Body),
            (301 | 302 | 307 | 308, Some(location)) => return Ok(Answer::Redirect(location)),
            (status, _) => return Err(FetchError::Status(status)),
        }
    }
    Err(FetchError::NotHttp("there is no final status"))
}

/// Appends one line with its end; nothing is appended at the end of the stream.
async fn read_line<R: AsyncBufRead + Unpin>(
    reader: &mut R,
    line: &mut Vec<u8>,
    bytes_max: usize,
) -> Result<usize, FetchError> {
    let room = bytes_max.saturating_sub(line.len());
    let mut limited = reader.take(u64::try_from(room).unwrap_or(u64::MAX));
    let length = limited.read_until(b'\n', line).await.map_err(|error| unread(&error))?;
    if length > 0 && line.last() != Some(&b'\n') && length >= room {
        return Err(FetchError::NotHttp("a line is too long"));
    }
    Ok(length)
}

/// The head of an answer, up to and with its empty line.
async fn read_head<R: AsyncBufRead + Unpin>(reader: &mut R) -> Result<Vec<u8>, FetchError> {
    let mut head = Vec::new();
    loop {
        if head.len() >= HEAD_BYTES_MAX {
            return Err(FetchError::NotHttp("its head is too long"));
        }
        let before = head.len();
        if read_line(reader, &mut head, HEAD_BYTES_MAX).await? == 0 {
            let why = if before == 0 {
                "the connection was closed without an answer"
            } else {
                "its head does not end"
            };
            return Err(FetchError::NotHttp(why));
        }
        if matches!(head.get(before..), Some(b"\n" | b"\r\n")) && before > 0 {
            return Ok(head);
        }
    }
}

fn parse(bytes: &[u8]) -> Result<Head, FetchError> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut response = httparse::Response::new(&mut headers);
    let complete = response.parse(bytes).map_err(|_| FetchError::NotHttp("its head is malformed"))?;
    let status = response.code.filter(|_| complete.is_complete());
    let status = status.ok_or(FetchError::NotHttp("its head is malformed"))?;
    let find = |name: &str| {
        let found = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(found.value).ok().map(str::trim)
    };
    let framing = match (find("transfer-encoding"), find("content-length")) {
        (Some(coding), _) if coding.eq_ignore_ascii_case("chunked") => Framing::Chunked,
        (Some(_), _) => return Err(FetchError::NotHttp("its transfer coding is unknown")),
        (None, Some(length)) => {
            let length = length.parse().map_err(|_| FetchError::NotHttp("its length is no number"))?;
            Framing::Length(length)
        }
        (None, None) => Framing::Close,
    };
    Ok(Head { status, location: find("location").map(str::to_owned), framing })
}

async fn body<R: AsyncBufRead + Unpin>(
    reader: &mut R,
    framing: Framing,
    bytes_max: usize,
) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    match framing {
        Framing::Length(length) => take(reader, length, &mut body, bytes_max).await?,
        Framing::Chunked => chunks(reader, &mut body, bytes_max).await?,
        Framing::Close => {
            let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
            reader.take(limit).read_to_end(&mut body).await.map_err(|error| unread(&error))?;
            if body.len() > bytes_max {
                return Err(FetchError::TooLarge(bytes_max));
            }
        }
    }
    Ok(body)
}

/// Appends exactly so many bytes. Room is made as they come, not as they are announced.
async fn take<R: AsyncBufRead + Unpin>(
    reader: &mut R,
    length: usize,
    body: &mut Vec<u8>,
    bytes_max: usize,
) -> Result<(), FetchError> {
    if length > bytes_max.saturating_sub(body.len()) {
        return Err(FetchError::TooLarge(bytes_max));
    }
    let limit = u64::try_from(length).unwrap_or(u64::MAX);
    let read = reader.take(limit).read_to_end(body).await.map_err(|error| unread(&error))?;
    if read < length { Err(FetchError::NotHttp("its body ends too early")) } else { Ok(()) }
}

async fn chunks<R: AsyncBufRead + Unpin>(
    reader: &mut R,
    body: &mut Vec<u8>,
    bytes_max: usize,
) -> Result<(), FetchError> {
    loop {
        let mut line = Vec::new();
        read_line(reader, &mut line, CHUNK_LINE_BYTES_MAX).await?;
        // An empty size is zero to the parser.
        let length = match httparse::parse_chunk_size(&line) {
            _ if !line.first().is_some_and(u8::is_ascii_hexdigit) => {
                return Err(FetchError::NotHttp("a chunk has no length"));
            }
            Ok(httparse::Status::Complete((_, length))) => usize::try_from(length).unwrap_or(usize::MAX),
            _ => return Err(FetchError::NotHttp("a chunk has no length")),
        };
        if length == 0 {
            // The connection ends here, so trailers need not be read.
            return Ok(());
        }
        take(reader, length, body, bytes_max).await?;
        let mut end = Vec::new();
        read_line(reader, &mut end, 3).await?;
        if !matches!(end.as_slice(), b"\r\n" | b"\n") {
            return Err(FetchError::NotHttp("a chunk is longer than it says"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn answer(bytes: &[u8]) -> Result<Answer, FetchError> {
        read(&mut BufReader::with_capacity(3, bytes), 10).await
    }

    fn of(text: &str) -> Result<Answer, FetchError> {
        Ok(Answer::Body(text.as_bytes().to_vec()))
    }

    #[tokio::test]
    async fn bodies_end_where_their_framing_says() {
        let not = |why| Err(FetchError::NotHttp(why));
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let rows = [
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef".to_owned(), of("abc")),
            ("HTTP/1.0 200 OK\n\nabc".to_owned(), of("abc")),
            (format!("{chunked}2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n"), of("abc")),
            (format!("HTTP/1.1 100 Continue\r\n\r\n{chunked}0\r\n\r\n"), of("")),
            ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789".to_owned(), of("0123456789")),
            ("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n".to_owned(), Err(FetchError::TooLarge(10))),
            ("HTTP/1.1 200 OK\r\n\r\n01234567890".to_owned(), Err(FetchError::TooLarge(10))),
            (format!("{chunked}6\r\n012345\r\n5\r\n"), Err(FetchError::TooLarge(10))),
            (format!("{chunked}ffffffffffffffff\r\n"), Err(FetchError::TooLarge(10))),
            ("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc".to_owned(), not("its body ends too early")),
            (format!("{chunked}2\r\nabc\r\n"), not("a chunk is longer than it says")),
            (format!("{chunked}\r\n"), not("a chunk has no length")),
            (String::new(), not("the connection was closed without an answer")),
            ("HTTP/1.1 200".to_owned(), not("its head does not end")),
            ("SSH-2.0-x\r\n\r\n".to_owned(), not("its head is malformed")),
            (
                format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "a".repeat(HEAD_BYTES_MAX)),
                not("a line is too long"),
            ),
            ("HTTP/1.1 404 No\r\n\r\n".to_owned(), Err(FetchError::Status(404))),
            ("HTTP/1.1 302 No\r\n\r\n".to_owned(), Err(FetchError::Status(302))),
            ("HTTP/1.1 302 No\r\nlocation: /a\r\n\r\n".to_owned(), Ok(Answer::Redirect("/a".to_owned()))),
            ("HTTP/1.1 100 A\r\n\r\n".repeat(6), not("there is no final status")),
        ];
        for (bytes, expected) in rows {
            assert_eq!(answer(bytes.as_bytes()).await, expected, "{:?}", bytes.get(..60));
        }
    }

    #[test]
    fn requests_say_what_they_want() {
        let mut wanted = Wanted { accept: "a/b", bytes_max: 1, post: None };
        let agent = concat!("user-agent: faultfinder/", env!("CARGO_PKG_VERSION"));
        let common = format!("host: a.test:81\r\n{agent}\r\naccept: a/b\r\nconnection: close\r\n");
        let text = |wanted| String::from_utf8(request("a.test:81", "/x?y", wanted)).unwrap();
        assert_eq!(text(wanted), format!("GET /x?y HTTP/1.1\r\n{common}\r\n"));
        wanted.post = Some(("c/d", b"body"));
        let expected =
            format!("POST /x?y HTTP/1.1\r\n{common}content-type: c/d\r\ncontent-length: 4\r\n\r\nbody");
        assert_eq!(text(wanted), expected);
    }
}
