//! Details that have a name but no number: what resolvers and TLS stacks end with besides response codes and alerts.

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

    /// The one of that name in a list.
    pub(crate) fn find(list: &'static [Self], name: &str) -> Option<&'static Self> {
        list.iter().find(|detail| detail.name == name)
    }
}
