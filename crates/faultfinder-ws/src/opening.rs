//! The opening handshake: the request for an upgrade, and the answer to it (RFC 6455 section 4).

use crate::Opening;
use crate::prepare::Prepared;
use faultfinder_net::{Stream, Trace, excerpt, grammar, tls, transport_fault};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::Instant;

/// Longest header block of an answer, in bytes; longest line of it; most lines. Those of the HTTP probe.
const HEADER_BLOCK_BYTES_MAX: usize = 64 << 10;
const HEADER_LINE_BYTES_MAX: usize = 16 << 10;
const HEADER_LINES_MAX: usize = 2000;
/// Most interim answers (1xx) before the final one.
const INTERIM_MAX: usize = 64;
/// How much is read at once.
const CHUNK_BYTES: usize = 4 << 10;
/// How many bytes of the first line are judged before its end has come.
const FIRST_LINE_BYTES: usize = 64;
/// Most bytes of the body of an answer that opens nothing, for the evidence, and how long they are waited for.
const BODY_BYTES_MAX: usize = 4 << 10;
const BODY_WAIT: Duration = Duration::from_millis(100);

/// An answer to the request for an upgrade.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) opening: Opening,
    /// What came behind its head.
    pub(crate) rest: Vec<u8>,
}

/// Asks for the upgrade and reads the head of the answer, in the open phase.
///
/// # Errors
///
/// `CONNRESET`, `SSL`, `MALFORMED_RESPONSE` and `HEADER_TOO_LARGE` by what the stream and the bytes on it did.
pub(crate) async fn ask(
    stream: &mut Stream,
    prepared: &Prepared,
    trace: &mut Trace,
) -> Result<Answer, Fault> {
    trace.enter(Phase::Open);
    let sent = async {
        stream.write_all(&prepared.head).await?;
        stream.flush().await
    };
    // A peer that refuses early may have answered before it broke off: what can be read beats the write's error.
    let write_error = sent.await.err();
    let mut head = Head::default();
    let mut chunk = [0_u8; CHUNK_BYTES];
    loop {
        let read = match stream.read(&mut chunk).await {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => Ok(chunk.get(..count).unwrap_or_default()),
            Err(error) => Err(error),
        };
        match read {
            Ok(bytes) => {
                if let Some(answer) = head.take(bytes)? {
                    return Ok(answer);
                }
            }
            Err(error) => return Err(broken(&write_error.unwrap_or(error), &head.bytes)),
        }
    }
}

/// Reads some of the body of an answer that opens nothing: what is there anyway, or comes in a moment.
pub(crate) async fn read_body(stream: &mut Stream, answer: &mut Answer) {
    let announced = answer.opening.header("content-length").and_then(|length| length.trim().parse().ok());
    let wanted = match (announced, answer.opening.header("transfer-encoding")) {
        (Some(length), None) => BODY_BYTES_MAX.min(length),
        (_, Some(_)) | (None, None) => BODY_BYTES_MAX,
    };
    let until = Instant::now() + BODY_WAIT;
    let mut chunk = [0_u8; CHUNK_BYTES];
    while answer.rest.len() < wanted {
        match tokio::time::timeout_at(until, stream.read(&mut chunk)).await {
            Ok(Ok(count @ 1..)) => answer.rest.extend_from_slice(chunk.get(..count).unwrap_or_default()),
            _ => break,
        }
    }
    answer.rest.truncate(BODY_BYTES_MAX);
}

/// The head of an answer as it comes.
#[derive(Debug, Default)]
struct Head {
    bytes: Vec<u8>,
    /// Where the answer that is being read begins: behind the interim ones.
    start: usize,
    interim: usize,
    /// How much was looked at for the end of the head.
    searched: usize,
    /// Where the line begins that is being read.
    line: usize,
}

impl Head {
    /// Takes the next bytes; the answer, once its head is whole.
    fn take(&mut self, bytes: &[u8]) -> Result<Option<Answer>, Fault> {
        self.bytes.extend_from_slice(bytes);
        // A head that is broken is known before its end comes, if it ever does. To look at every new line, and at the
        // beginning of the first one, keeps the work within bounds.
        let newline = bytes.iter().rposition(|byte| *byte == b'\n');
        if newline.is_some() || self.bytes.len() <= FIRST_LINE_BYTES {
            self.check_grammar()?;
        }
        while let Some(end) = self.end() {
            let head = self.bytes.get(self.start..end).unwrap_or_default();
            check_lines(head)?;
            let opening = parse(head);
            if (100..200).contains(&opening.status) && opening.status != 101 && self.interim < INTERIM_MAX {
                self.interim += 1;
                self.start = end;
                self.searched = end;
                continue;
            }
            let rest = self.bytes.split_off(end);
            return Ok(Some(Answer { opening, rest }));
        }
        if self.bytes.len().saturating_sub(self.start) > HEADER_BLOCK_BYTES_MAX {
            return Err(too_large(format!("it has more than {HEADER_BLOCK_BYTES_MAX} bytes")));
        }
        if let Some(at) = newline {
            self.line = self.bytes.len() - bytes.len() + at + 1;
            check_lines(self.bytes.get(self.start..).unwrap_or_default())?;
        }
        if self.bytes.len() - self.line > HEADER_LINE_BYTES_MAX {
            return Err(line_too_long());
        }
        Ok(None)
    }

    /// Where the head that is being read ends, if it has come so far.
    fn end(&mut self) -> Option<usize> {
        const END: &[u8] = b"\r\n\r\n";
        let from = self.searched.max(self.start);
        let found = self.bytes.get(from..)?.windows(END.len()).position(|window| window == END);
        self.searched = self.bytes.len().saturating_sub(END.len());
        found.map(|at| from + at + END.len()).filter(|end| end - self.start <= HEADER_BLOCK_BYTES_MAX)
    }

    fn check_grammar(&self) -> Result<(), Fault> {
        let Some(violation) = grammar::check(&self.bytes) else { return Ok(()) };
        let message =
            format!("the answer is not valid HTTP/1.1 at byte {}: {}", violation.offset, violation.what);
        let detail = Detail::http(violation.name, None);
        Err(Fault::new(Code::MalformedResponse, Phase::Open, detail, message)
            .with("offset", violation.offset)
            .with("first_bytes", excerpt(&self.bytes)))
    }
}

fn check_lines(head: &[u8]) -> Result<(), Fault> {
    let mut lines = 0;
    for line in head.split(|byte| *byte == b'\n') {
        lines += 1;
        if line.len() > HEADER_LINE_BYTES_MAX {
            return Err(line_too_long());
        }
    }
    if lines > HEADER_LINES_MAX {
        return Err(too_large(format!("it has more than {HEADER_LINES_MAX} lines")));
    }
    Ok(())
}

fn line_too_long() -> Fault {
    too_large(format!("a line has more than {HEADER_LINE_BYTES_MAX} bytes"))
}

fn too_large(what: String) -> Fault {
    let detail = Detail::http("HPE_HEADER_OVERFLOW", None);
    let message = format!("the answer's header block is too large: {what}");
    Fault::new(Code::HeaderTooLarge, Phase::Open, detail, message)
}

/// The status and the headers of a head that follows the grammar.
fn parse(head: &[u8]) -> Opening {
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let status_line = String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let status = status_line.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_default();
    let headers = lines.filter_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at(colon);
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        Some((name, value.get(1..)?.trim_ascii().to_vec()))
    });
    Opening { status, headers: headers.collect(), subprotocol: None }
}

/// The stream ended before the head was complete.
fn broken(error: &io::Error, head: &[u8]) -> Fault {
    if let Some(fault) = tls::session_fault(error, Phase::Open) {
        return fault;
    }
    let what = if head.is_empty() {
        "receive an answer to the request for an upgrade"
    } else {
        "receive the whole answer to the request for an upgrade"
    };
    let fault = transport_fault(error, Phase::Open, what).with("bytes_received", head.len());
    if head.is_empty() { fault } else { fault.with("first_bytes", excerpt(head)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The status of an answer that comes in pieces of this length, and what is behind its head.
    fn read(bytes: &[u8], piece: usize) -> Result<Option<(u16, Vec<u8>)>, Fault> {
        let mut head = Head::default();
        for (index, chunk) in bytes.chunks(piece).enumerate() {
            if let Some(mut answer) = head.take(chunk)? {
                answer.rest.extend(bytes.iter().skip((index + 1) * piece));
                return Ok(Some((answer.opening.status, answer.rest)));
            }
        }
        Ok(None)
    }

    #[test]
    fn a_head_is_read_in_pieces_of_every_length_and_interim_answers_are_passed_over() {
        let answer = b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x00";
        for piece in 1..=answer.len() {
            assert_eq!(read(answer, piece).unwrap(), Some((101, b"\x81\x00".to_vec())), "by {piece}");
        }
    }

    #[test]
    fn a_broken_head_is_told_before_its_end() {
        for (bytes, name) in [
            ("SSH-2.0", "HPE_INVALID_CONSTANT"),
            ("HTTP/1.1 101 Switching Protocols\r\nupgrade : websocket\r\n", "HPE_INVALID_HEADER_TOKEN"),
            ("HTTP/1.1 101 Switching Protocols\nupgrade: websocket\n\n", "HPE_CR_EXPECTED"),
        ] {
            for piece in [1, 7, bytes.len()] {
                let fault = read(bytes.as_bytes(), piece).unwrap_err();
                assert_eq!(
                    (fault.code, fault.detail.name()),
                    (Code::MalformedResponse, name),
                    "{bytes:?} by {piece}"
                );
            }
        }
    }

    #[test]
    fn limits_of_the_head_are_kept() {
        let with = |lines: &str| format!("HTTP/1.1 101 Switching Protocols\r\n{lines}\r\n");
        let line = |length: usize| format!("x: {}\r\n", "y".repeat(length - 4));
        for (answer, fits) in [
            (with(&line(HEADER_LINE_BYTES_MAX)), true),
            (with(&line(HEADER_LINE_BYTES_MAX + 1)), false),
            (with(&"a: b\r\n".repeat(1990)), true),
            (with(&"a: b\r\n".repeat(2000)), false),
            (with(&line(16_000).repeat(4)), true),
            (with(&line(16_000).repeat(5)), false),
        ] {
            for piece in [100, CHUNK_BYTES] {
                let read = read(answer.as_bytes(), piece);
                assert_eq!(
                    read.is_ok_and(|answer| answer.is_some()),
                    fits,
                    "{} bytes by {piece}",
                    answer.len()
                );
            }
        }
    }
}
