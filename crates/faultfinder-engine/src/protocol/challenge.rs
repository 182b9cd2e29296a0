//! Challenges of answers that refuse credentials.

/// The schemes of an answer's challenges, for the evidence.
pub(crate) fn challenges(status: u16, headers: &[(String, Vec<u8>)]) -> Vec<String> {
    let header = if status == 407 { "proxy-authenticate" } else { "www-authenticate" };
    let values = headers.iter().filter(|(name, _)| name == header);
    let mut schemes = Vec::new();
    for (_, value) in values {
        let text = String::from_utf8_lossy(value).into_owned();
        // A challenge begins with a scheme, a token that no `=` follows (RFC 9110 section 11.6.1).
        for part in text.split(',') {
            let first = part.split_whitespace().next().unwrap_or_default();
            let scheme = !first.is_empty()
                && !first.contains('=')
                && first.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            if scheme && !schemes.iter().any(|known: &String| known.eq_ignore_ascii_case(first)) {
                schemes.push(first.to_owned());
            }
        }
    }
    schemes
}
