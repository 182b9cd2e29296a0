//! What an answer demands by its status: credentials, another protocol, patience.

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

/// What an answer demands of a test that did not expect it: credentials, another protocol, or to come back later.
pub(crate) fn advice(status: u16, headers: &[(String, Vec<u8>)]) -> Option<String> {
    let field = |wanted: &str| {
        let (_, value) = headers.iter().find(|(name, value)| name == wanted && !value.is_empty())?;
        Some(String::from_utf8_lossy(value).chars().take(TEXT_CHARS_MAX).collect::<String>())
    };
    match status {
        401 => Some(match challenges(status, headers).join(", ").as_str() {
            "" => "the target asks for credentials, without saying which: set `auth` if the test should send any".to_owned(),
            schemes => format!("the target asks for credentials ({schemes}): set `auth` if the test should send any"),
        }),
        426 => field("upgrade").map(|protocol| format!("the target demands another protocol: {protocol}")),
        429 | 503 => field("retry-after").map(|when| format!("the target asks to come back later (retry-after: {when})")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, field: Option<(&str, &str)>, expected: Option<&str>) {
        let headers: Vec<_> =
            field.into_iter().map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec())).collect();
        let found = advice(status, &headers);
        assert_eq!(found.is_some(), expected.is_some(), "{status}: {found:?}");
        assert!(found.unwrap_or_default().contains(expected.unwrap_or_default()), "{status}");
    }

    #[test]
    fn an_answer_says_what_it_demands() {
        check(401, None, Some("without saying which"));
        check(
            401,
            Some(("www-authenticate", "Basic realm=\"a\", Bearer")),
            Some("credentials (Basic, Bearer)"),
        );
        check(426, Some(("upgrade", "TLS/1.2")), Some("another protocol: TLS/1.2"));
        check(503, Some(("retry-after", "120")), Some("(retry-after: 120)"));
        check(503, None, None);
        check(500, Some(("retry-after", "120")), None);
    }
}
