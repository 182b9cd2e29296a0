//! Messages with their lengths before them (gRPC over HTTP/2, "Length-Prefixed-Message").

use crate::coding::Coding;
use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use faultfinder_taxonomy::GrpcStatus;
use std::io;

/// A flag and a length stand before each message.
const PREFIX_BYTES: usize = 5;

/// Takes an answer apart into messages.
#[derive(Debug)]
pub(crate) struct Frames {
    buffer: BytesMut,
    coding: Coding,
    message_bytes_max: usize,
}

/// A rule that an answer breaks, and the status that gRPC has for it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) status: GrpcStatus,
    pub(crate) what: String,
}

impl Frames {
    pub(crate) fn new(coding: Coding, message_bytes_max: usize) -> Self {
        Self { buffer: BytesMut::new(), coding, message_bytes_max }
    }

    /// Takes in what was received.
    pub(crate) fn push(&mut self, data: &[u8]) {
        self.buffer.extend_from_slice(data);
    }

    /// The next message, if all of it has come.
    ///
    /// # Errors
    ///
    /// The rule that it breaks, as soon as that is certain.
    pub(crate) fn next(&mut self) -> Result<Option<Bytes>, Violation> {
        let Some([flag, length @ ..]) = self.buffer.first_chunk::<PREFIX_BYTES>().copied() else {
            return Ok(None);
        };
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        let is_compressed = match flag {
            0 => false,
            1 => true,
            other => {
                let what = format!("a message begins with {other:#04x} where only 0 and 1 are allowed");
                return Err(Violation { status: GrpcStatus::Internal, what });
            }
        };
        if length > self.message_bytes_max {
            return Err(self.too_long(&format!("announces {length} bytes")));
        }
        if is_compressed {
            self.check_coding()?;
        }
        if self.buffer.len() < PREFIX_BYTES.saturating_add(length) {
            return Ok(None);
        }
        self.buffer.advance(PREFIX_BYTES);
        let message = self.buffer.split_to(length).freeze();
        if !is_compressed {
            return Ok(Some(message));
        }
        match self.coding.decode(&message, self.message_bytes_max) {
            Ok(decoded) => Ok(Some(decoded.into())),
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                Err(self.too_long("is longer once it is decompressed"))
            }
            Err(error) => {
                let what = format!("a message does not decompress ({:?}): {error}", self.coding);
                Err(Violation { status: GrpcStatus::Internal, what })
            }
        }
    }

    fn check_coding(&self) -> Result<(), Violation> {
        let what = match &self.coding {
            Coding::Identity => "a message is compressed, but no grpc-encoding says how".to_owned(),
            Coding::Unknown(name) => {
                format!(
                    "a message is compressed by {name:?}, which this client does not know and did not offer"
                )
            }
            _ => return Ok(()),
        };
        Err(Violation { status: GrpcStatus::Internal, what })
    }

    fn too_long(&self, how: &str) -> Violation {
        let what = format!("a message {how}; at most {} are read", self.message_bytes_max);
        Violation { status: GrpcStatus::ResourceExhausted, what }
    }

    /// What is wrong when nothing more comes: a message that is not complete.
    pub(crate) fn left_over(&self) -> Option<Violation> {
        if self.buffer.is_empty() {
            return None;
        }
        let what = match self.buffer.first_chunk::<PREFIX_BYTES>() {
            Some([_, length @ ..]) => format!(
                "a message announces {} bytes and ends after {}",
                u32::from_be_bytes(*length),
                self.buffer.len() - PREFIX_BYTES
            ),
            None => format!("the answer ends inside the {PREFIX_BYTES} bytes before a message"),
        };
        Some(Violation { status: GrpcStatus::Internal, what })
    }
}

/// A message with its prefix.
pub(crate) fn framed(message: &[u8], is_compressed: bool) -> Bytes {
    let mut bytes = BytesMut::with_capacity(PREFIX_BYTES.saturating_add(message.len()));
    bytes.put_u8(u8::from(is_compressed));
    // Checked before: a message has 4 MiB at the most.
    bytes.put_u32(u32::try_from(message.len()).unwrap_or(u32::MAX));
    bytes.extend_from_slice(message);
    bytes.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(coding: Coding, bytes: &[u8]) -> Frames {
        let mut frames = Frames::new(coding, 10);
        frames.push(bytes);
        frames
    }

    #[test]
    fn messages_are_put_together_whatever_the_pieces() {
        let mut all = framed(b"ab", false).to_vec();
        all.extend(framed(b"", false));
        all.extend(framed(b"c", false));
        let mut frames = frames(Coding::Identity, b"");
        let mut found = Vec::new();
        for byte in all {
            frames.push(&[byte]);
            while let Some(message) = frames.next().unwrap() {
                found.push(message);
            }
        }
        assert_eq!(found, ["ab", "", "c"]);
        assert_eq!(frames.left_over(), None);
    }

    #[track_caller]
    fn broken(coding: Coding, bytes: &[u8], status: GrpcStatus, what: &str) {
        let violation = frames(coding, bytes).next().unwrap_err();
        assert_eq!(violation.status, status, "{violation:?}");
        assert!(violation.what.contains(what), "{violation:?}");
    }

    #[test]
    fn broken_messages_have_the_status_that_grpc_gives_them() {
        broken(Coding::Identity, b"<html>", GrpcStatus::Internal, "0x3c");
        broken(Coding::Identity, &[0, 0, 0, 0, 11], GrpcStatus::ResourceExhausted, "announces 11 bytes");
        broken(Coding::Identity, &[1, 0, 0, 0, 0], GrpcStatus::Internal, "no grpc-encoding");
        broken(Coding::named("br"), &[1, 0, 0, 0, 9], GrpcStatus::Internal, "\"br\"");
        broken(Coding::Gzip, &[1, 0, 0, 0, 1, 7], GrpcStatus::Internal, "does not decompress");
        let bomb = crate::coding::encode(crate::Compression::Gzip, &[0; 11]).unwrap();
        let mut frames = Frames::new(Coding::Gzip, 10);
        frames.message_bytes_max = bomb.len().max(10);
        frames.push(&framed(&crate::coding::encode(crate::Compression::Gzip, &[0; 1000]).unwrap(), true));
        assert_eq!(frames.next().unwrap_err().status, GrpcStatus::ResourceExhausted);
    }

    #[test]
    fn a_message_that_never_completes_is_told() {
        let mut half = frames(Coding::Identity, &[0, 0, 0, 0, 9, 1, 2, 3]);
        assert_eq!(half.next().unwrap(), None);
        assert_eq!(half.left_over().unwrap().what, "a message announces 9 bytes and ends after 3");
        assert!(frames(Coding::Identity, &[0, 0]).left_over().is_some());
        assert!(frames(Coding::Identity, &[0, 0, 0, 0, 10]).next().unwrap().is_none());
    }
}
