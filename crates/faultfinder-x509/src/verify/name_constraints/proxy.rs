//! The names of proxy certificates (RFC 3820 section 3.4): the issuer's name and one more RDN, a single common name.

use crate::name::Name;
use crate::oid;
use crate::subtree::bounded;

/// What is wrong with the subject of a proxy certificate.
pub(super) fn violation(subject: &Name, issuer: &Name) -> Option<String> {
    let why = fault(subject, issuer)?;
    Some(format!(
        "the subject of a proxy certificate is its issuer's name and one CN more, but {why}: \
         subject \"{}\", issuer \"{}\"",
        bounded(subject.text()),
        bounded(issuer.text())
    ))
}

fn fault(subject: &Name, issuer: &Name) -> Option<&'static str> {
    if subject.count() < 2 {
        return Some("this one has no two attributes");
    }
    if subject.count() != issuer.count().saturating_add(1) {
        return Some("this one does not have one attribute more");
    }
    // One attribute more and the same beginning: what is left is that attribute, in an RDN of its own.
    if !subject.starts_with(issuer) {
        return Some(
            "this one does not begin with the issuer's RDNs, or its last RDN has several attributes",
        );
    }
    let last = subject.last_attribute()?;
    (last.kind != oid::COMMON_NAME).then_some("the last attribute of this one is not a CN")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::der::{self, Reader};

    /// A name from RDNs of attributes, each the last byte of its kind in 2.5.4 and its text.
    fn name(rdns: &[&[(u8, &str)]]) -> Name {
        let mut content = Vec::new();
        for rdn in rdns {
            let mut set = Vec::new();
            for (kind, text) in *rdn {
                let mut fields = Vec::new();
                der::write(&mut fields, 6, &[0x55, 4, *kind]);
                der::write(&mut fields, 12, text.as_bytes());
                der::write(&mut set, 0x30, &fields);
            }
            der::write(&mut content, 0x31, &set);
        }
        let mut out = Vec::new();
        der::write(&mut out, 0x30, &content);
        Name::read(&Reader::new(&out).any().unwrap()).unwrap()
    }

    #[test]
    fn a_proxys_subject_is_its_issuers_and_one_common_name_more() {
        type Rdns<'a> = &'a [&'a [(u8, &'a str)]];
        let rows: &[(Rdns<'_>, Rdns<'_>, Option<&str>)] = &[
            (&[&[(10, "o")], &[(3, "a")], &[(3, "1")]], &[&[(10, "O")], &[(3, " a")]], None),
            (&[&[(10, "o"), (3, "a")], &[(3, "1")]], &[&[(3, "a"), (10, "o")]], None),
            (&[&[(3, "1")]], &[], Some("no two attributes")),
            (&[], &[], Some("no two attributes")),
            (&[&[(3, "a")], &[(3, "1")]], &[&[(3, "a")], &[(3, "1")]], Some("one attribute more")),
            (&[&[(3, "a")], &[(3, "1")], &[(3, "2")]], &[&[(3, "a")]], Some("one attribute more")),
            (&[&[(3, "a"), (3, "1")]], &[&[(3, "a")]], Some("several attributes")),
            (&[&[(3, "1")], &[(3, "a")]], &[&[(3, "a")]], Some("begin with")),
            (&[&[(3, "a")], &[(10, "1")]], &[&[(3, "a")]], Some("not a CN")),
        ];
        for (subject, issuer, expected) in rows {
            let (subject, issuer) = (name(subject), name(issuer));
            let found = violation(&subject, &issuer);
            assert_eq!(found.is_some(), expected.is_some(), "{} {}", subject.text(), issuer.text());
            assert!(found.unwrap_or_default().contains(expected.unwrap_or_default()), "{}", subject.text());
        }
        assert_eq!(
            violation(&name(&[&[(3, "a")], &[(10, "1")]]), &name(&[&[(3, "a")]])).unwrap(),
            "the subject of a proxy certificate is its issuer's name and one CN more, but the last attribute of \
             this one is not a CN: subject \"O=1,CN=a\", issuer \"CN=a\""
        );
    }
}
