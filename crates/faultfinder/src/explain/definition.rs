//! The names of details that point at a field of the definition.

use super::entry::Entry;
use faultfinder_taxonomy::{Code, Detail};

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
    (
        "unknown_group",
        Code::InvalidRequest,
        "a text to send names a group that the pattern before it does not have",
    ),
    ("io_error", Code::Unknown, "a system error that has no name here; the evidence has its text"),
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
    ("EADDRNOTAVAIL", Code::InvalidRequest, "`source_address` is not an address of this host"),
    ("EBADANCHOR", Code::InvalidRequest, "a DNSSEC trust anchor cannot be read"),
    (
        "EBADQUERY",
        Code::InvalidRequest,
        "a DNS query cannot be sent like this, such as one for signatures without EDNS",
    ),
    ("EMSGSIZE", Code::InvalidRequest, "the message does not fit into one datagram"),
    (
        "ERR_FEATURE_UNAVAILABLE",
        Code::InvalidRequest,
        "this program was built without the feature that the request needs",
    ),
    (
        "ERR_HTTP3_HEADER_TOO_LARGE",
        Code::InvalidRequest,
        "the request has more bytes of headers than the peer accepts over HTTP/3",
    ),
    (
        "ERR_HTTP_CONTENT_LENGTH_MISMATCH",
        Code::InvalidRequest,
        "content-length is not the length of the body",
    ),
    ("ERR_INVALID_ALPN", Code::InvalidRequest, "a protocol name for ALPN does not have 1 to 255 bytes"),
    (
        "ERR_INVALID_KEY",
        Code::InvalidRequest,
        "the key of a JSON Web Token cannot be read, or does not fit the algorithm",
    ),
    ("ERR_INVALID_METHOD", Code::InvalidRequest, "the method cannot be used in a request to the target"),
    (
        "ERR_INVALID_PROTOCOL",
        Code::InvalidRequest,
        "the HTTP version and the URL's scheme do not fit together",
    ),
    ("ERR_OSSL_ASN1_WRONG_TAG", Code::InvalidRequest, "a file in DER does not contain what the field needs"),
    ("ERR_OSSL_PEM_BAD_BASE64_DECODE", Code::InvalidRequest, "a PEM block is not valid base64"),
    (
        "ERR_OSSL_PEM_NO_START_LINE",
        Code::InvalidRequest,
        "a file has no PEM block of the kind that the field needs",
    ),
    (
        "ERR_OSSL_UNSUPPORTED",
        Code::InvalidRequest,
        "the client's private key has a type that is not supported",
    ),
    ("ERR_RESERVED_HEADER", Code::InvalidRequest, "the WebSocket handshake sets this header itself"),
    (
        "ERR_SSL_NO_PROTOCOLS_AVAILABLE",
        Code::InvalidRequest,
        "the TLS settings leave no version that can be used",
    ),
    (
        "ERR_TLS_PROTOCOL_VERSION_CONFLICT",
        Code::InvalidRequest,
        "max_version is older than the versions that this client speaks",
    ),
    ("RECEIVED_TOO_LARGE", Code::BodyTooLarge, "the text that a TCP test expects is not in the first 1 MiB"),
    (
        "SyntaxError",
        Code::InvalidRequest,
        "the URL or a subprotocol of a WebSocket is invalid, as browsers report it",
    ),
    ("boundary_in_part", Code::InvalidRequest, "a part of a multipart body contains the boundary"),
    ("compression", Code::InvalidRequest, "the gRPC message could not be compressed"),
    (
        "group_address",
        Code::InvalidRequest,
        "a multicast or broadcast address has no single host that answers",
    ),
    ("health", Code::InvalidRequest, "the gRPC health request could not be made"),
    ("interval_too_long", Code::InvalidRequest, "the ICMP interval is longer than the limit"),
    ("invalid_assertion", Code::InvalidRequest, "an assertion is invalid once its variables have values"),
    (
        "invalid_pattern",
        Code::InvalidRequest,
        "a regular expression cannot be read once its variables have values",
    ),
    ("invalid_tls_options", Code::InvalidRequest, "the TLS settings cannot be used together"),
    ("invalid_ttl", Code::InvalidRequest, "a request must be allowed at least one hop"),
    ("invalid_value", Code::InvalidRequest, "the value is not valid for this field"),
    (
        "local_file",
        Code::InvalidRequest,
        "a definition from the API may not read files or use sockets of this host",
    ),
    (
        "invalid_extraction",
        Code::InvalidRequest,
        "what a step extracts cannot be read: its subject, pattern or group",
    ),
    (
        "invalid_secret",
        Code::InvalidRequest,
        "a one-time password cannot be computed: the secret of `totp` is not base32, or too short",
    ),
    ("missing_certificate", Code::InvalidRequest, "client_key is given without client_cert"),
    (
        "missing_variable",
        Code::InvalidRequest,
        "a step needs a value that an earlier step did not extract: it failed, was left out, or found nothing",
    ),
    ("missing_key", Code::InvalidRequest, "client_cert is given without client_key"),
    ("not_a_socket", Code::InvalidRequest, "what `unix_socket` names is not a socket for connections"),
    ("no_system_roots", Code::InvalidRequest, "this system has no trusted roots that can be read"),
    ("payload_too_large", Code::InvalidRequest, "the ICMP payload does not fit into one packet"),
    ("script_failed", Code::InvalidRequest, "a script of the test (`variables_javascript`) failed"),
    ("too_long", Code::InvalidRequest, "the value is longer than the limit"),
    ("too_many_packets", Code::InvalidRequest, "more echo requests than the limit"),
    ("undefined_variable", Code::InvalidRequest, "a template names a variable that does not exist"),
    (
        "unobservable",
        Code::InvalidRequest,
        "the assertion reads what this test never observes, such as the status of a TCP test",
    ),
    ("unreadable_file", Code::InvalidRequest, "a file that the definition names cannot be read"),
    ("unsignable_request", Code::InvalidRequest, "the request cannot be signed with AWS signature version 4"),
];

/// One entry per name.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    NAMES.iter().map(|(name, code, title)| {
        let entry = Entry::detail("definition", "definition", name, *code, title);
        // What a field takes depends on the field; that of a URL is the most frequent one.
        match Detail::definition(name, "http.url").hint() {
            Some(hint) => Entry { hints: vec![hint.to_owned()], ..entry },
            None => entry,
        }
    })
}
