//! The details of a certificate as named facts: what it is for, under which policies, where more is published.

use super::text::{date, inert};
use faultfinder_taxonomy::{CertificateFacts, PolicyFacts, SctFacts};

/// The details that are known, each with a name of at most eight characters.
pub(crate) fn details(certificate: &CertificateFacts) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let mut list = |name, values: &[String]| {
        if !values.is_empty() {
            facts.push((name, inert(&values.join(", "))));
        }
    };
    list("usage", &certificate.key_usage);
    list("purposes", &certificate.extended_key_usage);
    list("path", certificate.path_length.map(below).as_slice());
    list("policies", &certificate.policies.iter().map(policy).collect::<Vec<_>>());
    list("permits", &certificate.permitted_names);
    list("excludes", &certificate.excluded_names);
    list("key id", certificate.subject_key_id.as_slice());
    list("by key", certificate.authority_key_id.as_slice());
    list("ocsp", &certificate.ocsp_urls);
    list("crl", &certificate.crl_urls);
    list("ca", &certificate.ca_issuer_urls);
    for sct in &certificate.scts {
        list("sct", &[timestamp(sct)]);
    }
    facts
}

/// How many authorities may be below it.
fn below(most: u32) -> String {
    match most {
        0 => "no CA below it".to_owned(),
        1 => "at most 1 CA below it".to_owned(),
        more => format!("at most {more} CAs below it"),
    }
}

/// `DV (2.23.140.1.2.1)`, or the identifier alone.
fn policy(policy: &PolicyFacts) -> String {
    match &policy.name {
        Some(name) => format!("{name} ({})", policy.oid),
        None => policy.oid.clone(),
    }
}

/// To which log it was submitted, and when.
fn timestamp(sct: &SctFacts) -> String {
    format!("{}, {}", sct.log_id, date(sct.time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_have_short_names_and_only_those_that_are_known_are_there() {
        assert_eq!(details(&CertificateFacts::default()), []);
        let text = |text: &str| text.to_owned();
        let mut dv = PolicyFacts::default();
        (dv.oid, dv.name) = (text("2.23.140.1.2.1"), Some(text("DV")));
        let mut own = PolicyFacts::default();
        own.oid = text("1.2.3");
        let mut sct = SctFacts::default();
        (sct.log_id, sct.time) = (text("0a"), 86_400);
        let mut certificate = CertificateFacts::default();
        certificate.key_usage = vec![text("keyCertSign"), text("cRLSign")];
        certificate.extended_key_usage = vec![text("serverAuth")];
        certificate.path_length = Some(0);
        certificate.policies = vec![dv, own];
        certificate.permitted_names = vec![text("dns:a.test")];
        certificate.excluded_names = vec![text("ip:10.0.0.0/8"), text("dns:\u{1b}b")];
        certificate.subject_key_id = Some(text("01"));
        certificate.authority_key_id = Some(text("02"));
        certificate.ocsp_urls = vec![text("http://ocsp.test/")];
        certificate.crl_urls = vec![text("http://crl.test/")];
        certificate.ca_issuer_urls = vec![text("http://ca.test/")];
        certificate.scts = vec![sct.clone(), sct];
        let found = details(&certificate);
        let expected = [
            ("usage", "keyCertSign, cRLSign"),
            ("purposes", "serverAuth"),
            ("path", "no CA below it"),
            ("policies", "DV (2.23.140.1.2.1), 1.2.3"),
            ("permits", "dns:a.test"),
            ("excludes", "ip:10.0.0.0/8, dns:\\u{1b}b"),
            ("key id", "01"),
            ("by key", "02"),
            ("ocsp", "http://ocsp.test/"),
            ("crl", "http://crl.test/"),
            ("ca", "http://ca.test/"),
            ("sct", "0a, 1970-01-02 00:00"),
            ("sct", "0a, 1970-01-02 00:00"),
        ];
        assert_eq!(found, expected.map(|(name, value)| (name, value.to_owned())));
    }

    #[test]
    fn a_path_length_counts_authorities() {
        assert_eq!(below(1), "at most 1 CA below it");
        assert_eq!(below(2), "at most 2 CAs below it");
    }
}
