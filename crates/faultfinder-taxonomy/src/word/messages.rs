//! gRPC messages.

use super::words;

words! {
    /// How gRPC messages are compressed.
    Compression, "a compression" {
        /// Requests are not compressed, responses may be.
        Answers = "answers",
        /// Neither requests nor responses.
        Off = "off" | "false",
        /// Requests with gzip, responses as the server chooses.
        Gzip = "gzip",
        /// Requests with zstd, responses as the server chooses.
        Zstd = "zstd",
    }
}
