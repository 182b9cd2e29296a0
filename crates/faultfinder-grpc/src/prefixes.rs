//! What stands before messages (gRPC over HTTP/2, "Length-Prefixed-Message"), read as it passes.
//!
//! The library that decodes messages says what is wrong with them in words. Here the rules are read from the bytes.

use faultfinder_taxonomy::GrpcStatus;

/// A flag and a length stand before each message.
const PREFIX_BYTES: usize = 5;

/// The codings that the library takes off.
const CODINGS: [&str; 3] = ["gzip", "deflate", "zstd"];

/// How the messages of an answer are compressed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Coding {
    /// Not at all.
    #[default]
    Identity,
    /// By a coding that is known.
    Known,
    /// By one that is not, by its name.
    Unknown(String),
}

impl Coding {
    /// The coding of a `grpc-encoding` field.
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "" | "identity" => Self::Identity,
            known if CODINGS.contains(&known) => Self::Known,
            other => Self::Unknown(other.to_owned()),
        }
    }
}

/// A rule that an answer breaks, and the status that gRPC has for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) status: GrpcStatus,
    pub(crate) what: String,
}

/// Follows the messages of an answer.
#[derive(Debug)]
pub(crate) struct Prefixes {
    coding: Coding,
    message_bytes_max: usize,
    /// The prefix that is being read.
    prefix: [u8; PREFIX_BYTES],
    have: usize,
    /// How many bytes of the message are still to come.
    left: usize,
    /// How many messages have come to their end.
    complete: usize,
}

impl Prefixes {
    pub(crate) const fn new(coding: Coding, message_bytes_max: usize) -> Self {
        Self { coding, message_bytes_max, prefix: [0; PREFIX_BYTES], have: 0, left: 0, complete: 0 }
    }

    /// How many messages have come to their end.
    pub(crate) const fn complete(&self) -> usize {
        self.complete
    }

    /// Takes in what was received.
    ///
    /// # Errors
    ///
    /// The rule that it breaks, as soon as that is certain.
    pub(crate) fn take(&mut self, mut bytes: &[u8]) -> Result<(), Violation> {
        loop {
            if self.have == PREFIX_BYTES {
                let passed = self.left.min(bytes.len());
                self.left -= passed;
                bytes = bytes.get(passed..).unwrap_or_default();
                if self.left > 0 {
                    return Ok(());
                }
                self.have = 0;
                self.complete += 1;
            }
            let Some((first, rest)) = bytes.split_first() else { return Ok(()) };
            bytes = rest;
            if let Some(place) = self.prefix.get_mut(self.have) {
                *place = *first;
            }
            self.have += 1;
            if self.have == 1 && *first > 1 {
                let what = format!("a message begins with {first:#04x}, but only 0 and 1 are allowed");
                return Err(Violation { status: GrpcStatus::Internal, what });
            }
            if self.have == PREFIX_BYTES {
                self.begin()?;
            }
        }
    }

    /// The prefix of a message is whole.
    fn begin(&mut self) -> Result<(), Violation> {
        let [flag, length @ ..] = self.prefix;
        self.left = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if self.left > self.message_bytes_max {
            let how = format!("announces {} bytes", self.left);
            return Err(too_long(&how, self.message_bytes_max));
        }
        let what = match &self.coding {
            _ if flag == 0 => return Ok(()),
            Coding::Known => return Ok(()),
            Coding::Identity => "a message is compressed, but grpc-encoding names no compression".to_owned(),
            Coding::Unknown(name) => {
                format!(
                    "a message is compressed with {name:?}, which this client does not support and did not offer"
                )
            }
        };
        Err(Violation { status: GrpcStatus::Internal, what })
    }

    /// What is wrong when nothing more comes: a message that is not complete.
    pub(crate) fn left_over(&self) -> Option<Violation> {
        let [_, length @ ..] = self.prefix;
        let what = match self.have {
            0 => return None,
            PREFIX_BYTES => {
                let length = u32::from_be_bytes(length);
                let came = (length as usize).saturating_sub(self.left);
                format!("a message announces {length} bytes but ends after {came}")
            }
            _ => format!("the response ends inside the {PREFIX_BYTES}-byte prefix of a message"),
        };
        Some(Violation { status: GrpcStatus::Internal, what })
    }
}

/// A message that is longer than what is read.
pub(crate) fn too_long(how: &str, message_bytes_max: usize) -> Violation {
    let what = format!("a message {how}; at most {message_bytes_max} are read");
    Violation { status: GrpcStatus::ResourceExhausted, what }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_counted_whatever_the_pieces() {
        let all = [0, 0, 0, 0, 2, b'a', b'b', 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, b'c'];
        for piece in 1..=all.len() {
            let mut prefixes = Prefixes::new(Coding::Identity, 10);
            for bytes in all.chunks(piece) {
                prefixes.take(bytes).unwrap();
            }
            // An empty message ends with its prefix, which shows when the next one begins or at the end.
            assert_eq!((prefixes.complete(), prefixes.left_over()), (3, None), "by {piece}");
        }
    }

    #[track_caller]
    fn broken(coding: Coding, bytes: &[u8], status: GrpcStatus, what: &str) {
        let violation = Prefixes::new(coding, 10).take(bytes).unwrap_err();
        assert_eq!(violation.status, status, "{violation:?}");
        assert!(violation.what.contains(what), "{violation:?}");
    }

    #[test]
    fn broken_prefixes_have_the_status_that_grpc_gives_them() {
        broken(Coding::Identity, b"<html>", GrpcStatus::Internal, "0x3c");
        broken(Coding::Identity, &[0, 0, 0, 0, 11], GrpcStatus::ResourceExhausted, "announces 11 bytes");
        broken(
            Coding::Identity,
            &[1, 0, 0, 0, 0],
            GrpcStatus::Internal,
            "grpc-encoding names no compression",
        );
        broken(Coding::named("br"), &[1, 0, 0, 0, 9], GrpcStatus::Internal, "\"br\"");
        assert!(Prefixes::new(Coding::named("gzip"), 10).take(&[1, 0, 0, 0, 9]).is_ok());
    }

    #[test]
    fn a_message_that_never_completes_is_noticed() {
        let left_over = |bytes: &[u8]| {
            let mut prefixes = Prefixes::new(Coding::Identity, 10);
            prefixes.take(bytes).unwrap();
            prefixes.left_over().map(|violation| violation.what)
        };
        assert_eq!(
            left_over(&[0, 0, 0, 0, 9, 1, 2, 3]).unwrap(),
            "a message announces 9 bytes but ends after 3"
        );
        assert!(left_over(&[0, 0]).unwrap().contains("inside the 5-byte prefix"));
        assert_eq!(left_over(&[0, 0, 0, 0, 0]), None);
    }
}
