//! What can be wrong with a request before anything is sent.

use super::entry::Entry;
use faultfinder_taxonomy::Code;

const NAMES: &[(&str, Code, &str)] = &[
    ("ERR_INVALID_URL", Code::InvalidRequest, "the URL cannot be parsed"),
    ("ERR_UNSUPPORTED_PROTOCOL", Code::InvalidRequest, "the URL's scheme is neither http nor https"),
    (
        "EBADNAME",
        Code::InvalidRequest,
        "the name is not valid in the DNS: a label is empty, or it is too long",
    ),
    (
        "ERR_INVALID_CHAR",
        Code::InvalidCharInHeader,
        "a header's value has a character that is not allowed in headers",
    ),
    (
        "ERR_INVALID_HTTP_TOKEN",
        Code::InvalidRequest,
        "the method or a header's name is not a token (RFC 9110 section 5.6.2)",
    ),
    ("ERR_SOCKET_BAD_PORT", Code::InvalidRequest, "the port is not between 1 and 65535"),
    (
        "ERR_NETWORK_DENIED",
        Code::Denied,
        "the address is in a network that tests may not reach from this location",
    ),
    (
        "ERR_UNESCAPED_CHARACTERS",
        Code::UnescapedCharactersInRequestPath,
        "the path has characters that must be percent-encoded",
    ),
    ("unknown_service", Code::InvalidRequest, "the gRPC schema has no such service"),
    ("unknown_method", Code::InvalidRequest, "the gRPC service has no such method"),
    ("invalid_message", Code::InvalidRequest, "the gRPC message does not match its type"),
    ("invalid_proto", Code::InvalidRequest, "a .proto file does not compile"),
    ("invalid_descriptor_set", Code::InvalidRequest, "the file is not a descriptor set with all its imports"),
    ("reserved_metadata", Code::InvalidRequest, "gRPC's own metadata cannot be set by a test"),
    ("invalid_base64", Code::InvalidRequest, "metadata whose name ends in -bin must be base64"),
    ("no_schema", Code::InvalidRequest, "a gRPC method needs a schema"),
    (
        "ERR_OSSL_X509_KEY_VALUES_MISMATCH",
        Code::InvalidRequest,
        "the client's key does not match its certificate",
    ),
    (
        "ERR_CONTENT_LENGTH_AND_TRANSFER_ENCODING",
        Code::HeadersIncompatibleContentLength,
        "the request sets content-length and transfer-encoding",
    ),
];

/// One entry per name.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    NAMES.iter().map(|(name, code, title)| Entry::detail("definition", "definition", name, *code, title))
}
