//! The names of HTTP details: the rules of the grammar that an answer can break, by llhttp's names.

use super::entry::Entry;
use faultfinder_taxonomy::Code;

const GRAMMAR: &[(&str, &str)] = &[
    ("HPE_INVALID_CONSTANT", "the response does not begin with `HTTP/`, so it is not HTTP/1"),
    ("HPE_INVALID_VERSION", "the status line has an HTTP version that does not exist or is not HTTP/1"),
    ("HPE_INVALID_STATUS", "the status line has no three-digit status"),
    ("HPE_INVALID_HEADER_TOKEN", "a header line has a character that is not allowed (RFC 9112 section 5)"),
    ("HPE_UNEXPECTED_SPACE", "there is white space before the first header line"),
    ("HPE_CR_EXPECTED", "a line ends with LF alone (RFC 9112 section 2.2)"),
    ("HPE_LF_EXPECTED", "a CR is not followed by LF"),
    ("HPE_INVALID_CONTENT_LENGTH", "content-length is not a number, or is too large"),
    ("HPE_UNEXPECTED_CONTENT_LENGTH", "content-length occurs twice with different values"),
    (
        "HPE_INVALID_TRANSFER_ENCODING",
        "transfer-encoding cannot be understood, or contradicts content-length",
    ),
    ("HPE_INVALID_CHUNK_SIZE", "the size of a chunk is not a hexadecimal number, or is too large"),
    ("HPE_INVALID_EOF_STATE", "the response ended in the middle of a line"),
    ("HPE_STRICT", "the response violates the grammar"),
    ("unexpected-101", "the response switches protocols without a request to do so"),
    ("status<100", "the status is below 100"),
    ("Z_DATA_ERROR", "the body is not what its content-encoding says: gzip or deflate data is corrupt"),
    ("Z_BUF_ERROR", "the body's gzip or deflate data ends too early"),
    ("ERR__ERROR_FORMAT", "the body is not what its content-encoding says: brotli data is corrupt"),
    ("ZSTD_error", "the body is not what its content-encoding says: zstd data is corrupt"),
];

/// One entry per name.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    let row = |name, code, title| Entry::detail("http", "HTTP", name, code, title);
    GRAMMAR.iter().map(move |(name, title)| row(name, Code::MalformedResponse, title)).chain([
        row(
            "HPE_HEADER_OVERFLOW",
            Code::HeaderTooLarge,
            "the response's header block, or a line of it, exceeds the limit",
        ),
        row("ERR_TOO_MANY_REDIRECTS", Code::TooManyRedirects, "more redirects than `max_redirects` allows"),
        row("401", Code::AuthenticationError, "the target refuses the credentials, or requires credentials"),
        row("407", Code::AuthenticationError, "the proxy refuses the credentials, or requires credentials"),
        row(
            "invalid_client",
            Code::AuthenticationError,
            "the OAuth 2 token endpoint does not know the client, or its secret is wrong",
        ),
        row(
            "invalid_grant",
            Code::AuthenticationError,
            "the OAuth 2 token endpoint refuses the user's password, or another grant",
        ),
        row(
            "invalid_scope",
            Code::AuthenticationError,
            "the OAuth 2 token endpoint does not grant these scopes",
        ),
        row(
            "no_access_token",
            Code::AuthenticationError,
            "the OAuth 2 token endpoint answered without a token",
        ),
        row(
            "unknown_token_type",
            Code::AuthenticationError,
            "the OAuth 2 token endpoint returned a token that is not a bearer token",
        ),
        row(
            "answer_too_large",
            Code::BodyTooLarge,
            "the response of a gRPC call as JSON is longer than what is kept",
        ),
        row("body_too_large", Code::BodyTooLarge, "the decoded body is longer than what is kept"),
        row("403", Code::Tunnel, "the proxy does not allow this tunnel"),
    ])
}
