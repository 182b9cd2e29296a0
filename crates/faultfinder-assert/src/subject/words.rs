//! The words that begin a subject.

use faultfinder_taxonomy::Phase;

/// Words that begin a subject, in addition to `<phase>_time`.
pub(crate) const WORDS: &[&str] = &[
    "status",
    "header",
    "trailer",
    "cookie",
    "http_version",
    "url",
    "redirects",
    "redirect",
    "remote_ip",
    "body",
    "jsonpath",
    "xpath",
    "response_time",
    "certificate",
    "chain",
    "tls_version",
    "lowest_tls_version",
    "highest_tls_version",
    "cipher",
    "ocsp",
    "alpn",
    "some",
    "every",
    "first",
    "record",
    "rcode",
    "ttl",
    "dnssec",
    "name_servers",
    "serial",
    "connection",
    "received",
    "packet_loss",
    "packets_received",
    "latency",
    "grpc_status",
    "grpc_message",
    "metadata",
    "health",
    "subprotocol",
    "close_code",
    "network_hops",
];

/// What people write in other tools, and what it is called here.
pub(super) const FOREIGN: &[(&str, &str)] = &[
    ("statusCode", "status"),
    ("status_code", "status"),
    ("response_code", "status"),
    ("responseCode", "status"),
    ("code", "status"),
    ("http_status", "status"),
    ("dns_time", "resolve_time"),
    ("ssl_time", "tls_time"),
    ("[STATUS]", "status"),
    ("responseTime", "response_time"),
    ("duration", "response_time"),
    ("[RESPONSE_TIME]", "response_time"),
    ("packetLossPercentage", "packet_loss"),
    ("packetsReceived", "packets_received"),
    ("loss", "packet_loss"),
    ("time", "response_time"),
    ("ssl", "certificate"),
    ("answer", "record"),
    ("answers", "record"),
    ("avg", "latency avg"),
    ("rtt", "latency avg"),
    ("expires_in", "certificate expires_in"),
    ("warn", "warn:"),
    ("warning", "warn:"),
    ("warning:", "warn:"),
    ("any", "some"),
    ("one", "some"),
    ("recordSome", "some"),
    ("all", "every"),
    ("each", "every"),
    ("recordEvery", "every"),
    ("headers", "header"),
    ("trailers", "trailer"),
    ("cookies", "cookie"),
    ("cert", "certificate"),
    ("[CERTIFICATE_EXPIRATION]", "certificate expires_in"),
    ("json", "jsonpath"),
    ("validatesXPath", "xpath"),
    ("validatesJSONPath", "jsonpath"),
    ("[BODY]", "body"),
    ("bodyHash", "body sha256"),
    ("body_hash", "body sha256"),
    ("body_sha256", "body sha256"),
    ("body_md5", "body md5"),
    ("sha256", "body sha256"),
    ("md5", "body md5"),
    ("body_size", "body size"),
    ("httpVersion", "http_version"),
    ("version", "http_version"),
    ("final_url", "url"),
    ("hop", "redirect"),
    ("peer", "remote_ip"),
    ("ip", "remote_ip"),
    ("remote_address", "remote_ip"),
    ("resolvedIp", "remote_ip"),
    ("[IP]", "remote_ip"),
    ("tlsVersion", "highest_tls_version"),
    ("minTlsVersion", "lowest_tls_version"),
    ("cipher_suite", "cipher"),
    ("[DNS_RCODE]", "rcode"),
    ("[CONNECTED]", "connection"),
    ("grpcHealthcheckStatus", "health"),
    ("grpcMetadata", "metadata"),
    ("grpcProto", "body"),
    ("closeCode", "close_code"),
    ("receivedMessage", "received"),
    ("networkHop", "network_hops"),
    ("hops", "network_hops"),
];

/// Headers that people name without the word in front of them, except those that begin with `x-`.
const HEADERS: [&str; 18] = [
    "accept-ranges",
    "access-control-allow-origin",
    "age",
    "allow",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-length",
    "content-security-policy",
    "content-type",
    "etag",
    "last-modified",
    "location",
    "retry-after",
    "server",
    "set-cookie",
    "strict-transport-security",
    "vary",
];

/// What other tools have paths into, and how such a path begins here.
const PATHS: [(&str, &str); 8] = [
    ("header", "header "),
    ("headers", "header "),
    ("cookie", "cookie "),
    ("cookies", "cookie "),
    ("body", "jsonpath $."),
    ("json", "jsonpath $."),
    ("metadata", "metadata "),
    ("certificate", "certificate "),
];

/// The subject for what is the name of a header, or a JSONPath, alone.
pub(super) fn with_keyword(word: &str) -> Option<String> {
    if word.starts_with("$.") || word.starts_with("$[") {
        return Some(format!("jsonpath {word}"));
    }
    // `headers.server`, `header[server]`: as a path.
    if let Some((head, rest)) = word.split_once(['.', '['])
        && let Some((_, ours)) = PATHS.iter().find(|(theirs, _)| *theirs == head)
    {
        let rest = rest.trim_end_matches(']').trim_matches(['"', '\'']);
        return (!rest.is_empty()).then(|| format!("{ours}{rest}"));
    }
    let name = word.to_ascii_lowercase().replace('_', "-");
    (HEADERS.contains(&name.as_str()) || name.starts_with("x-")).then(|| format!("header {name}"))
}

/// The phases whose time can be asserted.
pub(super) fn phases() -> impl Iterator<Item = Phase> {
    Phase::ALL.into_iter().filter(|phase| !matches!(phase, Phase::Config | Phase::Assert))
}

/// The word for the time of a phase.
pub(crate) const fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Redirect => "redirect_time",
        Phase::Resolve => "resolve_time",
        Phase::Connect => "connect_time",
        Phase::Proxy => "proxy_time",
        Phase::Tls => "tls_time",
        Phase::Aia => "aia_time",
        Phase::Crl => "crl_time",
        Phase::Ocsp => "ocsp_time",
        Phase::Authenticate => "authenticate_time",
        Phase::Open => "open_time",
        Phase::Reflect => "reflect_time",
        Phase::Send => "send_time",
        Phase::Wait => "wait_time",
        Phase::Receive => "receive_time",
        Phase::Trailers => "trailers_time",
        Phase::Config => "config_time",
        Phase::Assert => "assert_time",
    }
}
