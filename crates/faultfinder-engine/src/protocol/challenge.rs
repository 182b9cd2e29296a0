//! Challenges of answers that refuse credentials.

/// Most characters of a challenge in the evidence.
const TEXT_CHARS_MAX: usize = 500;

/// The header that has the challenges, and the name of the evidence.
const fn header(status: u16) -> (&'static str, &'static str) {
    if status == 407 {
        ("proxy-authenticate", "proxy_authenticate")
    } else {
        ("www-authenticate", "www_authenticate")
    }
}

/// The first challenge as it came, under the name that it has in the evidence.
pub(crate) fn text(status: u16, headers: &[(String, Vec<u8>)]) -> Option<(&'static str, String)> {
    let (header, evidence) = header(status);
    let (_, value) = headers.iter().find(|(name, value)| name == header && !value.is_empty())?;
    Some((evidence, String::from_utf8_lossy(value).chars().take(TEXT_CHARS_MAX).collect()))
}

/// Why a token is refused, in words (RFC 6750 section 3).
pub(crate) fn description(challenge: &str) -> Option<&str> {
    let (_, rest) = challenge.split_once("error_description=\"")?;
    let (description, _) = rest.split_once('"')?;
    Some(description).filter(|description| !description.is_empty())
}

/// The schemes of an answer's challenges, for the evidence.
pub(crate) fn challenges(status: u16, headers: &[(String, Vec<u8>)]) -> Vec<String> {
    let (header, _) = header(status);
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
