//! Errors of proxies that say so themselves, in the field `proxy-status` (RFC 9209).

use super::remedy;
use super::seen::inert;
use faultfinder_taxonomy::{EdgeAnswer, EdgeConfidence, EdgeFinding, EdgeProvider};

/// Most proxies in the field that are looked at.
const MEMBERS_MAX: usize = 16;

/// The types of errors (RFC 9209 section 2.3) after which no response of the origin was there to be passed on.
const ERRORS: &[(&str, EdgeFinding)] = &[
    ("dns_timeout", EdgeFinding::OriginDns),
    ("dns_error", EdgeFinding::OriginDns),
    ("destination_not_found", EdgeFinding::NoSuchSite),
    ("destination_unavailable", EdgeFinding::OriginUnreachable),
    ("destination_ip_prohibited", EdgeFinding::OriginUnreachable),
    ("destination_ip_unroutable", EdgeFinding::OriginUnreachable),
    ("connection_refused", EdgeFinding::OriginUnreachable),
    ("connection_terminated", EdgeFinding::OriginInvalidResponse),
    ("connection_timeout", EdgeFinding::OriginTimeout),
    ("connection_read_timeout", EdgeFinding::OriginTimeout),
    ("connection_write_timeout", EdgeFinding::OriginTimeout),
    ("connection_limit_reached", EdgeFinding::OriginUnreachable),
    ("tls_protocol_error", EdgeFinding::OriginTls),
    ("tls_certificate_error", EdgeFinding::OriginTls),
    ("tls_alert_received", EdgeFinding::OriginTls),
    ("http_request_denied", EdgeFinding::Blocked),
    ("http_response_incomplete", EdgeFinding::OriginInvalidResponse),
    ("http_protocol_error", EdgeFinding::OriginInvalidResponse),
    ("http_response_timeout", EdgeFinding::OriginTimeout),
];

/// What the first proxy that reports such an error did with the request.
pub(super) fn diagnose(status: u16, headers: &[(String, Vec<u8>)]) -> Option<EdgeAnswer> {
    if !matches!(status, 400..=599) {
        return None;
    }
    let values = headers.iter().filter(|(name, _)| name == "proxy-status");
    let (finding, member) = values
        .filter_map(|(_, value)| std::str::from_utf8(value).ok())
        .flat_map(|value| split(value, ','))
        .take(MEMBERS_MAX)
        .find_map(|member| Some((finding(member)?, member)))?;
    let remedy = remedy::of(EdgeProvider::Proxy, finding);
    let mut answer = EdgeAnswer::new(EdgeProvider::Proxy, finding, EdgeConfidence::Certain, remedy);
    answer.evidence = vec![inert(&format!("proxy-status: {}", member.trim()))];
    Some(answer)
}

/// The finding of the error that a member of the list reports.
fn finding(member: &str) -> Option<EdgeFinding> {
    let mut finding = None;
    for parameter in split(member, ';').skip(1) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match name.trim() {
            // The next hop responded, so there is a response of its own (RFC 9209 section 2.1.4).
            "received-status" => return None,
            "error" => {
                let known = ERRORS.iter().find(|(error, _)| *error == value.trim());
                finding = known.map(|(_, finding)| *finding);
            }
            _ => {}
        }
    }
    finding
}

/// The parts of a structured field (RFC 9651) between separators that are not in a quoted string.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.split(move |letter| {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ => return letter == separator && !is_quoted,
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, value: &str, expected: Option<(EdgeFinding, &str)>) {
        let headers = [("proxy-status".to_owned(), value.as_bytes().to_vec())];
        let found = diagnose(status, &headers);
        let found = found.as_ref().map(|answer| (answer.finding, answer.evidence.concat()));
        let expected = expected.map(|(finding, evidence)| (finding, format!("proxy-status: {evidence}")));
        assert_eq!(found, expected, "{status} {value}");
    }

    #[test]
    fn the_error_of_a_proxy_is_what_it_says() {
        let refused = "ExampleCDN; error=connection_refused";
        check(502, refused, Some((EdgeFinding::OriginUnreachable, refused)));
        check(200, refused, None);
        let details = "cdn.example; details=\"a, b; error=dns_error \\\" \"; error=tls_certificate_error";
        check(502, &format!("first, {details}"), Some((EdgeFinding::OriginTls, details)));
        check(
            403,
            "waf; error=http_request_denied",
            Some((EdgeFinding::Blocked, "waf; error=http_request_denied")),
        );
        check(502, "cdn; received-status=502; error=http_protocol_error", None);
        check(500, "cdn; error=proxy_internal_error", None);
        check(500, "cdn; details=\"error=dns_error\"", None);
        check(500, "", None);
    }

    #[test]
    fn proxies_are_looked_at_up_to_a_limit() {
        let field = |before: usize| format!("{}cdn; error=dns_error", "p, ".repeat(before));
        check(502, &field(MEMBERS_MAX - 1), Some((EdgeFinding::OriginDns, "cdn; error=dns_error")));
        check(502, &field(MEMBERS_MAX), None);
    }
}
