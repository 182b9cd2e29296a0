//! Is a certificate valid for a host, an address or a mailbox?
//!
//! OpenSSL's rules (`do_x509_check`), which are those of RFC 6125 with switches: common names count when there is no DNS
//! name, partial wildcards are allowed. Comparison is of ASCII without case; nothing converts IDNA.

use std::net::IpAddr;

use crate::certificate::Certificate;
use crate::der;
use crate::general_name::{GeneralName, printable};
use crate::name::{self, Attribute};
use crate::oid;
use crate::options::HostFlags;

mod near_miss; // why a name that looks covered is not
mod pattern;

pub(crate) use near_miss::near_miss;

use pattern::{equal_case, equal_email, equal_nocase, equal_wildcard};

/// Whether a certificate is for a DNS name. A leading dot asks for any name below it.
#[must_use]
pub fn covers_host(certificate: &Certificate, host: &str, flags: HostFlags) -> bool {
    let below = host.len() > 1 && host.starts_with('.');
    let matcher = pattern::Matcher { flags, below };
    let equal = |presented: &[u8]| {
        if flags.no_wildcards {
            equal_nocase(presented, host.as_bytes(), matcher)
        } else {
            equal_wildcard(presented, host.as_bytes(), matcher)
        }
    };
    let mut named = false;
    for alt in certificate.parts().extensions.alt_names.iter().flatten() {
        if let GeneralName::Dns(presented) = alt {
            named = true;
            if !presented.is_empty() && equal(presented) {
                return true;
            }
        }
    }
    if (named && !flags.always_check_subject) || flags.never_check_subject {
        return false;
    }
    subject_has(&certificate.parts().subject.attributes(oid::COMMON_NAME), equal)
}

/// Whether a certificate is for a mailbox.
#[must_use]
pub fn covers_email(certificate: &Certificate, email: &str) -> bool {
    let equal = |presented: &[u8]| equal_email(presented, email.as_bytes());
    let mut named = false;
    // From the first SmtpUTF8Mailbox on OpenSSL converts all names: bytes of an rfc822Name beyond ASCII count as Latin-1.
    let mut converted = false;
    for alt in certificate.parts().extensions.alt_names.iter().flatten() {
        let (tag, presented) = match alt {
            GeneralName::Email(presented) => (der::IA5_STRING, presented),
            GeneralName::Other { kind, tag: der::UTF8_STRING, value }
                if kind.as_bytes() == oid::SMTP_UTF8_MAILBOX =>
            {
                converted = true;
                (der::UTF8_STRING, value)
            }
            _ => continue,
        };
        named = true;
        if presented.is_empty() {
            continue;
        }
        let is_equal = if converted {
            let Ok(text) = name::to_utf8(tag, presented) else { return false };
            equal(text.as_bytes())
        } else {
            equal(presented)
        };
        if is_equal {
            return true;
        }
    }
    !named && subject_has(&certificate.parts().subject.attributes(oid::EMAIL_ADDRESS), equal)
}

/// Whether a certificate is for an address. Only iPAddress names count.
#[must_use]
pub fn covers_ip(certificate: &Certificate, ip: IpAddr) -> bool {
    let wanted: Vec<u8> = match ip {
        IpAddr::V4(ip) => ip.octets().into(),
        IpAddr::V6(ip) => ip.octets().into(),
    };
    certificate.parts().extensions.alt_names.iter().flatten().any(|alt| match alt {
        GeneralName::Ip(presented) => equal_case(presented, &wanted),
        _ => false,
    })
}

/// The subject's attributes one by one; one that cannot be converted ends the search.
fn subject_has(attributes: &[Attribute<'_>], equal: impl Fn(&[u8]) -> bool) -> bool {
    for attribute in attributes {
        let Ok(content) = attribute.value.string() else { return false };
        if content.is_empty() {
            continue;
        }
        let Ok(text) = name::to_utf8(attribute.value.tag, &content) else { return false };
        if equal(text.as_bytes()) {
            return true;
        }
    }
    false
}

/// What the certificate is for, for messages: DNS names and addresses, else the common names; at most ten.
pub(crate) fn presented_names(certificate: &Certificate) -> String {
    let mut names: Vec<String> = certificate
        .parts()
        .extensions
        .alt_names
        .iter()
        .flatten()
        .filter_map(|alt| match alt {
            GeneralName::Dns(text) | GeneralName::Email(text) => Some(printable(text)),
            GeneralName::Ip(_) => Some(alt.text().trim_start_matches("ip:").to_owned()),
            _ => None,
        })
        .collect();
    if names.is_empty() {
        let common = certificate.parts().subject.attributes(oid::COMMON_NAME);
        names =
            common.iter().filter_map(Attribute::utf8).map(|name| format!("{name} (common name)")).collect();
    }
    let more = names.len().saturating_sub(10);
    names.truncate(10);
    match (names.is_empty(), more) {
        (true, _) => "nothing".to_owned(),
        (false, 0) => names.join(", "),
        (false, more) => format!("{} and {more} more", names.join(", ")),
    }
}
