//! Size limits of response heads, and how strictly they are read.

/// Size limits of response heads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: the sizes of a head")]
pub struct Limits {
    /// Maximum number of bytes of a head, or of a trailer section.
    pub block_bytes: usize,
    /// Maximum number of bytes in one of its lines, without the line ending.
    pub line_bytes: usize,
    /// Maximum number of field lines in it.
    pub lines: usize,
    /// How strictly they are read.
    pub rules: Rules,
}

/// How strictly responses are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: the response is tested, or it is not")]
pub enum Rules {
    /// Strictly as the grammar says (RFC 9112 sections 2 to 7): the response is what the test checks.
    Strict,
    /// As tolerantly as recipients may be (RFC 9112 section 2.2): a line may end with a bare LF. For auxiliary
    /// requests.
    Lenient,
}

impl Limits {
    /// For the responses of targets. Node.js allows 16 KiB, nginx's clients up to 64; Node.js' `maxHeadersCount` is
    /// 2000.
    pub const TARGET: Self =
        Self { block_bytes: 64 << 10, line_bytes: 16 << 10, lines: 2000, rules: Rules::Strict };
    /// For the responses to auxiliary requests: to OCSP responders, name servers, proxies.
    pub const ASIDE: Self =
        Self { block_bytes: 16 << 10, line_bytes: 16 << 10, lines: 64, rules: Rules::Lenient };
}

/// Maximum number of interim responses (1xx) before the final one.
pub const INTERIM_MAX: usize = 64;
/// Longest line with a chunk's size and its extensions, in bytes.
pub(super) const CHUNK_LINE_BYTES_MAX: usize = 4096;
