//! Compressed messages (gRPC core, `compression.md`).

use faultfinder_taxonomy::word::Compression;
use flate2::read::{GzDecoder, GzEncoder, ZlibDecoder};
use std::io::{self, Read};

/// How messages of one direction are compressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Coding {
    Identity,
    Gzip,
    /// zlib's format, as `deflate` means in gRPC.
    Deflate,
    Zstd,
    /// One that this client does not know, by its name.
    Unknown(String),
}

impl Coding {
    /// The coding of a `grpc-encoding` field.
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "" | "identity" => Self::Identity,
            "gzip" => Self::Gzip,
            "deflate" => Self::Deflate,
            "zstd" => Self::Zstd,
            other => Self::Unknown(other.to_owned()),
        }
    }

    /// The message without its compression, if it has at most `bytes_max` bytes.
    ///
    /// # Errors
    ///
    /// `FileTooLarge` beyond the limit, anything else when it does not decode.
    pub(crate) fn decode(&self, bytes: &[u8], bytes_max: usize) -> io::Result<Vec<u8>> {
        match self {
            Self::Gzip => bounded(GzDecoder::new(bytes), bytes_max),
            Self::Deflate => bounded(ZlibDecoder::new(bytes), bytes_max),
            Self::Zstd => bounded(zstd::stream::read::Decoder::new(bytes)?, bytes_max),
            Self::Identity | Self::Unknown(_) => Err(io::Error::from(io::ErrorKind::Unsupported)),
        }
    }
}

fn bounded(decoder: impl Read, bytes_max: usize) -> io::Result<Vec<u8>> {
    let mut decoded = Vec::new();
    let room = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    decoder.take(room).read_to_end(&mut decoded)?;
    if decoded.len() > bytes_max { Err(io::Error::from(io::ErrorKind::FileTooLarge)) } else { Ok(decoded) }
}

/// The name of the coding of our messages, when there is one.
pub(crate) const fn encoding(compression: Compression) -> Option<&'static str> {
    match compression {
        Compression::Answers | Compression::Off => None,
        Compression::Gzip => Some("gzip"),
        Compression::Zstd => Some("zstd"),
    }
}

/// What the server may compress its messages with.
pub(crate) const fn accepted(compression: Compression) -> &'static str {
    match compression {
        Compression::Off => "identity",
        Compression::Answers | Compression::Gzip | Compression::Zstd => "identity,gzip,deflate,zstd",
    }
}

/// A message of ours, compressed if it has to be.
///
/// # Errors
///
/// When there is no memory for it.
pub(crate) fn encode(compression: Compression, message: &[u8]) -> io::Result<Vec<u8>> {
    match compression {
        Compression::Answers | Compression::Off => Ok(message.to_vec()),
        Compression::Gzip => {
            let mut encoded = Vec::new();
            GzEncoder::new(message, flate2::Compression::default()).read_to_end(&mut encoded)?;
            Ok(encoded)
        }
        Compression::Zstd => zstd::stream::encode_all(message, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compressed_is_decompressed_up_to_the_limit() {
        let message = vec![7_u8; 1000];
        for compression in [Compression::Gzip, Compression::Zstd] {
            let coding = Coding::named(encoding(compression).unwrap());
            let encoded = encode(compression, &message).unwrap();
            assert!(encoded.len() < 100);
            assert_eq!(coding.decode(&encoded, 1000).unwrap(), message);
            assert_eq!(coding.decode(&encoded, 999).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
            assert!(coding.decode(b"junk", 1000).is_err());
        }
        assert_eq!(Coding::named("br"), Coding::Unknown("br".to_owned()));
    }
}
