//! Reading and writing, bounded, with the conversation kept for evidence.

use super::fault;
use crate::stamped::Stamped;
use crate::{Trace, transport_fault};
use faultfinder_taxonomy::word::StartTls;
use faultfinder_taxonomy::{Blame, Fault, Phase};
use std::io;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Longest line of a response, in bytes. RFC 5321 section 4.5.3.1 has 512 for SMTP; IMAP capabilities are longer.
pub const LINE_BYTES_MAX: usize = 8 << 10;
/// Maximum number of bytes that are read before the handshake.
pub const TALK_BYTES_MAX: usize = 64 << 10;
/// How much is read in one call.
const CHUNK_BYTES: usize = 4 << 10;

/// A conversation before the handshake.
pub(super) struct Dialog<'s> {
    stream: &'s mut Stamped,
    trace: &'s mut Trace,
    protocol: StartTls,
    received: Vec<u8>,
    /// How much of it has been processed.
    taken: usize,
    /// The offset of the latest response.
    answer: usize,
}

impl<'s> Dialog<'s> {
    pub(super) fn new(stream: &'s mut Stamped, trace: &'s mut Trace, protocol: StartTls) -> Self {
        trace.awaits(format!("no greeting arrived over {protocol}"), Blame::Target);
        // Such a server waits for the client, and the client for its greeting.
        trace.advises("if the port uses TLS from the start, as 465, 993 and 995 do, remove `starttls`");
        Self { stream, trace, protocol, received: Vec::new(), taken: 0, answer: 0 }
    }

    /// Our own address.
    pub(super) fn own_address(&self) -> Option<std::net::IpAddr> {
        self.stream.socket().local_addr().ok().map(|address| address.ip())
    }

    /// Sends bytes; what is processed from now on is the response to them.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.answer = self.taken;
        self.trace.awaits(format!("the {} server did not respond", self.protocol), Blame::Target);
        let sent = self.stream.write_all(bytes).await;
        sent.map_err(|error| self.broken(&error, "send"))
    }

    /// Takes a line, without its end.
    pub(super) async fn line(&mut self) -> Result<String, Fault> {
        loop {
            let rest = self.received.get(self.taken..).unwrap_or_default();
            let end = rest.iter().position(|byte| *byte == b'\n');
            let line = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            if line.len() > LINE_BYTES_MAX {
                return Err(self.malformed("a line of its response does not end"));
            }
            if let Some(end) = end {
                let line = String::from_utf8_lossy(line).trim_end_matches('\r').to_owned();
                self.taken += end + 1;
                return Ok(line);
            }
            self.read().await?;
        }
    }

    /// Takes this many bytes.
    pub(super) async fn bytes(&mut self, count: usize) -> Result<Vec<u8>, Fault> {
        loop {
            if let Some(bytes) = self.received.get(self.taken..).and_then(|rest| rest.get(..count)) {
                let bytes = bytes.to_vec();
                self.taken += count;
                return Ok(bytes);
            }
            if self.taken.saturating_add(count) > TALK_BYTES_MAX {
                return Err(self.malformed("its response announces more bytes than the limit"));
            }
            self.read().await?;
        }
    }

    /// Takes text up to the end that `end` finds in it: the number of bytes that belong to the response.
    pub(super) async fn until(&mut self, end: impl Fn(&str) -> Option<usize>) -> Result<String, Fault> {
        loop {
            let rest = self.received.get(self.taken..).unwrap_or_default();
            // Bytes outside ASCII are replaced one by one, so that the lengths stay the same.
            let text: String =
                rest.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' }).collect();
            if let Some(length) = end(&text) {
                self.taken += length;
                return Ok(text.get(..length).unwrap_or_default().to_owned());
            }
            self.read().await?;
        }
    }

    /// Checks that everything received was processed.
    pub(super) fn end(self) -> Result<(), Fault> {
        match self.received.get(self.taken..) {
            None | Some([]) => Ok(()),
            Some(more) => Err(fault::injected(self.protocol, more)),
        }
    }

    /// The server does not offer TLS.
    pub(super) fn not_offered(&self) -> Fault {
        fault::not_offered(self.protocol, self.said())
    }

    /// The server refuses.
    pub(super) fn refused(&self) -> Fault {
        fault::refused(self.protocol, self.said())
    }

    /// The server refuses, with this text.
    pub(super) fn refused_with(&self, words: &str) -> Fault {
        fault::refused(self.protocol, words.as_bytes())
    }

    /// The server turns this client away, whether or not it wants TLS.
    pub(super) fn turned_away(&self) -> Fault {
        fault::turned_away(self.protocol, self.said())
    }

    /// The server turns this client away, with this text.
    pub(super) fn turned_away_with(&self, words: &str) -> Fault {
        fault::turned_away(self.protocol, words.as_bytes())
    }

    /// The server's response violates the protocol.
    pub(super) fn malformed(&self, what: &str) -> Fault {
        fault::malformed(self.protocol, what, self.received.get(self.answer..).unwrap_or_default())
    }

    /// The latest response, as far as it was processed.
    fn said(&self) -> &[u8] {
        self.received.get(self.answer..self.taken).unwrap_or_default()
    }

    async fn read(&mut self) -> Result<(), Fault> {
        if self.received.len() >= TALK_BYTES_MAX {
            return Err(self.malformed("its response does not end"));
        }
        let mut chunk = [0_u8; CHUNK_BYTES];
        let read = match self.stream.read(&mut chunk).await {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            read => read,
        };
        let count = read.map_err(|error| self.broken(&error, "receive a response from"))?;
        if self.received.is_empty() {
            self.trace.awaits(format!("the {} server did not go on", self.protocol), Blame::Target);
        }
        self.received.extend_from_slice(chunk.get(..count).unwrap_or_default());
        Ok(())
    }

    fn broken(&self, error: &io::Error, what: &str) -> Fault {
        let fault = match what {
            "send" => transport_fault(error, Phase::Open, &format!("ask for TLS over {}", self.protocol)),
            _ => transport_fault(
                error,
                Phase::Open,
                &format!("receive the go-ahead for TLS over {}", self.protocol),
            ),
        };
        let said = String::from_utf8_lossy(self.received.get(self.answer..).unwrap_or_default());
        if said.is_empty() { fault } else { fault.with("answer", said.trim_end().to_owned()) }
    }
}

/// A reply of SMTP or FTP: a number, and the text of its lines (RFC 5321 section 4.2, RFC 959 section 4.2).
pub(super) async fn reply(dialog: &mut Dialog<'_>) -> Result<(u16, Vec<String>), Fault> {
    let mut lines = Vec::new();
    let mut number = None;
    loop {
        let line = dialog.line().await?;
        let code = line.get(..3).and_then(|code| code.parse::<u16>().ok()).filter(|code| *code >= 100);
        let (text, last) = match (line.as_bytes().get(3), code) {
            (Some(b'-'), Some(_)) => (line.get(4..).unwrap_or_default(), false),
            (Some(b' ') | None, Some(code)) if number.is_none_or(|number| number == code) => {
                (line.get(4..).unwrap_or_default(), true)
            }
            // FTP allows any text between the first and the last line.
            _ if number.is_some() => (line.as_str(), false),
            _ => return Err(dialog.malformed("its response does not begin with a number")),
        };
        number = number.or(code);
        lines.push(text.to_owned());
        if let (true, Some(number)) = (last, number) {
            return Ok((number, lines));
        }
    }
}
