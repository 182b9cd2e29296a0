//! How long the heads of answers may be, and how strictly they are read.

/// How long the heads of answers may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: the sizes of a head")]
pub struct Limits {
    /// Most bytes of a head, or of a trailer section.
    pub block_bytes: usize,
    /// Most bytes of a line of it, without its end.
    pub line_bytes: usize,
    /// Most field lines of it.
    pub lines: usize,
    /// How strictly they are read.
    pub rules: Rules,
}

/// How strictly answers are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: the answer is what is tested, or it is not")]
pub enum Rules {
    /// As the grammar is (RFC 9112 sections 2 to 7): the answer is what is tested.
    Strict,
    /// As recipients forgive (RFC 9112 section 2.2): a line may end with LF alone. For what is asked beside a test.
    Lenient,
}

impl Limits {
    /// For the answers of targets. Node.js stops at 16 KiB, nginx's clients see up to 64; Node.js' `maxHeadersCount` is
    /// 2000.
    pub const TARGET: Self =
        Self { block_bytes: 64 << 10, line_bytes: 16 << 10, lines: 2000, rules: Rules::Strict };
    /// For the answers of those who are asked beside a test: responders, name servers, proxies.
    pub const ASIDE: Self =
        Self { block_bytes: 16 << 10, line_bytes: 16 << 10, lines: 64, rules: Rules::Lenient };
}

/// Most interim answers (1xx) before the final one.
pub(super) const INTERIM_MAX: usize = 64;
/// Longest line with a chunk's size and its extensions, in bytes.
pub(super) const CHUNK_LINE_BYTES_MAX: usize = 4096;
