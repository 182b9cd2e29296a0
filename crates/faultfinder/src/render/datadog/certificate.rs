//! The leaf certificate in Datadog's words, which are Node.js'.

use faultfinder_taxonomy::{CertificateFacts, TlsFacts};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// `SyntheticsSSLCertificate`.
pub(super) fn cert(leaf: &CertificateFacts, tls: &TlsFacts) -> Value {
    let mut subject = names(&leaf.subject);
    if !leaf.subject_alt_names.is_empty() {
        let shown = |name: &String| match name.split_once(':') {
            Some(("dns", name)) => format!("DNS:{name}"),
            Some(("ip", address)) => format!("IP Address:{address}"),
            Some(("uri", uri)) => format!("URI:{uri}"),
            _ => name.clone(),
        };
        let all: Vec<String> = leaf.subject_alt_names.iter().map(shown).collect();
        subject.insert("altName".to_owned(), all.join(", ").into());
    }
    let mut cert = json!({
        "subject": subject,
        "issuer": names(&leaf.issuer),
        "serialNumber": leaf.serial.to_uppercase(),
        "fingerprint": with_colons(&leaf.sha1),
        "fingerprint256": with_colons(&leaf.sha256),
    });
    let optional = [
        ("cipher", tls.cipher_suite.clone()),
        ("protocol", tls.version.clone()),
        ("validFrom", leaf.not_before.and_then(date)),
        ("validTo", leaf.not_after.and_then(date)),
    ];
    if let Some(fields) = cert.as_object_mut() {
        for (name, value) in optional {
            fields.extend(value.map(|value| (name.to_owned(), Value::from(value))));
        }
        if !leaf.extended_key_usage.is_empty() {
            fields.insert("extKeyUsage".to_owned(), json!(leaf.extended_key_usage));
        }
    }
    cert
}

/// The parts of an RFC 4514 name by their short names. Of several with the same name, the last one stays.
fn names(name: &str) -> Map<String, Value> {
    let mut parts = Map::new();
    let mut part = String::new();
    let mut letters = name.chars();
    let mut ended = false;
    while !ended {
        match letters.next() {
            Some('\\') => part.extend(letters.next()),
            Some(letter) if letter != ',' => part.push(letter),
            end => {
                if let Some((key, value)) = part.split_once('=') {
                    parts.insert(key.trim().to_owned(), value.into());
                }
                part.clear();
                ended = end.is_none();
            }
        }
    }
    parts
}

/// `AB:CD` of `abcd`.
fn with_colons(hexadecimal: &str) -> String {
    let letters: Vec<char> = hexadecimal.to_uppercase().chars().collect();
    letters.chunks(2).map(|pair| pair.iter().collect::<String>()).collect::<Vec<_>>().join(":")
}

fn date(unix: i64) -> Option<String> {
    OffsetDateTime::from_unix_timestamp(unix).ok()?.format(&Rfc3339).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_have_the_form_of_node() {
        let mut leaf = CertificateFacts::default();
        leaf.subject = "CN=a.test,O=Shop\\, Inc.".to_owned();
        leaf.issuer = "CN=Lab".to_owned();
        leaf.serial = "4f02".to_owned();
        leaf.sha1 = "33aa".to_owned();
        leaf.subject_alt_names = vec!["dns:a.test".to_owned(), "ip:127.0.0.1".to_owned()];
        leaf.not_before = Some(0);
        let mut tls = TlsFacts::default();
        tls.version = Some("TLSv1.3".to_owned());
        assert_eq!(
            cert(&leaf, &tls),
            json!({
                "subject": {"CN": "a.test", "O": "Shop, Inc.", "altName": "DNS:a.test, IP Address:127.0.0.1"},
                "issuer": {"CN": "Lab"},
                "serialNumber": "4F02", "fingerprint": "33:AA", "fingerprint256": "",
                "protocol": "TLSv1.3", "validFrom": "1970-01-01T00:00:00Z",
            })
        );
    }
}
