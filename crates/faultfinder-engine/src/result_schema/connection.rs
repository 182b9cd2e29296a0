//! The schema of what an attempt saw of the connection.

use super::rows::Is::{Always, Optional};
use super::rows::{boolean, count, list_of, millis, named_facts, object, or_null, text, texts, to};
use serde_json::{Value, json};

/// A moment in seconds since 1970.
fn moment() -> Value {
    json!({ "type": "integer" })
}

fn maybe_text() -> Value {
    json!({ "type": ["string", "null"] })
}

fn maybe_moment() -> Value {
    json!({ "type": ["integer", "null"] })
}

fn maybe_count() -> Value {
    json!({ "type": ["integer", "null"], "minimum": 0 })
}

pub(super) fn observed() -> Value {
    object(
        "What an attempt saw.",
        vec![
            (
                "peer",
                Always,
                "The address that answered, with its port if the protocol has ports.",
                maybe_text(),
            ),
            ("addresses", Always, "Every address that the name resolved to.", texts()),
            (
                "connects",
                Always,
                "Every attempt to connect, in the order in which they began.",
                list_of("connect"),
            ),
            ("tls", Always, "The TLS session; null if there was none.", or_null(&to("tls"))),
            (
                "hops",
                Optional,
                "The routers on the way and the target, if `track_hops` asks for them.",
                list_of("hop"),
            ),
            (
                "own_delay_ms",
                Optional,
                "How long answers lay unread because this process was busy, in milliseconds; no phase contains it.",
                json!({ "type": "number", "minimum": 0 }),
            ),
            (
                "edge",
                Optional,
                "Who answered in place of the application, if a CDN, a firewall or another proxy in front of it did. Only of HTTP.",
                to("edge"),
            ),
            (
                "response",
                Always,
                "The response in short, by protocol: `status`, `rcode`, `connection` ... (docs/protocols).",
                named_facts(),
            ),
        ],
    )
}

pub(super) fn connect() -> Value {
    let failed = object(
        "It failed.",
        vec![("failed", Always, "The error of the system, such as `ECONNREFUSED`.", text())],
    );
    let outcome = json!({ "anyOf": [{ "enum": ["established", "abandoned"] }, failed] });
    object(
        "One attempt to connect.",
        vec![
            ("address", Always, "The address and the port.", text()),
            (
                "started_us",
                Always,
                "When it began, in microseconds after the phase `connect` began.",
                count(),
            ),
            ("duration_us", Always, "How long it ran, in microseconds.", count()),
            (
                "outcome",
                Always,
                "How it ended: `established`, `abandoned`, or failed with an error.",
                outcome,
            ),
        ],
    )
}

pub(super) fn hop() -> Value {
    let host = object(
        "A host that answered at a hop.",
        vec![
            ("address", Always, "Its address.", text()),
            ("name", Optional, "Its name, if names were asked for and it has one.", maybe_text()),
            ("answer", Always, "What it answered, such as `time to live exceeded in transit`.", text()),
        ],
    );
    object(
        "One hop of the route to the target.",
        vec![
            ("hop", Always, "The number of the hop, from 1.", count()),
            (
                "hosts",
                Always,
                "Who answered, in the order of their first answers.",
                json!({ "type": "array", "items": host }),
            ),
            ("sent", Always, "How many packets were sent.", count()),
            ("answered", Always, "How many of them were answered.", count()),
            ("loss", Always, "The percentage of packets without an answer.", json!({ "type": "number" })),
            (
                "round_trips_ms",
                Always,
                "How long each answer took, in milliseconds.",
                json!({ "type": "array", "items": millis() }),
            ),
            ("target", Always, "Whether it is the target.", boolean()),
        ],
    )
}

pub(super) fn tls() -> Value {
    object(
        "What the peer presented, and what was negotiated before the handshake ended.",
        vec![
            ("version", Always, "The version, such as `TLSv1.3`.", maybe_text()),
            ("cipher_suite", Always, "The cipher suite by its IANA name.", maybe_text()),
            ("alpn", Always, "The protocol that ALPN selected.", maybe_text()),
            ("server_name", Always, "The server name that was sent (SNI).", maybe_text()),
            ("chain", Always, "The certificates as the peer sent them, leaf first.", list_of("certificate")),
            ("chain_length", Always, "How many certificates the verified chain has.", maybe_count()),
            (
                "chain_not_after",
                Always,
                "When the first certificate of the verified chain expires, in seconds since 1970.",
                maybe_moment(),
            ),
            (
                "verified",
                Always,
                "Whether the chain is valid; null if it was not verified.",
                json!({ "type": ["boolean", "null"] }),
            ),
            (
                "events",
                Always,
                "Every problem that verification found, in OpenSSL's order.",
                list_of("verifyEvent"),
            ),
            ("ocsp_stapled", Always, "Whether the peer stapled an OCSP response.", boolean()),
            ("ocsp", Optional, "The OCSP status of the leaf, if it was evaluated.", to("ocsp")),
            (
                "client_certificate_requested",
                Always,
                "Whether the peer asked for a client certificate.",
                boolean(),
            ),
        ],
    )
}

pub(super) fn certificate() -> Value {
    let policy = object(
        "A policy that a certificate was issued under.",
        vec![
            ("oid", Always, "Its object identifier.", text()),
            ("name", Optional, "Its name: `DV`, `OV`, `IV`, `EV` or `anyPolicy`.", text()),
        ],
    );
    let sct = object(
        "A signed certificate timestamp.",
        vec![
            ("log_id", Always, "The log: SHA-256 of its key, hexadecimal.", text()),
            ("time", Always, "When the certificate was submitted, in seconds since 1970.", moment()),
        ],
    );
    object(
        "One certificate.",
        vec![
            ("subject", Always, "The subject as RFC 4514 text.", text()),
            ("issuer", Always, "The issuer as RFC 4514 text.", text()),
            ("serial", Always, "The serial number, hexadecimal.", text()),
            ("subject_alt_names", Always, "Alternative names, each as `dns:NAME`, `ip:ADDRESS` ...", texts()),
            ("not_before", Always, "The start of validity in seconds since 1970.", maybe_moment()),
            ("not_after", Always, "The end of validity in seconds since 1970.", maybe_moment()),
            ("key_type", Always, "The kind of the key, such as `EC P-256`.", text()),
            ("key_bits", Always, "The size of the key in bits.", maybe_count()),
            ("signature_algorithm", Always, "The signature algorithm, such as `ecdsa-with-SHA256`.", text()),
            ("sha256", Always, "SHA-256 of the certificate, hexadecimal.", text()),
            ("sha1", Always, "SHA-1 of the certificate, hexadecimal.", text()),
            ("is_ca", Always, "Whether its basic constraints say that it is a CA.", boolean()),
            ("parse_error", Always, "Why the bytes are not a certificate.", maybe_text()),
            ("key_usage", Optional, "What its key may be used for.", texts()),
            ("extended_key_usage", Optional, "The purposes it may be used for.", texts()),
            ("path_length", Optional, "How many authorities may be below it.", count()),
            (
                "policies",
                Optional,
                "The policies it was issued under.",
                json!({ "type": "array", "items": policy }),
            ),
            ("permitted_names", Optional, "The names that certificates below it may have.", texts()),
            ("excluded_names", Optional, "The names that certificates below it must not have.", texts()),
            ("subject_key_id", Optional, "The identifier of its key, hexadecimal.", text()),
            ("authority_key_id", Optional, "The identifier of its issuer's key, hexadecimal.", text()),
            ("ca_issuer_urls", Optional, "Where the certificate of its issuer can be fetched.", texts()),
            ("ocsp_urls", Optional, "Where its status can be requested by OCSP.", texts()),
            ("crl_urls", Optional, "Where CRLs that cover it can be fetched.", texts()),
            ("scts", Optional, "The logs it was submitted to.", json!({ "type": "array", "items": sct })),
        ],
    )
}

pub(super) fn verify_event() -> Value {
    object(
        "One problem that verification found.",
        vec![
            ("depth", Always, "The place in the chain; 0 is the leaf.", count()),
            ("code", Always, "The finest X.509 code known.", text()),
            ("openssl", Always, "The code that OpenSSL reports for it.", text()),
            ("subject", Always, "The subject of the certificate it is about.", text()),
            ("reason", Always, "Why, in one sentence fragment.", text()),
            ("remedy", Always, "How to fix it.", text()),
        ],
    )
}

pub(super) fn ocsp() -> Value {
    object(
        "The OCSP status of the leaf.",
        vec![
            ("source", Always, "`stapled`, or requested from the `responder`.", text()),
            ("url", Always, "Where the responder was asked.", maybe_text()),
            (
                "status",
                Always,
                "`good`, `revoked` or `unknown`; null if the response is unusable.",
                maybe_text(),
            ),
            ("revoked_at", Always, "When it was revoked, in seconds since 1970.", maybe_moment()),
            ("reason", Always, "Why it was revoked.", maybe_text()),
            ("this_update", Always, "When the status was determined, in seconds since 1970.", maybe_moment()),
            (
                "next_update",
                Always,
                "When a newer status will be available, in seconds since 1970.",
                maybe_moment(),
            ),
            ("signer", Always, "Who signed the response.", maybe_text()),
            ("error", Always, "Why the response is unusable or missing.", maybe_text()),
        ],
    )
}
