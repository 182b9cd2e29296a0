//! A server of HTTP/1.1.

use super::answer::{Answer, Asked, answer};
use super::world::World;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// What ends a head.
const END: &[u8] = b"\r\n\r\n";

/// Answers the requests of a connection, until the client closes it.
pub(super) async fn converse(mut stream: impl AsyncRead + AsyncWrite + Unpin, world: World) {
    let mut read = Vec::new();
    while let Some(asked) = request(&mut stream, &mut read).await {
        if stream.write_all(&written(answer(&world, &asked))).await.is_err() || stream.flush().await.is_err()
        {
            return;
        }
    }
}

/// The next request; `read` has what was read behind it.
pub(super) async fn request(stream: &mut (impl AsyncRead + Unpin), read: &mut Vec<u8>) -> Option<Asked> {
    let end = loop {
        match read.windows(END.len()).position(|window| window == END) {
            Some(at) => break at + END.len(),
            None => more(stream, read).await?,
        }
    };
    let head = String::from_utf8_lossy(&read[..end]).into_owned();
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let mut asked =
        Asked { method: first.next()?.to_owned(), path: first.next()?.to_owned(), ..Asked::default() };
    let pairs = lines.filter_map(|line| line.split_once(':'));
    asked.headers = pairs.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
    let length = asked.headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(Some(0), |(_, length)| length.parse::<usize>().ok())?;
    while read.len() < end + length {
        more(stream, read).await?;
    }
    asked.body = read[end..end + length].to_vec();
    read.drain(..end + length);
    Some(asked)
}

/// Reads what there is; nothing when the client has closed.
async fn more(stream: &mut (impl AsyncRead + Unpin), read: &mut Vec<u8>) -> Option<()> {
    match stream.read_buf(read).await {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(()),
    }
}

fn written(answer: Answer) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {} \r\n", answer.status);
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", answer.body.len()));
    [head.into_bytes(), answer.body].concat()
}
