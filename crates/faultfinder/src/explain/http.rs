//! The names of HTTP details: the rules of the grammar that an answer can break, by llhttp's names.

use super::entry::Entry;
use faultfinder_taxonomy::Code;

const GRAMMAR: &[(&str, &str)] = &[
    ("HPE_INVALID_CONSTANT", "the answer does not begin with `HTTP/`, so it is no HTTP/1 answer"),
    ("HPE_INVALID_VERSION", "the status line names a version of HTTP that does not exist or is no HTTP/1"),
    ("HPE_INVALID_STATUS", "the status line has no status of three digits"),
    ("HPE_INVALID_HEADER_TOKEN", "a header line has a character that must not be there (RFC 9112 section 5)"),
    ("HPE_UNEXPECTED_SPACE", "white space stands before the first header line"),
    ("HPE_CR_EXPECTED", "a line ends with LF alone (RFC 9112 section 2.2)"),
    ("HPE_LF_EXPECTED", "a CR is not followed by LF"),
    ("HPE_INVALID_CONTENT_LENGTH", "content-length is no number, or one that is too large"),
    ("HPE_UNEXPECTED_CONTENT_LENGTH", "content-length stands there twice with different values"),
    (
        "HPE_INVALID_TRANSFER_ENCODING",
        "transfer-encoding cannot be understood, or contradicts content-length",
    ),
    ("HPE_INVALID_CHUNK_SIZE", "the size of a chunk is no hexadecimal number, or one that is too large"),
    ("HPE_INVALID_EOF_STATE", "the answer ended in the middle of a line"),
    ("HPE_STRICT", "the answer breaks a rule of the grammar"),
    ("unexpected-101", "the answer switches protocols although nobody asked for it"),
    ("status<100", "the status is below 100"),
    ("Z_DATA_ERROR", "the body is not what its content-encoding says: gzip or deflate data is broken"),
    ("Z_BUF_ERROR", "the body's gzip or deflate data ends too early"),
    ("ERR__ERROR_FORMAT", "the body is not what its content-encoding says: brotli data is broken"),
    ("ZSTD_error", "the body is not what its content-encoding says: zstd data is broken"),
];

/// One entry per name.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    let row = |name, code, title| Entry::detail("http", "HTTP", name, code, title);
    GRAMMAR.iter().map(move |(name, title)| row(name, Code::MalformedResponse, title)).chain([
        row(
            "HPE_HEADER_OVERFLOW",
            Code::HeaderTooLarge,
            "the answer's header block, or a line of it, is over the limit",
        ),
        row("ERR_TOO_MANY_REDIRECTS", Code::TooManyRedirects, "more redirects than `max_redirects` allows"),
        row("401", Code::AuthenticationError, "the target refuses the credentials, or wants some"),
        row("407", Code::AuthenticationError, "the proxy refuses the credentials, or wants some"),
        row(
            "invalid_client",
            Code::AuthenticationError,
            "the OAuth 2 token endpoint does not know the client, or its secret is wrong",
        ),
        row(
            "invalid_grant",
            Code::AuthenticationError,
            "the OAuth 2 token endpoint refuses the user's password, or what else should earn the token",
        ),
        row(
            "invalid_scope",
            Code::AuthenticationError,
            "the OAuth 2 token endpoint does not give these scopes",
        ),
        row(
            "no_access_token",
            Code::AuthenticationError,
            "the OAuth 2 token endpoint answered without a token",
        ),
        row(
            "unknown_token_type",
            Code::AuthenticationError,
            "the OAuth 2 token endpoint gave a token that is no bearer token",
        ),
        row("403", Code::Tunnel, "the proxy does not allow this tunnel"),
    ])
}
