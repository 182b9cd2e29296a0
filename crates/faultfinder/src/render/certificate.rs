//! Chains of certificates and what was objected to.

use super::details::details;
use super::text::{bullet, date, hanging, inert, stretch};
use crate::paint::Paint;
use faultfinder_taxonomy::{CertificateFacts, TlsFacts, VerifyEvent};

/// Most subject alternative names that are shown of one certificate.
const NAMES_MAX: usize = 8;

/// How certificates are shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// Colors.
    pub(crate) paint: Paint,
    /// Columns.
    pub(crate) width: usize,
    /// With their details.
    pub(crate) verbose: bool,
}

/// What was negotiated, on one line; nothing when nothing was.
pub(crate) fn negotiated(tls: &TlsFacts) -> Option<String> {
    let mut parts = Vec::new();
    parts.extend(tls.version.clone());
    parts.extend(tls.cipher_suite.clone());
    parts.extend(tls.alpn.as_ref().map(|alpn| format!("ALPN {alpn}")));
    parts.extend(tls.server_name.as_ref().map(|name| format!("server name {name}")));
    match &tls.ocsp {
        Some(ocsp) => {
            let says = ocsp.status.as_deref().unwrap_or("without a good response");
            parts.push(format!("OCSP {says} ({})", ocsp.source));
        }
        None if tls.ocsp_stapled => parts.push("OCSP response stapled".to_owned()),
        None => {}
    }
    if tls.client_certificate_requested {
        parts.push("client certificate requested".to_owned());
    }
    if parts.is_empty() { None } else { Some(inert(&parts.join(", "))) }
}

/// The certificates as the peer sent them, leaf first. `now` is in seconds since 1970.
pub(crate) fn chain(certificates: &[CertificateFacts], now: i64, style: Style) -> String {
    let mut text = String::new();
    for (place, certificate) in certificates.iter().enumerate() {
        text.push_str(&one(place, certificate, now, style));
    }
    text
}

fn one(place: usize, certificate: &CertificateFacts, now: i64, style: Style) -> String {
    let Style { paint, width, verbose } = style;
    if let Some(error) = &certificate.parse_error {
        return format!("    {place}  {}\n", paint.bad(&format!("not a certificate: {}", inert(error))));
    }
    let mut text = format!("    {place}  {}\n", paint.strong(&or_empty(&certificate.subject)));
    let mut fact = |name: &str, value: String| {
        let first = format!("       {}  ", paint.faint(&format!("{name:<9}")));
        let others = " ".repeat(18);
        // The escape sequences of the name do not count.
        let room = width.saturating_add(first.chars().count()).saturating_sub(18);
        text.push_str(&hanging(&value, &first, &others, if paint.is_on() { room } else { width }));
    };
    fact("issuer", or_empty(&certificate.issuer));
    fact("valid", validity(certificate, now, paint));
    if !certificate.subject_alt_names.is_empty() {
        fact("names", names(&certificate.subject_alt_names));
    }
    fact("key", key(certificate));
    fact("sha256", certificate.sha256.clone());
    if verbose {
        fact("serial", inert(&certificate.serial));
        for (name, value) in details(certificate) {
            fact(name, value);
        }
    }
    text
}

/// The key, and how it was signed.
pub(crate) fn key(certificate: &CertificateFacts) -> String {
    // `EC P-256` says it already.
    let bits = certificate.key_bits.filter(|bits| !certificate.key_type.contains(&bits.to_string()));
    let bits = bits.map(|bits| format!(" {bits} bits")).unwrap_or_default();
    let ca = if certificate.is_ca { ", a CA" } else { "" };
    format!(
        "{}{bits}, signed with {}{ca}",
        inert(&certificate.key_type),
        inert(&certificate.signature_algorithm)
    )
}

/// A name, or a word for the one without any.
pub(crate) fn or_empty(name: &str) -> String {
    if name.is_empty() { "(empty name)".to_owned() } else { inert(name) }
}

/// The first alternative names.
pub(crate) fn names(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(NAMES_MAX).map(|name| inert(name)).collect();
    let more = names.len().saturating_sub(NAMES_MAX);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// From when to when, and how far that is from `now`, in seconds since 1970.
pub(crate) fn validity(certificate: &CertificateFacts, now: i64, paint: Paint) -> String {
    let shown = |time: Option<i64>| time.map_or_else(|| "(unreadable)".to_owned(), date);
    let dates = format!("{} to {}", shown(certificate.not_before), shown(certificate.not_after));
    let note = match (certificate.not_before, certificate.not_after) {
        (Some(begin), _) if now < begin => {
            paint.bad(&format!("begins in {}", stretch(begin.saturating_sub(now))))
        }
        (_, Some(end)) if end < now => paint.bad(&format!("ended {} ago", stretch(now.saturating_sub(end)))),
        (_, Some(end)) => format!("{} left", stretch(end.saturating_sub(now))),
        (_, None) => return dates,
    };
    format!("{dates}, {note}")
}

/// What verification objected to, in order.
pub(crate) fn events(events: &[VerifyEvent], paint: Paint, width: usize) -> String {
    let mut text = String::new();
    for event in events {
        let folded = if event.code == event.openssl {
            String::new()
        } else {
            format!(" (OpenSSL: {})", event.openssl)
        };
        let number = paint.faint(&format!("{}{folded}", event.openssl.number()));
        text.push_str(&format!("    depth {}  {} {number}\n", event.depth, paint.bad(event.code.as_str())));
        let why = if event.reason.is_empty() { event.code.text() } else { &event.reason };
        text.push_str(&hanging(&inert(why), "             ", "             ", width));
        if !event.remedy.is_empty() {
            text.push_str(&bullet(&inert(&event.remedy), 13, width));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultfinder_taxonomy::VerifyCode;

    #[test]
    fn an_expired_certificate_says_since_when() {
        let mut certificate = CertificateFacts::default();
        certificate.subject = "CN=expired.test".to_owned();
        certificate.issuer = "CN=Lab".to_owned();
        certificate.subject_alt_names = vec!["dns:expired.test".to_owned()];
        certificate.not_before = Some(0);
        certificate.not_after = Some(86_400);
        certificate.key_type = "EC P-256".to_owned();
        certificate.signature_algorithm = "ecdsa-with-SHA256".to_owned();
        certificate.sha256 = "00ff".to_owned();
        let style = Style { paint: Paint::plain(), width: 100, verbose: false };
        let text = chain(&[certificate], 86_400 * 4, style);
        assert_eq!(
            text,
            "    0  CN=expired.test\n\
             \x20      issuer     CN=Lab\n\
             \x20      valid      1970-01-01 00:00 to 1970-01-02 00:00, ended 3 days ago\n\
             \x20      names      dns:expired.test\n\
             \x20      key        EC P-256, signed with ecdsa-with-SHA256\n\
             \x20      sha256     00ff\n"
        );
    }

    #[test]
    fn details_are_shown_to_those_who_ask() {
        let mut certificate = CertificateFacts::default();
        certificate.subject = "CN=a.test".to_owned();
        certificate.serial = "4f".to_owned();
        certificate.key_usage = vec!["digitalSignature".to_owned()];
        let shown = |verbose| {
            let style = Style { paint: Paint::plain(), width: 100, verbose };
            chain(std::slice::from_ref(&certificate), 0, style)
        };
        let details = "       serial     4f\n       usage      digitalSignature\n";
        assert_eq!(shown(true), format!("{}{details}", shown(false)));
    }

    #[test]
    fn an_event_says_what_openssl_calls_it_when_that_is_less_exact() {
        let mut event = VerifyEvent::new(1, VerifyCode::CertUntrusted, VerifyCode::CertRejected);
        event.reason = "the root may not be used for servers".to_owned();
        let text = events(&[event], Paint::plain(), 100);
        assert_eq!(
            text,
            "    depth 1  CERT_UNTRUSTED 28 (OpenSSL: CERT_REJECTED)\n             the root may not be used for servers\n"
        );
    }
}
