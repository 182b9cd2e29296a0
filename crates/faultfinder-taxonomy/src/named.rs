//! Details that have a name but no number: results of resolvers, TLS stacks and WebSockets other than response codes,
//! alerts and close codes.

/// A detail that has a name but no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct NamedDetail {
    /// Its name, as in [`Detail::name`](crate::Detail::name).
    pub name: &'static str,
    /// What Node.js, c-ares or OpenSSL print for it.
    pub alias: &'static str,
    /// What it means, as a sentence fragment.
    pub text: &'static str,
    /// What to do about it.
    pub hint: &'static str,
}

const fn named(
    name: &'static str,
    alias: &'static str,
    text: &'static str,
    hint: &'static str,
) -> NamedDetail {
    NamedDetail { name, alias, text, hint }
}

/// The name is that of the `ws` library of Node.js.
const fn websocket(name: &'static str, text: &'static str, hint: &'static str) -> NamedDetail {
    named(name, name, text, hint)
}

/// What to do about invalid frames.
const FRAMES: &str =
    "the peer's WebSocket library has a bug, or something on the path changes or inserts bytes";

impl NamedDetail {
    /// Results of a resolver or name server other than a response code.
    pub const DNS: &[Self] = &[
        named(
            "NODATA",
            "ENODATA",
            "the name exists, but has no record of the type",
            "add a record of this type, or query another type or address family",
        ),
        named(
            "TIMEOUT",
            "ETIMEOUT",
            "the name server did not answer",
            "check the name server's address, that it runs, and that UDP and TCP port 53 pass the firewall",
        ),
        named(
            "MALFORMED",
            "EBADRESP",
            "the response violates the format of DNS messages",
            "check that the port belongs to a name server; the evidence has the bytes",
        ),
        named(
            "CONNECTION_REFUSED",
            "ECONNREFUSED",
            "nothing listens on the name server's port",
            "check the name server's address and that it runs",
        ),
        named(
            "CONNECTION_RESET",
            "ECONNREFUSED",
            "the name server closed the connection",
            "check the name server's log; it may not support TCP",
        ),
        named(
            "UNREACHABLE",
            "ECONNREFUSED",
            "there is no route to the name server",
            "check this host's routes, and firewalls on the path to the name server",
        ),
        named(
            "TRUNCATED",
            "ECONNREFUSED",
            "the response does not fit into UDP, and the query over TCP failed",
            "open TCP port 53 of the name server",
        ),
        named(
            "UNCONFIGURED",
            "ECONNREFUSED",
            "this host has no name server configured",
            "configure one on this host, or set `resolver` in the definition",
        ),
        named(
            "TLS_FAILED",
            "ECONNREFUSED",
            "the TLS handshake with the name server failed, or its certificate is refused",
            "the evidence has the TLS reason; probe the server itself: faultfinder probe dns NAME --server ADDRESS --transport dot",
        ),
        named(
            "HTTP_STATUS",
            "EBADRESP",
            "the DoH server answered with an HTTP status other than 200",
            "check the path of the URL (usually /dns-query) and which clients the server allows",
        ),
        named(
            "CONTENT_TYPE",
            "EBADRESP",
            "the DoH server's response is not application/dns-message",
            "check the URL: another kind of server answers there, or it supports only JSON",
        ),
        named(
            "ZONE_NOT_FOUND",
            "ENODATA",
            "no zone with name servers was found for the name",
            "check the delegation of the name's zone, and that the resolver finds it",
        ),
        named(
            "NAME_SERVER_FAILED",
            "ESERVFAIL",
            "a name server of the zone does not answer correctly",
            "the evidence has the answer of each server; fix the one that is named",
        ),
        named(
            "DNSSEC_BOGUS",
            "ESERVFAIL",
            "a DNSSEC signature or proof is invalid",
            "the evidence has the record set, the zone and the rule; sign the zone again, or correct the DS records at its parent",
        ),
        named(
            "DNSSEC_INDETERMINATE",
            "ESERVFAIL",
            "DNSSEC cannot be validated: part of the chain of trust cannot be obtained",
            "use a server that answers for the whole chain, or set `trust_anchor` for the zone",
        ),
        named(
            "SIGNATURE_EXPIRED",
            "ESERVFAIL",
            "a DNSSEC signature has expired",
            "the zone was not signed again in time: check the signer, and the transfer to this server",
        ),
        named(
            "SIGNATURE_NOT_YET_VALID",
            "ESERVFAIL",
            "a DNSSEC signature is not yet valid",
            "compare the clocks of the signer and of this host",
        ),
        named(
            "SIGNATURE_EXPIRED_BEFORE_VALID",
            "ESERVFAIL",
            "a DNSSEC signature expires before it becomes valid",
            "correct the signer's configuration",
        ),
        named(
            "DNSKEY_MISSING",
            "ESERVFAIL",
            "the zone has no key that matches its parent's DS records or the trust anchor",
            "after a key change, publish the new DS at the parent and keep the old key in the zone until caches have expired",
        ),
        named(
            "RRSIGS_MISSING",
            "ESERVFAIL",
            "a record set of a signed zone has no signature",
            "sign the zone, or remove its DS records from the parent; an intermediate server that drops signatures is another possible cause",
        ),
        named(
            "NO_ZONE_KEY_BIT_SET",
            "ESERVFAIL",
            "the signing key is not marked as a zone key",
            "create the key with the zone flag (256 or 257)",
        ),
        named(
            "NSEC_MISSING",
            "ESERVFAIL",
            "there is no proof of nonexistence",
            "configure the server to add NSEC or NSEC3 records, and check that its zone is completely signed",
        ),
    ];

    /// Problems with the peer's TLS bytes, other than alerts.
    pub const TLS: &[Self] = &[
        named(
            "wrong_version_number",
            "ERR_SSL_WRONG_VERSION_NUMBER",
            "the peer sent something that is not TLS",
            "the server answered in plain text: check the port, or use http:// or STARTTLS",
        ),
        named(
            "unsupported_protocol",
            "ERR_SSL_UNSUPPORTED_PROTOCOL",
            "the peer chose a version that is too old",
            "enable TLS 1.2 or 1.3 on the peer; see `min_version` and `max_version`",
        ),
        named(
            "packet_length_too_long",
            "ERR_SSL_PACKET_LENGTH_TOO_LONG",
            "a record is longer than allowed",
            "data other than TLS was mixed in: check for a middlebox or a plain-text error of the peer",
        ),
        named(
            "bad_record_mac",
            "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC",
            "a record cannot be decrypted",
            "bytes were changed in transit, or plain text was mixed in: check for a middlebox",
        ),
        named(
            "bad_signature",
            "ERR_SSL_BAD_SIGNATURE",
            "the peer does not prove that it holds the certificate's key",
            "the peer's key and certificate files do not match, or someone replays its certificate",
        ),
        named(
            "length_mismatch",
            "ERR_SSL_LENGTH_MISMATCH",
            "a handshake message contradicts its own lengths",
            "the peer's TLS stack has a bug, or a middlebox rewrites the handshake",
        ),
        named(
            "excessive_message_size",
            "ERR_SSL_EXCESSIVE_MESSAGE_SIZE",
            "a handshake message is longer than the 64 KiB that this client reads",
            "shorten the certificates that the peer sends, or check it with `openssl s_client`, which reads more",
        ),
        named(
            "header_too_long",
            "ERR_SSL_HEADER_TOO_LONG",
            "the peer's certificate is not a valid certificate",
            "check the peer's certificate file",
        ),
        named(
            "no_application_protocol",
            "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL",
            "the peer chose an application protocol that was not offered",
            "compare `alpn`, or `version` for HTTP, with what the peer supports",
        ),
        named(
            "starttls_not_offered",
            "",
            "the server does not offer TLS inside this protocol",
            "enable STARTTLS on the server; someone on the path may also have removed the offer",
        ),
        named(
            "starttls_refused",
            "",
            "the server refuses to start TLS inside this protocol",
            "the evidence has the server's response; a server without a certificate often reports that only here",
        ),
        named(
            "no_shared_cipher",
            "ERR_SSL_NO_SHARED_CIPHER",
            "the server offers only cipher suites that this client cannot use",
            "have the server offer a cipher suite with ephemeral keys (ECDHE) too",
        ),
        named(
            "service_refused",
            "",
            "the server turns the client away before TLS is asked for",
            "the evidence has the server's response: too many connections, a blocked address, or a host that it does not serve",
        ),
        named(
            "starttls_malformed",
            "",
            "the server's responses do not belong to the protocol in which TLS is requested",
            "check the port: it may belong to another service, or use TLS from the start (then remove `starttls`)",
        ),
        named(
            "starttls_injected",
            "",
            "plain text arrived between the go-ahead for TLS and the handshake",
            "someone on the path may be injecting responses; a client that trusts them is vulnerable (CVE-2011-0411)",
        ),
    ];

    /// Problems with the opening of a WebSocket, or with its frames, other than close codes.
    pub const WEBSOCKET: &[Self] = &[
        websocket(
            "Invalid Upgrade header",
            "the 101 response names another protocol, or none",
            "check that the URL is that of a WebSocket, and that no proxy answers instead",
        ),
        websocket(
            "Invalid Connection header",
            "the 101 response does not say that the connection is upgraded",
            "check for a proxy that drops the Connection header",
        ),
        websocket(
            "Invalid Sec-WebSocket-Accept header",
            "the 101 response does not prove that the peer has read the key",
            "the peer is not a WebSocket server, or a cache answered instead",
        ),
        websocket(
            "Server sent a subprotocol but none was requested",
            "the response names a subprotocol, but none was offered",
            "add it to `subprotocols`, or configure the peer to choose only from the offered ones",
        ),
        websocket(
            "Server sent an invalid subprotocol",
            "the response names a subprotocol that was not offered",
            "compare `subprotocols` with what the peer supports",
        ),
        websocket(
            "Server sent no subprotocol",
            "subprotocols were offered, but the peer chose none",
            "compare `subprotocols` with what the peer supports",
        ),
        websocket(
            "Server sent a Sec-WebSocket-Extensions header but no extension was requested",
            "the response accepts an extension that was not offered",
            "configure the peer to compress only if the client offers it",
        ),
        websocket(
            "Received message longer than the maximum supported length",
            "a message is longer than `max_message_bytes` (51,200 bytes)",
            "raise `max_message_bytes` if the length is intended",
        ),
        websocket("WS_ERR_EXPECTED_FIN", "a control frame is fragmented", FRAMES),
        websocket(
            "WS_ERR_INVALID_CLOSE_CODE",
            "a close frame has an invalid code",
            "configure the peer to close with 1000, another registered code, or a code from 3000 to 4999",
        ),
        websocket(
            "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH",
            "a control frame has more than 125 bytes, or a close frame one",
            FRAMES,
        ),
        websocket(
            "WS_ERR_INVALID_OPCODE",
            "a frame has a reserved opcode, or one that is not allowed there",
            FRAMES,
        ),
        websocket(
            "WS_ERR_INVALID_UTF8",
            "a text message, or the reason in a close frame, is not UTF-8",
            "configure the peer to send bytes as a binary message",
        ),
        websocket("WS_ERR_UNEXPECTED_MASK", "a frame of the peer is masked", FRAMES),
        websocket(
            "WS_ERR_UNEXPECTED_RSV_1",
            "a frame is marked as compressed, but no extension was negotiated",
            "the peer compresses without negotiation, or sends something that is not a frame",
        ),
        websocket("WS_ERR_UNEXPECTED_RSV_2_3", "a frame has a reserved bit set", FRAMES),
        websocket(
            "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH",
            "a frame announces more than 2^53 - 1 bytes",
            FRAMES,
        ),
        websocket(
            "too_many_messages",
            "100 messages or 32 MiB arrived without the expected message",
            "expect a message that comes earlier",
        ),
        websocket("protocol_error", "the peer violates a rule that has no specific name", FRAMES),
    ];

    /// The one of that name in a list.
    pub(crate) fn find(list: &'static [Self], name: &str) -> Option<&'static Self> {
        list.iter().find(|detail| detail.name == name)
    }
}
