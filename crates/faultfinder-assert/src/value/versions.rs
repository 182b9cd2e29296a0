//! Versions of TLS and HTTP, which are ordered by age.

/// The versions of TLS by age, oldest first.
pub(super) const TLS_VERSIONS: [&str; 5] = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
/// The versions of HTTP by age, oldest first.
pub(super) const HTTP_VERSIONS: [&str; 4] = ["HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/3"];

/// A version of TLS by its age.
pub(super) fn tls_version(age: u8) -> &'static str {
    TLS_VERSIONS.get(usize::from(age)).copied().unwrap_or_default()
}

/// A version of HTTP by its age.
pub(super) fn http_version(age: u8) -> &'static str {
    HTTP_VERSIONS.get(usize::from(age)).copied().unwrap_or_default()
}

/// The age of a version of TLS: `TLSv1.3`, and also `1.3` and `TLS 1.3`.
pub(crate) fn tls_age(text: &str) -> Option<u8> {
    let bare = text.trim();
    let bare = ["TLSv", "TLS", "tlsv", "tls", "v"]
        .iter()
        .find_map(|prefix| bare.strip_prefix(prefix))
        .unwrap_or(bare);
    match bare.trim_start_matches([' ', '_']) {
        "SSLv3" => Some(0),
        "1" | "1.0" => Some(1),
        "1.1" => Some(2),
        "1.2" => Some(3),
        "1.3" => Some(4),
        _ => None,
    }
}

/// The age of a version of HTTP: `HTTP/2`, and also `2`, `2.0` and `h2`.
pub(crate) fn http_age(text: &str) -> Option<u8> {
    let lower = text.trim().to_ascii_lowercase();
    let bare = ["http/", "http", "h"].iter().find_map(|prefix| lower.strip_prefix(prefix)).unwrap_or(&lower);
    match bare.trim_start() {
        "1.0" => Some(0),
        "1" | "1.1" => Some(1),
        "2" | "2.0" => Some(2),
        "3" | "3.0" => Some(3),
        _ => None,
    }
}
