//! Why a name that looks covered is not.

use crate::certificate::Certificate;
use crate::general_name::{GeneralName, printable};
use crate::name::Attribute;
use crate::oid;
use crate::options::HostFlags;

/// Why the certificate does not cover a host although one of its names comes near.
pub(crate) fn near_miss(certificate: &Certificate, host: &str, flags: HostFlags) -> Option<String> {
    let alt_names = || certificate.parts().extensions.alt_names.iter().flatten();
    let of_wildcard = alt_names().find_map(|alt| match alt {
        GeneralName::Dns(presented) if !flags.no_wildcards && !flags.multi_label_wildcards => {
            wildcard(&printable(presented), host)
        }
        _ => None,
    });
    let of_common_name = || {
        let names = certificate.parts().subject.attributes(oid::COMMON_NAME);
        let mut names = names.iter().filter_map(Attribute::utf8);
        names.any(|name| name.eq_ignore_ascii_case(host)).then(|| {
            "the name is only the common name of the subject, which is not consulted (RFC 9525 section 6.3)".to_owned()
        })
    };
    of_wildcard.or_else(of_common_name)
}

/// Why a wildcard over the domain of a host does not cover the host.
fn wildcard(pattern: &str, host: &str) -> Option<String> {
    let domain = pattern.strip_prefix("*.")?;
    if host.eq_ignore_ascii_case(domain) {
        return Some(format!("{pattern} does not cover {domain} itself"));
    }
    let (covered, end) = host.split_at_checked(host.len().checked_sub(domain.len() + 1)?)?;
    if covered.is_empty() || !end.strip_prefix('.')?.eq_ignore_ascii_case(domain) {
        return None;
    }
    if covered.contains('.') {
        return Some(format!("{pattern} covers a single label, and \"{covered}\" has more"));
    }
    if !domain.contains('.') {
        return Some(format!("{pattern} is a wildcard over a whole top-level domain, which covers nothing"));
    }
    covered.contains('_').then(|| {
        format!(
            "{pattern} would cover it but for the underscore in \"{covered}\", which no host name has (RFC 952); browsers accept it, OpenSSL does not"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::wildcard;

    #[test]
    fn a_wildcard_that_comes_near_says_what_is_missing() {
        for (pattern, host, why) in [
            ("*.w.test", "my_sub.w.test", Some("underscore in \"my_sub\"")),
            ("*.w.test", "A.b.W.test", Some("covers a single label, and \"A.b\" has more")),
            ("*.w.test", "w.test", Some("does not cover w.test itself")),
            ("*.test", "w.test", Some("top-level domain")),
            ("*.w.test", "other.test", None),
            ("*.w.test", "xw.test", None),
            ("*.w.test", ".w.test", None),
            ("*.w.test", "\u{e4}.x", None),
            ("w.test", "my_sub.w.test", None),
        ] {
            let found = wildcard(pattern, host);
            assert_eq!(found.is_some(), why.is_some(), "{pattern} {host}: {found:?}");
            assert!(found.unwrap_or_default().contains(why.unwrap_or_default()), "{pattern} {host}");
        }
    }
}
