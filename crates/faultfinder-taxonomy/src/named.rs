//! Details that have a name but no number: what resolvers, TLS stacks and WebSockets end with besides response codes,
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

/// What the `ws` library of Node.js calls it is its name here, too.
const fn websocket(name: &'static str, text: &'static str, hint: &'static str) -> NamedDetail {
    named(name, name, text, hint)
}

/// What to do about frames that break a rule.
const FRAMES: &str =
    "the peer's WebSocket library is broken, or something on the way changes or mixes in bytes";

impl NamedDetail {
    /// What a resolver or a name server can end with, other than by a response code.
    pub const DNS: &[Self] = &[
        named(
            "NODATA",
            "ENODATA",
            "the name exists, and has no record of the type",
            "add a record of this type, or ask for another type or family",
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
            "the answer breaks the format of DNS messages",
            "check that the port belongs to a name server; the evidence has the bytes",
        ),
        named(
            "CONNECTION_REFUSED",
            "ECONNREFUSED",
            "nobody listens on the name server's port",
            "check the name server's address and that it runs",
        ),
        named(
            "CONNECTION_RESET",
            "ECONNREFUSED",
            "the name server broke off the connection",
            "look into the name server's log; it may not serve TCP",
        ),
        named(
            "UNREACHABLE",
            "ECONNREFUSED",
            "no way leads to the name server",
            "check this host's routes and firewalls on the way to the name server",
        ),
        named(
            "TRUNCATED",
            "ECONNREFUSED",
            "the answer does not fit into UDP, and asking over TCP failed",
            "open TCP port 53 of the name server",
        ),
        named(
            "UNCONFIGURED",
            "ECONNREFUSED",
            "this host has no name server configured",
            "configure one on this host, or give `resolver` in the definition",
        ),
        named(
            "TLS_FAILED",
            "ECONNREFUSED",
            "no TLS session with the name server came about, or its certificate is refused",
            "the evidence has the TLS reason; probe the server itself: faultfinder probe dns NAME --server ADDRESS --transport dot",
        ),
        named(
            "HTTP_STATUS",
            "EBADRESP",
            "the DoH server answered with another HTTP status than 200",
            "check the path of the URL (mostly /dns-query) and who may ask this server",
        ),
        named(
            "CONTENT_TYPE",
            "EBADRESP",
            "the DoH server's answer is not application/dns-message",
            "check the URL: something else than a DoH server answers there, or it speaks JSON only",
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
            "a name server of the zone does not answer as it has to",
            "the evidence has what each server answered; repair the one that is named",
        ),
        named(
            "DNSSEC_BOGUS",
            "ESERVFAIL",
            "a signature or a proof of DNSSEC is wrong",
            "the evidence has the record set, the zone and the rule; sign the zone anew, or correct the DS records at its parent",
        ),
        named(
            "DNSSEC_INDETERMINATE",
            "ESERVFAIL",
            "DNSSEC cannot be judged: a part of the chain of trust cannot be had",
            "ask a server that answers for the whole chain, or give `trust_anchor` for the zone",
        ),
        named(
            "SIGNATURE_EXPIRED",
            "ESERVFAIL",
            "a signature of DNSSEC has expired",
            "the zone is not signed anew in time: look at the signer, and at the transfer to this server",
        ),
        named(
            "SIGNATURE_NOT_YET_VALID",
            "ESERVFAIL",
            "a signature of DNSSEC begins in the future",
            "compare the clocks of the signer and of this host",
        ),
        named(
            "SIGNATURE_EXPIRED_BEFORE_VALID",
            "ESERVFAIL",
            "a signature of DNSSEC ends before it begins",
            "correct the signer's configuration",
        ),
        named(
            "DNSKEY_MISSING",
            "ESERVFAIL",
            "the zone has no key that its parent's DS records, or the trust anchor, speak of",
            "after a change of keys, publish the new DS at the parent and leave the old key in the zone until it has spread",
        ),
        named(
            "RRSIGS_MISSING",
            "ESERVFAIL",
            "a record set of a signed zone has no signature",
            "sign the zone, or take its DS records away from the parent; a server between that drops signatures does it too",
        ),
        named(
            "NO_ZONE_KEY_BIT_SET",
            "ESERVFAIL",
            "the key that signs is not marked as one of a zone",
            "make the key with the zone flag (256 or 257)",
        ),
        named(
            "NSEC_MISSING",
            "ESERVFAIL",
            "what does not exist is not proven not to exist",
            "let the server add NSEC or NSEC3 records, and check that its zone is completely signed",
        ),
    ];

    /// What can be wrong with the peer's TLS bytes, other than what it says in an alert.
    pub const TLS: &[Self] = &[
        named(
            "wrong_version_number",
            "ERR_SSL_WRONG_VERSION_NUMBER",
            "the peer sent something that is not TLS",
            "the port answered in plain text: check the port, or use http:// or STARTTLS",
        ),
        named(
            "unsupported_protocol",
            "ERR_SSL_UNSUPPORTED_PROTOCOL",
            "the peer chose a version that is too old",
            "switch TLS 1.2 or 1.3 on at the peer; see `min_version` and `max_version`",
        ),
        named(
            "packet_length_too_long",
            "ERR_SSL_PACKET_LENGTH_TOO_LONG",
            "a record is longer than allowed",
            "something that is not TLS was mixed in: look for a middlebox or a plain-text error of the peer",
        ),
        named(
            "bad_record_mac",
            "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC",
            "a record cannot be decrypted",
            "bytes were changed on the way, or plain text was mixed in: look for a middlebox",
        ),
        named(
            "bad_signature",
            "ERR_SSL_BAD_SIGNATURE",
            "the peer does not prove that it holds the certificate's key",
            "the peer's key and certificate files do not belong together, or somebody replays its certificate",
        ),
        named(
            "length_mismatch",
            "ERR_SSL_LENGTH_MISMATCH",
            "a handshake message contradicts its own lengths",
            "the peer's TLS stack is broken, or a middlebox rewrites the handshake",
        ),
        named(
            "header_too_long",
            "ERR_SSL_HEADER_TOO_LONG",
            "the peer's certificate is no certificate",
            "check the peer's certificate file",
        ),
        named(
            "no_application_protocol",
            "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL",
            "the peer chose an application protocol that was not offered",
            "check `alpn`, or `version` for HTTP, against what the peer speaks",
        ),
        named(
            "starttls_not_offered",
            "",
            "the server does not offer TLS inside this protocol",
            "switch STARTTLS on at the server; somebody on the way may also have taken the offer out",
        ),
        named(
            "starttls_refused",
            "",
            "the server refuses to begin TLS inside this protocol",
            "the evidence has the server's own words; a server without a certificate often says so only now",
        ),
        named(
            "starttls_malformed",
            "",
            "the server's answers are not of the protocol in which TLS is asked for",
            "check the port: it may belong to another service, or speak TLS from the start (then leave out `starttls`)",
        ),
        named(
            "starttls_injected",
            "",
            "plain text came between the go-ahead for TLS and the handshake",
            "somebody on the way may be injecting answers; a client that trusts them is deceived (CVE-2011-0411)",
        ),
    ];

    /// What can be wrong with the opening of a WebSocket, or with its frames, other than what a close code says.
    pub const WEBSOCKET: &[Self] = &[
        websocket(
            "Invalid Upgrade header",
            "the answer 101 names another protocol, or none",
            "check that the URL is that of a WebSocket, and that no proxy answers in its place",
        ),
        websocket(
            "Invalid Connection header",
            "the answer 101 does not say that the connection is upgraded",
            "look for a proxy that drops the Connection header",
        ),
        websocket(
            "Invalid Sec-WebSocket-Accept header",
            "the answer 101 does not prove that the peer has read the key",
            "the peer is no WebSocket server, or a cache answered in its place",
        ),
        websocket(
            "Server sent a subprotocol but none was requested",
            "the answer names a subprotocol that nobody offered",
            "give it in `subprotocols`, or have the peer choose only from what is offered",
        ),
        websocket(
            "Server sent an invalid subprotocol",
            "the answer names a subprotocol other than those that were offered",
            "compare `subprotocols` with what the peer speaks",
        ),
        websocket(
            "Server sent no subprotocol",
            "subprotocols were offered, and the peer chose none",
            "compare `subprotocols` with what the peer speaks",
        ),
        websocket(
            "Server sent a Sec-WebSocket-Extensions header but no extension was requested",
            "the answer agrees to an extension that nobody offered",
            "have the peer compress only where the client offers it",
        ),
        websocket(
            "Received message longer than the maximum supported length",
            "a message is longer than `max_message_bytes` (51,200 bytes)",
            "raise `max_message_bytes` if the message is meant to be that long",
        ),
        websocket("WS_ERR_EXPECTED_FIN", "a control frame is fragmented", FRAMES),
        websocket(
            "WS_ERR_INVALID_CLOSE_CODE",
            "a close frame has a code that must not be sent",
            "have the peer close with 1000, another registered code, or one from 3000 to 4999",
        ),
        websocket(
            "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH",
            "a control frame has more than 125 bytes, or a close frame one",
            FRAMES,
        ),
        websocket(
            "WS_ERR_INVALID_OPCODE",
            "a frame has a reserved opcode, or one that has no place there",
            FRAMES,
        ),
        websocket(
            "WS_ERR_INVALID_UTF8",
            "a text message, or the reason in a close frame, is not UTF-8",
            "have the peer send bytes as a binary message",
        ),
        websocket("WS_ERR_UNEXPECTED_MASK", "a frame of the peer is masked", FRAMES),
        websocket(
            "WS_ERR_UNEXPECTED_RSV_1",
            "a frame is marked as compressed, and no extension was agreed on",
            "the peer compresses without being asked, or sends something that is no frame",
        ),
        websocket("WS_ERR_UNEXPECTED_RSV_2_3", "a frame has a reserved bit set", FRAMES),
        websocket(
            "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH",
            "a frame announces more than 2^53 - 1 bytes",
            FRAMES,
        ),
        websocket(
            "too_many_messages",
            "100 messages or 32 MiB came, and what is awaited was not among them",
            "await something that comes earlier",
        ),
        websocket("protocol_error", "the peer breaks a rule that has no name of its own", FRAMES),
    ];

    /// The one of that name in a list.
    pub(crate) fn find(list: &'static [Self], name: &str) -> Option<&'static Self> {
        list.iter().find(|detail| detail.name == name)
    }
}
