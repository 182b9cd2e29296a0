//! gRPC messages.

use super::words;

words! {
    /// How gRPC messages are compressed.
    Compression, "a compression" {
        /// Ours are not, the server's may be.
        Answers = "answers",
        /// Neither ours nor the server's.
        Off = "off" | "false",
        /// Ours by gzip, the server's as it likes.
        Gzip = "gzip",
        /// Ours by zstd, the server's as it likes.
        Zstd = "zstd",
    }
}
